/*
 * tasksets.h - tasksets to draw in tests, and the distributions that they are written with.
 */
#ifndef TESTS_SUPPORT_TASKSETS_H
#define TESTS_SUPPORT_TASKSETS_H

#include "taskgen/taskset.h"

static inline struct dist uniform(int64_t low, int64_t high)
{
    return (struct dist){.kind = DIST_UNIFORM, .low = low, .high = high};
}

static inline struct dist constant(int64_t value)
{
    return (struct dist){.kind = DIST_CONSTANT, .low = value, .high = value};
}

/* Table 1 of the paper. */
struct taskset_spec tasksets_papers(uint64_t replication);

/* Draws one that must be drawable: else the running Criterion test fails. */
struct taskset tasksets_draw(const struct taskset_spec *spec);

#endif
