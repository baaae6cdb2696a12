/*
 * One batch on one node through the table of models: small cases to the nanosecond, and what a
 * run promises.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "tests/support/drive.h"
#include "tests/support/pi5.h"

enum { MB = 1000000 };

/* So many tasks of one class, of a second and these bytes each; nobody migrates. */
static struct pi5_config uniform_batch(uint32_t tasks, int64_t bytes)
{
    struct pi5_config c = pi5_config_default(false, false, false);
    for (int kind = 0; kind < PI5_CLASSES; kind++) {
        c.tasks.kind[kind].count = kind == PI5_SQUEEZENET ? tasks : 0;
    }
    c.tasks.kind[PI5_SQUEEZENET].time_ns = (struct dist){.low = SIM_S, .high = SIM_S};
    c.tasks.kind[PI5_SQUEEZENET].memory_bytes = (struct dist){.low = bytes, .high = bytes};
    c.os.migrations = 0;
    c.predictor.memory_cv = 0;
    c.predictor.memory_bias = 1;
    return c;
}

static struct model_result ran(const struct pi5_config *c, const struct model_listener *listener)
{
    struct model_head head = pi5_head();
    head.record = listener != NULL;
    struct model_result r;
    drive_model(&pi5_model, &head, c, 1, 0, listener, &r);
    cr_assert_str_eq(r.books, "");
    return r;
}

static void expect_mean(const struct pi5_config *c, double response_s, double makespan_s)
{
    struct model_result r = ran(c, NULL);
    cr_assert_float_eq(pi5_value(&r, "response_mean_s"), response_s, 1e-8, "%.9f, not %.9f s",
                       pi5_value(&r, "response_mean_s"), response_s);
    cr_assert_float_eq(pi5_value(&r, "makespan_s"), makespan_s, 1e-8);
    drive_forget(&r);
}

Test(pi5_model, four_cores_run_four_at_a_time)
{
    const struct pi5_config c = uniform_batch(6, MB);
    expect_mean(&c, (4 * 1 + 2 * 2) / 6.0, 2);
}

/* Six tasks of a second on four cores, one beside another, are through after two. */
Test(pi5_model, a_core_that_computes_draws_more_than_the_board_alone)
{
    struct pi5_config c = uniform_batch(6, MB);
    c.node.energy = (struct energy_rates){.idle_w = 3, .compute_w = 2};
    struct model_result r = ran(&c, NULL);
    cr_assert_float_eq(pi5_value(&r, "compute_j"), 12, 1e-7);
    cr_assert_float_eq(pi5_value(&r, "idle_j"), 6, 1e-7);
    cr_assert_float_eq(pi5_value(&r, "energy_j"), 18, 1e-7);
    cr_assert_float_eq(pi5_value(&r, "energy_per_call_j"), 3, 1e-7);
    drive_forget(&r);
}

Test(pi5_model, migrations_make_unpinned_tasks_longer_and_pinned_ones_not)
{
    struct pi5_config c = uniform_batch(4, MB);
    c.os.migrations = 20;
    expect_mean(&c, 1.08, 1.08);
    struct model_result r = ran(&c, NULL);
    cr_assert_eq(pi5_value(&r, "migrations"), 80);
    drive_forget(&r);
    c.policy.pin = true;
    expect_mean(&c, 1, 1);
    r = ran(&c, NULL);
    cr_assert_eq(pi5_value(&r, "migrations"), 0);
    drive_forget(&r);
}

/* Five on four cores, two slots each: unpinned all share all cores, pinned two share one. */
Test(pi5_model, with_two_tasks_a_core_pinning_loses_since_nobody_balances)
{
    struct pi5_config c = uniform_batch(5, MB);
    c.node.per_core = 2;
    expect_mean(&c, 1.25, 1.25);
    c.policy.pin = true;
    expect_mean(&c, (3 * 1 + 2 * 2) / 5.0, 2);
}

/* Of the cap 540 MB are free: two of 200 MB run, two fail and run alone in the end. */
Test(pi5_model, failed_starts_run_in_the_sequential_phase)
{
    const struct pi5_config c = uniform_batch(4, 200 * MB);
    expect_mean(&c, (1 + 1 + 2 + 3) / 4.0, 3);
    struct model_result r = ran(&c, NULL);
    cr_assert_eq(pi5_value(&r, "start_failures"), 2);
    cr_assert_eq(pi5_value(&r, "sequential"), 2);
    cr_assert_eq(pi5_value(&r, "memory_peak_bytes"), 460 * MB);
    cr_assert_float_eq(pi5_value(&r, "cpu_load"), 4 / 12.0, 1e-8);
    cr_assert_float_eq(pi5_value(&r, "throughput_per_s"), 4 / 3.0, 1e-8);
    drive_forget(&r);
}

Test(pi5_model, memory_admission_waits_instead)
{
    struct pi5_config c = uniform_batch(4, 200 * MB);
    c.policy.memory = true;
    expect_mean(&c, 1.5, 2);
}

/* A slot that sleeps takes nothing: the last of five waits for the sleepers, not for the runners.
 */
Test(pi5_model, a_slot_sleeps_after_a_failed_start)
{
    struct pi5_config c = uniform_batch(4, 200 * MB);
    c.tasks.kind[PI5_FIB].count = 1;
    c.tasks.times.count = 1;
    c.tasks.order = PI5_ORDER_CLASS;
    expect_mean(&c, (1 + 1 + 0.715 + 2 + 3) / 5.0, 3);
    c.os.fail_ns = 3 * SIM_S;
    expect_mean(&c, (1 + 1 + 1.215 + 4 + 5) / 5.0, 5);
}

/* 60 + 4 * 185 = 800 of 600 MB: all are 1 + 3 * 200 / 600 = 2 times slower. */
Test(pi5_model, overcommitted_memory_slows_all_down)
{
    struct pi5_config c = uniform_batch(4, 185 * MB);
    c.os.overcommit = PI5_OVERCOMMIT_THRASH;
    expect_mean(&c, 2, 2);
    struct model_result r = ran(&c, NULL);
    cr_assert_eq(pi5_value(&r, "start_failures"), 0);
    cr_assert_eq(pi5_value(&r, "memory_peak_bytes"), 800 * MB);
    drive_forget(&r);
}

Test(pi5_model, the_shared_table_has_room_for_all)
{
    struct pi5_config c = pi5_config_default(false, false, false);
    c.tasks.memory_table = PI5_MEMORY_SHARED;
    struct model_result r = ran(&c, NULL);
    cr_assert_eq(pi5_value(&r, "start_failures"), 0);
    drive_forget(&r);
}

Test(pi5_model, what_is_not_done_at_the_end_is_pending)
{
    const struct pi5_config c = uniform_batch(10, MB);
    struct model_head head = pi5_head();
    head.duration_ns = 2500 * SIM_MS;
    struct model_result r;
    drive_model(&pi5_model, &head, &c, 1, 0, NULL, &r);
    cr_assert_str_eq(r.books, "");
    cr_assert_eq(pi5_value(&r, "completed"), 8);
    cr_assert_eq(pi5_value(&r, "pending"), 2);
    cr_assert_eq(r.outcomes, 8);
    drive_forget(&r);
}

Test(pi5_model, longest_first_is_by_real_time)
{
    struct pi5_config c = pi5_config_default(false, false, false);
    for (int kind = 0; kind < PI5_CLASSES; kind++) {
        c.tasks.kind[kind].count = kind == PI5_FIB ? 3 : 0; /* 0.215 s, 3 s, 0.217 s */
    }
    c.tasks.order = PI5_ORDER_REVERSE;
    c.node.cores = 1;
    c.os.migrations = 0;
    expect_mean(&c, (3 + 3.217 + 3.432) / 3, 3.432);
}

Test(pi5_model, a_list_that_is_too_short_begins_again)
{
    struct pi5_config c = pi5_config_default(true, false, false);
    for (int kind = 0; kind < PI5_CLASSES; kind++) {
        c.tasks.kind[kind].count = kind == PI5_FIB ? 5 : 0;
    }
    int64_t times[] = {SIM_S, 2 * SIM_S};
    c.tasks.times = (struct scenario_list){.item = times, .count = 2};
    c.node.cores = 1;
    c.tasks.order = PI5_ORDER_CLASS;
    expect_mean(&c, (1 + 3 + 4 + 6 + 7) / 5.0, 7);
}

/* ---- promises ---- */

Test(pi5_model, all_arms_see_the_same_work_and_pair_by_task)
{
    uint64_t work = 0;
    for (int arm = 0; arm < 8; arm++) {
        const struct pi5_config c = pi5_config_default(arm & 1, arm & 2, arm & 4);
        struct model_result r = ran(&c, NULL);
        cr_assert(arm == 0 || r.work_digest == work);
        work = r.work_digest;
        cr_assert_eq(r.outcomes, 150);
        for (size_t i = 0; i < r.outcomes; i++) {
            cr_assert_eq(r.outcome[i].work_id, (int64_t)i);
        }
        drive_forget(&r);
    }
}

Test(pi5_model, the_predictor_is_no_part_of_the_work_and_the_order_is)
{
    struct pi5_config c = pi5_config_default(false, false, true);
    struct model_result noisy = ran(&c, NULL);
    c.predictor.time = PI5_PREDICT_CLASS;
    struct model_result by_class = ran(&c, NULL);
    c.tasks.order = PI5_ORDER_CLASS;
    struct model_result ordered = ran(&c, NULL);
    cr_assert_eq(noisy.work_digest, by_class.work_digest);
    cr_assert_neq(noisy.digest, by_class.digest);
    cr_assert_neq(by_class.work_digest, ordered.work_digest);
    drive_forget(&noisy);
    drive_forget(&by_class);
    drive_forget(&ordered);
}

Test(pi5_model, more_tasks_of_one_class_change_nothing_of_another)
{
    const struct pi5_config c = pi5_config_default(false, false, false);
    struct pi5_batch_spec few = {.memory_bias = 1};
    for (int kind = 0; kind < PI5_CLASSES; kind++) {
        few.kind[kind] = (struct pi5_class_spec){
            .count = 5,
            .memory_bytes = c.tasks.kind[kind].memory_bytes,
            .time_ns = c.tasks.kind[kind].time_ns,
        };
    }
    struct pi5_batch_spec many = few;
    many.kind[PI5_FIB_OPT].count = 50;
    struct pi5_batch a;
    struct pi5_batch b;
    cr_assert_eq(pi5_batch_draw(&a, &few, 1, 1), SIM_OK);
    cr_assert_eq(pi5_batch_draw(&b, &many, 1, 1), SIM_OK);
    for (uint32_t i = 0; i < 25; i++) {
        cr_assert_eq(a.task[5 + i].time_ns, b.task[50 + i].time_ns);
        cr_assert_eq(a.task[5 + i].memory_bytes, b.task[50 + i].memory_bytes);
        cr_assert_eq(a.request[5 + i].predicted_bytes, b.request[50 + i].predicted_bytes);
    }
    pi5_batch_deinit(&a);
    pi5_batch_deinit(&b);
}

Test(pi5_model, every_row_of_the_tables_of_words_is_there)
{
    for (size_t i = 0; i < PI5_KEYS; i++) {
        cr_assert_not_null(pi5_keys[i].path, "key %zu", i);
    }
    for (size_t i = 0; i < PI5_MEASURES; i++) {
        cr_assert_not_null(pi5_measures[i].name, "measure %zu", i);
    }
    for (size_t i = 0; i < PI5_PRESETS; i++) {
        cr_assert_not_null(pi5_presets[i].name, "preset %zu", i);
    }
    for (size_t i = 0; i < PI5_READINGS; i++) {
        cr_assert_not_null(pi5_readings[i].path, "reading %zu", i);
    }
}

/* Weights over the eight arms: main effects and interactions are orthogonal, and each is 0 where
 * all arms are alike. */
Test(pi5_model, effects_are_orthogonal)
{
    for (size_t i = 0; i < PI5_EFFECTS; i++) {
        double sum = 0;
        cr_assert_eq(pi5_effects[i].terms, 8);
        for (size_t k = 0; k < 8; k++) {
            sum += pi5_effects[i].term[k].weight;
        }
        cr_assert_eq(sum, 0);
        for (size_t j = 0; j < i; j++) {
            double product = 0;
            for (size_t k = 0; k < 8; k++) {
                cr_assert_str_eq(pi5_effects[i].term[k].variant, pi5_effects[j].term[k].variant);
                product += pi5_effects[i].term[k].weight * pi5_effects[j].term[k].weight;
            }
            cr_assert_eq(product, 0, "%s and %s", pi5_effects[i].name, pi5_effects[j].name);
        }
    }
}

/* ---- rows ---- */

struct heard {
    uint32_t tasks, alone, steps, nodes;
    int64_t end_sum_ns, peak_bytes, core_ns[5], busy_ns;
};

static void hear(void *context, size_t table, const union store_cell *cell)
{
    struct heard *h = context;
    if (table == PI5_TABLE_MEMORY) {
        h->steps++;
        h->peak_bytes = cell[2].integer > h->peak_bytes ? cell[2].integer : h->peak_bytes;
        return;
    }
    if (table == PI5_TABLE_NODE) {
        h->nodes++;
        h->busy_ns = cell[1].integer;
        return;
    }
    h->tasks++;
    h->end_sum_ns += cell[10].integer;
    h->alone += strcmp(cell[12].text, "alone") == 0;
    h->core_ns[cell[8].integer] += cell[10].integer - cell[9].integer;
}

Test(pi5_model, rows_say_what_the_measures_say)
{
    const struct pi5_config c = pi5_config_default(true, false, false);
    struct heard h = {0};
    struct model_result r = ran(&c, &(struct model_listener){.context = &h, .row = hear});
    cr_assert_eq(h.tasks, 150);
    cr_assert_eq(h.steps, 300);
    cr_assert_float_eq((double)h.end_sum_ns / 150e9, pi5_value(&r, "response_mean_s"), 1e-9);
    cr_assert_eq((double)h.peak_bytes, pi5_value(&r, "memory_peak_bytes"));
    cr_assert_eq(h.alone, pi5_value(&r, "sequential"));
    int64_t busy = 0;
    for (int i = 1; i <= 4; i++) {
        busy += h.core_ns[i];
        cr_assert_gt(h.core_ns[i], 0);
    }
    cr_assert_eq(h.nodes, 1);
    cr_assert_eq(h.busy_ns, busy);
    cr_assert_float_eq((double)busy / 4e9 / pi5_value(&r, "makespan_s"), pi5_value(&r, "cpu_load"),
                       1e-9);
    drive_forget(&r);
}
