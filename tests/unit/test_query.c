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
    cr_assert_eq(store_events(store, 1, event, 20000), SIM_OK);
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
    cr_assert_eq(view_open(&q, view_find("event"), store, 0, &error), SIM_OK);
    int64_t rows = 0;
    while (query_next(q)) {
        rows++;
    }
    cr_assert_lt(rows, 20000);
    cr_assert_neq(query_close(q, &error), SIM_OK);
    cr_assert_not_null(strstr(error.text, "a.db"), "%s", error.text);
    store_destroy(store);
}

Test(query, every_view_opens_and_counts_its_rows)
{
    struct store *store = make_result();
    struct store_error error = {""};
    for (size_t i = 0; i < view_count(); i++) {
        const struct view *view = view_at(i);
        cr_assert_eq(view_find(view->name), view);
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
    cr_assert_null(view_find("v_nothing"));
    store_destroy(store);
}

Test(query, a_view_can_be_cut_to_one_run)
{
    struct store *store = make_result();
    struct store_error error;
    struct query *q = NULL;
    cr_assert_eq(view_open(&q, view_find("v_metric"), store, 3, &error), SIM_OK);
    cr_assert(query_next(q));
    cr_assert_eq(query_int(q, 0), 3);
    cr_assert_not(query_next(q));
    cr_assert_eq(query_close(q, &error), SIM_OK);
    store_destroy(store);
}

Test(query, runs_are_found_by_what_a_user_says_of_them)
{
    struct store *store = make_result();
    struct store_error error = {""};
    struct runs runs;
    cr_assert_eq(runs_read(&runs, store, &error), SIM_OK);
    cr_assert_eq(runs.count, 4);
    cr_assert_str_eq(runs.scenario_hash, "00000000000000ff");
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
