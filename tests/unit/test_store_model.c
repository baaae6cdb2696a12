/* Tables, views and series made of a description; and the description read back. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/store/runs.h"
#include "analysis/store/view.h"
#include "sim/engine/bins.h"
#include "tests/support/recorded.h"
#include "tests/support/result.h"

TestSuite(store_model, .init = result_enter, .fini = result_leave);

/* ---- a toy ---- */

static const char *const colours[] = {"red", "it's blue", NULL};
static const struct store_column boat[] = {
    {.name = "boat", .about = "its number", .type = STORE_INTEGER, .is_key = true},
    {.name = "from", .about = "", .type = STORE_TEXT, .is_key = true}, /* a word of SQL */
    {.name = "colour", .about = "", .type = STORE_TEXT, .words = colours},
    {.name = "left_ns", .about = "", .type = STORE_TIME},
    {.name = "drift_ns", .about = "", .type = STORE_TIME, .is_signed = true},
    {.name = "crew", .about = "", .type = STORE_INTEGER, .may_miss = true},
    {.name = "x_m", .about = "where it is", .type = STORE_REAL, .may_miss = true},
    {.name = "state", .about = "", .type = STORE_TEXT, .may_miss = true}, /* run has one too */
};
static const struct store_column harbour[] = {
    {.name = "boats", .about = "", .type = STORE_INTEGER},
};
static const struct store_table tables[] = {
    {"boat", "what floats", 1, boat, sizeof boat / sizeof boat[0]},
    {"harbour", "one row a run", 0, harbour, 1},
};
static const struct store_series_column series[] = {
    {"bytes", "B", "sent"},
    {"wait_ns", "ns", "for the tide"},
};
static const struct store_model toy = {
    .name = "boats",
    .table = tables,
    .tables = 2,
    .series = series,
    .series_count = 2,
};

static struct store *create(const char *path, const struct store_model *model)
{
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_create(&store, path, false, model, &result_invocation, &error), SIM_OK, "%s",
                 error.text);
    return store;
}

#define BOAT(number, harbour_, colour_, left, drift, crew_, x, state_)                             \
    {.integer = number}, {.text = harbour_}, {.text = colour_}, {.integer = left},                 \
        {.integer = drift}, {.integer = crew_}, {.real = x},                                       \
    {                                                                                              \
        .text = state_                                                                             \
    }

static enum sim_status put(struct store *store, const union store_cell *cells, size_t rows)
{
    return store_rows(store, 1, 0, cells, rows);
}

/* ---- rows ---- */

Test(store_model, cells_are_bound_by_type_and_what_is_missing_is_null)
{
    const union store_cell cells[] = {
        BOAT(2, "a", "it's blue", SIM_S, -5, 3, 1.5, "x"),
        BOAT(1, "b", "red", 0, 0, STORE_MISSING, (double)NAN, NULL),
    };
    struct store *store = create("a.db", &toy);
    result_begin(store, 1, "nimble", 1, 7);
    cr_assert_eq(put(store, cells, 2), SIM_OK, "%s", store_message(store));
    cr_assert_eq(put(store, NULL, 0), SIM_OK);
    const union store_cell one = {.integer = 2};
    cr_assert_eq(store_rows(store, 1, 1, &one, 1), SIM_OK);
    result_end(store, 1, "nimble", 1, 7, 1, 1, 0);
    result_finish(store);
    cr_expect_str_eq(recorded_ask("a.db", "SELECT * FROM boat"),
                     "1|1|b|red|0|0|-|-|-\n1|2|a|it's blue|1000000000|-5|3|1.5|x");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT run_id, variant, replication, seed, boat, "
                                          "left_s, drift_s, x_m, state FROM v_boat WHERE boat = 2"),
                     "1|nimble|1|7|2|1.0|-5.0e-09|1.5|x");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT * FROM v_harbour"), "1|nimble|1|7|2");
    cr_expect_str_eq(recorded_ask("a.db", "PRAGMA foreign_key_check"), "");
}

static void assert_row_refused(const union store_cell *cells, const char *because)
{
    (void)remove("a.db");
    struct store *store = create("a.db", &toy);
    result_begin(store, 1, "nimble", 1, 7);
    cr_expect_eq(put(store, cells, 1), SIM_ERR_INVALID, "%s", because);
    cr_expect_not_null(strstr(store_message(store), because), "%s", store_message(store));
    store_destroy(store);
}

Test(store_model, the_schema_refuses_what_the_description_does_not_allow)
{
    const union store_cell word[] = {BOAT(1, "a", "green", 0, 0, 0, 0, NULL)};
    assert_row_refused(word, "CHECK");
    const union store_cell negative[] = {BOAT(1, "a", "red", -1, 0, 0, 0, NULL)};
    assert_row_refused(negative, "CHECK");
    const union store_cell crew[] = {BOAT(1, "a", "red", 0, 0, -1, 0, NULL)};
    assert_row_refused(crew, "CHECK");
    const union store_cell missing[] = {BOAT(1, "a", "red", STORE_MISSING, 0, 0, 0, NULL)};
    assert_row_refused(missing, "NOT NULL");
    const union store_cell colour[] = {BOAT(1, "a", NULL, 0, 0, 0, 0, NULL)};
    assert_row_refused(colour, "NOT NULL");
}

/* ---- descriptions ---- */

static void assert_model_refused(const struct store_model *model, const char *because)
{
    struct store *store = NULL;
    struct store_error error = {""};
    cr_expect_eq(store_create(&store, "no.db", false, model, &result_invocation, &error),
                 SIM_ERR_INVALID, "%s", because);
    cr_expect_not_null(strstr(error.text, because), "%s", error.text);
}

static void assert_column_refused(struct store_column column, const char *because)
{
    const struct store_column columns[] = {boat[0], column};
    const struct store_table table = {"boat", "", 0, columns, 2};
    assert_model_refused(&(struct store_model){.name = "boats", .table = &table, .tables = 1},
                         because);
}

Test(store_model, a_slip_in_a_description_is_told_and_leaves_no_file)
{
    assert_column_refused((struct store_column){.name = "x; DROP", .about = ""}, "no identifier");
    assert_column_refused((struct store_column){.name = "Boat", .about = ""}, "no identifier");
    assert_column_refused((struct store_column){.name = "boat", .about = ""}, "twice");
    assert_column_refused((struct store_column){.name = "seed", .about = ""}, "has anyway");
    assert_column_refused((struct store_column){.name = "at_ns", .about = ""}, "is a time");
    assert_column_refused((struct store_column){.name = "at", .about = "", .type = STORE_TIME},
                          "is a time");
    assert_column_refused((struct store_column){.name = "x", .about = "a\n); DROP"}, "single line");
    assert_column_refused(
        (struct store_column){.name = "x", .about = "", .is_key = true, .may_miss = true}, "key");
    assert_column_refused((struct store_column){.name = "x", .about = "", .words = colours},
                          "is no text");
    const struct store_table run = {"run", "", 0, boat, 1};
    assert_model_refused(&(struct store_model){.name = "boats", .table = &run, .tables = 1},
                         "every database has");
    const struct store_table twice[] = {tables[0], tables[0]};
    assert_model_refused(&(struct store_model){.name = "boats", .table = twice, .tables = 2},
                         "is there twice");
    const struct store_series_column time = {"t_ns", "ns", ""};
    assert_model_refused(&(struct store_model){.name = "boats", .series = &time, .series_count = 1},
                         "t_ns");
    assert_model_refused(&(struct store_model){.name = "a b"}, "identifier");
    struct store_error error;
    struct store *store = NULL;
    cr_expect_eq(store_open_readonly(&store, "no.db", true, &error), SIM_ERR_NOTFOUND);
}

Test(store_model, a_reader_without_the_model_learns_what_the_tables_are)
{
    struct store *store = create("a.db", &toy);
    result_finish(store);
    store = result_open("a.db");
    struct store_error error = {""};
    struct runs_model *read = NULL;
    cr_assert_eq(runs_model_read(&read, store, &error), SIM_OK, "%s", error.text);
    const struct store_model *model = runs_model_shape(read);
    cr_expect_str_eq(model->name, "boats");
    cr_assert_eq(model->tables, 2);
    for (size_t t = 0; t < 2; t++) {
        cr_expect_str_eq(model->table[t].name, tables[t].name);
        cr_expect_str_eq(model->table[t].about, tables[t].about);
        cr_expect_eq(model->table[t].least_record, tables[t].least_record);
        cr_assert_eq(model->table[t].columns, tables[t].columns);
        for (size_t c = 0; c < tables[t].columns; c++) {
            const struct store_column *a = &model->table[t].column[c];
            const struct store_column *b = &tables[t].column[c];
            cr_expect_str_eq(a->name, b->name);
            cr_expect_str_eq(a->about, b->about);
            cr_expect(a->type == b->type && a->is_key == b->is_key && a->may_miss == b->may_miss &&
                      a->is_signed == b->is_signed && (a->words == NULL) == (b->words == NULL));
        }
    }
    cr_expect_str_eq(model->table[0].column[2].words[1], "it's blue");
    cr_expect_null(model->table[0].column[2].words[2]);
    cr_assert_eq(model->series_count, 2);
    cr_expect_str_eq(model->series[1].name, "wait_ns");
    cr_expect_str_eq(model->series[1].unit, "ns");
    /* What was read makes the same tables and views. */
    store_destroy(create("b.db", model));
    store_destroy(store);
    static const char schema[] = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name";
    char *a = strdup(recorded_ask("a.db", schema));
    cr_expect_str_eq(recorded_ask("b.db", schema), a);
    free(a);
    runs_model_destroy(read);
}

/* ---- views ---- */

Test(store_model, contract_views_are_empty_where_the_model_has_nothing_for_them)
{
    const struct store_model bare = {.name = "bare"};
    struct store *store = create("a.db", &bare);
    result_begin(store, 1, "x", 1, 7);
    result_end(store, 1, "x", 1, 7, 1, 1, 2);
    result_finish(store);
    cr_expect_str_eq(recorded_ask("a.db", "SELECT run_id, node, tx_bytes, rx_bytes "
                                          "FROM v_node_traffic"),
                     "");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT run_id, t_s, cumulative_bytes FROM v_load"), "");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT run_id, t_s, mean_s, n FROM v_response"), "");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT name, value FROM v_metric"), "m|2.0");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT count(*) FROM bin"), "0");
}

Test(store_model, a_view_of_the_model_takes_the_place_of_a_contract_view)
{
    struct store_model model = toy;
    model.views = "CREATE VIEW v_load (run_id, t_s, cumulative_bytes) AS SELECT 1, 2, 3;\n"
                  "-- a comment; with a semicolon\n"
                  "CREATE VIEW v_boat (run_id, boat) AS SELECT run_id, boat FROM boat";
    store_destroy(create("a.db", &model));
    cr_expect_str_eq(recorded_ask("a.db", "SELECT * FROM v_load"), "1|2|3");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT count(*) FROM pragma_table_info('v_boat')"), "2");
}

Test(store_model, a_view_has_any_name_and_any_column)
{
    struct store_model model = toy;
    model.views = ";; /* two ; statements */ create view \"v \"\"of\"\" ; boats\"(\"a, \"\"b\",\n"
                  " c) as select ';', 1; -- and\nCREATE VIEW v_bare AS SELECT 1 AS one ; ";
    store_destroy(create("a.db", &model));
    cr_expect_str_eq(recorded_ask("a.db", "SELECT * FROM \"v \"\"of\"\" ; boats\""), ";|1");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT one FROM v_bare"), "1");
    cr_expect_str_eq(recorded_ask("a.db", "SELECT sql FROM sqlite_schema WHERE name = 'v_bare'"),
                     "CREATE VIEW v_bare AS SELECT 1 AS one");
}

Test(store_model, a_view_says_in_a_comment_what_it_tells)
{
    struct store_model model = toy;
    model.views = "CREATE VIEW v_boat (run_id, boat) AS -- boats, and no more\nSELECT 1, 2;"
                  "CREATE VIEW v_bare (boat) AS SELECT 1";
    result_finish(create("a.db", &model));
    struct store *store = result_open("a.db");
    struct store_error error = {""};
    struct views views;
    cr_assert_eq(views_read(&views, store, &error), SIM_OK, "%s", error.text);
    cr_expect_str_eq(views_find(&views, "v_boat")->summary, "boats, and no more");
    cr_expect_str_eq(views_find(&views, "v_bare")->summary, "");
    cr_expect_str_eq(views_find(&views, "boat")->summary, "what floats");
    cr_expect_not(views_find(&views, "v_bare")->has_run);
    views_deinit(&views);
    store_destroy(store);
}

Test(store_model, views_do_nothing_but_make_views)
{
    static const char *const bad[] = {
        "DELETE FROM run",
        "ATTACH 'x.db' AS x",
        "CREATE TABLE mine (x)",
        "COMMIT",
        "PRAGMA user_version = 9",
        "DROP VIEW v_run",
        "CREATE VIEW v_x AS SELECT * FROM nowhere",
        "CREATE VIEW v_run AS SELECT 1",
        "CREATE VIEW v_x AS SELECT 1; CREATE VIEW v_x AS SELECT 2",
        "CREATE VIEW v_x (a, b) AS SELECT 1",
        "CREATE VIEW v_x (a, b AS SELECT 1, 2",
        "CREATE VIEW v_x AS DELETE FROM run",
        "CREATE VIEW v_x AS",
        "CREATE VIEW boat AS SELECT 1",
        "CREATE TEMP VIEW v_x AS SELECT 1",
        "SELECT 1",
        "'; it never ends",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct store_model model = toy;
        struct store *store = NULL;
        struct store_error error = {""};
        model.views = bad[i];
        cr_expect_neq(store_create(&store, "a.db", false, &model, &result_invocation, &error),
                      SIM_OK, "%s", bad[i]);
        cr_expect_str_not_empty(error.text);
        cr_expect_eq(store_open_readonly(&store, "a.db", true, &error), SIM_ERR_NOTFOUND);
    }
}

Test(store_model, a_view_of_executions_waits_for_a_replay)
{
    store_destroy(result_create("a.db"));
    cr_expect_str_eq(recorded_ask("a.db", "SELECT count(*) FROM sqlite_schema "
                                          "WHERE name IN ('v_execution', 'replay', 'execution')"),
                     "0");
}

/* ---- what a run came to ---- */

static struct store *write_and_open(void)
{
    static uint64_t count[BINS_COUNT];
    count[3] = 5;
    count[BINS_COUNT - 1] = 1;
    const struct result_distribution d = {"wait", "ns", count};
    const struct result_metric metrics[] = {{"calls", "", 3}, {"mean", "s", (double)NAN}};
    const int64_t bin[] = {1, 2, 3, -4};
    struct store *store = create("a.db", &toy);
    static const char *const variant[] = {"z", "a", "z"};
    for (int64_t id = 1; id <= 3; id++) {
        result_begin(store, id, variant[id - 1], (uint32_t)id, 7);
        const struct run_summary summary = {
            .run = {id, variant[id - 1], (uint32_t)id, 7},
            .state = RESULT_COMPLETE,
            .digest = 0xd,
            .work_digest = 0xe,
            .metrics = metrics,
            .metric_count = 2,
            .bin = bin,
            .bins = 2,
            .bin_ns = 7,
            .distributions = &d,
            .distribution_count = 1,
        };
        cr_assert_eq(store_end_run(store, &summary), SIM_OK, "%s", store_message(store));
    }
    result_finish(store);
    return result_open("a.db");
}

Test(store_model, runs_say_their_model_variants_and_digests)
{
    struct store *store = write_and_open();
    struct store_error error = {""};
    struct runs runs;
    cr_assert_eq(runs_read(&runs, store, &error), SIM_OK, "%s", error.text);
    cr_expect_str_eq(runs.model, "boats");
    cr_expect_str_eq(runs.scenario_hash, RESULT_HASH);
    cr_assert_eq(runs.variant_count, 2);
    cr_expect_str_eq(runs.variant[0], "z");
    cr_expect_str_eq(runs.variant[1], "a");
    cr_expect_str_eq(runs.row[0].digest, "000000000000000d");
    cr_expect_str_eq(runs.row[0].work_digest, "000000000000000e");
    runs_deinit(&runs);
    char name[RUNS_NAME];
    cr_assert_eq(runs_model_name(name, store, &error), SIM_OK);
    cr_expect_str_eq(name, "boats");
    store_destroy(store);
}

Test(store_model, measures_bins_and_distributions_come_back)
{
    struct store *store = write_and_open();
    struct store_error error = {""};
    static const char *const names[] = {"mean", "calls", "none"};
    double value[3];
    cr_assert_eq(runs_measures(value, store, 2, names, 3, &error), SIM_OK);
    cr_expect(isnan(value[0]) && isnan(value[2]));
    cr_expect_float_eq(value[1], 3, 0);

    static const char *const wanted[] = {"wait_ns", "none", "bytes"};
    struct runs_bins bins;
    cr_assert_eq(runs_bins(&bins, store, 2, wanted, 3, &error), SIM_OK);
    cr_assert_eq(bins.bins, 2);
    cr_expect_eq(bins.bin_ns, 7);
    const int64_t expected[] = {2, 0, 1, -4, 0, 3};
    cr_expect_eq(memcmp(bins.bin, expected, sizeof expected), 0);
    free(bins.bin);
    cr_assert_eq(runs_bins(&bins, store, 9, wanted, 3, &error), SIM_OK);
    cr_expect(bins.bins == 0 && bins.bin_ns == 0);
    free(bins.bin);

    static uint64_t count[BINS_COUNT];
    cr_assert_eq(runs_distribution(count, store, 2, "wait", &error), SIM_OK);
    cr_expect_eq(count[3], 5);
    cr_assert_eq(runs_distribution_of(count, store, "z", "wait", &error), SIM_OK);
    cr_expect_eq(count[3], 15, "added to what was there");
    cr_expect_eq(count[BINS_COUNT - 1], 3);
    cr_assert_eq(runs_distribution(count, store, 2, "none", &error), SIM_OK);
    cr_expect_eq(count[3], 15);
    store_destroy(store);
}

Test(store_model, a_bin_that_there_is_not_is_refused)
{
    static uint64_t count[BINS_COUNT];
    store_destroy(write_and_open());
    recorded_tamper("a.db", "UPDATE distribution SET bin = 7296 WHERE bin = 3 AND run_id = 1");
    struct store *store = result_open("a.db");
    struct store_error error = {""};
    cr_expect_eq(runs_distribution(count, store, 1, "wait", &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "a.db"));
    store_destroy(store);
}
