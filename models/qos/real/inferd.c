#include "models/qos/real/inferd.h"

#include <stdlib.h>

#include "models/qos/real/talk.h"
#include "runtime-replay/host_clock.h"
#include "runtime-replay/processes/crew.h"

enum { EXIT_WELL = 0, EXIT_BY_HAND = 2, EXIT_BROKEN = 70 };
enum { QUEUE = 64 }; /* frames that wait in a pod; a closed loop leaves fewer behind */

struct inferd;

struct pod {
    struct inferd *node;
    uint32_t number;
    pthread_t thread;
    bool has_thread, ends;
    struct talk queue[QUEUE]; /* a ring */
    uint32_t first, count;
    pthread_cond_t changed;
};

struct inferd {
    struct process_line line;
    struct pod pod[TALK_PODS];
    pthread_mutex_t lock; /* guards the queues, `ends` and migrations */
    struct quota quota;
    uint32_t n, slices;
    int processor;
    uint32_t migrations;
    bool is_set;
};

static bool say(const struct inferd *d, const struct talk *t)
{
    return process_line_order(&d->line, t, sizeof *t) == SIM_OK;
}

/* ---- a pod ---- */

/* Waits for the pod's next frame; false where it ends. */
static bool next_frame(struct pod *p, struct talk *frame)
{
    struct inferd *d = p->node;
    (void)pthread_mutex_lock(&d->lock);
    while (p->count == 0 && !p->ends) {
        (void)pthread_cond_wait(&p->changed, &d->lock);
    }
    const bool is_there = !p->ends;
    if (is_there) {
        *frame = p->queue[p->first];
        p->first = (p->first + 1) % QUEUE;
        p->count--;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return is_there;
}

static enum sim_status work_slice(struct inferd *d, struct kernel *k, bool goes_on, uint32_t seed,
                                  uint32_t *answer)
{
    struct wasm_error error;
    quota_take(&d->quota, goes_on);
    const bool is_elsewhere = crew_processor() != d->processor;
    const int64_t begun = host_clock_thread_ns();
    const enum sim_status status = kernel_run(k, seed, d->n, 0, answer, &error);
    quota_give(&d->quota, host_clock_thread_ns() - begun);
    if (is_elsewhere) {
        (void)pthread_mutex_lock(&d->lock);
        d->migrations++;
        (void)pthread_mutex_unlock(&d->lock);
    }
    return status;
}

static enum sim_status infer(struct inferd *d, struct kernel *k, struct talk *frame)
{
    enum sim_status status = SIM_OK;
    frame->digest = 0;
    for (uint32_t i = 0; i < d->slices && status == SIM_OK; i++) {
        uint32_t answer = 0;
        status = work_slice(d, k, i > 0, talk_slice_seed(frame->seed, i), &answer);
        frame->digest = talk_fold(frame->digest, answer);
    }
    frame->kind = TALK_ANSWER;
    return status;
}

static void *run_pod(void *context)
{
    struct pod *p = context;
    struct inferd *d = p->node;
    struct kernel k;
    struct wasm_error error;
    struct talk word = {.kind = TALK_READY, .pod = p->number};
    enum sim_status status = kernel_load(&k, INFERD_WORK, INFERD_MEMORY_BYTES, &error);
    if (status != SIM_OK) {
        word.kind = TALK_FAILED;
    }
    (void)say(d, &word);
    struct talk frame;
    while (status == SIM_OK && next_frame(p, &frame)) {
        status = infer(d, &k, &frame);
        if (status == SIM_OK) {
            (void)!process_line_send(&d->line, &frame, sizeof frame); /* may be lost, as any */
        } else {
            word.kind = TALK_FAILED;
            (void)say(d, &word);
        }
    }
    kernel_unload(&k);
    return NULL;
}

static void end_pod(struct pod *p)
{
    struct inferd *d = p->node;
    (void)pthread_mutex_lock(&d->lock);
    p->ends = true;
    p->count = 0;
    (void)pthread_cond_signal(&p->changed);
    (void)pthread_mutex_unlock(&d->lock);
}

static void join_pod(struct pod *p)
{
    if (p->has_thread) {
        end_pod(p);
        (void)pthread_join(p->thread, NULL);
        p->has_thread = false;
    }
}

static bool start_pod(struct inferd *d, uint32_t number)
{
    struct pod *p = &d->pod[number];
    join_pod(p); /* one whose stream has ended may still work off a frame */
    p->ends = false;
    p->first = p->count = 0;
    p->has_thread = pthread_create(&p->thread, NULL, run_pod, p) == 0;
    return p->has_thread;
}

static void give_frame(struct inferd *d, const struct talk *frame)
{
    struct pod *p = &d->pod[frame->pod];
    (void)pthread_mutex_lock(&d->lock);
    if (p->has_thread && !p->ends && p->count < QUEUE) {
        p->queue[(p->first + p->count++) % QUEUE] = *frame;
        (void)pthread_cond_signal(&p->changed);
    }
    (void)pthread_mutex_unlock(&d->lock);
}

/* ---- what it is told ---- */

static bool set_up(struct inferd *d, const struct talk *order)
{
    if (d->is_set || order->value <= 0 || order->value > 1000000) {
        return false;
    }
    d->n = order->number;
    d->slices = order->seed;
    const bool is_pinned = crew_pin(order->pod, &d->processor);
    quota_init(&d->quota, (double)order->value * 1e-6);
    d->is_set = true;
    const struct talk answer = {
        .kind = TALK_IS_SET, .client = is_pinned ? 1 : 0, .number = (uint32_t)d->processor};
    return say(d, &answer);
}

static bool reset(struct inferd *d)
{
    for (uint32_t i = 0; i < TALK_PODS; i++) {
        join_pod(&d->pod[i]);
    }
    const struct talk answer = {.kind = TALK_IS_RESET,
                                .number = d->migrations,
                                .value = d->quota.worked_ns,
                                .more = d->quota.held_ns};
    d->migrations = 0;
    d->quota.worked_ns = d->quota.held_ns = 0;
    return say(d, &answer);
}

static bool obey(struct inferd *d, const struct talk *order)
{
    if (order->kind == TALK_SETUP) {
        return set_up(d, order);
    }
    if (!d->is_set || order->pod >= TALK_PODS) {
        return false;
    }
    switch (order->kind) {
    case TALK_START:
        return start_pod(d, order->pod);
    case TALK_STOP:
        end_pod(&d->pod[order->pod]);
        return true;
    case TALK_RESET:
        return reset(d);
    default:
        return false;
    }
}

static void hear(struct inferd *d, struct talk *frame)
{
    if (frame->kind == TALK_PING) {
        frame->kind = TALK_PONG;
        (void)!process_line_send(&d->line, frame, sizeof *frame);
    } else if (frame->kind == TALK_INFER && frame->pod < TALK_PODS) {
        give_frame(d, frame);
    }
}

/* One order or datagram; false where nothing further can come of it. */
static bool serve_one(struct inferd *d)
{
    struct talk word;
    bool is_order = false;
    const enum sim_status status =
        crew_line_hear(&d->line, host_clock_ns() + 60 * SIM_S, &word, sizeof word, &is_order);
    if (status != SIM_OK) {
        return status == SIM_ERR_NOTFOUND;
    }
    if (is_order) {
        return obey(d, &word);
    }
    hear(d, &word);
    return true;
}

int inferd_main(void)
{
    struct inferd *d = calloc(1, sizeof *d);
    if (d == NULL || !process_line_inherit(&d->line)) {
        free(d);
        return EXIT_BY_HAND;
    }
    (void)pthread_mutex_init(&d->lock, NULL);
    for (uint32_t i = 0; i < TALK_PODS; i++) {
        d->pod[i].node = d;
        d->pod[i].number = i;
        (void)pthread_cond_init(&d->pod[i].changed, NULL);
    }
    while (serve_one(d)) {
    }
    for (uint32_t i = 0; i < TALK_PODS; i++) {
        join_pod(&d->pod[i]);
        (void)pthread_cond_destroy(&d->pod[i].changed);
    }
    (void)pthread_mutex_destroy(&d->lock);
    if (d->is_set) {
        quota_deinit(&d->quota);
    }
    free(d);
    return EXIT_WELL;
}
