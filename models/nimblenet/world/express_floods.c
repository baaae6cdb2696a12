/*
 * Floods under way: who answers them, and whose answer is first. Whoever asks takes the first
 * answer and passes over all others, so that alone is an event, arranged when the flood begins.
 * Until the flood has come to a node, that may come to hold what is searched, or cease to: then it
 * is accounted anew, and the first may be another one.
 */
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/world/express_state.h"

/* ---- whose answers can be in time ---- */

/* Those that a flood, and so an answer's way back, reaches over a node, in the order of their
 * answers: over lower-numbered neighbours they come first (express_is_first()). */
static void add_beyond(struct world *w, uint32_t origin, uint32_t node)
{
    struct express *x = w->express;
    const struct mesh *mesh = w->spec.mesh;
    const size_t row = (size_t)origin * x->nodes;
    const uint32_t hops = express_hops(w, origin, node) + 1;
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        const uint32_t to = mesh->link[l].to;
        if (express_hops(w, origin, to) == hops && express_towards(w, to, origin) == node) {
            x->place[row + to] = x->near_count[origin];
            x->near[row + x->near_count[origin]++] = to;
        }
    }
}

static SIM_COLD void find_near(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    const size_t row = (size_t)origin * x->nodes;
    const uint32_t farthest = x->in_time[0] > x->in_time[1] ? x->in_time[0] : x->in_time[1];
    if (farthest > 0) {
        add_beyond(w, origin, origin);
    }
    for (uint32_t i = 0; i < x->near_count[origin]; i++) {
        if (express_hops(w, origin, x->near[row + i]) < farthest) {
            add_beyond(w, origin, x->near[row + i]);
        }
    }
}

/* ---- floods under way ---- */

static uint64_t *answers_of(const struct express *x, const struct express_flood *f)
{
    return &x->answers[(size_t)(f - x->flood) * x->answer_words];
}

static SIM_COLD bool grow(struct express *x)
{
    const uint32_t capacity = 2 * x->flood_capacity + 64;
    struct express_flood *larger = realloc(x->flood, capacity * sizeof *larger);
    x->flood = larger != NULL ? larger : x->flood;
    uint64_t *answers = realloc(x->answers, (size_t)capacity * x->answer_words * sizeof *answers);
    x->answers = answers != NULL ? answers : x->answers;
    if (larger == NULL || answers == NULL) {
        return false;
    }
    x->flood_capacity = capacity;
    return true;
}

/* A flood that nobody answers yet, remembered for those who come to hold its tasklet; the rest is
 * the caller's to set. NULL without memory. */
static struct express_flood *add_flood(struct express *x, uint32_t tasklet)
{
    uint32_t index = x->flood_free;
    if (index != EXPRESS_NOBODY) {
        x->flood_free = x->flood[index].next;
    } else if (x->flood_count < x->flood_capacity || grow(x)) {
        index = x->flood_count++;
    } else {
        return NULL;
    }
    struct express_flood *f = &x->flood[index];
    f->first = EXPRESS_NOBODY;
    f->answer = EV_NONE;
    f->next = x->first_flood[tasklet];
    x->first_flood[tasklet] = index;
    memset(answers_of(x, f), 0, x->answer_words * sizeof *x->answers);
    return f;
}

static sim_time arrival_at(const struct world *w, const struct express_flood *f, uint32_t hops)
{
    return f->start.at + hops * w->spec.traffic.hop_delay_ns;
}

static bool reaches(const struct express_flood *f, uint32_t hops)
{
    return hops != 0 && hops <= f->reach;
}

/* ---- the first answer ---- */

void express_set_answers(struct world *w, const struct express_flood *f, uint32_t node,
                         bool answers)
{
    const struct express *x = w->express;
    const uint32_t place = x->place[(size_t)f->origin * x->nodes + node];
    const uint64_t bit = UINT64_C(1) << place % 64;
    uint64_t *word = &answers_of(x, f)[place / 64];
    *word = answers ? *word | bit : *word & ~bit;
}

static uint32_t first_of(const struct express *x, const struct express_flood *f)
{
    const uint64_t *word = answers_of(x, f);
    for (uint32_t i = 0; i < x->answer_words; i++) {
        if (word[i] != 0) {
            return 64 * i + (uint32_t)__builtin_ctzll(word[i]);
        }
    }
    return EXPRESS_NOBODY;
}

/* What a node says to a flood. Where it has dropped the tasklet behind the flood, in the very
 * instant, it held it before; of which version, nobody asks. */
static struct wire_message answer_to(const struct world *w, const struct express_flood *f,
                                     uint32_t tasklet, uint32_t node)
{
    const struct wire_message query = {
        .kind = WIRE_QUERY,
        .origin = f->origin,
        .tasklet = tasklet,
        .request = f->request,
        .context = f->context,
        .epoch = f->epoch,
    };
    struct wire_message answer = node_answer(&w->node[node].core, &query);
    if (SIM_UNLIKELY(answer.status != WIRE_HERE)) {
        const struct tasklet *t = &w->spec.setup->catalogue->tasklet[tasklet];
        answer.status = WIRE_HERE;
        answer.size = t->size_bytes;
        answer.hash = t->hash;
    }
    return answer;
}

/* The first answer is an event, and no other. */
static void arrange_first(struct world *w, struct express_flood *f, uint32_t tasklet)
{
    const struct express *x = w->express;
    const uint32_t first = first_of(x, f);
    if (SIM_LIKELY(first == f->first)) {
        return;
    }
    (void)engine_cancel(&w->engine, f->answer);
    f->first = first;
    f->answer = EV_NONE;
    if (first == EXPRESS_NOBODY) {
        return;
    }
    const uint32_t node = x->near[(size_t)f->origin * x->nodes + first];
    const sim_time at = arrival_at(w, f, express_hops(w, f->origin, node));
    const struct express_way *way = express_way(w, node, f->origin);
    const struct wire_message m = answer_to(w, f, tasklet, node);
    const uint64_t number =
        express_foretell(w, node, m.kind, at, express_towards(w, node, f->origin), f->sequence);
    struct ev_slot *slot =
        way != NULL ? express_arrive(w, way, at + way->takes_ns, number, &m) : NULL;
    if (SIM_UNLIKELY(slot == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    f->answer = ev_name(&w->engine.queue, slot);
}

/* ---- who answers ---- */

static void note_holder(struct world *w, const struct express_flood *f, uint32_t node,
                        uint32_t hops, bool holds)
{
    express_account_late(w, f, node, hops, !holds);
    if (hops <= f->in_time) {
        express_set_answers(w, f, node, holds);
    }
}

/* Registries hold everything, if they answer searches at all. */
static void note_registries(struct world *w, const struct express_flood *f)
{
    for (uint32_t i = w->express->registry; i < w->express->nodes; i++) {
        const uint32_t hops = express_hops(w, f->origin, i);
        if (reaches(f, hops)) {
            note_holder(w, f, i, hops, true);
        }
    }
}

/* The same for a flood of one hop: there are fewer neighbours than holders. */
static void note_neighbours(struct world *w, const struct express_flood *f, uint32_t tasklet)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint32_t *where = &w->express->where[(size_t)tasklet * w->express->nodes];
    for (uint32_t l = mesh->first[f->origin]; l < mesh->first[f->origin + 1]; l++) {
        if (where[mesh->link[l].to] != 0) {
            note_holder(w, f, mesh->link[l].to, 1, true);
        }
    }
}

void express_flood(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    struct express *x = w->express;
    ASSERT(m->origin == node); /* what others would forward is no event here */
    if (SIM_UNLIKELY(x->near_count[node] == 0)) {
        find_near(w, node);
    }
    struct express_flood *f = add_flood(x, m->tasklet);
    if (SIM_UNLIKELY(f == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    f->start = *express_clock_at(w, now);
    f->sequence = express_number(w, node, WIRE_QUERY);
    f->origin = node;
    f->request = m->request;
    f->context = m->context;
    f->epoch = m->epoch;
    f->ttl = m->ttl;
    f->reach = m->ttl < x->diameter ? m->ttl : x->diameter;
    f->in_time = x->in_time[express_search(w, m->ttl)];
    express_account_flood(w, f);
    if (f->reach == 1) {
        note_neighbours(w, f, m->tasklet);
    } else {
        express_note_holders(w, f, m->tasklet);
    }
    if (w->spec.setup->protocol.registry_answers) {
        note_registries(w, f);
    }
    arrange_first(w, f, m->tasklet);
}

/* ---- who comes to hold what is searched ---- */

static bool is_over(const struct world *w, const struct express_flood *f, sim_time now)
{
    return now > arrival_at(w, f, f->reach);
}

static bool is_to_come(const struct world *w, const struct express_flood *f, uint32_t node,
                       uint32_t hops, sim_time now)
{
    const sim_time at = arrival_at(w, f, hops);
    return at > now ||
           (at == now &&
            express_is_to_come(w, node, now, at, express_towards(w, node, f->origin), f->sequence));
}

void express_tell_floods(struct world *w, uint32_t node, sim_time now, uint32_t tasklet, bool holds)
{
    struct express *x = w->express;
    uint32_t *link = &x->first_flood[tasklet];
    while (*link != EXPRESS_NOBODY) {
        const uint32_t index = *link;
        struct express_flood *f = &x->flood[index];
        if (is_over(w, f, now)) {
            *link = f->next;
            f->next = x->flood_free;
            x->flood_free = index;
            continue;
        }
        const uint32_t hops = express_hops(w, f->origin, node);
        if (reaches(f, hops) && is_to_come(w, f, node, hops, now)) {
            note_holder(w, f, node, hops, holds);
            arrange_first(w, f, tasklet);
        }
        link = &f->next;
    }
}
