/*
 * query_rows.h - the rows of a query as one array, where there are few enough to hold them all.
 * Private to this room.
 *
 * Ownership: the array is the caller's, who frees it once it was read.
 * Errors: those of query.h, and SIM_ERR_NOMEM; a failure frees the array.
 */
#ifndef ANALYSIS_STORE_QUERY_ROWS_H
#define ANALYSIS_STORE_QUERY_ROWS_H

#include "analysis/store/query.h"

struct query_rows {
    void *row;
    size_t count;
    size_t row_bytes;
};

typedef void query_row_fn(const struct query *q, void *row);

/* Reads all rows, each by read() into its place, and ends the query. */
SIM_MUST_CHECK enum sim_status query_rows_read(struct query_rows *rows, struct query *q,
                                               query_row_fn *read, struct store_error *error);

/* Room for one more row, of indefinite content; NULL: no memory. */
SIM_MUST_CHECK void *query_rows_add(struct query_rows *rows);

/* Ends the query behind the rows that were added, or because no memory was left for one. */
SIM_MUST_CHECK enum sim_status query_rows_close(struct query_rows *rows, struct query *q,
                                                bool has_memory, struct store_error *error);

#endif
