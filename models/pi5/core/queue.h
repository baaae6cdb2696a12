/*
 * queue.h - tasks that wait for a worker, and which of them is next.
 *
 * A place is where a task stands in the queue at the start; places never change, tasks only leave.
 * Of what a task really needs nothing is known here: the scheduler decides by what was predicted.
 *
 * Ownership: the caller owns struct pi5_queue, the requests and the memory for the places. Nothing
 * is allocated.
 */
#ifndef MODELS_PI5_CORE_QUEUE_H
#define MODELS_PI5_CORE_QUEUE_H

#include "sim/engine/base.h"

#define PI5_NONE UINT32_MAX

/* With whom a task shares a worker that has several slots. */
enum pi5_pairing {
    PI5_PAIR_FIRST,  /* whoever is next */
    PI5_PAIR_HALVES, /* one of the first half of the queue and one of the second */
    PI5_PAIR_TYPE,   /* one that computes and one that infers */
};

/* What the scheduler is told of a task. */
struct pi5_request {
    int64_t predicted_time; /* in whatever unit: only the order counts */
    int64_t predicted_bytes;
    bool is_inference;
};

struct pi5_place {
    uint32_t task;
    uint32_t previous, next; /* places that still wait; PI5_NONE at the ends */
    uint32_t overtaken;      /* times that a task behind was taken because this one did not fit */
};

struct pi5_queue {
    const struct pi5_request *request; /* by task */
    struct pi5_place *place;
    uint32_t places, half; /* half: the first place of the second half */
    uint32_t first, last, left;
};

/*
 * place[i].task of all places is the order of submission. Sorted: by predicted time, those of equal
 * time in order of submission.
 */
void pi5_queue_init(struct pi5_queue *q, const struct pi5_request *request, struct pi5_place *place,
                    uint32_t places, bool is_sorted);

/* Whether that many bytes more stay within the cap. */
static inline bool pi5_fits(int64_t used_bytes, int64_t bytes, int64_t cap_bytes)
{
    return used_bytes + bytes <= cap_bytes;
}

/* The group of two that a task belongs to when tasks are paired; 0 where they are not. */
uint32_t pi5_group(const struct pi5_queue *q, enum pi5_pairing pairing, uint32_t place);

/* What a worker with a free slot looks for. */
struct pi5_wish {
    bool by_memory; /* only what is predicted to fit */
    int64_t used_bytes, cap_bytes;
    enum pi5_pairing pairing;
    uint32_t in_group[2]; /* tasks of each group that the worker has */
};

/*
 * The place of the task to take: of those that fit the first of the wanted group, else the first;
 * PI5_NONE where none fits.
 */
uint32_t pi5_queue_pick(const struct pi5_queue *q, const struct pi5_wish *wish);

/*
 * A task leaves the queue for a worker. By memory, those before it that did not fit are overtaken.
 */
void pi5_queue_take(struct pi5_queue *q, const struct pi5_wish *wish, uint32_t place);

#endif
