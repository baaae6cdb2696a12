/*
 * The order of messages that come over one link in one instant, told from their routes.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* ---- messages as they are made ---- */

static struct express_made *made_at(const struct express *x, uint64_t number)
{
    return &x->made[number & x->made_mask];
}

/* Where none that is younger may be forgotten, twice as many are remembered. */
static SIM_COLD void remember_more(struct world *w)
{
    struct express *x = w->express;
    const uint64_t kept = (uint64_t)x->made_mask + 1;
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
    return remember(w, &(struct express_made){
                           .number = w->express->made_count,
                           .at = w->engine.now,
                           .maker = node,
                           .kind = kind,
                           .cause = by_message ? firing->source : EXPRESS_NOBODY,
                           .because = firing->sequence,
                           .spread = spread,
                       });
}

uint64_t express_foretell(struct world *w, uint32_t node, uint8_t kind, sim_time at, uint32_t cause,
                          uint64_t because)
{
    return remember(w, &(struct express_made){
                           .number = w->express->made_count,
                           .at = at,
                           .maker = node,
                           .kind = kind,
                           .cause = cause,
                           .because = because,
                       });
}

/* NULL where it was made so long ago that it is forgotten. */
static const struct express_made *find(const struct world *w, uint64_t number)
{
    const struct express_made *made = made_at(w->express, number);
    return made->number == number ? made : NULL;
}

/* ---- where they were ---- */

/* Where links differ, how a query came to a node. */
static const struct express_reach *reach_of(const struct world *w, const struct express_made *made,
                                            uint32_t node)
{
    return &express_reach(w->express, made->spread)[node];
}

static bool is_by_spread(const struct world *w, const struct express_made *made)
{
    return made->kind == WIRE_QUERY && w->express->differs;
}

/* Hops from its maker to a node that it has come to, on its way or at its end. */
static uint32_t way_of(const struct world *w, const struct express_made *made, uint32_t node)
{
    return SIM_UNLIKELY(is_by_spread(w, made)) ? reach_of(w, made, node)->hops
                                               : express_hops(w, made->maker, node);
}

static uint32_t walk(const struct world *w, uint32_t node, uint32_t destination, uint32_t steps)
{
    while (steps-- > 0) {
        node = express_towards(w, node, destination);
    }
    return node;
}

static SIM_NOINLINE uint32_t walk_back(const struct world *w, const struct express_made *made,
                                       uint32_t node, uint32_t steps)
{
    while (steps-- > 0) {
        node = reach_of(w, made, node)->from;
    }
    return node;
}

/* Where it was so many steps before it came to a node, way hops from its maker; whom its cause came
 * from, a step before it was made. */
static uint32_t place_before(const struct world *w, const struct express_made *made, uint32_t node,
                             uint32_t way, uint32_t steps)
{
    if (steps > way) {
        return made->cause;
    }
    if (SIM_UNLIKELY(is_by_spread(w, made))) {
        return walk_back(w, made, node, steps);
    }
    return made->kind == WIRE_QUERY ? walk(w, node, made->maker, steps)
                                    : walk(w, made->maker, node, way - steps);
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
static bool comes_first(const struct world *w, uint32_t node, const struct express_made *one,
                        const struct express_made *other)
{
    for (;;) {
        const uint32_t way = way_of(w, one, node);
        const uint32_t other_way = way_of(w, other, node);
        const uint32_t last = way == other_way ? way : (way < other_way ? way : other_way) + 1;
        for (uint32_t back = 1; back <= last; back++) {
            const uint32_t from = place_before(w, one, node, way, back);
            const uint32_t from_other = place_before(w, other, node, other_way, back);
            if (from != from_other) {
                return from < from_other;
            }
        }
        const bool both = way == other_way; /* one maker */
        if (both && one->cause != other->cause) {
            return one->cause < other->cause;
        }
        if (both && (one->cause == EXPRESS_NOBODY || one->because == other->because)) {
            return one->number < other->number;
        }
        const bool goes_on = way <= other_way; /* from what caused it; else from where it was */
        const bool other_goes_on = other_way <= way;
        const uint64_t number = goes_on ? one->because : one->number;
        const uint64_t other_number = other_goes_on ? other->because : other->number;
        if (number == other_number) {
            return way < other_way; /* an answer is sent before what it answers is sent on */
        }
        node = goes_on ? one->maker : other->maker;
        one = goes_on ? find(w, number) : one;
        other = other_goes_on ? find(w, other_number) : other;
        if (SIM_UNLIKELY(one == NULL || other == NULL)) {
            return number < other_number;
        }
    }
}

bool express_is_first(const void *world, uint32_t node, const struct ev_slot *a,
                      const struct ev_slot *b)
{
    const struct express_made *one = NULL;
    const struct express_made *other = NULL;
    if (a->kind == WORLD_EXPRESS && b->kind == WORLD_EXPRESS) {
        one = find(world, a->sequence);
        other = find(world, b->sequence);
    }
    return one != NULL && other != NULL ? comes_first(world, node, one, other)
                                        : a->sequence < b->sequence;
}

bool express_query_is_first(const struct world *w, uint32_t node, uint64_t number,
                            uint64_t other_number)
{
    const struct ev_slot one = {.kind = WORLD_EXPRESS, .sequence = number};
    const struct ev_slot other = {.kind = WORLD_EXPRESS, .sequence = other_number};
    return express_is_first(w, node, &one, &other);
}

bool express_answers_first(const struct world *w, const struct express_flood *f, uint32_t node,
                           uint32_t other)
{
    const struct express_reach *reach = express_reach(w->express, f->spread);
    struct express_made answer[2];
    const uint32_t maker[2] = {node, other};
    for (uint32_t i = 0; i < 2; i++) {
        answer[i] = (struct express_made){
            .number = UINT64_MAX, /* not made yet */
            .kind = WIRE_HAVE,
            .maker = maker[i],
            .cause = reach[maker[i]].from,
            .because = f->sequence,
        };
    }
    return comes_first(w, f->origin, &answer[0], &answer[1]);
}
