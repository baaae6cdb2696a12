/* The statistics against published tables, numbers worked by hand, and their own promise. */
#include <math.h>

#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/statistics/stats.h"

static bool close_to(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance;
}

Test(stats, t_quantiles_are_those_of_the_printed_tables)
{
    /* Two-sided critical values as in any table of Student's t, three decimals. */
    static const struct {
        double level, df, t;
    } table[] = {
        {0.95, 1, 12.706}, {0.95, 2, 4.303}, {0.95, 5, 2.571},   {0.95, 10, 2.228},
        {0.95, 30, 2.042}, {0.90, 5, 2.015}, {0.99, 5, 4.032},   {0.99, 1, 63.657},
        {0.90, 29, 1.699}, {0.99, 9, 3.250}, {0.95, 120, 1.980}, {0.95, 1e9, 1.960},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double t = stats_t(table[i].level, table[i].df);
        cr_assert(close_to(t, table[i].t, 0.0005), "level %g, df %g: %g instead of %g",
                  table[i].level, table[i].df, t, table[i].t);
    }
}

Test(stats, a_sample_worked_by_hand)
{
    /* Mean 5, squared deviations 9+1+1+1+0+0+4+16 = 32, variance 32/7. */
    const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
    struct stats_estimate e = stats_mean_estimate(values, 8, 0.95);
    cr_assert_eq(e.n, 8);
    cr_assert(e.has_interval);
    cr_assert(close_to(e.mean, 5.0, 1e-15));
    cr_assert(close_to(e.sd, 2.138089935299395, 1e-14));
    /* 2.364624 (7 degrees) * 2.138090 / sqrt(8) */
    cr_assert(close_to(e.half_width, 1.787488, 1e-6), "%.9g", e.half_width);
    cr_assert(close_to(e.low, 3.212512, 1e-6));
    cr_assert(close_to(e.high, 6.787488, 1e-6));
}

Test(stats, one_value_has_a_mean_and_no_interval)
{
    const double value = 3.5;
    struct stats_estimate e = stats_mean_estimate(&value, 1, 0.95);
    cr_assert_eq(e.n, 1);
    cr_assert_eq(e.mean, 3.5);
    cr_assert_not(e.has_interval);
    cr_assert(isnan(e.sd) && isnan(e.half_width) && isnan(e.low) && isnan(e.high));
}

Test(stats, no_value_has_no_mean)
{
    struct stats_estimate e = stats_mean_estimate(NULL, 0, 0.95);
    cr_assert_eq(e.n, 0);
    cr_assert(isnan(e.mean));
    cr_assert_not(e.has_interval);
}

Test(stats, equal_values_have_an_interval_of_no_width)
{
    const double values[] = {0.1, 0.1, 0.1};
    struct stats_estimate e = stats_mean_estimate(values, 3, 0.95);
    cr_assert(e.has_interval);
    cr_assert_eq(e.half_width, 0.0);
}

Test(stats, missing_values_are_left_out)
{
    const double values[] = {1, NAN, 3};
    struct stats_estimate e = stats_mean_estimate(values, 3, 0.95);
    cr_assert_eq(e.n, 2);
    cr_assert_eq(e.mean, 2.0);
}

Test(stats, pairing_removes_what_the_pairs_share)
{
    /* The runs differ wildly from each other and by 2, 1, 2, 3 within each pair. */
    const double a[] = {102, 501, 12, 903};
    const double b[] = {100, 500, 10, 900};
    struct stats_estimate e = stats_paired_estimate(a, b, 4, 0.95);
    cr_assert_eq(e.n, 4);
    cr_assert(close_to(e.mean, 2.0, 1e-14));
    cr_assert(close_to(e.sd, sqrt(2.0 / 3.0), 1e-14));
    /* 3.182446 (3 degrees) * 0.8164966 / 2 */
    cr_assert(close_to(e.half_width, 1.299228, 1e-5), "%.9g", e.half_width);
    cr_assert_gt(stats_mean_estimate(a, 4, 0.95).half_width, 100.0);
}

Test(stats, a_pair_with_a_missing_half_is_left_out)
{
    const double a[] = {2, NAN, 4, 6};
    const double b[] = {1, 1, NAN, 3};
    struct stats_estimate e = stats_paired_estimate(a, b, 4, 0.95);
    cr_assert_eq(e.n, 2);
    cr_assert_eq(e.mean, 2.0);
}

Test(stats, a_large_offset_does_not_drown_the_spread)
{
    struct stats_stream s = {0};
    for (int i = 0; i < 1000; i++) {
        stats_add(&s, 1e9 + (i % 2 == 0 ? -1.0 : 1.0));
    }
    cr_assert(close_to(stats_sd(&s), sqrt(1000.0 / 999.0), 1e-6), "%.9g", stats_sd(&s));
    cr_assert_eq(s.least, 1e9 - 1.0);
    cr_assert_eq(s.greatest, 1e9 + 1.0);
}

Test(stats, merged_streams_are_the_stream_of_all)
{
    struct stats_stream all = {0}, part[3] = {{0}};
    for (int i = 0; i < 100; i++) {
        double value = sin(i) * i;
        stats_add(&all, value);
        stats_add(&part[i < 7 ? 0 : 1], value); /* part[2] stays empty */
    }
    stats_merge(&part[2], &part[0]);
    stats_merge(&part[2], &part[1]);
    stats_merge(&part[2], &(struct stats_stream){0});
    cr_assert_eq(part[2].n, 100);
    cr_assert(close_to(stats_mean(&part[2]), stats_mean(&all), 1e-12));
    cr_assert(close_to(stats_sd(&part[2]), stats_sd(&all), 1e-11));
    cr_assert_eq(part[2].least, all.least);
    cr_assert_eq(part[2].greatest, all.greatest);
}

Test(stats, the_95_percent_interval_covers_the_truth_in_95_percent_of_experiments)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 20240229);
    int covered = 0;
    enum { EXPERIMENTS = 2000, REPLICATIONS = 6 };
    for (int i = 0; i < EXPERIMENTS; i++) {
        double values[REPLICATIONS];
        for (int k = 0; k < REPLICATIONS; k++) {
            values[k] = 5.3 + gsl_ran_gaussian(rng, 0.4);
        }
        struct stats_estimate e = stats_mean_estimate(values, REPLICATIONS, 0.95);
        covered += e.low <= 5.3 && 5.3 <= e.high;
    }
    gsl_rng_free(rng);
    cr_assert(covered >= 1860 && covered <= 1940, "%d of 2000", covered);
}

Test(stats, the_relative_half_width_is_a_part_of_the_means_size)
{
    const double values[] = {-9, -10, -11};
    const double around_zero[] = {-1, 1};
    const double zeros[] = {0, 0, 0};
    struct stats_estimate e = stats_mean_estimate(values, 3, 0.95);
    cr_assert(close_to(stats_relative_half_width(&e), e.half_width / 10, 1e-15));
    e = stats_mean_estimate(around_zero, 2, 0.95);
    cr_assert(isinf(stats_relative_half_width(&e)));
    e = stats_mean_estimate(zeros, 3, 0.95);
    cr_assert_eq(stats_relative_half_width(&e), 0);
    e = stats_mean_estimate(values, 1, 0.95);
    cr_assert(isnan(stats_relative_half_width(&e)));
}

/* Values until the interval is at most 2 % of the mean, looked at after every five. */
static struct stats_estimate repeat_until_precise(gsl_rng *rng, double mean, double sd)
{
    struct stats_stream stream = {0};
    struct stats_estimate e;
    do {
        for (int i = 0; i < 5; i++) {
            stats_add(&stream, mean + gsl_ran_gaussian(rng, sd));
        }
        e = stats_stream_estimate(&stream, 0.95);
    } while (!(stats_relative_half_width(&e) <= 0.02));
    return e;
}

Test(stats, stopping_at_a_precision_reaches_it_and_keeps_most_of_the_level)
{
    /* It stops when the sample looks calm, so the interval covers somewhat less than it says. */
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, 7);
    enum { EXPERIMENTS = 2000 };
    int covered = 0;
    double n = 0;
    for (int i = 0; i < EXPERIMENTS; i++) {
        struct stats_estimate e = repeat_until_precise(rng, 6, 0.4);
        cr_assert_leq(e.half_width, 0.02 * e.mean);
        covered += e.low <= 6 && 6 <= e.high;
        n += (double)e.n / EXPERIMENTS;
    }
    gsl_rng_free(rng);
    /* (1.96 * 0.4 / 0.12)^2 = 43 values, were the deviation known. */
    cr_assert(n > 35 && n < 50, "%g values", n);
    cr_assert(covered >= EXPERIMENTS * 90 / 100 && covered <= EXPERIMENTS * 97 / 100, "%d of %d",
              covered, (int)EXPERIMENTS);
}

Test(stats, gsl_reports_errors_instead_of_aborting)
{
    stats_init();
    gsl_error("nothing, this is a test", __FILE__, __LINE__, GSL_EDOM); /* aborts by default */
}
