/*
 * store_model.h - private to the store: the tables of a model, from its description.
 */
#ifndef ANALYSIS_STORE_STORE_MODEL_H
#define ANALYSIS_STORE_STORE_MODEL_H

#include "analysis/store/store_sql.h"

/* Is it sound? SIM_ERR_INVALID says what is not. */
SIM_MUST_CHECK enum sim_status store_model_check(const struct store_model *model,
                                                 struct store_error *error);

/*
 * Fills an empty database with all tables and views, schema.sql's and those of store->model, and
 * stores the description. Within a transaction of the caller's, or none.
 */
SIM_MUST_CHECK enum sim_status store_model_create(const struct store *store,
                                                  struct store_error *error);

/* The name, in double quotes where it is a keyword. */
void store_model_append_name(sqlite3_str *sql, const char *name);

/* The series as a table: a bin ends at t_ns and starts where the one before it ended. Its columns
 * end with sqlite3_free(). SQLite's code. */
SIM_MUST_CHECK int store_model_bins(const struct store_model *model, struct store_table *table);

/* "INSERT INTO name VALUES (?, ...)" for a row of the table, or of the bins. NULL: no memory. Ends
 * with sqlite3_free(). */
char *store_model_insert(const struct store_table *table);
char *store_model_insert_bins(const struct store_model *model);

#endif
