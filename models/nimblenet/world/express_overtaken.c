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
static void change_answers(struct world *w, const struct express_flood *f,
                           const struct express_reach *other, bool holds)
{
    const struct express_reach *row = express_reach(w->express, f->spread);
    for (uint32_t node = 0; node < w->express->nodes; node++) {
        if (row[node].at != other[node].at && row[node].at != SIM_TIME_NEVER &&
            express_answers(w, f, node)) {
            express_note_answer(w, f, node, holds);
        }
    }
}

static void rehearse_again(struct world *w, struct express_flood *f)
{
    struct express *x = w->express;
    struct express_reach *row = express_reach(x, f->spread);
    const size_t bytes = x->nodes * sizeof *row;
    express_repeat(w, f, UINT64_MAX);
    memcpy(x->other_row, row, bytes);
    f->over = f->start.at + express_rehearse(w, f);
    for (uint32_t node = 0; node < x->nodes; node++) { /* the old row is needed once more */
        const struct express_reach old = x->other_row[node];
        x->other_row[node] = row[node];
        row[node] = old;
    }
    change_answers(w, f, x->other_row, false);
    for (uint32_t node = 0; node < x->nodes; node++) {
        const struct express_reach new = x->other_row[node];
        x->other_row[node] = row[node];
        row[node] = new;
    }
    change_answers(w, f, x->other_row, true);
    express_find_first_anew(w, f);
}

/* The times up to which an origin's floods are under way. */
static void note_end(struct express *x, uint32_t origin, uint32_t first, sim_time over)
{
    for (uint32_t i = x->last_spread[origin]; i != 0 && i > first;) {
        struct express_spread *s = express_spread_at(x, i - 1);
        s->all_over = over > s->all_over ? over : s->all_over;
        i = s->before;
    }
}

/* Whether that many spreads were taken, and the last of them is remembered; what is not is over. */
static bool is_kept(const struct express *x, uint32_t spreads)
{
    return spreads != 0 && x->spread_count - spreads <= x->spread_mask;
}

void express_overtake(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    struct express_spread *own = express_spread_at(x, f->spread);
    const sim_time before =
        is_kept(x, own->before) ? express_spread_at(x, own->before - 1)->all_over : -1;
    own->sequence = f->sequence;
    own->over = f->over;
    own->all_over = f->over > before ? f->over : before;
    uint32_t *recent = &x->recent[(size_t)f->origin * FLOOD_WINDOW + f->request % FLOOD_WINDOW];
    uint32_t i = *recent; /* whose number lies FLOOD_WINDOW behind */
    *recent = f->spread + 1;
    const sim_time now = f->start.at;
    while (is_kept(x, i) && express_spread_at(x, i - 1)->all_over >= now) {
        struct express_spread *s = express_spread_at(x, i - 1);
        if (s->over >= now) {
            struct express_flood *older = &x->flood[s->flood];
            rehearse_again(w, older);
            s->over = older->over;
            note_end(x, f->origin, i - 1, older->over);
        }
        i = s->before;
    }
}
