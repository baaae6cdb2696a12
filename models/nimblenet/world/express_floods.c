/*
 * Floods under way: who answers them, and whose answer is first. Whoever asks takes the first
 * answer and passes over all others, so that alone is an event, arranged when the flood begins.
 * Until the flood has come to a node, that may come to hold what is searched, or cease to: then it
 * answers after all, or does not, and the first may be another one. What a flood and its answers
 * cost is accounted when it is over, together with other floods of its origin: what belongs to an
 * origin has left the cache when that searches next.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* ---- whose answers can be in time ---- */

static SIM_COLD bool grow_near(struct express *x)
{
    void *larger = memory_grow(x->near, &x->near_capacity, x->near_used, 1, sizeof *x->near);
    x->near = larger != NULL ? larger : x->near;
    return larger != NULL;
}

/* Those that a flood, and so an answer's way back, reaches over a node, in the order of their
 * answers: over lower-numbered neighbours they come first (express_is_first()). False without
 * memory. */
static bool add_beyond(struct world *w, uint32_t origin, uint32_t node)
{
    struct express *x = w->express;
    const struct mesh *mesh = w->spec.mesh;
    const uint32_t hops = express_hops(w, origin, node) + 1;
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        const uint32_t to = mesh->link[l].to;
        if (express_hops(w, origin, to) == hops && express_towards(w, to, origin) == node) {
            if (x->near_used == x->near_capacity && !grow_near(x)) {
                return false;
            }
            x->near[x->near_used++] = to;
            x->near_of[origin].count[0] += hops <= x->in_time[0];
            x->near_of[origin].count[1] += hops <= x->in_time[1];
        }
    }
    return true;
}

static uint32_t farthest(const struct world *w, uint32_t origin)
{
    const uint32_t nodes = w->express->nodes;
    const uint16_t *hops = &w->spec.mesh->hops[(size_t)origin * nodes];
    uint16_t most = 0;
    for (uint32_t node = 0; node < nodes; node++) {
        most = hops[node] > most ? hops[node] : most;
    }
    return most;
}

/* False without memory. */
static SIM_COLD bool find_near(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    const uint32_t in_time = x->in_time[0] > x->in_time[1] ? x->in_time[0] : x->in_time[1];
    const size_t first = x->near_used;
    x->near_of[origin].first = first;
    bool ok = in_time == 0 || add_beyond(w, origin, origin);
    for (size_t i = first; ok && i < x->near_used; i++) {
        if (express_hops(w, origin, x->near[i]) < in_time) {
            ok = add_beyond(w, origin, x->near[i]);
        }
    }
    x->near_of[origin].farthest = farthest(w, origin);
    return ok;
}

/* ---- floods under way ---- */

static SIM_COLD bool grow(struct express *x)
{
    void *larger = x->flood_capacity <= EXPRESS_NOBODY / 2
                       ? memory_double(x->floods_memory, x->flood_capacity * x->flood_bytes)
                       : NULL;
    if (larger == NULL) {
        return false;
    }
    x->floods_memory = larger;
    x->flood_capacity *= 2;
    return true;
}

static void remove_flood(struct express *x, uint32_t flood)
{
    express_flood_at(x, flood)->next = x->flood_free;
    x->flood_free = flood;
}

/* A flood; all but what is set here is the caller's to set. NULL without memory. */
static struct express_flood *add_flood(struct express *x, uint32_t origin, uint32_t tasklet)
{
    uint32_t index = x->flood_free;
    if (index != EXPRESS_NOBODY) {
        x->flood_free = express_flood_at(x, index)->next;
    } else if (x->flood_count < x->flood_capacity || grow(x)) {
        index = x->flood_count++;
    } else {
        return NULL;
    }
    struct express_flood *f = express_flood_at(x, index);
    f->number = index;
    f->first = EXPRESS_NOBODY;
    f->answer = EV_NONE;
    f->origin = origin;
    f->tasklet = tasklet;
    return f;
}

/* Where links differ, it may turn out later that it takes longer. */
static bool is_over(const struct express *x, const struct express_travel *t, sim_time now)
{
    return now > (SIM_UNLIKELY(x->differs) ? express_flood_at(x, t->flood)->over : t->over);
}

/* Those that are over by now are under way no more. */
static void forget_those_over(struct express *x, struct express_under_way *of, sim_time now)
{
    size_t kept = 0;
    for (size_t i = 0; i < of->count; i++) {
        const struct express_travel t = of->flood[i];
        if (!is_over(x, &t, now)) {
            of->flood[kept++] = t;
        } else if (SIM_UNLIKELY(x->differs)) {
            remove_flood(x, t.flood);
        }
    }
    of->count = kept;
}

/* Those that are over make room, if they are many. False without memory. */
static SIM_COLD bool make_room(struct express *x, struct express_under_way *of, sim_time now)
{
    forget_those_over(x, of, now);
    if (2 * of->count < of->capacity) {
        return true;
    }
    void *larger = memory_grow(of->flood, &of->capacity, of->count, 1, sizeof *of->flood);
    of->flood = larger != NULL ? larger : of->flood;
    return larger != NULL;
}

/* It is remembered for those who come to hold its tasklet. False without memory. */
static bool add_to_tasklet(struct express *x, const struct express_flood *f)
{
    struct express_under_way *of = &x->under_way_of[f->tasklet];
    if (SIM_UNLIKELY(of->count == of->capacity && !make_room(x, of, f->start.at))) {
        return false;
    }
    of->flood[of->count++] = (struct express_travel){
        .start = f->start.at,
        .over = f->over,
        .origin = f->origin,
        .flood = f->number,
    };
    return true;
}

/* It is accounted when it is over; where links differ, it was when it began. */
static void add_to_origin(struct express *x, struct express_flood *f)
{
    struct express_begun *begun = &x->begun[f->origin];
    f->next = begun->last;
    begun->last = f->number;
    begun->count++;
}

/* Those of an origin that are over by then: their answers are known. */
static SIM_NOINLINE void account_floods(struct world *w, uint32_t origin, sim_time now)
{
    struct express *x = w->express;
    struct express_begun *begun = &x->begun[origin];
    uint32_t *link = &begun->last;
    express_expect_answers(w, origin);
    while (*link != EXPRESS_NOBODY) {
        struct express_flood *f = express_flood_at(x, *link);
        if (f->next != EXPRESS_NOBODY) {
            memory_fetch(express_flood_at(x, f->next), x->flood_bytes);
        }
        if (now <= f->over) {
            link = &f->next;
            continue;
        }
        const uint32_t flood = *link;
        *link = f->next;
        begun->count--;
        express_account_flood(w, f);
        express_account_answers(w, f);
        remove_flood(x, flood);
    }
    begun->due = 2 * begun->count + x->batch; /* so that those under way are seldom looked at */
}

void express_settle_floods(struct world *w)
{
    for (uint32_t origin = 0; origin < w->express->registry; origin++) {
        account_floods(w, origin, SIM_TIME_NEVER);
    }
}

/* When a flood comes to a node, which it does at last; SIM_TIME_NEVER: to its origin, or too far.
 */
static sim_time arrival_at(const struct world *w, const struct express_flood *f, uint32_t node)
{
    if (SIM_UNLIKELY(w->express->differs)) {
        const sim_time at = express_reach(w->express, f->spread)[node].at;
        return node == f->origin || at == SIM_TIME_NEVER ? SIM_TIME_NEVER : f->start.at + at;
    }
    const uint32_t hops = express_hops(w, node, f->origin);
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
    const uint64_t *answers = f->answers;
    uint32_t first = EXPRESS_NOBODY;
    sim_time first_at = SIM_TIME_NEVER;
    for (uint32_t node = 0; node < x->nodes; node++) {
        if (!express_bit(answers, node)) {
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
    if (SIM_UNLIKELY(x->differs)) {
        return first_of_all(w, f);
    }
    const struct express_near *near_of = &x->near_of[f->origin];
    const uint32_t *near = &x->near[near_of->first];
    const uint32_t count = near_of->count[express_search(w, f->ttl)];
    const uint64_t *answers = f->answers;
    for (uint32_t i = 0; i < count; i++) {
        if (express_bit(answers, near[i])) {
            return near[i];
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
    const uint32_t node = first_of(w, f);
    if (SIM_LIKELY(node == f->first)) {
        return;
    }
    (void)engine_cancel(&w->engine, f->answer);
    f->first = node;
    f->answer = EV_NONE;
    if (node == EXPRESS_NOBODY) {
        return;
    }
    const sim_time at = arrival_at(w, f, node);
    const struct express_way *way = express_way(w, node, f->origin);
    const struct wire_message m = answer_to(w, f, node);
    const uint64_t number = express_foretell(w, node, at, comes_from(w, f, node), f->sequence);
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

/* An answer goes its own way, and is told from what becomes of it. */
SIM_NOINLINE void express_note_answer(struct world *w, struct express_flood *f, uint32_t node,
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
        express_set_bit(f->answers, node, holds);
    }
}

/* Where links differ: all holders that the flood comes to. */
static void note_holders(struct world *w, struct express_flood *f)
{
    const struct express *x = w->express;
    const uint64_t *held = express_held(x, f->tasklet);
    memset(f->answers, 0, x->answer_words * sizeof *held);
    for (uint32_t node = 0; node < x->nodes; node++) {
        if (express_bit(held, node) && arrival_at(w, f, node) != SIM_TIME_NEVER) {
            express_note_answer(w, f, node, true);
        }
    }
}

/* All holders; the origin, and what the flood does not come to, are passed over later. */
static void copy_holders(const struct express *x, struct express_flood *f)
{
    memcpy(f->answers, express_held(x, f->tasklet), x->answer_words * sizeof *x->held);
}

/* Where it goes. False without memory. */
static bool spread(struct world *w, struct express_flood *f)
{
    struct express *x = w->express;
    if (SIM_UNLIKELY(x->differs)) {
        return express_spread_flood(w, f) && add_to_tasklet(x, f);
    }
    f->over = f->start.at + f->reach * w->spec.traffic.hop_delay_ns;
    f->spread = 0;
    add_to_origin(x, f);
    return add_to_tasklet(x, f);
}

void express_flood(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    struct express *x = w->express;
    ASSERT(m->origin == node); /* what others would forward is no event here */
    if (SIM_UNLIKELY(x->begun[node].count >= x->begun[node].due)) {
        account_floods(w, node, now);
    }
    if (SIM_UNLIKELY(x->near_of[node].farthest == 0 && !x->differs && !find_near(w, node))) {
        engine_overflow(&w->engine);
        return;
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
    f->reach = m->ttl < x->near_of[node].farthest ? m->ttl : x->near_of[node].farthest;
    if (SIM_UNLIKELY(!spread(w, f))) {
        engine_overflow(&w->engine);
        return;
    }
    f->sequence = express_number(w, node, WIRE_QUERY, f->spread);
    if (SIM_UNLIKELY(x->differs)) {
        note_holders(w, f);
    } else {
        copy_holders(x, f);
    }
    arrange_first(w, f);
    if (SIM_UNLIKELY(x->differs)) {
        express_overtake(w, f);
    }
}

/* ---- who comes to hold what is searched ---- */

/* A node that a flood is yet to come to answers it then, or does not. */
static void change_answer(struct world *w, struct express_flood *f, uint32_t node, bool holds)
{
    struct express *x = w->express;
    if (SIM_UNLIKELY(x->differs)) {
        express_note_answer(w, f, node, holds);
    } else {
        express_set_bit(f->answers, node, holds);
    }
    arrange_first(w, f);
}

/* As arrival_at(); SIM_TIME_NEVER where it has come. */
static sim_time yet_to_come_at(const struct world *w, const struct express_travel *t, uint32_t node,
                               sim_time now)
{
    const struct express *x = w->express;
    if (SIM_UNLIKELY(x->differs)) {
        const sim_time at = arrival_at(w, express_flood_at(x, t->flood), node);
        return at >= now ? at : SIM_TIME_NEVER;
    }
    const uint32_t hops = express_hops(w, node, t->origin);
    const sim_time at = t->start + hops * w->spec.traffic.hop_delay_ns;
    return hops != 0 && at <= t->over && at >= now ? at : SIM_TIME_NEVER;
}

void express_tell_floods(struct world *w, uint32_t node, sim_time now, uint32_t tasklet, bool holds)
{
    struct express *x = w->express;
    struct express_under_way *of = &x->under_way_of[tasklet];
    const uint16_t *hops = &w->spec.mesh->hops[(size_t)node * x->nodes];
    forget_those_over(x, of, now);
    for (size_t i = 0; i < of->count; i++) {
        SIM_PREFETCH(&hops[of->flood[i].origin]); /* each lies in a line of its own */
    }
    for (size_t i = 0; i < of->count; i++) {
        const struct express_travel *t = &of->flood[i];
        struct express_flood *f = express_flood_at(x, t->flood);
        const sim_time at = yet_to_come_at(w, t, node, now);
        if (at != SIM_TIME_NEVER &&
            (at > now ||
             express_is_to_come(w, node, now, at, comes_from(w, f, node), f->sequence))) {
            change_answer(w, f, node, holds);
        }
    }
}
