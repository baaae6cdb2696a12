/* Databases that are there in full or not at all: the points of a sweep. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/store/query.h"
#include "analysis/store/store_file.h"
#include "analysis/store/store_model.h"
#include "analysis/store/store_sql.h"

/* An empty database's bytes: copying them is much faster than having the schema parsed again. */
struct store_shape {
    struct store_model model;
    unsigned char *bytes; /* from sqlite3_serialize() */
    size_t length;
};

/* A store in memory, filled, and its bytes. */
static enum sim_status fill_shape(struct store_shape *shape, struct store *store,
                                  struct store_error *error)
{
    sql_configure();
    const int code = sqlite3_open(":memory:", &store->db);
    enum sim_status status =
        code == SQLITE_OK ? store_model_create(store, error) : sql_explain(store, code, error);
    if (status == SIM_OK) {
        sqlite3_int64 length = 0;
        shape->bytes = sqlite3_serialize(store->db, "main", &length, 0);
        shape->length = (size_t)length;
    }
    if (status == SIM_OK && shape->bytes == NULL) {
        store_error_set(error, "no memory left for an empty database");
        status = SIM_ERR_NOMEM;
    }
    return status;
}

enum sim_status store_shape_create(struct store_shape **shape, const struct store_model *model,
                                   struct store_error *error)
{
    enum sim_status status = store_model_check(model, error);
    if (status != SIM_OK) {
        return status;
    }
    struct store_shape *made = calloc(1, sizeof *made);
    struct store *store = made != NULL ? store_allocate("an empty database", model, error) : NULL;
    if (store == NULL) {
        store_error_set(error, "no memory left for an empty database");
        free(made);
        return SIM_ERR_NOMEM;
    }
    made->model = *model;
    status = fill_shape(made, store, error);
    store_destroy(store);
    if (status != SIM_OK) {
        store_shape_destroy(made);
        return status;
    }
    *shape = made;
    return SIM_OK;
}

void store_shape_destroy(struct store_shape *shape)
{
    if (shape != NULL) {
        sqlite3_free(shape->bytes);
        free(shape);
    }
}

static enum sim_status write_shape(const struct store_shape *shape, const char *file,
                                   struct store_error *error)
{
    const int fd = open(file, O_WRONLY | O_CLOEXEC);
    size_t written = 0;
    bool failed = fd < 0;
    while (!failed && written < shape->length) {
        const ssize_t n = write(fd, shape->bytes + written, shape->length - written);
        failed = n < 0 && errno != EINTR;
        written += n > 0 ? (size_t)n : 0;
    }
    if (failed) {
        store_error_set(error, "cannot write %s: %s", file, strerror(errno));
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return failed ? SIM_ERR_IO : SIM_OK;
}

static enum sim_status begin_file(struct store *store, const struct store_shape *shape,
                                  const struct result_invocation *invocation,
                                  struct store_error *error)
{
    enum sim_status status =
        store_file_reserve(store->path, &store->temporary, &store->lock, error);
    if (status == SIM_OK) {
        status = write_shape(shape, store->temporary, error);
    }
    if (status == SIM_OK) {
        status = sql_open(store, store->temporary, SQLITE_OPEN_READWRITE, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    status = sql_begin(store);
    if (status == SIM_OK) {
        status = sql_put_invocation(store, invocation);
    }
    status = sql_end(store, status);
    if (status != SIM_OK) {
        *error = store->error;
    }
    return status;
}

enum sim_status store_create_whole(struct store **store, const char *path, bool replace,
                                   const struct store_shape *shape,
                                   const struct result_invocation *invocation,
                                   struct store_error *error)
{
    enum sim_status status = store_check_place(path, replace, error);
    if (status != SIM_OK) {
        return status;
    }
    struct store *made = store_allocate(path, &shape->model, error);
    if (made == NULL) {
        return SIM_ERR_NOMEM;
    }
    made->replace = replace;
    status = begin_file(made, shape, invocation, error);
    if (status != SIM_OK) {
        store_destroy(made);
        return status;
    }
    *store = made;
    return SIM_OK;
}

enum sim_status store_whole_end(struct store *store)
{
    ASSERT(store->temporary != NULL);
    sql_close(store);
    enum sim_status status = SIM_OK;
    if (store->state == RESULT_COMPLETE && store->waits_for_disk && fsync(store->lock) != 0) {
        store_error_set(&store->error, "cannot write %s: %s", store->path, strerror(errno));
        status = store->failure = SIM_ERR_IO;
    }
    if (store->state == RESULT_COMPLETE && status == SIM_OK) {
        status = store_file_publish(store->temporary, store->path, store->replace, &store->error);
        if (status != SIM_OK) {
            store->failure = status;
        }
    }
    if (store->state != RESULT_COMPLETE || status != SIM_OK) {
        store_file_abandon(store->temporary);
    }
    free(store->temporary);
    store->temporary = NULL;
    return status;
}

/* ---- is it still what it was? ---- */

static enum sim_status compare_names(struct store *store, const char *scenario_hash,
                                     const char *program_commit, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status =
        query_open(&q, store, "SELECT scenario_hash, program_commit FROM invocation", error);
    if (status != SIM_OK) {
        return status;
    }
    if (!query_next(q) || strcmp(query_text(q, 0), scenario_hash) != 0) {
        store_error_set(error, "%s holds another scenario", store->path);
        status = SIM_ERR_NOTFOUND;
    } else if (strcmp(query_text(q, 1), program_commit) != 0) {
        store_error_set(error, "%s was made by version %.40s of the program", store->path,
                        query_text(q, 1));
        status = SIM_ERR_NOTFOUND;
    }
    const enum sim_status closed = query_close(q, status == SIM_OK ? error : &store->error);
    return status == SIM_OK ? closed : status;
}

/* A power cut leaves pages of zeros, which the check of a page's form finds. */
static enum sim_status check_pages(struct store *store, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, "PRAGMA quick_check(1)", error);
    if (status != SIM_OK) {
        return status;
    }
    if (!query_next(q) || strcmp(query_text(q, 0), "ok") != 0) {
        store_error_set(error, "%s is damaged", store->path);
        status = SIM_ERR_NOTFOUND;
    }
    const enum sim_status closed = query_close(q, status == SIM_OK ? error : &store->error);
    return status == SIM_OK ? closed : status;
}

enum sim_status store_check(const char *path, const char *scenario_hash, const char *program_commit,
                            struct store_error *error)
{
    struct store *store = NULL;
    enum sim_status status = store_open_readonly(&store, path, false, error);
    if (status == SIM_OK) {
        status = compare_names(store, scenario_hash, program_commit, error);
    }
    if (status == SIM_OK) {
        status = check_pages(store, error);
    }
    store_destroy(store);
    return status == SIM_OK ? SIM_OK : SIM_ERR_NOTFOUND;
}
