/*
 * executor.h - who may compute next: the executors of a node and their queue.
 * Internal to the core.
 *
 * First come, first served. A call keeps its executor while it waits for a
 * sub-tasklet (order fifo), or gives it up at each sub-call and queues again
 * (order yield).
 */
#ifndef MODELS_NIMBLENET_CORE_EXECUTOR_H
#define MODELS_NIMBLENET_CORE_EXECUTOR_H

#include "models/nimblenet/core/node.h"

/* Grants an executor, or puts the call at the queue's end. */
void executor_queue(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out);

/* Takes an executor back and grants it to the first in the queue. */
void executor_free(struct node *n, sim_time now, const struct node_sink *out);

/* Told to the call (call.c) when it has its executor. */
void executor_granted(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out);

#endif
