#include "analysis/store/query_rows.h"

#include <stdlib.h>

#include "analysis/store/store_sql.h"

void *query_rows_add(struct query_rows *rows)
{
    ASSERT(rows->row_bytes > 0);
    const size_t count = rows->count;
    if ((count & (count - 1)) == 0) { /* doubled at powers of two */
        void *larger = realloc(rows->row, (count == 0 ? 1 : 2 * count) * rows->row_bytes);
        if (larger == NULL) {
            return NULL;
        }
        rows->row = larger;
    }
    rows->count++;
    return (char *)rows->row + count * rows->row_bytes;
}

enum sim_status query_rows_close(struct query_rows *rows, struct query *q, bool has_memory,
                                 struct store_error *error)
{
    enum sim_status status = SIM_ERR_NOMEM;
    if (has_memory) {
        status = query_close(q, error);
    } else {
        query_drop(q);
        store_error_set(error, "no memory left for the rows of a result");
    }
    if (status != SIM_OK) {
        free(rows->row);
        rows->row = NULL;
        rows->count = 0;
    }
    return status;
}

enum sim_status query_rows_read(struct query_rows *rows, struct query *q, query_row_fn *read,
                                struct store_error *error)
{
    bool has_memory = true;
    while (has_memory && query_next(q)) {
        void *row = query_rows_add(rows);
        has_memory = row != NULL;
        if (has_memory) {
            read(q, row);
        }
    }
    return query_rows_close(rows, q, has_memory, error);
}
