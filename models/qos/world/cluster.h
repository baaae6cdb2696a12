/*
 * cluster.h - one run: clients with a camera, an orchestrator, and nodes that infer.
 *
 * Entities: nodes 0 .. n-1, the orchestrator n, then the clients. A message takes the one-way
 * network time of the node that it comes from or goes to; the orchestrator runs on node 0, so a
 * client reaches it as it reaches node 0. What an entity does is in a file of its own: client.c,
 * orchestrator.c, node.c.
 *
 * Chance is keyed: what a client's n-th frame costs, when it asks, what its ping to a node and the
 * probe of a node for it would take is the same whatever was decided before.
 *
 * Units: nanoseconds, bytes; nodes, clients and pods count from 0, ports from 1.
 * Ownership: a cluster owns its memory; the plan belongs to the caller, is only read and outlives
 *   it. Several clusters may share one.
 * Errors: SIM_ERR_NOMEM from cluster_create() and, where a queue finds no memory, cluster_run();
 *   SIM_ERR_FULL from the latter where a limit of the engine was too small.
 * Threads: one cluster, one thread; different clusters may run at once.
 */
#ifndef MODELS_QOS_WORLD_CLUSTER_H
#define MODELS_QOS_WORLD_CLUSTER_H

#include "models/parts/energy.h"
#include "models/parts/server.h"
#include "models/qos/core/admission.h"
#include "sim/engine/dist.h"
#include "sim/engine/engine.h"

enum cluster_rule {
    CLUSTER_ALGORITHM1, /* Algorithm 1, and a lock while it decides */
    CLUSTER_ADMIT_ALL,  /* everybody, at once */
    CLUSTER_HARNESS, /* the same, but clients send to a node and port that they chose themselves */
};

enum cluster_place { CLUSTER_UNIFORM, CLUSTER_EVEN }; /* of CLUSTER_ADMIT_ALL */

struct cluster_node_plan {
    sim_time service_ns; /* one inference alone: the median */
    double service_sigma;
    double knee;
    sim_time network_ns; /* one way */
    uint32_t capacity;   /* ADMISSION_UNLIMITED: no bound */
    uint32_t leftover;   /* pods from before, which count and do nothing */
    uint32_t pods_max;   /* what its memory holds */
    sim_time fetch_ns;   /* of the image, before the first pod starts */
    bool schedulable;    /* of CLUSTER_HARNESS */
    struct energy_rates energy;
};

struct cluster_listener {
    uint32_t node, port;
};

struct cluster_plan {
    uint64_t seed;
    sim_time duration_ns, bin_ns;

    const struct cluster_node_plan *node;
    uint32_t nodes;
    struct server_sharing sharing; /* knee: each node's own */
    double hiccup;                 /* probability that an inference stalls */
    struct dist hiccup_time;       /* for so long on top */
    double slowdown;               /* of frames and probes, by the deployment method */

    const sim_time *arrival; /* a client each */
    uint32_t clients;
    struct dist jitter; /* on top of the arrival */
    uint32_t frames;
    sim_time timeout_ns;
    sim_time think_ns;
    double think_sigma;
    sim_time frame_gap_ns; /* at least, from send to send */
    int64_t frame_bytes, answer_bytes, image_bytes;

    enum cluster_rule rule;
    enum cluster_place place;
    bool serial;           /* of CLUSTER_ALGORITHM1: the lock */
    sim_time inference_ns; /* thresholds; SIM_TIME_NEVER: unlimited */
    sim_time network_ns;   /* the same */
    double ping_sigma;     /* a ping is two ways, lognormal */
    sim_time probe_timeout_ns;
    double probe_work; /* in inferences; 0: it sees the node's speed and does not load it */
    uint32_t ports;    /* a node */
    sim_time lifetime_ns;

    sim_time cold_start_ns;
    double cold_start_sigma;

    const struct cluster_listener *listener; /* left-over pods that answer; CLUSTER_HARNESS */
    uint32_t listeners;
    sim_time ready_wait_ns; /* how long who has no pod waits for one */
};

enum cluster_state {
    CLUSTER_PENDING, /* when the run ended */
    CLUSTER_COMPLETED,
    CLUSTER_REFUSED,
    CLUSTER_NOT_READY,
};

#define CLUSTER_NOBODY UINT32_MAX

/* What became of a client and its stream. */
struct cluster_stream {
    uint32_t client;
    uint32_t node, port; /* where its frames went; CLUSTER_NOBODY before, port 0: its pod's own */
    enum cluster_state state;
    enum admission_reason reason; /* of a refusal */
    sim_time asked, ready;        /* ready: of its pod; SIM_TIME_NEVER before */
    sim_time begun, ended;        /* of its first frame, of the last; SIM_TIME_NEVER before */
    uint32_t frames, answered, missed;
    sim_time latency_ns; /* of the answered ones, added up */
};

/* Frames a second while frames were answered; NaN where none was. */
double cluster_stream_fps(const struct cluster_stream *s, sim_time timeout_ns);
double cluster_stream_latency_s(const struct cluster_stream *s);

/* What an orchestrator found at a node, or decided in the end. */
enum cluster_word {
    CLUSTER_FAR,  /* the client's ping took too long */
    CLUSTER_FULL, /* no place */
    CLUSTER_LATE,
    CLUSTER_ABOVE,
    CLUSTER_SLOWER,
    CLUSTER_FASTEST, /* of those until now */
    CLUSTER_PLACED,
    CLUSTER_TURNED_AWAY,
    CLUSTER_WORDS,
};

struct cluster_finding {
    sim_time at;
    uint32_t client, step; /* step: counts a client's findings from 0 */
    uint32_t node;         /* CLUSTER_NOBODY: none */
    enum cluster_word word;
    enum admission_reason reason;
    sim_time asked;      /* when its turn began, the wait for the lock behind it */
    sim_time latency_ns; /* of a probe; SIM_TIME_NEVER: none */
    uint32_t pods;       /* that counted there */
};

struct cluster_pod {
    uint32_t pod, client, node, port;         /* client: CLUSTER_NOBODY, from before; port 0: any */
    sim_time placed, started, ready, removed; /* SIM_TIME_NEVER before; started: image there */
    uint32_t served, dropped;                 /* frames; dropped: not worked off when it ended */
};

/* What became of a frame, when it is known. */
struct cluster_sent {
    sim_time at, sent, latency_ns; /* latency_ns: SIM_TIME_NEVER: missed */
    uint32_t client, number;       /* number: from 0 */
};

struct cluster_node_report {
    uint32_t pods_most;
    uint64_t frames, probes, lost; /* lost: frames that nothing listened to */
    sim_time busy_ns, work_ns;
    int64_t sent_bytes, received_bytes; /* answers; frames, and the image where it was fetched */
};

/* Who wants to hear of rows; called from handlers, so they only take notes. Each may be NULL. */
struct cluster_observer {
    void *context;
    void (*stream)(void *context, const struct cluster_stream *stream);
    void (*finding)(void *context, const struct cluster_finding *finding);
    void (*pod)(void *context, const struct cluster_pod *pod);
    void (*frame)(void *context, const struct cluster_sent *frame);
    /* What a node did from one moment to another, busy all of that time where it was. */
    void (*used)(void *context, uint32_t node, sim_time from, sim_time until,
                 const struct energy_use *use);
};

/* The sums of a run. */
struct cluster_totals {
    uint64_t calls, state[CLUSTER_NOT_READY + 1]; /* by enum cluster_state */
    uint64_t refused[ADMISSION_PORTS + 1];        /* by enum admission_reason */
    uint64_t frames, answered, missed, outstanding;
    uint64_t probes, probes_answered;
    sim_time probe_ns; /* of the answered ones */
};

struct cluster;

SIM_MUST_CHECK enum sim_status cluster_create(struct cluster **c, const struct cluster_plan *plan,
                                              uint32_t replication,
                                              const struct cluster_observer *observer);
void cluster_destroy(struct cluster *c);

/* At most so many events more; *done where nothing is left in the time that there is. */
SIM_MUST_CHECK enum sim_status cluster_run(struct cluster *c, uint64_t events, bool *done);
sim_time cluster_now(const struct cluster *c);

/* Ends the books: tells the streams and pods that are still there. Once, after the last run. */
void cluster_close(struct cluster *c);

/* What follows is there after cluster_close(). */
const struct cluster_totals *cluster_totals(const struct cluster *c);
const struct cluster_stream *cluster_stream(const struct cluster *c, uint32_t client);
struct cluster_node_report cluster_node(const struct cluster *c, uint32_t node);
/* What a node spent, from the beginning until cluster_now(). */
struct energy cluster_node_energy(const struct cluster *c, uint32_t node);
struct engine_report cluster_engine(const struct cluster *c);
uint64_t cluster_digest(const struct cluster *c);
uint64_t cluster_work_digest(const struct cluster *c);
size_t cluster_bytes_per_client(void);
size_t cluster_bytes_per_node(void);

/* "" where the books balance, else which does not. */
void cluster_audit(const struct cluster *c, char *text, size_t bytes);

/* Events to expect of a run. */
uint64_t cluster_estimate(const struct cluster_plan *plan);

#endif
