/*
 * rng.h - random streams that are named, not handed around.
 *
 * A stream is named by (seed, replication, entity, purpose). Two names never
 * share a number, and adding a consumer never shifts another's numbers. The
 * generator is Philox4x64-10 (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", SC 2011): the name is its key and counter, so a stream costs no
 * warm-up and a jump is an addition.
 *
 * Ownership: the caller owns struct rng; it holds no pointer and may be copied,
 *   which forks the stream.
 * Threads: a stream belongs to one thread at a time.
 */
#ifndef SIM_ENGINE_RNG_H
#define SIM_ENGINE_RNG_H

#include <gsl/gsl_rng.h>

#include "sim/engine/base.h"

/* What a stream is for is a number of the model that draws from it; this one is nobody's. */
enum { RNG_TEST = 1000 }; /* tests and benchmarks; never in a scenario's run */

struct rng {
    uint64_t key[2];     /* seed, replication */
    uint64_t counter[4]; /* block, entity, purpose, 0 */
    uint64_t word[4];    /* the current block's output */
    unsigned used;       /* words of it already given out, 0 to 4 */
};

void rng_init(struct rng *r, uint64_t seed, uint64_t replication, uint64_t entity,
              uint64_t purpose);

/* Computes the next block into word[]; called by rng_u64() every fourth time. */
void rng_refill(struct rng *r);

/* The next 64 uniform bits. */
static inline uint64_t rng_u64(struct rng *r)
{
    if (r->used == 4) {
        rng_refill(r);
    }
    return r->word[r->used++];
}

/* Uniform in [0, 1), a multiple of 2^-53. */
static inline double rng_unit(struct rng *r)
{
    return (double)(rng_u64(r) >> 11) * 0x1p-53;
}

/* Uniform integer in [0, n), n > 0, without bias (Lemire's rejection). */
uint64_t rng_below(struct rng *r, uint64_t n);

/* Uniform integer in [low, high], both ends possible. */
int64_t rng_between(struct rng *r, int64_t low, int64_t high);

/* Exponential with mean 1, by a ziggurat of 256 layers (Marsaglia and Tsang 2000). */
double rng_exponential(struct rng *r);

/* The counter-based function itself: 10 rounds of Philox4x64. */
void rng_philox4x64(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]);

/*
 * The same generator as a GSL type, for gsl_ran_*(). A gsl_rng allocated with
 * it is a stream; gsl_rng_set() seeds it, rng_gsl_bind() gives it a full name.
 */
extern const gsl_rng_type *const rng_gsl_type;
void rng_gsl_bind(gsl_rng *g, const struct rng *r);

#endif
