/*
 * What messages cost that make no events of their own, and when: in bytes a bin, and in the
 * accounts of nodes and links. What is added once may be taken off again: so many times is modulo
 * 2^64.
 */
#include "models/nimblenet/world/express_state.h"

/* ---- one transmission ---- */

SIM_COLD void express_find_bin(struct express_clock *c, const struct world *w)
{
    const sim_time width = w->spec.bin_ns;
    c->bin = c->at > 0 ? (uint32_t)((c->at - 1) / width) : 0;
    c->bin_end = (c->bin + 1) * width;
    c->weight = happenings_weight(c->bin);
}

static void sent(struct world *w, uint32_t node, const struct express_clock *c, uint8_t kind,
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

void express_over_link(struct world *w, uint32_t node, uint32_t link, uint64_t messages,
                       uint64_t bytes)
{
    struct world_link *l = &w->node[node].link[link - w->spec.mesh->first[node]];
    l->messages += messages;
    l->tx_bytes += bytes;
}

void express_copied(struct world *w, uint32_t node, uint32_t link, uint64_t messages,
                    uint64_t bytes)
{
    w->node[node].traffic.copies_bytes += bytes;
    if (w->spec.counts_links) {
        express_over_link(w, node, link, messages, bytes);
    }
}

static void received(struct world *w, uint32_t node, const struct express_clock *c, uint8_t kind,
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

void express_cut_off(struct world *w, uint32_t node, uint8_t kind, uint64_t bytes, uint64_t times)
{
    w->express->bytes_on_their_way += times * bytes;
    w->express->under_way +=
        times * happenings_traffic(happenings_weight_under_way(node, kind), bytes);
}

/* What a link has lost of what was sent. */
static void lost(struct world *w, uint32_t node, uint32_t link, const struct express_clock *c,
                 uint8_t kind, uint64_t bytes, uint64_t times)
{
    struct world_node *n = &w->node[node];
    n->traffic.lost_bytes += times * bytes;
    n->happenings.lost[kind] += times * happenings_traffic(c->weight, bytes);
    if (w->spec.counts_links) {
        n->link[link - w->spec.mesh->first[node]].lost_bytes += times * bytes;
    }
}

/* ---- routed messages ---- */

/* Hop by hop: the bin changes on the way, the run ends, or it is lost. */
sim_time express_account_hops(struct world *w, uint32_t from, uint32_t to, struct express_clock c,
                              const struct wire_message *m, uint64_t bytes, uint64_t times)
{
    sim_time at = c.at;
    while (from != to && express_set_clock(&c, w, at)) {
        const uint32_t link = express_link(w, from, to);
        sent(w, from, &c, m->kind, bytes, times);
        express_copied(w, from, link, times, times * bytes);
        if (express_loses(w, link, at, m)) {
            lost(w, from, link, &c, m->kind, bytes, times);
            return SIM_TIME_NEVER;
        }
        at += w->express->delay_ns[link];
        if (!express_set_clock(&c, w, at)) {
            express_cut_off(w, from, m->kind, bytes, times);
            return SIM_TIME_NEVER;
        }
        from = w->spec.mesh->link[link].to;
        received(w, from, &c, m->kind, bytes, times);
    }
    return at;
}

/* ---- a flood's copies, one by one ---- */

void express_account_transmissions(struct world *w, uint32_t node, const struct express_clock *c,
                                   uint64_t times)
{
    sent(w, node, c, WIRE_QUERY, w->express->query_bytes, times);
}

void express_account_copy(struct world *w, uint32_t node, uint32_t link,
                          const struct express_clock *c, sim_time delay, uint64_t times)
{
    const uint64_t bytes = w->express->query_bytes;
    express_copied(w, node, link, times, times * bytes);
    if (delay < 0) {
        lost(w, node, link, c, WIRE_QUERY, bytes, times);
        return;
    }
    struct express_clock there = *c;
    if (express_set_clock(&there, w, c->at + delay)) {
        received(w, w->spec.mesh->link[link].to, &there, WIRE_QUERY, bytes, times);
    } else {
        express_cut_off(w, node, WIRE_QUERY, bytes, times);
    }
}

/* ---- floods as a whole ---- */

/* Whether copies leave any node but the origin over all links but the one that it came by. */
static bool spares_one(const struct world *w)
{
    return !w->spec.setup->protocol.flood_back && !w->spec.traffic.broadcast;
}

/* Transmissions of a node whose hops are not used up, if it spares nobody. */
static uint32_t sends_of(const struct world *w, uint32_t node)
{
    const uint32_t degree = mesh_degree(w->spec.mesh, node);
    return w->spec.traffic.broadcast ? degree > 0 : degree;
}

static size_t steps_of(const struct express *x, uint32_t search, uint32_t origin)
{
    return ((size_t)search * x->nodes + origin) * express_steps(x);
}

/* Of a node's neighbours, those that are no registries. */
static uint32_t counted_neighbours(const struct world *w, uint32_t node)
{
    const struct mesh *mesh = w->spec.mesh;
    uint32_t counted = 0;
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        counted += mesh->link[l].to < w->express->registry;
    }
    return counted;
}

/* What a node sends of somebody's flood, and what others receive of that; registries, which are
 * nobody's way, left out. */
static void find_each(struct world *w)
{
    struct express *x = w->express;
    x->knows_each = true;
    for (uint32_t node = 0; node < x->nodes; node++) {
        x->each[node].sent = node < x->registry ? sends_of(w, node) : 0;
        x->each[node].received = counted_neighbours(w, node);
    }
}

static void make_ring(struct world *w, uint32_t origin, struct express_ring *ring)
{
    struct express *x = w->express;
    const uint16_t *hops = &w->spec.mesh->hops[(size_t)origin * x->nodes];
    const uint32_t spared = spares_one(w);
    for (uint32_t node = 0; node < x->nodes; node++) {
        const uint32_t spares = node != origin ? spared : 0;
        ring[hops[node] + 1].sent += node < x->registry ? x->each[node].sent - spares : 0;
        ring[hops[node] + 2].received += x->each[node].received - spares;
    }
    for (size_t k = 1; k < express_steps(x); k++) {
        ring[k].sent += ring[k - 1].sent;
        ring[k].received += ring[k - 1].received;
    }
}

static const struct express_ring *ring_of(struct world *w, uint32_t origin)
{
    struct express *x = w->express;
    struct express_ring *ring = &x->ring[steps_of(x, 0, origin)];
    if (!x->has_ring[origin]) {
        if (!x->knows_each) {
            find_each(w);
        }
        x->has_ring[origin] = true;
        make_ring(w, origin, ring);
    }
    return ring;
}

/* The last step that is in the bin of one, and not behind the last of all. */
static uint32_t last_in_bin(const struct world *w, const struct express_clock *c, uint32_t step,
                            uint32_t last)
{
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    const sim_time left = c->bin_end - c->at;
    return left >= (last - step) * hop ? last : step + (uint32_t)(left / hop);
}

/* The last step of a flood that the run still sees. */
static uint32_t last_in_run(const struct world *w, const struct express_flood *f, uint32_t last)
{
    const sim_time left = w->spec.duration_ns - f->start.at;
    const sim_time hop = w->spec.traffic.hop_delay_ns;
    return left < last * hop ? (uint32_t)(left / hop) : last;
}

/* All copies of a flood, bin by bin. */
void express_account_flood(struct world *w, const struct express_flood *f)
{
    struct express *x = w->express;
    const uint32_t last = last_in_run(w, f, f->ttl > f->reach ? f->reach + 1 : f->ttl);
    const struct express_ring *ring = ring_of(w, f->origin);
    struct express_flow *step_of = &x->floods[steps_of(x, express_search(w, f->ttl), f->origin)];
    struct express_clock c = f->start;
    uint64_t before = 0;
    step_of[0].messages++;
    for (uint32_t step = 0; step <= last;) {
        (void)express_set_clock(&c, w, f->start.at + step * w->spec.traffic.hop_delay_ns);
        step_of[step].weight += c.weight - before;
        before = c.weight;
        const uint32_t end = last_in_bin(w, &c, step, last) + 1;
        const uint32_t leave = end > f->ttl ? f->ttl : end; /* then its hops are used up */
        const uint32_t received = ring[end].received - ring[step].received;
        const uint32_t sent = leave > step ? ring[leave].sent - ring[step].sent : 0;
        express_add_to_bin(w, c.bin, sent, received, x->query_bytes);
        step = end;
    }
    step_of[last + 1].messages--;
    step_of[last + 1].weight -= before;
}

/* ---- the end ---- */

static void add_sums(struct express_sums *to, const struct express_sums *s)
{
    to->sent += s->sent;
    to->arrived += s->arrived;
    to->sent_weight += s->sent_weight;
    to->arrived_weight += s->arrived_weight;
}

/* An origin's floods by their steps, not less the step before. */
static void add_up(const struct express *x, struct express_flow *step)
{
    for (size_t k = 1; k < express_steps(x); k++) {
        express_add_flow(&step[k], &step[k - 1]);
    }
}

/* What a node has sent of others' floods, over all links alike but for the one that it spares. Of
 * floods of one hop only the origin's are sent. */
static void settle_node(const struct world *w, uint32_t search, uint32_t ttl, uint32_t node)
{
    const struct express *x = w->express;
    const struct mesh *mesh = w->spec.mesh;
    const uint16_t *hops = &mesh->hops[(size_t)node * x->nodes];
    const uint16_t *port = &mesh->next_port[(size_t)node * x->nodes];
    struct express_sums *spared = &x->spared[mesh->first[node]];
    const bool spares = spares_one(w);
    const uint32_t first = ttl == 1 ? node : 0;
    const uint32_t end = ttl == 1 ? node + 1 : x->nodes;
    struct express_sums all = {0};
    for (uint32_t origin = first; origin < end; origin++) {
        if (hops[origin] >= ttl) {
            continue;
        }
        const struct express_flow *step = &x->floods[steps_of(x, search, origin) + hops[origin]];
        const struct express_sums s = {step[0].messages, step[1].messages, step[0].weight,
                                       step[1].weight};
        add_sums(&all, &s);
        if (spares && origin != node) {
            add_sums(&spared[port[origin]], &s);
        }
    }
    add_sums(&x->over_each_link[node], &all);
}

/* What has gone over a link. */
static void settle_link(struct world *w, uint32_t node, uint32_t link)
{
    const uint64_t bytes = w->express->query_bytes;
    const struct express_sums *all = &w->express->over_each_link[node];
    const struct express_sums *spared = &w->express->spared[link];
    const uint64_t sent_over = all->sent - spared->sent;
    const uint64_t arrived = all->arrived - spared->arrived;
    const uint64_t weight = all->arrived_weight - spared->arrived_weight;
    struct world_node *to = &w->node[w->spec.mesh->link[link].to];
    express_copied(w, node, link, sent_over, sent_over * bytes);
    to->traffic.rx_bytes += arrived * bytes;
    to->traffic.rx_messages += arrived;
    express_cut_off(w, node, WIRE_QUERY, bytes, sent_over - arrived);
    to->happenings.received[WIRE_QUERY] += happenings_traffic(weight, bytes);
}

static void share_out(struct world *w, uint32_t node)
{
    const struct mesh *mesh = w->spec.mesh;
    const struct express *x = w->express;
    const uint64_t bytes = x->query_bytes;
    uint64_t transmissions = sends_of(w, node) * x->over_each_link[node].sent;
    uint64_t weight = sends_of(w, node) * x->over_each_link[node].sent_weight;
    for (uint32_t l = mesh->first[node]; l < mesh->first[node + 1]; l++) {
        transmissions -= x->spared[l].sent;
        weight -= x->spared[l].sent_weight;
        settle_link(w, node, l);
    }
    w->node[node].traffic.tx_messages += transmissions;
    w->node[node].traffic.tx_bytes += transmissions * bytes;
    w->node[node].happenings.sent[WIRE_QUERY] += happenings_traffic(weight, bytes);
}

void express_settle(struct world *w)
{
    const struct express *x = w->express;
    express_settle_ways(w);
    express_settle_floods(w);
    express_settle_late(w);
    for (uint32_t i = 0; i < EXPRESS_SEARCHES * x->nodes; i++) {
        add_up(x, &x->floods[i * express_steps(x)]);
    }
    const struct node_protocol *p = &w->spec.setup->protocol;
    for (uint32_t node = 0; node < x->nodes; node++) {
        settle_node(w, 0, p->local.ttl, node);
        settle_node(w, 1, p->global.ttl, node);
    }
    for (uint32_t node = 0; node < x->nodes; node++) {
        share_out(w, node);
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
