/*
 * Floods that are overtaken. A node remembers the newest flood of an origin and FLOOD_WINDOW - 1
 * before it (flood.h); what is older counts as seen. Where links differ, a flood may come to a node
 * behind one of its origin that began so many searches later: the node drops it then. That is known
 * when the later one begins, which is before either is there. From then on the older one spreads
 * otherwise: it is rehearsed again, and what was accounted of it is taken back.
 *
 * This takes dozens of searches of one node within the time that a flood is under way.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"

static sim_time arrival(const struct express *x, uint32_t spread, uint32_t node)
{
    const sim_time at = express_reach(x, spread)[node].at;
    return at == SIM_TIME_NEVER ? at : express_spread_at(x, spread)->begun + at;
}

/* Whether another flood of its origin comes to a node before it. */
static bool comes_before(const struct world *w, uint32_t spread, uint32_t other, uint32_t node)
{
    const struct express *x = w->express;
    const sim_time at = arrival(x, spread, node);
    const sim_time other_at = arrival(x, other, node);
    if (at != other_at) {
        return at > other_at;
    }
    const uint32_t from = express_reach(x, spread)[node].from;
    const uint32_t other_from = express_reach(x, other)[node].from;
    return other_from != from
               ? other_from < from
               : express_query_is_first(w, node, express_spread_at(x, other)->sequence,
                                        express_spread_at(x, spread)->sequence);
}

bool express_is_overtaken(const struct world *w, const struct express_flood *f, uint32_t node)
{
    const struct express *x = w->express;
    for (uint32_t i = x->last_spread[f->origin]; i != 0;) {
        const struct express_spread *later = express_spread_at(x, i - 1);
        if (later->request - f->request < FLOOD_WINDOW || later->request < f->request) {
            return false;
        }
        if (arrival(x, i - 1, node) != SIM_TIME_NEVER && comes_before(w, f->spread, i - 1, node)) {
            return true;
        }
        i = later->before;
    }
    return false;
}

/* Where a flood's row has changed, its answers do. */
static void change_answers(struct world *w, struct express_flood *f,
                           const struct express_reach *other, bool holds)
{
    const struct express_reach *row = express_reach(w->express, f->spread);
    const uint64_t *held = express_held(w->express, f->tasklet);
    for (uint32_t node = 0; node < w->express->nodes; node++) {
        if (row[node].at != other[node].at && row[node].at != SIM_TIME_NEVER &&
            express_bit(held, node)) {
            express_note_answer(w, f, node, holds);
        }
    }
}

static void swap_rows(struct express *x, const struct express_flood *f)
{
    struct express_reach *row = express_reach(x, f->spread);
    for (uint32_t node = 0; node < x->nodes; node++) {
        const struct express_reach other = x->other_row[node];
        x->other_row[node] = row[node];
        row[node] = other;
    }
}

static void rehearse_again(struct world *w, struct express_flood *f)
{
    struct express *x = w->express;
    express_repeat(w, f, UINT64_MAX);
    memcpy(x->other_row, express_reach(x, f->spread), x->nodes * sizeof *x->other_row);
    f->over = f->start.at + express_rehearse(w, f);
    swap_rows(x, f); /* what was accounted of answers is taken back by the old row */
    change_answers(w, f, x->other_row, false);
    swap_rows(x, f);
    change_answers(w, f, x->other_row, true);
    express_find_first_anew(w, f);
}

/* ---- who may be overtaken ---- */

/* The last time at which a flood may begin that comes anywhere with it or before: none is faster
 * than the shortest hops are. */
static sim_time safe_from(const struct world *w, const struct express_flood *f)
{
    const struct express *x = w->express;
    const struct express_reach *row = express_reach(x, f->spread);
    sim_time last = -1;
    for (uint32_t node = 0; node < x->nodes; node++) {
        if (node != f->origin && row[node].at != SIM_TIME_NEVER) {
            const sim_time least = express_hops(w, f->origin, node) * x->shortest_hop_ns;
            const sim_time begun = f->start.at + row[node].at - least;
            last = begun > last ? begun : last;
        }
    }
    return last;
}

/* A spread's times, and those of all that begun after it. */
static void note_times(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    struct express_spread *own = express_spread_at(x, f->spread);
    own->over = f->over;
    own->safe = safe_from(w, f);
    for (uint32_t i = x->last_spread[f->origin]; i > f->spread;) {
        struct express_spread *s = express_spread_at(x, i - 1);
        s->all_safe = own->safe > s->all_safe ? own->safe : s->all_safe;
        i = s->before;
    }
}

/* Whether that many spreads were taken, and the last of them is remembered; what is not is over. */
static bool is_kept(const struct express *x, uint32_t spreads)
{
    return spreads != 0 && x->spread_count - spreads <= x->spread_mask;
}

/* Whether a flood that begins now comes before an older one of its origin to any node. Where
 * nothing is lost, those of one kind take the same ways. */
static bool overtakes(const struct world *w, const struct express_flood *f, uint32_t older)
{
    const struct express *x = w->express;
    const struct express_spread *s = express_spread_at(x, older);
    if (s->safe < f->start.at || (!x->loses && s->ttl == f->ttl)) {
        return false;
    }
    for (uint32_t node = 0; node < x->nodes; node++) {
        if (node != f->origin && arrival(x, older, node) != SIM_TIME_NEVER &&
            comes_before(w, older, f->spread, node)) {
            return true;
        }
    }
    return false;
}

void express_overtake(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    struct express_spread *own = express_spread_at(x, f->spread);
    own->sequence = f->sequence;
    own->all_safe = is_kept(x, own->before) ? express_spread_at(x, own->before - 1)->all_safe : -1;
    note_times(w, f);
    uint32_t *recent = &x->recent[(size_t)f->origin * FLOOD_WINDOW + f->request % FLOOD_WINDOW];
    uint32_t i = *recent; /* whose number lies FLOOD_WINDOW behind */
    *recent = f->spread + 1;
    while (is_kept(x, i) && express_spread_at(x, i - 1)->all_safe >= f->start.at) {
        if (overtakes(w, f, i - 1)) {
            struct express_flood *older = express_flood_at(x, express_spread_at(x, i - 1)->flood);
            rehearse_again(w, older);
            note_times(w, older);
        }
        i = express_spread_at(x, i - 1)->before;
    }
}
