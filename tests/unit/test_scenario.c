/* Scenarios that are fit to run: defaults, files, overrides, the canonical print and its hash. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/nimblenet/config.h"
#include "scenarios/language/scenario_keys.h"
#include "tests/support/schema.h"

/* Parses text with one override (or NULL); the scenario must be fit to run. */
static struct scenario parsed(const char *name, const char *text, const char *set)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    struct scenario_override override = {set};
    enum sim_status status = scenario_parse(&s, &schema_registry, name, text, strlen(text),
                                            &override, set != NULL ? 1 : 0, &errors);

    cr_assert_eq(status, SIM_OK, "%s", schema_line(&errors, 0));
    cr_assert_eq(errors.count, 0);
    return s;
}

static struct scenario with(const char *line)
{
    char text[512];

    snprintf(text, sizeof(text), "format: 1\n%s\n", line);
    return parsed("test.yaml", text, NULL);
}

static const struct nimblenet_config *config(const struct scenario *s)
{
    return s->config;
}

static bool same_hash(const struct scenario *a, const struct scenario *b)
{
    char hash_a[65];
    char hash_b[65];

    cr_assert_eq(scenario_hash(a, hash_a), SIM_OK);
    cr_assert_eq(scenario_hash(b, hash_b), SIM_OK);
    cr_assert_eq(strlen(hash_a), 64);
    return strcmp(hash_a, hash_b) == 0;
}

static void prints_like(const struct scenario *a, const struct scenario *b)
{
    char *text_a = schema_printed(a);
    char *text_b = schema_printed(b);

    cr_assert_str_eq(text_a, text_b);
    free(text_a);
    free(text_b);
}

Test(scenario, the_defaults_are_table_1)
{
    struct scenario s;

    cr_assert_eq(scenario_default(&s, &schema_registry, &schema_nimblenet), SIM_OK);
    cr_assert_eq(s.duration_ns, 3600 * SIM_S);
    cr_assert_eq(s.replications, 6);
    cr_assert_eq(s.variant_count, 2);
    cr_assert_str_eq(s.variant[0].name, "nimble");
    cr_assert_eq(SCHEMA_CONFIG(&s, 0)->taskset.form, NIMBLENET_FORM_NIMBLE);
    cr_assert_str_eq(s.variant[1].name, "monolithic");
    cr_assert_eq(SCHEMA_CONFIG(&s, 1)->taskset.form, NIMBLENET_FORM_MONOLITHIC);
    cr_assert_eq(s.baseline, 0);
    cr_assert_eq(s.bin_ns, 10 * SIM_S);
    cr_assert_eq(config(&s)->nodes.columns * config(&s)->nodes.rows, 12);
    cr_assert_eq(FIRST_OF(int64_t, config(&s)->nodes.cache_bytes), 32768);
    cr_assert_eq(FIRST_OF(uint32_t, config(&s)->nodes.executors), 0);
    cr_assert_str_eq(config(&s)->nodes.eviction, "lfu");
    cr_assert_eq(config(&s)->mesh.hop_delay_ns.low, 100 * SIM_MS);
    cr_assert_eq(FIRST_OF(uint32_t, config(&s)->registry.attached_to), 1);
    cr_assert_eq(config(&s)->robots.count, 20);
    cr_assert_eq(config(&s)->robots.speed_max_mps, 1.0);
    cr_assert_eq(config(&s)->robots.trigger_ns.kind, DIST_UNIFORM);
    cr_assert_eq(config(&s)->robots.trigger_ns.low, 9 * SIM_S);
    cr_assert_eq(config(&s)->robots.trigger_ns.high, 11 * SIM_S);
    cr_assert_eq(config(&s)->taskset.algorithm_time_ns.low, 10 * SIM_MS);
    cr_assert_eq(config(&s)->taskset.algorithm_calls.high, 0);
    cr_assert_eq(config(&s)->protocol.attempts, 5);
    cr_assert_eq(config(&s)->protocol.global.ttl, 255);
    cr_assert_eq(config(&s)->protocol.global.timeout_ns, 500 * SIM_MS);
    cr_assert_eq(config(&s)->protocol.overhead_bytes, 88);
    cr_assert_not(config(&s)->protocol.overhead_real);
    cr_assert(config(&s)->protocol.holder_forwards);
    cr_assert_eq(s.record, SCENARIO_RECORD_SUMMARY);
    scenario_deinit(&s);
}

Test(scenario, a_file_that_says_only_its_format_is_the_defaults)
{
    struct scenario defaults;
    struct scenario s = parsed("test.yaml", "format: 1", NULL);

    cr_assert_eq(scenario_default(&defaults, &schema_registry, &schema_nimblenet), SIM_OK);
    prints_like(&s, &defaults);
    cr_assert_str_eq(s.path, "test.yaml");
    cr_assert_str_eq(s.text, "format: 1");
    cr_assert_eq(s.text_length, 9);
    scenario_deinit(&s);
    scenario_deinit(&defaults);
}

Test(scenario, factory_yaml_writes_the_defaults_out)
{
    struct scenario defaults, s;
    struct scenario_errors errors = {0};

    cr_assert_eq(scenario_default(&defaults, &schema_registry, &schema_nimblenet), SIM_OK);
    cr_assert_eq(scenario_load(&s, &schema_registry, "scenarios/factory.yaml", NULL, 0, &errors),
                 SIM_OK);
    prints_like(&s, &defaults);
    for (size_t i = 0; i < key_count(s.schema); i++) {
        const struct scenario_key *key = key_at(s.schema, i);
        const char *dot = strrchr(key->path, '.');
        if (!key_applies(&s, key)) {
            continue;
        }
        cr_assert_not_null(strstr(s.text, dot != NULL ? dot + 1 : key->path),
                           "factory.yaml leaves %s out", key->path);
    }
    scenario_deinit(&s);
    scenario_deinit(&defaults);
}

Test(scenario, every_shipped_scenario_is_fit_and_survives_its_own_print)
{
    static const char *const paths[] = {
        "scenarios/factory.yaml", "scenarios/factory-contended.yaml", "scenarios/factory-x4.yaml",
        "scenarios/factory-x16.yaml", "scenarios/smoke.yaml"};

    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct scenario s;
        struct scenario_errors errors = {0};

        cr_assert_eq(scenario_load(&s, &schema_registry, paths[i], NULL, 0, &errors), SIM_OK, "%s",
                     schema_line(&errors, 0));
        char *text = schema_printed(&s);
        struct scenario again = parsed(paths[i], text, NULL);
        prints_like(&s, &again);
        cr_assert(same_hash(&s, &again));
        free(text);
        scenario_deinit(&s);
        scenario_deinit(&again);
    }
}

Test(scenario, distributions_are_constant_uniform_or_exponential)
{
    struct scenario s = with("robots: {trigger: 10 s}");

    cr_assert_eq(config(&s)->robots.trigger_ns.kind, DIST_CONSTANT);
    cr_assert_eq(config(&s)->robots.trigger_ns.low, 10 * SIM_S);
    cr_assert_eq(config(&s)->robots.trigger_ns.high, 10 * SIM_S);
    scenario_deinit(&s);
    s = with("robots: {trigger: {exponential: 2.5 s}}");
    cr_assert_eq(config(&s)->robots.trigger_ns.kind, DIST_EXPONENTIAL);
    cr_assert_eq(config(&s)->robots.trigger_ns.low, 2500 * SIM_MS);
    scenario_deinit(&s);
    s = with("robots: {trigger: {uniform: [1 s, 2 min]}}");
    cr_assert_eq(config(&s)->robots.trigger_ns.kind, DIST_UNIFORM);
    cr_assert_eq(config(&s)->robots.trigger_ns.high, 120 * SIM_S);
    scenario_deinit(&s);
}

Test(scenario, a_uniform_between_equal_ends_is_a_constant)
{
    struct scenario a = with("robots: {trigger: {uniform: [5 s, 5000 ms]}}");
    struct scenario b = with("robots: {trigger: 5 s}");

    prints_like(&a, &b);
    scenario_deinit(&a);
    scenario_deinit(&b);
}

Test(scenario, words_stand_for_unlimited_and_for_real_overhead)
{
    struct scenario s = with("nodes: {executors: 2}\n"
                             "mesh: {bandwidth: 250 kbit/s, mtu: 127 B}\n"
                             "protocol: {message_overhead: real}");

    cr_assert_eq(FIRST_OF(uint32_t, config(&s)->nodes.executors), 2);
    cr_assert_eq(config(&s)->mesh.bandwidth_bps, 250000);
    cr_assert_eq(config(&s)->mesh.mtu_bytes, 127);
    cr_assert(config(&s)->protocol.overhead_real);
    cr_assert_eq(config(&s)->protocol.lower_header_bytes, 28);
    scenario_deinit(&s);
    s = with("mesh: {bandwidth: unlimited, mtu: unlimited}\nprotocol: {message_overhead: 0 B}");
    cr_assert_eq(config(&s)->mesh.bandwidth_bps, 0);
    cr_assert_eq(config(&s)->mesh.mtu_bytes, 0);
    cr_assert_not(config(&s)->protocol.overhead_real);
    scenario_deinit(&s);
}

Test(scenario, variants_keep_their_order_and_one_may_stand_alone)
{
    struct scenario s = with("variants: [monolithic, nimble]");

    cr_assert_eq(s.variant_count, 2);
    cr_assert_str_eq(s.variant[0].name, "monolithic");
    scenario_deinit(&s);
    s = with("variants: nimble");
    cr_assert_eq(s.variant_count, 1);
    cr_assert_str_eq(s.variant[0].name, "nimble");
    scenario_deinit(&s);
}

Test(scenario, a_users_own_keys_are_ignored_at_every_level_whatever_they_hold)
{
    struct scenario s = with("x-note: &a {b: [1, *a, !!str 3]}\n"
                             "robots: {count: 3, x-why: {<<: *a}}");

    cr_assert_eq(config(&s)->robots.count, 3);
    scenario_deinit(&s);
}

Test(scenario, a_graphml_path_starts_at_the_scenarios_folder)
{
    struct scenario s =
        parsed("some/where/mesh.yaml", "format: 1\nmesh: {links: {graphml: a b.xml}}", NULL);
    char *text = schema_printed(&s);

    cr_assert_null(config(&s)->mesh.links.word);
    cr_assert_str_eq(config(&s)->mesh.links.path, "some/where/a b.xml");
    cr_assert_not_null(strstr(text, "links: {graphml: \"a b.xml\"}\n"));
    free(text);
    scenario_deinit(&s);
    s = parsed("some/mesh.yaml", "format: 1\nmesh: {links: {graphml: /tmp/a.xml}}", NULL);
    cr_assert_str_eq(config(&s)->mesh.links.path, "/tmp/a.xml");
    scenario_deinit(&s);
}

Test(scenario, a_graphml_path_of_an_override_starts_at_the_current_folder)
{
    struct scenario s = parsed("some/mesh.yaml", "format: 1", "mesh.links.graphml=a.xml");
    char here[4096];
    char expected[4200];

    cr_assert_not_null(getcwd(here, sizeof(here)));
    snprintf(expected, sizeof(expected), "%s/a.xml", here);
    cr_assert_str_eq(config(&s)->mesh.links.path, expected);
    cr_assert_str_eq(config(&s)->mesh.links.written, expected);
    scenario_deinit(&s);
}

Test(scenario, an_override_wins_over_the_file)
{
    struct scenario s = parsed("test.yaml", "format: 1\nrobots: {count: 3}", "robots.count=40");

    cr_assert_eq(config(&s)->robots.count, 40);
    scenario_deinit(&s);
}

Test(scenario, an_override_may_be_a_distribution_a_section_or_a_part_of_either)
{
    struct scenario s = parsed("t.yaml", "format: 1", "robots.trigger={uniform: [1 s, 3 s]}");

    cr_assert_eq(config(&s)->robots.trigger_ns.high, 3 * SIM_S);
    scenario_deinit(&s);
    s = parsed("t.yaml", "format: 1", "robots.trigger.exponential=4 s");
    cr_assert_eq(config(&s)->robots.trigger_ns.low, 4 * SIM_S);
    scenario_deinit(&s);
    s = parsed("t.yaml", "format: 1", "nodes={columns: 5, rows: 6}");
    cr_assert_eq(config(&s)->nodes.columns * config(&s)->nodes.rows, 30);
    cr_assert_eq(FIRST_OF(int64_t, config(&s)->nodes.cache_bytes), 32768);
    scenario_deinit(&s);
}

Test(scenario, replications_are_a_count_or_a_precision)
{
    struct scenario s = with("replications: {precision: 2 %, of: execution_mean_s, max: 50}");

    cr_assert_eq(s.precision.half_width, 0.02);
    cr_assert_str_eq(s.precision.of, "execution_mean_s");
    cr_assert_eq(s.precision.least, 5);
    cr_assert_eq(s.precision.most, 50);
    cr_assert_eq(s.precision.level, 0.95);
    char *text = schema_printed(&s);
    cr_assert_not_null(strstr(text, "replications:\n  precision: 0.02\n  of: execution_mean_s\n"
                                    "  min: 5\n  max: 50\n  level: 0.95\n"));
    struct scenario again = parsed("t.yaml", text, NULL);
    prints_like(&s, &again);
    free(text);
    scenario_deinit(&again);
    scenario_deinit(&s);
    s = with("replications: 3");
    cr_assert_eq(s.precision.half_width, 0);
    scenario_deinit(&s);
}

Test(scenario, of_count_and_precision_the_one_said_last_holds)
{
    static const char file[] = "format: 1\nreplications: {precision: 2 %, max: 50}\n";
    struct scenario s = parsed("t.yaml", file, "replications=3");
    struct scenario three = with("replications: 3");

    prints_like(&s, &three);
    scenario_deinit(&s);
    scenario_deinit(&three);
    s = parsed("t.yaml", file, "replications.precision=1 %");
    cr_assert_eq(s.precision.half_width, 0.01);
    cr_assert_eq(s.precision.most, 50, "the file's other keys stay");
    scenario_deinit(&s);
    s = parsed("t.yaml", "format: 1\nreplications: 3\n", "replications.precision=1 %");
    cr_assert_eq(s.precision.half_width, 0.01);
    scenario_deinit(&s);
}

Test(scenario, a_byte_order_mark_and_windows_line_ends_do_no_harm)
{
    struct scenario s = parsed("t.yaml",
                               "\xEF\xBB\xBF"
                               "format: 1\r\nrobots:\r\n  count: 7\r\n",
                               NULL);

    cr_assert_eq(config(&s)->robots.count, 7);
    scenario_deinit(&s);
}

Test(scenario, texts_that_yaml_would_misread_are_printed_in_quotes)
{
    static const char *const names[] = {"\"a: b # c\"", "\"say \\\"hi\\\" \\\\ there\"",
                                        "\"true\"",     "\" led by a blank\"",
                                        "caf\xC3\xA9",  "\"12\""};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char line[128];
        snprintf(line, sizeof(line), "name: %s", names[i]);
        struct scenario s = with(line);
        char *text = schema_printed(&s);
        struct scenario again = parsed("t.yaml", text, NULL);

        cr_assert_str_eq(s.name, again.name);
        free(text);
        scenario_deinit(&s);
        scenario_deinit(&again);
    }
}

Test(scenario, the_hash_names_what_a_scenario_means_not_how_it_is_written)
{
    struct scenario a = with("nodes: {cache: 32 KiB}   # a comment");
    struct scenario b = with("nodes:\n  cache: \"32768 B\"");
    struct scenario c = with("nodes: {cache: 32769 B}");

    cr_assert(same_hash(&a, &b));
    cr_assert_not(same_hash(&a, &c));
    scenario_deinit(&a);
    scenario_deinit(&b);
    scenario_deinit(&c);
}

/* ---- files that belong to a scenario ---- */

#define ABC_SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
}

Test(scenario, what_is_in_a_file_belongs_to_the_scenario)
{
    char path[] = "/tmp/nimblesim-scenario-XXXXXX";
    char line[128];
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    close(fd);
    snprintf(line, sizeof(line), "platform: {calibration: %s}", path);
    write_file(path, "abc");
    struct scenario a = with(line);
    cr_assert_str_eq(config(&a)->platform.calibration.path, path);
    cr_assert_null(config(&a)->platform.calibration.word);
    cr_assert_eq(config(&a)->platform.calibration.length, 3);
    cr_assert_eq(memcmp(config(&a)->platform.calibration.bytes, "abc", 3), 0);
    cr_assert_str_eq(config(&a)->platform.calibration.hash, ABC_SHA256);
    write_file(path, "abd");
    struct scenario b = with(line);
    cr_assert_not(same_hash(&a, &b), "same path, other content");

    char *text = schema_printed(&a);
    cr_assert_not_null(strstr(text, "  calibration: {hash: \"" ABC_SHA256 "\", file: \"/tmp/"));
    write_file(path, "abc");
    struct scenario again = parsed("t.yaml", text, NULL);
    prints_like(&a, &again);
    write_file(path, "abd");
    struct scenario_errors errors = {0};
    struct scenario changed;
    cr_assert_eq(
        scenario_parse(&changed, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_ERR_INVALID, "the printed scenario asks for the content of then");
    cr_assert_not_null(strstr(schema_line(&errors, 0), " has changed: its hash is "));
    cr_assert_not_null(strstr(schema_line(&errors, 0), ", not " ABC_SHA256));
    scenario_errors_deinit(&errors);
    free(text);
    scenario_deinit(&a);
    scenario_deinit(&b);
    scenario_deinit(&again);
    cr_assert_eq(unlink(path), 0);
}

Test(scenario, a_file_that_is_not_there_yet_is_no_mistake_of_the_scenario)
{
    struct scenario s = with("platform: {calibration: {file: nowhere/c.tsv}}");
    char *text = schema_printed(&s);

    cr_assert_null(config(&s)->platform.calibration.bytes);
    cr_assert_str_eq(config(&s)->platform.calibration.hash, "");
    cr_assert_not_null(strstr(text, "  calibration: {file: \"nowhere/c.tsv\"}\n"), "%s", text);
    free(text);
    scenario_deinit(&s);
}

Test(scenario, a_file_is_found_from_the_scenarios_folder_and_a_plain_word_is_a_name)
{
    struct scenario s = parsed("some/where/t.yaml",
                               "format: 1\nplatform: {table: my.tsv, calibration: none}\n", NULL);
    cr_assert_str_eq(config(&s)->platform.table.path, "some/where/my.tsv");
    cr_assert_str_eq(config(&s)->platform.table.written, "my.tsv");
    cr_assert_str_eq(config(&s)->platform.calibration.word, "none");
    scenario_deinit(&s);

    s = parsed("some/where/t.yaml", "format: 1\n", "platform.table=esp_32");
    cr_assert_str_eq(config(&s)->platform.table.word, "esp_32");
    cr_assert_null(config(&s)->platform.table.path);
    scenario_deinit(&s);

    s = parsed("some/where/t.yaml", "format: 1\n", "platform.calibration=c.tsv");
    cr_assert_eq(config(&s)->platform.calibration.path[0], '/',
                 "one on the command line starts here");
    scenario_deinit(&s);
}

Test(scenario, the_sections_of_the_table_stand_together)
{
    const struct scenario_schema *schema = &schema_nimblenet;

    for (size_t i = 0; i < key_count(schema); i++) {
        const char *path = key_at(schema, i)->path;
        const size_t section = strcspn(path, ".") + 1;

        cr_assert_eq(key_find(schema, path), i, "%s is in the table twice", path);
        for (size_t j = i + 2; j < key_count(schema); j++) {
            bool same = strncmp(path, key_at(schema, j)->path, section) == 0;
            bool between = strncmp(path, key_at(schema, j - 1)->path, section) == 0;
            cr_assert(!same || between, "%s is torn from its section", key_at(schema, j)->path);
        }
    }
}

Test(scenario, the_reference_page_in_the_tree_is_the_one_that_the_table_makes)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    FILE *file = fopen("scenarios/REFERENCE.md", "r");
    char *page = calloc(1, 1 << 16);

    scenario_print_reference(&schema_registry, &schema_nimblenet, memory);
    fclose(memory);
    cr_assert_not_null(file);
    cr_assert_lt(fread(page, 1, 1 << 16, file), 1u << 16);
    cr_assert_str_eq(page, text, "run: nimblesim schema --reference > scenarios/REFERENCE.md");
    fclose(file);
    free(page);
    free(text);
}
