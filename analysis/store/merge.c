#include "analysis/store/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store/query.h"
#include "analysis/store/runs.h"
#include "analysis/store/store_sql.h"
#include "sim/engine/beside.h"

struct merging {
    struct store *out;
    const struct merge_head *head;
    size_t count;
    struct store_error *error;
    char **copy; /* a statement a table */
    size_t tables;
};

static enum sim_status explain(const struct merging *m, int code)
{
    return sql_explain(m->out, code, m->error);
}

/* Runs a statement with up to two parameters: ?1, ?2. */
static enum sim_status run_with(const struct merging *m, const char *sql, int64_t first,
                                int64_t second)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(m->out->db, sql, -1, &statement, NULL);
    if (code == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 0) {
        code = sqlite3_bind_int64(statement, 1, first);
    }
    if (code == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 1) {
        code = sqlite3_bind_int64(statement, 2, second);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
    }
    const enum sim_status status =
        code == SQLITE_DONE || code == SQLITE_ROW ? SIM_OK : explain(m, code);
    (void)sqlite3_finalize(statement);
    return status;
}

/* The same for a statement that was made by sqlite3_mprintf(), which is freed. */
static enum sim_status run_made(const struct merging *m, char *sql, int64_t first, int64_t second)
{
    if (sql == NULL) {
        store_error_set(m->error, "no memory left");
        return SIM_ERR_NOMEM;
    }
    const enum sim_status status = run_with(m, sql, first, second);
    sqlite3_free(sql);
    return status;
}

/* ---- the rows of a point ---- */

static const char point_sql[] =
    "INSERT INTO main.point SELECT ?1, scenario_hash, model, program_version, program_commit, "
    "compiler, "
    "compiler_flags, (SELECT coalesce(group_concat(name || ' ' || version, ', '), '') FROM "
    "(SELECT name, version FROM src.library ORDER BY name)), host, arguments, scenario_path, "
    "scenario_text, scenario_resolved, seed, started_unix_ns, ended_unix_ns FROM src.invocation";
static const char point_axis_sql[] =
    "INSERT INTO main.point_axis SELECT ?1, axis, value, number FROM src.point_axis "
    "WHERE point_id = 0";
static const char run_sql[] =
    "INSERT INTO main.run (run_id, variant, replication, seed, state, digest, work_digest, "
    "events, wall_s, point_id) SELECT run_id + ?2, variant, replication, seed, state, digest, "
    "work_digest, events, wall_s, ?1 FROM src.run ORDER BY run_id";

static const char input_sql[] =
    "INSERT OR IGNORE INTO main.input_file SELECT * FROM src.input_file";
static const char unit_sql[] =
    "INSERT OR IGNORE INTO main.distribution_unit SELECT * FROM src.distribution_unit";

/* What every database says of a run, whatever the model. */
static const char *const run_tables[] = {"metric", "bin", "distribution", "warning"};
enum { RUN_TABLES = sizeof run_tables / sizeof run_tables[0] };

/* What copies the rows of a table whose first column is run_id with ?1 added to it.
 * sqlite3_free() it; NULL: no memory. */
static char *copy_sql(const struct merging *m, const char *table)
{
    sqlite3_stmt *query = NULL;
    char *sql = NULL;
    int code = sqlite3_prepare_v2(m->out->db,
                                  "SELECT group_concat('\"' || name || '\"', ', ') "
                                  "FROM pragma_table_info(?1) WHERE cid > 0",
                                  -1, &query, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_bind_text(query, 1, table, -1, SQLITE_STATIC);
    }
    if (code == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW) {
        sql = sqlite3_mprintf("INSERT INTO main.\"%w\" SELECT run_id + ?1, %s FROM src.\"%w\"",
                              table, (const char *)sqlite3_column_text(query, 0), table);
    }
    (void)sqlite3_finalize(query);
    return sql;
}

/* Two schemas of one version number may still differ, as between two commits. */
static enum sim_status check_schema(const struct merging *m, const struct merge_head *head)
{
    int64_t differences = 0;
    const enum sim_status status =
        query_one_int(m->out,
                      "SELECT count(*) FROM (SELECT * FROM (SELECT name, sql FROM "
                      "main.sqlite_schema EXCEPT SELECT name, sql FROM src.sqlite_schema) UNION "
                      "SELECT * FROM (SELECT name, sql FROM src.sqlite_schema EXCEPT SELECT name, "
                      "sql FROM main.sqlite_schema))",
                      0, &differences, m->error);
    if (status == SIM_OK && differences > 0) {
        store_error_set(m->error, "%s has another schema than this nimblesim writes", head->path);
        return SIM_ERR_INVALID;
    }
    return status;
}

static enum sim_status copy_tables(const struct merging *m, int64_t point, int64_t offset)
{
    enum sim_status status = run_with(m, point_sql, point, 0);
    if (status == SIM_OK) {
        status = run_with(m, point_axis_sql, point, 0);
    }
    if (status == SIM_OK) {
        status = run_with(m, run_sql, point, offset);
    }
    if (status == SIM_OK) {
        status = run_with(m, input_sql, 0, 0);
    }
    if (status == SIM_OK) {
        status = run_with(m, unit_sql, 0, 0);
    }
    for (size_t t = 0; t < m->tables && status == SIM_OK; t++) {
        status = run_with(m, m->copy[t], offset, 0);
    }
    return status;
}

static enum sim_status copy_point(const struct merging *m, size_t index, int64_t offset)
{
    const struct merge_head *head = &m->head[index];
    enum sim_status status = run_made(
        m, sqlite3_mprintf("ATTACH '%q%q' AS src", head->path[0] == '/' ? "" : "./", head->path), 0,
        0);
    if (status != SIM_OK) {
        return status;
    }
    status = check_schema(m, head);
    if (status == SIM_OK) {
        status = run_with(m, "BEGIN", 0, 0);
    }
    if (status == SIM_OK) {
        status = copy_tables(m, (int64_t)index + 1, offset);
        struct store_error ignored = *m->error;
        const enum sim_status ended = run_with(m, status == SIM_OK ? "COMMIT" : "ROLLBACK", 0, 0);
        if (status != SIM_OK) {
            *m->error = ignored; /* the first failure is the one to tell */
        }
        status = status == SIM_OK ? ended : status;
    }
    if (status == SIM_OK) {
        status = run_with(m, "DETACH src", 0, 0);
    }
    return status;
}

static enum sim_status copy_points(const struct merging *m, merge_progress *progress, void *context,
                                   struct merge_counts *counts)
{
    enum sim_status status = SIM_OK;
    int64_t offset = 0;
    for (size_t i = 0; i < m->count && status == SIM_OK; i++) {
        status = copy_point(m, i, offset);
        offset += m->head[i].last_run;
        if (progress != NULL) {
            progress(context, i + 1);
        }
    }
    *counts = (struct merge_counts){.points = m->count, .runs = (size_t)offset};
    return status;
}

/* The statements that copy rows, for all points alike. */
static enum sim_status make_copies(struct merging *m)
{
    const struct store_model *model = &m->out->model;
    m->copy = calloc(RUN_TABLES + model->tables, sizeof *m->copy);
    bool has_memory = m->copy != NULL;
    for (size_t t = 0; t < RUN_TABLES + model->tables && has_memory; t++) {
        m->copy[t] =
            copy_sql(m, t < RUN_TABLES ? run_tables[t] : model->table[t - RUN_TABLES].name);
        has_memory = m->copy[t] != NULL;
        m->tables = t + 1;
    }
    if (!has_memory) {
        store_error_set(m->error, "no memory left");
    }
    return has_memory ? SIM_OK : SIM_ERR_NOMEM;
}

static void free_copies(struct merging *m)
{
    for (size_t t = 0; t < m->tables; t++) {
        sqlite3_free(m->copy[t]);
    }
    free(m->copy);
}

/* ---- the axes as columns ---- */

static enum sim_status put_axes(const struct merging *m)
{
    const struct merge_head *first = &m->head[0];
    enum sim_status status = SIM_OK;
    for (size_t a = 0; a < first->axis_count && status == SIM_OK; a++) {
        status = run_made(m,
                          sqlite3_mprintf("INSERT INTO axis VALUES (%d, %Q, %Q)", (int)a + 1,
                                          first->axis[a].key, first->axis[a].unit),
                          0, 0);
    }
    return status;
}

static const char value_of_point[] =
    "(SELECT coalesce(number, value) FROM point_axis AS a WHERE a.point_id = p.point_id "
    "AND a.axis = ";

static enum sim_status make_point_view(const struct merging *m)
{
    const struct merge_head *first = &m->head[0];
    sqlite3_str *sql = sqlite3_str_new(m->out->db);
    sqlite3_str_appendall(sql, "CREATE VIEW v_point AS SELECT p.point_id, p.hash");
    for (size_t a = 0; a < first->axis_count; a++) {
        sqlite3_str_appendf(sql, ", %s%d) AS \"%w\"", value_of_point, (int)a + 1,
                            first->axis[a].key);
    }
    sqlite3_str_appendall(sql, " FROM point AS p ORDER BY p.point_id");
    return run_made(m, sqlite3_str_finish(sql), 0, 0);
}

static enum sim_status make_metric_view(const struct merging *m)
{
    const struct merge_head *first = &m->head[0];
    sqlite3_str *sql = sqlite3_str_new(m->out->db);
    sqlite3_str_appendall(sql, "CREATE VIEW v_point_metric AS SELECT p.point_id");
    for (size_t a = 0; a < first->axis_count; a++) {
        sqlite3_str_appendf(sql, ", p.\"%w\"", first->axis[a].key);
    }
    sqlite3_str_appendall(sql, ", r.run_id, r.variant, r.replication, m.name, m.value, m.unit "
                               "FROM v_point AS p JOIN run AS r USING (point_id) "
                               "JOIN metric AS m USING (run_id)");
    return run_made(m, sqlite3_str_finish(sql), 0, 0);
}

static enum sim_status make_axis_view(const struct merging *m, size_t axis)
{
    return run_made(m,
                    sqlite3_mprintf("CREATE VIEW \"v_axis_%w\" AS SELECT coalesce(a.number, "
                                    "a.value) AS value, r.variant, m.name, count(m.value) AS n, "
                                    "avg(m.value) AS mean FROM point_axis AS a JOIN run AS r "
                                    "USING (point_id) JOIN metric AS m USING (run_id) "
                                    "WHERE a.axis = %d GROUP BY 1, 2, 3",
                                    m->head[0].axis[axis].key, (int)axis + 1),
                    0, 0);
}

static enum sim_status make_views(const struct merging *m)
{
    enum sim_status status = make_point_view(m);
    if (status == SIM_OK) {
        status = make_metric_view(m);
    }
    for (size_t a = 0; a < m->head[0].axis_count && status == SIM_OK; a++) {
        status = make_axis_view(m, a);
    }
    return status;
}

/* ---- the whole ---- */

/* The invocation of a merge: our program, and the first point's scenario. */
struct first_point {
    struct result_invocation row;
    char *path, *text, *resolved;
    struct runs_model *model;
};

static enum sim_status read_first(struct first_point *f, const struct merge_head *head,
                                  struct store_error *error)
{
    struct store *store = NULL;
    enum sim_status status = store_open_readonly(&store, head->path, false, error);
    if (status != SIM_OK) {
        return status;
    }
    struct query *q = NULL;
    status = query_open(&q, store,
                        "SELECT scenario_path, scenario_text, scenario_resolved, seed "
                        "FROM invocation",
                        error);
    if (status == SIM_OK) {
        if (query_next(q)) {
            f->path = strdup(query_text(q, 0));
            f->text = strdup(query_text(q, 1));
            f->resolved = strdup(query_text(q, 2));
            f->row.seed = (uint64_t)query_int(q, 3);
        }
        status = query_close(q, error);
    }
    if (status == SIM_OK) {
        status = runs_model_read(&f->model, store, error);
    }
    store_destroy(store);
    if (status == SIM_OK && (f->path == NULL || f->text == NULL || f->resolved == NULL)) {
        store_error_set(error, "%s: its scenario cannot be read", head->path);
        return SIM_ERR_NOMEM;
    }
    f->row.scenario_path = f->path;
    f->row.scenario_text = f->text;
    f->row.scenario_resolved = f->resolved;
    f->row.scenario_hash = head->hash;
    return status;
}

static size_t count_versions(const struct merge_head *head, size_t count)
{
    size_t versions = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = i > 0 && strcmp(head[i].commit, head[i - 1].commit) == 0;
        for (size_t j = 0; j < i && !seen && versions < 8; j++) {
            seen = strcmp(head[i].commit, head[j].commit) == 0;
        }
        versions += seen ? 0 : 1;
    }
    return versions;
}

static enum sim_status fill(struct merging *m, merge_progress *progress, void *context,
                            struct merge_counts *counts)
{
    /* The rows kept their references where they come from. */
    enum sim_status status = run_with(m, "PRAGMA foreign_keys = OFF", 0, 0);
    if (status == SIM_OK) {
        status = put_axes(m);
    }
    if (status == SIM_OK) {
        status = make_copies(m);
    }
    if (status == SIM_OK) {
        status = copy_points(m, progress, context, counts);
    }
    free_copies(m);
    return status == SIM_OK ? make_views(m) : status;
}

static enum sim_status write_merged(const char *out, bool replace, const struct first_point *first,
                                    struct merging *m, merge_progress *progress, void *context,
                                    struct merge_counts *counts)
{
    struct store_shape *shape = NULL;
    enum sim_status status = store_shape_create(&shape, runs_model_shape(first->model), m->error);
    if (status == SIM_OK) {
        beside_sweep(out);
        status = store_create_whole(&m->out, out, replace, shape, &first->row, m->error);
    }
    if (status == SIM_OK) {
        status = fill(m, progress, context, counts);
    }
    if (status == SIM_OK) {
        m->out->waits_for_disk = true;
        status = store_finish(m->out, RESULT_COMPLETE);
        if (status != SIM_OK) {
            store_error_set(m->error, "%s", store_message(m->out));
        }
    }
    store_destroy(m->out);
    store_shape_destroy(shape);
    return status;
}

enum sim_status merge_files(const char *out, bool replace, const char *const *path, size_t count,
                            enum merge_order order, const struct result_invocation *invocation,
                            merge_progress *progress, void *context, struct merge_counts *counts,
                            struct store_error *error)
{
    ASSERT(count > 0);
    struct first_point first = {.row = *invocation};
    struct merge_head *head = calloc(count, sizeof *head);
    if (head == NULL) {
        store_error_set(error, "no memory left");
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = merge_read_heads(head, path, count, error);
    if (status == SIM_OK) {
        status = merge_check_heads(head, count, order, error);
    }
    if (status == SIM_OK) {
        status = read_first(&first, &head[0], error);
    }
    if (status == SIM_OK) {
        struct merging m = {.head = head, .count = count, .error = error};
        status = write_merged(out, replace, &first, &m, progress, context, counts);
        counts->versions = count_versions(head, count);
    }
    free(first.path);
    free(first.text);
    free(first.resolved);
    runs_model_destroy(first.model);
    merge_free_heads(head, count);
    return status;
}
