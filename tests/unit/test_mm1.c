/*
 * The single queue through the table of models, against Pollaczek and Khinchine.
 */
#include <criterion/criterion.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <string.h>

#include "models/mm1/config.h"
#include "tests/support/chance.h"
#include "tests/support/drive.h"

enum { REPLICATIONS = 30 };

static const struct model_head long_run = {
    .name = "mm1", .duration_ns = 400000 * SIM_S, .bin_ns = 4000 * SIM_S, .seed = 1};
static const struct mm1_config half = {
    .arrivals = {.kind = DIST_EXPONENTIAL, .low = 10 * SIM_S, .high = 10 * SIM_S},
    .service = {.kind = DIST_EXPONENTIAL, .low = 5 * SIM_S, .high = 5 * SIM_S},
    .warm_up_ns = 10000 * SIM_S,
};

static double measure(const struct model_result *r, const char *name)
{
    for (size_t i = 0; i < mm1_model.measures; i++) {
        if (strcmp(mm1_model.measure[i].name, name) == 0) {
            return r->measure[i];
        }
    }
    cr_assert_fail("no measure %s", name);
    return (double)NAN;
}

static void expect_mean(const char *what, const double *value, double theory)
{
    const double mean = gsl_stats_mean(value, 1, REPLICATIONS);
    const double half_width = chance_half_width(value, REPLICATIONS, 0.99);
    cr_assert(fabs(mean - theory) <= half_width, "%s: %.4f +- %.4f, theory says %.4f", what, mean,
              half_width, theory);
    cr_assert_lt(half_width, 0.05 * theory, "%s: +- %.4f says nothing", what, half_width);
}

static void expect_theory(const struct mm1_config *config, double wait_s, double load)
{
    double wait[REPLICATIONS];
    double response[REPLICATIONS];
    double busy[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        struct model_result r;
        drive_model(&mm1_model, &long_run, config, i + 1, 0, NULL, &r);
        wait[i] = measure(&r, "waiting_mean_s");
        response[i] = measure(&r, "response_mean_s");
        busy[i] = measure(&r, "utilisation");
        cr_assert_eq(measure(&r, "calls"), measure(&r, "completed") + measure(&r, "pending"));
        drive_forget(&r);
    }
    expect_mean("wait", wait, wait_s);
    expect_mean("response", response, wait_s + load * 10);
    expect_mean("busy", busy, load);
}

Test(mm1, exponential_service_waits_as_theory_says)
{
    expect_theory(&half, 5, 0.5);
}

Test(mm1, constant_service_waits_half_as_long)
{
    struct mm1_config constant = half;
    constant.service = (struct dist){.kind = DIST_CONSTANT, .low = 5 * SIM_S, .high = 5 * SIM_S};
    expect_theory(&constant, 2.5, 0.5);
}

Test(mm1, the_median_response_is_that_of_an_exponential_time)
{
    double median[REPLICATIONS];
    for (uint32_t i = 0; i < REPLICATIONS; i++) {
        struct model_result r;
        drive_model(&mm1_model, &long_run, &half, i + 1, 0, NULL, &r);
        median[i] = measure(&r, "response_p50_s");
        drive_forget(&r);
    }
    expect_mean("median", median, 10 * log(2));
}

/* A call each 10 s that takes 4 s: nobody waits, and every number is known. */
Test(mm1, constant_times_are_exact)
{
    const struct model_head head = {
        .name = "mm1", .duration_ns = 100 * SIM_S, .bin_ns = 30 * SIM_S, .seed = 1};
    const struct mm1_config config = {
        .arrivals = {.kind = DIST_CONSTANT, .low = 10 * SIM_S, .high = 10 * SIM_S},
        .service = {.kind = DIST_CONSTANT, .low = 4 * SIM_S, .high = 4 * SIM_S},
        .warm_up_ns = 20 * SIM_S};
    struct model_result r;
    drive_model(&mm1_model, &head, &config, 1, 0, NULL, &r);
    cr_assert_eq(measure(&r, "calls"), 8, "from 20 s to 90 s; the one at the end is not asked");
    cr_assert_eq(measure(&r, "completed"), 8);
    cr_assert_eq(measure(&r, "response_mean_s"), 4);
    cr_assert_eq(measure(&r, "waiting_mean_s"), 0);
    cr_assert_eq(measure(&r, "utilisation"), 0.36, "warm-up included");
    const int64_t bins[] = {4 * SIM_S, 1, 12 * SIM_S, 3, 12 * SIM_S, 3, 4 * SIM_S, 1};
    cr_assert_eq(memcmp(r.bin, bins, sizeof bins), 0);
    drive_forget(&r);
}

static void count_row(void *context, size_t table, const union store_cell *cells)
{
    int64_t *sum = context;
    cr_assert_eq(table, 0);
    sum[0]++;
    sum[1] += cells[3].integer;
}

Test(mm1, rows_say_what_the_measures_say)
{
    int64_t sum[2] = {0, 0};
    struct model_head head = long_run;
    head.record = 1;
    struct model_result r;
    drive_model(&mm1_model, &head, &half, 1, 0,
                &(struct model_listener){.context = sum, .row = count_row}, &r);
    cr_assert_eq((double)sum[0], measure(&r, "completed"));
    cr_assert_float_eq((double)sum[1] / 1e9 / (double)sum[0], measure(&r, "response_mean_s"), 1e-9);
    drive_forget(&r);
}

Test(mm1, a_run_depends_on_its_name_alone)
{
    struct model_result a;
    struct model_result b;
    drive_model(&mm1_model, &long_run, &half, 1, 0, NULL, &a);
    drive_model(&mm1_model, &long_run, &half, 1, 7, NULL, &b);
    cr_assert_eq(a.digest, b.digest);
    cr_assert_eq(a.work_digest, b.work_digest);
    cr_assert_eq(memcmp(a.measure, b.measure, mm1_model.measures * sizeof *a.measure), 0);
    drive_forget(&b);
    drive_model(&mm1_model, &long_run, &half, 2, 0, NULL, &b);
    cr_assert_neq(a.digest, b.digest);
    cr_assert_neq(a.work_digest, b.work_digest);
    drive_forget(&a);
    drive_forget(&b);
}

Test(mm1, a_warm_up_as_long_as_the_run_is_refused)
{
    const struct model_head head = {
        .name = "mm1", .duration_ns = 5 * SIM_S, .bin_ns = SIM_S, .seed = 1};
    struct model_error error = {.text = ""};
    void *system;
    cr_assert_eq(mm1_model.open(&system, &head, &half, &error), SIM_ERR_INVALID);
    cr_assert_str_eq(error.key, "queue.warm_up");
    cr_assert_neq(error.text[0], '\0');
}
