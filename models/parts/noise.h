/*
 * noise.h - continuous noise in one dimension: Perlin's gradient noise, summed
 * over octaves of double frequency and half weight.
 *
 * Each octave has a random phase of its own. Without it all tracks would be
 * zero at the same instants, since gradient noise is zero on its lattice.
 * Gradients are looked up by (seed, replication, entity, purpose, track, octave,
 * lattice point), so time may be asked for in any order at the same cost; rising
 * order is cheaper, as the last cell is kept.
 *
 * The value lies in [-1, 1].
 */
#ifndef MODELS_PARTS_NOISE_H
#define MODELS_PARTS_NOISE_H

#include "sim/engine/rng.h"

#define NOISE_OCTAVES_MAX 8u

struct noise_octave {
    int64_t cell; /* the lattice cell whose gradients are kept; -1: none */
    double phase; /* in cells, [0, 1) */
    double left, right;
    double slope; /* none in the cell is steeper, a cell */
};

/* One track: a function of time. */
struct noise {
    uint64_t seed, replication, entity, purpose;
    uint32_t track, octaves;
    double feature_s;  /* the first octave's lattice spacing */
    double weight_sum; /* of the octaves */
    struct noise_octave octave[NOISE_OCTAVES_MAX];
};

/* track tells several noises of one entity and purpose apart. */
void noise_init(struct noise *n, uint64_t seed, uint64_t replication, uint64_t entity,
                uint64_t purpose, uint32_t track, uint32_t octaves, double feature_s);

/* The value at time t_s >= 0. */
double noise_at(struct noise *n, double t_s);

/*
 * No slope between from_s and to_s, to_s not less, is steeper than this, a second.
 * Close but not tight; takes the gradients that are there into account.
 */
double noise_slope_bound(struct noise *n, double from_s, double to_s);

/* A time up to which, from from_s on, that bound stays what it is at from_s: no octave comes to
 * another cell. */
double noise_bound_holds_until(const struct noise *n, double from_s);

/* The greatest slope a feature length that any noise of that many octaves can have. */
double noise_slope_max(uint32_t octaves);

#endif
