/*
 * What messages cost that make no events of their own, and when: in bytes a bin, and in the
 * accounts of nodes and links. What is added once may be taken off again: so many times is modulo
 * 2^64.
 */
#include "models/nimblenet/world/express_state.h"

/* ---- one transmission ---- */

/* The bin of a time that goes on from hop to hop. */
struct clock {
    sim_time at, bin_end;
    uint64_t weight;
    uint32_t bin;
};

static SIM_COLD void find_bin(struct clock *c, const struct world *w)
{
    const sim_time width = w->spec.bin_ns;
    c->bin = c->at > 0 ? (uint32_t)((c->at - 1) / width) : 0;
    c->bin_end = (c->bin + 1) * width;
    c->weight = happenings_weight(c->bin);
}

/* False where the run is over by then. */
static bool set_clock(struct clock *c, const struct world *w, sim_time at)
{
    c->at = at;
    if (at > w->spec.duration_ns) {
        return false;
    }
    if (at > c->bin_end) {
        find_bin(c, w);
    }
    return true;
}

static struct clock start_clock(const struct world *w, sim_time at)
{
    struct clock c = {.at = at};
    find_bin(&c, w);
    return c;
}

static void sent(struct world *w, uint32_t node, const struct clock *c, uint8_t kind,
                 uint64_t bytes, uint64_t times)
{
    struct world_node *n = &w->node[node];
    n->traffic.tx_bytes += times * bytes;
    n->traffic.tx_messages += times;
    n->happenings.sent[kind] += times * happenings_traffic(c->weight, bytes);
    if (node < w->express->registry) {
        w->bin[c->bin].bytes += times * bytes;
    }
}

static void copied(struct world *w, uint32_t node, uint32_t link, uint64_t bytes, uint64_t times)
{
    w->node[node].traffic.copies_bytes += times * bytes;
    if (w->spec.counts_links) {
        struct world_link *l = &w->node[node].link[link - w->spec.mesh->first[node]];
        l->messages += times;
        l->tx_bytes += times * bytes;
    }
}

static void received(struct world *w, uint32_t node, const struct clock *c, uint8_t kind,
                     uint64_t bytes, uint64_t times)
{
    struct world_node *n = &w->node[node];
    n->traffic.rx_bytes += times * bytes;
    n->traffic.rx_messages += times;
    n->happenings.received[kind] += times * happenings_traffic(c->weight, bytes);
    if (node < w->express->registry) {
        w->bin[c->bin].bytes += times * bytes;
        w->bin[c->bin].rx_bytes += times * bytes;
    }
}

/* Sent by a node, and not received before the end. */
static void cut_off(struct world *w, uint32_t node, uint8_t kind, uint64_t bytes, uint64_t times)
{
    w->express->bytes_on_their_way += times * bytes;
    w->express->under_way +=
        times * happenings_traffic(happenings_weight_under_way(node, kind), bytes);
}

/* ---- routed messages ---- */

void express_account_way(struct world *w, uint32_t from, uint32_t to, sim_time at, uint8_t kind,
                         uint64_t bytes, bool is_back)
{
    const uint64_t times = is_back ? UINT64_MAX : 1;
    struct clock c = start_clock(w, at);
    while (from != to && set_clock(&c, w, at)) {
        const uint32_t link = express_link(w, from, to);
        sent(w, from, &c, kind, bytes, times);
        copied(w, from, link, bytes, times);
        at += w->spec.traffic.hop_delay_ns;
        if (!set_clock(&c, w, at)) {
            cut_off(w, from, kind, bytes, times);
            return;
        }
        from = w->spec.mesh->link[link].to;
        received(w, from, &c, kind, bytes, times);
    }
}

/* ---- floods ---- */

/* Whether a flood's copy leaves a node over that link of its. */
static bool goes_over(const struct world *w, uint32_t origin, uint32_t node, uint32_t link)
{
    return node == origin || w->spec.setup->protocol.flood_back || w->spec.traffic.broadcast ||
           link != express_link(w, node, origin);
}

/* Transmissions of a node whose hops are not used up. */
static uint32_t sends_of(const struct world *w, uint32_t origin, uint32_t node)
{
    const uint32_t degree = mesh_degree(w->spec.mesh, node);
    if (w->spec.traffic.broadcast) {
        return degree > 0;
    }
    const bool spares = node != origin && !w->spec.setup->protocol.flood_back;
    return degree - spares;
}

static size_t steps_of(const struct express *x, uint32_t search, uint32_t origin)
{
    return ((size_t)search * x->nodes + origin) * (x->diameter + 2);
}

static void make_ring(struct world *w, uint32_t origin, struct express_ring *ring)
{
    const struct mesh *mesh = w->spec.mesh;
    const struct express *x = w->express;
    for (uint32_t node = 0; node < x->nodes; node++) {
        const uint32_t k = express_hops(w, origin, node);
        ring[k].sent += node < x->registry ? sends_of(w, origin, node) : 0;
        for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
            ring[k + 1].received += goes_over(w, origin, node, l) && mesh->link[l].to < x->registry;
        }
    }
}

static const struct express_ring *ring_of(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    struct express_ring *ring = &x->ring[steps_of(x, 0, origin)];
    if (!x->has_ring[origin]) {
        x->has_ring[origin] = true;
        make_ring(w, origin, ring);
    }
    return ring;
}

static void account_copies(struct world *w, const struct express_flood *f, uint32_t node)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint64_t bytes = w->express->query_bytes;
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    struct clock c = start_clock(w, f->at);
    if (!set_clock(&c, w, f->at + express_hops(w, f->origin, node) * hop)) {
        return;
    }
    sent(w, node, &c, WIRE_QUERY, bytes, sends_of(w, f->origin, node));
    const bool arrives = set_clock(&c, w, c.at + hop);
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        if (goes_over(w, f->origin, node, l)) {
            copied(w, node, l, bytes, 1);
            if (arrives) {
                received(w, mesh->link[l].to, &c, WIRE_QUERY, bytes, 1);
            } else {
                cut_off(w, node, WIRE_QUERY, bytes, 1);
            }
        }
    }
}

/* Copy by copy: for the few floods that the end of the run cuts off. */
static void account_cut(struct world *w, const struct express_flood *f)
{
    for (uint32_t node = 0; node < w->express->nodes; node++) {
        if (express_hops(w, f->origin, node) < f->ttl) {
            account_copies(w, f, node);
        }
    }
}

static uint32_t search_of(const struct world *w, const struct express_flood *f)
{
    return f->ttl == w->spec.setup->protocol.local.ttl ? 0 : 1;
}

void express_account_flood(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const uint32_t last = f->ttl <= x->diameter ? f->ttl : x->diameter + 1;
    if (last * hop > w->spec.duration_ns - f->at) {
        account_cut(w, f);
        return;
    }
    const struct express_ring *ring = ring_of(w, f->origin);
    const uint32_t search = search_of(w, f);
    uint64_t *weight = &x->weight[steps_of(x, search, f->origin)];
    x->floods[(size_t)search * x->nodes + f->origin]++;
    struct clock c = start_clock(w, f->at);
    for (uint32_t k = 0; k <= last; k++) {
        (void)set_clock(&c, w, f->at + k * hop);
        weight[k] += c.weight;
        const uint32_t messages = ring[k].received + (k < f->ttl ? ring[k].sent : 0);
        w->bin[c.bin].bytes += messages * x->query_bytes;
        w->bin[c.bin].rx_bytes += ring[k].received * x->query_bytes;
    }
}

/* ---- the end ---- */

/* What a node has sent of all floods of an origin, and its neighbours have received. */
static void settle_node(struct world *w, uint32_t search, uint32_t origin, uint32_t node)
{
    const struct express *x = w->express;
    const struct mesh *mesh = w->spec.mesh;
    const uint64_t *weight =
        &x->weight[steps_of(x, search, origin) + express_hops(w, origin, node)];
    const uint64_t floods = x->floods[(size_t)search * x->nodes + origin];
    const uint64_t bytes = x->query_bytes;
    const uint32_t sends = sends_of(w, origin, node);
    w->node[node].traffic.tx_bytes += floods * sends * bytes;
    w->node[node].traffic.tx_messages += floods * sends;
    w->node[node].happenings.sent[WIRE_QUERY] += sends * happenings_traffic(weight[0], bytes);
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        if (goes_over(w, origin, node, l)) {
            struct world_node *to = &w->node[mesh->link[l].to];
            copied(w, node, l, bytes, floods);
            to->traffic.rx_bytes += floods * bytes;
            to->traffic.rx_messages += floods;
            to->happenings.received[WIRE_QUERY] += happenings_traffic(weight[1], bytes);
        }
    }
}

static void settle_origin(struct world *w, uint32_t search, uint32_t origin)
{
    const struct node_protocol *p = &w->spec.setup->protocol;
    const uint32_t ttl = search == 0 ? p->local.ttl : p->global.ttl;
    for (uint32_t node = 0; node < w->express->nodes; node++) {
        if (express_hops(w, origin, node) < ttl) {
            settle_node(w, search, origin, node);
        }
    }
}

void express_settle(struct world *w)
{
    const struct express *x = w->express;
    for (uint32_t search = 0; search < EXPRESS_SEARCHES; search++) {
        for (uint32_t origin = 0; origin < x->nodes; origin++) {
            if (x->floods[(size_t)search * x->nodes + origin] > 0) {
                settle_origin(w, search, origin);
            }
        }
    }
}

uint64_t express_bytes_on_their_way(const struct express *x)
{
    return x->bytes_on_their_way;
}

uint64_t express_under_way(const struct express *x)
{
    return x->under_way;
}
