/*
 * query.h - rows of a stored result, one after the other.
 *
 *     struct query *q = NULL;
 *     enum sim_status status = query_open(&q, store, "SELECT ... WHERE run_id = ?", &error);
 *     if (status != SIM_OK) { return status; }
 *     query_bind_int(q, run_id);
 *     while (query_next(q)) { use query_int(q, 0), query_text(q, 1) }
 *     return query_close(q, &error);
 *
 * Memory does not grow with the rows: what must be sorted and does not fit into
 * SQLite's cache of 16 MiB goes to a temporary file. SQL is written in this room
 * alone; others get their queries from view.h and its like.
 *
 * Ownership: a query ends with query_close(), before its store does. A text is
 *   valid until the next query_next() or query_close().
 * Errors: a failure ends the rows early, and query_close() tells it.
 * Threads: a store that is read, and its queries, belong to one thread.
 */
#ifndef ANALYSIS_STORE_QUERY_H
#define ANALYSIS_STORE_QUERY_H

#include "analysis/store/store.h"

struct query;

enum query_type { QUERY_NULL, QUERY_INTEGER, QUERY_REAL, QUERY_TEXT };

SIM_MUST_CHECK enum sim_status query_open(struct query **q, struct store *store, const char *sql,
                                          struct store_error *error);

/* Values for the question marks, from the left. Before the first query_next(); texts must live on.
 */
void query_bind_int(struct query *q, int64_t value);
void query_bind_text(struct query *q, const char *value);

/* Goes to the next row. False where there is none, or after a failure. */
bool query_next(struct query *q);

/* Ends the query, at whatever row it is. NULL is fine. Tells the first failure. */
SIM_MUST_CHECK enum sim_status query_close(struct query *q, struct store_error *error);

/* The same, where something else has failed already. */
void query_drop(struct query *q);

/* Columns are counted from 0; their names are known before the first row. */
unsigned query_columns(const struct query *q);
const char *query_name(const struct query *q, unsigned column);
enum query_type query_type(const struct query *q, unsigned column);

int64_t query_int(const struct query *q, unsigned column);      /* STORE_MISSING for NULL */
double query_real(const struct query *q, unsigned column);      /* NaN for NULL */
const char *query_text(const struct query *q, unsigned column); /* NULL for NULL */
/* As stored, NUL-terminated or not; valid as a text is. NULL for NULL and for no bytes. */
const void *query_bytes(const struct query *q, unsigned column, size_t *length);

/* Copies a text, cut off where it does not fit; "" for NULL. */
void query_copy_text(const struct query *q, unsigned column, char *to, size_t bytes);

/* Have two queries of the same columns reached equal rows? */
bool query_rows_equal(const struct query *a, const struct query *b);

/* The one number that a statement with at most one parameter gives; STORE_MISSING for no row. */
SIM_MUST_CHECK enum sim_status query_one_int(struct store *store, const char *sql,
                                             int64_t parameter, int64_t *value,
                                             struct store_error *error);

/* Has the result that table, with that column (NULL: whatever its columns)? */
SIM_MUST_CHECK enum sim_status query_has(bool *has, struct store *store, const char *table,
                                         const char *column, struct store_error *error);

#endif
