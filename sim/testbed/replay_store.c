/* The database of a replay: made new, or gone on with. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/study/load.h"
#include "sim/study/provenance.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/testbed/replay.h"

/* ---- what lies there already ---- */

/* The runs of an earlier replay at the place where ours should go. */
struct earlier {
    struct executions_run *run;
    size_t count;
    bool is_complete;
};

static int told(const char *path, enum sim_status status, const struct store_error *error)
{
    message_error("%s%s%s", strncmp(error->text, path, strlen(path)) == 0 ? "" : path,
                  strncmp(error->text, path, strlen(path)) == 0 ? "" : ": ", error->text);
    return load_exit_code(status);
}

/* Says in which way an earlier replay was made otherwise. "" if it was not. */
static void describe_difference(const struct replay_plan *p, const struct earlier *e, char *text,
                                size_t bytes)
{
    text[0] = '\0';
    if (e->count == 0) {
        (void)snprintf(text, bytes, "is no replay");
    } else if (e->count != p->count) {
        (void)snprintf(text, bytes, "replays %zu runs, and not %" PRIu32, e->count, p->count);
    }
    for (uint32_t i = 0; i < p->count && text[0] == '\0'; i++) {
        const struct executions_run *there = &e->run[i];
        const struct runs_row *row = p->run[i].row;
        const struct result_replay *here = &p->expected[i];
        char binaries[17];
        (void)snprintf(binaries, sizeof binaries, "%016" PRIx64, here->binaries);
        if (there->run_id != row->run_id) {
            (void)snprintf(text, bytes, "replays run %" PRId64 ", and not run %" PRId64,
                           there->run_id, row->run_id);
        } else if (strcmp(there->run_digest, row->digest) != 0 ||
                   strcmp(there->work_digest, row->work_digest) != 0) {
            (void)snprintf(text, bytes,
                           "replays another result: run %" PRId64 " has digest %s, "
                           "and not %s",
                           row->run_id, there->run_digest, row->digest);
        } else if (strcmp(there->mode, here->mode) != 0) {
            (void)snprintf(text, bytes, "was made with --mode %s, and not %s", there->mode,
                           here->mode);
        } else if (there->sample_ppm != here->sample_ppm) {
            (void)snprintf(text, bytes, "was made with --sample %g%%, and not %g%%",
                           there->sample_ppm / 1e4, here->sample_ppm / 1e4);
        } else if (strcmp(there->binaries, binaries) != 0) {
            (void)snprintf(text, bytes,
                           "executed other binaries of the same tasklets, as another "
                           "version of the program makes them");
        } else if (strcmp(there->platform, here->platform != NULL ? here->platform : "") != 0) {
            (void)snprintf(text, bytes, "was made with the platform table '%s', and not '%s'",
                           there->platform, here->platform != NULL ? here->platform : "");
        } else if (there->calls != here->calls) {
            (void)snprintf(text, bytes, "has another number of calls to execute in run %" PRId64,
                           row->run_id);
        }
    }
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* What was executed is not wanted any more. */
static int drop_executed(struct replay_run *run, struct store *store, const char *path)
{
    int64_t *done = NULL;
    size_t count = 0;
    struct store_error error = {{0}};
    const enum sim_status status = executions_done(&done, &count, store, run->row->run_id, &error);
    if (status != SIM_OK) {
        return told(path, status, &error);
    }
    for (uint32_t i = 0; count > 0 && i < run->trace.call_count; i++) {
        struct playback_call *call = &run->call[i];
        call->wanted =
            call->wanted && bsearch(&call->call_id, done, count, sizeof *done, by_number) == NULL;
    }
    free(done);
    return EXIT_OK;
}

static int read_earlier(struct replay_plan *p, struct store *there, bool *is_complete)
{
    const char *path = p->request->out;
    struct earlier e = {.is_complete = store_state(there) == RESULT_COMPLETE};
    struct store_error error = {{0}};
    const enum sim_status status = executions_runs(&e.run, &e.count, there, &error);
    if (status != SIM_OK) {
        return told(path, status, &error);
    }
    char difference[256];
    describe_difference(p, &e, difference, sizeof difference);
    for (uint32_t i = 0; i < p->count && difference[0] == '\0'; i++) {
        p->run[i].is_ended = e.run[i].digest[0] != '\0';
    }
    free(e.run);
    if (difference[0] != '\0') {
        message_error("%s is there and %s", path, difference);
        message_hint("--force replaces it; --out FILE.db writes another file");
        return EXIT_CANNOT_CREATE;
    }
    int code = EXIT_OK;
    for (uint32_t i = 0; i < p->count && code == EXIT_OK; i++) {
        code = drop_executed(&p->run[i], there, path);
    }
    *is_complete = e.is_complete;
    return code;
}

/* ---- a new one ---- */

static int copy(struct store *store, struct replay_plan *p)
{
    const struct replay_request *request = p->request;
    struct store_error error = {{0}};
    const enum sim_status status =
        store_copy_runs(store, request->source, p->expected, p->count, &error);
    return status == SIM_OK ? EXIT_OK : told(request->out, status, &error);
}

static int create(struct store **store, struct replay_plan *p, bool replace)
{
    const struct replay_request *request = p->request;
    struct provenance provenance;
    struct store_error error = {{0}};
    if (provenance_init(&provenance, &p->scenario, request->argc, request->argv) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    int code = EXIT_CANNOT_CREATE;
    replay_unlock(p); /* the store locks what it replaces, and then what it made */
    if (store_create(store, request->out, replace, &provenance.store.model, &provenance.row,
                     &error) != SIM_OK) {
        message_error("%s", error.text);
    } else {
        code = copy(*store, p);
        if (code != EXIT_OK) {
            store_destroy(*store); /* empty, and still 'running': the next replay replaces it */
            *store = NULL;
        }
    }
    provenance_deinit(&provenance);
    return code;
}

/* ---- either ---- */

static int go_on(struct store **store, struct replay_plan *p)
{
    const char *path = p->request->out;
    struct store_error error = {{0}};
    struct store *there = NULL;
    bool is_complete = false;
    bool never_began = false;
    enum sim_status status = store_open_readonly(&there, path, true, &error);
    if (status == SIM_OK) {
        status = executions_never_began(&never_began, there, &error);
    }
    if (status != SIM_OK) {
        store_destroy(there);
        (void)told(path, status, &error);
        message_hint("--force replaces an earlier result; other files are never replaced");
        return EXIT_CANNOT_CREATE;
    }
    const int code = never_began ? EXIT_OK : read_earlier(p, there, &is_complete);
    store_destroy(there);
    if (code != EXIT_OK || is_complete) {
        return code;
    }
    if (never_began) {
        return create(store, p, true);
    }
    status = store_reopen(store, path, &error);
    return status == SIM_OK ? EXIT_OK : told(path, status, &error);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat x;
    struct stat y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

int replay_store_open(struct store **store, struct replay_plan *p)
{
    const struct replay_request *request = p->request;
    *store = NULL;
    if (is_same_file(request->source, request->out)) {
        message_error("--out: %s is the result itself", request->out);
        return EXIT_USAGE;
    }
    struct stat there;
    const bool is_new = request->force || stat(request->out, &there) != 0;
    const int code = replay_lock(p);
    if (code != EXIT_OK) {
        return code;
    }
    return is_new ? create(store, p, request->force) : go_on(store, p);
}

/* ---- executions ---- */

static struct result_execution row_of(const struct replay_plan *p, const struct playback_done *done)
{
    const struct execution *e = &done->execution;
    const struct replay_run *run = &p->run[done->run];
    const struct playback_call *call = &run->call[done->call];
    return (struct result_execution){
        .call_id = call->call_id,
        .result = e->result[0],
        .instructions = e->instructions,
        .own_instructions = e->own_instructions,
        .loads = e->loads,
        .sub_calls = e->sub_calls,
        .suspensions = e->suspensions,
        .state_bytes = e->state_bytes,
        .memory_bytes = e->peak_bytes,
        .platform_ns = replay_cost_ns(p, run, call->chain, e),
        .load_host_ns = e->load_host_ns,
        .run_host_ns = e->run_host_ns,
        .suspend_host_ns = e->suspend_host_ns,
        .resume_host_ns = e->resume_host_ns,
    };
}

enum sim_status replay_store_batch(struct store *store, const struct replay_plan *p,
                                   const struct playback_done *done, size_t count)
{
    struct result_execution *row = calloc(count + 1, sizeof *row);
    enum sim_status status = row == NULL ? SIM_ERR_NOMEM : SIM_OK;
    for (uint32_t r = 0; r < p->count && status == SIM_OK; r++) {
        size_t rows = 0;
        for (size_t i = 0; i < count; i++) {
            if (done[i].run == r) {
                row[rows++] = row_of(p, &done[i]);
            }
        }
        if (rows > 0) {
            status = store_executions(store, p->run[r].row->run_id, row, rows);
        }
    }
    free(row);
    return status;
}
