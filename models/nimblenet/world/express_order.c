/*
 * The order of messages that come over one link in one instant, told from their routes.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* A message whose place in the order is asked for, and how it was made; NULL: that is forgotten. */
struct message {
    uint64_t number;
    const struct express_made *made;
};

/* ---- messages as they are made ---- */

/* Messages remembered, to begin with: in a busy mesh, of so many for each node and hop. */
enum { MADE_LEAST = 512, MADE_EACH = 8 };

bool express_order_create(struct express *x)
{
    uint64_t made = MADE_LEAST;
    while (made < (uint64_t)MADE_EACH * x->nodes * (x->diameter + 2)) {
        made *= 2;
    }
    if (made > UINT32_MAX) {
        return false;
    }
    x->made_mask = (uint32_t)(made - 1);
    x->made = memory_reserve_unset(made * sizeof *x->made);
    x->made_spread = x->differs ? memory_reserve_unset(made * sizeof *x->made_spread) : NULL;
    return x->made != NULL && (!x->differs || x->made_spread != NULL);
}

void express_order_destroy(struct express *x)
{
    memory_release(x->made, ((size_t)x->made_mask + 1) * sizeof *x->made);
    memory_release(x->made_spread, ((size_t)x->made_mask + 1) * sizeof *x->made_spread);
}

size_t express_order_memory_bytes(const struct express *x)
{
    return ((size_t)x->made_mask + 1) *
           (sizeof *x->made + (x->differs ? sizeof *x->made_spread : 0));
}

static struct express_made *made_at(const struct express *x, uint64_t number)
{
    return &x->made[number & x->made_mask];
}

/* Where none that is younger may be forgotten, twice as many are remembered. */
static SIM_COLD void remember_more(struct world *w)
{
    struct express *x = w->express;
    const uint64_t kept = (uint64_t)x->made_mask + 1;
    if (x->differs) {
        uint32_t *spread =
            memory_double_ring(x->made_spread, kept, x->made_count, sizeof *x->made_spread);
        if (spread == NULL) {
            engine_fail(&w->engine, SIM_ERR_NOMEM);
            return;
        }
        x->made_spread = spread;
    }
    struct express_made *larger =
        kept <= UINT32_MAX / 2 ? memory_double_ring(x->made, kept, x->made_count, sizeof *larger)
                               : NULL;
    if (larger == NULL) {
        engine_fail(&w->engine, SIM_ERR_NOMEM);
        return;
    }
    x->made = larger;
    x->made_mask = 2 * x->made_mask + 1;
}

static SIM_ALWAYS_INLINE uint64_t remember(struct world *w, const struct express_made *made)
{
    struct express *x = w->express;
    if (SIM_UNLIKELY(x->made_count > x->made_mask &&
                     w->engine.now - made_at(x, x->made_count)->at <= x->remembered_ns)) {
        remember_more(w);
    }
    *made_at(x, x->made_count) = *made;
    return x->made_count++;
}

uint64_t express_number(struct world *w, uint32_t node, uint8_t kind, uint32_t spread)
{
    const struct ev_slot *firing = &w->engine.queue.slot[w->engine.queue.firing];
    const bool by_message = firing->kind == WORLD_EXPRESS && firing->source < w->express->nodes;
    const uint64_t number = remember(w, &(struct express_made){
                                            .at = w->engine.now,
                                            .maker = node & INT32_MAX,
                                            .is_query = kind == WIRE_QUERY,
                                            .cause = by_message ? firing->source : EXPRESS_NOBODY,
                                            .because = firing->sequence,
                                        });
    if (SIM_UNLIKELY(w->express->differs)) {
        w->express->made_spread[number & w->express->made_mask] = spread;
    }
    return number;
}

uint64_t express_foretell(struct world *w, uint32_t node, sim_time at, uint32_t cause,
                          uint64_t because)
{
    return remember(w, &(struct express_made){
                           .at = at,
                           .maker = node & INT32_MAX,
                           .cause = cause,
                           .because = because,
                       });
}

static struct message find(const struct world *w, uint64_t number)
{
    const struct express *x = w->express;
    const bool is_made = number < x->made_count && x->made_count - number - 1 <= x->made_mask;
    return (struct message){.number = number, .made = is_made ? made_at(x, number) : NULL};
}

/* ---- where they were ---- */

static bool is_by_spread(const struct world *w, const struct message *m)
{
    return m->made->is_query && w->express->differs;
}

/* Where links differ, how a query came to a node. */
static const struct express_reach *reach_of(const struct world *w, const struct message *m,
                                            uint32_t node)
{
    const struct express *x = w->express;
    return &express_reach(x, x->made_spread[m->number & x->made_mask])[node];
}

/* Hops from its maker to a node that it has come to, on its way or at its end. */
static uint32_t way_of(const struct world *w, const struct message *m, uint32_t node)
{
    return SIM_UNLIKELY(is_by_spread(w, m)) ? reach_of(w, m, node)->hops
                                            : express_hops(w, m->made->maker, node);
}

static uint32_t walk(const struct world *w, uint32_t node, uint32_t destination, uint32_t steps)
{
    while (steps-- > 0) {
        node = express_towards(w, node, destination);
    }
    return node;
}

static SIM_NOINLINE uint32_t walk_back(const struct world *w, const struct message *m,
                                       uint32_t node, uint32_t steps)
{
    while (steps-- > 0) {
        node = reach_of(w, m, node)->from;
    }
    return node;
}

/* Where it was so many steps before it came to a node, way hops from its maker; whom its cause came
 * from, a step before it was made. */
static uint32_t place_before(const struct world *w, const struct message *m, uint32_t node,
                             uint32_t way, uint32_t steps)
{
    if (steps > way) {
        return m->made->cause;
    }
    if (SIM_UNLIKELY(is_by_spread(w, m))) {
        return walk_back(w, m, node, steps);
    }
    return m->made->is_query ? walk(w, node, m->made->maker, steps)
                             : walk(w, m->made->maker, node, way - steps);
}

/* ---- who comes first ---- */

/*
 * Over the full path, of two frames over one link the one goes first that came to the link's
 * beginning first: in an earlier event of the node there, and those are ordered by whom they come
 * from; a node's own come last, and so do the robots'. So we go back until the two came from
 * different neighbours. Where one was made before that, what caused it takes its place, and we go
 * on from there. Where both were made by one node, in one instant then, the same is asked of what
 * caused them: numbers tell only what one event made, or a node's own events, since answers are
 * numbered ahead of their time.
 */
static bool comes_first(const struct world *w, uint32_t node, struct message one,
                        struct message other)
{
    while (one.made != NULL && other.made != NULL) {
        const uint32_t way = way_of(w, &one, node);
        const uint32_t other_way = way_of(w, &other, node);
        const uint32_t last = way == other_way ? way : (way < other_way ? way : other_way) + 1;
        for (uint32_t back = 1; back <= last; back++) {
            const uint32_t from = place_before(w, &one, node, way, back);
            const uint32_t from_other = place_before(w, &other, node, other_way, back);
            if (from != from_other) {
                return from < from_other;
            }
        }
        const bool both = way == other_way; /* one maker */
        if (both && one.made->cause != other.made->cause) {
            return one.made->cause < other.made->cause;
        }
        if (both &&
            (one.made->cause == EXPRESS_NOBODY || one.made->because == other.made->because)) {
            break;
        }
        const bool goes_on = way <= other_way; /* from what caused it; else from where it was */
        const bool other_goes_on = other_way <= way;
        const uint64_t number = goes_on ? one.made->because : one.number;
        const uint64_t other_number = other_goes_on ? other.made->because : other.number;
        if (number == other_number) {
            return way < other_way; /* an answer is sent before what it answers is sent on */
        }
        node = goes_on ? one.made->maker : other.made->maker;
        one = goes_on ? find(w, number) : one;
        other = other_goes_on ? find(w, other_number) : other;
    }
    return one.number < other.number;
}

bool express_query_is_first(const struct world *w, uint32_t node, uint64_t number,
                            uint64_t other_number)
{
    return comes_first(w, node, find(w, number), find(w, other_number));
}

bool express_is_first(const void *world, uint32_t node, const struct ev_slot *a,
                      const struct ev_slot *b)
{
    return a->kind == WORLD_EXPRESS && b->kind == WORLD_EXPRESS
               ? express_query_is_first(world, node, a->sequence, b->sequence)
               : a->sequence < b->sequence;
}

bool express_answers_first(const struct world *w, const struct express_flood *f, uint32_t node,
                           uint32_t other)
{
    const struct express_reach *reach = express_reach(w->express, f->spread);
    struct express_made answer[2];
    const uint32_t maker[2] = {node, other};
    for (uint32_t i = 0; i < 2; i++) {
        answer[i] = (struct express_made){
            .maker = maker[i] & INT32_MAX,
            .cause = reach[maker[i]].from,
            .because = f->sequence,
        };
    }
    const struct message one = {.number = UINT64_MAX, .made = &answer[0]}; /* not made yet */
    const struct message two = {.number = UINT64_MAX, .made = &answer[1]};
    return comes_first(w, f->origin, one, two);
}
