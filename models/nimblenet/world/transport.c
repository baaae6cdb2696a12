/*
 * Links: delay, bandwidth, loss, and the account of bytes.
 */
#include "models/nimblenet/world/purposes.h"
#include "models/nimblenet/world/world_state.h"

static void note(struct world *w, enum world_event_kind kind, sim_time now, uint32_t node,
                 uint32_t peer, const struct wire_message *m, uint64_t bytes)
{
    const struct world_event event = {
        .at = now,
        .kind = kind,
        .node = node,
        .peer = peer,
        .tasklet = m->tasklet,
        .call_id = UINT64_MAX,
        .bytes = bytes,
        .detail = m->kind,
        .ttl = m->ttl,
    };
    w->spec.observer.event(w->spec.observer.context, &event);
}

/* bytes were sent so many times, and so many copies are under way. */
static SIM_ALWAYS_INLINE void count_sent(struct world *w, uint32_t node, sim_time now, uint8_t kind,
                                         uint64_t bytes, uint32_t times, uint32_t copies)
{
    struct world_node *n = &w->node[node];
    world_bin_at(w, n, now)->bytes += bytes * times;
    n->happenings.sent[kind] += times * happenings_traffic(n->bin_weight, bytes);
    n->traffic.tx_bytes += bytes * times;
    n->traffic.tx_messages += times;
    n->traffic.copies_bytes += bytes * copies;
}

static void count_lost(struct world *w, uint32_t node, sim_time now, uint8_t kind, uint64_t bytes)
{
    struct world_node *n = &w->node[node];
    (void)world_bin_at(w, n, now);
    n->traffic.lost_bytes += bytes;
    n->happenings.lost[kind] += happenings_traffic(n->bin_weight, bytes);
}

/* Later than any run ends, and far from where adding a delay would overflow. */
#define AFTER_ALL (SIM_TIME_NEVER / 2)

/* When a message of that size has left a link that may still be busy with earlier ones. */
static sim_time leave_link(const struct world *w, sim_time *free, sim_time now, uint64_t bytes)
{
    const uint64_t bps = w->spec.traffic.bandwidth_bps;
    const sim_time start = *free > now ? *free : now;
    const double ns = (double)bytes * 8e9 / (double)bps;
    *free = ns < (double)(AFTER_ALL - start) ? start + (sim_time)ns : AFTER_ALL;
    return *free;
}

static SIM_ALWAYS_INLINE void arrive(struct world *w, uint32_t node, sim_time at,
                                     struct mesh_link link, const struct wire_message *m)
{
    struct ev_slot *slot =
        engine_prepare(&w->engine, node, link.to, at, EV_RISING, WORLD_FRAME, link.port_there);
    if (SIM_LIKELY(slot != NULL)) {
        memcpy(slot->payload, m, sizeof *m);
    }
}
_Static_assert(sizeof(struct wire_message) <= EV_PAYLOAD_BYTES, "a message fits into an event");

/*
 * Drawn by name, not in turn: a copy that nobody draws for shifts no other's luck. The message is
 * (origin, request, kind, destination, epoch); the same one on the same link at another time is
 * another copy. Streams have a last word of 0, so that no number is shared with them.
 */
bool transport_loses(const struct world *w, uint32_t link, sim_time now,
                     const struct wire_message *m)
{
    const uint64_t key[2] = {w->spec.robots.seed, w->spec.robots.replication};
    const uint64_t name[4] = {
        (uint64_t)m->origin << 32 | m->request,
        (uint64_t)link << 32 | m->destination,
        (uint64_t)now,
        (uint64_t)PURPOSES_LINK_LOSS << 40 | (uint64_t)m->kind << 32 | m->epoch,
    };
    uint64_t word[4];
    rng_philox4x64(name, key, word);
    return (double)(word[0] >> 11) * 0x1p-53 < w->spec.traffic.loss;
}

/* One copy over one link, with all that may happen to it there. */
static void transmit(struct world *w, uint32_t node, sim_time now, uint32_t port,
                     const struct wire_message *m, uint64_t bytes)
{
    const struct traffic_spec *t = &w->spec.traffic;
    const uint32_t link_index = w->spec.mesh->first[node] + port;
    const struct mesh_link link = w->spec.mesh->link[link_index];
    const bool free_hop = t->first_hop_is_free && m->origin == node;
    sim_time at = now;
    if (t->bandwidth_bps != 0) {
        at = leave_link(w, &w->node[node].link_free[port], now, bytes);
    }
    at += free_hop ? 0 : t->hop_delay_ns;

    const bool lost = t->loss > 0 && transport_loses(w, link_index, now, m);
    if (w->spec.counts_links) {
        struct world_link *counted = &w->node[node].link[port];
        counted->messages++;
        counted->tx_bytes += bytes;
        counted->lost_bytes += lost ? bytes : 0;
    }
    if (w->spec.observer.event != NULL) {
        note(w, lost ? WORLD_EV_LOST : WORLD_EV_SENT, now, node, link.to, m, bytes);
    }
    if (lost) {
        count_lost(w, node, now, m->kind, bytes);
    } else {
        arrive(w, node, at, link, m);
    }
}

void transport_send(struct world *w, uint32_t node, sim_time now, uint16_t port,
                    const struct wire_message *m)
{
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, m);
    count_sent(w, node, now, m->kind, bytes, 1, 1);
    if (SIM_LIKELY(w->links_are_plain)) {
        const struct mesh *mesh = w->spec.mesh;
        arrive(w, node, now + w->spec.traffic.hop_delay_ns, mesh->link[mesh->first[node] + port],
               m);
    } else {
        transmit(w, node, now, port, m, bytes);
    }
}

void transport_flood(struct world *w, uint32_t node, sim_time now, uint16_t except_port,
                     const struct wire_message *m)
{
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, m);
    const struct mesh_link *link = &w->spec.mesh->link[w->spec.mesh->first[node]];
    const uint32_t degree = mesh_degree(w->spec.mesh, node);
    const sim_time at = now + w->spec.traffic.hop_delay_ns;
    /* A radio cannot spare one of those who hear it. */
    const uint16_t spared = w->spec.traffic.broadcast ? NODE_NO_PORT : except_port;
    uint32_t copies = 0;
    for (uint32_t port = 0; port < degree; port++) {
        if (port == spared) {
            continue;
        }
        copies++;
        if (SIM_LIKELY(w->links_are_plain)) {
            arrive(w, node, at, link[port], m);
        } else {
            transmit(w, node, now, port, m, bytes);
        }
    }
    if (copies > 0) {
        const uint32_t times = w->spec.traffic.broadcast ? 1 : copies;
        count_sent(w, node, now, m->kind, bytes, times, copies);
    }
}

void transport_on_frame(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    const struct wire_message *m = ev->payload;
    const uint64_t bytes = traffic_bytes(&w->spec.traffic, m);
    struct world_node *n = &w->node[ev->self];
    world_bin_at(w, n, ev->now)->bytes += bytes;
    n->happenings.received[m->kind] += happenings_traffic(n->bin_weight, bytes);
    n->traffic.rx_bytes += bytes;
    n->traffic.rx_messages++;
    if (SIM_UNLIKELY(w->spec.observer.event != NULL)) {
        note(w, WORLD_EV_RECEIVED, ev->now, ev->self, ev->source, m, bytes);
    }
    const struct node_event frame = {.kind = NODE_FRAME, .port = (uint16_t)ev->arg, .frame = m};
    world_step_node(w, n, ev->now, &frame);
}
