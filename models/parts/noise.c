#include "models/parts/noise.h"

#include <math.h>

/*
 * Octave k has 2^k cells a feature and 2^-k of the weight: scaling by powers of two is exact, so it
 * does not matter when it happens.
 *
 * The slope inside a cell is left * a(t) + right * a(1 - t) with
 * a(t) = 1 - fade(t) - fade'(t) t. Gradients of equal sign give no slope steeper than
 * the greater of them, of opposite signs at most 1.3472 times that.
 */
#define OPPOSED_SLOPE_MAX 1.3472

static double weight_sum(uint32_t octaves)
{
    double sum = 0;
    for (uint32_t k = 0; k < octaves; k++) {
        sum += 1.0 / (double)(UINT64_C(1) << k);
    }
    return sum;
}

double noise_slope_max(uint32_t octaves)
{
    /* Each octave has half the weight at twice the frequency: all are equally steep. */
    return 2 * OPPOSED_SLOPE_MAX * octaves / weight_sum(octaves);
}

void noise_init(struct noise *n, uint64_t seed, uint64_t replication, uint64_t entity,
                uint64_t purpose, uint32_t track, uint32_t octaves, double feature_s)
{
    ASSERT(octaves >= 1 && octaves <= NOISE_OCTAVES_MAX && feature_s > 0);
    *n = (struct noise){
        .seed = seed,
        .replication = replication,
        .entity = entity,
        .purpose = purpose,
        .track = track,
        .octaves = octaves,
        .feature_s = feature_s,
        .weight_sum = weight_sum(octaves),
    };
    for (uint32_t k = 0; k < octaves; k++) {
        const uint64_t key[2] = {seed, replication};
        const uint64_t name[4] = {0, entity, purpose, 1 + track * NOISE_OCTAVES_MAX + k};
        uint64_t word[4];
        rng_philox4x64(name, key, word);
        n->octave[k].cell = -1;
        n->octave[k].phase = (double)(word[0] >> 11) * 0x1p-53;
    }
}

static double gradient_at(const struct noise *n, uint32_t k, int64_t lattice)
{
    const uint64_t key[2] = {n->seed, n->replication};
    const uint64_t name[4] = {1 + (uint64_t)lattice, n->entity, n->purpose,
                              1 + n->track * NOISE_OCTAVES_MAX + k};
    uint64_t word[4];
    rng_philox4x64(name, key, word);
    return (double)(word[0] >> 11) * 0x1p-52 - 1;
}

static double slope_of(const struct noise_octave *o)
{
    const double steeper = fabs(o->left) > fabs(o->right) ? fabs(o->left) : fabs(o->right);
    return o->left * o->right < 0 ? OPPOSED_SLOPE_MAX * steeper : steeper;
}

/* Brings the gradients at both ends of a cell in. */
static SIM_NOINLINE void change_cell(struct noise *n, uint32_t k, int64_t cell)
{
    struct noise_octave *o = &n->octave[k];
    o->left = cell == o->cell + 1 && o->cell >= 0 ? o->right : gradient_at(n, k, cell);
    o->right = gradient_at(n, k, cell + 1);
    o->slope = slope_of(o);
    o->cell = cell;
}

static SIM_ALWAYS_INLINE const struct noise_octave *enter_cell(struct noise *n, uint32_t k,
                                                               int64_t cell)
{
    if (SIM_UNLIKELY(cell != n->octave[k].cell)) {
        change_cell(n, k, cell);
    }
    return &n->octave[k];
}

/* At so many cells from the octave's start. */
static double octave_at(struct noise *n, uint32_t k, double position)
{
    const int64_t cell = (int64_t)position;
    const struct noise_octave *o = enter_cell(n, k, cell);
    const double t = position - (double)cell;
    const double fade = t * t * t * (t * (t * 6 - 15) + 10);
    const double from_left = o->left * t;
    const double from_right = o->right * (t - 1);
    return from_left + fade * (from_right - from_left);
}

double noise_at(struct noise *n, double t_s)
{
    const double features = t_s / n->feature_s;
    double sum = 0;
    double scale = 1;
    double weight = 1;
    for (uint32_t k = 0; k < n->octaves; k++) {
        sum += octave_at(n, k, features * scale + n->octave[k].phase) * weight;
        scale *= 2;
        weight *= 0.5;
    }
    return 2 * sum / n->weight_sum; /* one octave spans [-1/2, 1/2] */
}

/* The greatest bound of several cells. */
static SIM_NOINLINE double slope_between(struct noise *n, uint32_t k, int64_t cell, int64_t last)
{
    double most = 0;
    for (; cell <= last; cell++) {
        const double bound = enter_cell(n, k, cell)->slope;
        most = bound > most ? bound : most;
    }
    return most;
}

double noise_slope_bound(struct noise *n, double from_s, double to_s)
{
    const double from = from_s / n->feature_s;
    const double to = to_s / n->feature_s;
    double sum = 0;
    double scale = 1;
    for (uint32_t k = 0; k < n->octaves; k++) {
        const int64_t cell = (int64_t)(from * scale + n->octave[k].phase);
        const int64_t last = (int64_t)(to * scale + n->octave[k].phase);
        /* half the weight at twice the frequency, octave by octave */
        sum += cell == last ? enter_cell(n, k, cell)->slope : slope_between(n, k, cell, last);
        scale *= 2;
    }
    return 2 * sum / n->weight_sum / n->feature_s;
}

double noise_bound_holds_until(const struct noise *n, double from_s)
{
    const double from = from_s / n->feature_s;
    double until = (double)INFINITY;
    double scale = 1;
    for (uint32_t k = 0; k < n->octaves; k++) {
        const double phase = n->octave[k].phase;
        const double cell_end = floor(from * scale + phase) + 1;
        /* Well before the end, as far as rounding goes. */
        const double end = (cell_end * (1 - 1e-12) - 1e-9 - phase) / scale;
        until = end < until ? end : until;
        scale *= 2;
    }
    return until * n->feature_s;
}
