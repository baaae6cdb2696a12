#include "models/pi5/world/batch.h"

#include <stdlib.h>

#include "sim/engine/digest.h"

const char *const pi5_class_names[PI5_CLASSES + 1] = {"fib_opt",   "resnet", "squeezenet", "matmul",
                                                      "transpose", "fib",    NULL};

/* Purposes of random streams; part of every digest: append, never renumber. */
enum { PURPOSE_MEMORY = 1, PURPOSE_TIME, PURPOSE_ORDER, PURPOSE_TIME_GUESS, PURPOSE_MEMORY_GUESS };

struct name {
    uint64_t seed, replication;
};

static struct rng stream(const struct name *n, enum pi5_class kind, uint32_t index,
                         uint64_t purpose)
{
    struct rng r;
    rng_init(&r, n->seed, n->replication, (uint64_t)kind << 32 | index, purpose);
    return r;
}

static sim_time draw_time(const struct pi5_class_spec *spec, int64_t memory_bytes, uint32_t index,
                          struct rng *r)
{
    if (spec->times_count > 0) {
        const int64_t time = spec->times[index % spec->times_count];
        return time < spec->time_max_ns ? time : spec->time_max_ns;
    }
    const int64_t above = memory_bytes > spec->from_bytes ? memory_bytes - spec->from_bytes : 0;
    const double more = (double)above * (double)spec->time_per_MB_ns / 1e6;
    return dist_draw(&spec->time_ns, r) + (sim_time)more;
}

static void draw_task(struct pi5_task *task, const struct name *n,
                      const struct pi5_class_spec *spec, enum pi5_class kind, uint32_t index)
{
    struct rng memory = stream(n, kind, index, PURPOSE_MEMORY);
    struct rng time = stream(n, kind, index, PURPOSE_TIME);
    task->kind = kind;
    task->memory_bytes = dist_draw(&spec->memory_bytes, &memory);
    task->time_ns = draw_time(spec, task->memory_bytes, index, &time);
}

static double guess(struct rng *r, double mean, double deviation, double least)
{
    const double factor = mean + deviation * dist_standard_normal(r);
    return factor > least ? factor : least;
}

static void predict(struct pi5_request *request, const struct pi5_task *task, const struct name *n,
                    const struct pi5_batch_spec *spec, uint32_t index)
{
    struct rng time = stream(n, task->kind, index, PURPOSE_TIME_GUESS);
    struct rng memory = stream(n, task->kind, index, PURPOSE_MEMORY_GUESS);
    const double time_factor = guess(&time, 1, spec->time_cv, 0.3);
    const double memory_factor = guess(&memory, spec->memory_bias, spec->memory_cv, 0.5);
    request->predicted_time = spec->predictor == PI5_PREDICT_CLASS
                                  ? spec->kind[task->kind].rank
                                  : (int64_t)((double)task->time_ns * time_factor);
    request->predicted_bytes = (int64_t)((double)task->memory_bytes * memory_factor);
    request->is_inference = task->kind == PI5_RESNET || task->kind == PI5_SQUEEZENET;
}

static void shuffle(struct pi5_batch *b, const struct name *n)
{
    struct rng r = stream(n, PI5_CLASSES, 0, PURPOSE_ORDER);
    for (uint32_t i = b->count; i > 1; i--) {
        const uint32_t j = (uint32_t)rng_below(&r, i);
        const uint32_t task = b->place[i - 1].task;
        b->place[i - 1].task = b->place[j].task;
        b->place[j].task = task;
    }
}

static void submit(struct pi5_batch *b, enum pi5_order order, const struct name *n)
{
    for (uint32_t i = 0; i < b->count; i++) {
        b->place[i].task = i;
        b->request[i].predicted_time = -b->task[i].time_ns;
    }
    if (order == PI5_ORDER_SHUFFLE) {
        shuffle(b, n);
    } else if (order == PI5_ORDER_REVERSE) {
        struct pi5_queue longest_first;
        pi5_queue_init(&longest_first, b->request, b->place, b->count, true);
    }
    for (uint32_t i = 0; i < b->count; i++) {
        b->task[b->place[i].task].submitted = i;
    }
}

static uint64_t digest(const struct pi5_batch *b)
{
    uint64_t sum = digest_word(DIGEST_START, b->count);
    for (uint32_t i = 0; i < b->count; i++) {
        const struct pi5_task *task = &b->task[i];
        sum = digest_three(sum, (uint64_t)task->kind << 32 | task->submitted,
                           (uint64_t)task->time_ns, (uint64_t)task->memory_bytes);
    }
    return digest_finish(sum);
}

enum sim_status pi5_batch_draw(struct pi5_batch *b, const struct pi5_batch_spec *spec,
                               uint64_t seed, uint32_t replication)
{
    *b = (struct pi5_batch){0};
    for (uint32_t kind = 0; kind < PI5_CLASSES; kind++) {
        b->count += spec->kind[kind].count;
    }
    b->task = calloc(b->count + (size_t)1, sizeof *b->task);
    b->request = calloc(b->count + (size_t)1, sizeof *b->request);
    b->place = calloc(b->count + (size_t)1, sizeof *b->place);
    if (b->task == NULL || b->request == NULL || b->place == NULL) {
        pi5_batch_deinit(b);
        return SIM_ERR_NOMEM;
    }
    const struct name n = {seed, replication};
    uint32_t task = 0;
    for (uint32_t kind = 0; kind < PI5_CLASSES; kind++) {
        for (uint32_t i = 0; i < spec->kind[kind].count; i++, task++) {
            draw_task(&b->task[task], &n, &spec->kind[kind], (enum pi5_class)kind, i);
        }
    }
    submit(b, spec->order, &n);
    task = 0;
    for (uint32_t kind = 0; kind < PI5_CLASSES; kind++) {
        for (uint32_t i = 0; i < spec->kind[kind].count; i++, task++) {
            predict(&b->request[task], &b->task[task], &n, spec, i);
        }
    }
    b->digest = digest(b);
    return SIM_OK;
}

void pi5_batch_deinit(struct pi5_batch *b)
{
    free(b->task);
    free(b->request);
    free(b->place);
    *b = (struct pi5_batch){0};
}
