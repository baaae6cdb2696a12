#include "sim/engine/rng.h"

#include <limits.h>

#include "sim/engine/dist.h"
#include "sim/engine/rng_ziggurat.h"

__extension__ typedef unsigned __int128 wide;

static SIM_ALWAYS_INLINE void philox_round(uint64_t x[4], const uint64_t key[2])
{
    const wide a = (wide)UINT64_C(0xD2E7470EE14C6C93) * x[0];
    const wide b = (wide)UINT64_C(0xCA5A826395121157) * x[2];
    const uint64_t x1 = x[1];
    const uint64_t x3 = x[3];
    x[0] = (uint64_t)(b >> 64) ^ x1 ^ key[0];
    x[1] = (uint64_t)b;
    x[2] = (uint64_t)(a >> 64) ^ x3 ^ key[1];
    x[3] = (uint64_t)a;
}

void rng_philox4x64(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4])
{
    uint64_t x[4] = {counter[0], counter[1], counter[2], counter[3]};
    uint64_t k[2] = {key[0], key[1]};
    for (int round = 0; round < 10; round++) {
        philox_round(x, k);
        k[0] += UINT64_C(0x9E3779B97F4A7C15); /* Weyl sequences of the golden ratio */
        k[1] += UINT64_C(0xBB67AE8584CAA73B); /* and of sqrt(3) - 1 */
    }
    for (int i = 0; i < 4; i++) {
        out[i] = x[i];
    }
}

void rng_init(struct rng *r, uint64_t seed, uint64_t replication, uint64_t entity, uint64_t purpose)
{
    *r = (struct rng){
        .key = {seed, replication},
        .counter = {0, entity, (uint64_t)purpose, 0},
        .used = 4,
    };
}

void rng_refill(struct rng *r)
{
    rng_philox4x64(r->counter, r->key, r->word);
    r->counter[0]++;
    r->used = 0;
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
    ASSERT(n > 0);
    wide product = (wide)rng_u64(r) * n;
    if ((uint64_t)product < n) {
        const uint64_t threshold = (0 - n) % n;
        while ((uint64_t)product < threshold) {
            product = (wide)rng_u64(r) * n;
        }
    }
    return (uint64_t)(product >> 64);
}

int64_t rng_between(struct rng *r, int64_t low, int64_t high)
{
    ASSERT(low <= high);
    const uint64_t span = (uint64_t)high - (uint64_t)low;
    const uint64_t offset = span == UINT64_MAX ? rng_u64(r) : rng_below(r, span + 1);
    return (int64_t)((uint64_t)low + offset);
}

double rng_exponential(struct rng *r)
{
    double shift = 0;
    for (;;) {
        const uint64_t bits = rng_u64(r);
        const unsigned layer = bits & 255;
        const double x = (double)(bits >> 11) * 0x1p-53 * rng_ziggurat_x[layer];
        if (SIM_LIKELY(x < rng_ziggurat_x[layer + 1])) {
            return shift + x;
        }
        if (layer == 0) {
            shift += rng_ziggurat_x[1]; /* the tail has no memory: it starts anew at r */
            continue;
        }
        const double low = rng_ziggurat_f[layer];
        const double y = low + rng_unit(r) * (rng_ziggurat_f[layer + 1] - low);
        if (y < dist_exp(-x)) {
            return shift + x;
        }
    }
}

/* ---- as a GSL type ---- */

static void gsl_set(void *state, unsigned long seed)
{
    rng_init(state, seed, 0, 0, RNG_TEST);
}

static unsigned long gsl_get(void *state)
{
    return (unsigned long)rng_u64(state);
}

static double gsl_get_double(void *state)
{
    return rng_unit(state);
}

static const gsl_rng_type philox_type = {
    .name = "philox4x64-10",
    .max = ULONG_MAX,
    .min = 0,
    .size = sizeof(struct rng),
    .set = gsl_set,
    .get = gsl_get,
    .get_double = gsl_get_double,
};

const gsl_rng_type *const rng_gsl_type = &philox_type;

void rng_gsl_bind(gsl_rng *g, const struct rng *r)
{
    ASSERT(g->type == rng_gsl_type);
    *(struct rng *)g->state = *r;
}
