/*
 * world_state.h - a world's insides, shared by the files of this room.
 */
#ifndef MODELS_NIMBLENET_WORLD_WORLD_STATE_H
#define MODELS_NIMBLENET_WORLD_WORLD_STATE_H

#include "models/nimblenet/world/happenings.h"
#include "models/nimblenet/world/world.h"

struct world_node {
    struct node core;
    struct cpu cpu;
    struct traffic_account traffic;
    struct happenings happenings;
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
    struct world_link *link; /* as mesh.link; where links are counted */
    struct world_bin *bin;
    uint32_t bin_count, bin_now;
    sim_time bin_end;       /* of bin_now */
    uint64_t bin_weight;    /* of bin_now in accounts by bin */
    sim_time told_until;    /* the observer has heard of nodes up to this bin's end */
    uint64_t *responses;    /* of completed calls, in bins.h's bins */
    struct backlog backlog; /* where executors are limited */
    struct world_totals totals;
    void (*act)(void *context, const struct node_action *action); /* of every node's sink */
    bool started;
    bool links_are_plain; /* one constant delay, nothing lost, nobody watching or counting */
    void *memory;
    size_t memory_bytes;
    size_t node_bytes; /* reserved for each node */
};

enum world_kind { WORLD_TRIGGER, WORLD_CALL, WORLD_FRAME, WORLD_WAKE, WORLD_EXEC };

/* Feeds an event into a node, carries out what it wants, and arranges its next timeout. */
void world_step_node(struct world *w, uint32_t node, sim_time now, const struct node_event *ev);

/* transport.c */
void transport_send(struct world *w, uint32_t node, sim_time now, uint16_t port,
                    const struct wire_message *m);
void transport_flood(struct world *w, uint32_t node, sim_time now, uint16_t except_port,
                     const struct wire_message *m);
/* Whether the link loses what enters it now: the same answer however often it is asked. */
bool transport_loses(const struct world *w, uint32_t link, sim_time now,
                     const struct wire_message *m);
void transport_on_frame(struct engine *e, void *context, const struct engine_event *ev);

/* The number of the bin that now falls into. Time only rises. */
static inline uint32_t world_bin_at(struct world *w, sim_time now)
{
    while (SIM_UNLIKELY(now > w->bin_end)) {
        w->bin_now++;
        w->bin_end += w->spec.bin_ns;
        w->bin_weight = happenings_weight(w->bin_now);
    }
    return w->bin_now;
}

static inline bool world_is_counted(const struct world *w, uint32_t node)
{
    return node != w->spec.setup->registry;
}

#endif
