/*
 * Routed messages: what is known of a route, and what has gone over it. Most messages stay in one
 * bin all the way, where each is a few additions; nodes and links get theirs at the end.
 */
#include <string.h>

#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* ---- routes ---- */

/* Only the ends may be registries, of which nothing is counted. */
static struct express_way explore(const struct world *w, uint32_t from, uint32_t to)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint32_t registry = w->express->registry;
    const uint32_t hops = express_hops(w, from, to);
    struct express_way way = {
        .from = from,
        .to = to,
        .sends = hops - (from >= registry),
        .receives = hops - (to >= registry),
    };
    for (uint32_t node = from; node != to;) {
        const uint32_t link = express_link(w, node, to);
        way.takes_ns += w->express->delay_ns[link];
        way.last = node;
        way.port = mesh->link[link].port_there;
        node = mesh->link[link].to;
    }
    return way;
}

static SIM_COLD uint32_t add_way(struct world *w, uint32_t from, uint32_t to)
{
    struct express *x = w->express;
    if (x->way_count == x->way_capacity) {
        void *larger = memory_double(x->way, x->way_capacity * sizeof *x->way);
        if (larger == NULL) {
            return 0;
        }
        x->way = larger;
        x->way_capacity *= 2;
    }
    x->way[x->way_count++] = explore(w, from, to);
    const uint32_t number = (uint32_t)x->way_count;
    x->way_of[(size_t)from * x->nodes + to] = number;
    return number;
}

const struct express_way *express_way(struct world *w, uint32_t from, uint32_t to)
{
    struct express *x = w->express;
    uint32_t number = x->way_of[(size_t)from * x->nodes + to];
    if (SIM_UNLIKELY(number == 0)) {
        number = add_way(w, from, to);
    }
    return number != 0 ? &x->way[number - 1] : NULL;
}

/* ---- bins that change on the way ---- */

static SIM_COLD struct express_turns *add_turns(struct express *x, struct express_way *way,
                                                uint8_t kind, uint32_t hops)
{
    if (x->turns_count == x->turns_capacity) {
        void *larger =
            memory_grow(x->turns, &x->turns_capacity, x->turns_count, 1, sizeof *x->turns);
        if (larger == NULL) {
            return NULL;
        }
        x->turns = larger;
    }
    if (x->grown_capacity - x->grown_count < hops) {
        void *larger =
            memory_grow(x->grown, &x->grown_capacity, x->grown_count, hops, sizeof *x->grown);
        if (larger == NULL) {
            return NULL;
        }
        x->grown = larger;
    }
    struct express_turns *turns = &x->turns[x->turns_count++];
    *turns = (struct express_turns){.grown = x->grown_count, .next = way->turns, .kind = kind};
    memset(&x->grown[x->grown_count], 0, hops * sizeof *x->grown);
    x->grown_count += hops;
    way->turns = (uint32_t)x->turns_count;
    return turns;
}

/* What the account of messages of a kind grows by, by the hops of a way; NULL without memory. */
static uint64_t *grown_on(struct express *x, struct express_way *way, uint8_t kind, uint32_t hops)
{
    for (uint32_t i = way->turns; i != 0; i = x->turns[i - 1].next) {
        if (x->turns[i - 1].kind == kind) {
            return &x->grown[x->turns[i - 1].grown];
        }
    }
    const struct express_turns *turns = add_turns(x, way, kind, hops);
    return turns != NULL ? &x->grown[turns->grown] : NULL;
}

/* Where hops are alike: bin by bin. bytes are those of all messages. */
static void account_turns(struct world *w, struct express_way *way, struct express_clock c,
                          uint8_t kind, uint64_t bytes, uint64_t times)
{
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const sim_time start = c.at;
    const uint32_t hops = way->sends + (way->from >= w->express->registry);
    uint64_t *grown = grown_on(w->express, way, kind, hops);
    uint64_t sent = 0;
    uint64_t received = 0;
    if (SIM_UNLIKELY(grown == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    for (uint32_t step = 0; (hops - step) * hop > c.bin_end - c.at;) {
        const struct express_clock old = c;
        step += (uint32_t)((c.bin_end - c.at) / hop) + 1; /* the first that is in another bin */
        (void)express_set_clock(&c, w, start + step * hop);
        grown[step - 1] += times * happenings_traffic(c.weight - old.weight, bytes);
        const uint32_t sends = step - (hops - way->sends);
        express_add_to_bin(w, old.bin, sends - sent, step - 1 - received, times * bytes);
        sent = sends;
        received = step - 1;
    }
    express_add_to_bin(w, c.bin, way->sends - sent, way->receives - received, times * bytes);
}

/* ---- messages ---- */

sim_time express_account_way(struct world *w, const struct express_way *way,
                             const struct express_clock *start, const struct wire_message *m,
                             uint64_t bytes, uint64_t times)
{
    const struct express *x = w->express;
    const bool turns = way->takes_ns > start->bin_end - start->at;
    if (SIM_UNLIKELY(way->takes_ns > w->spec.duration_ns - start->at || x->loses ||
                     (turns && x->differs))) {
        return express_account_hops(w, way->from, way->to, *start, m, bytes, times);
    }
    struct express_way *gone = &x->way[way - x->way];
    gone->messages += times;
    gone->bytes += times * bytes;
    gone->account[m->kind - 1] += times * happenings_traffic(start->weight, bytes);
    if (SIM_UNLIKELY(turns)) {
        account_turns(w, gone, *start, m->kind, bytes, times);
    } else {
        express_add_to_bin(w, start->bin, way->sends, way->receives, times * bytes);
    }
    return start->at + way->takes_ns;
}

sim_time express_comes_at(const struct world *w, const struct express_way *way, sim_time start,
                          const struct wire_message *m)
{
    sim_time at = start;
    for (uint32_t node = way->from; w->express->loses && node != way->to;) {
        const uint32_t link = express_link(w, node, way->to);
        if (express_loses(w, link, at, m)) {
            return SIM_TIME_NEVER;
        }
        at += w->express->delay_ns[link];
        node = w->spec.mesh->link[link].to;
    }
    return start + way->takes_ns;
}

/* ---- the end ---- */

/* All that has gone over a way comes over one of its hops. */
static void settle_hop(struct world *w, struct express_way *way, uint32_t hop, uint32_t node,
                       uint32_t link)
{
    const struct express *x = w->express;
    struct world_node *sender = &w->node[node];
    struct world_node *receiver = &w->node[w->spec.mesh->link[link].to];
    sender->traffic.tx_messages += way->messages;
    sender->traffic.tx_bytes += way->bytes;
    receiver->traffic.rx_messages += way->messages;
    receiver->traffic.rx_bytes += way->bytes;
    express_copied(w, node, link, way->messages, way->bytes);
    for (uint32_t kind = 1; kind < WIRE_KINDS; kind++) {
        sender->happenings.sent[kind] += way->account[kind - 1];
    }
    for (uint32_t i = way->turns; i != 0; i = x->turns[i - 1].next) {
        way->account[x->turns[i - 1].kind - 1] += x->grown[x->turns[i - 1].grown + hop];
    }
    for (uint32_t kind = 1; kind < WIRE_KINDS; kind++) {
        receiver->happenings.received[kind] += way->account[kind - 1];
    }
}

static void settle_way(struct world *w, struct express_way *way)
{
    uint32_t hop = 0;
    for (uint32_t node = way->from; node != way->to; hop++) {
        const uint32_t link = express_link(w, node, way->to);
        settle_hop(w, way, hop, node, link);
        node = w->spec.mesh->link[link].to;
    }
}

void express_settle_ways(struct world *w)
{
    for (size_t i = 0; i < w->express->way_count; i++) {
        settle_way(w, &w->express->way[i]);
    }
}
