/* Whole studies: how many replications a precision takes, and what a reader is warned of. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "sim/study/load.h"
#include "sim/study/precision.h"
#include "sim/study/series.h"

struct fixture {
    struct scenario scenario;
    struct study study;
};

static void load_study(struct fixture *f, const char *path, const char *const *sets, size_t count,
                       uint32_t threads)
{
    struct scenario_override overrides[8];
    struct scenario_errors errors = {0};
    for (size_t i = 0; i < count; i++) {
        overrides[i].text = sets[i];
    }
    const struct study_options options = {.threads = threads};
    enum sim_status status =
        scenario_load(&f->scenario, load_registry(), path, overrides, count, &errors);
    cr_assert_eq(status, SIM_OK, "%s", errors.count > 0 ? errors.mistake[0].message : "");
    status = study_init(&f->study, &f->scenario, &options);
    cr_assert_eq(status, SIM_OK, "%s", f->study.error);
}

static void run_study(struct fixture *f, const char *path, const char *const *sets, size_t count,
                      uint32_t threads)
{
    load_study(f, path, sets, count, threads);
    const enum sim_status status = study_run(&f->study);
    cr_assert_eq(status, SIM_OK, "%s", f->study.error);
    cr_assert(study_is_complete(&f->study));
}

static void end_study(struct fixture *f)
{
    study_deinit(&f->study);
    scenario_deinit(&f->scenario);
}

static double value_of(const struct study *s, const struct study_run *run, const char *measure)
{
    return model_measure_of(s->model, &run->result, measure);
}

/* ---- what variants share ---- */

static const struct model *plain;
static atomic_uint drawn, discarded;

static enum sim_status draw_counted(void **work, const void *system, uint32_t replication)
{
    atomic_fetch_add(&drawn, 1);
    return plain->draw(work, system, replication);
}

static void discard_counted(void *work)
{
    atomic_fetch_add(&discarded, 1);
    plain->discard(work);
}

/* How often work is drawn for a study of two replications; its digest. */
static unsigned draws_of(const char *const *sets, size_t count, uint32_t threads, uint64_t *digest)
{
    struct fixture f = {0};
    load_study(&f, "scenarios/smoke.yaml", sets, count, threads);
    plain = f.study.model;
    struct model counted = *plain;
    counted.draw = draw_counted;
    counted.discard = discard_counted;
    atomic_store(&drawn, 0);
    atomic_store(&discarded, 0);
    f.study.model = &counted;
    cr_assert_eq(study_run(&f.study), SIM_OK, "%s", f.study.error);
    *digest = study_digest(&f.study);
    f.study.model = plain;
    end_study(&f);
    cr_expect_eq(atomic_load(&discarded), atomic_load(&drawn));
    return atomic_load(&drawn);
}

Test(study, work_is_drawn_once_a_replication_for_all_variants_that_are_alike_in_it)
{
    static const char *const two[] = {"replications=2"};
    static const char *const three[] = {
        "replications=2",
        "variants={nimble: {}, other: {robots.count: 7}, third: {robots.count: 7}}"};
    uint64_t digest, again;
    cr_expect_eq(draws_of(two, 1, 1, &digest), 2);
    cr_expect_eq(draws_of(two, 1, 2, &again), 2);
    cr_expect_eq(digest, again);
    cr_expect_eq(draws_of(three, 2, 2, &again), 2, "a variant that is like no other draws nothing");
}

/* ---- sequential stopping ---- */

#define SMOKE "scenarios/smoke.yaml"

Test(study, replications_go_on_until_the_precision_is_reached_and_no_longer)
{
    static const char *const sets[] = {"replications={precision: 7 %, min: 4, max: 200}"};
    struct fixture f = {0};
    run_study(&f, SMOKE, sets, 1, 2);
    const uint32_t n = study_replications(&f.study);
    cr_assert(n > 4 && n < 200 && n % 4 == 0, "%u replications", n);
    cr_assert(precision_is_enough(&f.study));
    cr_assert_leq(precision_reached(&f.study, 0), 0.07);
    cr_assert_leq(precision_reached(&f.study, 1), 0.07);
    /* A round less was not enough, for one variant at least. */
    f.study.run_count -= 4 * f.scenario.variant_count;
    cr_assert_not(precision_is_enough(&f.study));
    f.study.run_count += 4 * f.scenario.variant_count;
    /* Of one value nobody knows how well it is known. */
    const uint32_t all = f.study.run_count;
    f.study.run_count = f.scenario.variant_count;
    cr_assert(isnan(precision_reached(&f.study, 0)));
    cr_assert_not(precision_is_enough(&f.study));
    f.study.run_count = all;
    end_study(&f);
}

Test(study, threads_decide_neither_how_many_nor_what)
{
    static const char *const sets[] = {"replications={precision: 8 %, max: 100}"};
    struct fixture one = {0};
    struct fixture three = {0};
    run_study(&one, SMOKE, sets, 1, 1);
    run_study(&three, SMOKE, sets, 1, 3);
    cr_assert_eq(study_replications(&one.study), study_replications(&three.study));
    cr_assert_eq(study_digest(&one.study), study_digest(&three.study));
    end_study(&one);
    end_study(&three);
}

Test(study, the_runs_are_those_of_a_fixed_number_as_large)
{
    static const char *const precise[] = {"replications={precision: 0.1 %, min: 2, max: 3}"};
    static const char *const fixed[] = {"replications=3"};
    struct fixture a = {0};
    struct fixture b = {0};
    run_study(&a, SMOKE, precise, 1, 2);
    run_study(&b, SMOKE, fixed, 1, 2);
    cr_assert_eq(study_replications(&a.study), 3, "the last round is cut at max");
    cr_assert_not(precision_is_enough(&a.study));
    cr_assert_eq(study_digest(&a.study), study_digest(&b.study));
    for (uint32_t k = 0; k < 3; k++) {
        const struct study_run *run = study_find(&a.study, 1, k);
        cr_assert_eq(run->variant, 1);
        cr_assert_eq(run->replication, k + 1);
    }
    end_study(&a);
    end_study(&b);
}

Test(study, a_metric_that_does_not_vary_is_known_after_one_round)
{
    static const char *const sets[] = {
        "replications={precision: 1 %, of: stalled_nodes, min: 3, max: 50}"};
    struct fixture f = {0};
    run_study(&f, SMOKE, sets, 1, 2);
    cr_assert_eq(study_replications(&f.study), 3);
    end_study(&f);
}

Test(study, a_metric_that_is_not_there_is_refused_with_its_place)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    char set[] = "replications={precision: 1 %, of: respons_mean_s}";
    char *item[] = {set};
    const struct option_list sets = {.item = (void *)item, .count = 1};
    const struct load_changes changes = {.sets = &sets, .seed = UINT64_MAX};
    cr_assert_eq(load_scenario_quietly(&s, SMOKE, &changes, &errors), SIM_ERR_INVALID);
    cr_assert_eq(errors.count, 1);
    cr_assert_str_eq(errors.mistake[0].file, "--set");
    cr_assert_eq(errors.mistake[0].column, 35);
    cr_assert_str_eq(errors.mistake[0].key, "replications.of");
    cr_assert_str_eq(errors.mistake[0].suggestion, "response_mean_s");
    scenario_errors_deinit(&errors);
}

/* ---- variants of the user's own ---- */

Test(study, any_number_of_variants_runs_and_each_is_held_against_the_baseline)
{
    static const char *const sets[] = {"variants={lfu: {}, lru: {nodes.eviction: lru}, tight: "
                                       "{like: monolithic, nodes.cache: 9 KiB}}",
                                       "replications=2"};
    struct fixture f = {0};
    run_study(&f, SMOKE, sets, 2, 2);
    cr_assert_eq(f.study.run_count, 6);
    cr_assert_eq(f.study.contrasts.replications, 2);
    size_t rows = 0;
    for (size_t i = 0; i < f.study.contrasts.rows; i++) {
        const struct contrasts_row *row = &f.study.contrasts.row[i];
        cr_assert_null(row->of->a, "no variant has the name that %s asks for", row->of->name);
        cr_assert_eq(row->b, 0, "the first is the baseline");
        cr_assert(row->is_paired, "all have the same calls");
        rows += row->a == 2;
    }
    cr_assert_gt(rows, 0);
    end_study(&f);
}

Test(study, what_the_program_finds_wrong_has_the_key_s_place)
{
    struct scenario_errors errors = {0};
    const struct scenario_override set = {.text = "nodes.spacing=90 m"};
    struct scenario scenario;
    struct study study;
    cr_assert_eq(scenario_load(&scenario, load_registry(), SMOKE, &set, 1, &errors), SIM_OK);
    const struct study_options options = {.threads = 1};
    cr_assert_eq(study_init(&study, &scenario, &options), SIM_ERR_INVALID);
    cr_assert_str_eq(study.key, "nodes.spacing");
    cr_assert_str_eq(study.at.file, "--set");
    cr_assert_eq(study.at.column, 15);
    scenario_deinit(&scenario);
}

/* ---- warnings ---- */

static const char *find_warning(const struct study *s, const char *words)
{
    for (uint32_t i = 0; i < s->run_count; i++) {
        for (uint32_t w = 0; w < s->run[i].warning_count; w++) {
            if (strstr(s->run[i].warning[w].text, words) != NULL) {
                return s->run[i].warning[w].text;
            }
        }
    }
    return NULL;
}

Test(study, one_executor_for_the_noisy_factory_is_told_to_be_too_few)
{
    static const char *const sets[] = {"nodes.executors=1", "replications=2", "variants=nimble"};
    struct fixture f = {0};
    run_study(&f, "scenarios/factory.yaml", sets, 3, 2);
    const char *text = find_warning(&f.study, "is saturated: from 1800 s on its calls need 1.");
    cr_assert_not_null(text);
    cr_assert_not_null(strstr(text, "the response time is not stationary (and "),
                       "the text is whole: %s", text);
    for (uint32_t k = 0; k < 2; k++) {
        cr_assert_geq(value_of(&f.study, study_find(&f.study, 0, k), "saturated_nodes"), 1);
    }
    end_study(&f);
}

Test(study, a_link_that_cannot_keep_up_is_named_with_its_backlog)
{
    static const char *const sets[] = {"mesh.bandwidth=10 kbit/s", "duration=300 s",
                                       "replications=1", "variants=nimble"};
    struct fixture f = {0};
    run_study(&f, "scenarios/factory.yaml", sets, 4, 1);
    const char *text = find_warning(&f.study, "is saturated: at the end ");
    cr_assert_not_null(text);
    cr_assert_eq(strncmp(text, "the link from ", 14), 0, "%s", text);
    cr_assert_not_null(strstr(text, " s of its bandwidth (and "), "%s", text);
    end_study(&f);
}

Test(study, a_link_that_is_busy_at_the_end_but_keeps_up_is_not_warned_of)
{
    static const char *const sets[] = {"mesh.bandwidth=250 kbit/s", "replications=1",
                                       "variants=nimble"};
    struct fixture f = {0};
    run_study(&f, "scenarios/factory.yaml", sets, 3, 1);
    cr_assert_null(find_warning(&f.study, "is saturated"));
    end_study(&f);
}

Test(study, the_factory_as_shipped_and_with_enough_executors_is_warned_of_nothing)
{
    static const char *const sets[] = {"nodes.executors=8", "replications=6"};
    struct fixture f = {0};
    run_study(&f, "scenarios/factory.yaml", sets + 1, 1, 2);
    cr_assert_null(find_warning(&f.study, ""));
    end_study(&f);
    run_study(&f, "scenarios/factory.yaml", sets, 2, 2);
    cr_assert_null(find_warning(&f.study, ""));
    end_study(&f);
}

/* ---- warm-up ---- */

Test(study, the_warm_up_is_cut_off_and_the_caches_make_it)
{
    /* Empty caches fill in the first minutes: a response is longer before than after. */
    struct fixture f = {0};
    run_study(&f, "scenarios/factory.yaml", NULL, 0, 2);
    struct mser warmup;
    const size_t response = model_series_find(f.study.model, "response_ns");
    const enum sim_status status = series_of_variant(&f.study, 0, response, &warmup);
    cr_assert_eq(status, SIM_OK);
    cr_assert_eq(warmup.verdict, MSER_STEADY);
    const double first_s = series_warmup_s(&f.study, &warmup);
    cr_assert(first_s >= 50 && first_s <= 1800, "%g s", first_s);
    double mean = 0;
    for (uint32_t k = 0; k < 6; k++) {
        mean += value_of(&f.study, study_find(&f.study, 0, k), "response_mean_s") / 6;
    }
    cr_assert_lt(warmup.mean, mean);
    end_study(&f);
}

/* What was interrupted is no run that had nothing. */
Test(study, a_series_is_of_the_runs_that_are_done)
{
    static const char *const sets[] = {"duration=1800 s", "replications=2"};
    static const char *const first[] = {"duration=1800 s", "replications=1"};
    struct fixture two = {0};
    struct fixture one = {0};
    unsigned known = 0;
    run_study(&two, SMOKE, sets, 2, 1);
    run_study(&one, SMOKE, first, 2, 1);
    struct study_run *second = &two.study.run[study_find(&two.study, 0, 1) - two.study.run];
    second->state = STUDY_INTERRUPTED;
    for (size_t i = 0; i < two.study.model->series_count; i++) {
        struct mser of_two;
        struct mser of_one;
        cr_assert_eq(series_of_variant(&two.study, 0, i, &of_two), SIM_OK);
        cr_assert_eq(series_of_variant(&one.study, 0, i, &of_one), SIM_OK);
        known += !isnan(of_one.mean) && two.study.model->series[i].count == NULL;
        cr_assert((isnan(of_two.mean) && isnan(of_one.mean)) || of_two.mean == of_one.mean,
                  "%s: %g and %g", two.study.model->series[i].name, of_two.mean, of_one.mean);
    }
    cr_assert_gt(known, 0);
    second->state = STUDY_DONE;
    end_study(&one);
    end_study(&two);
}

Test(study, a_run_of_a_few_bins_has_no_warm_up_to_tell)
{
    static const char *const sets[] = {"duration=25 s", "replications=1"};
    struct fixture f = {0};
    run_study(&f, SMOKE, sets, 2, 1);
    cr_assert(isnan(value_of(&f.study, &f.study.run[0], "warmup_response_s")));
    cr_assert(isnan(value_of(&f.study, &f.study.run[0], "warmup_load_s")));
    end_study(&f);
}
