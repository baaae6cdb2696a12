/* The tables of a model as SQL, its views, and the description that stays in the file. */
#include "analysis/store/store_model.h"

#include <string.h>

/* ---- names ---- */

static void append_name(sqlite3_str *sql, const char *name)
{
    const bool is_keyword = sqlite3_keyword_check(name, (int)strlen(name)) != 0;
    sqlite3_str_appendf(sql, is_keyword ? "\"%w\"" : "%s", name);
}

/* What a view calls a column: times are in seconds there. */
static void append_view_name(sqlite3_str *sql, const struct store_column *column)
{
    if (column->type == STORE_TIME) {
        sqlite3_str_appendf(sql, "%.*ss", (int)strlen(column->name) - 2, column->name);
    } else {
        append_name(sql, column->name);
    }
}

/* ---- tables ---- */

static void append_check(sqlite3_str *sql, const struct store_column *column)
{
    if (column->words != NULL) {
        sqlite3_str_appendall(sql, " CHECK (");
        append_name(sql, column->name);
        for (size_t i = 0; column->words[i] != NULL; i++) {
            sqlite3_str_appendf(sql, "%s%Q", i == 0 ? " IN (" : ", ", column->words[i]);
        }
        sqlite3_str_appendall(sql, "))");
    } else if ((column->type == STORE_INTEGER || column->type == STORE_TIME) &&
               !column->is_signed) {
        sqlite3_str_appendall(sql, " CHECK (");
        append_name(sql, column->name);
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
    append_name(sql, column->name);
    sqlite3_str_appendf(sql, " %s%s", type[column->type], column->may_miss ? "" : " NOT NULL");
    append_check(sql, column);
    sqlite3_str_appendf(sql, column->about[0] != '\0' ? ", -- %s\n" : ",\n", column->about);
}

static char *table_sql(const struct store_table *table)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "CREATE TABLE ");
    append_name(sql, table->name);
    sqlite3_str_appendf(sql, table->about[0] != '\0' ? " ( -- %s\n" : " (\n", table->about);
    sqlite3_str_appendall(sql, "    run_id INTEGER NOT NULL REFERENCES run,\n");
    for (size_t i = 0; i < table->columns; i++) {
        append_column(sql, &table->column[i]);
    }
    sqlite3_str_appendall(sql, "    PRIMARY KEY (run_id");
    for (size_t i = 0; i < table->columns; i++) {
        if (table->column[i].is_key) {
            sqlite3_str_appendall(sql, ", ");
            append_name(sql, table->column[i].name);
        }
    }
    sqlite3_str_appendall(sql, ")\n) STRICT, WITHOUT ROWID");
    return sqlite3_str_finish(sql);
}

static char *view_sql(const struct store_table *table)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "CREATE VIEW v_%s (run_id, variant, replication, seed", table->name);
    for (size_t i = 0; i < table->columns; i++) {
        sqlite3_str_appendall(sql, ", ");
        append_view_name(sql, &table->column[i]);
    }
    sqlite3_str_appendall(sql, ") AS\nSELECT t.run_id, r.variant, r.replication, r.seed");
    for (size_t i = 0; i < table->columns; i++) {
        sqlite3_str_appendall(sql, ", t.");
        append_name(sql, table->column[i].name);
        sqlite3_str_appendall(sql, table->column[i].type == STORE_TIME ? " / 1e9" : "");
    }
    sqlite3_str_appendall(sql, "\nFROM ");
    append_name(sql, table->name);
    sqlite3_str_appendall(sql, " AS t JOIN run AS r USING (run_id)");
    return sqlite3_str_finish(sql);
}

static char *insert_sql(const char *name, size_t values)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendall(sql, "INSERT INTO ");
    append_name(sql, name);
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

/* The series as a table: a bin ends at t_ns and starts where the one before it ended. Its columns
 * end with sqlite3_free(). */
static int bins_as_table(const struct store_model *model, struct store_table *table)
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
    int code = bins_as_table(model, &table);
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

/* ---- the views of the model ---- */

/* What text between CREATE VIEW and its semicolon may ask for: it makes a view, and reads. */
static int allow_views(void *context, int action, const char *first, const char *second,
                       const char *database, const char *trigger)
{
    (void)context;
    (void)second;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_CREATE_VIEW:
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
        return strcmp(first, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static bool waits_for_replay(sqlite3 *db)
{
    const char *message = sqlite3_errmsg(db);
    return strcmp(message, "no such table: main.replay") == 0 ||
           strcmp(message, "no such table: main.execution") == 0;
}

/* A view that cannot be read is a slip, or waits for the tables of a replay: then it goes again. */
static int try_view(sqlite3 *db, const char *name)
{
    sqlite3_stmt *statement = NULL;
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
    int code = sql != NULL ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    (void)sqlite3_finalize(statement);
    if (code == SQLITE_ERROR && waits_for_replay(db)) {
        code = run_made(db, sqlite3_mprintf("DROP VIEW \"%w\"", name));
    }
    return code;
}

/* The name of some view behind another one's, by name. NULL: none, or no memory. */
static char *next_view(sqlite3 *db, const char *behind, int *code)
{
    sqlite3_stmt *query = NULL;
    char *name = NULL;
    *code =
        sqlite3_prepare_v2(db,
                           "SELECT min(name) FROM sqlite_schema WHERE type = 'view' AND name > ? "
                           "AND name NOT IN " STORE_MODEL_OWN_VIEWS,
                           -1, &query, NULL);
    if (*code == SQLITE_OK) {
        *code = sqlite3_bind_text(query, 1, behind, -1, SQLITE_STATIC);
    }
    if (*code == SQLITE_OK) {
        *code = sqlite3_step(query) == SQLITE_ROW ? SQLITE_OK : sqlite3_errcode(db);
    }
    if (*code == SQLITE_OK && sqlite3_column_type(query, 0) == SQLITE_TEXT) {
        name = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(query, 0));
        *code = name != NULL ? SQLITE_OK : SQLITE_NOMEM;
    }
    (void)sqlite3_finalize(query);
    return name;
}

static int try_views(sqlite3 *db)
{
    int code = SQLITE_OK;
    char *name = sqlite3_mprintf("");
    while (name != NULL && code == SQLITE_OK) {
        char *next = next_view(db, name, &code);
        sqlite3_free(name);
        name = next;
        if (name != NULL) {
            code = try_view(db, name);
        }
    }
    sqlite3_free(name);
    return code;
}

static int make_model_views(sqlite3 *db, const struct store_model *model)
{
    if (model->views == NULL) {
        return SQLITE_OK;
    }
    (void)sqlite3_set_authorizer(db, allow_views, NULL);
    const int code = sqlite3_exec(db, model->views, NULL, NULL, NULL);
    (void)sqlite3_set_authorizer(db, NULL, NULL);
    return code == SQLITE_OK ? try_views(db) : code;
}

/* The first statement of a text, its semicolon included; all that is left where none ends. */
static char *first_statement(const char *text)
{
    for (const char *end = strchr(text, ';'); end != NULL; end = strchr(end + 1, ';')) {
        char *statement = sqlite3_mprintf("%.*s", (int)(end + 1 - text), text);
        if (statement == NULL || sqlite3_complete(statement) == 1) {
            return statement;
        }
        sqlite3_free(statement);
    }
    return sqlite3_mprintf("%s", text);
}

enum sim_status store_model_create_waiting(const struct store *store, struct store_error *error)
{
    const char *rest = store->model.views != NULL ? store->model.views : "";
    int code = SQLITE_OK;
    (void)sqlite3_set_authorizer(store->db, allow_views, NULL);
    while (rest[0] != '\0' && code == SQLITE_OK) {
        char *statement = first_statement(rest);
        rest += statement != NULL ? strlen(statement) : 0;
        code = run_made(store->db, statement);
        if (code == SQLITE_ERROR && strstr(sqlite3_errmsg(store->db), " already exists") != NULL) {
            code = SQLITE_OK; /* it did not have to wait */
        }
    }
    (void)sqlite3_set_authorizer(store->db, NULL, NULL);
    return code == SQLITE_OK ? SIM_OK : sql_explain(store, code, error);
}

/* ---- contract views ---- */

static bool has_series(const struct store_model *model, const char *name)
{
    for (size_t i = 0; i < model->series_count; i++) {
        if (strcmp(model->series[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Bytes so far, at the end of each bin. */
static const char load_sql[] =
    "CREATE VIEW v_load (run_id, t_s, cumulative_bytes) AS\n"
    "SELECT run_id, t_ns / 1e9, sum(bytes) OVER (PARTITION BY run_id ORDER BY t_ns) FROM bin";
static const char no_load_sql[] = "CREATE VIEW v_load (run_id, t_s, cumulative_bytes) AS\n"
                                  "SELECT run_id, 0.0, 0 FROM run WHERE 0";

/* At the end of each bin, from 100 s on: the mean over what completed in the last 100 s, NULL where
 * nothing did. Integer sums keep the sliding window exact. */
static const char response_sql[] =
    "CREATE VIEW v_response (run_id, t_s, mean_s, n) AS\n"
    "SELECT run_id, t_ns / 1e9, response_ns / 1e9 / nullif(n, 0), n\n"
    "FROM (SELECT run_id, t_ns, sum(completed) OVER last AS n,\n"
    "             sum(response_ns) OVER last AS response_ns\n"
    "      FROM bin\n"
    "      WINDOW last AS (PARTITION BY run_id ORDER BY t_ns\n"
    "                      RANGE BETWEEN 99999999999 PRECEDING AND CURRENT ROW))\n"
    "WHERE t_ns >= 100000000000";
static const char no_response_sql[] = "CREATE VIEW v_response (run_id, t_s, mean_s, n) AS\n"
                                      "SELECT run_id, 0.0, 0.0, 0 FROM run WHERE 0";

static const char no_traffic_sql[] =
    "CREATE VIEW v_node_traffic (run_id, node, tx_bytes, rx_bytes) AS\n"
    "SELECT run_id, 0, 0, 0 FROM run WHERE 0";

/*
 * A view of ours goes where CREATE VIEW would put it, without the cost of a change of schema each:
 * a third of all that making a database takes. Whoever opens the file parses them. One of that name
 * that is there already stays.
 */
static int add_view(sqlite3_stmt *insert, const char *name, const char *sql)
{
    if (name == NULL || sql == NULL) {
        return SQLITE_NOMEM;
    }
    (void)sqlite3_bind_text(insert, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(insert, 2, sql, -1, SQLITE_STATIC);
    const int code = sqlite3_step(insert);
    (void)sqlite3_reset(insert);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static int add_table_view(sqlite3_stmt *insert, const struct store_table *table)
{
    char *name = sqlite3_mprintf("v_%s", table->name);
    char *sql = view_sql(table);
    const int code = add_view(insert, name, sql);
    sqlite3_free(sql);
    sqlite3_free(name);
    return code;
}

static int add_views(sqlite3_stmt *insert, const struct store_model *model)
{
    const bool has_response = has_series(model, "response_ns") && has_series(model, "completed");
    int code = add_view(insert, "v_load", has_series(model, "bytes") ? load_sql : no_load_sql);
    if (code == SQLITE_OK) {
        code = add_view(insert, "v_response", has_response ? response_sql : no_response_sql);
    }
    if (code == SQLITE_OK) {
        code = add_view(insert, "v_node_traffic", no_traffic_sql);
    }
    for (size_t i = 0; i < model->tables && code == SQLITE_OK; i++) {
        code = add_table_view(insert, &model->table[i]);
    }
    struct store_table bins;
    if (code == SQLITE_OK) {
        code = bins_as_table(model, &bins);
    }
    if (code == SQLITE_OK) {
        code = add_table_view(insert, &bins);
        sqlite3_free((void *)(uintptr_t)bins.column);
    }
    return code;
}

static int make_views(sqlite3 *db, const struct store_model *model)
{
    sqlite3_stmt *insert = NULL;
    int defensive = 0;
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    int code = make_model_views(db, model);
    if (code == SQLITE_OK) {
        code = sqlite3_exec(db, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(db,
                                  "INSERT INTO sqlite_schema SELECT 'view', ?1, ?1, 0, ?2 WHERE "
                                  "NOT EXISTS (SELECT * FROM sqlite_schema WHERE name = ?1)",
                                  -1, &insert, NULL);
    }
    if (code == SQLITE_OK) {
        code = add_views(insert, model);
    }
    (void)sqlite3_finalize(insert);
    const int off = sqlite3_exec(db, "PRAGMA writable_schema = OFF", NULL, NULL, NULL);
    (void)sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, defensive, NULL);
    return code == SQLITE_OK ? off : code;
}

/* ---- the description ---- */

static int step_and_reset(sqlite3_stmt *statement)
{
    const int code = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ? SQLITE_OK : code;
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    (void)sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

/* A line each. NULL where any text will do. */
static char *words_of(const struct store_column *column)
{
    if (column->words == NULL) {
        return NULL;
    }
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
    char *words = words_of(column);
    bind_text(insert, 1, table);
    (void)sqlite3_bind_int64(insert, 2, (sqlite3_int64)position);
    bind_text(insert, 3, column->name);
    bind_text(insert, 4, column->about);
    bind_text(insert, 5, type[column->type]);
    bind_text(insert, 6, words);
    (void)sqlite3_bind_int(insert, 7, column->is_key);
    (void)sqlite3_bind_int(insert, 8, column->may_miss);
    (void)sqlite3_bind_int(insert, 9, column->is_signed);
    sqlite3_free(words);
    return step_and_reset(insert);
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
        code = make_views(store->db, &store->model);
    }
    if (code == SQLITE_OK) {
        code = describe(store->db, &store->model);
    }
    return code == SQLITE_OK ? SIM_OK : sql_explain(store, code, error);
}
