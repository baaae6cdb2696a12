/* What the paper says beside what a result says: bands, windows, break-even and verdicts, on rows
 * that were worked out by hand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "analysis/statistics/bands.h"
#include "models/nimblenet/model.h"
#include "models/nimblenet/results/printed.h"
#include "models/nimblenet/results/twins.h"
#include "sim/results/paper.h"
#include "sim/terminal/artefact.h"
#include "tests/support/result.h"
#include "tests/support/schema.h"
#include "tests/support/trial.h"

enum { BINS = 14, REPLICATIONS = 2 };

/* Of two values with one between them: t(0.975, 1 degree of freedom) / 2. */
#define HALF_WIDTH 6.353102368

/* ---------------------------------------------------------------- a folder for each test */

static char folder[] = "/tmp/nimblesim-paper-XXXXXX";

static void enter_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
}

static struct paper_result result; /* of the test that runs; model NULL: not opened */

static void remove_folder(void)
{
    if (result.model != NULL) {
        result.model->close(result.system);
        scenario_deinit(&result.scenario);
        runs_deinit(&result.archive.runs);
    }
    static const char *const files[] = {
        "a.db",        "table.tsv",         "table.md",     "figure4.tsv", "figure8.tsv",
        "figure9.tsv", "figure5-nodes.tsv", "figure10.tsv", "x.tsv",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)unlink(files[i]);
    }
    cr_assert_eq(rmdir(folder), 0, "a file was left behind");
}

TestSuite(paper, .init = enter_folder, .fini = remove_folder);

static const char *read_file(const char *path)
{
    static char text[1 << 16];
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "%s", path);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    (void)fclose(file);
    return text;
}

/* ---------------------------------------------------------------- a result, worked out by hand */

struct tale_told {
    int dear_bins[REPLICATIONS]; /* in which nimble moves 200 bytes; 50 in the others */
    bool has_calls;
};

static const struct tale_told usual = {.dear_bins = {3, 1}, .has_calls = true};

#define STORED(call) cr_assert_eq((call), SIM_OK, "%s", store_message(store))

static void store_details(struct store *store, int64_t run_id)
{
    const struct result_tasklet tasklet[] = {
        {0, RESULT_CHAIN, "chain 0", 200, 3 * SIM_S / 10, 0, 0, 0},
        {1, RESULT_ALGORITHM, "algorithm 0", 300, SIM_S, 0, 0, 0},
        {2, RESULT_ALGORITHM, "algorithm 1", 100, SIM_S / 2, 0, 0, 0},
    };
    const struct result_tasklet_call sub[] = {
        {0, 0, 1, SIM_S / 10},
        {0, 1, 2, SIM_S / 5},
    };
    STORED(result_tasklets(store, run_id, tasklet, 3));
    STORED(result_tasklet_calls(store, run_id, sub, 2));
    struct result_call call[3];
    for (int64_t i = 0; i < 3; i++) {
        call[i] = (struct result_call){.call_id = i,
                                       .t_ns = i * 10 * SIM_S,
                                       .robot = 1,
                                       .node = RESULT_NONE,
                                       .status = RESULT_OUT_OF_CONTACT,
                                       .response_ns = RESULT_NONE,
                                       .queueing_ns = RESULT_NONE,
                                       .acquisition_ns = RESULT_NONE,
                                       .execution_ns = RESULT_NONE,
                                       .x_m = i < 2 ? 0 : 3, /* it waits, then makes 5 m in 10 s */
                                       .y_m = i < 2 ? 0 : 4};
    }
    STORED(result_calls(store, run_id, call, 3));
}

static void store_run(struct store *store, const struct tale_told *told, bool is_nimble, int k)
{
    const struct result_run run = {
        .run_id = 1 + k + (is_nimble ? 0 : REPLICATIONS),
        .variant = is_nimble ? "nimble" : "monolithic",
        .replication = (uint32_t)k + 1,
    };
    STORED(store_begin_run(store, &run));
    if (told->has_calls) {
        store_details(store, run.run_id);
    }
    /* One call a bin. Nimble needs 7 s in the first six bins and 4 s from then on. */
    int64_t bin[BINS * NIMBLENET_SERIES] = {0};
    for (int i = 0; i < BINS; i++) {
        int64_t *row = &bin[i * NIMBLENET_SERIES];
        const sim_time response_ns = is_nimble ? (i < 6 ? 7 : 4) * SIM_S : 5 * SIM_S;
        row[NIMBLENET_BYTES] = is_nimble ? i < told->dear_bins[k] ? 200 : 50 : 100;
        row[NIMBLENET_BIN_COMPLETED] = 1;
        row[NIMBLENET_RESPONSE_NS] = response_ns;
        row[NIMBLENET_EXECUTION_NS] = response_ns;
    }
    const struct result_metric metric[] = {
        {"gateway_tx_bytes", "B", is_nimble ? 100 : 400 + 100 * k}, /* ratios 4 and 5 */
        {"served_global", "", 80},
        {"served_neighbour", "", 0},
        {"served_registry", "", 20},
    };
    const struct result_node node[] = {
        {.node = 1, .x_m = 10, .y_m = 10, .role = RESULT_GATEWAY, .tx_bytes = 7 + k, .rx_bytes = 5},
        {.node = 2, .x_m = (double)NAN, .y_m = (double)NAN, .role = RESULT_REGISTRY},
    };
    STORED(result_nodes(store, run.run_id, node, 2));
    const struct run_summary summary = {.run = run,
                                        .state = RESULT_COMPLETE,
                                        .metrics = metric,
                                        .metric_count = sizeof metric / sizeof metric[0],
                                        .bin = bin,
                                        .bins = BINS,
                                        .bin_ns = 10 * SIM_S};
    STORED(store_end_run(store, &summary));
}

/* A finished result of two replications, open to be read. */
static struct store *told(const struct tale_told *tale, bool with_monolithic)
{
    /* Tables and series of the same shape, and behind them those that only its views name. */
    static struct store_table tables[16];
    struct store_model model = result_model;
    cr_assert_leq(model.tables + 5, sizeof tables / sizeof tables[0]);
    memcpy(tables, model.table, model.tables * sizeof *tables);
    tables[model.tables++] = nimblenet_tables[NIMBLENET_LINK];
    tables[model.tables++] = nimblenet_tables[NIMBLENET_NODE_BIN];
    tables[model.tables++] = nimblenet_tables[NIMBLENET_CACHE_CHANGE];
    tables[model.tables++] = nimblenet_tables[NIMBLENET_DELAY];
    tables[model.tables++] = nimblenet_tables[NIMBLENET_EXECUTED_CALL];
    model.table = tables;
    static struct store_series_column series[NIMBLENET_SERIES];
    for (int i = 0; i < NIMBLENET_SERIES; i++) {
        const struct model_series *s = &nimblenet_series[i];
        series[i] = (struct store_series_column){s->name, s->unit, s->label};
    }
    model.series = series;
    model.series_count = NIMBLENET_SERIES;
    model.name = "nimblenet";
    model.views = nimblenet_views;
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_create(&store, "a.db", false, &model, &result_invocation, &error), SIM_OK,
                 "%s", error.text);
    for (int k = 0; k < REPLICATIONS; k++) {
        store_run(store, tale, true, k);
        if (with_monolithic) {
            store_run(store, tale, false, k);
        }
    }
    STORED(store_finish(store, RESULT_COMPLETE));
    store_destroy(store);
    cr_assert_eq(store_open_readonly(&store, "a.db", false, &error), SIM_OK, "%s", error.text);
    return store;
}

/* The result with a scenario whose floor is a metre too deep. */
static void open_result(struct store *store)
{
    static const char text[] = "format: 1\nfloor: {height: 61 m}\n";
    struct paper_result *r = &result;
    *r = (struct paper_result){.archive = {.path = "a.db", .store = store},
                               .model = &nimblenet_model};
    struct scenario_errors errors = {0};
    struct store_error error = {""};
    struct model_error wrong = {.key = NULL};
    mesh_library_init();
    cr_assert_eq(scenario_parse(&r->scenario, &schema_registry, "x.yaml", text, sizeof text - 1,
                                NULL, 0, &errors),
                 SIM_OK, "%s", schema_line(&errors, 0));
    cr_assert_eq(runs_read(&r->archive.runs, store, &error), SIM_OK, "%s", error.text);
    static struct model_head head; /* which the system keeps */
    head = trial_head(&r->scenario);
    cr_assert_eq(nimblenet_model.open(&r->system, &head, r->scenario.variant[0].config, &wrong),
                 SIM_OK, "%s", wrong.text);
}

static struct paper_table measured(struct store *store)
{
    struct paper_table table;
    struct store_error error = {""};
    open_result(store);
    cr_assert_eq(paper_table_init(&table, &result, &error), SIM_OK, "%s", error.text);
    return table;
}

static double value_of(const struct paper_table *table, const char *key)
{
    const struct paper_row *row = paper_find(table, key);
    cr_assert_not_null(row, "%s", key);
    return row->value;
}

#define assert_near(value, expected) cr_assert_float_eq((value), (expected), 1e-6, "%.9g", value)

/* ---------------------------------------------------------------- the table of expectations */

Test(paper, every_quantity_has_a_band_or_says_why_not)
{
    for (size_t i = 0; i < PRINTED_QUANTITIES; i++) {
        const struct paper_quantity *q = &printed_quantities[i];
        cr_assert(isnan(q->low) ? q->note != NULL || q->is_said : q->low <= q->high, "%s", q->key);
        cr_assert(!q->is_said || q->says_low <= q->says_high, "%s", q->key);
        cr_assert_eq(isnan(q->low), isnan(q->high), "%s", q->key);
        for (size_t j = 0; j < i; j++) {
            cr_assert_str_neq(q->key, printed_quantities[j].key);
        }
    }
}

static bool is_crossover(const char *name)
{
    for (size_t i = 0; i < NIMBLENET_CROSSOVERS; i++) {
        if (strcmp(nimblenet_crossovers[i].name, name) == 0 ||
            strcmp(nimblenet_crossovers[i].share_name, name) == 0) {
            return true;
        }
    }
    return false;
}

Test(paper, every_quantity_has_one_home_and_that_is_there)
{
    const struct model *m = &nimblenet_model;
    for (size_t i = 0; i < PRINTED_QUANTITIES; i++) {
        const struct paper_quantity *q = &printed_quantities[i];
        const int homes = (q->measure != NULL) + (q->contrast != NULL) + (q->crossover != NULL) +
                          q->is_given + (q->select != NULL);
        cr_assert_eq(homes, 1, "%s", q->key);
        cr_assert(q->measure == NULL || model_measure_find(m, q->measure) < m->measures, "%s",
                  q->key);
        cr_assert(q->contrast == NULL || model_contrast_find(m, q->contrast) < m->contrasts, "%s",
                  q->key);
        cr_assert(q->crossover == NULL || is_crossover(q->crossover), "%s", q->key);
    }
}

Test(paper, both_ends_belong_to_a_band_and_nothing_is_in_none)
{
    const struct paper_quantity q = {.low = 3, .high = 4};
    cr_assert_eq(paper_judge(&q, 3), PAPER_AGREES);
    cr_assert_eq(paper_judge(&q, 4), PAPER_AGREES);
    cr_assert_eq(paper_judge(&q, 2.999), PAPER_MISSED);
    cr_assert_eq(paper_judge(&q, 4.001), PAPER_MISSED);
    cr_assert_eq(paper_judge(&q, (double)NAN), PAPER_MISSED);
    const struct paper_quantity without = {.low = (double)NAN, .high = (double)NAN};
    cr_assert_eq(paper_judge(&without, 3), PAPER_NOTED);
}

/* A band of 0 to 10 and words that come to 3 to 4. */
static const struct paper_quantity said = {.key = "said",
                                           .name = "said",
                                           .high = 10,
                                           .is_said = true,
                                           .says_low = 3,
                                           .says_high = 4,
                                           .less = "earlier"};

static struct paper_row judged(const struct paper_quantity *q, double value, double half_width)
{
    struct paper_row row = {.quantity = q, .value = value};
    row.estimate = (struct stats_estimate){.mean = value,
                                           .low = value - half_width,
                                           .high = value + half_width,
                                           .half_width = half_width,
                                           .has_interval = half_width > 0};
    row.verdict = paper_judge_row(&row);
    return row;
}

static const char *word(const struct paper_quantity *q, double value, double half_width)
{
    const struct paper_row row = judged(q, value, half_width);
    return paper_word(&row);
}

Test(paper, words_are_missed_on_either_side_and_by_the_whole_interval)
{
    cr_expect_str_eq(word(&said, 3.5, 0), "agrees");
    cr_expect_str_eq(word(&said, 2.9, 0), "earlier");
    cr_expect_str_eq(word(&said, 2.9, 0.2), "agrees", "3 is not excluded");
    cr_expect_str_eq(word(&said, 5, 0.5), "above", "a word that the row does not have");
    cr_expect_str_eq(word(&said, 11, 0), "MISSED", "the band goes first");
    cr_expect_str_eq(word(&said, (double)NAN, 0), "MISSED");
    struct paper_quantity q = said;
    q.low = q.high = (double)NAN;
    cr_expect_str_eq(word(&q, 11, 0), "above");
    cr_expect_str_eq(word(&q, (double)NAN, 0), "earlier", "it never came to it");
    q.kind = PAPER_FITTED;
    cr_expect_str_eq(word(&q, 3.5, 0), "fitted");
    q.kind = PAPER_INPUT;
    cr_expect_str_eq(word(&q, 3.5, 0), "input");
    q.is_said = false;
    cr_expect_str_eq(word(&q, 3.5, 0), "noted");
    q.is_incomparable = true;
    cr_expect_str_eq(word(&q, 3.5, 0), "not comparable");
}

Test(paper, the_headline_counts_what_came_out_and_only_bands_decide)
{
    struct paper_quantity fitted = said;
    struct paper_quantity input = said;
    struct paper_quantity unsaid = said;
    fitted.kind = PAPER_FITTED;
    input.kind = PAPER_INPUT;
    unsaid.is_said = false;
    const struct paper_quantity stated = {.high = 10, .stated = 11, .is_stated = true};
    struct paper_row rows[] = {
        judged(&said, 3.5, 0), judged(&said, 2, 0),   judged(&said, 12, 0),
        judged(&fitted, 4, 0), judged(&fitted, 5, 0), judged(&input, 4, 0),
        judged(&unsaid, 5, 0), judged(&stated, 5, 0), {.quantity = &said, .verdict = PAPER_NOT_RUN},
    };
    const struct paper_table table = {.row = rows, .count = sizeof rows / sizeof rows[0]};
    const struct paper_headline h = paper_headline(&table);
    cr_expect_eq(h.outcomes, 6);
    cr_expect_eq(h.agree, 1);
    cr_expect_eq(h.fitted, 1);
    cr_expect_eq(h.missed, 4, "earlier, outside, a fit that failed, and the paper's own outside");
    cr_expect_eq(h.not_run, 1);
    cr_expect_eq(paper_missed(&table), 1, "outside of its band");
}

/* ---------------------------------------------------------------- what is measured */

Test(paper, means_and_intervals_are_taken_over_replications)
{
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    const struct paper_row *ratio = paper_find(&table, "gateway_ratio");
    assert_near(ratio->value, 4.5);
    assert_near(ratio->estimate.half_width, HALF_WIDTH);
    cr_assert_eq(ratio->verdict, PAPER_AGREES);
    assert_near(value_of(&table, "global_share"), 80);
    assert_near(value_of(&table, "registry_share"), 20);
    paper_table_deinit(&table);
    store_destroy(store);
}

Test(paper, break_even_is_where_nimble_is_never_ahead_again)
{
    /* 200, 400, 600, 650 .. 850 | 900 against 100 .. 800 | 900; and 200, 250 | 300. */
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    const struct paper_row *row = paper_find(&table, "break_even");
    assert_near(row->value, (90.0 + 30.0) / 2);
    assert_near(row->estimate.half_width, 60 * HALF_WIDTH);
    paper_table_deinit(&table);
    store_destroy(store);
}

Test(paper, one_replication_that_never_breaks_even_is_a_miss)
{
    const struct tale_told dear = {.dear_bins = {3, BINS}, .has_calls = true};
    struct store *store = told(&dear, true);
    struct paper_table table = measured(store);
    const struct paper_row *row = paper_find(&table, "break_even");
    cr_assert(isnan(row->value));
    cr_assert_not(row->estimate.has_interval);
    cr_assert_eq(row->verdict, PAPER_MISSED);
    paper_table_deinit(&table);
    store_destroy(store);
}

Test(paper, a_window_is_the_hundred_seconds_that_end_there)
{
    /* Nimble's mean at 100 .. 140 s: 5.8, 5.5, 5.2, 4.9, 4.6 against 5. */
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    assert_near(value_of(&table, "faster_from"), 130);
    assert_near(value_of(&table, "faster_share"), 100);
    cr_assert_not(paper_find(&table, "faster_from")->estimate.has_interval);
    paper_table_deinit(&table);
    store_destroy(store);
}

Test(paper, chains_count_what_they_call)
{
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    assert_near(value_of(&table, "chains"), 1);
    assert_near(value_of(&table, "algorithms"), 2);
    assert_near(value_of(&table, "algorithms_least"), 2);
    assert_near(value_of(&table, "chain_size"), 600);
    assert_near(value_of(&table, "chain_time"), 1.8);
    assert_near(value_of(&table, "algorithm_time_greatest"), 1);
    paper_table_deinit(&table);
    store_destroy(store);
}

Test(paper, robots_are_measured_from_trigger_to_trigger)
{
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    assert_near(value_of(&table, "trigger_least"), 10);
    assert_near(value_of(&table, "speed_least"), 0);
    assert_near(value_of(&table, "speed_greatest"), 0.5);
    paper_table_deinit(&table);
    store_destroy(store);
}

Test(paper, what_the_scenario_gives_is_judged_as_well)
{
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    cr_assert_eq(paper_find(&table, "width")->verdict, PAPER_AGREES);
    cr_assert_eq(paper_find(&table, "height")->verdict, PAPER_MISSED);
    cr_assert_gt(paper_missed(&table), 0);
    paper_table_deinit(&table);
    store_destroy(store);
}

/* ---------------------------------------------------------------- what is refused */

Test(paper, a_result_of_one_variant_cannot_be_compared)
{
    struct store *store = told(&usual, false);
    struct paper_table table;
    open_result(store);
    struct store_error error = {""};
    cr_assert_eq(paper_table_init(&table, &result, &error), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(error.text, "both a nimble and a monolithic run"));
    store_destroy(store);
}

Test(paper, a_result_without_calls_says_how_to_record_them)
{
    const struct tale_told summary = {.dear_bins = {3, 1}};
    struct store *store = told(&summary, true);
    uint32_t replications = 0;
    struct store_error error = {""};
    cr_assert_eq(twins_check(&replications, store, &error), SIM_ERR_INVALID);
    cr_assert_not_null(strstr(error.text, "record=calls"));
    store_destroy(store);
}

/* ---------------------------------------------------------------- what is stored */

Test(paper, figures_say_what_they_show_and_how_many_stand_behind_it)
{
    struct store *store = told(&usual, true);
    struct store_error error = {""};
    cr_assert_eq(printed_store_figures(store, ".", &error), SIM_OK, "%s", error.text);
    const char *traffic = read_file("figure8.tsv");
    cr_assert_eq(strncmp(traffic, "# Figure 8: ", 12), 0);
    cr_assert_not_null(
        strstr(traffic, "\nnode\tn\tnimble_tx_B\tnimble_tx_B_low\tnimble_tx_B_high\t"));
    /* Sent were 7 and 8; the registry, node 2, is left out. */
    cr_assert_not_null(strstr(traffic, "\n1\t2\t7.5\t1.146897632\t13.85310237\t5\t5\t5\t"));
    cr_assert_null(strstr(traffic, "\n2\t"));
    cr_assert_not_null(strstr(read_file("figure9.tsv"), "\n140\t2\t"));
    cr_assert_not_null(strstr(read_file("figure10.tsv"), "\n130\t2\t4.9\t4.9\t4.9\t5\t5\t5\t"));
    cr_assert_not_null(strstr(read_file("figure4.tsv"), "\n1\t0\t2\t0.3\t1.5\t200\t400\n"));
    cr_assert_not_null(strstr(read_file("figure5-nodes.tsv"), "\n1\t10\t10\tgateway\n"));
    store_destroy(store);
}

Test(paper, a_file_that_failed_is_not_there)
{
    struct artefact x = {.to = NULL};
    struct store_error error = {""};
    cr_assert_eq(artefact_open(&x, ".", "x.tsv", error.text, sizeof error.text), SIM_OK);
    (void)fputs("half", x.to);
    cr_assert_eq(artefact_close(&x, SIM_ERR_INVALID, error.text, sizeof error.text),
                 SIM_ERR_INVALID);
    cr_assert_neq(access("x.tsv", F_OK), 0);
    cr_assert_neq(access("x.tsv.new", F_OK), 0);
    cr_assert_eq(artefact_open(&x, "no/such", "x.tsv", error.text, sizeof error.text), SIM_ERR_IO);
    cr_assert_eq(artefact_make_folder("/proc/none/x", error.text, sizeof error.text), SIM_ERR_IO);
}

Test(paper, the_table_is_stored_with_bands_verdicts_and_notes)
{
    struct store *store = told(&usual, true);
    struct paper_table table = measured(store);
    struct store_error error = {""};
    cr_assert_eq(paper_store_table(&table, ".", &error), SIM_OK, "%s", error.text);
    const char *tsv = read_file("table.tsv");
    cr_assert_not_null(strstr(tsv, "\nkey\tsource\tquantity\tpaper\tours\t"));
    cr_assert_not_null(strstr(tsv,
                              "\nheight\tsection 1.1\tfloor, depth\t60 m\t61\tNaN\tNaN\t0\t60\t"
                              "60\tpaper\tNaN\tNaN\tm\tinput\tMISSED\t\n"));
    const char *md = read_file("table.md");
    cr_assert_not_null(strstr(md, "| section 6.2 | node 1 sends, monolithic / nimble | "
                                  "4 (testbed 5) | 4.50 | -1.85 to 10.85 | 3.7 to 4.8 | ours | "
                                  "fitted [7] |"));
    paper_table_deinit(&table);
    store_destroy(store);
}
