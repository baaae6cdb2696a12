/* The tables of a model as SQL, and the description that stays in the file. */
#include "analysis/store/store_model.h"

#include <string.h>

#include "analysis/store/store_views.h"

/* ---- names ---- */

void store_model_append_name(sqlite3_str *sql, const char *name)
{
    const bool is_keyword = sqlite3_keyword_check(name, (int)strlen(name)) != 0;
    sqlite3_str_appendf(sql, is_keyword ? "\"%w\"" : "%s", name);
}

/* ---- tables ---- */

/* One comparison a word: for a list behind IN, SQLite makes a table in memory at every row. */
static void append_words_check(sqlite3_str *sql, const struct store_column *column)
{
    for (size_t i = 0; column->words[i] != NULL; i++) {
        sqlite3_str_appendall(sql, i == 0 ? " CHECK (" : " OR ");
        store_model_append_name(sql, column->name);
        sqlite3_str_appendf(sql, " = %Q", column->words[i]);
    }
    sqlite3_str_appendall(sql, ")");
}

static void append_check(sqlite3_str *sql, const struct store_column *column)
{
    if (column->words != NULL) {
        append_words_check(sql, column);
    } else if ((column->type == STORE_INTEGER || column->type == STORE_TIME) &&
               !column->is_signed) {
        sqlite3_str_appendall(sql, " CHECK (");
        store_model_append_name(sql, column->name);
        sqlite3_str_appendall(sql, " >= 0)");
    }
}

static void append_column(sqlite3_str *sql, const struct store_column *column)
{
    static const char *const type[] = {[STORE_INTEGER] = "INTEGER",
                                       [STORE_REAL] = "REAL",
                                       [STORE_TEXT] = "TEXT",
                                       [STORE_TIME] = "INTEGER"};
    sqlite3_str_appendall(sql, "    ");
    store_model_append_name(sql, column->name);
    sqlite3_str_appendf(sql, " %s%s", type[column->type], column->may_miss ? "" : " NOT NULL");
    append_check(sql, column);
    sqlite3_str_appendf(sql, column->about[0] != '\0' ? ", -- %s\n" : ",\n", column->about);
}

static char *table_sql(const struct store_table *table)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "CREATE TABLE ");
    store_model_append_name(sql, table->name);
    sqlite3_str_appendf(sql, table->about[0] != '\0' ? " ( -- %s\n" : " (\n", table->about);
    sqlite3_str_appendall(sql, "    run_id INTEGER NOT NULL REFERENCES run,\n");
    for (size_t i = 0; i < table->columns; i++) {
        append_column(sql, &table->column[i]);
    }
    sqlite3_str_appendall(sql, "    PRIMARY KEY (run_id");
    for (size_t i = 0; i < table->columns; i++) {
        if (table->column[i].is_key) {
            sqlite3_str_appendall(sql, ", ");
            store_model_append_name(sql, table->column[i].name);
        }
    }
    sqlite3_str_appendall(sql, ")\n) STRICT, WITHOUT ROWID");
    return sqlite3_str_finish(sql);
}

static char *insert_sql(const char *name, size_t values)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "INSERT INTO ");
    store_model_append_name(sql, name);
    sqlite3_str_appendall(sql, " VALUES (?");
    for (size_t i = 1; i < values; i++) {
        sqlite3_str_appendall(sql, ", ?");
    }
    sqlite3_str_appendall(sql, ")");
    return sqlite3_str_finish(sql);
}

char *store_model_insert(const struct store_table *table)
{
    return insert_sql(table->name, 1 + table->columns);
}

char *store_model_insert_bins(const struct store_model *model)
{
    return insert_sql("bin", 2 + model->series_count);
}

/* ---- making them ---- */

/* Runs what was made by sqlite3_mprintf() or its like, and frees it. SQLite's code. */
static int run_made(sqlite3 *db, char *sql)
{
    const int code = sql != NULL ? sqlite3_exec(db, sql, NULL, NULL, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    return code;
}

int store_model_bins(const struct store_model *model, struct store_table *table)
{
    struct store_column *column = sqlite3_malloc64((1 + model->series_count) * sizeof *column);
    if (column == NULL) {
        return SQLITE_NOMEM;
    }
    column[0] = (struct store_column){
        .name = "t_ns", .about = "its end", .type = STORE_TIME, .is_key = true};
    for (size_t i = 0; i < model->series_count; i++) {
        const struct store_series_column *series = &model->series[i];
        column[1 + i] = (struct store_column){
            .name = series->name,
            .about = series->about,
            .type = strcmp(series->unit, "ns") == 0 ? STORE_TIME : STORE_INTEGER,
            .is_signed = true,
        };
    }
    *table = (struct store_table){.name = "bin",
                                  .about = "sums a bin of time",
                                  .column = column,
                                  .columns = 1 + model->series_count};
    return SQLITE_OK;
}

static int make_bins(sqlite3 *db, const struct store_model *model)
{
    struct store_table table;
    int code = store_model_bins(model, &table);
    if (code == SQLITE_OK) {
        code = run_made(db, table_sql(&table));
        sqlite3_free((void *)(uintptr_t)table.column);
    }
    return code;
}

static int make_tables(sqlite3 *db, const struct store_model *model)
{
    int code = sqlite3_exec(db, analysis_schema_sql, NULL, NULL, NULL);
    for (size_t i = 0; i < model->tables && code == SQLITE_OK; i++) {
        code = run_made(db, table_sql(&model->table[i]));
    }
    return code == SQLITE_OK ? make_bins(db, model) : code;
}

/* ---- the description ---- */

static int step_and_reset(sqlite3_stmt *statement)
{
    const int code = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* The text is read by the next step. No copy is made of it that memory could be short for. */
static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    (void)sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

/* A line each. NULL: no memory. */
static char *words_of(const struct store_column *column)
{
    ASSERT(column->words != NULL && column->words[0] != NULL);
    sqlite3_str *text = sqlite3_str_new(NULL);
    for (size_t i = 0; column->words[i] != NULL; i++) {
        sqlite3_str_appendf(text, "%s\n", column->words[i]);
    }
    return sqlite3_str_finish(text);
}

static int describe_column(sqlite3_stmt *insert, const char *table, size_t position,
                           const struct store_column *column)
{
    static const char *const type[] = {[STORE_INTEGER] = "integer",
                                       [STORE_REAL] = "real",
                                       [STORE_TEXT] = "text",
                                       [STORE_TIME] = "time"};
    char *words = column->words != NULL ? words_of(column) : NULL;
    if (column->words != NULL && words == NULL) {
        return SQLITE_NOMEM;
    }
    bind_text(insert, 1, table);
    (void)sqlite3_bind_int64(insert, 2, (sqlite3_int64)position);
    bind_text(insert, 3, column->name);
    bind_text(insert, 4, column->about);
    bind_text(insert, 5, type[column->type]);
    bind_text(insert, 6, words); /* NULL: any text will do */
    (void)sqlite3_bind_int(insert, 7, column->is_key);
    (void)sqlite3_bind_int(insert, 8, column->may_miss);
    (void)sqlite3_bind_int(insert, 9, column->is_signed);
    const int code = step_and_reset(insert);
    sqlite3_free(words);
    return code;
}

static int describe_tables(const struct store_model *model, sqlite3_stmt *table,
                           sqlite3_stmt *column)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < model->tables && code == SQLITE_OK; i++) {
        const struct store_table *t = &model->table[i];
        bind_text(table, 1, t->name);
        (void)sqlite3_bind_int64(table, 2, (sqlite3_int64)i);
        bind_text(table, 3, t->about);
        (void)sqlite3_bind_int64(table, 4, t->least_record);
        code = step_and_reset(table);
        for (size_t k = 0; k < t->columns && code == SQLITE_OK; k++) {
            code = describe_column(column, t->name, k, &t->column[k]);
        }
    }
    return code;
}

static int describe_series(const struct store_model *model, sqlite3_stmt *series)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < model->series_count && code == SQLITE_OK; i++) {
        bind_text(series, 1, model->series[i].name);
        (void)sqlite3_bind_int64(series, 2, (sqlite3_int64)i);
        bind_text(series, 3, model->series[i].unit);
        bind_text(series, 4, model->series[i].about);
        code = step_and_reset(series);
    }
    return code;
}

static int describe(sqlite3 *db, const struct store_model *model)
{
    enum { TABLE, COLUMN, SERIES, STATEMENTS };
    static const char *const sql[STATEMENTS] = {
        [TABLE] = "INSERT INTO model_table VALUES (?, ?, ?, ?)",
        [COLUMN] = "INSERT INTO model_column VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [SERIES] = "INSERT INTO model_series VALUES (?, ?, ?, ?)",
    };
    sqlite3_stmt *insert[STATEMENTS] = {NULL};
    int code = SQLITE_OK;
    for (int i = 0; i < STATEMENTS && code == SQLITE_OK; i++) {
        code = sqlite3_prepare_v2(db, sql[i], -1, &insert[i], NULL);
    }
    if (code == SQLITE_OK) {
        code = describe_tables(model, insert[TABLE], insert[COLUMN]);
    }
    if (code == SQLITE_OK) {
        code = describe_series(model, insert[SERIES]);
    }
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_finalize(insert[i]);
    }
    return code;
}

enum sim_status store_model_create(const struct store *store, struct store_error *error)
{
    int code = make_tables(store->db, &store->model);
    if (code == SQLITE_OK) {
        code = describe(store->db, &store->model);
    }
    return code == SQLITE_OK ? store_views_create(store, error) : sql_explain(store, code, error);
}
