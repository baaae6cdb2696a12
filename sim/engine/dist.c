#include "sim/engine/dist.h"

#include <string.h>

double dist_standard_normal(struct rng *r)
{
    for (;;) {
        const double x = rng_exponential(r);
        if (2 * rng_exponential(r) >= (x - 1) * (x - 1)) {
            return rng_u64(r) >> 63 ? -x : x;
        }
    }
}

/*
 * x = k ln 2 + f with |f| <= ln 2 / 2; e^f by its series up to f^14, which is below the last place.
 * ln 2 in two parts, the first short enough that k times it is exact.
 */
double dist_exp(double x)
{
    static const double ln2_high = 0x1.62e42feep-1;
    static const double ln2_low = 0x1.a39ef35793c76p-33;
    static const double per_ln2 = 0x1.71547652b82fep+0;

    if (x < -700) {
        return 0;
    }
    if (x > 690) {
        return 0x1p1000;
    }
    const int64_t k = (int64_t)(x * per_ln2 + (x < 0 ? -0.5 : 0.5));
    const double f = (x - (double)k * ln2_high) - (double)k * ln2_low;
    double sum = 1;
    for (int n = 14; n > 0; n--) {
        sum = 1 + sum * f / n;
    }
    const uint64_t bits = (uint64_t)(1023 + k) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}

static int64_t whole(double value)
{
    return value < 0x1p62 ? (int64_t)value : INT64_C(1) << 62;
}

static int64_t draw_normal(const struct dist *d, struct rng *r)
{
    for (;;) {
        const double value = (double)d->low + d->spread * dist_standard_normal(r);
        if (value >= 0) {
            return whole(value);
        }
    }
}

int64_t dist_draw(const struct dist *d, struct rng *r)
{
    switch (d->kind) {
    case DIST_CONSTANT:
        return d->low;
    case DIST_UNIFORM:
        return rng_between(r, d->low, d->high);
    case DIST_EXPONENTIAL:
        return whole(rng_exponential(r) * (double)d->low);
    case DIST_NORMAL:
        ASSERT(d->low >= 0);
        return draw_normal(d, r);
    case DIST_LOGNORMAL:
        return whole((double)d->low * dist_exp(d->spread * dist_standard_normal(r)));
    case DIST_EMPIRICAL:
        ASSERT(d->values > 0 && d->values <= DIST_VALUES_MAX);
        return d->value[rng_below(r, d->values)];
    }
    return d->low;
}

static bool is_bounded(const struct dist *d)
{
    return d->kind == DIST_CONSTANT || d->kind == DIST_UNIFORM || d->kind == DIST_EMPIRICAL;
}

int64_t dist_greatest(const struct dist *d)
{
    return is_bounded(d) ? d->high : INT64_MAX;
}

int64_t dist_least(const struct dist *d, int64_t floor)
{
    return is_bounded(d) ? d->low : floor;
}
