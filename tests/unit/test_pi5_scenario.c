/*
 * What is written in YAML is what runs: the shipped scenario, the defaults, the eight words, and
 * the mistakes that only several keys make together.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "models/mm1/config.h"
#include "scenarios/language/scenario.h"
#include "tests/support/drive.h"
#include "tests/support/pi5.h"

static void no_hash(const void *bytes, size_t length, char hex[65])
{
    (void)bytes;
    (void)length;
    memset(hex, '0', 64);
    hex[64] = '\0';
}

static const struct scenario_schema *const schemas[] = {&mm1_model.schema, &pi5_model.schema, NULL};
static const struct scenario_registry registry = {.schema = schemas, .sha256 = no_hash};

static void load(struct scenario *s, const char *path)
{
    struct scenario_errors errors = {0};
    const enum sim_status status = scenario_load(s, &registry, path, NULL, 0, &errors);
    scenario_errors_print(&errors, stderr);
    cr_assert_eq(status, SIM_OK);
    scenario_errors_deinit(&errors);
}

static uint64_t digest_of(const void *config)
{
    const struct model_head head = pi5_head();
    struct model_result r;
    drive_model(&pi5_model, &head, config, 1, 0, NULL, &r);
    const uint64_t digest = r.digest;
    drive_forget(&r);
    return digest;
}

static const char *const arms[] = {"base", "pin",      "memory",      "pin+memory",
                                   "sort", "pin+sort", "memory+sort", "all"};

Test(pi5_scenario, the_shipped_file_and_the_defaults_run_as_the_configs_of_the_tests_do)
{
    struct scenario shipped;
    struct scenario defaults;
    load(&shipped, "scenarios/pi5.yaml");
    cr_assert_eq(scenario_default(&defaults, &registry, &pi5_model.schema), SIM_OK);
    cr_assert_eq(shipped.replications, 30);
    cr_assert_eq(defaults.replications, 30);
    cr_assert_eq(shipped.variant_count, 8);
    cr_assert_eq(defaults.variant_count, 8);
    for (int arm = 0; arm < 8; arm++) {
        const struct pi5_config by_hand = pi5_config_default(arm & 1, arm & 2, arm & 4);
        const uint32_t i = scenario_variant_find(&shipped, arms[arm]);
        cr_assert_lt(i, 8, "%s", arms[arm]);
        cr_assert_str_eq(defaults.variant[i].name, arms[arm]);
        cr_assert_eq(digest_of(shipped.variant[i].config), digest_of(&by_hand), "%s", arms[arm]);
        cr_assert_eq(digest_of(defaults.variant[i].config), digest_of(&by_hand), "%s", arms[arm]);
    }
    scenario_deinit(&shipped);
    scenario_deinit(&defaults);
}

Test(pi5_scenario, the_single_queue_loads_too)
{
    struct scenario s;
    load(&s, "scenarios/mm1.yaml");
    cr_assert_eq(s.variant_count, 2);
    const struct mm1_config *md1 = s.variant[1].config;
    cr_assert_eq(md1->service.kind, DIST_CONSTANT);
    cr_assert_eq(md1->service.low, 8 * SIM_S);
    cr_assert_eq(md1->warm_up_ns, 20000 * SIM_S);
    scenario_deinit(&s);
}

/* The first mistake of a scenario of this model with that line. */
static void expect_mistake(const char *line, const char *key, const char *words)
{
    char text[512];
    snprintf(text, sizeof text, "format: 1\nmodel: pi5\n%s\n", line);
    struct scenario s;
    struct scenario_errors errors = {0};
    cr_assert_eq(scenario_parse(&s, &registry, "test.yaml", text, strlen(text), NULL, 0, &errors),
                 SIM_ERR_INVALID, "%s", line);
    cr_assert_geq(errors.count, 1);
    cr_assert_str_eq(errors.mistake[0].key, key);
    cr_assert_not_null(strstr(errors.mistake[0].message, words), "%s", errors.mistake[0].message);
    scenario_errors_deinit(&errors);
}

Test(pi5_scenario, what_contradicts_itself_is_refused_where_it_stands)
{
    expect_mistake("node: {memory: 50 MB}", "node.memory", "no memory beside");
    expect_mistake("predictor: {class_order: [fib, fib, matmul, resnet, transpose, squeezenet]}",
                   "predictor.class_order", "named once");
    expect_mistake("predictor: {class_order: [fib]}", "predictor.class_order", "named once");
    expect_mistake("tasks: {fib: {times: []}}", "tasks.fib.times", "at least one");
    expect_mistake("node: {pairing: thirds}", "node.pairing", "");
}

Test(pi5_scenario, one_key_sets_all_counts)
{
    static const char text[] = "format: 1\nmodel: pi5\ntasks: {each: 3, fib: {count: 7}}\n";
    struct scenario s;
    struct scenario_errors errors = {0};
    cr_assert_eq(scenario_parse(&s, &registry, "test.yaml", text, strlen(text), NULL, 0, &errors),
                 SIM_OK);
    cr_assert_eq(pi5_tasks(s.variant[0].config), 18);
    scenario_deinit(&s);
}
