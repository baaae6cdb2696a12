/*
 * dist.h - how a quantity is drawn: times in ns, sizes in bytes, plain counts.
 *
 * Values are integers in the unit of whoever draws, so that sums are exact.
 */
#ifndef SIM_ENGINE_DIST_H
#define SIM_ENGINE_DIST_H

#include "sim/engine/rng.h"

enum dist_kind { DIST_CONSTANT, DIST_UNIFORM, DIST_EXPONENTIAL };

struct dist {
    enum dist_kind kind;
    int64_t low;  /* constant: the value; uniform: the least; exponential: the mean */
    int64_t high; /* uniform: the greatest, itself possible; otherwise equal to low */
};

/* One value; an exponential one is rounded down and at most 2^62. */
int64_t dist_draw(const struct dist *d, struct rng *r);

/* The greatest value that can be drawn; INT64_MAX where there is none. */
int64_t dist_greatest(const struct dist *d);

#endif
