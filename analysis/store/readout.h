/*
 * readout.h - what pages and comparisons read of a database beyond runs.h, row by row: memory is
 * theirs to bound.
 *
 * Each reader calls a function once a row. Texts and cells are valid during that call, and no text
 * is NULL. readout_begin() lets all that follows see the file as it is now, whoever else may write.
 *
 * Names of tables and columns come from struct store_table and are identifiers.
 * Order: as said; nothing depends on the order in which rows were written.
 * Errors: as query.h.
 */
#ifndef ANALYSIS_STORE_READOUT_H
#define ANALYSIS_STORE_READOUT_H

#include "analysis/store/query.h"

SIM_MUST_CHECK enum sim_status readout_begin(struct store *store, struct store_error *error);
void readout_end(struct store *store);

/* ---- the invocation ---- */

struct readout_origin {
    const char *state, *version, *commit, *compiler, *compiler_flags, *host, *arguments;
    const char *model, *scenario_path, *scenario_resolved, *scenario_hash, *seed;
    const char *started, *ended; /* UTC; ended is "" if it has not */
    const char *libraries;       /* "gsl 2.7.1, igraph 0.10.2" */
};
typedef void readout_origin_fn(void *context, const struct readout_origin *origin);
SIM_MUST_CHECK enum sim_status readout_origin(struct store *store, readout_origin_fn *tell,
                                              void *context, struct store_error *error);

/* ---- runs, by run_id ---- */

struct readout_run {
    int64_t run_id, point_id; /* point_id 0: no part of a merged sweep */
    const char *variant, *state, *seed;
    const char *digest, *work_digest; /* "" until the run has ended */
    uint32_t replication;
    bool is_complete;
    int64_t events;
    double wall_s;
};
typedef void readout_run_fn(void *context, const struct readout_run *run);
SIM_MUST_CHECK enum sim_status readout_runs(struct store *store, readout_run_fn *tell,
                                            void *context, struct store_error *error);

typedef void readout_metric_fn(void *context, const char *name, const char *unit);
/* The metrics that runs of a variant have, by name. */
SIM_MUST_CHECK enum sim_status readout_metrics(struct store *store, const char *variant,
                                               readout_metric_fn *tell, void *context,
                                               struct store_error *error);

struct readout_warning {
    const char *variant, *text;
    uint32_t replication;
    double t_s;
};
typedef void readout_warning_fn(void *context, const struct readout_warning *warning);
/* The first most of them, by run and time; *total is how many there are. */
SIM_MUST_CHECK enum sim_status readout_warnings(struct store *store, size_t most,
                                                readout_warning_fn *tell, void *context,
                                                size_t *total, struct store_error *error);

/* ---- a merged sweep ---- */

struct readout_axis {
    const char *key, *unit;
    size_t values; /* different ones */
};
typedef void readout_axis_fn(void *context, const struct readout_axis *axis);
/* In the scenario's order. */
SIM_MUST_CHECK enum sim_status readout_axes(struct store *store, readout_axis_fn *tell,
                                            void *context, struct store_error *error);

typedef void readout_value_fn(void *context, const char *text, double number);
/* The different values of the axis of that index (from 0), by number (NaN: a word); words behind
 * numbers, as the points have them. */
SIM_MUST_CHECK enum sim_status readout_values(struct store *store, size_t axis,
                                              readout_value_fn *tell, void *context,
                                              struct store_error *error);

typedef void readout_point_fn(void *context, int64_t point_id, const char *value);
/* A value for each point and axis, by point and then axis. */
SIM_MUST_CHECK enum sim_status readout_points(struct store *store, readout_point_fn *tell,
                                              void *context, struct store_error *error);
/* 0: no merged sweep. */
SIM_MUST_CHECK enum sim_status readout_point_count(struct store *store, size_t *points,
                                                   struct store_error *error);

/* ---- tables of a model ---- */

typedef void readout_row_fn(void *context, const union store_cell *cells);
/* The rows of a run by their keys, a cell for each column of the description. */
SIM_MUST_CHECK enum sim_status readout_rows(struct store *store, const struct store_table *table,
                                            int64_t run_id, readout_row_fn *tell, void *context,
                                            struct store_error *error);

/* The row that a query over all columns, in the table's order, has reached. */
void readout_cells(const struct query *q, const struct store_table *table, union store_cell *cells);

/*
 * Of a table with one key column: the keys that have the greatest sum of a column, over all
 * complete runs, at most so many, themselves in order; *total is how many keys there are.
 */
typedef void readout_key_fn(void *context, const union store_cell *key);
SIM_MUST_CHECK enum sim_status readout_keys(struct store *store, const struct store_table *table,
                                            const char *key, const char *by, size_t most,
                                            readout_key_fn *tell, void *context, size_t *total,
                                            struct store_error *error);

/* The rows of a run as a query over all columns of the description, by key or, falling, by a time.
 */
SIM_MUST_CHECK enum sim_status readout_open(struct query **q, struct store *store,
                                            const struct store_table *table, int64_t run_id,
                                            struct store_error *error);
SIM_MUST_CHECK enum sim_status readout_open_latest(struct query **q, struct store *store,
                                                   const struct store_table *table,
                                                   const char *time, int64_t run_id,
                                                   int64_t until_ns, struct store_error *error);

/* Has the run a row in that table? */
SIM_MUST_CHECK enum sim_status readout_has_rows(struct store *store,
                                                const struct store_table *table, int64_t run_id,
                                                bool *has_rows, struct store_error *error);

#endif
