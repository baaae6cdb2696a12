#include "models/nimblenet/delays.h"

#include <stdlib.h>
#include <string.h>

/* A node that has heard a search, and the answer that it may have given. */
struct heard {
    uint32_t request;
    bool is_heard;
    sim_time handled_at;
    struct delays_parts search, answer;
    sim_time hop_first, hop_last; /* of the answer, where it is now: sent first, sent last */
};

/* A fetch of a node, by its number there, which the messages carry as their context. */
struct fetch_chain {
    bool is_open;
    bool is_search; /* what is asked now */
    bool is_answered;
    uint32_t request, epoch, tasklet;
    sim_time first_at, asked_at, answered_at;
    struct delays_parts total;    /* of the chains before */
    struct delays_parts now;      /* of a question to one node and its answer */
    struct delays_parts answered; /* of the chain that the first answer has ended */
    sim_time hop_first, hop_last;
    struct heard *heard; /* by node; NULL: none yet */
};

struct delays_node {
    struct fetch_chain *fetch;
    uint32_t count;
};

/* A search's copy that was sent again: until it comes. */
struct delays_resent {
    uint32_t link, origin, request;
    sim_time at;
};

enum { RESENT_KEPT = 1024, FETCHES_FIRST = 8, FETCHES_MOST = 1 << 20 };

/* ---- memory ---- */

enum sim_status delays_init(struct delays *d, const struct mesh *mesh, bool first_answer_wins)
{
    *d = (struct delays){
        .mesh = mesh,
        .first_answer_wins = first_answer_wins,
        .node = calloc((size_t)mesh->node_count + 1, sizeof *d->node),
        .resent = calloc(RESENT_KEPT, sizeof *d->resent),
    };
    if (d->node == NULL || d->resent == NULL) {
        delays_deinit(d);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void delays_deinit(struct delays *d)
{
    for (uint32_t i = 0; d->node != NULL && i < d->mesh->node_count; i++) {
        for (uint32_t k = 0; k < d->node[i].count; k++) {
            free(d->node[i].fetch[k].heard);
        }
        free(d->node[i].fetch);
    }
    free(d->node);
    free(d->resent);
    *d = (struct delays){.mesh = NULL};
}

static bool grow(struct delays_node *n, uint32_t context)
{
    uint32_t count = n->count > 0 ? n->count : FETCHES_FIRST;
    while (count <= context) {
        count *= 2;
    }
    struct fetch_chain *larger = realloc(n->fetch, count * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    memset(larger + n->count, 0, (count - n->count) * sizeof *larger);
    n->fetch = larger;
    n->count = count;
    return true;
}

/* NULL: no memory, or no fetch's number. */
static struct fetch_chain *fetch_of(struct delays *d, uint32_t asker, uint32_t context)
{
    struct delays_node *n = &d->node[asker];
    if (context >= FETCHES_MOST) {
        return NULL;
    }
    if (context >= n->count && !grow(n, context)) {
        d->out_of_memory = true;
        return NULL;
    }
    struct fetch_chain *f = &n->fetch[context];
    if (f->heard == NULL) {
        f->heard = calloc(d->mesh->node_count, sizeof *f->heard);
        d->out_of_memory |= f->heard == NULL;
    }
    return f->heard != NULL ? f : NULL;
}

/* ---- chains ---- */

static void add(struct delays_parts *to, const struct delays_parts *parts)
{
    to->resent_ns += parts->resent_ns;
    to->handling_ns += parts->handling_ns;
    to->housekeeping_ns += parts->housekeeping_ns;
}

static sim_time sum(const struct delays_parts *p)
{
    return p->resent_ns + p->handling_ns + p->housekeeping_ns;
}

/* What a hop took beside its link's time, sent first and last at these times. */
static struct delays_parts of_hop(const struct world_frame *f, sim_time first, sim_time last)
{
    const sim_time taken = f->handled_at - f->at;
    return (struct delays_parts){
        .resent_ns = last - first,
        .handling_ns = taken - f->behind_chatter_ns,
        .housekeeping_ns = f->behind_chatter_ns,
    };
}

/* The fetch goes on: the chain that was answered, if it was, has brought it here. */
static void close_chain(const struct delays *d, struct fetch_chain *f, sim_time now)
{
    const bool may_wait = !f->is_search || d->first_answer_wins; /* for room */
    const bool is_used = f->answered_at == now || (may_wait && f->answered_at < now);
    if (f->is_answered && is_used) {
        add(&f->total, &f->answered);
    }
    f->is_answered = false;
}

static void begin_chain(const struct delays *d, struct fetch_chain *f, const struct world_frame *of)
{
    const struct wire_message *m = of->message;
    struct heard *heard = f->heard;
    const bool goes_on = f->is_open && f->epoch == m->epoch && f->tasklet == m->tasklet;
    if (goes_on) {
        close_chain(d, f, of->at);
    }
    const sim_time first_at = goes_on ? f->first_at : of->at;
    const struct delays_parts total = goes_on ? f->total : (struct delays_parts){0};
    *f = (struct fetch_chain){
        .is_open = true,
        .is_search = m->kind == WIRE_QUERY,
        .request = m->request,
        .epoch = m->epoch,
        .tasklet = m->tasklet,
        .first_at = first_at,
        .asked_at = of->at,
        .total = total,
        .heard = heard,
    };
}

static void answer(struct fetch_chain *f, sim_time at, const struct delays_parts *parts)
{
    if (!f->is_answered) {
        f->is_answered = true;
        f->answered_at = at;
        f->answered = *parts;
    }
}

static bool is_about(const struct fetch_chain *f, const struct wire_message *m)
{
    const bool is_search = m->kind == WIRE_QUERY || m->kind == WIRE_HAVE;
    return f->is_open && f->request == m->request && f->epoch == m->epoch &&
           f->is_search == is_search;
}

/* ---- copies of a search ---- */

static void note_resent(struct delays *d, const struct world_frame *f)
{
    d->resent[d->resents++ % RESENT_KEPT] = (struct delays_resent){
        .link = f->link,
        .origin = f->message->origin,
        .request = f->message->request,
        .at = f->at,
    };
}

/* When the copy left that has come now, if it was sent again. */
static sim_time last_sent(const struct delays *d, const struct world_frame *f, sim_time first)
{
    const uint32_t kept = d->resents < RESENT_KEPT ? d->resents : RESENT_KEPT;
    for (uint32_t i = 0; f->attempt > 0 && i < kept; i++) {
        const struct delays_resent *r = &d->resent[(d->resents - 1 - i) % RESENT_KEPT];
        if (r->link == f->link && r->origin == f->message->origin &&
            r->request == f->message->request) {
            return r->at;
        }
    }
    return first;
}

static const struct heard *heard_by(const struct fetch_chain *f, uint32_t node)
{
    const struct heard *h = &f->heard[node];
    return h->is_heard && h->request == f->request ? h : NULL;
}

/* The first copy that a node takes in is the one that it answers and sends on. */
static void hear_search(const struct delays *d, struct fetch_chain *f, uint32_t from, uint32_t to,
                        const struct world_frame *of)
{
    const uint32_t asker = of->message->origin;
    const struct heard *before = from != asker ? heard_by(f, from) : NULL;
    if (to == asker || heard_by(f, to) != NULL || (from != asker && before == NULL)) {
        return;
    }
    const sim_time first = before != NULL ? before->handled_at : f->asked_at;
    const struct delays_parts hop = of_hop(of, first, last_sent(d, of, first));
    struct heard h = {.request = f->request, .is_heard = true, .handled_at = of->handled_at};
    if (before != NULL) {
        h.search = before->search;
    }
    add(&h.search, &hop);
    f->heard[to] = h;
}

/* ---- messages that go from one node to another ---- */

static void send_on(struct fetch_chain *f, uint32_t from, const struct world_frame *of)
{
    const struct wire_message *m = of->message;
    struct heard *h = m->kind == WIRE_HAVE ? &f->heard[m->origin] : NULL;
    if (h != NULL && from == m->origin && of->attempt == 0) {
        h->answer = h->search;
    }
    sim_time *first = h != NULL ? &h->hop_first : &f->hop_first;
    sim_time *last = h != NULL ? &h->hop_last : &f->hop_last;
    *first = of->attempt == 0 ? of->at : *first;
    *last = of->at;
}

static void take_in(struct fetch_chain *f, uint32_t to, const struct world_frame *of)
{
    const struct wire_message *m = of->message;
    struct heard *h = m->kind == WIRE_HAVE ? &f->heard[m->origin] : NULL;
    struct delays_parts *parts = h != NULL ? &h->answer : &f->now;
    const struct delays_parts hop =
        h != NULL ? of_hop(of, h->hop_first, h->hop_last) : of_hop(of, f->hop_first, f->hop_last);
    const bool is_question = m->kind != WIRE_HAVE && m->kind != WIRE_REGISTRY_TELL &&
                             m->kind != WIRE_META_TELL && m->kind != WIRE_DATA;
    add(parts, &hop);
    if (to == m->destination && !is_question) {
        answer(f, of->handled_at, parts);
    }
}

/* ---- what links carry ---- */

static uint32_t sender_of(const struct mesh *mesh, uint32_t link)
{
    const struct mesh_link l = mesh->link[link];
    return mesh->link[mesh->first[l.to] + l.port_there].to;
}

/* Who waits for it; UINT32_MAX: nobody does. */
static uint32_t asker_of(const struct wire_message *m)
{
    switch ((enum wire_kind)m->kind) {
    case WIRE_QUERY:
    case WIRE_REGISTRY_ASK:
    case WIRE_META_ASK:
    case WIRE_GET:
        return m->origin;
    case WIRE_HAVE:
    case WIRE_REGISTRY_TELL:
    case WIRE_META_TELL:
    case WIRE_DATA:
        return m->destination;
    case WIRE_NEWS:
        break;
    }
    return UINT32_MAX;
}

void delays_note(struct delays *d, const struct world_frame *f)
{
    const struct wire_message *m = f->message;
    const uint32_t asker = asker_of(m);
    struct fetch_chain *chain = asker < d->mesh->node_count ? fetch_of(d, asker, m->context) : NULL;
    if (chain == NULL || (f->attempt & WORLD_SECOND_COPY) != 0) {
        return; /* what a second copy brings is travel */
    }
    const uint32_t from = sender_of(d->mesh, f->link);
    const uint32_t to = d->mesh->link[f->link].to;
    const bool leaves = f->kind == WORLD_EV_SENT || f->kind == WORLD_EV_LOST;
    if (leaves && from == asker && m->origin == asker && f->attempt == 0 && !is_about(chain, m)) {
        begin_chain(d, chain, f);
    }
    if (!is_about(chain, m) || f->kind == WORLD_EV_OVERFLOWED) {
        return;
    }
    if (m->kind != WIRE_QUERY) {
        leaves ? send_on(chain, from, f) : take_in(chain, to, f);
    } else if (!leaves) {
        hear_search(d, chain, from, to, f);
    } else if (f->attempt > 0) {
        note_resent(d, f);
    }
}

/* ---- ends ---- */

/* The fetch of this acquisition, which its first question names by its time. */
static struct fetch_chain *ended(const struct delays_node *n, const struct world_acquisition *a)
{
    const struct node_acquisition *q = a->detail;
    for (uint32_t i = 0; i < n->count; i++) {
        struct fetch_chain *f = &n->fetch[i];
        if (f->is_open && f->tasklet == q->tasklet && f->first_at >= q->asked &&
            (f->first_at == q->asked || q->spent_ns[NODE_STAGE_FOLLOW] > 0)) {
            return f;
        }
    }
    return NULL;
}

static struct delays_parts parts_of(struct delays *d, const struct world_acquisition *a)
{
    struct fetch_chain *f = ended(&d->node[a->node], a);
    if (f == NULL) {
        return (struct delays_parts){0};
    }
    close_chain(d, f, a->done);
    f->is_open = false;
    return f->total;
}

struct delays_account delays_end(struct delays *d, const struct mesh *mesh,
                                 const struct world_acquisition *a)
{
    const struct node_acquisition *q = a->detail;
    const bool has_source = !a->failed && q->served != NODE_SERVED_LOCAL;
    struct delays_account account = {
        .hops =
            has_source ? mesh->hops[(size_t)a->node * mesh->node_count + q->source] : UINT32_MAX,
        .timeout_ns = q->timed_out_ns,
        .waiting_ns = q->spent_ns[NODE_STAGE_ROOM] + q->spent_ns[NODE_STAGE_FOLLOW],
    };
    const sim_time chains = a->done - q->asked - account.timeout_ns - account.waiting_ns;
    if (d != NULL) {
        account.parts = parts_of(d, a);
    }
    if (sum(&account.parts) > chains) { /* an answer on the stroke of its timeout */
        account.parts = (struct delays_parts){0};
    }
    account.travel_ns = chains - sum(&account.parts);
    return account;
}
