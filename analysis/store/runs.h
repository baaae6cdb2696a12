/*
 * runs.h - which runs a database holds, and what each of them came to: measures, bins,
 * distributions, whatever the model.
 *
 * Ownership: struct runs belongs to the caller and ends with runs_deinit(); so do the others, each
 *   with its own.
 * Order: that of run_id.
 */
#ifndef ANALYSIS_STORE_RUNS_H
#define ANALYSIS_STORE_RUNS_H

#include "analysis/store/query.h"

enum { RUNS_NAME = 64 };

struct runs_row {
    int64_t run_id;
    char variant[RUNS_NAME];
    uint32_t replication;
    int64_t seed;
    char digest[17], work_digest[17]; /* "" where the run has not ended */
};

struct runs {
    struct runs_row *row;
    size_t count;
    const char **variant; /* each once, in the order of its first run; they lie in row */
    size_t variant_count;
    int64_t points;         /* of a sweep, merged into the file; 0: the runs of one scenario */
    char model[RUNS_NAME];  /* its name */
    char scenario[256];     /* its path */
    char scenario_hash[65]; /* of all keys in force and the files that they name */
};

SIM_MUST_CHECK enum sim_status runs_read(struct runs *r, struct store *store,
                                         struct store_error *error);
void runs_deinit(struct runs *r);

/* NULL where there is none. */
const struct runs_row *runs_find(const struct runs *r, const char *variant, uint32_t replication);

/* What a user may name a run by; 0 and NULL leave it open. */
struct runs_choice {
    uint64_t run_id;
    const char *variant;
    uint64_t replication;
};

/*
 * The first run that fits the choice. SIM_ERR_NOTFOUND, with a text that says what there is.
 */
SIM_MUST_CHECK enum sim_status runs_choose(const struct runs *r, const struct runs_choice *choice,
                                           const struct runs_row **run, struct store_error *error);

/* The scenario that was run, with every key in force, as YAML. free() it. */
SIM_MUST_CHECK enum sim_status runs_scenario(char **text, struct store *store,
                                             struct store_error *error);

/* The points of a merged sweep, rising: (point_id, scenario with every key in force). */
SIM_MUST_CHECK enum sim_status runs_points(struct query **q, struct store *store,
                                           struct store_error *error);

/* The values of one metric of a variant, of a point of a merged sweep or (0) of the one scenario:
 * (replication, value), rising. */
SIM_MUST_CHECK enum sim_status runs_measure_of(struct query **q, struct store *store,
                                               const char *variant, int64_t point_id,
                                               const char *name, struct store_error *error);

/* ---- the model and what the scenario read, without reading the runs ---- */

/* The name of the model that made the file. */
SIM_MUST_CHECK enum sim_status runs_model_name(char name[RUNS_NAME], struct store *store,
                                               struct store_error *error);

/* The files that the scenario read, by path and key. A merged sweep has those of all its points:
 * one path may then stand for several files. */
struct runs_input {
    char *path, *key, hash[65]; /* SHA-256 of the bytes */
    void *bytes;                /* NUL-terminated behind its length */
    size_t length;
};
struct runs_inputs {
    struct runs_input *input;
    size_t count;
};
SIM_MUST_CHECK enum sim_status runs_inputs(struct runs_inputs *inputs, struct store *store,
                                           struct store_error *error);
void runs_inputs_deinit(struct runs_inputs *inputs);

/* ---- what a run came to ---- */

/* The values of the metrics of these names; NaN where the run has none, or where it is undefined.
 */
SIM_MUST_CHECK enum sim_status runs_measures(double *value, struct store *store, int64_t run_id,
                                             const char *const *name, size_t count,
                                             struct store_error *error);

/* bins x count: bin[i * count + s]. A series that the file does not have is zero. free(bin). */
struct runs_bins {
    int64_t *bin;
    size_t bins, count;
    sim_time bin_ns; /* 0 without bins */
};
SIM_MUST_CHECK enum sim_status runs_bins(struct runs_bins *bins, struct store *store,
                                         int64_t run_id, const char *const *series, size_t count,
                                         struct store_error *error);

/* Adds the counts of a run, or of all runs of a variant, to count[BINS_COUNT]. */
SIM_MUST_CHECK enum sim_status runs_distribution(uint64_t *count, struct store *store,
                                                 int64_t run_id, const char *name,
                                                 struct store_error *error);
SIM_MUST_CHECK enum sim_status runs_distribution_of(uint64_t *count, struct store *store,
                                                    const char *variant, const char *name,
                                                    struct store_error *error);

/* ---- what the model's tables are, for readers that do not know the model ---- */

/* A struct store_model as the file describes it, with the file's views. runs_model_destroy() it. */
struct runs_model;
SIM_MUST_CHECK enum sim_status runs_model_read(struct runs_model **model, struct store *store,
                                               struct store_error *error);
const struct store_model *runs_model_shape(const struct runs_model *model);
void runs_model_destroy(struct runs_model *model);

#endif
