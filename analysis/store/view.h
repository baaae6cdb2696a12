/*
 * view.h - what a result shows to the world: the stable views, the tables behind
 * them, and the call trace, each as rows in a fixed order.
 *
 * Order: that of the rows' keys, so that equal results give equal exports.
 */
#ifndef ANALYSIS_STORE_VIEW_H
#define ANALYSIS_STORE_VIEW_H

#include "analysis/store/query.h"

struct view {
    const char *name;
    const char *summary; /* a phrase, lower case */
    const char *needs;   /* the least `record:` that fills it; NULL: always there */
    /* Private: what the rows are made of. */
    const char *rows, *order;
    bool has_run; /* a column run_id */
};

size_t view_count(void);
const struct view *view_at(size_t index);
const struct view *view_find(const char *name); /* NULL: there is none */

/* Its rows, of all runs or (run_id > 0, for views that tell runs apart) of one. */
SIM_MUST_CHECK enum sim_status view_open(struct query **q, const struct view *view,
                                         struct store *store, int64_t run_id,
                                         struct store_error *error);

/* How many rows view_open() gives. */
SIM_MUST_CHECK enum sim_status view_rows(int64_t *rows, const struct view *view,
                                         struct store *store, int64_t run_id,
                                         struct store_error *error);

#endif
