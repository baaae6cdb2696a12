#include "sim/engine/dist.h"

int64_t dist_draw(const struct dist *d, struct rng *r)
{
    switch (d->kind) {
    case DIST_CONSTANT:
        return d->low;
    case DIST_UNIFORM:
        return rng_between(r, d->low, d->high);
    case DIST_EXPONENTIAL: {
        const double value = rng_exponential(r) * (double)d->low;
        return value < 0x1p62 ? (int64_t)value : INT64_C(1) << 62;
    }
    }
    return d->low;
}

int64_t dist_greatest(const struct dist *d)
{
    return d->kind == DIST_EXPONENTIAL ? INT64_MAX : d->high;
}
