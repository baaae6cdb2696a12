/* Where a series settles, and whether it rises: known transients, noise, trends, published cases.
 */
#include <math.h>

#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/statistics/mser.h"
#include "analysis/statistics/trend.h"

enum { LENGTH = 360 };

static gsl_rng *noise_source(unsigned long seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, seed);
    return rng;
}

static void fill_noise(double *values, size_t count, unsigned long seed)
{
    gsl_rng *rng = noise_source(seed);
    for (size_t i = 0; i < count; i++) {
        values[i] = 10 + gsl_ran_gaussian(rng, 1);
    }
    gsl_rng_free(rng);
}

/* ---- MSER-5 ---- */

Test(mser, a_step_is_cut_off_exactly_where_it_ends)
{
    double values[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) {
        values[i] = (i < 60 ? 30 : 10) + (i % 2 == 0 ? 0.5 : -0.5);
    }
    const struct mser m = mser_detect(values, LENGTH);
    cr_assert_eq(m.verdict, MSER_STEADY);
    cr_assert_eq(m.first, 60, "%zu", m.first);
    cr_assert_eq(m.batches, 72);
    cr_assert_float_eq(m.mean, 10, 0.1);
}

Test(mser, an_exponential_transient_is_cut_off_once_it_is_below_the_noise)
{
    /* 20 exp(-t / 30) passes the noise of a batch mean, 0.45, at t = 114. */
    for (unsigned long seed = 1; seed <= 20; seed++) {
        double values[LENGTH];
        fill_noise(values, LENGTH, seed);
        for (size_t i = 0; i < LENGTH; i++) {
            values[i] += 20 * exp(-(double)i / 30);
        }
        const struct mser m = mser_detect(values, LENGTH);
        cr_assert_eq(m.verdict, MSER_STEADY, "seed %lu", seed);
        cr_assert(m.first >= 75 && m.first <= 180, "seed %lu: %zu", seed, m.first);
        cr_assert_float_eq(m.mean, 10, 0.4, "seed %lu: %g", seed, m.mean);
    }
}

Test(mser, pure_noise_is_kept_nearly_whole)
{
    enum { SERIES = 200 };
    size_t sum = 0;
    int steady = 0;
    for (unsigned long seed = 1; seed <= SERIES; seed++) {
        double values[LENGTH];
        fill_noise(values, LENGTH, seed);
        const struct mser m = mser_detect(values, LENGTH);
        steady += m.verdict == MSER_STEADY;
        sum += m.first;
    }
    cr_assert_geq(steady, SERIES * 98 / 100, "%d of %d", steady, (int)SERIES);
    cr_assert_leq(sum / SERIES, LENGTH / 10, "mean truncation %zu", sum / SERIES);
}

Test(mser, a_trend_never_settles)
{
    double values[LENGTH];
    fill_noise(values, LENGTH, 7);
    for (size_t i = 0; i < LENGTH; i++) {
        values[i] += 0.1 * (double)i;
    }
    const struct mser m = mser_detect(values, LENGTH);
    cr_assert_eq(m.verdict, MSER_NOT_STEADY);
    cr_assert_eq(m.first, 0);
    cr_assert(isnan(m.mean));
}

Test(mser, a_series_that_breaks_away_late_has_not_settled)
{
    double values[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) {
        values[i] = i < 250 ? 10 : 50;
    }
    cr_assert_eq(mser_detect(values, LENGTH).verdict, MSER_NOT_STEADY);
}

Test(mser, a_constant_is_kept_whole)
{
    double values[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) {
        values[i] = 3;
    }
    const struct mser m = mser_detect(values, LENGTH);
    cr_assert_eq(m.verdict, MSER_STEADY);
    cr_assert_eq(m.first, 0);
    cr_assert_eq(m.mean, 3);
}

Test(mser, fewer_than_ten_batches_are_too_short)
{
    double values[50] = {0};
    cr_assert_eq(mser_detect(values, 49).verdict, MSER_TOO_SHORT);
    cr_assert_eq(mser_detect(values, 50).verdict, MSER_STEADY);
    values[20] = NAN;
    cr_assert_eq(mser_detect(values, 50).verdict, MSER_TOO_SHORT);
    cr_assert_eq(mser_detect(NULL, 0).verdict, MSER_TOO_SHORT);
}

Test(mser, missing_values_are_left_out_and_the_index_counts_them)
{
    double values[LENGTH];
    for (size_t i = 0; i < LENGTH; i++) {
        values[i] = i < 20 ? (double)NAN : i < 60 ? 30 : 10 + (double)(i % 2);
    }
    const struct mser m = mser_detect(values, LENGTH);
    cr_assert_eq(m.verdict, MSER_STEADY);
    cr_assert_eq(m.first, 60, "%zu", m.first);
    cr_assert_eq(m.batches, 68);
    for (size_t i = 20; i < LENGTH; i++) {
        values[i] = 3;
    }
    cr_assert_eq(mser_detect(values, LENGTH).first, 0);
}

/* The definition, word by word, against the running sums. */
static size_t cut_by_definition(const double *values, size_t batches)
{
    double mean_of[LENGTH / MSER_BATCH];
    double least = INFINITY;
    size_t best = 0;
    for (size_t b = 0; b < batches; b++) {
        mean_of[b] = 0;
        for (size_t k = 0; k < MSER_BATCH; k++) {
            mean_of[b] += values[b * MSER_BATCH + k] / MSER_BATCH;
        }
    }
    for (size_t d = 0; 4 * (batches - d) >= batches; d++) {
        const double n = (double)(batches - d);
        double mean = 0;
        double squares = 0;
        for (size_t b = d; b < batches; b++) {
            mean += mean_of[b] / n;
        }
        for (size_t b = d; b < batches; b++) {
            squares += (mean_of[b] - mean) * (mean_of[b] - mean);
        }
        if (squares / (n * n) < least) {
            least = squares / (n * n);
            best = d;
        }
    }
    return best;
}

Test(mser, the_running_sums_find_what_the_definition_finds)
{
    gsl_rng *rng = noise_source(3);
    for (int round = 0; round < 200; round++) {
        double values[LENGTH];
        const double height = gsl_ran_flat(rng, 0, 10);
        const double decay = gsl_ran_flat(rng, 1, 200);
        for (size_t i = 0; i < LENGTH; i++) {
            values[i] = gsl_ran_gaussian(rng, 1) + height * exp(-(double)i / decay);
        }
        const size_t cut = cut_by_definition(values, LENGTH / MSER_BATCH);
        const struct mser m = mser_detect(values, LENGTH);
        cr_assert_eq(m.verdict, 2 * cut <= LENGTH / MSER_BATCH ? MSER_STEADY : MSER_NOT_STEADY);
        cr_assert(m.verdict == MSER_NOT_STEADY || m.first == cut * MSER_BATCH);
    }
    gsl_rng_free(rng);
}

/* ---- the test for a trend ---- */

Test(trend, a_case_worked_by_hand)
{
    /* Of the 10 pairs 8 rise and 2 fall: s = 6, variance 5*4*15/18, z = 5 / 4.0825. */
    const double values[] = {1, 3, 2, 5, 4};
    const struct trend t = trend_test(values, 5);
    cr_assert_eq(t.n, 5);
    cr_assert_eq(t.s, 6);
    cr_assert_float_eq(t.z, 1.224745, 1e-6);
    cr_assert_float_eq(t.p_up, 0.110336, 1e-6);
}

Test(trend, ties_take_their_part_off_the_variance)
{
    /* Groups of 2 and 3: (5*4*15 - 2*1*9 - 3*2*11) / 18 = 12; s = 6 of the 6 untied pairs. */
    const double values[] = {1, 1, 2, 2, 2};
    const struct trend t = trend_test(values, 5);
    cr_assert_eq(t.s, 6);
    cr_assert_float_eq(t.z, 5 / sqrt(12), 1e-12);
}

Test(trend, a_fall_is_no_rise)
{
    const double values[] = {9, 8, 7, 6, 5, 4, 3, 2, 1};
    const struct trend t = trend_test(values, 9);
    cr_assert_eq(t.s, -36);
    cr_assert_gt(t.p_up, 0.999);
}

Test(trend, nothing_can_be_said_of_constants_or_of_three_values)
{
    const double values[] = {1, 2, 3, NAN};
    const double equal[] = {4, 4, 4, 4, 4, 4};
    cr_assert_eq(trend_test(values, 4).p_up, 1);
    cr_assert_eq(trend_test(equal, 6).p_up, 1);
    cr_assert_eq(trend_test(NULL, 0).p_up, 1);
}

Test(trend, noise_passes_for_a_trend_as_often_as_the_level_says)
{
    enum { SERIES = 4000, VALUES = 16 };
    int found = 0;
    for (unsigned long seed = 1; seed <= SERIES; seed++) {
        double values[VALUES];
        fill_noise(values, VALUES, seed);
        found += trend_test(values, VALUES).p_up <= 0.05;
    }
    /* 200 expected, standard deviation 14; the test on 16 values is slightly conservative. */
    cr_assert(found >= 120 && found <= 250, "%d of %d", found, (int)SERIES);
}
