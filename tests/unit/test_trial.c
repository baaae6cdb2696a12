/* An experiment on this host: what it calls resolved, and how often it errs. */
#include <criterion/criterion.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "runtime-replay/trials/trial.h"
#include "sim/engine/rng.h"

enum { ARMS = 4, BASE = 0, AGAIN = 1, OTHER = 2 };

static const struct trial_arm arms[ARMS] = {
    {.name = "base"}, {.name = "base-again"}, {.name = "other"}, {.name = "third"}};
static const struct trial_metric median_of[1] = {{.name = "s", .centre = TRIAL_MEDIAN}};
static const struct trial_metric mean_of[1] = {{.name = "s", .centre = TRIAL_MEAN}};

/* A host that is drawn. */
struct host {
    gsl_rng *rng;
    double effect;    /* of the arm `other` */
    double of_place;  /* what each place later in a block adds */
    double of_block;  /* and each block later */
    double skew;      /* 0: normal noise; else of a lognormal's tail */
    uint32_t stop_at; /* arms run after which the user leaves; 0: never */
    uint32_t ran, kept, place_in_block;
    uint32_t last_block;
    uint32_t fail_at;
};

static enum sim_status run(void *context, size_t arm, uint32_t block, double *value,
                           char text[TRIAL_TEXT_MAX])
{
    struct host *h = context;
    h->place_in_block = block == h->last_block ? h->place_in_block + 1 : 0;
    h->last_block = block;
    h->ran++;
    if (h->ran == h->fail_at) {
        (void)snprintf(text, TRIAL_TEXT_MAX, "worker 2 was killed by signal 9");
        return SIM_ERR_IO;
    }
    const double noise =
        h->skew > 0 ? gsl_ran_lognormal(h->rng, 0, h->skew) : gsl_ran_gaussian(h->rng, 1);
    value[0] = 10 + noise + (arm == OTHER ? h->effect : 0) + h->of_place * h->place_in_block +
               h->of_block * block;
    return SIM_OK;
}

static enum sim_status keep(void *context, uint32_t block, const double *value, const size_t *place)
{
    struct host *h = context;
    (void)value;
    cr_assert_eq(block, h->kept);
    uint32_t seen = 0;
    for (size_t i = 0; i < ARMS; i++) {
        seen |= 1U << place[i];
    }
    cr_assert_eq(seen, (1U << ARMS) - 1);
    h->kept++;
    return SIM_OK;
}

static bool leaves(void *context)
{
    const struct host *h = context;
    return h->stop_at > 0 && h->ran >= h->stop_at;
}

static struct trial_plan plan_of(const struct trial_metric *metric, uint32_t blocks, uint32_t looks,
                                 uint64_t seed)
{
    return (struct trial_plan){.arm = arms,
                               .arms = ARMS,
                               .baseline = BASE,
                               .again = AGAIN,
                               .metric = metric,
                               .metrics = 1,
                               .seed = seed,
                               .blocks = blocks,
                               .looks = looks};
}

static struct host host_of(uint64_t seed)
{
    struct rng stream;
    struct host h = {.rng = gsl_rng_alloc(rng_gsl_type), .last_block = UINT32_MAX};
    rng_init(&stream, seed, 1, 0, RNG_TEST);
    rng_gsl_bind(h.rng, &stream);
    return h;
}

static void run_all(struct trial *t, const struct trial_plan *plan, struct host *h)
{
    const struct trial_hands hands = {
        .context = h, .run = run, .keep = keep, .is_interrupted = leaves};
    char text[TRIAL_TEXT_MAX];
    cr_assert_eq(trial_init(t, plan), SIM_OK);
    cr_assert_eq(trial_run_blocks(t, &hands, text), SIM_OK);
}

/* What an arm comes to over many experiments. */
struct record {
    double resolved;   /* the share of the experiments */
    double difference; /* mean */
    double width;      /* of its interval, mean */
};

static struct record repeat(const struct trial_plan *like, size_t arm, const struct host *host,
                            uint32_t times)
{
    struct record sum = {0};
    for (uint32_t i = 0; i < times; i++) {
        struct trial_plan plan = *like;
        struct host h = *host;
        gsl_rng *const rng = host_of(1000 + i).rng;
        h.rng = rng;
        plan.seed = 7 + i;
        struct trial t;
        struct trial_finding f;
        run_all(&t, &plan, &h);
        cr_assert_eq(trial_find(&t, arm, 0, &f), SIM_OK);
        sum.resolved += f.verdict != TRIAL_NOT_RESOLVED ? 1.0 / times : 0;
        sum.difference += f.difference / times;
        sum.width += (f.high - f.low) / times;
        trial_deinit(&t);
        gsl_rng_free(rng);
    }
    return sum;
}

static const struct host quiet = {.last_block = UINT32_MAX};

/* ---- how often it errs ---- */

Test(trial, a_median_differs_from_itself_in_three_to_seven_of_a_hundred)
{
    const struct trial_plan plan = plan_of(median_of, 20, 1, 0);
    const struct record aa = repeat(&plan, AGAIN, &quiet, 1000);
    cr_assert(aa.resolved >= 0.03 && aa.resolved <= 0.07, "%g", aa.resolved);
}

Test(trial, a_mean_differs_from_itself_in_three_to_seven_of_a_hundred)
{
    const struct trial_plan plan = plan_of(mean_of, 30, 1, 0);
    const struct record aa = repeat(&plan, AGAIN, &quiet, 1000);
    cr_assert(aa.resolved >= 0.03 && aa.resolved <= 0.07, "%g", aa.resolved);
}

/* An arm without an effect must moreover reach out of what the host does to itself. */
Test(trial, looking_three_times_and_stopping_early_claims_no_more)
{
    const struct trial_plan plan = plan_of(median_of, 20, 3, 0);
    const struct record other = repeat(&plan, OTHER, &quiet, 1000);
    cr_assert_leq(other.resolved, 0.05, "%g", other.resolved);
}

/* Of the second run of the baseline nothing else is asked: its level alone keeps it at five. */
Test(trial, three_looks_together_err_no_more_often_than_one)
{
    uint32_t claims = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        const struct trial_plan plan = plan_of(median_of, 20, 3, 7 + i);
        struct host h = host_of(1000 + i);
        struct trial t;
        bool is_claimed = false;
        run_all(&t, &plan, &h);
        for (t.blocks = 10; t.blocks <= 20; t.blocks += 5) {
            struct trial_finding f;
            cr_assert_eq(trial_find(&t, AGAIN, 0, &f), SIM_OK);
            is_claimed |= f.verdict != TRIAL_NOT_RESOLVED;
        }
        claims += is_claimed;
        trial_deinit(&t);
        gsl_rng_free(h.rng);
    }
    cr_assert_leq(claims, 70);
}

Test(trial, an_effect_as_wide_as_the_noise_is_found)
{
    const struct trial_plan plan = plan_of(median_of, 20, 1, 0);
    struct host h = quiet;
    h.effect = repeat(&plan, AGAIN, &quiet, 100).width;
    const struct record other = repeat(&plan, OTHER, &h, 200);
    cr_assert_geq(other.resolved, 0.8, "%g", other.resolved);
}

Test(trial, what_a_place_in_the_order_and_a_block_do_is_no_arms)
{
    const struct trial_plan plan = plan_of(mean_of, 20, 1, 0);
    struct host h = quiet;
    h.of_place = 1;
    h.of_block = 5;
    const struct record other = repeat(&plan, OTHER, &h, 300);
    cr_assert_lt(fabs(other.difference), 0.06, "%g", other.difference);
    cr_assert_leq(other.resolved, 0.07, "%g", other.resolved);
}

Test(trial, values_with_a_long_tail_are_called_resolved_no_more_often)
{
    const struct trial_plan plan = plan_of(median_of, 20, 1, 0);
    struct host h = quiet;
    h.skew = 1;
    const struct record aa = repeat(&plan, AGAIN, &h, 500);
    cr_assert_leq(aa.resolved, 0.07, "%g", aa.resolved);
}

/* ---- what it says of one experiment ---- */

/* An experiment whose values are written down: by block, then arm. */
static enum trial_verdict verdict_of(uint32_t blocks, const double value[][ARMS])
{
    const struct trial_plan plan = plan_of(median_of, blocks, 1, 3);
    struct trial t;
    struct trial_finding f;
    cr_assert_eq(trial_init(&t, &plan), SIM_OK);
    memcpy(t.value, value, blocks * ARMS * sizeof(double));
    t.blocks = blocks;
    cr_assert_eq(trial_find(&t, OTHER, 0, &f), SIM_OK);
    trial_deinit(&t);
    return f.verdict;
}

Test(trial, lower_and_higher_are_told_apart)
{
    double value[8][ARMS];
    for (uint32_t b = 0; b < 8; b++) {
        value[b][BASE] = value[b][AGAIN] = 10 + b;
        value[b][OTHER] = 8 + b + 0.01 * b;
    }
    cr_assert_eq(verdict_of(8, value), TRIAL_LOWER);
    for (uint32_t b = 0; b < 8; b++) {
        value[b][OTHER] += 4;
    }
    cr_assert_eq(verdict_of(8, value), TRIAL_HIGHER);
}

Test(trial, five_blocks_of_one_sign_may_be_chance)
{
    double value[5][ARMS];
    for (uint32_t b = 0; b < 5; b++) {
        value[b][BASE] = value[b][AGAIN] = 10;
        value[b][OTHER] = 5;
    }
    cr_assert_eq(verdict_of(5, value), TRIAL_NOT_RESOLVED);
}

Test(trial, what_the_host_does_to_itself_is_no_finding)
{
    double value[8][ARMS];
    for (uint32_t b = 0; b < 8; b++) {
        value[b][BASE] = 10;
        value[b][AGAIN] = 10 + (b % 2 == 0 ? 3.0 : -3.0);
        value[b][OTHER] = 10.1;
    }
    cr_assert_eq(verdict_of(8, value), TRIAL_NOT_RESOLVED);
}

Test(trial, a_value_that_does_not_exist_leaves_its_pair_out)
{
    double value[10][ARMS];
    for (uint32_t b = 0; b < 10; b++) {
        value[b][BASE] = value[b][AGAIN] = 10;
        value[b][OTHER] = b < 2 ? NAN : 8;
    }
    cr_assert_eq(verdict_of(10, value), TRIAL_LOWER);
    for (uint32_t b = 0; b < 10; b++) {
        value[b][OTHER] = NAN;
    }
    cr_assert_eq(verdict_of(10, value), TRIAL_NOT_RESOLVED);
}

/* ---- how it runs ---- */

Test(trial, every_arm_has_every_place_once_in_as_many_blocks)
{
    const struct trial_plan plan = plan_of(median_of, 20, 1, 5);
    uint32_t differs = 0;
    for (uint32_t b = 0; b < 20; b += ARMS) {
        uint32_t held[ARMS] = {0};
        for (uint32_t i = 0; i < ARMS; i++) {
            size_t order[TRIAL_ARMS_MAX];
            trial_order(&plan, b + i, order);
            for (uint32_t k = 0; k < ARMS; k++) {
                held[order[k]] |= 1U << k;
            }
            differs += order[0] != 0;
        }
        for (uint32_t k = 0; k < ARMS; k++) {
            cr_assert_eq(held[k], (1U << ARMS) - 1);
        }
    }
    cr_assert_eq(differs, 15);
}

Test(trial, it_stops_as_soon_as_all_verdicts_stand)
{
    static const struct trial_arm few[3] = {{.name = "a"}, {.name = "again"}, {.name = "other"}};
    struct trial_plan plan = plan_of(median_of, 40, 3, 5);
    plan.arm = few;
    plan.arms = 3;
    struct host h = quiet;
    gsl_rng *const rng = host_of(1).rng;
    h.rng = rng;
    h.effect = 20;
    const struct trial_hands hands = {.context = &h, .run = run};
    char text[TRIAL_TEXT_MAX];
    struct trial t;
    cr_assert_eq(trial_init(&t, &plan), SIM_OK);
    cr_assert_eq(trial_run_blocks(&t, &hands, text), SIM_OK);
    cr_assert_eq(t.blocks, 20);
    cr_assert_eq(t.end, TRIAL_SETTLED);
    trial_deinit(&t);
    gsl_rng_free(rng);
}

Test(trial, interrupted_it_keeps_whole_blocks)
{
    const struct trial_plan plan = plan_of(median_of, 20, 1, 5);
    struct host h = host_of(1);
    h.stop_at = 3 * ARMS + 2;
    struct trial t;
    run_all(&t, &plan, &h);
    cr_assert_eq(t.end, TRIAL_INTERRUPTED);
    cr_assert_eq(t.blocks, 3);
    cr_assert_eq(h.kept, 3);
    trial_deinit(&t);
    gsl_rng_free(h.rng);
}

Test(trial, no_block_begins_that_will_hardly_end_in_time)
{
    struct trial_plan plan = plan_of(median_of, 20, 1, 5);
    plan.budget_ns = 1;
    struct host h = host_of(1);
    struct trial t;
    run_all(&t, &plan, &h);
    cr_assert_eq(t.end, TRIAL_OUT_OF_TIME);
    cr_assert_eq(t.blocks, 1);
    trial_deinit(&t);
    gsl_rng_free(h.rng);
}

/* A block takes four rests at the least; two take less than there is, three more. */
static enum sim_status rest(void *context, size_t arm, uint32_t block, double *value,
                            char text[TRIAL_TEXT_MAX])
{
    const struct timespec pause = {.tv_nsec = 10 * SIM_MS};
    (void)context;
    (void)block;
    (void)text;
    (void)nanosleep(&pause, NULL);
    value[0] = (double)arm;
    return SIM_OK;
}

Test(trial, a_block_that_would_end_too_late_does_not_begin)
{
    struct trial_plan plan = plan_of(median_of, 20, 1, 5);
    plan.budget_ns = 100 * SIM_MS;
    const struct trial_hands hands = {.run = rest};
    char text[TRIAL_TEXT_MAX];
    struct trial t;
    cr_assert_eq(trial_init(&t, &plan), SIM_OK);
    cr_assert_eq(trial_run_blocks(&t, &hands, text), SIM_OK);
    cr_assert_eq(t.end, TRIAL_OUT_OF_TIME);
    cr_assert(t.blocks == 1 || t.blocks == 2, "%u", t.blocks);
    trial_deinit(&t);
}

Test(trial, whoever_fails_is_named_and_whole_blocks_stay)
{
    const struct trial_plan plan = plan_of(median_of, 20, 1, 5);
    struct host h = host_of(1);
    h.fail_at = 2 * ARMS + 1;
    const struct trial_hands hands = {.context = &h, .run = run, .keep = keep};
    char text[TRIAL_TEXT_MAX];
    struct trial t;
    cr_assert_eq(trial_init(&t, &plan), SIM_OK);
    cr_assert_eq(trial_run_blocks(&t, &hands, text), SIM_ERR_IO);
    cr_assert_str_eq(text, "worker 2 was killed by signal 9");
    cr_assert_eq(t.blocks, 2);
    trial_deinit(&t);
    gsl_rng_free(h.rng);
}

Test(trial, the_host_says_what_it_is)
{
    struct trial_machine m;
    trial_machine_look(&m);
    cr_assert_geq(m.cores, 1);
    cr_assert(m.allowed >= 1 && m.allowed <= m.cores);
    cr_assert_gt(strlen(m.kernel), 0);
    cr_assert_eq(strncmp(m.priority, "nice ", 5), 0, "%s", m.priority);
    cr_assert(isnan(trial_machine_stolen(&m, &m)));
}
