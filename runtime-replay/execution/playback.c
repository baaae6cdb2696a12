#include "runtime-replay/execution/playback.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime-replay/execution/playback_store.h"
#include "runtime-replay/execution/playback_units.h"

enum { THREADS_MAX = 256 };
static const int64_t look_every_ns = 100 * SIM_MS;

struct playback {
    struct playback_spec spec;
    struct playback_store *store; /* a run each */
    struct playback_units units;

    /* Shared with the threads. */
    atomic_uint next; /* the unit that the next free thread takes */
    atomic_bool stop;
    atomic_ullong instructions; /* executed so far */
    pthread_mutex_t mutex;      /* guards the rest */
    pthread_cond_t ended;       /* a thread, or all of it with a failure */
    struct playback_done *done;
    size_t done_count, done_capacity;
    uint32_t running; /* threads */
    enum sim_status status;
    char error[PLAYBACK_ERROR_MAX];
};

enum sim_status playback_create(struct playback **p, const struct playback_spec *spec,
                                char error[PLAYBACK_ERROR_MAX])
{
    ASSERT(spec->mode < EXECUTE_MODES && (spec->run_count == 0 || spec->run != NULL));
    ASSERT(spec->jobs > 0);
    struct playback *made = calloc(1, sizeof *made);
    struct playback_store *store = calloc((size_t)spec->run_count + 1, sizeof *store);
    if (made == NULL || store == NULL || pthread_mutex_init(&made->mutex, NULL) != 0) {
        free(store);
        free(made);
        (void)snprintf(error, PLAYBACK_ERROR_MAX, "no memory left to play back calls");
        return SIM_ERR_NOMEM;
    }
    const int code = pthread_cond_init(&made->ended, NULL);
    ASSERT(code == 0); /* a plain one needs nothing that could be missing */
    made->spec = *spec;
    made->store = store;
    enum sim_status status = SIM_OK;
    for (uint32_t r = 0; r < spec->run_count && status == SIM_OK; r++) {
        status = playback_store_fill(&store[r], &spec->run[r], error);
    }
    if (status != SIM_OK) {
        playback_destroy(made);
        return status;
    }
    *p = made;
    return SIM_OK;
}

void playback_destroy(struct playback *p)
{
    if (p == NULL) {
        return;
    }
    playback_units_deinit(&p->units);
    for (uint32_t r = 0; r < p->spec.run_count; r++) {
        playback_store_deinit(&p->store[r]);
    }
    (void)pthread_cond_destroy(&p->ended);
    (void)pthread_mutex_destroy(&p->mutex);
    free(p->done);
    free(p->store);
    free(p);
}

/* ---- what a thread does ---- */

/* Keeps the first failure, and asks all others to stop. */
static void fail(struct playback *p, enum sim_status status, const char *text)
{
    ASSERT(status != SIM_OK && text != NULL);
    (void)pthread_mutex_lock(&p->mutex);
    if (p->status == SIM_OK) {
        p->status = status;
        (void)snprintf(p->error, sizeof p->error, "%s", text);
    }
    (void)pthread_cond_signal(&p->ended);
    (void)pthread_mutex_unlock(&p->mutex);
    atomic_store(&p->stop, true);
}

/* Doubles the room for what is done. The mutex is held. */
static bool make_room(struct playback *p)
{
    ASSERT(p->done_count == p->done_capacity);
    const size_t capacity = p->done_capacity == 0 ? 64 : 2 * p->done_capacity;
    struct playback_done *larger = realloc(p->done, capacity * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    p->done = larger;
    p->done_capacity = capacity;
    return true;
}

static bool hand_over(struct playback *p, const struct playback_done *done)
{
    (void)pthread_mutex_lock(&p->mutex);
    const bool kept = p->done_count < p->done_capacity || make_room(p);
    if (kept) {
        p->done[p->done_count++] = *done;
    }
    (void)pthread_mutex_unlock(&p->mutex);
    return kept;
}

/* The call that runs: what its executor may find depends on it. */
struct current {
    const struct playback_store *store;
    uint32_t call;
};

static bool find(void *context, const char *name, struct execute_binary *out)
{
    const struct current *current = context;
    return playback_store_find(current->store, current->call, name, out);
}

/* Did the call end as it should? Says what is wrong in text. */
static bool is_as_made(const struct playback *p, const struct playback_call *call,
                       const struct execution *e, char *text, size_t bytes)
{
    if (e->end != EXECUTE_RETURNED) {
        (void)snprintf(text, bytes, "did not return: %.200s", e->error);
        return false;
    }
    if (p->spec.mode != EXECUTE_REEXECUTED && e->instructions != call->instructions) {
        (void)snprintf(text, bytes,
                       "took %" PRIu64 " instructions, but its tasklets were made to take %" PRIu64,
                       e->instructions, call->instructions);
        return false;
    }
    return true;
}

static bool execute(struct playback *p, const struct playback_unit *u,
                    struct execute_runner *executor, uint32_t index)
{
    ASSERT(u->run < p->spec.run_count && index < p->spec.run[u->run].call_count);
    const struct playback_run *run = &p->spec.run[u->run];
    const struct playback_call *call = &run->call[index];
    struct playback_done done = {.run = u->run, .call = index};
    const bool returned = execute_run(executor, run->binary[call->chain].name, &call->argument, 1,
                                      p->spec.mode, &done.execution);
    ASSERT(returned == (done.execution.end == EXECUTE_RETURNED));
    char what[300];
    if (!is_as_made(p, call, &done.execution, what, sizeof what)) {
        char text[PLAYBACK_ERROR_MAX];
        (void)snprintf(text, sizeof text,
                       "%.100s: call %" PRId64 " of chain %" PRIu32 " on node %" PRIu32 " %s",
                       run->name, call->call_id, call->chain, call->node + 1, what);
        fail(p, SIM_ERR_INVALID, text);
        return false;
    }
    atomic_fetch_add(&p->instructions, call->instructions);
    if (!hand_over(p, &done)) {
        fail(p, SIM_ERR_NOMEM, "no memory left for what was executed");
        return false;
    }
    return true;
}

static void execute_unit(struct playback *p, const struct playback_unit *u)
{
    if (u->call_count == 0) {
        return;
    }
    struct current current = {.store = &p->store[u->run]};
    const struct execute_source source = {.find = find, .context = &current};
    struct execute_runner *executor = NULL;
    const enum sim_status status = execute_create(&executor, &p->spec.limits, &source);
    if (status != SIM_OK) {
        fail(p, status,
             status == SIM_ERR_NOTFOUND ? "this program was built without a Wasm runtime"
                                        : "no memory left for an executor");
        return;
    }
    bool goes_on = true;
    for (uint32_t i = 0; i < u->call_count && goes_on && !atomic_load(&p->stop); i++) {
        current.call = u->call[i];
        goes_on = execute(p, u, executor, current.call);
    }
    execute_destroy(executor);
}

static void *work(void *context)
{
    struct playback *p = context;
    uint32_t i;
    while (!atomic_load(&p->stop) && (i = atomic_fetch_add(&p->next, 1)) < p->units.count) {
        execute_unit(p, &p->units.unit[i]);
    }
    (void)pthread_mutex_lock(&p->mutex);
    ASSERT(p->running > 0);
    p->running--;
    (void)pthread_cond_signal(&p->ended);
    (void)pthread_mutex_unlock(&p->mutex);
    return NULL;
}

/* ---- the wait for them ---- */

/* Waits a moment, or until a thread ended; takes what was handed over. False: all have ended. */
static bool wait_and_take(struct playback *p, struct playback_done **done, size_t *count)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    const int64_t fraction_ns = until.tv_nsec + look_every_ns;
    until.tv_sec += fraction_ns / SIM_S;
    until.tv_nsec = fraction_ns % SIM_S;
    (void)pthread_mutex_lock(&p->mutex);
    if (p->running > 0) {
        (void)pthread_cond_timedwait(&p->ended, &p->mutex, &until);
    }
    *done = p->done;
    *count = p->done_count;
    p->done = NULL;
    p->done_count = p->done_capacity = 0;
    const bool running = p->running > 0;
    (void)pthread_mutex_unlock(&p->mutex);
    return running;
}

static void tend(struct playback *p, const struct playback_hooks *hooks)
{
    bool running = true;
    enum sim_status stored = SIM_OK;
    while (running) {
        struct playback_done *done = NULL;
        size_t count = 0;
        running = wait_and_take(p, &done, &count);
        if (count > 0 && stored == SIM_OK) {
            stored = hooks->done(hooks->context, done, count);
            if (stored != SIM_OK) {
                fail(p, stored, "");
            }
        }
        free(done);
        if (!hooks->look(hooks->context, atomic_load(&p->instructions))) {
            atomic_store(&p->stop, true);
        }
    }
}

enum sim_status playback_run(struct playback *p, const struct playback_hooks *hooks,
                             char error[PLAYBACK_ERROR_MAX])
{
    ASSERT(p->running == 0 && hooks->done != NULL && hooks->look != NULL);
    pthread_t thread[THREADS_MAX];
    const uint32_t wanted = p->spec.jobs < THREADS_MAX ? p->spec.jobs : THREADS_MAX;
    uint32_t started = 0;
    if (!playback_units_init(&p->units, &p->spec)) {
        (void)snprintf(error, PLAYBACK_ERROR_MAX, "no memory left to play back calls");
        return SIM_ERR_NOMEM;
    }
    p->running = wanted;
    while (started < wanted && pthread_create(&thread[started], NULL, work, p) == 0) {
        started++;
    }
    (void)pthread_mutex_lock(&p->mutex);
    p->running -= wanted - started;
    (void)pthread_mutex_unlock(&p->mutex);
    if (started == 0) {
        (void)snprintf(error, PLAYBACK_ERROR_MAX, "the host refuses to start a thread");
        return SIM_ERR_NOMEM;
    }
    tend(p, hooks);
    for (uint32_t i = 0; i < started; i++) {
        (void)pthread_join(thread[i], NULL);
    }
    (void)snprintf(error, PLAYBACK_ERROR_MAX, "%s", p->error);
    return p->status;
}
