/*
 * Messages between nodes, and the account of their bytes, where links are plain; radio.c has the
 * rest.
 */
#include "models/nimblenet/world/express.h"
#include "models/nimblenet/world/world_state.h"

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

void transport_send(struct world *w, uint32_t node, sim_time now, uint16_t port,
                    const struct wire_message *m)
{
    if (w->express != NULL) {
        express_send(w, node, now, m);
        return;
    }
    if (SIM_UNLIKELY(!w->links_are_plain)) {
        const struct wire_message told = rumour_told(w, node, m);
        const uint64_t length = traffic_bytes(&w->spec.traffic, &told);
        world_count_sent(w, &w->node[node], now, told.kind, length, 1, 1);
        radio_transmit(w, node, now, port, 0, &told, length);
        return;
    }
    const struct mesh *mesh = w->spec.mesh;
    world_count_sent(w, &w->node[node], now, m->kind, traffic_bytes(&w->spec.traffic, m), 1, 1);
    arrive(w, node, now + w->spec.traffic.hop_delay_ns, mesh->link[mesh->first[node] + port], m);
}

void transport_flood(struct world *w, uint32_t node, sim_time now, uint16_t except_port,
                     const struct wire_message *m)
{
    if (w->express != NULL) {
        express_flood(w, node, now, m);
        return;
    }
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
            radio_transmit(w, node, now, port, 0, m, bytes);
        }
    }
    if (copies > 0) {
        const uint32_t times = w->spec.traffic.broadcast ? 1 : copies;
        world_count_sent(w, &w->node[node], now, m->kind, bytes, times, copies);
    }
}

void transport_on_frame(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    if (SIM_UNLIKELY(!w->links_are_plain)) {
        radio_take_in(w, ev);
        return;
    }
    const struct wire_message *m = ev->payload;
    struct world_node *n = &w->node[ev->self];
    world_count_received(w, n, ev->now, m->kind, traffic_bytes(&w->spec.traffic, m));
    const struct node_event frame = {.kind = NODE_FRAME, .port = (uint16_t)ev->arg, .frame = m};
    world_step_node(w, n, ev->now, &frame);
}
