/* Differences between runs: against published figures, and who is paired with whom. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/contrast.h"
#include "tests/support/result.h"

TestSuite(contrast, .init = result_enter, .fini = result_leave);

static void assert_near(double got, double wanted, double tolerance)
{
    cr_assert(fabs(got - wanted) <= tolerance, "%.12g instead of %.12g", got, wanted);
}

/* ---- two samples: Student's sleep data (1908), as R's t.test() prints it ---- */

static const double drug_1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double drug_2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

Test(contrast, pairs_agree_with_the_published_paired_t_test)
{
    const struct contrast_difference d = contrast_of_pairs(drug_1, drug_2, 10);
    cr_assert_eq(d.n, 10);
    assert_near(d.mean, -1.58, 1e-12);
    assert_near(d.low, -2.4598858, 5e-8);
    assert_near(d.high, -0.7001142, 5e-8);
    assert_near(d.p, 0.00283289, 5e-9);
}

Test(contrast, strangers_agree_with_the_published_welch_test)
{
    const struct contrast_difference d = contrast_of_samples(drug_1, 10, drug_2, 10);
    assert_near(d.mean, -1.58, 1e-12);
    assert_near(d.low, -3.3654832, 5e-8);
    assert_near(d.high, 0.2054832, 5e-8);
    assert_near(d.p, 0.07939, 5e-6);
}

Test(contrast, a_missing_value_takes_its_pair_along)
{
    const double a[] = {1, NAN, 3, 5};
    const double b[] = {0, 1, NAN, 2};
    const struct contrast_difference d = contrast_of_pairs(a, b, 4);
    cr_assert_eq(d.n, 2);
    assert_near(d.mean, 2, 0);
}

Test(contrast, one_pair_gives_a_difference_and_no_interval)
{
    const double a[] = {3};
    const double b[] = {1};
    const struct contrast_difference d = contrast_of_pairs(a, b, 1);
    assert_near(d.mean, 2, 0);
    cr_assert_not(d.has_interval);
    cr_assert(isnan(d.low) && isnan(d.high) && isnan(d.p));
}

Test(contrast, equal_pairs_leave_nothing_to_chance)
{
    const double a[] = {3, 4, 5};
    const double b[] = {1, 2, 3};
    const struct contrast_difference same = contrast_of_pairs(a, a, 3);
    cr_assert(same.is_constant && same.has_interval);
    assert_near(same.p, 1, 0);
    const struct contrast_difference shifted = contrast_of_pairs(a, b, 3);
    cr_assert(shifted.is_constant);
    assert_near(shifted.low, 2, 0);
    assert_near(shifted.p, 0, 0);
}

Test(contrast, the_interval_covers_the_true_difference_in_95_of_100_experiments)
{
    /* Sums of twelve uniform numbers are nearly normal; a and b share half of their noise. */
    uint64_t state = 1;
    int covered = 0;
    for (int experiment = 0; experiment < 1000; experiment++) {
        double a[6] = {0};
        double b[6] = {0};
        for (int i = 0; i < 6; i++) {
            for (int k = 0; k < 36; k++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                const double u = (double)(state >> 11) / 9007199254740992.0;
                a[i] += k < 24 ? u : 0;
                b[i] += k >= 12 ? u : 0;
            }
            a[i] += 0.5;
        }
        const struct contrast_difference d = contrast_of_pairs(a, b, 6);
        covered += d.low <= 0.5 && 0.5 <= d.high;
    }
    cr_assert(covered >= 930 && covered <= 970, "%d", covered);
}

/* ---- many metrics ---- */

Test(contrast, holm_corrects_as_in_a_hand_worked_example)
{
    /* 0.01, 0.02, 0.04 and 0.03: times 4, 3, 1 and 2, and never below the one before. */
    const double p[] = {0.01, 0.02, 0.04, 0.03};
    const double wanted[] = {0.04, 0.06, 0.06, 0.06};
    struct contrast_metric metric[5] = {0};
    for (int i = 0; i < 4; i++) {
        metric[i].difference = (struct contrast_difference){.has_interval = true, .p = p[i]};
    }
    metric[4].difference = (struct contrast_difference){.has_interval = true, .is_constant = true};
    contrast_correct(metric, 5);
    for (int i = 0; i < 4; i++) {
        assert_near(metric[i].difference.p_holm, wanted[i], 1e-15);
    }
    cr_assert(isnan(metric[4].difference.p_holm), "what does not vary is not counted");
}

/* ---- two results ---- */

/* Replications 1 to count of "nimble" with metric first + k, seeds from seed on. */
static void make_result(const char *path, uint32_t count, uint64_t seed, uint64_t work,
                        double first)
{
    struct store *store = result_create(path);
    for (uint32_t k = 1; k <= count; k++) {
        result_begin(store, k, "nimble", k, seed);
        result_end(store, k, "nimble", k, seed, 100 * seed + k, work + k, first + k * k);
    }
    result_finish(store);
}

static struct contrast compare(const char *a, const char *b)
{
    struct contrast_side side[2] = {{.variant = "nimble"}, {.variant = "nimble"}};
    struct runs runs[2];
    struct store_error error;
    const char *path[2] = {a, b};
    for (int i = 0; i < 2; i++) {
        side[i].store = result_open(path[i]);
        side[i].runs = &runs[i];
        cr_assert_eq(runs_read(&runs[i], side[i].store, &error), SIM_OK);
    }
    struct contrast c;
    cr_assert_eq(contrast_make(&c, &side[0], &side[1], &error), SIM_OK);
    for (int i = 0; i < 2; i++) {
        runs_deinit(&runs[i]);
        store_destroy(side[i].store);
    }
    return c;
}

Test(contrast, replications_with_equal_work_are_paired)
{
    make_result("a.db", 4, 1, 50, 0);
    make_result("b.db", 3, 1, 50, 10);
    struct contrast c = compare("a.db", "b.db");
    cr_assert_eq(c.pairing, CONTRAST_PAIRED);
    cr_assert_eq(c.pair_count, 3);
    cr_assert_eq(c.metric_count, 1);
    cr_assert_str_eq(c.metric[0].name, "m");
    cr_assert_str_eq(c.metric[0].unit, "s");
    cr_assert_eq(c.metric[0].difference.n, 3);
    assert_near(c.metric[0].difference.mean, -10, 1e-12);
    cr_assert(c.metric[0].difference.is_constant, "all that varies is shared");
    contrast_deinit(&c);
}

Test(contrast, other_work_makes_strangers)
{
    make_result("a.db", 3, 1, 50, 0);
    make_result("work.db", 3, 1, 60, 0);
    struct contrast c = compare("a.db", "work.db");
    cr_assert_eq(c.pairing, CONTRAST_OTHER_WORK);
    cr_assert_eq(c.metric[0].difference.n, 6);
    cr_assert_not(c.pair[0].same_work);
    contrast_deinit(&c);
}

Test(contrast, what_was_asked_makes_pairs_whatever_the_seed_is_called)
{
    make_result("a.db", 3, 1, 50, 0);
    make_result("seed.db", 3, 2, 50, 0);
    struct contrast c = compare("a.db", "seed.db");
    cr_assert_eq(c.pairing, CONTRAST_PAIRED);
    cr_assert_eq(c.metric[0].difference.n, 3);
    contrast_deinit(&c);
}

Test(contrast, equal_digests_are_noticed)
{
    make_result("a.db", 2, 1, 50, 0);
    make_result("b.db", 2, 1, 50, 0);
    struct contrast c = compare("a.db", "b.db");
    cr_assert(c.pair[0].same_digest && c.pair[1].same_digest);
    contrast_deinit(&c);
}

Test(contrast, a_variant_that_is_not_there_shares_nothing)
{
    make_result("a.db", 2, 1, 50, 0);
    struct runs runs;
    struct store_error error;
    struct store *store = result_open("a.db");
    cr_assert_eq(runs_read(&runs, store, &error), SIM_OK);
    const struct contrast_side a = {store, &runs, "nimble"};
    const struct contrast_side b = {store, &runs, "giant"};
    struct contrast c;
    cr_assert_eq(contrast_make(&c, &a, &b, &error), SIM_OK);
    cr_assert_eq(c.pairing, CONTRAST_NOTHING_SHARED);
    cr_assert(isnan(c.metric[0].difference.mean));
    contrast_deinit(&c);
    runs_deinit(&runs);
    store_destroy(store);
}
