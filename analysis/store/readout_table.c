/* Rows of the tables that a model describes. Names in the SQL are the description's identifiers. */
#include "analysis/store/readout.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SQL_BYTES = 4096 };

struct sql {
    char text[SQL_BYTES];
    size_t length;
};

SIM_PRINTF(2, 3) static void add(struct sql *sql, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length =
        vsnprintf(sql->text + sql->length, sizeof sql->text - sql->length, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0 && sql->length + (size_t)length < sizeof sql->text);
    sql->length += (size_t)length;
}

static void add_columns(struct sql *sql, const struct store_table *table)
{
    ASSERT(table->columns <= STORE_COLUMNS_MAX);
    for (size_t i = 0; i < table->columns; i++) {
        add(sql, "%s%s", i == 0 ? "SELECT " : ", ", table->column[i].name);
    }
    add(sql, " FROM %s WHERE run_id = ?1", table->name);
}

static void add_keys(struct sql *sql, const struct store_table *table, const char *before,
                     const char *after)
{
    for (size_t i = 0; i < table->columns; i++) {
        if (table->column[i].is_key) {
            add(sql, "%s%s%s", before, table->column[i].name, after);
            before = ", ";
        }
    }
}

enum sim_status readout_open(struct query **q, struct store *store, const struct store_table *table,
                             int64_t run_id, struct store_error *error)
{
    struct sql sql = {.length = 0};
    add_columns(&sql, table);
    add_keys(&sql, table, " ORDER BY ", "");
    const enum sim_status status = query_open(q, store, sql.text, error);
    if (status == SIM_OK) {
        query_bind_int(*q, run_id);
    }
    return status;
}

enum sim_status readout_open_latest(struct query **q, struct store *store,
                                    const struct store_table *table, const char *time,
                                    int64_t run_id, int64_t until_ns, struct store_error *error)
{
    struct sql sql = {.length = 0};
    add_columns(&sql, table);
    add(&sql, " AND %s <= ?2 ORDER BY %s DESC", time, time);
    add_keys(&sql, table, ", ", " DESC");
    const enum sim_status status = query_open(q, store, sql.text, error);
    if (status == SIM_OK) {
        query_bind_int(*q, run_id);
        query_bind_int(*q, until_ns);
    }
    return status;
}

static union store_cell cell_of(const struct query *q, unsigned column, enum store_type type)
{
    switch (type) {
    case STORE_INTEGER:
    case STORE_TIME:
        return (union store_cell){.integer = query_int(q, column)};
    case STORE_REAL:
        return (union store_cell){.real = query_real(q, column)};
    case STORE_TEXT:
        break;
    }
    return (union store_cell){.text = query_text(q, column)};
}

void readout_cells(const struct query *q, const struct store_table *table, union store_cell *cells)
{
    for (size_t i = 0; i < table->columns; i++) {
        cells[i] = cell_of(q, (unsigned)i, table->column[i].type);
    }
}

enum sim_status readout_rows(struct store *store, const struct store_table *table, int64_t run_id,
                             readout_row_fn *tell, void *context, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = readout_open(&q, store, table, run_id, error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) {
        union store_cell cells[STORE_COLUMNS_MAX];
        readout_cells(q, table, cells);
        tell(context, cells);
    }
    return query_close(q, error);
}

static const struct store_column *column_of(const struct store_table *table, const char *name)
{
    for (size_t i = 0; i < table->columns; i++) {
        if (strcmp(table->column[i].name, name) == 0) {
            return &table->column[i];
        }
    }
    ASSERT(false);
    return NULL;
}

enum sim_status readout_keys(struct store *store, const struct store_table *table, const char *key,
                             const char *by, size_t most, readout_key_fn *tell, void *context,
                             size_t *total, struct store_error *error)
{
    int64_t count = 0;
    struct sql sql = {.length = 0};
    add(&sql, "SELECT count(DISTINCT %s) FROM %s", key, table->name);
    enum sim_status status = query_one_int(store, sql.text, 0, &count, error);
    *total = (size_t)count;
    sql.length = 0;
    add(&sql,
        "SELECT %s FROM (SELECT t.%s FROM %s AS t JOIN run AS r USING (run_id)"
        " WHERE r.state = 'complete' GROUP BY t.%s ORDER BY sum(t.%s) DESC, t.%s LIMIT ?)"
        " ORDER BY %s",
        key, key, table->name, key, by, key, key);
    struct query *q = NULL;
    if (status == SIM_OK) {
        status = query_open(&q, store, sql.text, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, (int64_t)most);
    while (query_next(q)) {
        const union store_cell cell = cell_of(q, 0, column_of(table, key)->type);
        tell(context, &cell);
    }
    return query_close(q, error);
}

enum sim_status readout_has_rows(struct store *store, const struct store_table *table,
                                 int64_t run_id, bool *has_rows, struct store_error *error)
{
    int64_t is_there = 0;
    struct sql sql = {.length = 0};
    add(&sql, "SELECT EXISTS (SELECT 1 FROM %s WHERE run_id = ?)", table->name);
    const enum sim_status status = query_one_int(store, sql.text, run_id, &is_there, error);
    *has_rows = status == SIM_OK && is_there != 0;
    return status;
}
