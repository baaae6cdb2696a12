/*
 * contrast.h - two sets of runs, metric by metric: how far apart, and is it chance?
 *
 * Replications that share their work's digest on both sides are pairs: what was asked of them
 * cancels, and Student's paired interval of a - b is used. Where a replication that both sides have
 * was asked something else, or no replication is on both sides, the sides are taken as independent
 * samples, and the interval is Welch's.
 *
 * Many metrics are looked at together: at 95 % one in twenty shows a difference
 * by chance. p_holm is the p value after Holm's step-down correction over all
 * metrics that vary.
 *
 * Units: those of the metrics. Ownership: a contrast belongs to the caller and
 *   ends with contrast_deinit(); stores and runs are only read.
 */
#ifndef ANALYSIS_REPORT_CONTRAST_H
#define ANALYSIS_REPORT_CONTRAST_H

#include "analysis/statistics/stats.h"
#include "analysis/store/runs.h"

#define CONTRAST_LEVEL 0.95

/* A variant of a result. */
struct contrast_side {
    struct store *store;
    const struct runs *runs;
    const char *variant;
};

enum contrast_pairing {
    CONTRAST_PAIRED,
    CONTRAST_OTHER_WORK, /* replications of the same number differ in what was asked */
    CONTRAST_NOTHING_SHARED,
};

struct contrast_difference {
    uint64_t n;        /* pairs, or the values of both sides */
    double mean;       /* a - b; NaN where a side has no value */
    bool is_constant;  /* the same in every pair: nothing is left to chance */
    bool has_interval; /* two pairs, or two values on each side */
    double low, high;  /* NaN without an interval */
    double p;          /* two-sided, against "no difference"; NaN without an interval */
    double p_holm;     /* NaN as p, and where the difference is constant */
};

struct contrast_metric {
    char name[RUNS_NAME], unit[16];
    struct stats_estimate a, b;
    struct contrast_difference difference;
};

/* Runs of one replication number. */
struct contrast_pair {
    const struct runs_row *a, *b; /* into struct runs */
    bool same_work;
    bool same_digest;
};

struct contrast {
    enum contrast_pairing pairing;
    struct contrast_pair *pair; /* replications that both sides have, in a's order */
    size_t pair_count;
    size_t a_count, b_count;        /* runs of each side */
    struct contrast_metric *metric; /* by name */
    size_t metric_count;
};

SIM_MUST_CHECK enum sim_status contrast_make(struct contrast *c, const struct contrast_side *a,
                                             const struct contrast_side *b,
                                             struct store_error *error);
void contrast_deinit(struct contrast *c);

/* The difference of two samples, pair by pair or as strangers. NaN is a missing value. */
struct contrast_difference contrast_of_pairs(const double *a, const double *b, size_t count);
struct contrast_difference contrast_of_samples(const double *a, size_t a_count, const double *b,
                                               size_t b_count);

/* Fills p_holm (Holm 1979). */
void contrast_correct(struct contrast_metric *metric, size_t count);

#endif
