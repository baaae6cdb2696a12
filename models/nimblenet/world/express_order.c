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
        kept <= UINT32_MAX / 2 ? memory_reserve(2 * kept * sizeof *larger) : NULL;
    if (larger == NULL) {
        engine_fail(&w->engine, SIM_ERR_NOMEM);
        return;
    }
    const uint32_t mask = 2 * x->made_mask + 1;
    for (uint64_t number = x->made_count - kept; number < x->made_count; number++) {
        larger[number & mask] = *made_at(x, number);
    }
    memory_release(x->made, kept * sizeof *x->made);
    x->made = larger;
    x->made_mask = mask;
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

uint64_t express_number(struct world *w, uint32_t node, uint8_t kind)
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

/* ---- where they were ---- */

/* A message that has come to a node, on its way or at its end. */
struct arrival {
    const struct express_made *made;
    uint32_t node, way; /* hops from its maker */
};

/* False where it was made so long ago that it is forgotten. */
static bool find_arrival(struct arrival *a, const struct world *w, uint32_t node, uint64_t number)
{
    a->made = made_at(w->express, number);
    a->node = node;
    a->way = express_hops(w, a->made->maker, node);
    return a->made->number == number;
}

static uint32_t walk(const struct world *w, uint32_t node, uint32_t destination, uint32_t steps)
{
    while (steps-- > 0) {
        node = express_towards(w, node, destination);
    }
    return node;
}

/* Where it was so many steps before; whom its cause came from, a step before it was made. */
static uint32_t place_before(const struct world *w, const struct arrival *a, uint32_t steps)
{
    if (steps > a->way) {
        return a->made->cause;
    }
    return a->made->kind == WIRE_QUERY ? walk(w, a->node, a->made->maker, steps)
                                       : walk(w, a->made->maker, a->node, a->way - steps);
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
static bool comes_first(const struct world *w, uint32_t node, uint64_t number,
                        uint64_t other_number)
{
    for (;;) {
        struct arrival one;
        struct arrival other;
        if (!find_arrival(&one, w, node, number) || !find_arrival(&other, w, node, other_number)) {
            return number < other_number;
        }
        const uint32_t shorter = one.way < other.way ? one.way : other.way;
        const uint32_t last = one.way == other.way ? shorter : shorter + 1;
        for (uint32_t back = 1; back <= last; back++) {
            const uint32_t from = place_before(w, &one, back);
            const uint32_t from_other = place_before(w, &other, back);
            if (from != from_other) {
                return from < from_other;
            }
        }
        if (one.way == other.way) { /* one maker */
            if (one.made->cause != other.made->cause) {
                return one.made->cause < other.made->cause;
            }
            if (one.made->cause == EXPRESS_NOBODY || one.made->because == other.made->because) {
                return number < other_number;
            }
            node = one.made->maker;
            number = one.made->because;
            other_number = other.made->because;
            continue;
        }
        struct arrival *younger = one.way < other.way ? &one : &other;
        node = younger->made->maker;
        *(younger == &one ? &number : &other_number) = younger->made->because;
        if (number == other_number) {
            return younger == &one; /* an answer is sent before what it answers is sent on */
        }
    }
}

bool express_is_first(const void *world, uint32_t node, const struct ev_slot *a,
                      const struct ev_slot *b)
{
    if (a->kind != WORLD_EXPRESS || b->kind != WORLD_EXPRESS) {
        return a->sequence < b->sequence;
    }
    return comes_first(world, node, a->sequence, b->sequence);
}
