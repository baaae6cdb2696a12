/*
 * view.h - what a result shows to the world: its views, and the tables behind them, each as rows in
 * a fixed order. Which there are is read from the database: a model has views of its own.
 *
 * Columns: where rows belong to a run, they begin with run_id, variant, replication and seed.
 * Order: contract views and conveniences first, then the model's tables, then what the program
 *   keeps for itself. Rows come in the order of their keys, so that equal results give equal
 *   exports.
 * Ownership: struct views belongs to the caller and ends with views_deinit().
 */
#ifndef ANALYSIS_STORE_VIEW_H
#define ANALYSIS_STORE_VIEW_H

#include "analysis/store/query.h"

struct view {
    char *name;
    char *summary;         /* a phrase, lower case; "" where nobody has described it */
    unsigned least_record; /* the least `record:` that fills it: 0 summary, 1 calls, 2 events */
    bool has_run;          /* a column run_id */
    char *select, *order;  /* private: what the rows are made of */
};

struct views {
    struct view *view;
    size_t count;
};

SIM_MUST_CHECK enum sim_status views_read(struct views *views, struct store *store,
                                          struct store_error *error);
void views_deinit(struct views *views);

const struct view *views_find(const struct views *views, const char *name); /* NULL: none */

/* Its rows, of all runs or (run_id > 0, for views that tell runs apart) of one. */
SIM_MUST_CHECK enum sim_status view_open(struct query **q, const struct view *view,
                                         struct store *store, int64_t run_id,
                                         struct store_error *error);

/* How many rows view_open() gives. */
SIM_MUST_CHECK enum sim_status view_rows(int64_t *rows, const struct view *view,
                                         struct store *store, int64_t run_id,
                                         struct store_error *error);

#endif
