/*
 * batch.h - the tasks of one replication: what each needs, what is predicted of it, and the order
 * in which they are submitted. Nothing of it depends on how they are scheduled.
 *
 * A task is named by its class and its place in it, and so are its random numbers: more tasks of
 * one class change nothing of another.
 *
 * Ownership: pi5_batch_draw() takes memory, pi5_batch_deinit() gives it back.
 */
#ifndef MODELS_PI5_WORLD_BATCH_H
#define MODELS_PI5_WORLD_BATCH_H

#include "models/pi5/core/queue.h"
#include "sim/engine/dist.h"

/* In the order in which the classes are listed, drawn and submitted. */
enum pi5_class {
    PI5_FIB_OPT,
    PI5_RESNET,
    PI5_SQUEEZENET,
    PI5_MATMUL,
    PI5_TRANSPOSE,
    PI5_FIB,
    PI5_CLASSES
};
extern const char *const pi5_class_names[PI5_CLASSES + 1]; /* NULL behind the last */

enum pi5_order {
    PI5_ORDER_SHUFFLE,
    PI5_ORDER_CLASS,   /* one class after the other */
    PI5_ORDER_REVERSE, /* longest first, by the time that they really take */
};

enum pi5_predictor {
    PI5_PREDICT_NOISY, /* the time, and an error */
    PI5_PREDICT_CLASS, /* one value a class: its rank */
};

struct pi5_class_spec {
    uint32_t count;
    struct dist memory_bytes;
    struct dist time_ns;
    const int64_t *times; /* where there are any: instead of time_ns, one a task, again and again */
    uint32_t times_count;
    sim_time time_max_ns; /* cuts times; SIM_TIME_NEVER: none */
    int64_t from_bytes;   /* each 10^6 bytes above take time_per_MB_ns more */
    sim_time time_per_MB_ns;
    uint32_t rank; /* what PI5_PREDICT_CLASS predicts */
};

struct pi5_batch_spec {
    struct pi5_class_spec kind[PI5_CLASSES];
    enum pi5_order order;
    enum pi5_predictor predictor;
    double time_cv, memory_bias, memory_cv;
};

struct pi5_task {
    enum pi5_class kind;
    uint32_t submitted; /* its place among all, from 0 */
    sim_time time_ns;   /* on a core of its own */
    int64_t memory_bytes;
};

struct pi5_batch {
    uint32_t count;
    struct pi5_task *task;       /* one class after the other */
    struct pi5_request *request; /* by task */
    struct pi5_place *place;     /* in order of submission, for pi5_queue_init() */
    uint64_t digest;             /* of who asks for what, predictions aside */
};

SIM_MUST_CHECK enum sim_status pi5_batch_draw(struct pi5_batch *b,
                                              const struct pi5_batch_spec *spec, uint64_t seed,
                                              uint32_t replication);
void pi5_batch_deinit(struct pi5_batch *b);

#endif
