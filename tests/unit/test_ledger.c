/* The ambiguity ledger: its readings fit the scenarios' keys; what it calls an effect; its rank. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/statistics/stats.h"
#include "scenarios/language/scenario_keys.h"
#include "sim/ledger/explain.h"
#include "sim/ledger/ledger_file.h"
#include "sim/study/load.h"

/* ---- readings ---- */

static enum sim_status read_as(struct scenario *s, const struct model *m, const char *set,
                               const char *with)
{
    char text[96];
    const int length = snprintf(text, sizeof text, "format: 1\nmodel: %s\n", m->schema.name);
    const struct scenario_override overrides[] = {{.text = set}, {.text = with}};
    struct scenario_errors errors = {0};
    const enum sim_status status =
        scenario_parse(s, load_registry(), "default", text, (size_t)length, overrides,
                       with != NULL ? 2 : 1, &errors);
    scenario_errors_print(&errors, stderr);
    scenario_errors_deinit(&errors);
    return status;
}

Test(readings, are_of_keys_that_exist_in_the_order_of_the_keys)
{
    for (size_t m = 0; models[m] != NULL; m++) {
        const struct scenario_schema *schema = &models[m]->schema;
        size_t last = 0;
        for (size_t i = 0; i < models[m]->readings; i++) {
            const struct model_reading *reading = &models[m]->reading[i];
            const size_t index = key_find(schema, reading->path);
            cr_assert_lt(index, key_count(schema), "%s", reading->path);
            cr_assert(i == 0 || index > last, "%s is out of order", reading->path);
            cr_assert_not_null(key_default(schema, key_at(schema, index)));
            cr_assert_not_null(reading->value[0].value, "%s", reading->path);
            last = index;
        }
    }
}

static void check_reading(const struct model *m, const struct model_reading *reading,
                          const char *plain)
{
    for (size_t r = 0; reading->value[r].value != NULL; r++) {
        char set[128];
        char hash[65];
        struct scenario s;
        (void)snprintf(set, sizeof set, "%s=%s", reading->path, reading->value[r].value);
        cr_assert_eq(read_as(&s, m, set, reading->value[r].with), SIM_OK, "%s", set);
        cr_assert_eq(scenario_hash(&s, hash), SIM_OK);
        cr_assert_str_neq(hash, plain, "%s changes nothing", set);
        scenario_deinit(&s);
    }
}

Test(readings, can_each_be_set_and_differ_from_the_default)
{
    for (size_t m = 0; models[m] != NULL; m++) {
        struct scenario s;
        char plain[65];
        cr_assert_eq(scenario_default(&s, load_registry(), &models[m]->schema), SIM_OK);
        cr_assert_eq(scenario_hash(&s, plain), SIM_OK);
        scenario_deinit(&s);
        for (size_t i = 0; i < models[m]->readings; i++) {
            check_reading(models[m], &models[m]->reading[i], plain);
        }
    }
}

Test(readings, cover_every_key_whose_source_says_that_the_paper_is_silent)
{
    for (size_t m = 0; models[m] != NULL; m++) {
        for (size_t i = 0; i < models[m]->schema.key_count; i++) {
            const struct scenario_key *key = &models[m]->schema.key[i];
            const bool silent = strstr(key->source, "the paper is silent") != NULL ||
                                strstr(key->source, "not in the paper") != NULL;
            cr_assert(!silent || explain_reading(models[m], key->path) != NULL, "%s has no reading",
                      key->path);
        }
    }
    cr_assert_null(explain_reading(model_find("nimblenet"), "robots.count"));
}

Test(mechanisms, are_of_keys_that_there_are_and_each_in_one)
{
    for (size_t m = 0; models[m] != NULL; m++) {
        const char *seen[64];
        size_t count = 0;
        for (size_t i = 0; i < models[m]->mechanisms; i++) {
            const struct model_mechanism *mechanism = &models[m]->mechanism[i];
            cr_assert_not_null(mechanism->key[0], "%s has no key", mechanism->name);
            for (size_t k = 0; mechanism->key[k] != NULL; k++) {
                cr_expect_lt(key_find(&models[m]->schema, mechanism->key[k]),
                             key_count(&models[m]->schema), "%s", mechanism->key[k]);
                for (size_t o = 0; o < count; o++) {
                    cr_expect_str_neq(seen[o], mechanism->key[k]);
                }
                cr_assert_lt(count, sizeof seen / sizeof seen[0]);
                seen[count++] = mechanism->key[k];
            }
        }
    }
}

/* Else a difference between simulation and testbed would stand in the ledger without a name. */
Test(mechanisms, name_all_in_which_the_testbed_departs)
{
    const struct model *nimblenet = model_find("nimblenet");
    struct option_list none = {0};
    const struct ledger_request request = {.path = "scenarios/factory.yaml",
                                           .towards = "scenarios/factory-testbed.yaml",
                                           .sets = &none,
                                           .keys = &none,
                                           .seed = UINT64_MAX};
    struct ledger l;
    cr_assert_eq(ledger_init(&l, &request), 0);
    cr_assert_eq(l.row_count, 2 * nimblenet->mechanisms + 1);
    for (size_t i = 0; i < nimblenet->mechanisms; i++) {
        bool found = false;
        for (size_t r = 0; r < nimblenet->mechanisms; r++) {
            found |= strcmp(l.row[r].name, nimblenet->mechanism[i].name) == 0;
        }
        cr_expect(found, "%s", nimblenet->mechanism[i].name);
    }
    cr_expect_str_eq(l.row[nimblenet->mechanisms].name, "all together");
    ledger_deinit(&l);
}

/* ---- significance ---- */

static const double base[] = {4.0, 4.2, 3.9, 4.1, 4.3, 4.0};
enum { N = sizeof base / sizeof base[0] };

static struct ledger_effect judge_shifted(double shift, double noise, size_t effects)
{
    static const double off[N] = {1, -1, 1, -1, 1, -1};
    double value[N];
    for (size_t i = 0; i < N; i++) {
        value[i] = base[i] + shift + noise * off[i];
    }
    return ledger_judge(base, value, N, effects);
}

Test(ledger, calls_equal_numbers_the_same)
{
    const struct ledger_effect effect = ledger_judge(base, base, N, 300);
    cr_assert_eq(effect.verdict, LEDGER_SAME);
    cr_assert_eq(effect.difference.mean, 0);
    const double none[] = {NAN, NAN};
    cr_assert_eq(ledger_judge(none, none, 2, 300).verdict, LEDGER_SAME);
}

Test(ledger, pairs_its_replications)
{
    /* A shift far below the spread of the base: seen because the pairs share their seeds. */
    const struct ledger_effect effect = judge_shifted(0.05, 0.01, 1);
    cr_assert_float_eq(effect.difference.mean, 0.05, 1e-12);
    cr_assert_eq(effect.difference.n, N);
    cr_assert_eq(effect.verdict, LEDGER_CERTAIN);
}

Test(ledger, asks_more_of_an_effect_the_more_are_judged)
{
    /* The deviations' standard error is 0.1 * sqrt(1.2 / 6) = 0.0447; t of 5 degrees is 2.571 at
     * 95 % and 4.032 at 99 %. */
    cr_assert_eq(judge_shifted(0.110, 0.1, 1).verdict, LEDGER_UNCLEAR);
    cr_assert_eq(judge_shifted(0.120, 0.1, 5).verdict, LEDGER_CLEAR);
    cr_assert_eq(judge_shifted(0.175, 0.1, 5).verdict, LEDGER_CLEAR);
    cr_assert_eq(judge_shifted(0.185, 0.1, 5).verdict, LEDGER_CERTAIN);
    cr_assert_eq(judge_shifted(0.185, 0.1, 300).verdict, LEDGER_CLEAR);
    cr_assert_eq(judge_shifted(-0.185, 0.1, 5).verdict, LEDGER_CERTAIN);
}

Test(ledger, claims_nothing_of_one_replication)
{
    const double value = 5;
    const struct ledger_effect effect = ledger_judge(base, &value, 1, 300);
    cr_assert_eq(effect.verdict, LEDGER_UNCLEAR);
    cr_assert_eq(effect.difference.mean, 1.0);
    cr_assert_not(effect.difference.has_interval);
}

Test(ledger, compares_only_pairs_that_have_the_figure)
{
    const double never[] = {NAN, NAN, NAN, NAN, NAN, NAN};
    cr_assert_eq(ledger_judge(base, never, N, 300).verdict, LEDGER_UNDEFINED);
    cr_assert_eq(ledger_judge(never, base, N, 300).verdict, LEDGER_UNDEFINED);
    const double some[] = {5.0, NAN, 4.9, NAN, NAN, NAN};
    const struct ledger_effect effect = ledger_judge(base, some, N, 300);
    cr_assert_eq(effect.difference.n, 2);
    cr_assert_float_eq(effect.difference.mean, 1.0, 1e-12);
}

/* ---- a ledger made by hand ---- */

static char set_a[] = "nodes.cache=50 kB";
static char set_b[] = "protocol.coalesce=true";
static char set_with[] = "nodes.executors=1";

enum { FIGURES = 2 };

static struct ledger_figure figures[FIGURES] = {{.name = "first_ratio"}, {.name = "second_s"}};

/* What a row made by hand points to: of its test, so nobody has to give it back. */
enum { ROWS = 16 };
static struct ledger_effect effects[ROWS][FIGURES];
static double unanswered[ROWS][2];

static struct ledger_row make_row(char *set, enum ledger_verdict verdict, double difference)
{
    static int made;
    cr_assert_lt(made, ROWS);
    struct ledger_row row = {.name = "nodes.cache",
                             .why = "a test",
                             .set = {set},
                             .effect = effects[made],
                             .unanswered = unanswered[made]};
    made++;
    for (int f = 0; f < FIGURES; f++) {
        row.effect[f].verdict = verdict;
        row.effect[f].difference = (struct stats_estimate){
            .n = 6, .mean = difference, .has_interval = true, .half_width = 1.0 / 3};
        row.effect[f].value = (struct stats_estimate){.n = 6, .mean = 0.1 + difference};
    }
    return row;
}

Test(ledger, ranks_by_size_undefined_first_saturated_last)
{
    struct ledger_row rows[] = {
        make_row(set_a, LEDGER_SAME, 0),         make_row(set_a, LEDGER_UNCLEAR, -2),
        make_row(set_a, LEDGER_SATURATED, 1000), make_row(set_a, LEDGER_CERTAIN, 5),
        make_row(set_a, LEDGER_UNDEFINED, NAN),  make_row(set_a, LEDGER_CLEAR, 2),
        make_row(set_a, LEDGER_CERTAIN, -7),     make_row(set_a, LEDGER_SAME, NAN),
    };
    rows[3].state = LEDGER_ROW_UNFIT;
    const struct ledger l = {.figure = figures, .figures = FIGURES, .row = rows, .row_count = 8};
    size_t order[8];
    const size_t wanted[] = {4, 6, 1, 5, 0, 7, 2};
    cr_assert_eq(ledger_rank(&l, 1, order), 7);
    for (size_t i = 0; i < 7; i++) {
        cr_assert_eq(order[i], wanted[i], "place %zu holds row %zu", i, order[i]);
    }
}

static char *text_of(void (*print)(const struct ledger *, FILE *), const struct ledger *l)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    cr_assert_not_null(memory);
    print(l, memory);
    cr_assert_eq(fclose(memory), 0);
    return text;
}

static void print_first_row(const struct ledger *l, FILE *to)
{
    ledger_print_command(l, &l->row[0], to);
}

Test(ledger, prints_commands_that_a_shell_takes)
{
    static char quoted[] = "name=it's";
    char *common[] = {quoted};
    const struct ledger_request request = {.path = "my factory.yaml"};
    struct ledger_row row = make_row(set_a, LEDGER_SAME, 0);
    row.set[1] = set_with;
    const struct ledger l = {
        .request = &request, .common = common, .common_count = 1, .row = &row, .row_count = 1};
    char *text = text_of(print_first_row, &l);
    cr_assert_str_eq(text, "nimblesim run 'my factory.yaml' --set name='it'\\''s' "
                           "--set nodes.cache='50 kB' --set nodes.executors=1");
    free(text);
}

/* ---- the file ---- */

static void write_file(const struct ledger *l, FILE *to)
{
    cr_assert(ledger_file_write(l, to));
}

Test(ledger_file, reads_back_what_it_wrote_to_the_last_bit)
{
    const struct ledger_request request = {.path = "factory.yaml"};
    struct ledger_row rows[] = {make_row(set_a, LEDGER_CLEAR, 0.1 + 0.2),
                                make_row(set_b, LEDGER_UNDEFINED, NAN)};
    struct ledger l = {.request = &request,
                       .figure = figures,
                       .figures = FIGURES,
                       .base = make_row(set_a, LEDGER_SAME, 0),
                       .row = rows,
                       .row_count = 2,
                       .replications = 6};
    l.effects = 12;
    cr_assert_eq(scenario_default(&l.scenario, load_registry(), load_registry()->schema[0]),
                 SIM_OK);
    char *text = text_of(write_file, &l);
    char value[32];
    ledger_file_comment(text, "replications", value, sizeof value);
    cr_assert_str_eq(value, "6");
    ledger_file_comment(text, "nothing", value, sizeof value);
    cr_assert_str_eq(value, "");

    const char *cursor = text;
    struct ledger_line line;
    for (int f = 0; f < FIGURES; f++) {
        cr_assert(ledger_file_next(&cursor, &line));
        cr_assert_str_eq(line.verdict, "undefined");
        cr_assert(isnan(line.difference));
        cr_assert(ledger_file_next(&cursor, &line));
        cr_assert_str_eq(line.figure, figures[f].name);
        cr_assert_str_eq(line.sets, "--set nodes.cache='50 kB'");
        cr_assert_eq(line.difference, 0.1 + 0.2);
        cr_assert_eq(line.half_width, 1.0 / 3);
        cr_assert_eq(line.n, 6);
    }
    cr_assert_not(ledger_file_next(&cursor, &line));
    free(text);
    scenario_deinit(&l.scenario);
}

Test(ledger_file, skips_what_is_no_row)
{
    char text[LEDGER_LINE_MAX * 3];
    memset(text, 'x', sizeof text); /* one line that is too long */
    (void)snprintf(text + LEDGER_LINE_MAX + 7, 200, "\n\nshort\tline\n# comment\n%s",
                   "f\t1\tkey\trow\t1\t2\t3\t4\t5\tclear\t0\t0"); /* no newline at the end */
    const char *cursor = text;
    struct ledger_line line;
    cr_assert(ledger_file_next(&cursor, &line));
    cr_assert_str_eq(line.key, "key");
    cr_assert_eq(line.value, 2.0);
    cr_assert_not(ledger_file_next(&cursor, &line));
    cursor = "";
    cr_assert_not(ledger_file_next(&cursor, &line));
}

static size_t values_of(const struct model_reading *reading)
{
    size_t count = 0;
    while (reading->value[count].value != NULL) {
        count++;
    }
    return count;
}

/* A block a figure: a headline is several where it is of each variant against the baseline. */
static size_t figures_in(const char *text)
{
    char last[64] = "";
    size_t count = 0;
    struct ledger_line line;
    for (const char *cursor = text; ledger_file_next(&cursor, &line);) {
        count += strcmp(line.figure, last) != 0;
        (void)snprintf(last, sizeof last, "%s", line.figure);
    }
    return count;
}

Test(ledger_file, holds_every_reading_as_it_was_shipped)
{
    for (size_t m = 0; models[m] != NULL; m++) {
        for (size_t i = 0; i < models[m]->readings && models[m]->ledger_tsv != NULL; i++) {
            const struct model_reading *reading = &models[m]->reading[i];
            const char *cursor = models[m]->ledger_tsv;
            const size_t figures = figures_in(cursor);
            struct ledger_line line;
            size_t found = 0;
            while (ledger_file_next(&cursor, &line)) {
                found += strcmp(line.key, reading->path) == 0;
            }
            cr_assert_geq(figures, models[m]->headlines);
            cr_assert_eq(found, figures * values_of(reading), "%s: run make ledger", reading->path);
        }
    }
}
