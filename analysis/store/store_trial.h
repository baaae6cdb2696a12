/*
 * store_trial.h - experiments on this host, beside the runs that were simulated: written as they
 * go, a block at a time, and read again.
 *
 *     store_trial_begin(store, &trial);
 *     store_trial_fact(store, trial.part, "clock source", "tsc");
 *     store_trial_block(store, trial.part, block, values, count);      as blocks become whole
 *     store_trial_end(store, trial.part, blocks, "all blocks", findings, count);
 *
 * A file has these tables from the first store_trial_begin() on. Killed at any moment it keeps
 * whole blocks, and the experiment says 'running' for ever.
 *
 * Units, ownership, errors, threads: as in store.h.
 */
#ifndef ANALYSIS_STORE_STORE_TRIAL_H
#define ANALYSIS_STORE_STORE_TRIAL_H

#include "analysis/store/store.h"

/* No text may be NULL. */
struct result_trial {
    const char *part, *about;
    const char *baseline, *again; /* arms */
    uint64_t seed;
    uint32_t blocks, looks; /* the most */
    double level;           /* of each interval */
};

/* Of a curve: "phi", of "this host", at x. An x may have several. */
struct result_trial_point {
    char curve[24], series[40];
    double x, value;
};

struct result_trial_value {
    const char *arm, *metric;
    uint32_t place; /* of the arm in its block's order, from 0 */
    double value;   /* NaN: there is none */
};

/* An arm against the baseline, by one metric; NaN is a number that is not there. */
struct result_trial_finding {
    const char *arm, *metric, *unit, *label;
    uint32_t pairs;
    double value, baseline, difference, low, high; /* measured */
    const char *verdict;                           /* "lower", "higher", "not resolved" */
    const char *variant;                           /* NULL: nothing of this arm is simulated */
    const char *measure;                           /* NULL: nothing stands beside this metric */
    double simulated, simulated_difference;        /* in the mean of the replications */
    uint32_t number;                               /* of the metric: they are told in this order */
};

SIM_MUST_CHECK enum sim_status store_trial_begin(struct store *store,
                                                 const struct result_trial *trial);
/* The last value that a fact is given holds. */
SIM_MUST_CHECK enum sim_status store_trial_fact(struct store *store, const char *part,
                                                const char *name, const char *value);
SIM_MUST_CHECK enum sim_status store_trial_points(struct store *store, const char *part,
                                                  const struct result_trial_point *points,
                                                  size_t count);
SIM_MUST_CHECK enum sim_status store_trial_block(struct store *store, const char *part,
                                                 uint32_t block,
                                                 const struct result_trial_value *values,
                                                 size_t count);
SIM_MUST_CHECK enum sim_status store_trial_end(struct store *store, const char *part,
                                               uint32_t blocks, const char *ended,
                                               const struct result_trial_finding *findings,
                                               size_t count);

/* ---- reading ---- */

/* Are there any? */
SIM_MUST_CHECK enum sim_status trials_are_there(bool *there, struct store *store,
                                                struct store_error *error);

/* A finding, as a page tells it. Arrays belong to the caller, who frees them. */
struct trials_row {
    char part[32], about[128], baseline[64], arm[64], metric[48], unit[16], label[96];
    char verdict[16], variant[64];
    uint32_t pairs, blocks;
    double level, value, reference, difference, low, high, simulated, simulated_difference;
    bool is_again; /* the baseline's second run */
};
SIM_MUST_CHECK enum sim_status trials_rows(struct trials_row **rows, size_t *count,
                                           struct store *store, struct store_error *error);

struct trials_fact {
    char part[32], name[48], value[208];
};
SIM_MUST_CHECK enum sim_status trials_facts(struct trials_fact **facts, size_t *count,
                                            struct store *store, struct store_error *error);

#endif
