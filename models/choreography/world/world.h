/*
 * world.h - domains of devices, edges and clouds, tasks that come to devices, and links that fail.
 *
 * A placement books its core at once, and what it will come to is known then, so a task is an
 * arrival, perhaps a controller's word, and an end. The run is one entity: every policy's knowledge
 * is a copy that the world keeps (the snapshot), never a look at another's queue.
 *
 * The world first: arrivals, classes, work and outages are drawn from streams that no policy
 * touches; what a policy draws (whether to explore, and where to) is two numbers a task, always.
 *
 * For the digest: a task comes, is placed, ends; at the end the accounts.
 *
 * Ownership: a world owns its memory; the spec is the caller's and outlives it.
 * Errors: SIM_ERR_NOMEM. choreo_world_audit() says whether the books balance.
 * Threads: one world, one thread.
 */
#ifndef MODELS_CHOREOGRAPHY_WORLD_WORLD_H
#define MODELS_CHOREOGRAPHY_WORLD_WORLD_H

#include "models/choreography/core/placement.h"
#include "models/parts/energy.h"
#include "models/parts/outage.h"
#include "sim/engine/digest.h"
#include "sim/engine/engine.h"

enum choreo_tier { CHOREO_DEVICE, CHOREO_EDGE, CHOREO_CLOUD, CHOREO_TIERS };
enum { CHOREO_DOMAINS_MAX = 32 };
enum choreo_fallback { CHOREO_FALL_EDGE, CHOREO_FALL_LOCAL };
enum choreo_state { CHOREO_STATE_EXACT, CHOREO_STATE_GOSSIP };
enum choreo_in_flight { CHOREO_KEPT, CHOREO_LOST };
/* When whoever learns knows of a miss: as the deadline passes, or with the late answer. */
enum choreo_feedback { CHOREO_AT_DEADLINE, CHOREO_AT_ANSWER };

/* What a scenario says. */
struct choreo_spec {
    uint32_t domains;
    struct choreo_tier_spec {
        uint32_t count, cores;         /* nodes a domain, cores a node */
        double speed, power_w, idle_w; /* a core */
    } tier[CHOREO_TIERS];
    struct choreo_link_spec {
        sim_time delay_ns;
        int64_t rate_bps;
        double bit_j;
    } lan, wan;
    sim_time foreign_ns, mtbf_ns, mttr_ns;
    bool queueing;
    enum choreo_in_flight in_flight;
    double rate, hot, cold; /* tasks a second and device; factors of it */
    sim_time hot_period_ns;
    struct choreo_class_spec {
        double share; /* a weight */
        sim_time work_ns, deadline_ns;
        int64_t data_bytes;
    } class[CHOREO_CLASSES];
    enum choreo_policy_kind placement;
    sim_time gossip_ns;
    int64_t gossip_bytes, request_bytes;
    bool gossip_needs_link;
    double fee, explore;
    enum choreo_feedback feedback;
    uint64_t refuses;    /* a bit a domain */
    uint32_t controller; /* its domain, from 0 */
    enum choreo_state controller_state;
    sim_time controller_timeout_ns;
    enum choreo_fallback fallback;
    sim_time connect_ns, backoff_ns;
};

enum choreo_phase { CHOREO_UNDECIDED, CHOREO_PLACED, CHOREO_COMPLETED, CHOREO_LOST_TASK };

struct choreo_task {
    sim_time at, work_ns, placed_ns, end_ns; /* end: of the answer; foreseen when it is placed */
    uint32_t device, class;
    double chance[2];
    struct choreo_answer answer; /* what the policy thought */
    bool has_answer;             /* false: the controller gave none */
    bool has_fallen_back;
    enum choreo_target target; /* where it went */
    uint32_t node;
    uint32_t connects; /* tries of a target that was down */
    uint32_t context;  /* of the bandit */
    double energy_j;
    enum choreo_phase phase;
};

struct choreo_node {
    enum choreo_tier tier;
    uint32_t domain, number; /* in its tier and domain */
    sim_time *core;          /* when each is free */
    sim_time busy_ns;        /* booked */
    uint64_t tasks;
};

struct choreo_counts {
    uint64_t calls, placed, completed, lost, connect_failed, refused_foreign, fallbacks;
    uint64_t missed; /* behind finish() */
    uint64_t by_target[CHOREO_TARGETS];
    int64_t sent_bytes, received_bytes, lost_bytes, control_bytes;
    double compute_j, bits_j;
};

struct choreo_observer {
    void *context;
    void (*ended)(void *context, const struct choreo_task *task,
                  uint64_t id); /* answered or lost */
};

struct choreo_world {
    const struct choreo_spec *spec;
    struct choreo_observer observer;
    struct engine engine;
    uint64_t seed, replication;
    sim_time end_ns;
    uint32_t devices, nodes, links; /* devices come first among the nodes */
    struct choreo_node *node;
    sim_time *cores;          /* of all nodes */
    sim_time *view;           /* domains x nodes: backlogs as last heard */
    struct outage *link;      /* domains x (edges + 1): LANs, then the WAN */
    sim_time *link_free;      /* with queueing */
    int64_t *link_bytes;      /* of tasks' data that were given to it */
    sim_time *backed_off;     /* devices x CHOREO_TARGETS: until then */
    struct choreo_cell *cell; /* devices x CHOREO_CELLS; NULL: nobody learns */
    struct choreo_source {
        struct rng arrival, kind, policy;
    } * source; /* a device */
    struct choreo_task *task;
    size_t room;
    struct choreo_counts count;
    uint64_t digest, work_digest;
    double link_down_share; /* behind finish() */
};

SIM_MUST_CHECK enum sim_status choreo_world_create(struct choreo_world *w,
                                                   const struct choreo_spec *spec, uint64_t seed,
                                                   uint64_t replication, sim_time end_ns,
                                                   const struct choreo_observer *observer);
void choreo_world_destroy(struct choreo_world *w);

/* At most so many events; *done: the end is reached. */
SIM_MUST_CHECK enum sim_status choreo_world_run(struct choreo_world *w, uint64_t events,
                                                bool *done);

/* Settles the sums at the end; once, behind the last choreo_world_run(). */
void choreo_world_finish(struct choreo_world *w);

/* "" where the books balance, else what does not; behind choreo_world_finish(). */
void choreo_world_audit(const struct choreo_world *w, char *text, size_t bytes);

/* No answer came by its deadline, as far as can be told at the end: late, lost, or still awaited.
 */
bool choreo_is_missed(const struct choreo_world *w, const struct choreo_task *task);

/* Until the end: what a node's cores took, computing what is booked and waiting; of all nodes, what
 * those that computed nothing took; what a link took for the bits that were given to it. */
struct energy choreo_node_energy(const struct choreo_world *w, uint32_t node);
double choreo_world_idle_j(const struct choreo_world *w);
double choreo_link_j(const struct choreo_world *w, uint32_t link);

/* Starts a link's outages from the beginning: for rows and for tests. */
void choreo_link_outages(const struct choreo_world *w, uint32_t link, struct outage *o);

/* For placing.c and tests: the earliest time at which a core is free, minus now, at least 0. */
sim_time choreo_backlog(const struct choreo_world *w, uint32_t node, sim_time now);
/* Decides and books a task at now: at the controller, if that is who decides. placing.c */
void choreo_place(struct choreo_world *w, struct choreo_task *task, sim_time now);
/* The controller did not answer. */
void choreo_fall_back(struct choreo_world *w, struct choreo_task *task, sim_time now);
/* Own or controller's WAN is down: no answer will come. */
bool choreo_is_cut_off(struct choreo_world *w, const struct choreo_task *task, sim_time now);
/* Was a link of its path down at any moment since it was placed? */
bool choreo_has_path_failed(struct choreo_world *w, const struct choreo_task *task, sim_time now);
/* Do a node's state messages reach a domain at now? */
bool choreo_is_heard(struct choreo_world *w, uint32_t node, uint32_t domain, sim_time now);

#endif
