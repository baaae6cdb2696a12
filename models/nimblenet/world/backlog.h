/*
 * backlog.h - what each node's executors had to do over the second half of a run: the figures
 * that tell whether response times are stationary.
 *
 * The second half is cut into BACKLOG_SPANS equal spans. The world's clock stops at their edges
 * without an event, and each node's sums are read there; so the record costs nothing while
 * events run, and its size does not grow with simulated time.
 *
 * Units: nanoseconds; queue lengths in calls.
 * Ownership: works in memory that the caller cuts; none where executors are unlimited, since
 *   no queue can form.
 */
#ifndef MODELS_NIMBLENET_WORLD_BACKLOG_H
#define MODELS_NIMBLENET_WORLD_BACKLOG_H

#include "models/nimblenet/core/node.h"

#define BACKLOG_SPANS 16u

/* One node's. Sums since half time; between edges, the node's counters at the latest edge. */
struct backlog_node {
    uint64_t asked, granted; /* of executors */
    uint64_t busy_ns;        /* executors held */
    uint64_t queue_area_ns;
    float queue[BACKLOG_SPANS]; /* mean length in each span */
};

struct backlog {
    struct backlog_node *node; /* NULL: nothing is recorded */
    sim_time duration_ns;
    uint32_t edges; /* passed so far; all BACKLOG_SPANS + 1 of them: the record is complete */
};

/* When the clock next has to stop: an edge, or the duration. */
sim_time backlog_next_edge(const struct backlog *b);

/* The node's figures at that edge. Once for each node, then backlog_pass_edge(). */
void backlog_note(struct backlog *b, uint32_t index, struct node *n);
void backlog_pass_edge(struct backlog *b);

static inline bool backlog_is_complete(const struct backlog *b)
{
    return b->node != NULL && b->edges == BACKLOG_SPANS + 1;
}

#endif
