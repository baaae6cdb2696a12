/* Scenarios that are refused: every mistake has its line, its column and a way out. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/nimblenet/config.h"
#include "tests/support/schema.h"

enum { LINES_MAX = 8 };

/* Parses text under the name "t.yaml" with overrides; it must be refused with these lines. */
static void refused_with(const char *text, size_t length, const char *const *sets,
                         const char *const *expected)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    struct scenario_override overrides[LINES_MAX];
    size_t count = 0;
    size_t i;

    for (; sets != NULL && sets[count] != NULL; count++) {
        overrides[count].text = sets[count];
    }
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, length, overrides, count, &errors),
        SIM_ERR_INVALID);
    for (i = 0; expected[i] != NULL; i++) {
        cr_assert_lt(i, errors.count, "missing: %s", expected[i]);
        cr_assert_str_eq(schema_line(&errors, i), expected[i]);
    }
    cr_assert_eq(i, errors.count, "one more: %s", schema_line(&errors, i));
    scenario_errors_deinit(&errors);
}

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define REFUSED(text, ...) refused_with(text, strlen(text), NULL, LINES(__VA_ARGS__))
#define REFUSED_SET(sets, ...) refused_with("format: 1", 9, sets, LINES(__VA_ARGS__))

Test(scenario_errors, an_unknown_key_suggests_its_sibling)
{
    REFUSED("format: 1\nnodes:\n  colums: 3\n",
            "t.yaml:3:3: nodes.colums: unknown key; did you mean nodes.columns?");
    REFUSED("format: 1\ndurration: 3 s\n",
            "t.yaml:2:1: durration: unknown key; did you mean duration?");
    REFUSED("format: 1\nprotocol: {local: {tll: 3}}\n",
            "t.yaml:2:20: protocol.local.tll: unknown key; did you mean protocol.local.ttl?");
}

Test(scenario_errors, a_key_in_the_wrong_place_is_told_where_it_belongs)
{
    REFUSED("format: 1\ncache: 5 B\n", "t.yaml:2:1: cache: unknown key; did you mean nodes.cache?");
    REFUSED("format: 1\nrobots: {hop_delay: 5 ms}\n",
            "t.yaml:2:10: robots.hop_delay: unknown key; did you mean mesh.hop_delay?");
}

Test(scenario_errors, a_key_like_nothing_is_just_unknown)
{
    REFUSED("format: 1\nzebra_crossing: 5\n", "t.yaml:2:1: zebra_crossing: unknown key");
    REFUSED("format: 1\nrobots.count: 5\n",
            "t.yaml:2:1: robots.count: unknown key; did you mean robots.count?");
}

Test(scenario_errors, units_are_asked_for_and_checked)
{
    REFUSED("format: 1\nduration: 3600\n",
            "t.yaml:2:11: duration: \"3600\" has no unit; a time is in ns, us, ms, s, min or h, "
            "such as 100 ms");
    REFUSED("format: 1\nnodes: {cache: 12 s}\n",
            "t.yaml:2:16: nodes.cache: \"s\" is a unit of time; a size is in B, kB, KiB, MB, MiB, "
            "GB or GiB");
    REFUSED(
        "format: 1\nmesh: {bandwidth: 250}\n",
        "t.yaml:2:19: mesh.bandwidth: \"250\" has no unit; a rate is in bit/s, kbit/s or Mbit/s, "
        "such as 250 kbit/s; or \"unlimited\"");
}

Test(scenario_errors, values_outside_their_bounds_are_refused)
{
    REFUSED("format: 1\nduration: 0 s\n", "t.yaml:2:11: duration: 0 s is too small: at least 1 ns");
    REFUSED("format: 1\nduration: -5 s\n",
            "t.yaml:2:11: duration: -5 s is too small: at least 1 ns");
    REFUSED("format: 1\nmesh: {loss: 120 %}\n",
            "t.yaml:2:14: mesh.loss: 120 % is too large: at most 1");
    REFUSED("format: 1\nnodes: {columns: 0, executors: 0}\n",
            "t.yaml:2:18: nodes.columns: 0 is too small: at least 1",
            "t.yaml:2:32: nodes.executors: 0 is too small: at least 1; or \"unlimited\"");
    REFUSED("format: 1\nregistry: {attached_to: 0}\n",
            "t.yaml:2:25: registry.attached_to: 0 is too small: at least 1");
}

Test(scenario_errors, what_overflows_or_is_not_whole_is_refused)
{
    REFUSED("format: 1\nmesh: {hop_delay: 99999999999 h}\n",
            "t.yaml:2:19: mesh.hop_delay: \"99999999999 h\" is too large");
    REFUSED("format: 1\nmesh: {hop_delay: 0.1 ns}\n",
            "t.yaml:2:19: mesh.hop_delay: \"0.1 ns\" is not a whole number of nanoseconds");
    REFUSED("format: 1\nrobots: {count: 2.5}\n",
            "t.yaml:2:17: robots.count: \"2.5\" is not a whole number");
}

Test(scenario_errors, words_are_spelled_as_listed)
{
    REFUSED("format: 1\nnodes: {eviction: lfuu}\n",
            "t.yaml:2:19: nodes.eviction: expected lfu, lru, lfu-history, lfu-aging, arc, "
            "gdsf, neighbour or belady, found \"lfuu\"; did you mean lfu?");
    REFUSED("format: 1\nprotocol: {flood_back: yes}\n",
            "t.yaml:2:24: protocol.flood_back: expected true or false, found \"yes\"");
    REFUSED(
        "format: 1\nvariants: [nimble, monolitic]\n",
        "t.yaml:2:20: variants: expected nimble or monolithic, found \"monolitic\"; did you mean "
        "monolithic?");
    REFUSED("format: 1\nvariants: [nimble, nimble]\n",
            "t.yaml:2:20: variants: \"nimble\" is listed twice");
    REFUSED("format: 1\nvariants: []\n",
            "t.yaml:2:11: variants: the list is empty; name at least one variant");
}

Test(scenario_errors, a_value_of_the_wrong_shape_is_refused)
{
    REFUSED(
        "format: 1\nrobots: 5\n",
        "t.yaml:2:9: robots: expected a map of keys: count, speed_max, movement, noise, chains, "
        "trigger");
    REFUSED("format: 1\nduration: [1 s]\n", "t.yaml:2:11: duration: expected a time, found a list");
    REFUSED("format: 1\nduration:\n", "t.yaml:2:10: duration: expected a time, found nothing");
    REFUSED("format: 1\nmesh: {links: {graphlm: a.xml}}\n",
            "t.yaml:2:16: mesh.links: expected grid or {graphml: FILE}");
    REFUSED("format: 1\n? [a]\n: 1\n", "t.yaml:2:3: a key must be a plain word");
}

Test(scenario_errors, places_of_registries_are_checked)
{
    static const char form[] = "t.yaml:2:25: registry.attached_to: expected a place, a list of "
                               "places, or {every: N nodes}";
    REFUSED("format: 1\nregistry: {attached_to: [4, 13]}\n",
            "t.yaml:2:25: registry.attached_to: the registry is attached to node 13, but there are "
            "12 nodes, counted from 1");
    REFUSED("format: 1\nregistry: {attached_to: [4, 2, 4]}\n",
            "t.yaml:2:25: registry.attached_to: two registries are attached to node 4");
    REFUSED("format: 1\nregistry: {attached_to: []}\n",
            "t.yaml:2:25: registry.attached_to: the list is empty; write at least one value");
    REFUSED("format: 1\nregistry: {attached_to: [1, x]}\n",
            "t.yaml:2:29: registry.attached_to: expected a count such as 12, found \"x\"");
    REFUSED("format: 1\nregistry: {attached_to: {every: 0 nodes}}\n", form);
    REFUSED("format: 1\nregistry: {attached_to: {every: 3 m}}\n", form);
    REFUSED("format: 1\nregistry: {attached_to: {each: 3 nodes}}\n", form);
}

Test(scenario_errors, every_node_of_a_list_is_checked)
{
    REFUSED(
        "format: 1\nnodes: {cache: [1 kB, 3 m]}\n",
        "t.yaml:2:23: nodes.cache: \"m\" is a unit of length; a size is in B, kB, KiB, MB, MiB, "
        "GB or GiB");
    REFUSED("format: 1\nnodes: {executors: [unlimited, 0]}\n",
            "t.yaml:2:32: nodes.executors: 0 is too small: at least 1; or \"unlimited\"");
    REFUSED("format: 1\nnodes: {executors: []}\n",
            "t.yaml:2:20: nodes.executors: the list is empty; write at least one value");
}

Test(scenario_errors, distributions_are_checked_part_by_part)
{
    REFUSED("format: 1\nrobots: {trigger: {uniform: [11 s, 9 s]}}\n",
            "t.yaml:2:30: robots.trigger: the least, 11 s, is above the greatest, 9 s");
    REFUSED("format: 1\nrobots: {trigger: {uniform: [1 s]}}\n",
            "t.yaml:2:29: robots.trigger: expected two ends such as {uniform: [least, greatest]}");
    REFUSED("format: 1\nrobots: {trigger: {unifrom: [1 s, 2 s]}}\n",
            "t.yaml:2:20: robots.trigger: unknown distribution \"unifrom\"; expected uniform, "
            "exponential, normal, lognormal or empirical; did you mean uniform?");
    REFUSED("format: 1\nrobots: {trigger: {uniform: [1 s, 2]}}\n",
            "t.yaml:2:35: robots.trigger: \"2\" has no unit; a time is in ns, us, ms, s, min or h, "
            "such as 100 ms");
    REFUSED(
        "format: 1\ntaskset: {algorithms_per_chain: {exponential: 3}}\n",
        "t.yaml:2:34: taskset.algorithms_per_chain: a count is a constant or {uniform: [a, b]}");
    REFUSED("format: 1\nrobots: {trigger: 0 s}\n",
            "t.yaml:2:19: robots.trigger: calls less than 1 us apart would never end");
}

Test(scenario_errors, a_key_written_twice_names_the_first)
{
    REFUSED("format: 1\nseed: 1\nname: a\nseed: 2\n",
            "t.yaml:4:1: seed: written twice; the first is in line 2");
    REFUSED("format: 1\nnodes: {rows: 2}\nnodes: {rows: 3}\n",
            "t.yaml:3:1: nodes: written twice; the first is in line 2");
}

Test(scenario_errors, keys_that_contradict_each_other_are_refused)
{
    REFUSED(
        "format: 1\ntaskset: {algorithms_per_chain: {uniform: [3, 60]}}\n",
        "t.yaml:2:33: taskset.algorithms_per_chain: a chain calls up to 60 distinct algorithms, "
        "but taskset.algorithms is 50");
    REFUSED("format: 1\nrobots: {chains: 201}\n",
            "t.yaml:2:18: robots.chains: a robot draws 201 distinct chains, but taskset.chains is "
            "200");
    REFUSED("format: 1\nregistry: {attached_to: 13}\n",
            "t.yaml:2:25: registry.attached_to: the registry is attached to node 13, but there are "
            "12 nodes, counted from 1");
    REFUSED("format: 1\nnodes: {columns: 300, rows: 201}\n",
            "t.yaml:2:18: nodes.columns: 300 columns of 201 rows are 60300 nodes; at most 60000");
    /* 60000 are not refused: the one mistake is another's. */
    REFUSED("format: 1\nnodes: {columns: 300, rows: 200}\nmesh: {mtu: 88 B}\n",
            "t.yaml:3:13: mesh.mtu: a packet of 88 bytes has no room beside its overhead of 88");
    REFUSED("format: 1\nmesh: {mtu: 88 B}\n", "t.yaml:2:13: mesh.mtu: a packet of 88 bytes has no "
                                              "room beside its overhead of 88");
}

Test(scenario_errors, a_contradiction_with_a_default_is_shown_at_the_key_that_was_written)
{
    REFUSED("format: 1\ntaskset: {algorithms: 6}\n",
            "t.yaml:2:23: taskset.algorithms: a chain calls up to 7 distinct algorithms, but "
            "taskset.algorithms is 6");
}

Test(scenario_errors, a_cache_that_no_draw_can_fit_is_refused)
{
    REFUSED("format: 1\nnodes: {cache: 99 B}\n",
            "t.yaml:2:16: nodes.cache: no chain fits into nodes.cache: the smallest has 100 bytes, "
            "the cache 99");
    REFUSED("format: 1\nvariants: [nimble]\nnodes: {cache: 199 B}\n",
            "t.yaml:3:16: nodes.cache: no chain with one of its algorithms fits into nodes.cache: "
            "the smallest has 200 bytes, the cache 199");
}

/* Section 4.4 of the paper: this is where the small tasklets run and the large ones do not. */
Test(scenario_errors, a_cache_that_no_monolithic_tasklet_fits_is_accepted)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    static const char text[] = "format: 1\nnodes: {cache: 399 B}\n";
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, sizeof text - 1, NULL, 0, &errors),
        SIM_OK);
    scenario_deinit(&s);
    scenario_errors_deinit(&errors);
}

Test(scenario_errors, a_cache_that_the_smallest_draw_just_fits_is_accepted)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const char text[] = "format: 1\nvariants: [nimble]\nnodes: {cache: 200 B}\n";

    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_OK);
    scenario_deinit(&s);
}

Test(scenario_errors, a_refused_value_makes_no_second_message)
{
    REFUSED("format: 1\nrobots: {chains: 5 s}\ntaskset: {chains: 3}\n",
            "t.yaml:2:18: robots.chains: \"s\" is no part of a count, which is written like 12");
}

Test(scenario_errors, all_mistakes_of_a_file_come_in_one_go)
{
    REFUSED("nodes: {cache: 5}\nrobot: {count: 3}\nrobots: {count: many}\n",
            "t.yaml:1:16: nodes.cache: \"5\" has no unit; a size is in B, kB, KiB, MB, MiB, GB or "
            "GiB, such "
            "as 32 KiB",
            "t.yaml:2:1: robot: unknown key; did you mean robots?",
            "t.yaml:3:17: robots.count: expected a count such as 12, found \"many\"",
            "t.yaml:1:1: format: missing; write \"format: 1\"");
}

Test(scenario_errors, an_unknown_format_names_the_known_ones)
{
    REFUSED("format: 2\n",
            "t.yaml:1:9: format: format \"2\" is not known; the known formats are: 1");
    REFUSED("name: a\n", "t.yaml:1:1: format: missing; write \"format: 1\"");
}

Test(scenario_errors, a_map_of_replications_needs_a_precision_that_can_be_reached)
{
    REFUSED("format: 1\nreplications: {}\n",
            "t.yaml:2:15: replications: a map needs a precision above 0, such as {precision: 2 %, "
            "max: 200}");
    REFUSED("format: 1\nreplications: {precision: 0, max: 9}\n",
            "t.yaml:2:15: replications: a map needs a precision above 0, such as {precision: 2 %, "
            "max: 200}");
    REFUSED("format: 1\nreplications: {precision: 5 ms}\n",
            "t.yaml:2:27: replications.precision: \"ms\" is a unit of time; a probability is in %");
    REFUSED("format: 1\nreplications: {precision: 2 %, max: 4}\n",
            "t.yaml:2:37: replications.max: at least 5 replications, but at most 4");
    REFUSED("format: 1\nreplications: {precision: 2 %, mox: 4}\n",
            "t.yaml:2:32: replications.mox: unknown key; did you mean replications.max?");
    REFUSED_SET(LINES("replications.max=9"),
                "--set:1:14: replications: a map needs a precision above 0, such as {precision: "
                "2 %, max: 200}");
}

Test(scenario_errors, tags_and_merge_keys_are_refused_where_they_stand)
{
    REFUSED("format: 1\nseed: !!int 5\n",
            "t.yaml:2:7: seed: tags (!...) are not read; leave it out");
    REFUSED("format: 1\nx-a: &a {rows: 3}\nnodes:\n  <<: *a\n",
            "t.yaml:4:3: nodes.<<: merge keys are not read; write the keys out");
    REFUSED("format: 1\nx-a: &a !!int 5\nseed: *a\n",
            "t.yaml:3:7: seed: tags (!...) are not read; leave it out");
}

Test(scenario_errors, aliases_that_stand_for_nothing_say_so)
{
    REFUSED("format: 1\nnodes: *a\n", "t.yaml:2:8: nodes: *a stands for nothing: no &a before it");
    REFUSED("format: 1\nseed: *a\nreplications: &a 3\n",
            "t.yaml:2:7: seed: *a stands for nothing: no &a before it");
    REFUSED("format: 1\nrobots: {trigger: &t {uniform: *t}}\n",
            "t.yaml:2:32: robots.trigger: *t stands inside what it stands for");
}

Test(scenario_errors, an_alias_bomb_does_no_harm_until_it_is_meant)
{
    char text[4096] = "format: 1\nx-0: &b0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    struct scenario s;
    struct scenario_errors errors = {0};

    for (int i = 1; i < 12; i++) {
        size_t used = strlen(text);
        (void)snprintf(text + used, sizeof(text) - used, "x-%d: &b%d [", i, i);
        for (int k = 0; k < 10; k++) {
            used = strlen(text);
            (void)snprintf(text + used, sizeof(text) - used, "%s*b%d", k > 0 ? ", " : "", i - 1);
        }
        (void)strcat(text, "]\n");
    }
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_OK);
    scenario_deinit(&s);
    (void)strcat(text, "duration: *b11\n");
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_ERR_INVALID);
    cr_assert_eq(errors.count, 1);
    cr_assert_not_null(strstr(schema_line(&errors, 0), "aliases make more than 100000 values"));
    scenario_errors_deinit(&errors);
}

Test(scenario_errors, a_text_that_is_no_yaml_says_where)
{
    REFUSED("", "t.yaml:1:1: nothing is in it");
    REFUSED("# a comment\n", "t.yaml:1:1: nothing is in it");
    REFUSED("format: 1\nfloor: {width: 3 m",
            "t.yaml:2:19: not YAML: did not find expected ',' or '}', while parsing a flow mapping "
            "that began in line 2");
    REFUSED("format: 1\n\tseed: 3\n",
            "t.yaml:2:1: not YAML: found a tab character that violates indentation, while scanning "
            "a plain scalar that began in line 1");
    REFUSED("format: 1\n---\nformat: 1\n",
            "t.yaml:2:1: a second YAML document begins; a file holds one scenario");
    REFUSED("- 1\n",
            "t.yaml:1:1: expected a map of keys: format, model, base, name, duration, bin, "
            "seed, replications, variants, baseline, record, floor, nodes, mesh, "
            "registry, ...");
}

Test(scenario_errors, a_binary_file_is_told_by_its_first_odd_byte)
{
    REFUSED("\x7F"
            "ELF",
            "t.yaml:1:1: not a text file: a control character (byte 0x7F)");
    REFUSED("format: 1\nname: \xFF\n", "t.yaml:2:7: not UTF-8: byte 0xFF");
    refused_with("format: 1\n\0\0", 12, NULL,
                 LINES("t.yaml:2:1: not a text file: a control character (byte 0x00)"));
}

Test(scenario_errors, columns_count_characters_not_bytes)
{
    REFUSED("format: 1\nnodes: {x-\xC3\xA9: 1, rows: a}\n",
            "t.yaml:2:23: nodes.rows: expected a count such as 12, found \"a\"");
}

Test(scenario_errors, a_name_that_would_not_survive_printing_is_refused)
{
    REFUSED("format: 1\nname: \"a\\nb\"\n",
            "t.yaml:2:7: name: holds a control character; one line of text only");
    REFUSED("format: 1\nname: \"a\\Lb\"\n",
            "t.yaml:2:7: name: holds a control character; one line of text only");
}

Test(scenario_errors, nesting_has_an_end)
{
    char text[300] = "format: 1\nx-a: ";

    memset(text + strlen(text), '[', 200);
    REFUSED(text, "t.yaml:2:69: nested more than 64 levels deep");
}

Test(scenario_errors, a_hundred_mistakes_are_enough)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    size_t length = 0;
    char *text = calloc(1, 1 << 16);

    for (int i = 0; i < 300; i++) {
        length += (size_t)sprintf(text + length, "k%d: 1\n", i);
    }
    cr_assert_eq(scenario_parse(&s, &schema_registry, "t.yaml", text, length, NULL, 0, &errors),
                 SIM_ERR_INVALID);
    cr_assert_eq(errors.count, 101);
    cr_assert_not_null(strstr(schema_line(&errors, 100), "there are more mistakes"));
    scenario_errors_deinit(&errors);
    free(text);
}

Test(scenario_errors, overrides_count_their_own_lines_and_columns)
{
    REFUSED_SET(LINES("robots.count=3", "robots.cuont=4"),
                "--set:2:8: robots.cuont: unknown key; did you mean robots.count?");
    REFUSED_SET(LINES("duration=5"),
                "--set:1:10: duration: \"5\" has no unit; a time is in ns, us, "
                "ms, s, min or h, such as 100 ms");
    REFUSED_SET(LINES("robots.trigger={uniform: [3 s, 2 s]}"),
                "--set:1:27: robots.trigger: the least, 3 s, is above the greatest, 2 s");
}

Test(scenario_errors, an_override_needs_a_path_and_a_value)
{
    REFUSED_SET(
        LINES("duration", "=5 s", "robots..count=3", "seed=", "seed=["),
        "--set:1:1: expected key.path=value, found \"duration\"",
        "--set:2:1: expected key.path=value, found \"=5 s\"",
        "--set:3:1: expected key.path=value, found \"robots..count=3\"",
        "--set:4:6: no value behind the =",
        "--set:5:7: not YAML: did not find expected node content, while parsing a flow node "
        "that began in line 5");
}

Test(scenario_errors, a_contradiction_that_an_override_brings_in_is_shown_at_the_override)
{
    const char text[] = "format: 1\nrobots: {chains: 20}\n";

    refused_with(text, strlen(text), LINES("taskset.chains=3"),
                 LINES("--set:1:16: taskset.chains: a robot draws 20 distinct chains, but "
                       "taskset.chains is 3"));
}

/* Loads a path that must be refused with this status and this one line. */
static void load_refused(const char *path, enum sim_status expected, const char *line)
{
    struct scenario s;
    struct scenario_errors errors = {0};

    cr_assert_eq(scenario_load(&s, &schema_registry, path, NULL, 0, &errors), expected);
    cr_assert_eq(errors.count, 1);
    cr_assert_str_eq(schema_line(&errors, 0), line);
    scenario_errors_deinit(&errors);
}

Test(scenario_errors, files_that_cannot_be_scenarios_are_told_apart)
{
    char path[] = "/tmp/test_scenario_XXXXXX";
    char expected[128];
    int file = mkstemp(path);

    load_refused("no/such.yaml", SIM_ERR_NOTFOUND,
                 "no/such.yaml:1:1: cannot be read: No such file or directory");
    load_refused("/tmp", SIM_ERR_INVALID, "/tmp:1:1: a folder, not a scenario file");
    cr_assert_geq(file, 0);
    snprintf(expected, sizeof(expected), "%s:1:1: nothing is in it", path);
    load_refused(path, SIM_ERR_INVALID, expected);
    cr_assert_eq(ftruncate(file, (1 << 20) + 1), 0);
    snprintf(expected, sizeof(expected), "%s:1:1: larger than 1 MiB; this is no scenario", path);
    load_refused(path, SIM_ERR_INVALID, expected);
    close(file);
    unlink(path);
}

Test(scenario_errors, a_file_is_a_path_with_or_without_its_hash)
{
    REFUSED("format: 1\nplatform: {calibration: [a, b]}\n",
            "t.yaml:2:25: platform.calibration: expected the path of a file, found a list");
    REFUSED("format: 1\nplatform: {calibration: {path: a}}\n",
            "t.yaml:2:26: platform.calibration: expected {file: FILE} or {file: FILE, hash: HASH}");
    REFUSED("format: 1\nplatform: {table: {hash: 0123456789abcdef}}\n",
            "t.yaml:2:19: platform.table: expected {file: FILE} or {file: FILE, hash: HASH}");
    REFUSED("format: 1\nplatform: {table: {file: a, hash: 12}}\n",
            "t.yaml:2:35: platform.table: expected 64 hexadecimal digits, found \"12\"");
    REFUSED("format: 1\nplatform: {table: {file: \"a\\nb\"}}\n",
            "t.yaml:2:26: platform.table: holds a control character; one line of text only");
}
