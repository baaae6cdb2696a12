#include "analysis/store/view.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/store/query_rows.h"
#include "analysis/store/store_sql.h"

/*
 * What the program itself knows of some views and tables: how they are told, and in what order
 * their rows come. The order of a model's table is that of its key; of its views, that of their
 * columns from the left.
 */
static const struct known {
    const char *name, *summary, *order; /* order NULL: as a model's view */
} known[] = {
    {"v_run", "a run a row: variant, replication, seed, digest", "x.run_id"},
    {"v_metric", "every metric of every run", "x.run_id, name"},
    {"v_node_traffic", "bytes sent and received, a node a row", "x.run_id, node"},
    {"v_load", "bytes sent plus received so far, at the end of each bin", "x.run_id, t_s"},
    {"v_response", "mean response over the last 100 s, at the end of each bin", "x.run_id, t_s"},
    {"v_distribution", "how often values fell into a bin", "x.run_id, name, low"},
    {"v_bin", "sums a bin of time, times in seconds", "x.run_id, t_s"},
    {"v_trace", "the calls for a testbed: the same for every variant, in order of time",
     "replication, t_ns, call_id"},
    {"v_response_split", "v_response with what it is made of", "x.run_id, t_s"},
    {"v_execution", "calls as they were executed, beside the simulated time", NULL},
    {"v_invocation", "where the data is from", "1"},
    {"v_point", "points of a sweep, with their axes", "point_id"},
    {"v_point_metric", "every metric of every point", "x.run_id, name"},
    {"bin", "sums a bin of time, times in nanoseconds", "x.run_id, t_ns"},
    {"distribution", "how often values fell into a bin, by the bin's number",
     "x.run_id, name, bin"},
    {"warning", "what is doubtful about a run", "x.run_id, seq"},
    {"replay", "what a replay was made with", "x.run_id"},
    {"execution", "calls as they were executed, times in nanoseconds", "x.run_id, call_id"},
};
enum { KNOWN = sizeof known / sizeof known[0] };

/*
 * Views first, in the order above, the others by name; then the model's tables as it lists them;
 * then our own. A model's view v_TABLE tells the table's words.
 */
static const char list_sql[] =
    "SELECT name, about, least_record, rank, sql FROM ("
    "SELECT s.sql AS sql, s.name AS name, coalesce(t.about, '') AS about, "
    "coalesce(t.least_record, 0) AS least_record, 0 AS rank, 0 AS position FROM sqlite_schema AS s "
    "LEFT JOIN model_table AS t ON s.name = 'v_' || t.name WHERE s.type = 'view' UNION ALL "
    "SELECT '', name, about, least_record, 1, position FROM model_table UNION ALL "
    "SELECT '', name, '', 0, 2, 0 FROM sqlite_schema WHERE type = 'table' AND name IN "
    "('bin', 'distribution', 'warning', 'replay', 'execution')) ORDER BY rank, position, name";

static size_t known_index(const char *name)
{
    size_t i = 0;
    while (i < KNOWN && strcmp(known[i].name, name) != 0) {
        i++;
    }
    return i;
}

/* ---- what the rows are made of ---- */

static bool is_of_run(const char *column)
{
    return strcmp(column, "run_id") == 0 || strcmp(column, "variant") == 0 ||
           strcmp(column, "replication") == 0 || strcmp(column, "seed") == 0;
}

/* From the columns of `name`: the run's four in front, the others as they are. */
static void append_columns(struct view *view, struct query *q, sqlite3_str *select,
                           sqlite3_str *order)
{
    view->has_run = query_columns(q) > 0 && strcmp(query_name(q, 0), "run_id") == 0;
    sqlite3_str_appendall(select,
                          view->has_run ? "x.run_id, r.variant, r.replication, r.seed" : "");
    sqlite3_str_appendall(order, view->has_run ? "x.run_id" : "");
    const char *comma = view->has_run ? ", " : "";
    for (unsigned i = 0; i < query_columns(q); i++) {
        const char *column = query_name(q, i);
        if (!view->has_run || !is_of_run(column)) {
            sqlite3_str_appendf(select, "%sx.\"%w\"", comma, column);
            sqlite3_str_appendf(order, "%sx.\"%w\"", comma, column);
            comma = ", ";
        }
    }
}

/* The key of a table is what its primary key says. */
static enum sim_status order_by_key(struct view *view, struct store *store,
                                    struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT group_concat('x.\"' || name || '\"', ', ') FROM "
                   "(SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk)",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, view->name);
    if (query_next(q) && query_text(q, 0) != NULL) {
        sqlite3_free(view->order);
        view->order = sqlite3_mprintf("%s", query_text(q, 0));
    }
    return query_close(q, error);
}

static enum sim_status describe(struct view *view, struct store *store, bool is_table,
                                struct store_error *error)
{
    struct query *q = NULL;
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", view->name);
    enum sim_status status = sql != NULL ? query_open(&q, store, sql, error) : SIM_ERR_NOMEM;
    sqlite3_free(sql);
    if (status != SIM_OK) {
        return status;
    }
    sqlite3_str *select = sqlite3_str_new(NULL);
    sqlite3_str *order = sqlite3_str_new(NULL);
    append_columns(view, q, select, order);
    query_drop(q);
    const size_t k = known_index(view->name);
    view->select = sqlite3_str_finish(select);
    view->order = sqlite3_str_finish(order);
    if (k < KNOWN && known[k].order != NULL) {
        sqlite3_free(view->order);
        view->order = sqlite3_mprintf("%s", known[k].order);
    } else if (is_table) {
        status = order_by_key(view, store, error);
    }
    return status;
}

/* ---- the list ---- */

static void free_view(struct view *view)
{
    sqlite3_free(view->name);
    sqlite3_free(view->summary);
    sqlite3_free(view->select);
    sqlite3_free(view->order);
}

/* A table's is told by the model, and so is its view's; a view of the model's own may say it in a
 * comment. NULL: no memory. */
static char *summary_of(const struct query *q, bool is_table)
{
    const char *about = query_text(q, 1);
    const char *sql = query_text(q, 4);
    const char *comment = sql != NULL ? strstr(sql, "-- ") : NULL;
    if (is_table) {
        return sqlite3_mprintf("%s", about);
    }
    if (comment != NULL) {
        comment += strlen("-- ");
        return sqlite3_mprintf("%.*s", (int)strcspn(comment, "\r\n"), comment);
    }
    return sqlite3_mprintf("%s%s", about, about[0] != '\0' ? ", times in seconds" : "");
}

static enum sim_status read_view(struct view *view, const struct query *q, struct store *store,
                                 struct store_error *error)
{
    const size_t k = known_index(query_text(q, 0));
    const bool is_table = query_int(q, 3) > 0;
    *view = (struct view){
        .name = sqlite3_mprintf("%s", query_text(q, 0)),
        .summary = k < KNOWN ? sqlite3_mprintf("%s", known[k].summary) : summary_of(q, is_table),
        .least_record = (unsigned)query_int(q, 2),
    };
    enum sim_status status = SIM_ERR_NOMEM;
    if (view->name != NULL && view->summary != NULL) {
        status = describe(view, store, is_table, error);
    }
    if (status == SIM_OK && (view->select == NULL || view->order == NULL)) {
        status = SIM_ERR_NOMEM;
    }
    if (status == SIM_ERR_NOMEM) {
        store_error_set(error, "no memory left for the views of a result");
    }
    return status;
}

static int compare_views(const void *left, const void *right)
{
    const struct view *a = left;
    const struct view *b = right;
    const size_t x = known_index(a->name);
    const size_t y = known_index(b->name);
    return x != y ? (x < y ? -1 : 1) : strcmp(a->name, b->name);
}

static enum sim_status read_list(struct query_rows *rows, struct query *q, struct store *store,
                                 struct store_error *error)
{
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && query_next(q)) {
        struct view *view = query_rows_add(rows);
        if (view == NULL) {
            store_error_set(error, "no memory left for the views of a result");
            return SIM_ERR_NOMEM;
        }
        status = read_view(view, q, store, error);
    }
    return status;
}

/* Tables keep the order that they were read in. */
static void sort_views(struct views *views)
{
    size_t count = 0;
    while (count < views->count && strncmp(views->view[count].name, "v_", 2) == 0) {
        count++;
    }
    if (count > 0) {
        qsort(views->view, count, sizeof *views->view, compare_views);
    }
}

enum sim_status views_read(struct views *views, struct store *store, struct store_error *error)
{
    *views = (struct views){.count = 0};
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, list_sql, error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof *views->view};
    status = read_list(&rows, q, store, error);
    struct store_error later = *error;
    const enum sim_status closed = query_close(q, &later);
    if (status == SIM_OK && closed != SIM_OK) {
        status = closed;
        *error = later;
    }
    *views = (struct views){.view = rows.row, .count = rows.count};
    if (status != SIM_OK) {
        views_deinit(views);
        return status;
    }
    sort_views(views);
    return SIM_OK;
}

void views_deinit(struct views *views)
{
    for (size_t i = 0; i < views->count; i++) {
        free_view(&views->view[i]);
    }
    free(views->view);
    *views = (struct views){.count = 0};
}

const struct view *views_find(const struct views *views, const char *name)
{
    const struct view *found = NULL;
    for (size_t i = 0; i < views->count; i++) {
        const char *own = views->view[i].name;
        if (strcmp(own, name) == 0) {
            return &views->view[i];
        }
        if (strncmp(own, "v_", 2) == 0 && strcmp(own + 2, name) == 0) {
            found = &views->view[i];
        }
    }
    return found;
}

/* ---- rows ---- */

/* NULL: no memory. */
static char *rows_sql(const struct view *view, const char *what, const char *order, int64_t run_id)
{
    sqlite3_str *sql = sqlite3_str_new(NULL);
    sqlite3_str_appendf(sql, "SELECT %s FROM \"%w\" AS x%s", what, view->name,
                        view->has_run ? " JOIN run AS r USING (run_id)" : "");
    if (run_id > 0) {
        ASSERT(view->has_run);
        sqlite3_str_appendf(sql, " WHERE x.run_id = %lld", (long long)run_id);
    }
    if (order != NULL) {
        sqlite3_str_appendf(sql, " ORDER BY %s", order);
    }
    return sqlite3_str_finish(sql);
}

enum sim_status view_open(struct query **q, const struct view *view, struct store *store,
                          int64_t run_id, struct store_error *error)
{
    char *sql = rows_sql(view, view->select, view->order, run_id);
    if (sql == NULL) {
        store_error_set(error, "no memory left for the rows of %s", view->name);
        return SIM_ERR_NOMEM;
    }
    const enum sim_status status = query_open(q, store, sql, error);
    sqlite3_free(sql);
    return status;
}

enum sim_status view_rows(int64_t *rows, const struct view *view, struct store *store,
                          int64_t run_id, struct store_error *error)
{
    char *sql = rows_sql(view, "count(*)", NULL, run_id);
    if (sql == NULL) {
        store_error_set(error, "no memory left for the rows of %s", view->name);
        return SIM_ERR_NOMEM;
    }
    const enum sim_status status = query_one_int(store, sql, 0, rows, error);
    sqlite3_free(sql);
    return status;
}
