/*
 * world.h - one run: robots, nodes and links on one engine.
 *
 * The world drives the node cores as the daemon would: it feeds each event with
 * its time, carries out the actions, and keeps the accounts. Entities 0 .. n-1
 * are the nodes (the registry is n-1), the robots follow.
 *
 * Ownership: a world owns its memory; floor, mesh, setup, catalogue and program
 *   belong to the caller, are only read, and outlive it. Several worlds may share them.
 * Errors: world_create() returns SIM_ERR_NOMEM; world_run() the same where the host
 *   ran out of it on the way. world_audit() says whether the books balance.
 * Threads: one world, one thread; different worlds may run at once.
 */
#ifndef MODELS_NIMBLENET_WORLD_WORLD_H
#define MODELS_NIMBLENET_WORLD_WORLD_H

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/world/backlog.h"
#include "models/nimblenet/world/cpu.h"
#include "models/nimblenet/world/traffic.h"
#include "models/parts/floor.h"
#include "models/parts/mesh.h"
#include "models/parts/robot.h"
#include "sim/engine/engine.h"

#define WORLD_BIN_NS (10 * SIM_S) /* of the load and response series */

enum world_call_status {
    WORLD_OUT_OF_CONTACT,
    WORLD_COMPLETED,
    WORLD_FAILED,
    WORLD_PENDING, /* when the run ended */
};

/* One line of the call trace with what became of it. */
struct world_call {
    struct robot_trigger trigger;
    enum world_call_status status;
    sim_time response_ns, queueing_ns, acquisition_ns; /* execution is the rest */
};

/* One thing that happened at a node, for traces that people read. */
enum world_event_kind {
    WORLD_EV_CALL,     /* a robot calls tasklet */
    WORLD_EV_SENT,     /* message over a link to peer */
    WORLD_EV_LOST,     /* the same, but the link lost it */
    WORLD_EV_RECEIVED, /* message from peer */
    WORLD_EV_TIMEOUT,
    WORLD_EV_EVICTED,  /* tasklet */
    WORLD_EV_STORED,   /* tasklet */
    WORLD_EV_ACQUIRED, /* tasklet, sent by peer */
    WORLD_EV_NOT_ACQUIRED,
    WORLD_EV_RUN,      /* tasklet starts on an executor */
    WORLD_EV_RESUMED,  /* tasklet goes on */
    WORLD_EV_SUBCALL,  /* the running tasklet calls tasklet */
    WORLD_EV_RETURNED, /* the running tasklet has finished */
    WORLD_EV_ANSWERED,
};

struct world_event {
    sim_time at;
    enum world_event_kind kind;
    uint32_t node, peer; /* UINT32_MAX: none */
    uint32_t tasklet;    /* UINT32_MAX: none */
    uint64_t call_id;    /* UINT64_MAX: not known */
    uint64_t bytes;
    int detail;  /* enum wire_kind, enum node_served or enum node_outcome, by kind */
    uint8_t ttl; /* of a query */
};

/* How a call came by one tasklet, or did not. */
struct world_acquisition {
    uint64_t call_id;
    uint32_t node;
    bool failed;
    sim_time done;
    const struct node_acquisition *detail; /* valid until the observer returns */
};

/* Who wants to hear of calls and events; called from handlers, so they only take notes. */
struct world_observer {
    void *context;
    void (*call)(void *context, const struct world_call *call);            /* or NULL */
    void (*acquisition)(void *context, const struct world_acquisition *a); /* or NULL */
    void (*event)(void *context, const struct world_event *event);         /* or NULL */
    /* What a node wants, before it is done; or NULL. */
    void (*action)(void *context, uint32_t node, const struct node_action *action);
};

struct world_spec {
    sim_time duration_ns;
    const struct floor_plan *floor;
    const struct mesh *mesh;
    const struct node_setup *setup;
    const struct cpu_program *program;
    struct robot_spec robots; /* seed and replication name the run */
    struct traffic_spec traffic;
    struct world_observer observer;
};

struct world_bin {
    uint64_t bytes;     /* sent plus received by all nodes but the registry */
    uint64_t completed; /* calls */
    sim_time response_ns, queueing_ns, acquisition_ns;
};

/* The sums of a run. Totals count every node but the registry. */
struct world_totals {
    uint64_t triggers, out_of_contact, calls, completed, failed, refused, pending;
    sim_time response_ns, queueing_ns, acquisition_ns; /* of the completed calls */
};

struct world_node {
    struct node core;
    struct cpu cpu;
    struct traffic_account traffic;
    struct rng loss;
    ev_id wake;       /* the pending timeout */
    sim_time wake_at; /* SIM_TIME_NEVER: none */
    uint64_t calls;
};

struct world {
    struct world_spec spec;
    struct engine engine;
    struct world_node *node;
    struct robot *robot;
    uint32_t *chains;          /* spec.robots.chains a robot */
    struct robot_trigger *due; /* a robot's next trigger */
    sim_time *link_free;       /* when a link's direction is free again; with bandwidth only */
    struct pool open;          /* of struct world_call: triggered, not answered */
    struct world_call *open_calls;
    struct world_bin *bin;
    uint32_t bin_count, bin_now;
    struct backlog backlog; /* where executors are limited */
    struct world_totals totals;
    bool started;
    bool links_are_plain; /* one constant delay, nothing lost, nobody watching */
    void *memory;
    size_t memory_bytes;
    size_t node_bytes; /* reserved for each node */
};

SIM_MUST_CHECK enum sim_status world_create(struct world *w, const struct world_spec *spec);
void world_destroy(struct world *w);

/*
 * Runs at most limit events; *done is true once the duration is over. May be called again
 * until then.
 */
SIM_MUST_CHECK enum sim_status world_run(struct world *w, uint64_t limit, bool *done);

/* Tells the observer of every call that is still pending. Once, after the run. */
void world_close(struct world *w);

/*
 * The books: bytes sent = received + lost + on their way; calls triggered = out of
 * contact + completed + failed + pending; and every node's own. True if all
 * balance, else false with the first that does not in text.
 */
bool world_audit(const struct world *w, char *text, size_t text_bytes);

/* Events, accounts and sums, folded together; and the call trace alone. */
uint64_t world_digest(const struct world *w);
uint64_t world_trace_digest(const struct world *w);

/* Bytes that a run of this spec keeps for each node, robot and pending event. */
struct world_memory {
    size_t node_reserved, node_touched, robot, pending_event;
    size_t total_reserved;
};
struct world_memory world_memory(const struct world *w);

/* The most that was ever in use of each pool; of the nodes' pools, at any one node. */
struct world_pools {
    uint32_t open_calls, node_calls, node_fetches;
};
struct world_pools world_pools(const struct world *w);

/* ---- shared by the files of this room ---- */

enum world_kind { WORLD_TRIGGER, WORLD_CALL, WORLD_FRAME, WORLD_WAKE, WORLD_EXEC };

/* Feeds an event into a node, carries out what it wants, and arranges its next timeout. */
void world_step_node(struct world *w, uint32_t node, sim_time now, const struct node_event *ev);

/* transport.c */
void transport_send(struct world *w, uint32_t node, sim_time now, uint16_t port,
                    const struct wire_message *m);
void transport_flood(struct world *w, uint32_t node, sim_time now, uint16_t except_port,
                     const struct wire_message *m);
void transport_on_frame(struct engine *e, void *context, const struct engine_event *ev);

/* The bin that now falls into. Time only rises. */
static inline struct world_bin *world_bin_at(struct world *w, sim_time now)
{
    while (now > (sim_time)(w->bin_now + 1) * WORLD_BIN_NS) {
        w->bin_now++;
    }
    return &w->bin[w->bin_now];
}

static inline bool world_is_counted(const struct world *w, uint32_t node)
{
    return node != w->spec.setup->registry;
}

#endif
