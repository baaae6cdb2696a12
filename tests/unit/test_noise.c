/*
 * The noise behind the robots' movement: what it spans, how steep it may be, and that its
 * random phases keep it from being zero everywhere at once.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics.h>
#include <math.h>

#include "models/parts/noise.h"
#include "tests/support/chance.h"

enum { PURPOSE = 6 };

static const double feature_s = 268;

static struct noise track_of(uint64_t entity, uint32_t track, uint32_t octaves)
{
    struct noise n;
    noise_init(&n, 1, 1, entity, PURPOSE, track, octaves, feature_s);
    return n;
}

Test(noise, values_lie_within_one_and_use_much_of_that_span)
{
    double least = 0;
    double greatest = 0;
    for (uint64_t entity = 0; entity < 200; entity++) {
        struct noise n = track_of(entity, 0, 1 + entity % NOISE_OCTAVES_MAX);
        for (double t = 0; t < 20 * feature_s; t += 7.3) {
            const double value = noise_at(&n, t);
            cr_assert(value >= -1 && value <= 1, "entity %u at %g s", (unsigned)entity, t);
            least = fmin(least, value);
            greatest = fmax(greatest, value);
        }
    }
    cr_expect_lt(least, -0.5);
    cr_expect_gt(greatest, 0.5);
}

Test(noise, a_value_does_not_depend_on_what_was_asked_before)
{
    struct noise rising = track_of(3, 1, 3);
    for (double t = 0; t < 5 * feature_s; t += 11.7) {
        struct noise fresh = track_of(3, 1, 3);
        cr_assert_eq(noise_at(&rising, t), noise_at(&fresh, t), "at %g s", t);
    }
    struct noise fresh = track_of(3, 1, 3);
    cr_assert_eq(noise_at(&rising, 17), noise_at(&fresh, 17), "and back again");
}

Test(noise, no_slope_is_steeper_than_its_bounds)
{
    const double step_s = 0.01;
    for (uint64_t entity = 0; entity < 100; entity++) {
        const uint32_t octaves = 1 + entity % 4;
        struct noise n = track_of(entity, 0, octaves);
        for (double from_s = 0; from_s < 4 * feature_s; from_s += 31) {
            struct noise asked = n;
            const double bound = noise_slope_bound(&asked, from_s, from_s + 31);
            cr_assert_leq(bound, noise_slope_max(octaves) / feature_s * (1 + 1e-12));
            for (double t = from_s; t + step_s <= from_s + 31; t += 0.37) {
                const double slope = (noise_at(&n, t + step_s) - noise_at(&n, t)) / step_s;
                cr_assert_leq(fabs(slope), bound + 1e-9, "entity %u at %g s", (unsigned)entity, t);
            }
        }
    }
}

/* Value and slope run on through every lattice point: no jump and no kink. */
Test(noise, value_and_slope_are_continuous)
{
    struct noise n = track_of(9, 0, 2);
    const double step_s = 0.001;
    double before = noise_at(&n, 0);
    double slope_before = (noise_at(&n, step_s) - before) / step_s;
    for (int i = 1; i < 1000000; i++) {
        const double value = noise_at(&n, i * step_s);
        const double slope = (value - before) / step_s;
        cr_assert_lt(fabs(value - before), noise_slope_max(2) / feature_s * step_s * 1.001);
        cr_assert_lt(fabs(slope - slope_before), 1e-6, "at %g s", i * step_s);
        before = value;
        slope_before = slope;
    }
}

/* Gradient noise is zero on its lattice: without a phase of its own each track would be there. */
Test(noise, tracks_do_not_meet_in_the_middle_every_feature_length)
{
    enum { TRACKS = 4000 };
    static double size[TRACKS];
    double usual = 0;
    for (int quarter = 0; quarter < 40; quarter++) {
        for (uint64_t entity = 0; entity < TRACKS; entity++) {
            struct noise n = track_of(entity, 0, 2);
            size[entity] = fabs(noise_at(&n, quarter * feature_s / 4));
        }
        const double mean = gsl_stats_mean(size, 1, TRACKS);
        usual = quarter == 0 ? mean : usual;
        cr_expect_float_eq(mean, usual, 0.06 * usual, "%g against %g at quarter %d", mean, usual,
                           quarter);
    }
}

Test(noise, every_part_of_a_tracks_name_makes_another_one)
{
    struct noise n[5];
    noise_init(&n[0], 1, 1, 1, PURPOSE, 0, 2, feature_s);
    noise_init(&n[1], 2, 1, 1, PURPOSE, 0, 2, feature_s);
    noise_init(&n[2], 1, 2, 1, PURPOSE, 0, 2, feature_s);
    noise_init(&n[3], 1, 1, 2, PURPOSE, 0, 2, feature_s);
    noise_init(&n[4], 1, 1, 1, PURPOSE, 1, 2, feature_s);
    for (int a = 0; a < 5; a++) {
        for (int b = 0; b < a; b++) {
            struct noise first = n[a];
            struct noise second = n[b];
            cr_expect_neq(noise_at(&first, 100), noise_at(&second, 100), "%d and %d", a, b);
        }
    }
}

Test(noise, two_tracks_of_one_entity_are_independent)
{
    enum { ENTITIES = 20000 };
    static double x[ENTITIES], y[ENTITIES];
    for (uint64_t entity = 0; entity < ENTITIES; entity++) {
        struct noise first = track_of(entity, 0, 2);
        struct noise second = track_of(entity, 1, 2);
        x[entity] = noise_at(&first, 1000);
        y[entity] = noise_at(&second, 1000);
    }
    const double z = gsl_stats_correlation(x, 1, y, 1, ENTITIES) * sqrt(ENTITIES);
    cr_expect_lt(fabs(z), 3.29);
    cr_expect_lt(fabs(chance_mean_z(x, ENTITIES, 0)), 3.29, "no side is preferred");
}

static bool is_elsewhere(const struct noise *a, const struct noise *b)
{
    for (uint32_t k = 0; k < a->octaves; k++) {
        if (a->octave[k].cell != b->octave[k].cell) {
            return true;
        }
    }
    return false;
}

/* And soon after that an octave comes to another cell. */
Test(noise, a_bound_holds_as_long_as_it_says)
{
    for (uint64_t entity = 0; entity < 100; entity++) {
        struct noise n = track_of(entity, 0, 1 + entity % 4);
        for (double from_s = 0; from_s < 20 * feature_s; from_s += 17.3) {
            const double until_s = noise_bound_holds_until(&n, from_s);
            cr_assert_gt(until_s, from_s - 1e-5);
            const double bound = noise_slope_bound(&n, from_s, from_s);
            const struct noise before = n;
            if (until_s >= from_s) {
                cr_assert_eq(noise_slope_bound(&n, from_s, until_s), bound, "from %g s", from_s);
                (void)noise_at(&n, until_s);
                cr_assert(!is_elsewhere(&n, &before), "from %g s", from_s);
            }
            (void)noise_at(&n, until_s + 1e-5);
            cr_assert(is_elsewhere(&n, &before), "from %g s", from_s);
        }
    }
}
