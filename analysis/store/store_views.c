/*
 * Every view goes where CREATE VIEW would put it, without the cost of a change of schema each: that
 * took more than half of all that making a small database takes. Whoever opens the file parses
 * them; so what a view reads is parsed here first, and nothing else can get in.
 */
#include "analysis/store/store_views.h"

#include <ctype.h>
#include <string.h>

#include "analysis/store/store_model.h"

/* ---- a statement that makes a view ---- */

/* CREATE VIEW name (columns) AS body; the semicolon and what is before CREATE left out. */
struct view_text {
    char *sql;  /* from CREATE on; ends with sqlite3_free() */
    char *name; /* not quoted; ends with sqlite3_free(). NULL: this is no such statement */
    const char *body;
    int columns; /* listed; 0 where none are */
};

/* Behind white space and comments. */
static const char *skip_blank(const char *text)
{
    for (;;) {
        const char *end = NULL;
        if (text[0] == '-' && text[1] == '-') {
            end = strchr(text, '\n');
        } else if (text[0] == '/' && text[1] == '*') {
            end = strstr(text + 2, "*/");
            end = end != NULL ? end + 1 : NULL;
        } else if (isspace((unsigned char)text[0])) {
            end = text;
        } else {
            return text;
        }
        text = end != NULL ? end + 1 : text + strlen(text);
    }
}

/* Behind the word, or NULL where another one stands. */
static const char *skip_word(const char *text, const char *word)
{
    const size_t length = strlen(word);
    const bool is_there = sqlite3_strnicmp(text, word, (int)length) == 0 &&
                          !isalnum((unsigned char)text[length]) && text[length] != '_';
    return is_there ? skip_blank(text + length) : NULL;
}

/* Behind a name, bare or in double quotes, as SQLite would quote it; NULL where none stands. */
static const char *skip_name(const char *text)
{
    const char *end = text;
    if (text[0] == '"') {
        do { /* a quote within is doubled */
            end = strchr(end + 1, '"');
        } while (end != NULL && *++end == '"');
    } else {
        while (isalnum((unsigned char)*end) || *end == '_') {
            end++;
        }
    }
    return end != NULL && end > text ? end : NULL;
}

/* Behind "(a, b, c)", or where text is if it lists no columns. NULL: it is no such list. */
static const char *skip_columns(const char *text, int *columns)
{
    *columns = 0;
    if (text[0] != '(') {
        return text;
    }
    do {
        text = skip_name(skip_blank(text + 1));
        text = text != NULL ? skip_blank(text) : NULL;
        ++*columns;
    } while (text != NULL && text[0] == ',');
    return text != NULL && text[0] == ')' ? skip_blank(text + 1) : NULL;
}

static char *copy_name(const char *name, const char *end)
{
    if (name[0] != '"') {
        return sqlite3_mprintf("%.*s", (int)(end - name), name);
    }
    char *copy = sqlite3_mprintf("%.*s", (int)(end - name - 2), name + 1);
    char *to = copy;
    for (const char *from = copy; from != NULL && *from != '\0'; from++) {
        *to++ = *from;
        from += from[0] == '"' ? 1 : 0;
    }
    if (to != NULL) {
        *to = '\0';
    }
    return copy;
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

/* As SQLite keeps a statement: without what is around it. */
static char *trim(const char *statement)
{
    const char *start = skip_blank(statement);
    size_t length = strlen(start);
    while (length > 0 && (start[length - 1] == ';' || isspace((unsigned char)start[length - 1]))) {
        length--;
    }
    return sqlite3_mprintf("%.*s", (int)length, start);
}

static void view_text_deinit(struct view_text *view)
{
    sqlite3_free(view->name);
    sqlite3_free(view->sql);
}

/* Whatever it returns, view ends with view_text_deinit(). */
static int read_view(struct view_text *view, const char *statement)
{
    *view = (struct view_text){.sql = trim(statement)};
    if (view->sql == NULL) {
        return SQLITE_NOMEM;
    }
    const char *name = skip_word(view->sql, "CREATE");
    name = name != NULL ? skip_word(name, "VIEW") : NULL;
    const char *end = name != NULL ? skip_name(name) : NULL;
    const char *rest = end != NULL ? skip_columns(skip_blank(end), &view->columns) : NULL;
    view->body = rest != NULL ? skip_word(rest, "AS") : NULL;
    if (view->body != NULL) {
        view->name = copy_name(name, end);
    }
    return view->body == NULL || view->name != NULL ? SQLITE_OK : SQLITE_NOMEM;
}

/* ---- putting it into the schema ---- */

struct making {
    const struct store *store;
    sqlite3_stmt *insert;
    struct store_error *error;
};

enum twice { TWICE_IS_WRONG, FIRST_STAYS };

static enum sim_status add_view(const struct making *m, const char *name, const char *sql,
                                enum twice twice)
{
    if (name == NULL || sql == NULL) {
        return sql_explain(m->store, SQLITE_NOMEM, m->error);
    }
    (void)sqlite3_bind_text(m->insert, 1, name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(m->insert, 2, sql, -1, SQLITE_STATIC);
    const int code = sqlite3_step(m->insert);
    (void)sqlite3_reset(m->insert);
    if (code != SQLITE_DONE) {
        return sql_explain(m->store, code, m->error);
    }
    if (twice == TWICE_IS_WRONG && sqlite3_changes(m->store->db) == 0) {
        store_error_set(m->error, "%s: there already is a table or view %s", m->store->path, name);
        return SIM_ERR_INVALID;
    }
    return SIM_OK;
}

/* What a view may do: read. */
static int allow_reading(void *context, int action, const char *first, const char *second,
                         const char *database, const char *trigger)
{
    (void)context;
    (void)first;
    (void)second;
    (void)database;
    (void)trigger;
    return action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION ||
                   action == SQLITE_RECURSIVE
               ? SQLITE_OK
               : SQLITE_DENY;
}

static bool waits_for_replay(sqlite3 *db)
{
    const char *message = sqlite3_errmsg(db);
    return strcmp(message, "no such table: replay") == 0 ||
           strcmp(message, "no such table: execution") == 0;
}

/* Can it be read as it stands? *waits: not before the tables of a replay are there. */
static enum sim_status check_view(const struct making *m, const struct view_text *view, bool *waits)
{
    sqlite3 *db = m->store->db;
    sqlite3_stmt *body = NULL;
    (void)sqlite3_set_authorizer(db, allow_reading, NULL);
    const int code =
        sqlite3_prepare_v2(db, view->body != NULL ? view->body : view->sql, -1, &body, NULL);
    const bool is_view = view->body != NULL && (body != NULL || code != SQLITE_OK);
    const int columns = sqlite3_column_count(body);
    (void)sqlite3_finalize(body);
    *waits = code == SQLITE_ERROR && waits_for_replay(db);
    enum sim_status status =
        code == SQLITE_OK || *waits ? SIM_OK : sql_explain(m->store, code, m->error);
    (void)sqlite3_set_authorizer(db, NULL, NULL);
    if (status == SIM_OK && !is_view) {
        store_error_set(m->error, "%s: is to make a view and does not: %.60s", m->store->path,
                        view->sql);
        status = SIM_ERR_INVALID;
    } else if (code == SQLITE_OK && view->columns > 0 && view->columns != columns) {
        store_error_set(m->error, "%s: view %s lists %d columns and reads %d", m->store->path,
                        view->name, view->columns, columns);
        status = SIM_ERR_INVALID;
    }
    return status;
}

static enum sim_status make_view(const struct making *m, const char *statement, enum twice twice)
{
    struct view_text view;
    const int code = read_view(&view, statement);
    enum sim_status status = code == SQLITE_OK ? SIM_OK : sql_explain(m->store, code, m->error);
    if (status == SIM_OK && view.sql[0] != '\0') {
        bool waits = false;
        status = check_view(m, &view, &waits);
        if (status == SIM_OK && !waits) {
            status = add_view(m, view.name, view.sql, twice);
        }
    }
    view_text_deinit(&view);
    return status;
}

static enum sim_status make_views_of(const struct making *m, const char *text, enum twice twice)
{
    enum sim_status status = SIM_OK;
    while (text[0] != '\0' && status == SIM_OK) {
        char *statement = first_statement(text);
        if (statement == NULL) {
            return sql_explain(m->store, SQLITE_NOMEM, m->error);
        }
        text += strlen(statement);
        status = make_view(m, statement, twice);
        sqlite3_free(statement);
    }
    return status;
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

/* ---- a view a table ---- */

/* What a view calls a column: times are in seconds there. */
static void append_view_name(sqlite3_str *sql, const struct store_column *column)
{
    if (column->type == STORE_TIME) {
        sqlite3_str_appendf(sql, "%.*ss", (int)strlen(column->name) - 2, column->name);
    } else {
        store_model_append_name(sql, column->name);
    }
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
        store_model_append_name(sql, table->column[i].name);
        sqlite3_str_appendall(sql, table->column[i].type == STORE_TIME ? " / 1e9" : "");
    }
    sqlite3_str_appendall(sql, "\nFROM ");
    store_model_append_name(sql, table->name);
    sqlite3_str_appendall(sql, " AS t JOIN run AS r USING (run_id)");
    return sqlite3_str_finish(sql);
}

static enum sim_status add_table_view(const struct making *m, const struct store_table *table)
{
    char *name = sqlite3_mprintf("v_%s", table->name);
    char *sql = view_sql(table);
    const enum sim_status status = add_view(m, name, sql, FIRST_STAYS);
    sqlite3_free(sql);
    sqlite3_free(name);
    return status;
}

static enum sim_status add_bins_view(const struct making *m)
{
    struct store_table bins;
    const int code = store_model_bins(&m->store->model, &bins);
    if (code != SQLITE_OK) {
        return sql_explain(m->store, code, m->error);
    }
    const enum sim_status status = add_table_view(m, &bins);
    sqlite3_free((void *)(uintptr_t)bins.column);
    return status;
}

/* ---- all ---- */

static enum sim_status add_contract_views(const struct making *m)
{
    const struct store_model *model = &m->store->model;
    const bool has_load = has_series(model, "bytes");
    const bool has_response = has_series(model, "response_ns") && has_series(model, "completed");
    enum sim_status status = add_view(m, "v_load", has_load ? load_sql : no_load_sql, FIRST_STAYS);
    if (status == SIM_OK) {
        status =
            add_view(m, "v_response", has_response ? response_sql : no_response_sql, FIRST_STAYS);
    }
    return status == SIM_OK ? add_view(m, "v_node_traffic", no_traffic_sql, FIRST_STAYS) : status;
}

static const char *views_of(const struct store_model *model)
{
    return model->views != NULL ? model->views : "";
}

static enum sim_status make_all(const struct making *m)
{
    const struct store_model *model = &m->store->model;
    enum sim_status status = make_views_of(m, analysis_views_sql, TWICE_IS_WRONG);
    if (status == SIM_OK) {
        status = make_views_of(m, views_of(model), TWICE_IS_WRONG);
    }
    if (status == SIM_OK) {
        status = add_contract_views(m);
    }
    for (size_t i = 0; i < model->tables && status == SIM_OK; i++) {
        status = add_table_view(m, &model->table[i]);
    }
    return status == SIM_OK ? add_bins_view(m) : status;
}

static enum sim_status make_waiting(const struct making *m)
{
    return make_views_of(m, views_of(&m->store->model), FIRST_STAYS);
}

/* Runs make with a schema that can be written like a table. */
static enum sim_status with_open_schema(const struct store *store,
                                        enum sim_status (*make)(const struct making *),
                                        struct store_error *error)
{
    struct making m = {.store = store, .error = error};
    int defensive = 0;
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &defensive);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    int code = sqlite3_exec(store->db, "PRAGMA writable_schema = ON", NULL, NULL, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_prepare_v2(store->db,
                                  "INSERT INTO sqlite_schema SELECT 'view', ?1, ?1, 0, ?2 WHERE "
                                  "NOT EXISTS (SELECT * FROM sqlite_schema WHERE name = ?1)",
                                  -1, &m.insert, NULL);
    }
    enum sim_status status = code == SQLITE_OK ? make(&m) : sql_explain(store, code, error);
    (void)sqlite3_finalize(m.insert);
    code = sqlite3_exec(store->db, "PRAGMA writable_schema = OFF", NULL, NULL, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, defensive, NULL);
    return status == SIM_OK && code != SQLITE_OK ? sql_explain(store, code, error) : status;
}

enum sim_status store_views_create(const struct store *store, struct store_error *error)
{
    return with_open_schema(store, make_all, error);
}

enum sim_status store_views_create_waiting(const struct store *store, struct store_error *error)
{
    return with_open_schema(store, make_waiting, error);
}
