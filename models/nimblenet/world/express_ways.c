/*
 * Routed messages: what is known of a route, and what has gone over it. Most messages stay in one
 * bin all the way, where each is a few additions; nodes and links get theirs at the end.
 */
#include <stdlib.h>

#include "models/nimblenet/world/express_state.h"

static bool grow(struct express *x)
{
    const uint32_t capacity = 2 * x->way_capacity + 64;
    struct express_way *larger = realloc(x->way, capacity * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    x->way = larger;
    x->way_capacity = capacity;
    return true;
}

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
    if (x->way_count == x->way_capacity && !grow(x)) {
        return 0;
    }
    x->way[x->way_count++] = explore(w, from, to);
    x->way_of[(size_t)from * x->nodes + to] = x->way_count;
    return x->way_count;
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

sim_time express_account_way(struct world *w, const struct express_way *way,
                             const struct express_clock *start, const struct wire_message *m,
                             uint64_t bytes, uint64_t times)
{
    if (SIM_UNLIKELY(way->takes_ns > start->bin_end - start->at ||
                     way->takes_ns > w->spec.duration_ns - start->at || w->express->loses)) {
        return express_account_hops(w, way->from, way->to, *start, m, bytes, times);
    }
    struct express_way *gone = &w->express->way[way - w->express->way];
    gone->messages += times;
    gone->bytes += times * bytes;
    gone->account[m->kind] += times * happenings_traffic(start->weight, bytes);
    struct world_bin *bin = &w->bin[start->bin];
    bin->bytes += times * (way->sends + way->receives) * bytes;
    bin->rx_bytes += times * way->receives * bytes;
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

static void settle_hop(struct world *w, const struct express_way *way, uint32_t node, uint32_t link)
{
    struct world_node *sender = &w->node[node];
    struct world_node *receiver = &w->node[w->spec.mesh->link[link].to];
    sender->traffic.tx_messages += way->messages;
    sender->traffic.tx_bytes += way->bytes;
    receiver->traffic.rx_messages += way->messages;
    receiver->traffic.rx_bytes += way->bytes;
    for (uint32_t kind = 0; kind < WIRE_KINDS; kind++) {
        sender->happenings.sent[kind] += way->account[kind];
        receiver->happenings.received[kind] += way->account[kind];
    }
    express_copied(w, node, link, way->messages, way->bytes);
}

void express_settle_ways(struct world *w)
{
    for (uint32_t i = 0; i < w->express->way_count; i++) {
        const struct express_way *way = &w->express->way[i];
        for (uint32_t node = way->from; node != way->to;) {
            const uint32_t link = express_link(w, node, way->to);
            settle_hop(w, way, node, link);
            node = w->spec.mesh->link[link].to;
        }
    }
}
