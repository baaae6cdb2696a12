#include "analysis/store/query.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store/store_sql.h"

struct query {
    struct store *store;
    sqlite3_stmt *statement;
    int bound;
    enum sim_status status; /* the first failure */
    struct store_error error;
};

static void fail(struct query *q, int code)
{
    if (q->status == SIM_OK) {
        q->status = sql_explain(q->store, code, &q->error);
    }
}

enum sim_status query_open(struct query **q, struct store *store, const char *sql,
                           struct store_error *error)
{
    ASSERT(store != NULL && sql != NULL);
    struct query *made = calloc(1, sizeof *made);
    if (made == NULL) {
        store_error_set(error, "%s: no memory left", store->path);
        return SIM_ERR_NOMEM;
    }
    made->store = store;
    /* A writer sorts nothing; a reader may sort millions of rows. No-op from the second time on. */
    int code = sqlite3_exec(store->db, "PRAGMA temp_store = FILE", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(store->db, sql, -1, &made->statement, NULL);
    }
    if (code != SQLITE_OK) {
        const enum sim_status status = sql_explain(store, code, error);
        ASSERT(status != SIM_OK);
        free(made);
        return status;
    }
    *q = made;
    return SIM_OK;
}

void query_bind_int(struct query *q, int64_t value)
{
    ASSERT(q->bound < sqlite3_bind_parameter_count(q->statement));
    const int code = sqlite3_bind_int64(q->statement, ++q->bound, value);
    if (code != SQLITE_OK) {
        fail(q, code);
    }
}

void query_bind_text(struct query *q, const char *value)
{
    ASSERT(q->bound < sqlite3_bind_parameter_count(q->statement));
    const int code = sqlite3_bind_text(q->statement, ++q->bound, value, -1, SQLITE_STATIC);
    if (code != SQLITE_OK) {
        fail(q, code);
    }
}

bool query_next(struct query *q)
{
    if (q->status != SIM_OK) {
        return false;
    }
    const int code = sqlite3_step(q->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        fail(q, code);
    }
    return code == SQLITE_ROW;
}

enum sim_status query_close(struct query *q, struct store_error *error)
{
    if (q == NULL) {
        return SIM_OK;
    }
    const enum sim_status status = q->status;
    if (status != SIM_OK) {
        *error = q->error;
    }
    (void)sqlite3_finalize(q->statement);
    free(q);
    return status;
}

void query_drop(struct query *q)
{
    struct store_error ignored;
    const enum sim_status status = query_close(q, &ignored);
    (void)status;
}

unsigned query_columns(const struct query *q)
{
    return (unsigned)sqlite3_column_count(q->statement);
}

const char *query_name(const struct query *q, unsigned column)
{
    const char *name = sqlite3_column_name(q->statement, (int)column);
    return name != NULL ? name : ""; /* NULL says that memory is out */
}

enum query_type query_type(const struct query *q, unsigned column)
{
    switch (sqlite3_column_type(q->statement, (int)column)) {
    case SQLITE_INTEGER:
        return QUERY_INTEGER;
    case SQLITE_FLOAT:
        return QUERY_REAL;
    case SQLITE_NULL:
        return QUERY_NULL;
    default: /* bytes are asked for by query_bytes() alone */
        return QUERY_TEXT;
    }
}

int64_t query_int(const struct query *q, unsigned column)
{
    return query_type(q, column) == QUERY_NULL ? STORE_MISSING
                                               : sqlite3_column_int64(q->statement, (int)column);
}

double query_real(const struct query *q, unsigned column)
{
    return query_type(q, column) == QUERY_NULL ? (double)NAN
                                               : sqlite3_column_double(q->statement, (int)column);
}

const char *query_text(const struct query *q, unsigned column)
{
    return (const char *)sqlite3_column_text(q->statement, (int)column);
}

const void *query_bytes(const struct query *q, unsigned column, size_t *length)
{
    const void *bytes = sqlite3_column_blob(q->statement, (int)column);
    *length = bytes != NULL ? (size_t)sqlite3_column_bytes(q->statement, (int)column) : 0;
    return bytes;
}

void query_copy_text(const struct query *q, unsigned column, char *to, size_t bytes)
{
    const char *text = query_text(q, column);
    (void)snprintf(to, bytes, "%s", text != NULL ? text : "");
}

static bool is_equal(const struct query *a, const struct query *b, unsigned column)
{
    const enum query_type type = query_type(a, column);
    if (type != query_type(b, column)) {
        return false;
    }
    switch (type) {
    case QUERY_NULL:
        return true;
    case QUERY_INTEGER:
        return query_int(a, column) == query_int(b, column);
    case QUERY_REAL: {
        const double x = query_real(a, column);
        const double y = query_real(b, column);
        return x >= y && x <= y;
    }
    case QUERY_TEXT:
        return strcmp(query_text(a, column), query_text(b, column)) == 0;
    }
    return false;
}

bool query_rows_equal(const struct query *a, const struct query *b)
{
    ASSERT(query_columns(a) == query_columns(b));
    for (unsigned i = 0; i < query_columns(a); i++) {
        if (!is_equal(a, b, i)) {
            return false;
        }
    }
    return true;
}

enum sim_status query_one_int(struct store *store, const char *sql, int64_t parameter,
                              int64_t *value, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(&q, store, sql, error);
    if (status != SIM_OK) {
        return status;
    }
    if (strchr(sql, '?') != NULL) {
        query_bind_int(q, parameter);
    }
    *value = query_next(q) ? query_int(q, 0) : STORE_MISSING;
    return query_close(q, error);
}

enum sim_status query_has(bool *has, struct store *store, const char *table, const char *column,
                          struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT EXISTS (SELECT * FROM sqlite_schema AS s JOIN pragma_table_info(s.name) "
                   "AS c WHERE s.type = 'table' AND s.name = ?1 AND c.name = coalesce(?2, c.name))",
                   error);
    *has = false;
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, table);
    query_bind_text(q, column);
    *has = query_next(q) && query_int(q, 0) == 1;
    return query_close(q, error);
}
