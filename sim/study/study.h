/*
 * study.h - all runs of a scenario: every variant in every replication, on
 * several threads, each run handed to the store when it ends.
 *
 * A run is named by (seed, variant, replication); which thread runs it changes
 * nothing. Results come in the order of the scenario's variants, then replication.
 *
 * A scenario that asks for a precision is run in rounds of replications until precision_is_enough()
 * or its max is reached; until then study_replications() grows.
 *
 * Ownership: the caller owns struct study and ends it with study_deinit(); scenario and
 *   store outlive it.
 * Errors: a text in study.error. A run whose books do not balance is not a
 *   failure of the study: its books text says what is wrong.
 * Threads: study_run() is called on the main thread and starts its own.
 */
#ifndef SIM_STUDY_STUDY_H
#define SIM_STUDY_STUDY_H

#include <stdatomic.h>

#include "analysis/store/store.h"
#include "models/nimblenet/compose.h"
#include "sim/study/metrics.h"

struct study_options {
    uint32_t threads;          /* at least 1 */
    uint32_t only_replication; /* 0: all of the scenario's */
    struct store *store;       /* NULL: nothing is stored */
    const char *label;         /* for the progress shown; NULL: none */
};

enum study_state { STUDY_WAITING, STUDY_RUNNING, STUDY_DONE, STUDY_INTERRUPTED, STUDY_FAILED };

struct study_run {
    enum scenario_variant variant;
    uint32_t replication;
    enum study_state state;
    atomic_llong now; /* simulated time reached, for the progress shown */
    atomic_ullong events_so_far;
    uint64_t digest, trace_digest;
    double wall_s; /* of the simulation, storing aside */
    double value[METRIC_COUNT];
    struct engine_report engine;
    struct world_memory memory;
    struct world_pools pools;
    struct world_bin *bin; /* every WORLD_BIN_NS */
    uint32_t bin_count;
    struct {
        sim_time at;
        char text[256];
    } warning[8];
    uint32_t warning_count;
    char books[256]; /* "": they balance */
};

struct study {
    const struct scenario *scenario;
    struct study_options options;
    struct compose_model model;
    struct study_run *run; /* study_find() knows their order */
    uint32_t run_count;    /* of the rounds so far */
    uint32_t run_capacity; /* the most that there can be */
    bool is_sequential;    /* a precision decides how many */
    bool is_settled;       /* and has decided */
    atomic_uint next;      /* the run that the next free thread takes */
    atomic_uint finished;
    atomic_bool stop;
    atomic_bool failed;
    enum sim_status status; /* of the first failure */
    char error[512];
};

/*
 * Prepares the study, and finds whatever is wrong with the scenario. SIM_ERR_INVALID,
 * SIM_ERR_NOTFOUND or SIM_ERR_NOMEM with study.error. The options' store may follow later.
 */
SIM_MUST_CHECK enum sim_status study_init(struct study *s, const struct scenario *scenario,
                                          const struct study_options *options);

/*
 * Runs it, showing progress, until done or interrupt_requested(). SIM_OK also
 * where it was interrupted: study_is_complete() tells.
 */
SIM_MUST_CHECK enum sim_status study_run(struct study *s);
void study_deinit(struct study *s);

bool study_is_complete(const struct study *s);
bool study_books_balance(const struct study *s);

/* All runs' digests, folded in their order. */
uint64_t study_digest(const struct study *s);

/* The run of a variant's k-th replication that was asked for, k from 0; NULL if it is not there. */
const struct study_run *study_find(const struct study *s, enum scenario_variant variant,
                                   uint32_t k);

/* How many replications there are: as asked for, or in the rounds so far. */
uint32_t study_replications(const struct study *s);

#endif
