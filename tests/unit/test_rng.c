/*
 * The random streams: the generator against its published answers, the names against each
 * other, the distributions against theory. Seeds are fixed, so a test cannot fail by chance
 * once it has passed.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

#include "sim/engine/rng.h"

static struct rng stream(uint64_t seed, uint64_t entity)
{
    struct rng r;
    rng_init(&r, seed, 0, entity, RNG_TEST);
    return r;
}

Test(rng, philox_gives_the_answers_that_random123_publishes)
{
    static const struct {
        uint64_t counter[4], key[2], out[4];
    } known[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
        {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
         {0x452821e638d01377, 0xbe5466cf34e90c6c},
         {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        uint64_t out[4];
        rng_philox4x64(known[i].counter, known[i].key, out);
        cr_assert_arr_eq(out, known[i].out, sizeof out, "vector %zu", i);
    }
}

Test(rng, a_stream_is_the_blocks_of_its_counter_one_after_the_other)
{
    struct rng r;
    rng_init(&r, 7, 3, 11, RNG_TEST);
    const uint64_t key[2] = {7, 3};
    for (uint64_t block = 0; block < 10; block++) {
        const uint64_t counter[4] = {block, 11, RNG_TEST, 0};
        uint64_t want[4];
        rng_philox4x64(counter, key, want);
        for (int i = 0; i < 4; i++) {
            cr_assert_eq(rng_u64(&r), want[i]);
        }
    }
}

Test(rng, every_part_of_the_name_makes_another_stream)
{
    enum { SIDE = 4, STREAMS = SIDE * SIDE * SIDE * 2 };
    double first[STREAMS];
    size_t count = 0;
    for (uint64_t seed = 0; seed < SIDE; seed++) {
        for (uint64_t replication = 0; replication < SIDE; replication++) {
            for (uint64_t entity = 0; entity < SIDE; entity++) {
                for (int purpose = 0; purpose < 2; purpose++) {
                    struct rng r;
                    rng_init(&r, seed, replication, entity, purpose == 0 ? RNG_TEST : RNG_TEST + 1);
                    first[count++] = rng_unit(&r);
                }
            }
        }
    }
    gsl_sort(first, 1, count);
    for (size_t i = 1; i < count; i++) {
        cr_assert_gt(first[i], first[i - 1]);
    }
}

Test(rng, a_streams_numbers_do_not_depend_on_who_else_draws)
{
    struct rng alone = stream(5, 1);
    uint64_t want[100];
    for (size_t i = 0; i < 100; i++) {
        want[i] = rng_u64(&alone);
    }
    struct rng one = stream(5, 1);
    struct rng other = stream(5, 2);
    for (size_t i = 0; i < 100; i++) {
        for (size_t n = i % 5; n > 0; n--) {
            (void)rng_exponential(&other);
        }
        cr_assert_eq(rng_u64(&one), want[i]);
    }
}

Test(rng, neighbouring_streams_are_not_correlated)
{
    enum { N = 20000 };
    static double one[N], other[N];
    struct rng a = stream(1, 1);
    struct rng b = stream(1, 2);
    for (size_t i = 0; i < N; i++) {
        one[i] = rng_unit(&a);
        other[i] = rng_unit(&b);
    }
    const double r = gsl_stats_correlation(one, 1, other, 1, N);
    cr_assert_lt(fabs(r), 2.576 / sqrt(N), "correlation %g", r);
}

/* The chance that a uniform law gives counts as uneven as these. */
static double chance_of_counts(const size_t *count, size_t bins, size_t draws)
{
    const double expected = (double)draws / (double)bins;
    double chi_square = 0;
    for (size_t i = 0; i < bins; i++) {
        const double off = (double)count[i] - expected;
        chi_square += off * off / expected;
    }
    return gsl_cdf_chisq_Q(chi_square, (double)(bins - 1));
}

Test(rng, unit_numbers_fill_their_interval_evenly)
{
    enum { BINS = 1000, N = 1000000 };
    static size_t count[BINS];
    struct rng r = stream(1, 0);
    for (size_t i = 0; i < N; i++) {
        const double u = rng_unit(&r);
        cr_assert(u >= 0 && u < 1);
        count[(size_t)(u * BINS)]++;
    }
    const double chance = chance_of_counts(count, BINS, N);
    cr_assert(chance > 0.005 && chance < 0.995, "chance %g", chance);
}

Test(rng, below_has_no_bias_where_a_remainder_would_have_the_worst)
{
    enum { N = 300000 };
    const uint64_t n = UINT64_C(3) << 62; /* u64 % n would fall in the first third twice as often */
    size_t count[3] = {0};
    size_t residue[3] = {0}; /* where a product that refuses nothing shows: every third, twice */
    struct rng r = stream(2, 0);
    for (size_t i = 0; i < N; i++) {
        const uint64_t draw = rng_below(&r, n);
        cr_assert_lt(draw, n);
        count[draw >> 62]++;
        residue[draw % 3]++;
    }
    const double chance = chance_of_counts(count, 3, N);
    cr_assert(chance > 0.005, "chance %g", chance);
    const double of_residues = chance_of_counts(residue, 3, N);
    cr_assert(of_residues > 0.005, "chance %g", of_residues);
    cr_assert_eq(rng_below(&r, 1), 0);
}

Test(rng, below_reaches_both_ends_near_half_of_all)
{
    /* A bound just above 2^63 refuses nearly half of all draws, one just below hardly any. */
    static const uint64_t bounds[] = {(UINT64_C(1) << 63) - 1, UINT64_C(1) << 63,
                                      (UINT64_C(1) << 63) + 1, UINT64_MAX};
    enum { N = 100000 };
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        struct rng r = stream(3, b);
        uint64_t least = UINT64_MAX;
        uint64_t most = 0;
        size_t half[2] = {0};
        for (size_t i = 0; i < N; i++) {
            const uint64_t draw = rng_below(&r, bounds[b]);
            cr_assert_lt(draw, bounds[b]);
            least = draw < least ? draw : least;
            most = draw > most ? draw : most;
            half[draw >= bounds[b] / 2]++;
        }
        cr_assert_lt(least, bounds[b] / 1000);
        cr_assert_gt(most, bounds[b] - bounds[b] / 1000);
        const double chance = chance_of_counts(half, 2, N);
        cr_assert(chance > 0.001, "bound %zu: chance %g", b, chance);
    }
}

Test(rng, between_reaches_both_ends_and_takes_the_widest_span)
{
    struct rng r = stream(3, 0);
    bool low = false;
    bool high = false;
    for (int i = 0; i < 1000; i++) {
        const int64_t draw = rng_between(&r, -2, 2);
        cr_assert(draw >= -2 && draw <= 2);
        low = low || draw == -2;
        high = high || draw == 2;
    }
    cr_assert(low && high);
    cr_assert_eq(rng_between(&r, 9, 9), 9);

    bool negative = false;
    bool positive = false;
    for (int i = 0; i < 100; i++) {
        const int64_t draw = rng_between(&r, INT64_MIN, INT64_MAX);
        negative = negative || draw < 0;
        positive = positive || draw > 0;
    }
    cr_assert(negative && positive);
}

Test(rng, exponential_numbers_follow_their_law)
{
    enum { N = 1000000 };
    static double draw[N];
    struct rng r = stream(4, 0);
    for (size_t i = 0; i < N; i++) {
        draw[i] = rng_exponential(&r);
    }
    gsl_sort(draw, 1, N);
    double distance = 0; /* Kolmogorov and Smirnov's: the widest gap between the two curves */
    for (size_t i = 0; i < N; i++) {
        const double p = gsl_cdf_exponential_P(draw[i], 1);
        distance = fmax(distance, fmax(p - (double)i / N, (double)(i + 1) / N - p));
    }
    cr_assert_lt(distance * sqrt(N), 1.628, "distance %g", distance); /* the 1 % point */
    cr_assert_gt(draw[N - 1], 8, "the tail beyond the last layer is never drawn");
}

Test(rng, gsl_draws_from_a_named_stream)
{
    struct rng r = stream(6, 9);
    gsl_rng *g = gsl_rng_alloc(rng_gsl_type);
    cr_assert_not_null(g);
    rng_gsl_bind(g, &r);
    for (int i = 0; i < 20; i++) {
        cr_assert_eq(gsl_rng_uniform(g), rng_unit(&r));
        cr_assert_eq(gsl_rng_get(g), rng_u64(&r));
    }
    gsl_rng_free(g);
}

Test(rng, gsl_distributions_come_out_right)
{
    enum { N = 200000 };
    static double draw[N];
    gsl_rng *g = gsl_rng_alloc(rng_gsl_type);
    gsl_rng_set(g, 8);
    for (size_t i = 0; i < N; i++) {
        draw[i] = gsl_ran_gaussian_ziggurat(g, 2.0);
    }
    cr_assert_lt(fabs(gsl_stats_mean(draw, 1, N)), 2.576 * 2.0 / sqrt(N));
    cr_assert_lt(fabs(gsl_stats_variance(draw, 1, N) - 4), 2.576 * 4 * sqrt(2.0 / N));
    for (size_t i = 0; i < N; i++) {
        draw[i] = gsl_ran_poisson(g, 3.5);
    }
    cr_assert_lt(fabs(gsl_stats_mean(draw, 1, N) - 3.5), 2.576 * sqrt(3.5 / N));
    gsl_rng_free(g);
}
