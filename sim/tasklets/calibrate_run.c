/* Every tasklet of a replication run for real, on several threads, and what it did checked. */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "sim/engine/digest.h"
#include "sim/tasklets/calibrate.h"
#include "sim/tasklets/tasklet_cost.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/processors.h"

enum { WRONG_SHOWN = 5 };

/* ---- one tasklet ---- */

/* What the threads share. */
struct floor {
    struct calibrate_batch *batch;
    atomic_uint next, done, wrong;
    atomic_bool stop;
    pthread_mutex_t lock; /* of what follows */
    enum sim_status status;
    char wrong_text[WRONG_SHOWN][512];
};

/* One thread, and which binaries its executor finds. */
struct worker {
    struct floor *floor;
    uint32_t variant;
    struct execute_runner *executor;
};

static bool find_binary(void *context, const char *name, struct execute_binary *out)
{
    const struct worker *w = context;
    const struct calibrate_batch *b = w->floor->batch;
    const struct module_set *set = &b->set[w->variant];
    uint32_t index;
    if (!module_tasklet_find(&b->taskset[0], name, &index) || index >= set->count) {
        return false;
    }
    *out = (struct execute_binary){set->binary[index].bytes, set->binary[index].length};
    return true;
}

static void complain(struct floor *f, uint32_t v, uint32_t i, const char *what)
{
    const uint32_t count = atomic_fetch_add(&f->wrong, 1);
    if (count < WRONG_SHOWN) {
        (void)snprintf(f->wrong_text[count], sizeof f->wrong_text[count],
                       "%s tasklet %" PRIu32 ", replication %" PRIu32 ": %s",
                       forms_name(&f->batch->job->forms, v), i, f->batch->replication, what);
    }
}

/* Re-execution repeats what ran before a call, so there it only cannot be less. */
static bool is_count_right(const struct calibrate_batch *b, const struct module_binary *binary,
                           uint64_t executed)
{
    return b->job->mode == EXECUTE_REEXECUTED ? executed >= binary->instructions
                                              : executed == binary->instructions;
}

static void check(struct floor *f, uint32_t v, uint32_t i, const struct execution *ran)
{
    char text[384];
    const struct module_binary *binary = &f->batch->set[v].binary[i];
    if (ran->end != EXECUTE_RETURNED) {
        (void)snprintf(text, sizeof text, "%s: %s", execute_end_text(ran->end), ran->error);
        complain(f, v, i, text);
    } else if (!is_count_right(f->batch, binary, ran->own_instructions)) {
        (void)snprintf(text, sizeof text,
                       "executed %" PRIu64 " instructions where it was made for %" PRIu64,
                       ran->own_instructions, binary->instructions);
        complain(f, v, i, text);
    } else if (ran->result_cells != 1) {
        complain(f, v, i, "returned something else than one number");
    }
}

/* Of a chain and of its twin the same, whatever is sampled and however many threads there are. */
static uint32_t argument_of(const struct calibrate_batch *b, uint32_t i)
{
    return (uint32_t)digest_finish(digest_word(digest_word(DIGEST_START, b->replication), i));
}

static void measure(struct worker *w, uint32_t v, uint32_t i)
{
    struct calibrate_batch *b = w->floor->batch;
    struct calibrate_tasklet *k = &b->tasklet[v][i];
    const uint32_t argument = argument_of(b, i);
    char name[MODULE_TASKLET_NAME_MAX];
    struct execution ran;
    module_tasklet_name(&b->taskset[0], i, name);
    w->variant = v;
    (void)execute_run(w->executor, name, &argument, 1, b->job->mode, &ran);
    check(w->floor, v, i, &ran);
    k->result = ran.result[0];
    k->loads = ran.loads;
    k->suspensions = ran.suspensions;
    k->state_bytes = ran.state_bytes;
    k->state_memory_bytes = ran.state_memory_bytes;
    k->load_host_ns = ran.load_host_ns;
    k->suspend_host_ns = ran.suspend_host_ns;
    k->resume_host_ns = ran.resume_host_ns;
    k->run_host_ns = ran.run_host_ns;
    k->executed = ran.instructions;
    k->row.memory_bytes = ran.peak_bytes;
}

/* ---- all of them ---- */

static struct execute_limits limits_of(const struct calibrate_batch *b)
{
    struct execute_limits limits = tasklet_cost_limits();
    if (limits.depth < b->taskset[0].depth) {
        limits.depth = b->taskset[0].depth;
    }
    return limits;
}

/* The tasklet of that number, counted through both variants. */
static void find_tasklet(const struct calibrate_batch *b, uint32_t number, uint32_t *v, uint32_t *i)
{
    const uint32_t parts = b->has[0] ? b->taskset[0].count : 0;
    *v = number < parts ? 0 : 1;
    *i = number < parts ? number : number - parts;
}

static uint32_t count_all(const struct calibrate_batch *b)
{
    return (b->has[0] ? b->taskset[0].count : 0) + (b->has[1] ? b->taskset[1].count : 0);
}

static void *work(void *context)
{
    struct floor *f = context;
    struct worker w = {.floor = f};
    const struct execute_limits limits = limits_of(f->batch);
    const struct execute_source source = {find_binary, &w};
    const enum sim_status status = execute_create(&w.executor, &limits, &source);
    if (status != SIM_OK) {
        (void)pthread_mutex_lock(&f->lock);
        f->status = status;
        (void)pthread_mutex_unlock(&f->lock);
        atomic_store(&f->stop, true);
        return NULL;
    }
    const uint32_t all = count_all(f->batch);
    uint32_t number;
    while (!atomic_load(&f->stop) && (number = atomic_fetch_add(&f->next, 1)) < all) {
        uint32_t v;
        uint32_t i;
        find_tasklet(f->batch, number, &v, &i);
        if (f->batch->tasklet[v][i].is_wanted) {
            measure(&w, v, i);
            atomic_fetch_add(&f->done, 1);
        }
    }
    execute_destroy(w.executor);
    return NULL;
}

static void watch(struct floor *f, struct progress *p, uint32_t before, uint32_t wanted)
{
    const struct timespec moment = {.tv_nsec = 2 * SIM_MS};
    while (atomic_load(&f->done) < wanted && !atomic_load(&f->stop)) {
        (void)nanosleep(&moment, NULL);
        if (interrupt_requested()) {
            atomic_store(&f->stop, true);
        }
        if (p != NULL) {
            progress_update(p, before + atomic_load(&f->done), 0);
        }
    }
}

/* A chain in pieces and the same inlined give the same, or one of them is wrong. */
static void check_twins(struct floor *f)
{
    const struct calibrate_batch *b = f->batch;
    for (uint32_t i = 0; b->has[0] && b->has[1] && i < b->taskset[1].count; i++) {
        const struct calibrate_tasklet *parts = &b->tasklet[0][i];
        const struct calibrate_tasklet *twin = &b->tasklet[1][i];
        if (parts->is_wanted && parts->result != twin->result) {
            char text[96];
            (void)snprintf(text, sizeof text,
                           "returned %" PRIu32 " where its inlined twin returned %" PRIu32,
                           parts->result, twin->result);
            complain(f, 0, i, text);
        }
    }
}

static void tell_wrong(const struct floor *f)
{
    const uint32_t count = atomic_load(&f->wrong);
    for (uint32_t i = 0; i < count && i < WRONG_SHOWN; i++) {
        message_error("%s", f->wrong_text[i]);
    }
    if (count > WRONG_SHOWN) {
        message_hint("%" PRIu32 " more are wrong in this replication", count - WRONG_SHOWN);
    }
}

enum sim_status calibrate_batch_run(struct calibrate_batch *b, struct progress *p, uint32_t *done,
                                    uint32_t *wrong, struct model_error *error)
{
    const uint32_t wanted = calibrate_batch_wanted(b);
    struct floor f = {.batch = b, .lock = PTHREAD_MUTEX_INITIALIZER, .status = SIM_OK};
    pthread_t thread[PROCESSORS_MAX];
    uint32_t started = 0;
    while (started < b->job->threads && started < PROCESSORS_MAX &&
           pthread_create(&thread[started], NULL, work, &f) == 0) {
        started++;
    }
    if (started == 0) {
        return forms_fail(error, SIM_ERR_NOMEM, "no thread can be started");
    }
    watch(&f, p, *done, wanted);
    for (uint32_t t = 0; t < started; t++) {
        (void)pthread_join(thread[t], NULL);
    }
    if (f.status != SIM_OK) {
        return forms_fail(error, f.status, "%s", sim_status_text(f.status));
    }
    *done += atomic_load(&f.done);
    if (!interrupt_requested()) {
        check_twins(&f);
    }
    tell_wrong(&f);
    *wrong += atomic_load(&f.wrong);
    return SIM_OK;
}
