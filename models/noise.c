#include "models/noise.h"

/* Greatest slope of one octave with gradients of 1 and -1, at 0.2113 or 0.7887 of a cell. */
#define OCTAVE_SLOPE_MAX 1.3472

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
    return 2 * OCTAVE_SLOPE_MAX * octaves / weight_sum(octaves);
}

void noise_init(struct noise *n, uint64_t seed, uint64_t replication, uint64_t entity,
                uint32_t track, uint32_t octaves, double feature_s, double gradient_limit)
{
    ASSERT(octaves >= 1 && octaves <= NOISE_OCTAVES_MAX && feature_s > 0);
    *n = (struct noise){
        .seed = seed,
        .replication = replication,
        .entity = entity,
        .track = track,
        .octaves = octaves,
        .feature_s = feature_s,
        .gradient_limit = gradient_limit,
    };
    for (uint32_t k = 0; k < octaves; k++) {
        const uint64_t key[2] = {seed, replication};
        const uint64_t name[4] = {0, entity, RNG_ROBOT_MOVEMENT, 1 + track * NOISE_OCTAVES_MAX + k};
        uint64_t word[4];
        rng_philox4x64(name, key, word);
        n->octave[k].cell = -1;
        n->octave[k].phase = (double)(word[0] >> 11) * 0x1p-53;
    }
}

static double gradient_at(const struct noise *n, uint32_t k, int64_t lattice)
{
    const uint64_t key[2] = {n->seed, n->replication};
    const uint64_t name[4] = {1 + (uint64_t)lattice, n->entity, RNG_ROBOT_MOVEMENT,
                              1 + n->track * NOISE_OCTAVES_MAX + k};
    uint64_t word[4];
    rng_philox4x64(name, key, word);
    const double g = (double)(word[0] >> 11) * 0x1p-52 - 1;
    if (g > n->gradient_limit) {
        return n->gradient_limit;
    }
    return g < -n->gradient_limit ? -n->gradient_limit : g;
}

static double octave_at(struct noise *n, uint32_t k, double t_s)
{
    struct noise_octave *o = &n->octave[k];
    const double position = t_s * (double)(UINT64_C(1) << k) / n->feature_s + o->phase;
    const int64_t cell = (int64_t)position;
    if (cell != o->cell) {
        o->left = cell == o->cell + 1 && o->cell >= 0 ? o->right : gradient_at(n, k, cell);
        o->right = gradient_at(n, k, cell + 1);
        o->cell = cell;
    }
    const double t = position - (double)cell;
    const double fade = t * t * t * (t * (t * 6 - 15) + 10);
    const double from_left = o->left * t;
    const double from_right = o->right * (t - 1);
    return from_left + fade * (from_right - from_left);
}

double noise_at(struct noise *n, double t_s)
{
    double sum = 0;
    for (uint32_t k = 0; k < n->octaves; k++) {
        sum += octave_at(n, k, t_s) / (double)(UINT64_C(1) << k);
    }
    return 2 * sum / weight_sum(n->octaves); /* one octave spans [-1/2, 1/2] */
}
