#include "models/choreography/real/taskd.h"

#include <stdlib.h>
#include <string.h>

#include "models/choreography/real/relayd.h"
#include "models/choreography/real/word.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"

enum { EXIT_WELL = 0, EXIT_BY_HAND = 2, EXIT_BROKEN = 70 };
enum { QUEUE = 1024 };

struct taskd {
    struct process_line line;
    struct quota quota;
    bool is_pinned;
    int processor;
    uint32_t n;
    int64_t begun_ns, period_ns, next_ns; /* of state messages; the first thread's */
    uint32_t node;
    pthread_t thread;
    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t changed;
    struct word queue[QUEUE]; /* a ring; the first one is being worked at */
    uint32_t first, count, run, migrations;
    uint64_t waiting; /* slices */
    uint32_t slices;  /* done, and how long they took */
    int64_t held_ns;
    bool ends;
};

static bool say(const struct taskd *d, const struct word *word)
{
    return process_line_order(&d->line, word, sizeof *word) == SIM_OK;
}

/* ---- the thread that computes ---- */

static bool next_task(struct taskd *d, struct word *task)
{
    (void)pthread_mutex_lock(&d->lock);
    while (d->count == 0 && !d->ends) {
        (void)pthread_cond_wait(&d->changed, &d->lock);
    }
    const bool goes_on = !d->ends;
    if (goes_on) {
        *task = d->queue[d->first];
    }
    (void)pthread_mutex_unlock(&d->lock);
    return goes_on;
}

/* A slice is done: false where nobody wants the rest of its task any more. */
static bool count_slice(struct taskd *d, const struct word *task, bool was_elsewhere, bool is_last)
{
    (void)pthread_mutex_lock(&d->lock);
    const bool is_wanted = task->run == d->run && !d->ends;
    const int64_t held_ns = d->quota.held_ns;
    d->quota.held_ns = 0;
    if (is_wanted) {
        d->slices++;
        d->held_ns += held_ns;
        d->waiting--;
        d->migrations += was_elsewhere;
        if (is_last) {
            d->first = (d->first + 1) % QUEUE;
            d->count--;
        }
    }
    (void)pthread_mutex_unlock(&d->lock);
    return is_wanted;
}

static enum sim_status compute(struct taskd *d, struct kernel *k, struct word *task)
{
    struct wasm_error error;
    task->digest = 0;
    for (uint32_t i = 0; i < task->number; i++) {
        uint32_t answer = 0;
        quota_take(&d->quota, i > 0);
        const bool is_elsewhere = crew_processor() != d->processor;
        const int64_t begun = host_clock_thread_ns();
        const enum sim_status status =
            kernel_run(k, word_slice_seed(task->task, i), d->n, 0, &answer, &error);
        quota_give(&d->quota, host_clock_thread_ns() - begun);
        if (status != SIM_OK) {
            return status;
        }
        task->digest = word_fold(task->digest, answer);
        if (!count_slice(d, task, is_elsewhere, i + 1 == task->number)) {
            return SIM_OK;
        }
    }
    task->kind = WORD_ANSWER;
    (void)!process_line_send(&d->line, task, sizeof *task);
    return SIM_OK;
}

static void *run_tasks(void *context)
{
    struct taskd *d = context;
    struct kernel k;
    struct wasm_error error;
    struct word word = {.number = d->is_pinned ? 1 : 0};
    enum sim_status status = kernel_load(&k, WORD_WORK, WORD_MEMORY_BYTES, &error);
    kernel_hash(WORD_WORK, word.hash);
    word.kind = status == SIM_OK ? WORD_IS_SET : WORD_FAILED;
    (void)say(d, &word);
    while (status == SIM_OK && next_task(d, &word)) {
        status = compute(d, &k, &word);
        if (status != SIM_OK) {
            word.kind = WORD_FAILED;
            (void)say(d, &word);
        }
    }
    kernel_unload(&k);
    return NULL;
}

/* ---- the one that hears ---- */

static void take_task(struct taskd *d, const struct word *task)
{
    (void)pthread_mutex_lock(&d->lock);
    if (task->run == d->run && d->count < QUEUE && task->number > 0) {
        d->queue[(d->first + d->count++) % QUEUE] = *task;
        d->waiting += task->number;
        (void)pthread_cond_signal(&d->changed);
    }
    (void)pthread_mutex_unlock(&d->lock);
}

static bool stop(struct taskd *d, struct word *order)
{
    (void)pthread_mutex_lock(&d->lock);
    order->kind = WORD_STOPPED;
    order->digest = d->migrations;
    order->number = d->slices;
    order->value = d->held_ns;
    d->migrations = d->run = d->count = d->slices = 0;
    d->waiting = 0;
    d->held_ns = 0;
    (void)pthread_mutex_unlock(&d->lock);
    d->period_ns = 0;
    return say(d, order);
}

static bool obey(struct taskd *d, struct word *order)
{
    if (order->kind == WORD_STOP) {
        return stop(d, order);
    }
    if (order->kind != WORD_BEGIN) {
        return false;
    }
    (void)pthread_mutex_lock(&d->lock);
    d->run = order->run;
    (void)pthread_mutex_unlock(&d->lock);
    d->node = order->node;
    d->begun_ns = d->next_ns = order->value;
    d->period_ns = order->more;
    return true;
}

static void hear(struct taskd *d, struct word *word)
{
    if (word->kind == WORD_TASK) {
        take_task(d, word);
    } else if (word->kind == WORD_HELLO) {
        word->kind = WORD_HEARD;
        (void)!process_line_send(&d->line, word, sizeof *word);
    }
}

/* When it has to speak again. */
static int64_t tell_state(struct taskd *d)
{
    const int64_t now = host_clock_ns();
    if (d->period_ns == 0) {
        return now + 60 * SIM_S;
    }
    if (now >= d->next_ns) {
        struct word state = {.kind = WORD_STATE, .node = d->node};
        (void)pthread_mutex_lock(&d->lock);
        state.run = d->run;
        state.number = (uint32_t)d->waiting;
        (void)pthread_mutex_unlock(&d->lock);
        (void)!process_line_send(&d->line, &state, sizeof state);
        d->next_ns = d->begun_ns + ((now - d->begun_ns) / d->period_ns + 1) * d->period_ns;
    }
    return d->next_ns;
}

static bool serve_one(struct taskd *d)
{
    struct word word;
    bool is_order = false;
    const enum sim_status status =
        crew_line_hear(&d->line, tell_state(d), &word, sizeof word, &is_order);
    if (status != SIM_OK) {
        return status == SIM_ERR_NOTFOUND;
    }
    if (is_order) {
        return obey(d, &word);
    }
    hear(d, &word);
    return true;
}

static void work(struct taskd *d, const struct word *order)
{
    d->is_pinned = crew_pin(order->node, &d->processor);
    d->n = order->number;
    quota_init(&d->quota, (double)order->value * 1e-6);
    (void)pthread_mutex_init(&d->lock, NULL);
    (void)pthread_cond_init(&d->changed, NULL);
    bool goes_on = pthread_create(&d->thread, NULL, run_tasks, d) == 0;
    const bool has_thread = goes_on;
    while (goes_on) {
        goes_on = serve_one(d);
    }
    if (has_thread) {
        (void)pthread_mutex_lock(&d->lock);
        d->ends = true;
        (void)pthread_cond_signal(&d->changed);
        (void)pthread_mutex_unlock(&d->lock);
        (void)pthread_join(d->thread, NULL);
    }
    (void)pthread_cond_destroy(&d->changed);
    (void)pthread_mutex_destroy(&d->lock);
    quota_deinit(&d->quota);
}

int taskd_main(void)
{
    struct taskd *d = calloc(1, sizeof *d);
    struct word order;
    size_t length = 0;
    int code = EXIT_WELL;
    if (d == NULL || !process_line_inherit(&d->line)) {
        free(d);
        return EXIT_BY_HAND;
    }
    if (process_line_take_order(&d->line, &order, sizeof order, -1, &length) != SIM_OK ||
        length != sizeof order) {
        code = EXIT_WELL; /* the starter has gone */
    } else if (order.kind == WORD_RELAY) {
        code = relayd_serve(&d->line);
    } else if (order.kind == WORD_WORKER && order.value > 0 && order.value <= 1000000) {
        work(d, &order);
    } else {
        code = EXIT_BROKEN;
    }
    free(d);
    return code;
}
