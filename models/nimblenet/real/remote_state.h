/*
 * remote_state.h - an access point's insides, shared by the files of remote.
 */
#ifndef MODELS_NIMBLENET_REAL_REMOTE_STATE_H
#define MODELS_NIMBLENET_REAL_REMOTE_STATE_H

#include "models/nimblenet/real/cargo.h"
#include "models/nimblenet/real/remote.h"
#include "models/nimblenet/world/world_state.h"
#include "runtime-replay/processes/process.h"

/* What is known of a daemon. */
struct remote_node {
    uint64_t number; /* of the latest grant */
    uint32_t frames_in, frames_out;
    uint64_t metered;              /* instructions that this takes, where they are metered */
    uint64_t undecodable, refused; /* frames that its present process threw away, and had to */
    bool *is_open;                 /* by call: those that it was given and has not answered */
    char books[GRANT_BOOKS_MAX];
    bool is_down; /* there is no process */
    sim_time down_since;
    struct grant_past past; /* of the lives before this one, each of them a process */
};

/* What a daemon's core has told its executor last, in a slot. */
struct remote_running {
    uint32_t call, version;
};

struct remote {
    const struct world_spec *spec;
    const struct model_real_request *request;
    struct outfit_work work;
    struct remote_listener listener;
    const struct world *world;
    struct process *process; /* a node each */
    struct process_group group;
    struct remote_node *node;
    bool *is_open;                  /* of all nodes */
    struct remote_running *running; /* [node][slot] */
    struct cargo cargo;
    struct grant_bounds bounds;
    uint32_t open_max; /* calls that a node can have at once, the refused one included */
    bool computes;     /* who is waited for: what its executor may take, its executor knows */
    bool is_left;      /* the user wants to go, and a daemon does not answer */
    char complaint[256];
    unsigned char order[PROCESS_ORDER_MAX], answer[PROCESS_ORDER_MAX];
    unsigned char frame[PROCESS_FRAME_MAX];
};

/* ---- remote_daemons.c: the processes, what is said to them and what goes wrong ---- */

/* Notes the first thing that does. SIM_ERR_IO. */
SIM_PRINTF(3, 4)
enum sim_status remote_complain(struct remote *r, uint32_t node, const char *format, ...);
/* Of a line that is dead: how the process ended. */
enum sim_status remote_complain_of_end(struct remote *r, uint32_t node);
SIM_MUST_CHECK enum sim_status remote_order(struct remote *r, uint32_t node, const struct grant *g);
/* The node has failed: so ends its process. And is back, as another one: before whatever it is to
 * do next. */
void remote_kill(struct remote *r, uint32_t node);
SIM_MUST_CHECK enum sim_status remote_wake(struct remote *r, uint32_t node);
/* Waits for the next answer, whose actions *u is left before. */
SIM_MUST_CHECK enum sim_status remote_take_answer(struct remote *r, uint32_t node, struct unpack *u,
                                                  struct grant_answer *a);

/* ---- remote_hear.c: what a core wants ---- */

/* Carries out what a daemon answers, part by part. */
SIM_MUST_CHECK enum sim_status remote_hear_out(struct remote *r, uint32_t node,
                                               const struct node_sink *out, struct grant_answer *a);

/* What runs in a slot; and how the world numbers an open one. */
static inline struct remote_running *remote_running_at(struct remote *r, uint32_t node,
                                                       uint32_t slot)
{
    return &r->running[(size_t)node * r->bounds.calls_max + slot];
}

static inline uint64_t remote_call_id(const struct remote *r, uint32_t node, uint64_t open)
{
    return world_call_at(r->world, node, (uint32_t)open)->trigger.call_id;
}

#endif
