#include "analysis/store/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "analysis/store/sha256.h"
#include "analysis/store/store_file.h"
#include "analysis/store/store_model.h"
#include "analysis/store/store_sql.h"
#include "sim/engine/beside.h"

static int64_t unix_now_ns(void)
{
    struct timespec now;
    int code = clock_gettime(CLOCK_REALTIME, &now);
    ASSERT(code == 0);
    return (int64_t)now.tv_sec * SIM_S + (int64_t)now.tv_nsec;
}

struct store *store_allocate(const char *path, const struct store_model *model,
                             struct store_error *error)
{
    ASSERT(path != NULL);
    const size_t tables = model != NULL ? model->tables : 0;
    struct store *store = calloc(1, sizeof *store);
    char *copy = strdup(path);
    sqlite3_stmt **statement = calloc(tables + 1, sizeof *statement);
    if (store == NULL || copy == NULL || statement == NULL ||
        pthread_mutex_init(&store->mutex, NULL) != 0) {
        free(statement);
        free(copy);
        free(store);
        store_error_set(error, "%s: no memory left", path);
        return NULL;
    }
    store->path = copy;
    store->model_statement = statement;
    store->model = model != NULL ? *model : (struct store_model){.tables = 0};
    store->writes = true;
    store->lock = -1;
    store->state = RESULT_RUNNING;
    return store;
}

void store_destroy(struct store *store)
{
    if (store != NULL) {
        sql_close(store);
        if (store->lock >= 0) {
            (void)close(store->lock); /* not earlier: SQLite's own locks would end with it */
        }
        if (store->temporary != NULL) {
            store_file_abandon(store->temporary);
        }
        free(store->temporary);
        free(store->model_statement);
        (void)pthread_mutex_destroy(&store->mutex);
        free(store->path);
        free(store);
    }
}

enum result_state store_state(const struct store *store)
{
    return store->state;
}

const char *store_message(const struct store *store)
{
    return store->error.text;
}

/* May a new database be put at path? */
enum sim_status store_check_place(const char *path, bool replace, struct store_error *error)
{
    struct store_file file;
    enum sim_status status = store_file_inspect(path, &file, error);
    if (status != SIM_OK) {
        return status;
    }
    switch (file.kind) {
    case STORE_FILE_ABSENT:
        return SIM_OK;
    case STORE_FILE_EMPTY:
    case STORE_FILE_OURS:
        if (replace) {
            return SIM_OK;
        }
        store_error_set(error, "%s exists already", path);
        return SIM_ERR_INVALID;
    case STORE_FILE_DATABASE:
    case STORE_FILE_FOREIGN:
        store_error_set(error, "%s exists and is not a nimblesim database: it is left alone", path);
        return SIM_ERR_INVALID;
    case STORE_FILE_SPECIAL:
        store_error_set(error, "%s is not a regular file: it is left alone", path);
        return SIM_ERR_INVALID;
    }
    return SIM_ERR_INVALID;
}

static enum sim_status put_library(struct store *store, const char *name, const char *version)
{
    ASSERT(name != NULL && version != NULL);
    struct row row = row_of(store, SQL_LIBRARY);
    row_text(&row, name);
    row_text(&row, version);
    return row_put(store, &row);
}

static enum sim_status put_input(struct store *store, const struct result_input *input)
{
    ASSERT(input->path != NULL && (input->bytes != NULL || input->length == 0));
    char hash[SHA256_HEX];
    sha256_hex(input->bytes, input->length, hash);
    struct row row = row_of(store, SQL_INPUT);
    row_text(&row, input->path);
    row_text(&row, input->key);
    row_bytes(&row, input->bytes, input->length);
    row_text(&row, hash);
    row_int(&row, (int64_t)input->length);
    return row_put(store, &row);
}

enum sim_status sql_put_invocation(struct store *store, const struct result_invocation *invocation)
{
    struct row row = row_of(store, SQL_INVOCATION);
    row_text(&row, invocation->program_version);
    row_text(&row, invocation->program_commit);
    row_text(&row, invocation->compiler);
    row_text(&row, invocation->compiler_flags);
    row_text(&row, invocation->host);
    row_text(&row, invocation->arguments);
    row_text(&row, invocation->scenario_path);
    row_text(&row, invocation->scenario_text);
    row_text(&row, invocation->scenario_resolved);
    row_text(&row, invocation->scenario_hash);
    row_text(&row, store->model.name);
    row_u64(&row, invocation->seed);
    row_int(&row, unix_now_ns());
    row_text(&row, invocation->clock != NULL ? invocation->clock : "simulated");
    enum sim_status status = row_put(store, &row);
    for (size_t i = 0; status == SIM_OK && i < invocation->library_count; i++) {
        status =
            put_library(store, invocation->libraries[i].name, invocation->libraries[i].version);
    }
    if (status == SIM_OK) {
        status = put_library(store, "sqlite", sqlite3_libversion());
    }
    for (size_t i = 0; status == SIM_OK && i < invocation->input_count; i++) {
        status = put_input(store, &invocation->inputs[i]);
    }
    return status;
}

/* Fills the empty file with the schema and the invocation's row, and closes it. */
static enum sim_status build_database(struct store *store, const char *file,
                                      const struct result_invocation *invocation,
                                      struct store_error *error)
{
    enum sim_status status = sql_open(store, file, SQLITE_OPEN_READWRITE, error);
    if (status != SIM_OK) {
        return status;
    }
    int code = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL);
    status = code == SQLITE_OK ? store_model_create(store, error) : sql_explain(store, code, error);
    if (status == SIM_OK) {
        code = sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
        status = code == SQLITE_OK ? SIM_OK : sql_explain(store, code, error);
    }
    if (status == SIM_OK) {
        status = sql_begin(store);
        if (status == SIM_OK) {
            status = sql_put_invocation(store, invocation);
        }
        status = sql_end(store, status);
        if (status != SIM_OK) {
            *error = store->error;
        }
    }
    sql_close(store);
    return status;
}

/* Builds beside path and moves into place. */
static enum sim_status place_database(struct store *store, bool replace,
                                      const struct result_invocation *invocation,
                                      struct store_error *error)
{
    ASSERT(store->path != NULL && store->temporary == NULL);
    char *temporary = NULL;
    enum sim_status status = store_file_reserve(store->path, &temporary, &store->lock, error);
    if (status != SIM_OK) {
        return status;
    }
    status = build_database(store, temporary, invocation, error);
    if (status == SIM_OK) {
        status = store_file_publish(temporary, store->path, replace, error);
    }
    if (status != SIM_OK) {
        store_file_abandon(temporary);
    }
    free(temporary);
    return status;
}

enum sim_status store_create(struct store **store, const char *path, bool replace,
                             const struct store_model *model,
                             const struct result_invocation *invocation, struct store_error *error)
{
    ASSERT(model != NULL && invocation != NULL);
    enum sim_status status = store_model_check(model, error);
    if (status == SIM_OK) {
        status = store_check_place(path, replace, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    struct store *made = store_allocate(path, model, error);
    if (made == NULL) {
        return SIM_ERR_NOMEM;
    }
    beside_sweep(path);
    status = place_database(made, replace, invocation, error);
    if (status == SIM_OK) {
        status = sql_open(made, path, SQLITE_OPEN_READWRITE, error);
    }
    if (status != SIM_OK) {
        store_destroy(made);
        return status;
    }
    *store = made;
    return SIM_OK;
}

enum sim_status store_begin_run(struct store *store, const struct result_run *run)
{
    ASSERT(run->run_id > 0 && run->variant != NULL && run->replication > 0);
    enum sim_status status = sql_begin(store);
    if (status == SIM_OK) {
        struct row row = row_of(store, SQL_RUN);
        row_int(&row, run->run_id);
        row_text(&row, run->variant);
        row_int(&row, run->replication);
        row_u64(&row, run->seed);
        status = row_put(store, &row);
    }
    if (status == SIM_OK) {
        store->runs_open++;
    }
    return sql_end(store, status);
}

static enum sim_status put_finish(struct store *store, enum result_state state)
{
    struct row row = row_of(store, SQL_FINISH_RUNS);
    row_text(&row, result_state_word(state));
    enum sim_status status = row_put(store, &row);
    if (status == SIM_OK) {
        row = row_of(store, SQL_FINISH);
        row_text(&row, result_state_word(state));
        row_int(&row, unix_now_ns());
        status = row_put(store, &row);
    }
    return status;
}

enum sim_status store_finish(struct store *store, enum result_state state)
{
    ASSERT(state != RESULT_RUNNING);
    enum sim_status status = sql_begin_last(store);
    const enum sim_status failure = store->failure;
    if (failure != SIM_OK) {
        state = RESULT_FAILED;
    }
    ASSERT(state != RESULT_COMPLETE || store->runs_open == 0);
    if (status == SIM_OK) {
        status = put_finish(store, state);
    }
    status = sql_end(store, status);
    if (status == SIM_OK) {
        store->state = state;
        status = store->temporary != NULL ? store_whole_end(store) : SIM_OK;
    }
    return failure != SIM_OK ? failure : status;
}

/* Says what is wrong with a file that should be read. */
static enum sim_status check_ours(const char *path, struct store_error *error)
{
    struct store_file file;
    enum sim_status status = store_file_inspect(path, &file, error);
    if (status != SIM_OK) {
        return status;
    }
    switch (file.kind) {
    case STORE_FILE_ABSENT:
        store_error_set(error, "%s: no such file", path);
        return SIM_ERR_NOTFOUND;
    case STORE_FILE_EMPTY:
        store_error_set(error, "%s is empty", path);
        return SIM_ERR_INVALID;
    case STORE_FILE_FOREIGN:
    case STORE_FILE_SPECIAL:
        store_error_set(error, "%s is not an SQLite database", path);
        return SIM_ERR_INVALID;
    case STORE_FILE_DATABASE:
        store_error_set(error, "%s is an SQLite database, but not one of nimblesim", path);
        return SIM_ERR_INVALID;
    case STORE_FILE_OURS:
        break;
    }
    if (file.schema_version == STORE_SCHEMA_VERSION) {
        return SIM_OK;
    }
    if (file.schema_version < STORE_SCHEMA_VERSION) {
        store_error_set(error,
                        "%s was written by an older nimblesim (schema version %lu): run its "
                        "scenario again with this one, or read it with the older one",
                        path, (unsigned long)file.schema_version);
    } else {
        store_error_set(error, "%s has schema version %lu, this nimblesim reads version %d", path,
                        (unsigned long)file.schema_version, STORE_SCHEMA_VERSION);
    }
    return SIM_ERR_INVALID;
}

/*
 * Our tables are tables and our views are called v_...: a file in which `run` is a view may have
 * been made to keep a reader busy for ever. Nor have we triggers, which would act in our name.
 */
static const char misleading_sql[] =
    "SELECT CASE type WHEN 'table' THEN 'virtual table' ELSE type END, name FROM sqlite_schema "
    "WHERE type = 'trigger' "
    "OR (type = 'view' AND lower(substr(name, 1, 2)) <> 'v_') "
    "OR (type = 'table' AND sql LIKE 'CREATE VIRTUAL%') ORDER BY name LIMIT 1";

static enum sim_status check_schema(struct store *store, int *code, struct store_error *error)
{
    sqlite3_stmt *query = NULL;
    *code = sqlite3_prepare_v2(store->db, misleading_sql, -1, &query, NULL);
    if (*code == SQLITE_OK) {
        *code = sqlite3_step(query);
    }
    enum sim_status status = SIM_OK;
    if (*code == SQLITE_ROW) {
        store_error_set(error, "%s has a %s '%.60s', which no nimblesim has made: it is not read",
                        store->path, (const char *)sqlite3_column_text(query, 0),
                        (const char *)sqlite3_column_text(query, 1));
        status = SIM_ERR_INVALID;
    } else if (*code != SQLITE_DONE) {
        status = sql_explain(store, *code, error);
    }
    (void)sqlite3_finalize(query);
    return status;
}

/* Reads the invocation's state, which also proves that the file can be read at all. */
static enum sim_status read_state(struct store *store, int *code, struct store_error *error)
{
    sqlite3_stmt *query = NULL;
    *code = sqlite3_prepare_v2(store->db, "SELECT state FROM invocation", -1, &query, NULL);
    if (*code == SQLITE_OK) {
        *code = sqlite3_step(query);
    }
    enum sim_status status = SIM_ERR_INVALID;
    if (*code == SQLITE_ROW) {
        const char *word = (const char *)sqlite3_column_text(query, 0);
        for (enum result_state s = RESULT_RUNNING; s <= RESULT_FAILED; s++) {
            if (word != NULL && strcmp(word, result_state_word(s)) == 0) {
                store->state = s;
                status = SIM_OK;
            }
        }
    }
    if (status != SIM_OK) {
        if (*code == SQLITE_ROW || *code == SQLITE_DONE) {
            store_error_set(error, "%s: does not say how its run ended", store->path);
        } else {
            status = sql_explain(store, *code, error);
        }
    }
    (void)sqlite3_finalize(query);
    return status;
}

static enum sim_status look_at(struct store *store, int *code, struct store_error *error)
{
    enum sim_status status = check_schema(store, code, error);
    if (status == SIM_OK) {
        status = sql_refuse_recursion(store, error);
    }
    return status == SIM_OK ? read_state(store, code, error) : status;
}

static enum sim_status open_and_read_state(struct store *store, struct store_error *error)
{
    int code = SQLITE_OK;
    enum sim_status status = sql_open(store, store->path, SQLITE_OPEN_READONLY, error);
    if (status == SIM_OK) {
        status = look_at(store, &code, error);
    }
    if ((code & 0xff) != SQLITE_READONLY) {
        return status;
    }
    /* A killed program left its journal: only who may write can roll back from it. */
    sql_close(store);
    status = sql_open(store, store->path, SQLITE_OPEN_READWRITE, error);
    return status == SIM_OK ? look_at(store, &code, error) : status;
}

enum sim_status store_open_readonly(struct store **store, const char *path, bool accept_incomplete,
                                    struct store_error *error)
{
    enum sim_status status = check_ours(path, error);
    if (status != SIM_OK) {
        return status;
    }
    struct store *opened = store_allocate(path, NULL, error);
    if (opened == NULL) {
        return SIM_ERR_NOMEM;
    }
    opened->writes = false;
    status = open_and_read_state(opened, error);
    if (status == SIM_OK && opened->state != RESULT_COMPLETE && !accept_incomplete) {
        store_error_set(error, "%s is incomplete: its run is marked '%s'", path,
                        result_state_word(opened->state));
        status = SIM_ERR_INVALID;
    }
    if (status != SIM_OK) {
        store_destroy(opened);
        return status;
    }
    *store = opened;
    return SIM_OK;
}
