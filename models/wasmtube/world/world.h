/*
 * world.h - a mesh of nodes that call one tasklet while its new version comes to them.
 *
 * Nodes are numbered from 0; the registry is the last. A link sends one message after another,
 * each way; a message takes its bits' time and the hop's delay at every hop. Nodes that reboot
 * still forward. A link that is down holds what it is given; one that fails under a message sends
 * it anew from its beginning, so a message may be late, never lost.
 *
 * Ownership: the caller owns struct wasmtube_world and ends it with wasmtube_world_deinit(). The
 * mesh outlives it.
 */
#ifndef MODELS_WASMTUBE_WORLD_WORLD_H
#define MODELS_WASMTUBE_WORLD_WORLD_H

#include "models/parts/energy.h"
#include "models/parts/flood.h"
#include "models/parts/mesh.h"
#include "models/parts/outage.h"
#include "models/wasmtube/core/update.h"
#include "sim/engine/dist.h"
#include "sim/engine/engine.h"

enum wasmtube_method { WASMTUBE_FLOOD, WASMTUBE_POLL, WASMTUBE_FIRMWARE };
enum wasmtube_push { WASMTUBE_SEQUENTIAL, WASMTUBE_PIPELINED, WASMTUBE_PUSH_FLOOD };
enum wasmtube_from { WASMTUBE_NEAREST, WASMTUBE_REGISTRY };
enum wasmtube_fate { WASMTUBE_FRESH, WASMTUBE_STALE, WASMTUBE_LOST, WASMTUBE_PENDING };

struct wasmtube_spec {
    const struct mesh *mesh;
    sim_time duration_ns, hop_delay_ns;
    int64_t bandwidth_bps;     /* 0: no limit */
    sim_time mtbf_ns, mttr_ns; /* of a link, both ways together; mtbf 0: none fails */
    struct energy_rates energy;
    struct dist interval;
    enum wasmtube_method method;
    enum wasmtube_fetch fetch;
    enum wasmtube_push push;
    enum wasmtube_from source;
    sim_time at_ns, swap_ns, poll_ns, reboot_ns;
    int64_t size_bytes, header_bytes, firmware_bytes;
};

struct wasmtube_call {
    int64_t id;
    sim_time arrived;
};

/* One node's update, as far as it came; SIM_TIME_NEVER where it did not. */
struct wasmtube_update {
    sim_time told, asked, arrived, active;
    uint32_t source; /* UINT32_MAX: nobody was asked */
    uint32_t waited; /* calls that it kept waiting */
    uint32_t lost;
    uint32_t stale;
};

struct wasmtube_place {
    struct wasmtube_node node;
    struct wasmtube_update update;
    struct rng intervals;
    struct flood seen;
    uint64_t work_digest;
    struct wasmtube_call *waiting;
    size_t waits, room;
};

struct wasmtube_observer {
    void *context;
    void (*call)(void *context, const struct wasmtube_call *call, uint32_t node,
                 enum wasmtube_fate fate, sim_time delay_ns, sim_time now);
    void (*sent)(void *context, uint32_t node, sim_time now, int64_t bytes);
    void (*received)(void *context, uint32_t node, sim_time now, int64_t bytes);
    void (*updated)(void *context, uint32_t node, sim_time now);
};

struct wasmtube_world {
    const struct wasmtube_spec *spec;
    struct wasmtube_observer observer;
    struct engine engine;
    struct wasmtube_place *place; /* the registry has none */
    struct wasmtube_link {
        sim_time free; /* of what it was given */
        int64_t tx_bytes, rx_bytes, lost_bytes, under_way_bytes;
    } * link;              /* by mesh.link */
    struct outage *outage; /* one a way, so that neither is asked back in time */
    void *flood_memory;
    uint64_t seed;
    uint32_t replication, nodes, pushed;
    int64_t calls, calls_after, fresh, stale, lost, delayed;
    sim_time delay_ns, last_ns; /* last_ns: the last node to be updated */
    uint32_t updated;
    int64_t tx_bytes, rx_bytes, lost_bytes;
    uint64_t digest;
};

SIM_MUST_CHECK enum sim_status wasmtube_world_init(struct wasmtube_world *w,
                                                   const struct wasmtube_spec *spec, uint64_t seed,
                                                   uint32_t replication,
                                                   const struct wasmtube_observer *observer);
void wasmtube_world_deinit(struct wasmtube_world *w);
SIM_MUST_CHECK enum sim_status wasmtube_world_run(struct wasmtube_world *w, uint64_t events,
                                                  bool *done);

/* Calls from update.at on that still wait at the end; tells the observer of each. */
int64_t wasmtube_world_pending(const struct wasmtube_world *w);
uint64_t wasmtube_world_work_digest(const struct wasmtube_world *w);
/* What a node spent until the end; and from when until when it swapped or rebooted: one moment
 * where it did not. */
struct energy wasmtube_node_energy(const struct wasmtube_world *w, uint32_t node);
void wasmtube_node_busy(const struct wasmtube_world *w, uint32_t node, sim_time *from,
                        sim_time *until);
/* Starts a link's outages from the beginning; both ways have the same. */
void wasmtube_world_outages(const struct wasmtube_world *w, uint32_t link, struct outage *o);
double wasmtube_world_link_down_share(const struct wasmtube_world *w);
/* "" where the books balance. */
void wasmtube_world_audit(const struct wasmtube_world *w, char *text, size_t bytes);

#endif
