#include "models/parts/noise.h"

#include <math.h>

/*
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

/* Brings the gradients at both ends of a cell in. */
static void enter_cell(struct noise *n, uint32_t k, int64_t cell)
{
    struct noise_octave *o = &n->octave[k];
    if (cell != o->cell) {
        o->left = cell == o->cell + 1 && o->cell >= 0 ? o->right : gradient_at(n, k, cell);
        o->right = gradient_at(n, k, cell + 1);
        o->cell = cell;
    }
}

static double position_of(const struct noise *n, uint32_t k, double t_s)
{
    return t_s * (double)(UINT64_C(1) << k) / n->feature_s + n->octave[k].phase;
}

static double octave_at(struct noise *n, uint32_t k, double t_s)
{
    const double position = position_of(n, k, t_s);
    const int64_t cell = (int64_t)position;
    enter_cell(n, k, cell);
    const struct noise_octave *o = &n->octave[k];
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

static double cell_slope_bound(struct noise *n, uint32_t k, int64_t cell)
{
    enter_cell(n, k, cell);
    const double left = n->octave[k].left;
    const double right = n->octave[k].right;
    const double steeper = fabs(left) > fabs(right) ? fabs(left) : fabs(right);
    return left * right < 0 ? OPPOSED_SLOPE_MAX * steeper : steeper;
}

double noise_slope_bound(struct noise *n, double from_s, double to_s)
{
    double sum = 0;
    for (uint32_t k = 0; k < n->octaves; k++) {
        double most = 0;
        const int64_t last = (int64_t)position_of(n, k, to_s);
        for (int64_t cell = (int64_t)position_of(n, k, from_s); cell <= last; cell++) {
            const double bound = cell_slope_bound(n, k, cell);
            most = bound > most ? bound : most;
        }
        sum += most; /* half the weight at twice the frequency, octave by octave */
    }
    return 2 * sum / weight_sum(n->octaves) / n->feature_s;
}
