/* How quantities are drawn: the moments of what is drawn, and arithmetic that is our own. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "sim/engine/dist.h"

enum { DRAWS = 200000 };

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov and Smirnov's distance from a distribution function, times the root of the count. */
static double distance(double *value, double (*cdf)(double))
{
    double most = 0;

    qsort(value, DRAWS, sizeof(*value), by_value);
    for (size_t i = 0; i < DRAWS; i++) {
        const double expected = cdf(value[i]);
        most = fmax(most, fmax(fabs(expected - (double)i / DRAWS),
                               fabs(expected - (double)(i + 1) / DRAWS)));
    }
    return most * sqrt(DRAWS);
}

static double standard_normal_cdf(double x)
{
    return gsl_cdf_ugaussian_P(x);
}

Test(dist, the_standard_normal_is_normal)
{
    static double value[DRAWS];
    struct rng r;

    rng_init(&r, 1, 0, 0, RNG_TEST);
    for (size_t i = 0; i < DRAWS; i++) {
        value[i] = dist_standard_normal(&r);
    }
    cr_assert_lt(distance(value, standard_normal_cdf), 1.63, "the 1 %% point");
}

static double lognormal_cdf(double x)
{
    return gsl_cdf_lognormal_P(x + 0.5, log(1e9), 0.5);
}

Test(dist, a_lognormal_has_its_median_and_sigma)
{
    static double value[DRAWS];
    const struct dist d = {
        .kind = DIST_LOGNORMAL, .low = 1000000000, .high = 1000000000, .spread = 0.5};
    struct rng r;

    rng_init(&r, 2, 0, 0, RNG_TEST);
    for (size_t i = 0; i < DRAWS; i++) {
        value[i] = (double)dist_draw(&d, &r);
    }
    cr_assert_lt(distance(value, lognormal_cdf), 1.63);
    cr_assert_float_eq(value[DRAWS / 2] / 1e9, 1, 0.01);
}

Test(dist, a_normal_is_never_below_zero)
{
    const struct dist wide = {.kind = DIST_NORMAL, .low = 1000, .high = 1000, .spread = 5000};
    const struct dist narrow = {
        .kind = DIST_NORMAL, .low = 1000000, .high = 1000000, .spread = 1000};
    struct rng r;
    double sum = 0;

    rng_init(&r, 3, 0, 0, RNG_TEST);
    for (size_t i = 0; i < DRAWS; i++) {
        cr_assert_geq(dist_draw(&wide, &r), 0);
        sum += (double)dist_draw(&narrow, &r);
    }
    cr_assert_float_eq(sum / DRAWS, 1000000 - 0.5, 10);
}

Test(dist, an_empirical_one_draws_each_of_its_values_as_often)
{
    const struct dist d = {
        .kind = DIST_EMPIRICAL, .low = 3, .high = 90, .values = 4, .value = {3, 7, 7, 90}};
    struct rng r;
    size_t three = 0;
    size_t seven = 0;
    size_t ninety = 0;

    rng_init(&r, 5, 0, 0, RNG_TEST);
    for (size_t i = 0; i < DRAWS; i++) {
        const int64_t value = dist_draw(&d, &r);
        three += value == 3;
        seven += value == 7;
        ninety += value == 90;
    }
    cr_assert_eq(three + seven + ninety, DRAWS);
    const double sd = sqrt(DRAWS * 0.25 * 0.75); /* five of them: one failure in a million */
    cr_expect_float_eq((double)three, DRAWS * 0.25, 5 * sd);
    cr_expect_float_eq((double)seven, DRAWS * 0.5, 6 * sd);
    cr_expect_float_eq((double)ninety, DRAWS * 0.25, 5 * sd);
    cr_expect_eq(dist_least(&d, 1), 3);
    cr_expect_eq(dist_greatest(&d), 90);
}

Test(dist, our_exp_is_exp)
{
    double most = 0;

    for (double x = -700; x < 690; x += 0.0137) {
        const double expected = exp(x);
        most = fmax(most, fabs(dist_exp(x) - expected) / (expected * 0x1p-52));
    }
    cr_assert_leq(most, 2, "%g units in the last place", most);
    cr_assert_eq(dist_exp(0), 1);
    cr_assert_eq(dist_exp(-1000), 0);
    cr_assert_eq(dist_exp(1000), 0x1p1000);
}

Test(dist, what_can_be_drawn_has_ends_or_none)
{
    const struct dist uniform = {.kind = DIST_UNIFORM, .low = 3, .high = 9};
    const struct dist normal = {.kind = DIST_NORMAL, .low = 3, .high = 3, .spread = 1};
    const struct dist huge = {
        .kind = DIST_LOGNORMAL, .low = INT64_MAX, .high = INT64_MAX, .spread = 10};
    struct rng r;

    cr_assert_eq(dist_greatest(&uniform), 9);
    cr_assert_eq(dist_least(&uniform, 1), 3);
    cr_assert_eq(dist_greatest(&normal), INT64_MAX);
    cr_assert_eq(dist_least(&normal, 1), 1);
    rng_init(&r, 4, 0, 0, RNG_TEST);
    for (size_t i = 0; i < 1000; i++) {
        cr_assert_leq(dist_draw(&huge, &r), INT64_C(1) << 62);
    }
}
