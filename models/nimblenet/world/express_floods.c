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

/* So many words of them are in use. */
static uint32_t answer_words(const struct express *x, const struct express_flood *f)
{
    return x->differs ? x->answer_words : (x->near_count[f->origin] + 63) / 64;
}

static SIM_COLD bool grow(struct express *x)
{
    const uint32_t capacity = 2 * x->flood_capacity + 64;
    struct express_flood *larger = realloc(x->flood, capacity * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    x->flood = larger;
    uint64_t *answers = realloc(x->answers, (size_t)capacity * x->answer_words * sizeof *answers);
    if (answers == NULL) {
        return false;
    }
    x->answers = answers;
    x->flood_capacity = capacity;
    return true;
}

/* A flood that nobody answers yet, remembered for those who come to hold its tasklet; the rest is
 * the caller's to set. NULL without memory. */
static struct express_flood *add_flood(struct express *x, uint32_t origin, uint32_t tasklet)
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
    f->origin = origin;
    f->tasklet = tasklet;
    f->next = x->first_flood[tasklet];
    x->first_flood[tasklet] = index;
    memset(answers_of(x, f), 0, answer_words(x, f) * sizeof *x->answers);
    return f;
}

/* When a flood comes to a node, which it does at last; SIM_TIME_NEVER: to its origin, or too far.
 */
static sim_time arrival_at(const struct world *w, const struct express_flood *f, uint32_t node)
{
    if (SIM_UNLIKELY(w->express->differs)) {
        const sim_time at = express_reach(w->express, f->spread)[node].at;
        return node == f->origin || at == SIM_TIME_NEVER ? SIM_TIME_NEVER : f->start.at + at;
    }
    const uint32_t hops = express_hops(w, f->origin, node);
    return hops != 0 && hops <= f->reach ? f->start.at + hops * w->spec.traffic.hop_delay_ns
                                         : SIM_TIME_NEVER;
}

/* The neighbour that it comes from. */
static uint32_t comes_from(const struct world *w, const struct express_flood *f, uint32_t node)
{
    return SIM_UNLIKELY(w->express->differs) ? express_reach(w->express, f->spread)[node].from
                                             : express_towards(w, node, f->origin);
}

/* ---- the first answer ---- */

void express_set_answers(struct world *w, const struct express_flood *f, uint32_t node,
                         bool answers)
{
    const struct express *x = w->express;
    const uint32_t place = x->differs ? node : x->place[(size_t)f->origin * x->nodes + node];
    const uint64_t bit = UINT64_C(1) << place % 64;
    uint64_t *word = &answers_of(x, f)[place / 64];
    *word = answers ? *word | bit : *word & ~bit;
}

/* All of a node's answer that its luck depends on. */
static struct wire_message name_of_answer(const struct express_flood *f, uint32_t node)
{
    return (struct wire_message){
        .kind = WIRE_HAVE,
        .origin = node,
        .destination = f->origin,
        .request = f->request,
        .epoch = f->epoch,
    };
}

/* When a node's answer comes, unless it is lost. */
static sim_time back_at(struct world *w, const struct express_flood *f, uint32_t node)
{
    const struct wire_message answer = name_of_answer(f, node);
    const struct express_way *way = express_way(w, node, f->origin);
    return way != NULL ? express_comes_at(w, way, arrival_at(w, f, node), &answer) : SIM_TIME_NEVER;
}

/* Where links differ: of all nodes that answer in time. */
static SIM_NOINLINE uint32_t first_of_all(struct world *w, const struct express_flood *f)
{
    const struct express *x = w->express;
    const uint64_t *word = answers_of(x, f);
    uint32_t first = EXPRESS_NOBODY;
    sim_time first_at = SIM_TIME_NEVER;
    for (uint32_t node = 0; node < x->nodes; node++) {
        if ((word[node / 64] >> node % 64 & 1) == 0) {
            continue;
        }
        const sim_time at = back_at(w, f, node);
        if (at < first_at || (at == first_at && first != EXPRESS_NOBODY &&
                              express_answers_first(w, f, node, first))) {
            first = node;
            first_at = at;
        }
    }
    return first;
}

static uint32_t first_of(struct world *w, const struct express_flood *f)
{
    const struct express *x = w->express;
    const uint64_t *word = answers_of(x, f);
    for (uint32_t i = 0; i < answer_words(x, f); i++) {
        if (word[i] != 0) {
            return SIM_UNLIKELY(x->differs) ? first_of_all(w, f)
                                            : 64 * i + (uint32_t)__builtin_ctzll(word[i]);
        }
    }
    return EXPRESS_NOBODY;
}

/* What a node says to a flood. Where it has dropped the tasklet behind the flood, in the very
 * instant, it held it before; of which version, nobody asks. */
static struct wire_message answer_to(const struct world *w, const struct express_flood *f,
                                     uint32_t node)
{
    const struct wire_message query = express_query(f);
    struct wire_message answer = node_answer(&w->node[node].core, &query);
    if (SIM_UNLIKELY(answer.status != WIRE_HERE)) {
        const struct tasklet *t = &w->spec.setup->catalogue->tasklet[f->tasklet];
        answer.status = WIRE_HERE;
        answer.size = t->size_bytes;
        answer.hash = t->hash;
    }
    return answer;
}

/* The first answer is an event, and no other. */
static void arrange_first(struct world *w, struct express_flood *f)
{
    const struct express *x = w->express;
    const uint32_t first = first_of(w, f);
    if (SIM_LIKELY(first == f->first)) {
        return;
    }
    (void)engine_cancel(&w->engine, f->answer);
    f->first = first;
    f->answer = EV_NONE;
    if (first == EXPRESS_NOBODY) {
        return;
    }
    const uint32_t node = x->differs ? first : x->near[(size_t)f->origin * x->nodes + first];
    const sim_time at = arrival_at(w, f, node);
    const struct express_way *way = express_way(w, node, f->origin);
    const struct wire_message m = answer_to(w, f, node);
    const uint64_t number =
        express_foretell(w, node, m.kind, at, comes_from(w, f, node), f->sequence);
    f->comes = way != NULL ? at + way->takes_ns : SIM_TIME_NEVER;
    struct ev_slot *slot = way != NULL ? express_arrive(w, way, f->comes, number, &m) : NULL;
    if (SIM_UNLIKELY(slot == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    f->answer = ev_name(&w->engine.queue, slot);
}

void express_find_first_anew(struct world *w, struct express_flood *f)
{
    if (f->first != EXPRESS_NOBODY && first_of(w, f) == f->first &&
        back_at(w, f, f->first) == f->comes) {
        return; /* it may have come already */
    }
    (void)engine_cancel(&w->engine, f->answer);
    f->answer = EV_NONE;
    f->first = EXPRESS_NOBODY;
    arrange_first(w, f);
}

/* ---- who answers ---- */

bool express_answers(const struct world *w, const struct express_flood *f, uint32_t node)
{
    const struct express *x = w->express;
    return node >= x->registry ? w->spec.setup->protocol.registry_answers
                               : x->where[(size_t)f->tasklet * x->nodes + node] != 0;
}

/* An answer goes its own way, and is told from what becomes of it. */
SIM_NOINLINE void express_note_answer(struct world *w, const struct express_flood *f, uint32_t node,
                                      bool holds)
{
    struct express *x = w->express;
    const struct wire_message answer = name_of_answer(f, node);
    const sim_time at = arrival_at(w, f, node);
    const struct express_way *way = express_way(w, node, f->origin);
    if (SIM_UNLIKELY(way == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    struct express_clock clock = f->start;
    if (!express_set_clock(&clock, w, at)) {
        return;
    }
    const sim_time comes =
        express_account_way(w, way, &clock, &answer, x->have_bytes, holds ? 1 : UINT64_MAX);
    const sim_time longest = x->timeout_ns[express_search(w, f->ttl)];
    if (comes != SIM_TIME_NEVER && comes - f->start.at <= longest) {
        express_set_answers(w, f, node, holds);
    }
}

/* Whom the flood comes to. */
static void note_holder(struct world *w, const struct express_flood *f, uint32_t node, bool holds)
{
    if (SIM_UNLIKELY(w->express->differs)) {
        express_note_answer(w, f, node, holds);
        return;
    }
    const uint32_t hops = express_hops(w, f->origin, node);
    express_account_late(w, f, node, hops, !holds);
    if (hops <= f->in_time) {
        express_set_answers(w, f, node, holds);
    }
}

static bool reaches(const struct world *w, const struct express_flood *f, uint32_t node)
{
    return arrival_at(w, f, node) != SIM_TIME_NEVER;
}

/* Registries hold everything, if they answer searches at all. */
static void note_registries(struct world *w, const struct express_flood *f)
{
    for (uint32_t i = w->express->registry; i < w->express->nodes; i++) {
        if (reaches(w, f, i)) {
            note_holder(w, f, i, true);
        }
    }
}

/* The same for a flood of one hop: there are fewer neighbours than holders. */
static void note_neighbours(struct world *w, const struct express_flood *f)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint32_t *where = &w->express->where[(size_t)f->tasklet * w->express->nodes];
    for (uint32_t l = mesh->first[f->origin]; l < mesh->first[f->origin + 1]; l++) {
        const uint32_t node = mesh->link[l].to;
        if (where[node] != 0 && reaches(w, f, node)) {
            note_holder(w, f, node, true);
        }
    }
}

/* Where links differ: the holders. */
static void note_holders(struct world *w, const struct express_flood *f)
{
    const struct express *x = w->express;
    for (uint32_t i = 0; i < x->holders[f->tasklet]; i++) {
        const uint32_t node = x->holder[(size_t)f->tasklet * x->nodes + i];
        if (reaches(w, f, node)) {
            note_holder(w, f, node, true);
        }
    }
}

/* A flood's copies are accounted. False without memory. */
static bool spread(struct world *w, struct express_flood *f)
{
    if (SIM_UNLIKELY(w->express->differs)) {
        return express_spread_flood(w, f);
    }
    f->over = f->start.at + f->reach * w->spec.traffic.hop_delay_ns;
    f->spread = 0;
    express_account_flood(w, f);
    return true;
}

void express_flood(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    struct express *x = w->express;
    ASSERT(m->origin == node); /* what others would forward is no event here */
    if (SIM_UNLIKELY(x->near_count[node] == 0 && !x->differs)) {
        find_near(w, node);
    }
    struct express_flood *f = add_flood(x, node, m->tasklet);
    if (SIM_UNLIKELY(f == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    f->start = *express_clock_at(w, now);
    f->request = m->request;
    f->context = m->context;
    f->epoch = m->epoch;
    f->ttl = m->ttl;
    f->reach = m->ttl < x->diameter ? m->ttl : x->diameter;
    f->in_time = x->in_time[express_search(w, m->ttl)];
    if (SIM_UNLIKELY(!spread(w, f))) {
        engine_overflow(&w->engine);
        return;
    }
    f->sequence = express_number(w, node, WIRE_QUERY, f->spread);
    if (m->ttl == 1) {
        note_neighbours(w, f);
    } else if (SIM_UNLIKELY(x->differs)) {
        note_holders(w, f);
    } else {
        express_note_holders(w, f);
    }
    if (w->spec.setup->protocol.registry_answers) {
        note_registries(w, f);
    }
    arrange_first(w, f);
    if (SIM_UNLIKELY(x->differs)) {
        express_overtake(w, f);
    }
}

/* ---- who comes to hold what is searched ---- */

void express_tell_floods(struct world *w, uint32_t node, sim_time now, uint32_t tasklet, bool holds)
{
    struct express *x = w->express;
    uint32_t *link = &x->first_flood[tasklet];
    while (*link != EXPRESS_NOBODY) {
        const uint32_t index = *link;
        struct express_flood *f = &x->flood[index];
        if (now > f->over) {
            *link = f->next;
            f->next = x->flood_free;
            x->flood_free = index;
            continue;
        }
        const sim_time at = arrival_at(w, f, node);
        if (at != SIM_TIME_NEVER &&
            express_is_to_come(w, node, now, at, comes_from(w, f, node), f->sequence)) {
            note_holder(w, f, node, holds);
            arrange_first(w, f);
        }
        link = &f->next;
    }
}
