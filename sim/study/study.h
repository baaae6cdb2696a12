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
 * What two runs of a replication show against each other (the model's contrasts) is taken when both
 * have ended, and what only that needs is given back then.
 *
 * Ownership: the caller owns struct study and ends it with study_deinit(); scenario and
 *   store outlive it.
 * Errors: a text in study.error. A run whose books do not balance is not a
 *   failure of the study: its books text says what is wrong.
 * Threads: study_run() is called on the main thread and starts its own.
 */
#ifndef SIM_STUDY_STUDY_H
#define SIM_STUDY_STUDY_H

#include <pthread.h>
#include <stdatomic.h>

#include "analysis/report/contrasts.h"
#include "analysis/store/store.h"
#include "models/model.h"
#include "models/real.h"
#include "scenarios/language/scenario.h"
#include "sim/capture/capture.h"

struct study_options {
    uint32_t threads;                      /* at least 1 */
    uint32_t only_replication;             /* 0: all of the scenario's */
    struct store *store;                   /* NULL: nothing is stored */
    bool full_path;                        /* no short cut is taken */
    const struct model_real_request *real; /* nodes are processes; NULL: simulated */
    struct capture *capture;               /* of its messages; NULL: none. One run at a time */
    const char *label;                     /* for the progress shown; NULL: none */
    /* Hears what the model warns of each variant before its first run; NULL: nobody. */
    void (*forewarn)(void *context, const char *variant, const char *text);
    void *forewarn_context;
};

enum study_state { STUDY_WAITING, STUDY_RUNNING, STUDY_DONE, STUDY_INTERRUPTED, STUDY_FAILED };

struct study_warning {
    sim_time at;
    char text[256];
};

struct study_run {
    uint32_t variant; /* index into the scenario's */
    uint32_t replication;
    _Atomic(enum study_state) state; /* read by whoever ends another run of its replication */
    atomic_llong now;                /* simulated time reached, for the progress shown */
    atomic_ullong events_so_far;
    double wall_s; /* of the simulation, storing aside */
    struct model_result result;
    struct study_warning *warning;
    uint32_t warning_count, warning_capacity;
};

struct study {
    const struct scenario *scenario;
    const struct model *model;
    struct study_options options;
    struct model_head head;
    void **system;         /* the model's, a variant */
    struct study_run *run; /* study_find() knows their order */
    uint32_t run_count;    /* of the rounds so far */
    uint32_t run_capacity; /* the most that there can be */
    uint32_t rounds_most;  /* replications, at most */
    const char **variant_name;
    struct contrasts contrasts; /* of the replications that have ended in all variants */
    double *contrast_value;     /* by row, then replication; NaN: not known, or none */
    bool has_contrasts;
    bool is_sequential; /* a precision decides how many */
    bool is_settled;    /* and has decided */
    atomic_uint next;   /* the run that the next free thread takes */
    atomic_uint finished;
    atomic_bool stop;
    atomic_bool failed;
    pthread_mutex_t pairs; /* guards contrasts, and who is done */
    struct study_alike {
        uint32_t first;      /* the first variant of those who draw the same work */
        uint32_t count;      /* at that one: how many they are */
    } * alike;               /* a variant */
    struct study_work *work; /* study_work.c */
    pthread_mutex_t works;   /* guards it */
    enum sim_status status;  /* of the first failure */
    char error[1024];
    /* Of a mistake in the scenario that its model found, the parts of error. */
    const char *key; /* NULL: it was none; "": no key's */
    struct place at;
    char what[640];
};

/*
 * Prepares the study, and finds whatever is wrong with the scenario: opens every variant, and
 * begins and ends its first replication. SIM_ERR_INVALID, SIM_ERR_NOTFOUND or SIM_ERR_NOMEM with
 * study.error. The options' store may follow later.
 */
SIM_MUST_CHECK enum sim_status study_init(struct study *s, const struct scenario *scenario,
                                          const struct study_options *options);

/* Adds what study_init() found wrong with the scenario to a list; nothing where it was another
 * failure. */
void study_tell_mistake(const struct study *s, struct scenario_errors *errors);

/* Prints s->error on stderr: a mistake in the scenario as all mistakes are, with its place in
 * front. */
void study_print_error(const struct study *s);

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

/* The events that a replication of a variant is expected to take. */
uint64_t study_estimate(const struct study *s, uint32_t variant);

/* The run of a variant's k-th replication that was asked for, k from 0. */
const struct study_run *study_find(const struct study *s, uint32_t variant, uint32_t k);

/* How many replications there are: as asked for, or in the rounds so far. */
uint32_t study_replications(const struct study *s);

/* A contrast's numbers, one a replication; NaN where there is none. */
const double *study_contrast_values(const struct study *s, const struct contrasts_row *row);

/* ---- shared by the files of this room ---- */

/* Lists the contrasts that the scenario's variants have. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status study_pairs_init(struct study *s);
void study_pairs_deinit(struct study *s);
/* Notes that a run is done; takes the contrasts of a replication whose last run it is.
 * SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status study_pairs_note(struct study *s, struct study_run *run);

/* The index of the run of a variant's k-th replication. */
uint32_t study_place(const struct study *s, uint32_t variant, uint32_t k);

/* Adds a warning; without memory it is lost. */
void study_warn(struct study_run *run, sim_time at, const char *text);

#endif
