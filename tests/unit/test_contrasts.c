/* The numbers of two runs, of results in memory and of stored ones, worked out by hand. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/stored.h"
#include "tests/support/result.h"
#include "tests/support/toy.h"

TestSuite(contrasts, .init = result_enter, .fini = result_leave);

static const int64_t early[4] = {40, 10, 10, 10};
static const int64_t late[4] = {10, 20, 20, 20};
static const char *const three[] = {"fast", "slow", "third"};

static struct toy_run run_of(int64_t run_id, const char *variant, uint32_t replication,
                             double response_s)
{
    return (struct toy_run){
        .run_id = run_id,
        .variant = variant,
        .replication = replication,
        .work = replication,
        .response_s = response_s,
        .bytes = strcmp(variant, "fast") == 0 ? early : late,
        .bins = 4,
    };
}

#define expect_close(got, wanted) cr_expect_float_eq(got, wanted, 1e-9, "%.12g", (double)(got))

/* Adds runs as replications: fast, slow and third, each time. */
static struct contrasts add_up(const char *const *variant, uint32_t variants, uint32_t baseline,
                               uint32_t replications, uint64_t work_of_third)
{
    struct contrasts c;
    cr_assert_eq(contrasts_init(&c, &toy_model, variant, variants, baseline), SIM_OK);
    for (uint32_t k = 1; k <= replications; k++) {
        struct model_result result[3];
        const struct model_result *given[3];
        for (uint32_t v = 0; v < variants; v++) {
            struct toy_run run = run_of(v + 1, variant[v], k, (v + 1) * (1.0 + k));
            run.work = v == 2 && work_of_third != 0 ? work_of_third : k;
            result[v] = toy_result(&run);
            given[v] = &result[v];
        }
        cr_assert_eq(contrasts_add(&c, given), SIM_OK);
        for (uint32_t v = 0; v < variants; v++) {
            toy_free(&result[v]);
        }
    }
    contrasts_finish(&c);
    return c;
}

static const struct contrasts_row *row(const struct contrasts *c, const char *name)
{
    const struct contrasts_row *found = contrasts_find(c, name);
    cr_assert_not_null(found, "%s", name);
    return found;
}

Test(contrasts, a_number_is_taken_within_a_replication_and_averaged_afterwards)
{
    struct contrasts c = add_up(three, 2, 0, 2, 0);
    expect_close(row(&c, "gain_s")->estimate.mean, 2.5); /* of 2 and 3 */
    cr_expect_eq(row(&c, "gain_s")->estimate.n, 2);
    expect_close(row(&c, "break_even_s")->estimate.mean, 40);
    cr_expect(row(&c, "gain_s")->is_paired);
    cr_expect_not(contrasts_has_strangers(&c));
    contrasts_deinit(&c);
}

Test(contrasts, what_is_against_the_baseline_has_a_row_for_each_other_variant)
{
    char text[CONTRASTS_TEXT_BYTES];
    struct contrasts c = add_up(three, 3, 1, 1, 0);
    expect_close(row(&c, "ratio.third")->estimate.mean, 1.5);
    cr_expect_null(contrasts_find(&c, "ratio.slow"), "itself");
    cr_expect_null(contrasts_find(&c, "ratio.fast"), "the model has contrasts for just these two");
    contrasts_label(&c, row(&c, "ratio.third"), text);
    cr_expect_str_eq(text, "bytes, third against slow");
    contrasts_label(&c, row(&c, "gain_s"), text);
    cr_expect_str_eq(text, "response, slow - fast");
    contrasts_deinit(&c);
}

Test(contrasts, sums_of_any_numbers_that_a_file_may_hold_do_not_overflow)
{
    static const int64_t least[4] = {INT64_MIN, INT64_MIN, INT64_MAX, INT64_MAX};
    struct contrasts c;
    cr_assert_eq(contrasts_init(&c, &toy_model, three, 2, 0), SIM_OK);
    for (uint32_t k = 1; k <= 2; k++) {
        struct toy_run fast = run_of(1, "fast", k, 1);
        struct toy_run slow = run_of(2, "slow", k, 1);
        fast.bytes = least;
        slow.bytes = least;
        struct model_result result[2] = {toy_result(&fast), toy_result(&slow)};
        const struct model_result *const given[2] = {&result[0], &result[1]};
        cr_expect_eq(contrasts_add(&c, given), SIM_OK);
        toy_free(&result[0]);
        toy_free(&result[1]);
    }
    contrasts_finish(&c);
    cr_expect_eq(c.replications, 2);
    contrasts_deinit(&c);
}

Test(contrasts, one_whose_variants_are_not_there_has_no_row)
{
    static const char *const others[] = {"fast", "lru"};
    struct contrasts c = add_up(others, 2, 0, 1, 0);
    cr_expect_null(contrasts_find(&c, "gain_s"));
    cr_expect_eq(c.rows, 1);
    cr_expect_eq(c.effects, 0);
    cr_expect_eq(c.crossovers, 0);
    contrasts_deinit(&c);
    c = add_up(others, 1, 0, 1, 0);
    cr_expect_eq(c.rows, 0);
    contrasts_deinit(&c);
}

Test(contrasts, effects_weigh_several_variants)
{
    struct contrasts c = add_up(three, 3, 0, 2, 0);
    cr_assert_eq(c.effects, 1);
    expect_close(c.effect[0].estimate.mean, 3.75); /* of 3 and 4.5 */
    contrasts_deinit(&c);
}

Test(contrasts, different_work_makes_strangers_and_still_a_number)
{
    struct contrasts c = add_up(three, 3, 0, 2, 99);
    cr_expect(row(&c, "gain_s")->is_paired);
    cr_expect_not(row(&c, "ratio.third")->is_paired);
    cr_expect_eq(row(&c, "ratio.third")->estimate.n, 2);
    cr_expect_not(c.effect[0].is_paired);
    cr_expect(contrasts_has_strangers(&c));
    contrasts_deinit(&c);
}

Test(contrasts, windows_of_all_replications_tell_when_one_falls_below_the_other)
{
    struct contrasts c = add_up(three, 2, 0, 2, 0);
    cr_assert_eq(c.crossovers, 1);
    expect_close(c.crossover[0].from_s, 20); /* the first window of two bins ends there */
    expect_close(c.crossover[0].share, 1);
    contrasts_deinit(&c);
}

Test(contrasts, a_replication_that_one_variant_lacks_is_left_out)
{
    struct contrasts c;
    struct toy_run run = run_of(1, "fast", 1, 1);
    struct model_result result = toy_result(&run);
    const struct model_result *given[] = {&result, NULL, NULL};
    cr_assert_eq(contrasts_init(&c, &toy_model, three, 3, 0), SIM_OK);
    cr_assert_eq(contrasts_add(&c, given), SIM_OK);
    contrasts_finish(&c);
    for (size_t i = 0; i < c.rows; i++) {
        cr_expect_eq(c.row[i].estimate.n, 0);
        cr_expect(isnan(c.row[i].estimate.mean));
    }
    contrasts_deinit(&c);
    toy_free(&result);
}

/* ---- stored ---- */

static void store_runs(uint32_t replications)
{
    struct store *store = toy_create("a.db", "name: x\nbaseline: slow\n");
    int64_t run_id = 1;
    for (uint32_t v = 0; v < 2; v++) {
        for (uint32_t k = 1; k <= replications; k++) {
            struct toy_run run = run_of(v + 1, three[v], k, (v + 1) * (1.0 + k));
            run.run_id = run_id++;
            toy_put(store, &run);
        }
    }
    result_finish(store);
}

Test(contrasts, a_stored_run_is_what_its_model_handed_over)
{
    struct stored s;
    struct store_error error;
    struct model_result got;
    store_runs(1);
    const struct toy_run run = run_of(1, "fast", 1, 2);
    struct model_result wanted = toy_result(&run);
    struct store *store = result_open("a.db");
    cr_assert_eq(stored_init(&s, store, &toy_model, &error), SIM_OK);
    cr_assert_eq(stored_read(&s, 1, "0000000000000001", &got, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(got.work_digest, 1);
    cr_assert_eq(got.bins, wanted.bins);
    cr_expect_eq(got.bin_ns, wanted.bin_ns);
    cr_expect_eq(memcmp(got.bin, wanted.bin, got.bins * TOY_SERIES * sizeof *got.bin), 0);
    cr_expect_eq(memcmp(got.histogram, wanted.histogram, BINS_COUNT * sizeof(uint64_t)), 0);
    for (size_t i = 0; i < TOY_MEASURES; i++) {
        expect_close(got.measure[i], wanted.measure[i]);
    }
    stored_free(&got);
    toy_free(&wanted);
    stored_deinit(&s);
    store_destroy(store);
}

Test(contrasts, stored_runs_come_to_the_same_as_those_in_memory)
{
    struct runs runs;
    struct contrasts c;
    struct store_error error;
    store_runs(3);
    struct store *store = result_open("a.db");
    cr_assert_eq(runs_read(&runs, store, &error), SIM_OK);
    cr_assert_eq(stored_contrasts(&c, store, &toy_model, &runs, &error), SIM_OK, "%s", error.text);
    struct contrasts wanted = add_up(three, 2, 1, 3, 0);
    expect_close(row(&c, "gain_s")->estimate.mean, row(&wanted, "gain_s")->estimate.mean);
    expect_close(row(&c, "gain_s")->estimate.half_width,
                 row(&wanted, "gain_s")->estimate.half_width);
    cr_expect_eq(c.baseline, 1);
    expect_close(c.crossover[0].from_s, 20);
    contrasts_deinit(&wanted);
    contrasts_deinit(&c);
    runs_deinit(&runs);
    store_destroy(store);
}

Test(contrasts, the_baseline_is_the_scenarios_or_the_first)
{
    cr_expect_eq(stored_baseline("name: x\nbaseline: slow\nmodel: toy\n", three, 3), 1);
    cr_expect_eq(stored_baseline("name: x\nbaseline: \"third\"\n", three, 3), 2);
    cr_expect_eq(stored_baseline("name: x\nbaseline: slower\n", three, 3), 0);
    cr_expect_eq(stored_baseline("name: x\n", three, 3), 0);
}
