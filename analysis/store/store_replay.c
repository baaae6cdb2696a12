#include "analysis/store/store_replay.h"

#include <string.h>

#include "analysis/store/query.h"
#include "analysis/store/store_sql.h"
#include "analysis/store/store_views.h"

/* What only a replay's database has, on top of the tables that every other has: a copy of a result,
 * whose completed calls were executed for real. */
static const char replay_sql[] =
    "-- All other tables hold what was simulated, as the result had it; only events stay behind.\n"
    "-- run.state is the replay's own.\n"
    "CREATE TABLE replay (\n"
    "    run_id INTEGER PRIMARY KEY REFERENCES run,\n"
    "    mode TEXT NOT NULL CHECK (mode IN ('suspended', 'kept', 'nested', 'reexecuted')), -- of "
    "sub-calls\n"
    "    sample_ppm INTEGER NOT NULL CHECK (sample_ppm BETWEEN 1 AND 1000000), -- in a million\n"
    "    calls INTEGER NOT NULL CHECK (calls >= 0), -- that are to be executed\n"
    "    binaries TEXT NOT NULL CHECK (length(binaries) = 16\n"
    "                                  AND binaries NOT GLOB '*[^0-9a-f]*'), -- of the tasklets\n"
    "    simulated_by TEXT NOT NULL DEFAULT '', -- program_commit of the result\n"
    "    platform TEXT, -- the table that platform_ns is from, with its digest; NULL: none\n"
    "    -- Of call, result, instructions, loads and suspensions of all executions by call_id;\n"
    "    -- NULL until all are there.\n"
    "    digest TEXT CHECK (length(digest) = 16 AND digest NOT GLOB '*[^0-9a-f]*')\n"
    ") STRICT;\n"
    "CREATE TABLE execution (\n"
    "    -- A call as it was executed. All columns but *_host_ns repeat; state_bytes and "
    "memory_bytes\n"
    "    -- do on hosts whose pointers are as long.\n"
    "    run_id INTEGER NOT NULL REFERENCES replay,\n"
    "    call_id INTEGER NOT NULL,\n"
    "    result INTEGER NOT NULL CHECK (result BETWEEN 0 AND 4294967295), -- what it returned\n"
    "    instructions INTEGER NOT NULL CHECK (instructions >= 0),         -- of all its tasklets\n"
    "    own_instructions INTEGER NOT NULL CHECK (own_instructions >= 0), -- of the first alone\n"
    "    loads INTEGER NOT NULL CHECK (loads >= 1),\n"
    "    sub_calls INTEGER NOT NULL CHECK (sub_calls >= 0),\n"
    "    suspensions INTEGER NOT NULL CHECK (suspensions >= 0),\n"
    "    state_bytes INTEGER NOT NULL CHECK (state_bytes >= 0),   -- of all suspensions together\n"
    "    memory_bytes INTEGER NOT NULL CHECK (memory_bytes >= 0), -- the most that was held at "
    "once\n"
    "    platform_ns INTEGER CHECK (platform_ns >= 0), -- what all that takes on the platform\n"
    "    load_host_ns INTEGER NOT NULL,\n"
    "    run_host_ns INTEGER NOT NULL,\n"
    "    suspend_host_ns INTEGER NOT NULL,\n"
    "    resume_host_ns INTEGER NOT NULL,\n"
    "    PRIMARY KEY (run_id, call_id),\n"
    "    FOREIGN KEY (run_id, call_id) REFERENCES call\n"
    ") STRICT, WITHOUT ROWID;\n";

/* What every database says of a run, whatever the model. */
static const char *const run_tables[] = {"metric", "bin", "distribution", "warning"};

enum { RECORD_EVENTS = 2 };

/* Runs a statement that was made by sqlite3_mprintf(), which is freed. */
static enum sim_status run_made(struct store *store, char *sql, struct store_error *error)
{
    if (sql == NULL) {
        store_error_set(error, "%s: no memory left", store->path);
        return SIM_ERR_NOMEM;
    }
    const int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    sqlite3_free(sql);
    return code == SQLITE_OK ? SIM_OK : sql_explain(store, code, error);
}

/* ---- the copy ---- */

/* "a, b, c": the columns that a table has on both sides. sqlite3_free() it; NULL: none, or no
 * memory. */
static char *shared_columns(struct store *store, const char *table)
{
    sqlite3_stmt *query = NULL;
    char *names = NULL;
    int code = sqlite3_prepare_v2(store->db,
                                  "SELECT group_concat('\"' || name || '\"', ', ') FROM "
                                  "(SELECT name FROM pragma_table_info(?1, 'main') INTERSECT "
                                  "SELECT name FROM pragma_table_info(?1, 'source'))",
                                  -1, &query, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_bind_text(query, 1, table, -1, SQLITE_STATIC);
    }
    if (code == SQLITE_OK && sqlite3_step(query) == SQLITE_ROW &&
        sqlite3_column_type(query, 0) == SQLITE_TEXT) {
        names = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(query, 0));
    }
    (void)sqlite3_finalize(query);
    return names;
}

static enum sim_status copy_table(struct store *store, const char *table, const char *source,
                                  const struct result_replay *replay, size_t count,
                                  struct store_error *error)
{
    char *columns = shared_columns(store, table);
    if (columns == NULL) {
        store_error_set(error, "%s has no table %s", source, table);
        return SIM_ERR_INVALID;
    }
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status =
            run_made(store,
                     sqlite3_mprintf("INSERT INTO main.\"%w\" (%s) SELECT %s FROM "
                                     "source.\"%w\" WHERE run_id = %lld",
                                     table, columns, columns, table, (long long)replay[i].run_id),
                     error);
    }
    sqlite3_free(columns);
    return status;
}

static enum sim_status copy_run(struct store *store, const struct result_replay *replay,
                                struct store_error *error)
{
    return run_made(store,
                    sqlite3_mprintf("INSERT INTO main.run (run_id, variant, replication, seed, "
                                    "state, digest, work_digest, events, wall_s) SELECT run_id, "
                                    "variant, replication, seed, 'running', digest, work_digest, "
                                    "events, wall_s FROM source.run WHERE run_id = %lld",
                                    (long long)replay->run_id),
                    error);
}

static enum sim_status put_replay(struct store *store, const struct result_replay *replay)
{
    struct row row = row_of(store, SQL_REPLAY);
    row_int(&row, replay->run_id);
    row_text(&row, replay->mode);
    row_int(&row, replay->sample_ppm);
    row_int(&row, replay->calls);
    row_u64(&row, replay->binaries);
    row_optional_text(&row, replay->platform);
    return row_put(store, &row);
}

/* The invocation is the replay's, but what was run is what the result was run with. */
static enum sim_status copy_origin(struct store *store, struct store_error *error)
{
    enum sim_status status =
        run_made(store,
                 sqlite3_mprintf("UPDATE main.invocation SET (scenario_path, scenario_text, "
                                 "scenario_resolved, scenario_hash, seed) = (SELECT scenario_path, "
                                 "scenario_text, scenario_resolved, scenario_hash, seed "
                                 "FROM source.invocation)"),
                 error);
    if (status == SIM_OK) {
        status = run_made(store,
                          sqlite3_mprintf("INSERT OR IGNORE INTO main.input_file "
                                          "SELECT * FROM source.input_file"),
                          error);
    }
    if (status == SIM_OK) {
        status = run_made(store,
                          sqlite3_mprintf("INSERT OR IGNORE INTO main.distribution_unit "
                                          "SELECT * FROM source.distribution_unit"),
                          error);
    }
    if (status == SIM_OK) {
        status = run_made(store,
                          sqlite3_mprintf("UPDATE main.replay SET simulated_by = "
                                          "(SELECT program_commit FROM source.invocation)"),
                          error);
    }
    return status;
}

static enum sim_status make_tables(struct store *store, const char *source,
                                   struct store_error *error)
{
    int64_t same = 0;
    enum sim_status status = query_one_int(
        store, "SELECT count(*) FROM main.invocation JOIN source.invocation USING (model)", 0,
        &same, error);
    if (status == SIM_OK && same == 0) {
        store_error_set(error, "%s is of another model than %s", source, store->model.name);
        return SIM_ERR_INVALID;
    }
    if (status == SIM_OK) {
        status = run_made(store, sqlite3_mprintf("%s", replay_sql), error);
    }
    return status == SIM_OK ? store_views_create_waiting(store, error) : status;
}

static enum sim_status copy_tables(struct store *store, const char *source,
                                   const struct result_replay *replay, size_t count,
                                   struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t t = 0; t < sizeof run_tables / sizeof run_tables[0] && status == SIM_OK; t++) {
        status = copy_table(store, run_tables[t], source, replay, count, error);
    }
    for (size_t t = 0; t < store->model.tables && status == SIM_OK; t++) {
        const struct store_table *table = &store->model.table[t];
        if (table->least_record < RECORD_EVENTS) {
            status = copy_table(store, table->name, source, replay, count, error);
        }
    }
    return status;
}

static enum sim_status copy_all(struct store *store, const char *source,
                                const struct result_replay *replay, size_t count,
                                struct store_error *error)
{
    enum sim_status status = sql_begin_beside(store);
    if (status == SIM_OK) {
        status = make_tables(store, source, error);
    }
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status = copy_run(store, &replay[i], error);
    }
    if (status == SIM_OK) {
        status = copy_tables(store, source, replay, count, error);
    }
    for (size_t i = 0; i < count && status == SIM_OK; i++) {
        status = put_replay(store, &replay[i]);
    }
    status = status == SIM_OK ? copy_origin(store, error) : status;
    status = sql_end(store, status);
    if (status != SIM_OK && store->failure != SIM_OK) {
        *error = store->error;
    }
    return status;
}

enum sim_status store_copy_runs(struct store *store, const char *source,
                                const struct result_replay *replay, size_t count,
                                struct store_error *error)
{
    ASSERT(source != NULL && (count == 0 || replay != NULL));
    /* "./" as in sql_open(): a name is a name. */
    enum sim_status status = run_made(
        store, sqlite3_mprintf("ATTACH '%q%q' AS source", source[0] == '/' ? "" : "./", source),
        error);
    if (status != SIM_OK) {
        return status;
    }
    status = copy_all(store, source, replay, count, error);
    struct store_error ignored;
    const enum sim_status detached =
        run_made(store, sqlite3_mprintf("DETACH source"), status == SIM_OK ? error : &ignored);
    status = status == SIM_OK ? detached : status;
    store->runs_open += status == SIM_OK ? (unsigned)count : 0;
    return status;
}

/* ---- going on ---- */

static enum sim_status wake(struct store *store, struct store_error *error)
{
    enum sim_status status = sql_begin(store);
    struct row row = row_of(store, SQL_REOPEN_RUNS);
    status = status == SIM_OK ? row_put(store, &row) : status;
    row = row_of(store, SQL_REOPEN);
    status = status == SIM_OK ? row_put(store, &row) : status;
    status = sql_end(store, status);
    if (status != SIM_OK) {
        *error = store->error;
        return status;
    }
    int64_t open = 0;
    status =
        query_one_int(store, "SELECT count(*) FROM run WHERE state = 'running'", 0, &open, error);
    store->runs_open = (unsigned)open;
    return status;
}

enum sim_status store_reopen(struct store **store, const char *path, struct store_error *error)
{
    struct store *opened = store_allocate(path, NULL, error);
    if (opened == NULL) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = sql_open(opened, path, SQLITE_OPEN_READWRITE, error);
    if (status == SIM_OK) {
        status = wake(opened, error);
    }
    if (status != SIM_OK) {
        store_destroy(opened);
        return status;
    }
    *store = opened;
    return SIM_OK;
}

/* ---- executions ---- */

static enum sim_status put_execution(struct store *store, int64_t run_id,
                                     const struct result_execution *e)
{
    struct row row = row_of(store, SQL_EXECUTION);
    row_int(&row, run_id);
    row_int(&row, e->call_id);
    row_int(&row, e->result);
    row_u64(&row, e->instructions);
    row_u64(&row, e->own_instructions);
    row_int(&row, e->loads);
    row_int(&row, e->sub_calls);
    row_int(&row, e->suspensions);
    row_u64(&row, e->state_bytes);
    row_u64(&row, e->memory_bytes);
    row_optional(&row, e->platform_ns);
    row_int(&row, e->load_host_ns);
    row_int(&row, e->run_host_ns);
    row_int(&row, e->suspend_host_ns);
    row_int(&row, e->resume_host_ns);
    return row_put(store, &row);
}

enum sim_status store_executions(struct store *store, int64_t run_id,
                                 const struct result_execution *executions, size_t count)
{
    ASSERT(count == 0 || executions != NULL);
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_execution(store, run_id, &executions[i]);
    }
    return sql_end(store, status);
}

enum sim_status store_end_replay(struct store *store, int64_t run_id, uint64_t digest)
{
    enum sim_status status = sql_begin(store);
    if (status == SIM_OK) {
        struct row row = row_of(store, SQL_REPLAY_END);
        row_int(&row, run_id);
        row_u64(&row, digest);
        status = row_put(store, &row);
    }
    if (status == SIM_OK) {
        struct row row = row_of(store, SQL_REPLAY_RUN_END);
        row_int(&row, run_id);
        status = row_put(store, &row);
    }
    if (status == SIM_OK) {
        ASSERT(store->runs_open > 0);
        store->runs_open--;
    }
    return sql_end(store, status);
}
