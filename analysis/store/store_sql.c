#include "analysis/store/store_sql.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store/store_model.h"

/* How long a transaction waits for somebody who reads the file, or a reader for whoever writes it,
 * before it gives up; and when it says so. */
enum { WAIT_MS = 50, WAITS = 600, WAITS_IN_SILENCE = 20 };

/* 64-bit hashes are bound as integers and become text here; printf() reads them as unsigned. */
static const char *const sql_text[SQL_STATEMENT_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_BEGIN_BESIDE] = "BEGIN",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_INVOCATION] = "INSERT INTO invocation VALUES (1, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, "
                       "?, ?, ?, ?, NULL, ?)",
    [SQL_LIBRARY] = "INSERT INTO library VALUES (?, ?)",
    [SQL_INPUT] = "INSERT OR IGNORE INTO input_file VALUES (?, ?, ?, ?, ?)",
    [SQL_FINISH] = "UPDATE invocation SET state = ?, ended_unix_ns = ?",
    [SQL_FINISH_RUNS] = "UPDATE run SET state = ? WHERE state = 'running'",
    [SQL_RUN] = "INSERT INTO run (run_id, variant, replication, seed, state) "
                "VALUES (?, ?, ?, ?, 'running')",
    [SQL_RUN_END] = "UPDATE run SET state = ?2, digest = printf('%016x', ?3), "
                    "work_digest = printf('%016x', ?4), events = ?5, wall_s = ?6 "
                    "WHERE run_id = ?1",
    [SQL_METRIC] = "INSERT INTO metric VALUES (?, ?, ?, ?)",
    /* One statement for all bins, from a JSON object: half of what a row each costs. */
    [SQL_DISTRIBUTION] = "INSERT INTO distribution SELECT ?, ?, key, value FROM json_each(?)",
    [SQL_DISTRIBUTION_UNIT] = "INSERT OR IGNORE INTO distribution_unit VALUES (?, ?)",
    [SQL_WARNING] = "INSERT INTO warning VALUES (?, ?, ?, ?)",
    [SQL_AXIS] = "INSERT INTO axis VALUES (?, ?, ?)",
    [SQL_POINT_AXIS] = "INSERT INTO point_axis VALUES (0, ?, ?, ?)",
    [SQL_REPLAY] = "INSERT INTO replay (run_id, mode, sample_ppm, calls, binaries, platform) "
                   "VALUES (?, ?, ?, ?, printf('%016x', ?), ?)",
    [SQL_REPLAY_END] = "UPDATE replay SET digest = printf('%016x', ?2) WHERE run_id = ?1",
    [SQL_REPLAY_RUN_END] = "UPDATE run SET state = 'complete' WHERE run_id = ?1",
    [SQL_REOPEN] = "UPDATE invocation SET state = 'running', ended_unix_ns = NULL",
    [SQL_REOPEN_RUNS] = "UPDATE run SET state = 'running' WHERE run_id IN "
                        "(SELECT run_id FROM replay WHERE digest IS NULL)",
    [SQL_EXECUTION] = "INSERT INTO execution VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [SQL_TRIAL] = "INSERT INTO trial VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 'running')",
    [SQL_TRIAL_END] = "UPDATE trial SET blocks = ?2, ended = ?3 WHERE part = ?1",
    [SQL_TRIAL_FACT] = "INSERT OR REPLACE INTO trial_fact VALUES (?, ?, ?)",
    [SQL_TRIAL_POINT] = "INSERT INTO trial_point VALUES (?, ?, ?, ?, ?, ?)",
    [SQL_TRIAL_VALUE] = "INSERT INTO trial_value VALUES (?, ?, ?, ?, ?, ?)",
    [SQL_TRIAL_FINDING] =
        "INSERT INTO trial_finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?)",
};

/*
 * A rollback journal rather than a write-ahead log: the data is always in the
 * one file that the user named, and between transactions nothing lies beside it.
 * NORMAL waits for the disk before the file itself is touched, so that a kill
 * never and a power cut hardly ever leaves it torn.
 */
static const char pragmas[] = "PRAGMA journal_mode = DELETE;"
                              "PRAGMA synchronous = NORMAL;"
                              "PRAGMA foreign_keys = ON;"
                              "PRAGMA temp_store = MEMORY;"
                              "PRAGMA cache_size = -16384;"; /* KiB: a batch rarely spills */

/*
 * A whole file has no name before it is complete: what a kill leaves of it is worth nothing, and
 * so needs neither a journal nor a disk that is waited for. References are not checked row by
 * row: they cost a tenth of a small point, and the same code writes them where they are.
 */
static const char whole_pragmas[] = "PRAGMA journal_mode = OFF;"
                                    "PRAGMA synchronous = OFF;"
                                    "PRAGMA locking_mode = EXCLUSIVE;"
                                    "PRAGMA temp_store = MEMORY;"
                                    "PRAGMA cache_size = -16384;";

void store_error_set(struct store_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
}

static enum sim_status status_of(int code)
{
    switch (code & 0xff) { /* the primary code; the rest says more of the same */
    case SQLITE_OK:
        return SIM_OK;
    case SQLITE_NOMEM:
        return SIM_ERR_NOMEM;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_AUTH:
        return SIM_ERR_INVALID;
    default:
        return SIM_ERR_IO;
    }
}

enum sim_status sql_explain(const struct store *store, int code, struct store_error *error)
{
    if (code == SQLITE_READONLY_DBMOVED) {
        store_error_set(error, "%s: was moved or replaced while it was being written", store->path);
    } else if ((code & 0xff) == SQLITE_IOERR && sqlite3_system_errno(store->db) != 0) {
        store_error_set(error, "%s: %s: %s", store->path, sqlite3_errmsg(store->db),
                        strerror(sqlite3_system_errno(store->db)));
    } else {
        store_error_set(error, "%s: %s", store->path, sqlite3_errmsg(store->db));
    }
    return status_of(code);
}

static void configure(void)
{
    /* Nobody asks how much memory SQLite has, and counting takes a lock an allocation: a tenth of
     * all that writing a small result costs. Refused, and no harm, where SQLite runs already. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void sql_configure(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const int code = pthread_once(&once, configure);
    ASSERT(code == 0);
}

static int deny_recursion(void *context, int action, const char *a, const char *b,
                          const char *database, const char *view)
{
    (void)context, (void)a, (void)b, (void)database, (void)view;
    return action == SQLITE_RECURSIVE ? SQLITE_DENY : SQLITE_OK;
}

static int try_relation(sqlite3 *db, const char *name)
{
    sqlite3_stmt *statement = NULL;
    char *sql = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
    const int code = sql != NULL ? sqlite3_prepare_v2(db, sql, -1, &statement, NULL) : SQLITE_NOMEM;
    sqlite3_free(sql);
    (void)sqlite3_finalize(statement);
    return code;
}

enum sim_status sql_refuse_recursion(struct store *store, struct store_error *error)
{
    sqlite3_stmt *views = NULL;
    int code = sqlite3_prepare_v2(store->db, "SELECT name FROM sqlite_schema WHERE type = 'view'",
                                  -1, &views, NULL);
    (void)sqlite3_set_authorizer(store->db, deny_recursion, NULL);
    while (code == SQLITE_OK && (code = sqlite3_step(views)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(views, 0);
        code = name != NULL ? try_relation(store->db, name) : SQLITE_NOMEM;
        if (code == SQLITE_AUTH) {
            store_error_set(error, "%s: its view %s recurses, which no result of ours does",
                            store->path, name);
        }
        code = code == SQLITE_AUTH || code == SQLITE_NOMEM ? code : SQLITE_OK;
    }
    (void)sqlite3_set_authorizer(store->db, NULL, NULL);
    (void)sqlite3_finalize(views);
    return code == SQLITE_AUTH    ? SIM_ERR_INVALID
           : code == SQLITE_NOMEM ? sql_explain(store, code, error)
                                  : SIM_OK; /* no database: the first question tells */
}

static store_waits *tell_waiting;

void store_on_wait(store_waits *tell)
{
    tell_waiting = tell;
}

/* SQLite asks again and again whether to go on waiting. */
static int wait_for_lock(void *context, int waited)
{
    const struct store *store = context;
    if (waited == WAITS_IN_SILENCE && tell_waiting != NULL) {
        tell_waiting(store->path);
    }
    (void)sqlite3_sleep(WAIT_MS);
    return waited < WAITS;
}

enum sim_status sql_open(struct store *store, const char *file, int flags,
                         struct store_error *error)
{
    ASSERT(store->db == NULL && file != NULL);
    /* "./" keeps SQLite from reading a meaning into names such as ":memory:" and "file:x". */
    const size_t size = strlen(file) + sizeof "./";
    char *name = malloc(size);
    if (name == NULL) {
        store_error_set(error, "%s: no memory left", store->path);
        return SIM_ERR_NOMEM;
    }
    sql_configure();
    (void)snprintf(name, size, "%s%s", file[0] == '/' ? "" : "./", file);
    /* No mutex of SQLite's: the store has its own. */
    int code = sqlite3_open_v2(name, &store->db,
                               flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    free(name);
    if (code == SQLITE_OK) {
        /* A file from elsewhere is not trusted. One that we build ourselves needs no journal, which
         * the defence would not allow. */
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, store->temporary == NULL,
                                NULL);
        (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        (void)sqlite3_busy_handler(store->db, wait_for_lock, store);
        if (flags & SQLITE_OPEN_READWRITE) {
            const char *settings = store->temporary != NULL ? whole_pragmas : pragmas;
            code = sqlite3_exec(store->db, settings, NULL, NULL, NULL);
        }
    }
    if (code == SQLITE_OK) {
        return SIM_OK;
    }
    enum sim_status status = sql_explain(store, code, error);
    sql_close(store);
    return status;
}

void sql_close(struct store *store)
{
    for (int i = 0; i < SQL_STATEMENT_COUNT; i++) {
        (void)sqlite3_finalize(store->statement[i]);
        store->statement[i] = NULL;
    }
    for (size_t i = 0; store->model_statement != NULL && i <= store->model.tables; i++) {
        (void)sqlite3_finalize(store->model_statement[i]);
        store->model_statement[i] = NULL;
    }
    int code = sqlite3_close(store->db);
    ASSERT(code == SQLITE_OK); /* only a statement that we forgot could keep it open */
    store->db = NULL;
}

/* Remembers the first failure: what follows it is its consequence. */
static enum sim_status fail(struct store *store, int code)
{
    if (store->failure == SIM_OK) {
        store->failure = sql_explain(store, code, &store->error);
    }
    return store->failure;
}

static enum sim_status run_plain(struct store *store, enum sql_statement which)
{
    struct row row = row_of(store, which);
    return row_put(store, &row);
}

static void lock(struct store *store)
{
    int code = pthread_mutex_lock(&store->mutex);
    ASSERT(code == 0);
    ASSERT(store->writes); /* a store that is only read takes no rows */
}

enum sim_status sql_begin(struct store *store)
{
    lock(store);
    return store->failure != SIM_OK ? store->failure : run_plain(store, SQL_BEGIN);
}

enum sim_status sql_begin_beside(struct store *store)
{
    lock(store);
    return store->failure != SIM_OK ? store->failure : run_plain(store, SQL_BEGIN_BESIDE);
}

enum sim_status sql_begin_last(struct store *store)
{
    lock(store);
    return run_plain(store, SQL_BEGIN);
}

enum sim_status sql_end(struct store *store, enum sim_status status)
{
    if (status == SIM_OK) {
        status = run_plain(store, SQL_COMMIT);
    }
    if (status != SIM_OK && sqlite3_get_autocommit(store->db) == 0) {
        (void)run_plain(store, SQL_ROLLBACK); /* SQLite may have done it; the first error counts */
    }
    (void)pthread_mutex_unlock(&store->mutex);
    return status;
}

/* Prepares a statement when it is first used: a run needs few of them. */
static int prepare(struct store *store, const char *sql, sqlite3_stmt **statement)
{
    return sql != NULL
               ? sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL)
               : SQLITE_NOMEM;
}

struct row row_of(struct store *store, enum sql_statement which)
{
    ASSERT(which < SQL_STATEMENT_COUNT);
    sqlite3_stmt **statement = &store->statement[which];
    const int code = *statement == NULL ? prepare(store, sql_text[which], statement) : SQLITE_OK;
    return (struct row){.statement = *statement, .column = 0, .code = code};
}

struct row row_of_model(struct store *store, size_t table)
{
    ASSERT(store->model_statement != NULL && table <= store->model.tables);
    sqlite3_stmt **statement = &store->model_statement[table];
    int code = SQLITE_OK;
    if (*statement == NULL) {
        char *sql = table < store->model.tables ? store_model_insert(&store->model.table[table])
                                                : store_model_insert_bins(&store->model);
        code = prepare(store, sql, statement);
        sqlite3_free(sql);
    }
    return (struct row){.statement = *statement, .column = 0, .code = code};
}

static void note(struct row *row, int code)
{
    if (row->code == SQLITE_OK) {
        row->code = code;
    }
}

void row_int(struct row *row, int64_t value)
{
    note(row, sqlite3_bind_int64(row->statement, ++row->column, value));
}

void row_optional(struct row *row, int64_t value)
{
    if (value == STORE_MISSING) {
        note(row, sqlite3_bind_null(row->statement, ++row->column));
    } else {
        row_int(row, value);
    }
}

void row_u64(struct row *row, uint64_t value)
{
    row_int(row, (int64_t)value);
}

void row_real(struct row *row, double value)
{
    /* SQLite does so by itself; here it is meant. */
    if (isnan(value)) {
        note(row, sqlite3_bind_null(row->statement, ++row->column));
    } else {
        note(row, sqlite3_bind_double(row->statement, ++row->column, value));
    }
}

void row_text(struct row *row, const char *value)
{
    ASSERT(value != NULL);
    note(row, sqlite3_bind_text(row->statement, ++row->column, value, -1, SQLITE_STATIC));
}

void row_optional_text(struct row *row, const char *value)
{
    if (value == NULL) {
        note(row, sqlite3_bind_null(row->statement, ++row->column));
    } else {
        row_text(row, value);
    }
}

void row_bytes(struct row *row, const void *value, size_t length)
{
    /* NULL would be no bytes, but NULL. */
    note(row, sqlite3_bind_blob64(row->statement, ++row->column, length > 0 ? value : "", length,
                                  SQLITE_STATIC));
}

enum sim_status row_put(struct store *store, struct row *row)
{
    ASSERT(row->code != SQLITE_OK || row->column == sqlite3_bind_parameter_count(row->statement));
    int code = row->code;
    if (code == SQLITE_OK) {
        code = sqlite3_step(row->statement);
    }
    /* Explain before the reset, which may overwrite what SQLite has to say. */
    enum sim_status status = code == SQLITE_DONE ? SIM_OK : fail(store, code);
    (void)sqlite3_reset(row->statement);
    return status;
}
