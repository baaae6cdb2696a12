/*
 * What a run's tasklets cost: the scenario's constants, or a calibration, which must be one of this
 * very taskset.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/schema.h"
#include "tests/support/trial.h"

static void set_up(void)
{
    mesh_library_init();
}

TestSuite(compose_cost, .init = set_up);

enum { REPLICATIONS = 2 };

static struct scenario scenario_of(const char *calibration, const char *yaml)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    char text[1024];
    const int length = snprintf(text, sizeof text,
                                "format: 1\nreplications: 2\ntaskset: {chains: 20, algorithms: 9}\n"
                                "platform: {calibration: %s}\n%s",
                                calibration, yaml);
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "test.yaml", text, (size_t)length, NULL, 0, &errors),
        SIM_OK, "%s", schema_line(&errors, 0));
    scenario_errors_deinit(&errors);
    return s;
}

/* Times that no draw would give, different for every tasklet. */
static void write_row(const struct taskset *t, const struct module_set *set, const char *variant,
                      uint32_t replication, uint32_t i, FILE *to)
{
    struct calibration_row row = {
        .replication = replication,
        .tasklet = i,
        .hash = t->tasklet[i].hash,
        .size_bytes = 1,
        .instructions = set->binary[i].instructions,
        .load_ns = 1000 + i,
        .suspend_ns = 2000 + i,
        .resume_ns = 3000 + i,
        .segments = t->tasklet[i].call_count + 1,
    };
    (void)snprintf(row.variant, sizeof row.variant, "%s", variant);
    sim_time segment[64];
    for (uint32_t c = 0; c < row.segments; c++) {
        segment[c] = 10 * replication + c;
    }
    calibration_write_row(&row, segment, to);
}

/* A calibration that fits the scenario, but for one tasklet that is left out; UINT32_MAX: none. */
static void write_calibration(const char *path, uint32_t without)
{
    struct scenario s = scenario_of("none", "");
    FILE *to = fopen(path, "w");
    cr_assert_not_null(to);
    const struct calibration_head head = {
        .program = "test", .scenario = "test", .platform = "test", .mode = "test"};
    calibration_write_head(&head, to);
    const struct model_head scenario = trial_head(&s);
    for (uint32_t r = 1; r <= REPLICATIONS; r++) {
        struct taskset nimble;
        struct model_error error;
        cr_assert_eq(compose_taskset(&nimble, &scenario, trial_config(&s, "nimble"), r, &error),
                     SIM_OK);
        for (uint32_t v = 0; v < s.variant_count; v++) {
            struct taskset t;
            struct module_set set;
            const struct nimblenet_config *c = s.variant[v].config;
            cr_assert_eq(compose_taskset(&t, &scenario, c, r, &error), SIM_OK);
            cr_assert_eq(compose_binaries(&set, c, c->taskset.form, &nimble), SIM_OK);
            for (uint32_t i = 0; i < t.count; i++) {
                if (r != REPLICATIONS || v != 0 || i != without) {
                    write_row(&t, &set, s.variant[v].name, r, i, to);
                }
            }
            module_set_deinit(&set);
            taskset_deinit(&t);
        }
        taskset_deinit(&nimble);
    }
    cr_assert_eq(fclose(to), 0);
    scenario_deinit(&s);
}

static void make_temporary(char path[])
{
    const int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    (void)close(fd);
}

Test(compose_cost, a_calibration_takes_the_place_of_the_drawn_times)
{
    char path[] = "/tmp/nimblesim-cost-XXXXXX";
    make_temporary(path);
    write_calibration(path, UINT32_MAX);
    struct scenario s = scenario_of(path, "execution: {load_time: 1 h, resume_time: 1 h}\n");
    const struct model_head head = trial_head(&s);
    struct compose_system system;
    struct compose_plan plan;
    struct model_error error = {.key = NULL};
    cr_assert_eq(compose_system_init(&system, &head, trial_config(&s, "nimble"), &error), SIM_OK,
                 "%s", error.text);
    cr_assert_eq(compose_plan_init(&plan, &system, 2, &error), SIM_OK, "%s", error.text);
    const struct taskset *t = &plan.taskset;
    for (uint32_t i = 0; i < t->count; i++) {
        const struct cpu_cost *cost = &plan.program.cost[i];
        cr_assert(cost->load_ns == 1000 + i && cost->suspend_ns == 2000 + i);
        cr_assert_eq(cost->resume_ns, 3000 + i);
        const uint32_t calls = t->tasklet[i].call_count;
        cr_assert_eq(t->tasklet[i].own_ns, 20 * (calls + 1) + calls * (calls + 1) / 2);
        sim_time total = t->tasklet[i].own_ns;
        for (uint32_t c = 0; c < calls; c++) {
            total += t->tasklet[t->call[t->tasklet[i].first_call + c]].total_ns;
            cr_assert_eq(plan.program.segment_ns[taskset_first_segment(t, i) + c], 20 + c);
        }
        cr_assert_eq(t->tasklet[i].total_ns, total);
    }
    compose_plan_deinit(&plan);
    compose_system_deinit(&system);
    scenario_deinit(&s);
    cr_assert_eq(unlink(path), 0);
}

/* Suspended, a caller's heap is saved, and restored when it goes on; a twin is never suspended. */
Test(compose_cost, a_callers_heap_costs_by_its_bytes)
{
    static const char *const variant[] = {"nimble", "monolithic"};
    struct scenario s = scenario_of("none", "execution: {heap_time: 300 ns}\n");
    const struct model_head head = trial_head(&s);
    for (int v = 0; v < 2; v++) {
        struct nimblenet_config c = *(const struct nimblenet_config *)trial_config(&s, variant[v]);
        c.taskset.heap_bytes = (struct dist){.kind = DIST_UNIFORM, .low = 1, .high = 4096};
        struct compose_system system;
        struct compose_plan plan;
        struct model_error error = {.key = NULL};
        cr_assert_eq(compose_system_init(&system, &head, &c, &error), SIM_OK, "%s", error.text);
        cr_assert_eq(compose_plan_init(&plan, &system, 1, &error), SIM_OK, "%s", error.text);
        for (uint32_t i = 0; i < plan.taskset.count; i++) {
            const struct taskset_tasklet *k = &plan.taskset.tasklet[i];
            const sim_time heap_ns = k->call_count > 0 ? 300 * (sim_time)k->heap_bytes : 0;
            cr_assert_gt(k->heap_bytes, 0);
            cr_assert_eq(heap_ns > 0, v == 0 && i < plan.taskset.chains);
            cr_assert_eq(plan.program.cost[i].suspend_ns, heap_ns);
            cr_assert_eq(plan.program.cost[i].resume_ns, SIM_MS + heap_ns);
        }
        compose_plan_deinit(&plan);
        compose_system_deinit(&system);
    }
    scenario_deinit(&s);
}

/* What opening a scenario says of its calibration; only: a replication that runs alone. */
static enum sim_status open_calibrated(const char *path, const char *yaml, const char *variant,
                                       uint32_t only, struct model_error *error)
{
    struct scenario s = scenario_of(path, yaml);
    struct model_head head = trial_head(&s);
    head.only = only;
    struct compose_system system;
    *error = (struct model_error){.key = NULL};
    const enum sim_status status =
        compose_system_init(&system, &head, trial_config(&s, variant), error);
    if (status == SIM_OK) {
        compose_system_deinit(&system);
    }
    scenario_deinit(&s);
    return status;
}

static void expect_misfit(const char *path, const char *yaml, uint32_t only, const char *want)
{
    struct model_error error;
    cr_expect_eq(open_calibrated(path, yaml, "nimble", only, &error), SIM_ERR_INVALID);
    cr_expect_str_eq(error.key, "platform.calibration");
    cr_expect_not_null(strstr(error.text, want), "'%s' does not say '%s'", error.text, want);
    cr_expect_not_null(strstr(error.text, "nimblesim calibrate SCENARIO.yaml --out"), "%s",
                       error.text);
}

Test(compose_cost, a_calibration_of_something_else_is_refused)
{
    char path[] = "/tmp/nimblesim-cost-XXXXXX";
    make_temporary(path);
    write_calibration(path, 5);
    expect_misfit(path, "", 0, "tasklet 5 of the nimble taskset, replication 2, is not in it");
    expect_misfit(path, "", 2, "tasklet 5 of the nimble taskset, replication 2, is not in it");
    expect_misfit(path, "", 3, "tasklet 0 of the nimble taskset, replication 3, is not in it");
    expect_misfit(path, "seed: 2\n", 0,
                  "tasklet 0 of the nimble taskset, replication 1, has another hash in it");
    char other[sizeof path + 32];
    (void)snprintf(other, sizeof other, "%s, instruction_time: 100 ns", path);
    expect_misfit(other, "", 0, "with this platform.instruction_time");
    struct model_error error;
    cr_expect_eq(open_calibrated(path, "", "nimble", 1, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(open_calibrated(path, "", "monolithic", 0, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(unlink(path), 0);
}

Test(compose_cost, a_calibration_that_cannot_be_read_is_refused)
{
    struct model_error error;
    cr_expect_eq(open_calibrated("/nowhere/c.tsv", "", "nimble", 0, &error), SIM_ERR_NOTFOUND);
    cr_expect_not_null(strstr(error.text, "/nowhere/c.tsv cannot be read"), "%s", error.text);
}

Test(compose_cost, a_calibration_that_changes_after_it_was_read_does_not_change_the_scenario)
{
    char path[] = "/tmp/nimblesim-cost-XXXXXX";
    make_temporary(path);
    write_calibration(path, UINT32_MAX);
    struct scenario s = scenario_of(path, "");
    const struct model_head head = trial_head(&s);
    struct compose_system system;
    struct model_error error = {.key = NULL};
    write_calibration(path, 3);
    cr_expect_eq(compose_system_init(&system, &head, trial_config(&s, "nimble"), &error), SIM_OK,
                 "%s", error.text);
    compose_system_deinit(&system);
    scenario_deinit(&s);
    cr_assert_eq(unlink(path), 0);
}
