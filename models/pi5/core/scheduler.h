/*
 * scheduler.h - the orchestrator of one node: a closed batch, workers with slots, a memory cap.
 *
 * Each worker has a core and `per_core` slots. Whenever a slot is free, the worker with the fewest
 * tasks takes the next task of the queue. At its start a task's actual memory is checked: with what
 * runs it must stay within the cap, or the start fails, the slot sleeps a while, and the task goes
 * to the list of those to be tried again. That list runs when queue and slots are empty: one task
 * at a time, unchecked, in its order.
 *
 * A driver asks pi5_next() until it says that there is nothing to do, carries each answer out, and
 * tells what came of it. It may be a simulation or a process with real workers: nothing here
 * reads a clock, draws a number or allocates.
 *
 * Ownership: the caller owns the struct and all memory in it, and outlives it.
 */
#ifndef MODELS_PI5_CORE_SCHEDULER_H
#define MODELS_PI5_CORE_SCHEDULER_H

#include "models/pi5/core/queue.h"

struct pi5_policy {
    bool pin;    /* for the driver: worker i's tasks stay on core i */
    bool memory; /* take only what is predicted to fit */
    bool sort;   /* shortest predicted first */
};

struct pi5_worker {
    uint32_t slots_used;  /* by tasks and by failed starts that sleep */
    uint32_t in_group[2]; /* running tasks, by pi5_group() */
};

struct pi5_scheduler {
    struct pi5_policy policy;
    enum pi5_pairing pairing;
    bool may_overcommit; /* the start check lets everything through */
    int64_t cap_bytes;
    int64_t used_bytes; /* the orchestrator's own, and the actual memory of what runs */

    struct pi5_queue queue;
    struct pi5_worker *worker;
    uint32_t workers, per_core;
    uint32_t *again; /* tasks to be tried again, in order; room for all */
    uint32_t again_first, again_count;

    uint32_t running, sleeping;
    uint32_t start_failures;
    bool is_sequential; /* the list runs */
};

enum pi5_action {
    PI5_START, /* place and task start on worker, if pi5_may_start() lets them */
    PI5_ALONE, /* the same, unchecked: a task of the list */
    PI5_WAIT,  /* for an end or for a slot that wakes */
    PI5_DONE,  /* everything has run */
};

struct pi5_decision {
    enum pi5_action action;
    uint32_t worker, task;
    uint32_t place; /* in the queue; PI5_NONE for a task of the list */
};

/* The queue is ready; worker[] and again[] need not be set. base_bytes: the orchestrator's own. */
void pi5_scheduler_init(struct pi5_scheduler *s, int64_t base_bytes);

/*
 * What to do now. What it names has left the queue (or the list) and occupies its slot: the driver
 * calls pi5_started() or pi5_failed() for it before it asks again. Where nothing of the queue
 * is predicted to fit and nothing runs that could make room, the queue goes to the list.
 */
struct pi5_decision pi5_next(struct pi5_scheduler *s);

/* The start check, by actual memory. */
bool pi5_may_start(const struct pi5_scheduler *s, const struct pi5_decision *d, int64_t bytes);

/* What came of a decision. */
void pi5_started(struct pi5_scheduler *s, const struct pi5_decision *d, int64_t bytes);
void pi5_failed(struct pi5_scheduler *s, const struct pi5_decision *d);

/* What happened since: the task of that decision ended; a slot has slept enough. */
void pi5_ended(struct pi5_scheduler *s, const struct pi5_decision *d, int64_t bytes);
void pi5_woke(struct pi5_scheduler *s, uint32_t worker);

#endif
