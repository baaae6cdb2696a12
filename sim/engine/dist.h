/*
 * dist.h - how a quantity is drawn: times in ns, sizes in bytes, plain counts.
 *
 * Values are integers in the unit of whoever draws, so that sums are exact. A draw uses + - * /
 * and tables of our own alone: it is the same to the bit on every machine.
 *
 * Normal: mean low, standard deviation spread; what falls below 0 is drawn again, so the mean of
 *   what is drawn is a little above low where spread is not small beside it.
 * Lognormal: median low; spread is sigma, the standard deviation of the natural logarithm. The
 *   mean is then low * exp(sigma^2 / 2).
 * Empirical: one of the values, each as likely as any other; they stand in rising order, and one
 * may stand there several times.
 */
#ifndef SIM_ENGINE_DIST_H
#define SIM_ENGINE_DIST_H

#include "sim/engine/rng.h"

enum dist_kind {
    DIST_CONSTANT,
    DIST_UNIFORM,
    DIST_EXPONENTIAL,
    DIST_NORMAL,
    DIST_LOGNORMAL,
    DIST_EMPIRICAL
};

enum { DIST_VALUES_MAX = 64 };

struct dist {
    enum dist_kind kind;
    int64_t low;     /* constant: the value; uniform, empirical: the least; else mean or median */
    int64_t high;    /* uniform, empirical: the greatest, itself possible; otherwise equal to low */
    double spread;   /* of normal and lognormal */
    uint32_t values; /* of empirical */
    int64_t value[DIST_VALUES_MAX];
};

/* One value, not negative where low is not; a real one is rounded down and at most 2^62. */
int64_t dist_draw(const struct dist *d, struct rng *r);

/* The greatest value that can be drawn; INT64_MAX where there is none. */
int64_t dist_greatest(const struct dist *d);

/* The least; floor for a distribution that comes as near to zero as it likes. */
int64_t dist_least(const struct dist *d, int64_t floor);

/* A standard normal variable, from exponential ones by rejection (von Neumann 1951). */
double dist_standard_normal(struct rng *r);

/* e to the power of x, within 2 units in the last place; 0 below -700 and 0x1p1000 above 690. */
double dist_exp(double x);

#endif
