/*
 * cluster_inside.h - what the world's own files share.
 *
 * Whoever handles an event touches the state of its destination alone. What a request carries to
 * the orchestrator besides its payload, the client's `is_near`, is written before it leaves and
 * not touched again.
 */
#ifndef MODELS_QOS_WORLD_CLUSTER_INSIDE_H
#define MODELS_QOS_WORLD_CLUSTER_INSIDE_H

#include "models/qos/core/ports.h"
#include "models/qos/core/spread.h"
#include "models/qos/world/cluster.h"

/* The engine's kinds: whom an event is for. What it is stands in its arg. */
enum { CLUSTER_TO_NODE, CLUSTER_TO_ORCHESTRATOR, CLUSTER_TO_CLIENT };

enum node_word { NODE_START, NODE_STOP, NODE_FRAME, NODE_PROBE, NODE_FETCHED, NODE_UP, NODE_DONE };
enum orchestrator_word {
    ORCH_REQUEST,
    ORCH_PROBED,
    ORCH_PROBE_LATE,
    ORCH_UP,
    ORCH_OVER,
    ORCH_ENDED
};
enum client_word {
    CLIENT_ASK,
    CLIENT_ADMITTED,
    CLIENT_REFUSED,
    CLIENT_SEND,
    CLIENT_ANSWER,
    CLIENT_TIMER,
    CLIENT_GIVE_UP,
};

/* What all messages carry, each what it needs. */
struct cluster_message {
    uint32_t client, number; /* number: of a frame, of a probe; a refusal's reason */
    uint32_t node, port;
    double normal;     /* of an inference: its standard normal number */
    sim_time stall_ns; /* the same; of CLIENT_ADMITTED: when the pod was ready */
};
_Static_assert(sizeof(struct cluster_message) <= EV_PAYLOAD_BYTES, "a message is a payload");

/* What streams of random numbers are for. Part of every digest: append, never renumber. */
enum cluster_purpose {
    CLUSTER_CHANCE_JITTER = 1,
    CLUSTER_CHANCE_FRAME,
    CLUSTER_CHANCE_THINK,
    CLUSTER_CHANCE_PING,
    CLUSTER_CHANCE_PROBE,
    CLUSTER_CHANCE_COLD,
    CLUSTER_CHANCE_NODE,
};

/* What happens at an entity, as its digest has it. Append, never renumber. */
enum cluster_happening {
    CLUSTER_ASKED = 1,
    CLUSTER_BEGUN,
    CLUSTER_ANSWERED,
    CLUSTER_MISSED,
    CLUSTER_ENDED,
    CLUSTER_FOUND,
    CLUSTER_UP,
    CLUSTER_REMOVED,
    CLUSTER_SERVED,
    CLUSTER_PROBED,
    CLUSTER_UNHEARD,
};

struct cluster_client {
    struct cluster_stream stream;
    struct rng frame, think;
    bool *is_near; /* a node each */
    sim_time sent, deadline;
    bool is_waiting;   /* for the answer to frame stream.frames - 1 */
    bool has_timer;    /* an event at or before the deadline */
    bool has_given_up; /* on a pod */
};

/* A frame that waits in a pod. */
struct cluster_frame {
    double normal;
    sim_time stall_ns;
    uint32_t client, number;
};

enum pod_state { POD_NONE, POD_STARTING, POD_UP, POD_GONE };

/* Belongs to its node. */
struct cluster_pod_state {
    struct cluster_pod told;
    enum pod_state state;
    uint32_t next;                /* waits for the image behind this one */
    struct cluster_frame current; /* in service, with job */
    server_job job;               /* SERVER_NO_JOB: idle */
    struct cluster_frame *queue;  /* a ring */
    uint32_t first, count, room;
};

enum image_state { IMAGE_ABSENT, IMAGE_COMING, IMAGE_THERE };

struct cluster_node_state {
    struct server server;
    ev_id done; /* the event for the next job's end; it may come too early, never too late */
    sim_time done_at;
    enum image_state image;
    uint32_t first_waiting; /* pods that wait for it, last come first */
    uint32_t *listens;      /* CLUSTER_HARNESS: a pod + 1 a port; else NULL */
    uint32_t pods;
    struct cluster_node_report report;
    bool is_busy; /* since then: */
    sim_time busy_since;
    uint64_t received, served, dropped; /* frames; lost ones are in none of them */
};

/* What the orchestrator knows of a client and its pod. */
struct cluster_dossier {
    struct admission decision;
    uint32_t findings;
    uint32_t probe; /* counts its probes; one with another number is stale */
    sim_time turn, probe_sent;
    ev_id late;
    uint32_t node, port;        /* of its pod; CLUSTER_NOBODY: none */
    uint32_t target, pool_port; /* CLUSTER_HARNESS: what the client drew and took */
    bool is_over, has_ended;
};

struct cluster_orchestrator {
    struct cluster_dossier *dossier; /* a client each */
    struct admission_node *view;     /* a node each */
    struct spread_node *spread;      /* the same */
    uint32_t *pods;                  /* the same: that count */
    struct ports *pool, *host;       /* host: ports in use on the machine itself, CLUSTER_HARNESS */
    uint32_t *queue;                 /* of clients; each comes once, so it never turns round */
    uint32_t first, last;
    uint32_t lock; /* a client, or CLUSTER_NOBODY */
    uint64_t probes, probes_answered;
    sim_time probe_ns;
};

struct cluster {
    struct engine engine;
    const struct cluster_plan *plan;
    uint32_t replication;
    struct cluster_observer observer;
    struct cluster_client *client;
    struct cluster_pod_state *pod; /* a client each, then the listeners */
    struct cluster_node_state *node;
    struct cluster_orchestrator orchestrator;
    uint64_t *digest; /* an entity each */
    void *memory;     /* of all the arrays */
    size_t memory_bytes;
    uint32_t servers; /* that have been made */
    struct cluster_totals totals;
};

static inline uint32_t cluster_orchestrator_entity(const struct cluster *c)
{
    return c->plan->nodes;
}

static inline uint32_t cluster_client_entity(const struct cluster *c, uint32_t client)
{
    return c->plan->nodes + 1 + client;
}

/* A time and a factor, rounded down. */
static inline sim_time cluster_scaled(sim_time time, double factor)
{
    const double scaled = (double)time * factor;
    return scaled < 0x1p62 ? (sim_time)scaled : INT64_C(1) << 62;
}

/* A stream of random numbers for one purpose of a client, and of a node with it (or 0). */
void cluster_chance(const struct cluster *c, struct rng *r, uint32_t client, uint32_t node,
                    enum cluster_purpose purpose);

/* Folds what happened at an entity into its digest. */
void cluster_note(struct cluster *c, uint32_t entity, sim_time at, enum cluster_happening what,
                  uint64_t whom, uint64_t size);

/* Sends a message, or sets a timer where the two ends are one. */
ev_id cluster_send(struct cluster *c, uint32_t from, uint32_t to, sim_time at, uint32_t kind,
                   uint32_t word, const struct cluster_message *message);

engine_fn client_on_event, orchestrator_on_event, cluster_node_on_event;

/* Schedules a client's request, as drawn. */
void client_begin(struct cluster *c, uint32_t client);
/* Ends what the run's end left open. */
void client_close(struct cluster *c, uint32_t client);

void orchestrator_begin(struct cluster *c);
SIM_MUST_CHECK enum sim_status cluster_node_begin(struct cluster *c, uint32_t node);
void cluster_node_close(struct cluster *c, uint32_t node);
void cluster_node_end(struct cluster *c, uint32_t node);
/* A left-over pod that answers. */
void cluster_node_listen(struct cluster *c, uint32_t pod, uint32_t node, uint32_t port);
void pod_close(struct cluster *c, uint32_t pod);

#endif
