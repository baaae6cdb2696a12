/*
 * world.h - one batch on one node: the scheduler's decisions carried out on a simulated processor.
 *
 * The node is the run's one entity. Its happenings, for the digest: a task starts, fails to start,
 * ends, and the node's accounts at the end.
 *
 * Pinned, worker i's tasks share core i. Unpinned, all running tasks share all cores evenly, each
 * on one core at most, and every task's work is longer by what its migrations cost.
 *
 * Ownership: a world owns its memory; spec and batch belong to the caller and outlive it.
 * Errors: SIM_ERR_NOMEM from pi5_world_create(). pi5_world_audit() says whether the books balance.
 * Threads: one world, one thread.
 */
#ifndef MODELS_PI5_WORLD_WORLD_H
#define MODELS_PI5_WORLD_WORLD_H

#include "models/parts/energy.h"
#include "models/parts/server.h"
#include "models/pi5/core/scheduler.h"
#include "models/pi5/world/batch.h"
#include "sim/engine/engine.h"

enum pi5_overcommit {
    PI5_OVERCOMMIT_FAIL,   /* the start check refuses */
    PI5_OVERCOMMIT_THRASH, /* it lets through, and all tasks slow down by what is over the cap */
};

struct pi5_node_spec {
    uint32_t cores, per_core;
    int64_t cap_bytes, base_bytes;
    enum pi5_pairing pairing;
    struct pi5_policy policy;
    double migrations_per_s; /* of an unpinned task */
    sim_time warm_ns;        /* what a migration costs */
    sim_time fail_ns;        /* a slot sleeps so long after a failed start */
    enum pi5_overcommit overcommit;
    double thrash; /* slow-down is 1 + thrash * over / cap */
    struct energy_rates energy;
};

enum pi5_phase { PI5_WAITING, PI5_RUNNING, PI5_COMPLETED };

/* What became of a task. */
struct pi5_outcome {
    enum pi5_phase phase;
    struct pi5_decision decision; /* that started it */
    sim_time start_ns, end_ns;    /* SIM_TIME_NEVER: not yet */
    /* Its failed start, of which there is one at most: the list is not checked. */
    sim_time failed_ns;   /* SIM_TIME_NEVER: none */
    uint32_t failed_at;   /* the worker */
    int64_t beside_bytes; /* memory in use then */
};

/* Hears how memory in use and cores change; called from handlers, so it only takes notes. */
struct pi5_observer {
    void *context;
    void (*memory)(void *context, sim_time now, int64_t used_bytes, uint32_t running,
                   bool is_sequential); /* or NULL */
    /* So much core time was computed in between, evenly; or NULL. */
    void (*computed)(void *context, sim_time from, sim_time until, sim_time core_ns);
};

struct pi5_world {
    const struct pi5_node_spec *spec;
    const struct pi5_batch *batch;
    struct pi5_observer observer;
    sim_time told_until, told_ns; /* of core time: until when, and how much in all */
    struct engine engine;
    struct server server;
    struct pi5_scheduler scheduler;
    struct pi5_outcome *outcome; /* by task */
    sim_time end_ns;             /* what comes at it or later does not happen */
    ev_id done;                  /* the event of the next task that is done */
    sim_time done_at;            /* its time; SIM_TIME_NEVER: none */
    double work_factor;          /* of an unpinned task */
    uint64_t digest;

    uint32_t completed, sequential;
    sim_time makespan_ns; /* the last end */
    int64_t peak_bytes;   /* the orchestrator's own included */
    int64_t done_time_ns; /* what completed tasks take alone */
    int64_t done_work_ns; /* and what they took with their migrations */
    double migrations;    /* of the tasks that started, in the mean */
    bool was_over_cap;    /* outside the sequential phase */
};

SIM_MUST_CHECK enum sim_status pi5_world_create(struct pi5_world *w,
                                                const struct pi5_node_spec *spec,
                                                const struct pi5_batch *batch, sim_time end_ns,
                                                const struct pi5_observer *observer);
void pi5_world_destroy(struct pi5_world *w);

/* At most so many events; *done: nothing is left, or the end is reached. */
SIM_MUST_CHECK enum sim_status pi5_world_run(struct pi5_world *w, uint64_t events, bool *done);

/* Settles the sums at the end; once, behind the last pi5_world_run(). */
void pi5_world_finish(struct pi5_world *w);

/* "" where the books balance, else what does not; behind pi5_world_finish(). */
void pi5_world_audit(const struct pi5_world *w, char *text, size_t bytes);

#endif
