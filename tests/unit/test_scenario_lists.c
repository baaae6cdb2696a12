/* Values that are lists, words for numbers, and the kinds that the first model has none of. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/schema.h"

static struct scenario with(const char *lines)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    char text[1024];

    (void)snprintf(text, sizeof(text), "format: 1\nmodel: toy\n%s\n", lines);
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_OK, "%s", schema_line(&errors, 0));
    return s;
}

static void refused(const char *lines, const char *expected)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    char text[1024];

    (void)snprintf(text, sizeof(text), "format: 1\nmodel: toy\n%s\n", lines);
    cr_assert_eq(
        scenario_parse(&s, &schema_registry, "t.yaml", text, strlen(text), NULL, 0, &errors),
        SIM_ERR_INVALID);
    cr_assert_str_eq(schema_line(&errors, 0), expected);
    cr_assert_eq(errors.count, 1);
    scenario_errors_deinit(&errors);
}

static void prints(const char *lines, const char *expected)
{
    struct scenario s = with(lines);
    char *text = schema_printed(&s);

    cr_assert_not_null(strstr(text, expected), "%s\n%s", expected, text);
    free(text);
    scenario_deinit(&s);
}

static uint32_t capacity(const struct schema_toy_config *c, uint32_t i)
{
    return ((const uint32_t *)c->capacity.item)[i];
}

Test(lists, one_value_or_several_that_repeat)
{
    struct scenario s = with("nodes: {capacity: [2, 1, 1]}");

    cr_assert_eq(SCHEMA_TOY(&s, 0)->capacity.count, 3);
    cr_assert_eq(capacity(SCHEMA_TOY(&s, 0), 0), 2);
    cr_assert_eq(capacity(SCHEMA_TOY(&s, 0), 2), 1);
    scenario_deinit(&s);
    s = with("nodes: {capacity: 4}");
    cr_assert_eq(SCHEMA_TOY(&s, 0)->capacity.count, 1);
    cr_assert_eq(capacity(SCHEMA_TOY(&s, 0), 0), 4);
    scenario_deinit(&s);
}

Test(lists, a_list_that_repeats_prints_as_short_as_it_means_the_same)
{
    prints("nodes: {capacity: [2, 1, 2, 1]}", "  capacity: [2, 1]\n");
    prints("nodes: {capacity: [2, 2]}", "  capacity: 2\n");
    prints("nodes: {capacity: [2, 1, 2]}", "  capacity: [2, 1, 2]\n");
    prints("nodes: {names: [a, a]}", "  names: [a, a]\n");
    prints("nodes: {names: a}", "  names: [a]\n");
    prints("nodes: {}", "  names: []\n");
}

Test(lists, of_texts_distributions_and_files)
{
    struct scenario s = with("nodes: {names: [a, \"b c\"], delay: [1 s, {exponential: 2 s}]}\n"
                             "tables: [none, no/such.tsv]");
    const struct schema_toy_config *c = SCHEMA_TOY(&s, 0);

    cr_assert_str_eq(((char *const *)c->names.item)[1], "b c");
    cr_assert_eq(((const struct dist *)c->delay_ns.item)[1].kind, DIST_EXPONENTIAL);
    cr_assert_str_eq(((const struct scenario_file *)c->tables.item)[0].word, "none");
    cr_assert_str_eq(((const struct scenario_file *)c->tables.item)[1].path, "no/such.tsv");
    scenario_deinit(&s);
}

Test(lists, mistakes_are_told_at_the_item)
{
    refused("nodes: {capacity: [1, 10]}",
            "t.yaml:3:23: nodes.capacity: 10 is too large: at most 9");
    refused("nodes: {capacity: []}",
            "t.yaml:3:19: nodes.capacity: the list is empty; write at least one value");
    refused("nodes: {capacity: [[1]]}",
            "t.yaml:3:20: nodes.capacity: expected a count, found a list");
    refused("power: [1 W, 2 W]", "t.yaml:3:8: power: expected a power, found a list");
}

Test(lists, an_anchor_saves_writing_one_twice)
{
    struct scenario s = with("x-list: &l [3, 4]\nnodes: {capacity: *l}\n"
                             "variants: {a: &a {power: 3 W}, b: *a}");

    cr_assert_eq(capacity(SCHEMA_TOY(&s, 0), 1), 4);
    cr_assert_eq(SCHEMA_TOY(&s, 1)->power_w, 3);
    scenario_deinit(&s);
}

Test(kinds, power_energy_and_shares_have_units)
{
    struct scenario s = with("power: 20 mW\nenergy: 5 nJ/bit\nshare: 0.5");
    const struct schema_toy_config *c = SCHEMA_TOY(&s, 0);

    cr_assert_eq(c->power_w, 0.02);
    cr_assert_eq(c->per_bit_j, 5e-9);
    cr_assert_eq(c->share, 0.5);
    scenario_deinit(&s);
    prints("", "power: 2 W\nenergy: 1e-07 J/bit\nshare: 1.2\n");
    refused("power: 3", "t.yaml:3:8: power: \"3\" has no unit; a power is in uW, mW or W, such as "
                        "2 W");
    refused("power: 3 J/bit",
            "t.yaml:3:8: power: \"J/bit\" is a unit of energy a bit; a power is in uW, mW or W");
    refused("power: -1 W", "t.yaml:3:8: power: -1 W is too small: at least 0 W");
    refused("share: -5 %", "t.yaml:3:8: share: -5 % is too small: at least 0");
}

Test(kinds, a_word_may_stand_for_a_time)
{
    struct scenario s = with("sleep: none");

    cr_assert_eq(SCHEMA_TOY(&s, 0)->sleep_ns, 0);
    scenario_deinit(&s);
    prints("", "sleep: none\n");
    prints("sleep: 5 ms", "sleep: 5 ms\n");
    refused("sleep: 0 s", "t.yaml:3:8: sleep: 0 s is too small: at least 1 ns; or \"none\"");
}

Test(kinds, normal_and_lognormal_are_distributions)
{
    struct scenario s = with("nodes: {delay: [{normal: [10 s, 2 s]}, {lognormal: [3 s, 0.5]}]}");
    const struct dist *d = SCHEMA_TOY(&s, 0)->delay_ns.item;

    cr_assert_eq(d[0].kind, DIST_NORMAL);
    cr_assert_eq(d[0].low, 10 * SIM_S);
    cr_assert_eq(d[0].spread, 2e9);
    cr_assert_eq(d[1].kind, DIST_LOGNORMAL);
    cr_assert_eq(d[1].spread, 0.5);
    scenario_deinit(&s);
    prints("nodes: {delay: {normal: [10 s, 2 s]}}", "  delay: {normal: [10 s, 2 s]}\n");
    prints("nodes: {delay: {normal: [10 s, 0 s]}}", "  delay: 10 s\n");
    prints("nodes: {delay: {lognormal: [3 s, 0.5]}}", "  delay: {lognormal: [3 s, 0.5]}\n");
    prints("nodes: {delay: {lognormal: [3 s, 0]}}", "  delay: 3 s\n");
    refused("nodes: {delay: {normal: 3 s}}",
            "t.yaml:3:25: nodes.delay: expected a mean and a standard deviation, {normal: [mean, "
            "sd]}");
    refused("nodes: {delay: {normal: [3 s, -1 s]}}", "t.yaml:3:31: nodes.delay: -1 s is below 0");
    refused("nodes: {delay: {lognormal: [3 s, 2 s]}}",
            "t.yaml:3:34: nodes.delay: expected a sigma from 0 to 10, found \"2 s\"");
}

Test(kinds, measured_values_are_a_distribution_in_whatever_order)
{
    struct scenario s = with("nodes: {delay: {empirical: [90 ms, 3 ms, 7 ms, 7 ms]}}");
    const struct dist *d = SCHEMA_TOY(&s, 0)->delay_ns.item;

    cr_assert_eq(d->kind, DIST_EMPIRICAL);
    cr_assert_eq(d->values, 4);
    cr_assert_eq(d->low, 3 * SIM_MS);
    cr_assert_eq(d->high, 90 * SIM_MS);
    cr_assert_eq(d->value[2], 7 * SIM_MS);
    scenario_deinit(&s);
    prints("nodes: {delay: {empirical: [90 ms, 3 ms, 7 ms, 7 ms]}}",
           "  delay: {empirical: [3 ms, 7 ms, 7 ms, 90 ms]}\n");
    prints("nodes: {delay: {empirical: [3 s, 3 s]}}", "  delay: 3 s\n");
    refused("nodes: {delay: {empirical: 3 s}}", "t.yaml:3:28: nodes.delay: expected measured "
                                                "values, {empirical: [value, ...]}");
    refused("nodes: {delay: {empirical: []}}", "t.yaml:3:28: nodes.delay: expected measured "
                                               "values, {empirical: [value, ...]}");
    refused("nodes: {delay: {empirical: [1 s, 2 m]}}",
            "t.yaml:3:34: nodes.delay: \"m\" is a unit of length; a time is in ns, us, ms, s, min "
            "or h");
}

Test(kinds, so_many_measured_values_and_no_more)
{
    char text[1024];
    char *at = text + sprintf(text, "nodes: {delay: {empirical: [1 s");
    for (int i = 2; i <= 64; i++) {
        at += sprintf(at, ", %d s", i);
    }
    (void)strcpy(at, "]}}");
    struct scenario s = with(text);
    cr_assert_eq(((const struct dist *)SCHEMA_TOY(&s, 0)->delay_ns.item)->values, 64);
    scenario_deinit(&s);
    (void)strcpy(at, ", 65 s]}}");
    refused(text, "t.yaml:3:404: nodes.delay: more than 64 values; of so many give the quantiles");
}

Test(models, the_schema_is_chosen_by_the_file_or_by_set)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    const struct scenario_override toy = {"model=toy"};

    cr_assert_eq(scenario_parse(&s, &schema_registry, "t.yaml", "format: 1", 9, NULL, 0, &errors),
                 SIM_OK);
    cr_assert_eq(s.schema, &schema_nimblenet, "the first is the default");
    scenario_deinit(&s);
    cr_assert_eq(scenario_parse(&s, &schema_registry, "t.yaml", "format: 1", 9, &toy, 1, &errors),
                 SIM_OK);
    cr_assert_eq(s.schema, &schema_toy);
    cr_assert_str_eq(s.name, "toy");
    scenario_deinit(&s);
    cr_assert_eq(scenario_parse(&s, &schema_registry, "t.yaml", "format: 1\nmodel: tay", 20, NULL,
                                0, &errors),
                 SIM_ERR_INVALID);
    cr_assert_str_eq(
        schema_line(&errors, 0),
        "t.yaml:2:8: model: no model is called \"tay\"; there are: nimblenet, toy; did "
        "you mean toy?");
    scenario_errors_deinit(&errors);
}
