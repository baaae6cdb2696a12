/*
 * store_views.h - private to the store: the views of a database, from views.sql, from the texts of
 * the model and from the description of its tables.
 *
 * Order: the tables are there. Nothing is read from a view before the file is opened again.
 */
#ifndef ANALYSIS_STORE_STORE_VIEWS_H
#define ANALYSIS_STORE_STORE_VIEWS_H

#include "analysis/store/store_sql.h"

/* views.sql, turned into a string by the build. */
extern const char analysis_views_sql[];

/* The views that views.sql makes; a list for SQL. */
#define STORE_VIEWS_OWN "('v_run', 'v_metric', 'v_distribution', 'v_invocation')"

/*
 * All views that can be read. SIM_ERR_INVALID where store->model.views holds anything but CREATE
 * VIEW statements that only read what there is, or names one of views.sql's.
 */
SIM_MUST_CHECK enum sim_status store_views_create(const struct store *store,
                                                  struct store_error *error);

/* The views of the model that have waited for the tables of a replay. */
SIM_MUST_CHECK enum sim_status store_views_create_waiting(const struct store *store,
                                                          struct store_error *error);

#endif
