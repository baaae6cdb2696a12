/* Rows of a result without SQLite's types, the views that are exported, and CSV. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "analysis/store/runs.h"
#include "analysis/store/view.h"
#include "sim/terminal/csv.h"
#include "tests/support/result.h"

TestSuite(query, .init = result_enter, .fini = result_leave);

static struct store *make_result(void)
{
    struct store *store = result_create("a.db");
    for (uint32_t k = 1; k <= 4; k++) {
        const char *variant = k <= 2 ? "nimble" : "monolithic";
        result_begin(store, k, variant, (k + 1) % 2 + 1, 7);
        result_end(store, k, variant, (k + 1) % 2 + 1, 7, k, 1, k == 4 ? NAN : k);
    }
    result_finish(store);
    return result_open("a.db");
}

Test(query, values_come_with_their_types_and_null_as_missing)
{
    struct store *store = make_result();
    struct store_error error;
    struct query *q = NULL;
    cr_assert_eq(query_open(&q, store, "SELECT ?, 2.5, NULL, ?", &error), SIM_OK);
    query_bind_int(q, 41);
    query_bind_text(q, "word");
    cr_assert_eq(query_columns(q), 4);
    cr_assert_str_eq(query_name(q, 1), "2.5");
    cr_assert(query_next(q));
    cr_assert_eq(query_type(q, 0), QUERY_INTEGER);
    cr_assert_eq(query_int(q, 0), 41);
    cr_assert_eq(query_type(q, 1), QUERY_REAL);
    cr_assert_eq(query_real(q, 1), 2.5);
    cr_assert_eq(query_type(q, 2), QUERY_NULL);
    cr_assert_eq(query_int(q, 2), RESULT_NONE);
    cr_assert(isnan(query_real(q, 2)));
    cr_assert_null(query_text(q, 2));
    cr_assert_str_eq(query_text(q, 3), "word");
    char text[3];
    query_copy_text(q, 3, text, sizeof text);
    cr_assert_str_eq(text, "wo");
    cr_assert_not(query_next(q));
    cr_assert_eq(query_close(q, &error), SIM_OK);
    store_destroy(store);
}

Test(query, what_cannot_be_asked_is_told)
{
    struct store *store = make_result();
    struct store_error error = {""};
    struct query *q = NULL;
    cr_assert_neq(query_open(&q, store, "SELECT 1 FROM nowhere", &error), SIM_OK);
    cr_assert_not_null(strstr(error.text, "nowhere"), "%s", error.text);
    cr_assert_eq(query_close(NULL, &error), SIM_OK);
    store_destroy(store);
}

Test(query, a_damaged_file_ends_the_rows_with_a_failure)
{
    struct store *store = result_create("a.db");
    result_begin(store, 1, "nimble", 1, 7);
    static struct result_event event[20000];
    for (int64_t i = 0; i < 20000; i++) {
        event[i] = (struct result_event){.seq = i, .node = 1, .kind = "x"};
    }
    cr_assert_eq(result_events(store, 1, event, 20000), SIM_OK);
    result_end(store, 1, "nimble", 1, 7, 1, 1, 0);
    result_finish(store);
    FILE *file = fopen("a.db", "r+");
    cr_assert_eq(fseek(file, 200 * 1024, SEEK_SET), 0);
    for (int i = 0; i < 65536; i++) {
        (void)fputc(0xa5, file);
    }
    cr_assert_eq(fclose(file), 0);

    store = result_open("a.db");
    struct store_error error = {""};
    struct query *q = NULL;
    struct views views;
    cr_assert_eq(views_read(&views, store, &error), SIM_OK, "%s", error.text);
    cr_assert_eq(view_open(&q, views_find(&views, "event"), store, 0, &error), SIM_OK);
    int64_t rows = 0;
    while (query_next(q)) {
        rows++;
    }
    cr_assert_lt(rows, 20000);
    cr_assert_neq(query_close(q, &error), SIM_OK);
    cr_assert_not_null(strstr(error.text, "a.db"), "%s", error.text);
    views_deinit(&views);
    store_destroy(store);
}

static struct views read_views(struct store *store)
{
    struct views views;
    struct store_error error = {""};
    cr_assert_eq(views_read(&views, store, &error), SIM_OK, "%s", error.text);
    return views;
}

Test(query, every_view_opens_and_counts_its_rows)
{
    struct store *store = make_result();
    struct store_error error = {""};
    struct views views = read_views(store);
    for (size_t i = 0; i < views.count; i++) {
        const struct view *view = &views.view[i];
        cr_assert_eq(views_find(&views, view->name), view);
        cr_assert_str_not_empty(view->summary, "%s", view->name);
        struct query *q = NULL;
        cr_assert_eq(view_open(&q, view, store, 0, &error), SIM_OK, "%s: %s", view->name,
                     error.text);
        int64_t rows = 0;
        int64_t counted = -1;
        while (query_next(q)) {
            rows++;
        }
        cr_assert_eq(query_close(q, &error), SIM_OK, "%s", error.text);
        cr_assert_eq(view_rows(&counted, view, store, 0, &error), SIM_OK);
        cr_assert_eq(rows, counted, "%s", view->name);
    }
    cr_assert_null(views_find(&views, "v_nothing"));
    views_deinit(&views);
    store_destroy(store);
}

Test(query, contract_views_come_first_then_the_models_tables_then_the_rest)
{
    static const char *const expected[] = {
        "v_run",          "v_metric", "v_node_traffic", "v_load",         "v_response",
        "v_distribution", "v_bin",    "v_invocation",   "v_acquisition",  "v_call",
        "v_event",        "v_node",   "v_tasklet",      "v_tasklet_call", "node",
        "node_traffic",   "tasklet",  "tasklet_call",   "call",           "acquisition",
        "event",          "bin",      "distribution",   "warning"};
    struct store *store = make_result();
    struct views views = read_views(store);
    cr_assert_eq(views.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < views.count; i++) {
        cr_expect_str_eq(views.view[i].name, expected[i]);
    }
    cr_expect_eq(views_find(&views, "event")->least_record, 2);
    cr_expect_eq(views_find(&views, "v_call")->least_record, 1);
    cr_expect_str_eq(views_find(&views, "call")->summary, "rows of call");
    cr_expect_str_eq(views_find(&views, "v_call")->summary, "rows of call, times in seconds");
    cr_expect_not(views_find(&views, "v_invocation")->has_run);
    views_deinit(&views);
    store_destroy(store);
}

Test(query, every_view_of_runs_says_variant_replication_and_seed)
{
    struct store *store = make_result();
    struct store_error error;
    struct views views = read_views(store);
    for (size_t i = 0; i < views.count; i++) {
        static const char *const names[] = {"run_id", "variant", "replication", "seed"};
        if (!views.view[i].has_run) {
            continue;
        }
        struct query *q = NULL;
        cr_assert_eq(view_open(&q, &views.view[i], store, 0, &error), SIM_OK);
        for (unsigned c = 0; c < query_columns(q); c++) {
            for (unsigned n = 0; n < 4; n++) {
                cr_expect_eq(strcmp(query_name(q, c), names[n]) == 0, c == n, "%s: %u",
                             views.view[i].name, c);
            }
        }
        query_drop(q);
    }
    struct query *q = NULL;
    cr_assert_eq(view_open(&q, views_find(&views, "v_metric"), store, 0, &error), SIM_OK);
    cr_assert_str_eq(query_name(q, 4), "name");
    cr_assert(query_next(q) && query_next(q) && query_next(q));
    cr_expect_eq(query_int(q, 0), 3);
    cr_expect_str_eq(query_text(q, 1), "monolithic");
    cr_expect_eq(query_int(q, 2), 1);
    cr_expect_eq(query_int(q, 3), 7);
    query_drop(q);
    views_deinit(&views);
    store_destroy(store);
}

Test(query, rows_come_in_the_order_of_their_keys)
{
    struct store *store = result_create("a.db");
    result_begin(store, 1, "nimble", 1, 7);
    struct result_event event[3] = {{.seq = 3, .t_ns = 1, .node = 1, .kind = "x"},
                                    {.seq = 1, .t_ns = 9, .node = 1, .kind = "y"},
                                    {.seq = 2, .t_ns = 5, .node = 1, .kind = "z"}};
    cr_assert_eq(result_events(store, 1, event, 3), SIM_OK);
    result_end(store, 1, "nimble", 1, 7, 1, 1, 0);
    result_finish(store);
    store = result_open("a.db");
    struct views views = read_views(store);
    static const char *const names[] = {"event", "v_event"};
    for (size_t i = 0; i < 2; i++) {
        struct query *q = NULL;
        struct store_error error;
        cr_assert_eq(view_open(&q, views_find(&views, names[i]), store, 1, &error), SIM_OK);
        for (int64_t seq = 1; seq <= 3; seq++) {
            cr_assert(query_next(q));
            cr_expect_eq(query_int(q, 4), seq);
        }
        query_drop(q);
    }
    views_deinit(&views);
    store_destroy(store);
}

Test(query, a_view_can_be_cut_to_one_run)
{
    struct store *store = make_result();
    struct store_error error;
    struct query *q = NULL;
    struct views views = read_views(store);
    cr_assert_eq(view_open(&q, views_find(&views, "v_metric"), store, 3, &error), SIM_OK);
    cr_assert(query_next(q));
    cr_assert_eq(query_int(q, 0), 3);
    cr_assert_not(query_next(q));
    cr_assert_eq(query_close(q, &error), SIM_OK);
    views_deinit(&views);
    store_destroy(store);
}

Test(query, runs_are_found_by_what_a_user_says_of_them)
{
    struct store *store = make_result();
    struct store_error error = {""};
    struct runs runs;
    cr_assert_eq(runs_read(&runs, store, &error), SIM_OK);
    cr_assert_eq(runs.count, 4);
    cr_assert_str_eq(runs.scenario_hash, RESULT_HASH);
    cr_assert_eq(runs_find(&runs, "monolithic", 1)->run_id, 3);
    cr_assert_null(runs_find(&runs, "monolithic", 3));
    const struct runs_row *run = NULL;
    cr_assert_eq(runs_choose(&runs, &(struct runs_choice){0}, &run, &error), SIM_OK);
    cr_assert_eq(run->run_id, 1);
    const struct runs_choice second = {.variant = "monolithic", .replication = 2};
    cr_assert_eq(runs_choose(&runs, &second, &run, &error), SIM_OK);
    cr_assert_eq(run->run_id, 4);
    const struct runs_choice none = {.run_id = 4, .variant = "nimble"};
    cr_assert_eq(runs_choose(&runs, &none, &run, &error), SIM_ERR_NOTFOUND);
    cr_assert_not_null(strstr(error.text, "4 (monolithic, replication 2)"), "%s", error.text);
    char *text = NULL;
    cr_assert_eq(runs_scenario(&text, store, &error), SIM_OK);
    cr_assert_str_eq(text, "format: 1\nname: x\n");
    free(text);
    runs_deinit(&runs);
    store_destroy(store);
}

/* ---- CSV ---- */

Test(query, csv_quotes_what_rfc_4180_says_and_keeps_missing_apart_from_empty)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    struct csv c = {.to = to};
    csv_text(&c, "plain text");
    csv_text(&c, "a,b");
    csv_text(&c, "say \"x\"");
    csv_text(&c, "line\nend");
    csv_text(&c, "");
    csv_text(&c, NULL);
    csv_end_row(&c);
    csv_missing(&c);
    csv_int(&c, INT64_MIN);
    csv_real(&c, 0.1);
    csv_real(&c, 1.0 / 3);
    csv_real(&c, NAN);
    csv_real(&c, -0.0);
    csv_end_row(&c);
    cr_assert_eq(fclose(to), 0);
    cr_assert_str_eq(text, "plain text,\"a,b\",\"say \"\"x\"\"\",\"line\nend\",\"\",\r\n"
                           ",-9223372036854775808,0.1,0.3333333333333333,,-0\r\n");
    free(text);
}
