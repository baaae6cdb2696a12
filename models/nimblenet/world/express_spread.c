/*
 * How a flood spreads where links differ or lose copies. Whether a copy is lost belongs to its
 * name, and where copies go does not depend on what nodes hold: so the whole flood is rehearsed
 * when it begins, its copies in the order of the full path, and nothing else. Where nothing is
 * lost, all floods of an origin spread alike, and one rehearsal is enough.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* ---- links ---- */

bool express_loses(const struct world *w, uint32_t link, sim_time now, const struct wire_message *m)
{
    return w->express->loses && radio_loses(w, link, now, 0, m);
}

/* ---- memory ---- */

enum { SPREADS_LEAST = 64 };

static size_t row_bytes(const struct express *x)
{
    return x->nodes * sizeof(struct express_reach);
}

static size_t spread_bytes(const struct express *x)
{
    return sizeof(struct express_spread) + row_bytes(x);
}

struct express_spread *express_spread_at(const struct express *x, uint32_t spread)
{
    return (struct express_spread *)(void *)&x
        ->spreads[(size_t)(spread & x->spread_mask) * spread_bytes(x)];
}

struct express_reach *express_reach(const struct express *x, uint32_t spread)
{
    return (struct express_reach *)(void *)(express_spread_at(x, spread) + 1);
}

bool express_spread_create(struct express *x)
{
    x->spread_mask = SPREADS_LEAST - 1;
    x->alike_rows = x->loses ? 0 : EXPRESS_SEARCHES * x->nodes;
    x->spreads = memory_reserve(SPREADS_LEAST * spread_bytes(x));
    x->alike = memory_reserve((x->alike_rows + 1) * row_bytes(x));
    x->alike_takes = memory_reserve((x->alike_rows + 1) * sizeof *x->alike_takes);
    x->last_spread = memory_reserve(x->nodes * sizeof *x->last_spread);
    x->recent = memory_reserve((size_t)FLOOD_WINDOW * x->nodes * sizeof *x->recent);
    if (x->spreads == NULL || x->alike == NULL || x->alike_takes == NULL ||
        x->last_spread == NULL || x->recent == NULL ||
        ev_init(&x->rehearsal, 4 * x->nodes) != SIM_OK) {
        return false;
    }
    x->other_row = &x->alike[x->alike_rows * x->nodes];
    return true;
}

void express_spread_destroy(struct express *x)
{
    const size_t rows = (size_t)x->spread_mask + 1;
    if (x->differs) {
        memory_release(x->spreads, rows * spread_bytes(x));
        memory_release(x->alike, (x->alike_rows + 1) * row_bytes(x));
        memory_release(x->alike_takes, (x->alike_rows + 1) * sizeof *x->alike_takes);
        memory_release(x->last_spread, x->nodes * sizeof *x->last_spread);
        memory_release(x->recent, (size_t)FLOOD_WINDOW * x->nodes * sizeof *x->recent);
        ev_deinit(&x->rehearsal);
    }
}

size_t express_spread_memory_bytes(const struct express *x)
{
    const size_t rows = (size_t)x->spread_mask + 1;
    const size_t origin_bytes = sizeof *x->last_spread + FLOOD_WINDOW * sizeof *x->recent;
    return !x->differs ? 0
                       : rows * spread_bytes(x) +
                             (x->alike_rows + 1) * (row_bytes(x) + sizeof *x->alike_takes) +
                             x->nodes * origin_bytes + x->rehearsal.memory_bytes;
}

/* Twice as many spreads. False without memory. */
static SIM_COLD bool grow(struct express *x)
{
    const uint32_t kept = x->spread_mask + 1;
    unsigned char *larger =
        kept <= UINT32_MAX / 4
            ? memory_double_ring(x->spreads, kept, x->spread_count, spread_bytes(x))
            : NULL;
    if (larger == NULL) {
        return false;
    }
    x->spreads = larger;
    x->spread_mask = 2 * kept - 1;
    return true;
}

/* A place for a flood's spread; one that may still be asked for keeps its own. False without
 * memory. */
static bool take_place(struct express *x, struct express_flood *f)
{
    const struct express_spread *oldest = express_spread_at(x, x->spread_count);
    const sim_time now = f->start.at;
    const bool is_kept = x->spread_count > x->spread_mask &&
                         (now - oldest->begun <= x->remembered_ns || oldest->over >= now);
    if (SIM_UNLIKELY(is_kept && !grow(x))) {
        return false;
    }
    f->spread = x->spread_count++;
    *express_spread_at(x, f->spread) = (struct express_spread){
        .begun = now,
        .request = f->request,
        .ttl = f->ttl,
        .flood = f->number,
        .before = x->last_spread[f->origin],
    };
    x->last_spread[f->origin] = f->spread + 1;
    return true;
}

/* ---- copies ---- */

/* Whether copies that a node sends spare the neighbour that its own came from. */
static bool spares(const struct world *w, uint32_t neighbour, uint32_t from)
{
    return neighbour == from && !w->spec.setup->protocol.flood_back && !w->spec.traffic.broadcast;
}

/* A copy comes in the rehearsal, if the run still sees that. */
static void expect_copy(struct world *w, const struct express_flood *f, uint32_t from, uint32_t to,
                        sim_time delay)
{
    const struct express_reach *sender = &express_reach(w->express, f->spread)[from];
    const sim_time at = sender->at + delay;
    if (at > w->spec.duration_ns - f->start.at) {
        return;
    }
    struct ev_slot *slot = ev_push(&w->express->rehearsal, at, to, EV_RISING);
    if (SIM_UNLIKELY(slot == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    slot->source = from;
    slot->sequence = 0; /* there is but one over each link */
    slot->arg = sender->ttl - 1u;
}

/* A node sends its copies, if the run still sees that: they are accounted, so many times; and come,
 * where that is rehearsed. */
static void send_copies(struct world *w, const struct express_flood *f, uint32_t node,
                        uint64_t times, bool rehearses)
{
    const struct mesh *mesh = w->spec.mesh;
    const struct wire_message query = express_query(f);
    const struct express_reach *reach = &express_reach(w->express, f->spread)[node];
    struct express_clock c = f->start;
    if (!express_set_clock(&c, w, f->start.at + reach->at)) {
        return;
    }
    uint32_t copies = 0;
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        const uint32_t to = mesh->link[l].to;
        if (spares(w, to, reach->from)) {
            continue;
        }
        const sim_time delay = w->express->delay_ns[l];
        const bool is_lost = express_loses(w, l, c.at, &query);
        express_account_copy(w, node, l, &c, is_lost ? -1 : delay, times);
        if (rehearses && !is_lost) {
            expect_copy(w, f, node, to, delay);
        }
        copies++;
    }
    const uint32_t transmissions = w->spec.traffic.broadcast ? copies > 0 : copies;
    express_account_transmissions(w, node, &c, times * transmissions);
}

void express_repeat(struct world *w, const struct express_flood *f, uint64_t times)
{
    const struct express_reach *reach = express_reach(w->express, f->spread);
    for (uint32_t node = 0; node < w->express->nodes; node++) {
        if (reach[node].at != SIM_TIME_NEVER && reach[node].ttl > 0) {
            send_copies(w, f, node, times, false);
        }
    }
}

/* ---- rehearsals ---- */

static void begin(struct express *x, const struct express_flood *f)
{
    struct express_reach *reach = express_reach(x, f->spread);
    for (uint32_t node = 0; node < x->nodes; node++) {
        reach[node] = (struct express_reach){.at = SIM_TIME_NEVER};
    }
    reach[f->origin] = (struct express_reach){.from = EXPRESS_NOBODY, .ttl = f->ttl};
}

/* The first copy to a node, unless that takes it for an old one. */
static bool take_in(struct world *w, const struct express_flood *f, const struct ev_fired *copy)
{
    struct express_reach *row = express_reach(w->express, f->spread);
    struct express_reach *reach = &row[copy->destination];
    if (reach->at != SIM_TIME_NEVER) {
        return false;
    }
    *reach = (struct express_reach){
        .at = copy->at,
        .from = copy->slot->source,
        .hops = (uint16_t)(row[copy->slot->source].hops + 1),
        .ttl = (uint8_t)copy->slot->arg,
    };
    if (SIM_UNLIKELY(express_is_overtaken(w, f, copy->destination))) {
        *reach = (struct express_reach){.at = SIM_TIME_NEVER};
        return false;
    }
    return true;
}

sim_time express_rehearse(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    struct ev_fired copy;
    sim_time last = 0;
    begin(x, f);
    ev_restart(&x->rehearsal);
    send_copies(w, f, f->origin, 1, true);
    while (ev_pop(&x->rehearsal, SIM_TIME_NEVER, &copy)) {
        if (take_in(w, f, &copy)) {
            last = copy.at;
            if (copy.slot->arg > 0) {
                send_copies(w, f, copy.destination, 1, true);
            }
        }
    }
    return last;
}

bool express_spread_flood(struct world *w, struct express_flood *f)
{
    struct express *x = w->express;
    if (!take_place(x, f)) {
        return false;
    }
    sim_time takes;
    const size_t row = (size_t)express_search(w, f->ttl) * x->nodes + f->origin;
    if (x->loses) {
        takes = express_rehearse(w, f);
    } else if (x->alike_takes[row] == 0) {
        takes = express_rehearse(w, f);
        x->alike_takes[row] = takes + 1;
        memcpy(&x->alike[row * x->nodes], express_reach(x, f->spread), row_bytes(x));
    } else {
        takes = x->alike_takes[row] - 1;
        memcpy(express_reach(x, f->spread), &x->alike[row * x->nodes], row_bytes(x));
        express_repeat(w, f, 1);
    }
    f->over = f->start.at + takes;
    return true;
}
