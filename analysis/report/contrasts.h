/*
 * contrasts.h - the numbers of two runs, of several variants, and over time: what a model's tables
 * of contrasts, effects and crossovers come to for the runs of one scenario.
 *
 * Every table, page and file takes them from here, whether the runs have just ended or were read
 * from a store:
 *
 *     contrasts_init(&c, model, variants, variant_count, baseline);
 *     for each replication, in order: contrasts_add(&c, result);
 *     contrasts_finish(&c);
 *     ... c.row[i].estimate ...
 *     contrasts_deinit(&c);
 *
 * A number is taken within a replication and averaged afterwards. Where all replications of two
 * variants have the same work, they are pairs and what the work does cancels. Where not, run k
 * of the one is still set against run k of the other: the sample is as good, and the interval
 * wider; is_paired says which it is, and pages say it on.
 *
 * Memory: constant in the replications.
 * Ownership: names are copied nowhere and must outlive the struct; the rest is its own until
 *   contrasts_deinit().
 * Order: rows as the model's table has them; a contrast that is of each variant with the baseline
 *   has a row for each, in the variants' order, but for those two that the model has contrasts of
 *   their own for.
 */
#ifndef ANALYSIS_REPORT_CONTRASTS_H
#define ANALYSIS_REPORT_CONTRASTS_H

#include "analysis/statistics/stats.h"
#include "models/model.h"

#define CONTRASTS_LEVEL 0.95

enum { CONTRASTS_TEXT_BYTES = 192 };

struct contrasts_row {
    const struct model_contrast *of;
    uint32_t a, b; /* indexes of variants */
    bool is_paired;
    struct stats_stream stream;
    struct stats_estimate estimate;
};

struct contrasts_effect {
    const struct model_effect *of;
    const struct model_measure *measure;
    bool is_paired; /* all of its variants had the same work */
    struct stats_stream stream;
    struct stats_estimate estimate;
};

/* From when on one variant's windows lie below another's, all replications together. */
struct contrasts_crossover {
    const struct model_crossover *of;
    uint32_t below, above; /* variants */
    double from_s;         /* the end of the first such window; NaN: never */
    double share;          /* of the windows from there on; NaN: never */
};

struct contrasts {
    const struct model *model;
    const char *const *variant;
    uint32_t variants, baseline;
    uint32_t replications; /* added */

    struct contrasts_row *row;
    size_t rows;
    struct contrasts_effect *effect;
    size_t effects;
    struct contrasts_crossover *crossover;
    size_t crossovers;

    double *sum; /* of all replications: bins x variants x series; NULL without crossovers */
    size_t bins;
    sim_time bin_ns;
};

/* Which rows there are is known from here on. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status contrasts_init(struct contrasts *c, const struct model *model,
                                              const char *const *variant, uint32_t variants,
                                              uint32_t baseline);

/* One replication: a result for each variant, NULL where there is none. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status contrasts_add(struct contrasts *c,
                                             const struct model_result *const *result);
void contrasts_finish(struct contrasts *c);
void contrasts_deinit(struct contrasts *c);

/* A row's number in one replication; NaN where a variant has no result or the number no sense. */
double contrasts_value(const struct contrasts_row *row, const struct model_result *const *result);

/*
 * Names of a row, for machines and for people. Of a contrast whose variants are named it is its
 * own: "traffic_ratio", "all traffic, monolithic / nimble"; of one with the baseline the variant
 * stands with it: "saved_s.lru", "saved time, lru against fifo".
 */
void contrasts_name(const struct contrasts *c, const struct contrasts_row *row,
                    char text[CONTRASTS_TEXT_BYTES]);
void contrasts_label(const struct contrasts *c, const struct contrasts_row *row,
                     char text[CONTRASTS_TEXT_BYTES]);

/* The row of that name; NULL if there is none. */
const struct contrasts_row *contrasts_find(const struct contrasts *c, const char *name);

/* Does one of the rows compare runs of different work? */
bool contrasts_has_strangers(const struct contrasts *c);

#endif
