/* What a report reads from a database: aggregates worked out by hand, in bounded memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/report/report.h"
#include "analysis/report/report_data.h"

static char folder[] = "/tmp/nimblesim-report-XXXXXX";
static char path[sizeof folder + sizeof "/a.db"];
static char page_path[sizeof folder + sizeof "/a.html"];

static void make_folder(void)
{
    cr_assert_not_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/a.db", folder);
    (void)snprintf(page_path, sizeof page_path, "%s/a.html", folder);
}

static void remove_folder(void)
{
    (void)unlink(path);
    (void)unlink(page_path);
    (void)rmdir(folder);
}

TestSuite(report_data, .init = make_folder, .fini = remove_folder);

/* ---------------------------------------------------------------- a database by hand */

static const struct result_invocation invocation = {
    .program_version = "0.1.0",
    .program_commit = "0123abc",
    .compiler = "gcc 12",
    .compiler_flags = "-O2",
    .host = "here",
    .arguments = "run factory.yaml",
    .scenario_path = "factory.yaml",
    .scenario_text = "format: 1\n",
    .scenario_resolved = "format: 1\nname: <i>x</i>\n",
    .seed = UINT64_MAX,
};

/* A run with the given bytes, four bins round and round, and one call completed in each bin. */
static void put_run(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                    const int64_t *bytes, size_t bins, double response_s)
{
    const struct result_run run = {run_id, variant, replication, 7};
    cr_assert_eq(store_begin_run(store, &run), SIM_OK, "%s", store_message(store));
    struct result_bin *bin = calloc(bins, sizeof *bin);
    for (size_t i = 0; i < bins; i++) {
        const sim_time response_ns = (sim_time)(response_s * 1e9);
        bin[i] = (struct result_bin){.t_ns = (sim_time)(i + 1) * 10 * SIM_S,
                                     .bytes = bytes[i % 4],
                                     .completed = 1,
                                     .response_ns = response_ns,
                                     .acquisition_ns = response_ns / 2,
                                     .execution_ns = response_ns / 2};
    }
    const struct result_metric metrics[] = {{"response_mean_s", "s", response_s},
                                            {"tx_bytes", "B", 100.0 * (double)run_id},
                                            {"rx_bytes", "B", 100.0 * (double)run_id},
                                            {"triggers", "", 4}};
    const struct result_node nodes[] = {{.node = 1,
                                         .x_m = 10,
                                         .y_m = 20,
                                         .role = RESULT_GATEWAY,
                                         .tx_bytes = 10 * run_id,
                                         .rx_bytes = 1,
                                         .busy_ns = 20 * SIM_S},
                                        {.node = 2,
                                         .x_m = (double)NAN,
                                         .y_m = (double)NAN,
                                         .role = RESULT_REGISTRY,
                                         .tx_bytes = 5}};
    const struct result_warning warnings[] = {{.t_ns = SIM_S, .text = "a <warning>"}};
    const struct run_summary summary = {.run = run,
                                        .state = RESULT_COMPLETE,
                                        .digest = 1,
                                        .trace_digest = 2,
                                        .events = 3,
                                        .metrics = metrics,
                                        .metric_count = 4,
                                        .nodes = nodes,
                                        .node_count = 2,
                                        .bins = bin,
                                        .bin_count = bins,
                                        .warnings = warnings,
                                        .warning_count = 1};
    cr_assert_eq(store_end_run(store, &summary), SIM_OK, "%s", store_message(store));
    free(bin);
}

static struct store *create(void)
{
    struct store *store = NULL;
    struct store_error error = {""};
    cr_assert_eq(store_create(&store, path, false, &invocation, &error), SIM_OK, "%s", error.text);
    return store;
}

static void finish(struct store *store)
{
    cr_assert_eq(store_finish(store, RESULT_COMPLETE), SIM_OK, "%s", store_message(store));
    store_destroy(store);
}

/* Nimble moves more at first: of each four bins it is ahead by 30, 20, 10 and 0 bytes. */
static void store_two_by_two(size_t bins)
{
    static const int64_t nimble[4] = {40, 10, 10, 10};
    static const int64_t monolithic[4] = {10, 20, 20, 20};
    struct store *store = create();
    put_run(store, 1, "nimble", 1, nimble, bins, 4);
    put_run(store, 2, "nimble", 2, nimble, bins, 6);
    put_run(store, 3, "monolithic", 1, monolithic, bins, 5);
    put_run(store, 4, "monolithic", 2, monolithic, bins, 8);
    finish(store);
}

static void sql(const char *text)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, &why), SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

static enum sim_status read_data(struct report_data *data, struct store_error *error)
{
    struct store *store = NULL;
    cr_assert_eq(store_open_readonly(&store, path, true, error), SIM_OK, "%s", error->text);
    const enum sim_status status = report_data_init(data, store, NULL, NULL, error);
    store_destroy(store);
    return status;
}

static struct report_data read_well(void)
{
    struct report_data data;
    struct store_error error = {""};
    cr_assert_eq(read_data(&data, &error), SIM_OK, "%s", error.text);
    return data;
}

#define expect_close(got, wanted) cr_expect_float_eq(got, wanted, 1e-9, "%.12g", (double)(got))

/* ---------------------------------------------------------------- what it reads */

Test(report_data, means_are_over_the_replications_of_a_variant)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    cr_assert_eq(data.variant_count, 2);
    cr_expect_str_eq(data.variant[0], "nimble");
    cr_expect_str_eq(data.variant[1], "monolithic");
    cr_expect_eq(data.replications, 2);
    cr_expect_str_eq(data.origin.seed, "18446744073709551615");
    const struct report_metric *m = report_find_metric(&data, "response_mean_s");
    cr_assert_not_null(m);
    expect_close(m->of[0].mean, 5);
    expect_close(m->of[1].mean, 6.5);
    cr_expect_eq(m->of[0].n, 2);
    /* t of one degree is 12.7062; the deviation of 4 and 6 is the root of 2. */
    cr_expect_float_eq(m->of[0].half_width, 12.7062047364, 1e-6);
    cr_expect_null(report_find_metric(&data, "nothing"));
    report_data_deinit(&data);
}

Test(report_data, series_follow_the_stable_views)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    cr_assert_eq(data.point_count, 12);
    expect_close(data.t_s[11], 120);
    expect_close(data.duration_s, 120);
    expect_close(data.track[0][REPORT_LOAD][3].mean, 70);
    expect_close(data.track[1][REPORT_LOAD][3].mean, 70);
    cr_expect(isnan(data.track[0][REPORT_RESPONSE][8].mean)); /* no whole window yet */
    expect_close(data.track[0][REPORT_RESPONSE][9].mean, 5);
    expect_close(data.track[0][REPORT_ACQUISITION][9].mean, 2.5);
    report_data_deinit(&data);
}

Test(report_data, the_comparison_pairs_replications)
{
    store_two_by_two(4);
    struct report_data data = read_well();
    cr_assert(data.has_comparison);
    expect_close(data.comparison[REPORT_BREAK_EVEN].mean, 40);
    cr_expect_eq(data.comparison[REPORT_BREAK_EVEN].n, 2);
    expect_close(data.comparison[REPORT_RESPONSE_GAIN].mean, 1.5); /* of 1 and 2 */
    expect_close(data.comparison[REPORT_TRAFFIC_RATIO].mean, (3.0 + 2.0) / 2);
    cr_expect(isnan(data.comparison[REPORT_GATEWAY_RATIO].mean)); /* nobody stored it */
    report_data_deinit(&data);
}

Test(report_data, nodes_have_their_place_and_their_load)
{
    store_two_by_two(4);
    struct report_data data = read_well();
    cr_assert_eq(data.node_count, 2);
    cr_expect_str_eq(data.node[0].role, "gateway");
    expect_close(data.node[0].of[0][REPORT_TX_BYTES].mean, 15);
    expect_close(data.node[0].of[1][REPORT_TX_BYTES].mean, 35);
    expect_close(data.node[0].of[0][REPORT_BUSY].mean, 0.5); /* 20 s of 40 */
    cr_expect(isnan(data.node[1].x_m));
    report_data_deinit(&data);
}

Test(report_data, long_series_are_thinned_and_still_end_where_they_should)
{
    store_two_by_two(3600);
    struct report_data data = read_well();
    cr_expect_eq(data.stride, 5);
    cr_expect_eq(data.point_count, 720);
    expect_close(data.t_s[719], 36000);
    expect_close(data.t_s[0], 50);
    expect_close(data.track[0][REPORT_LOAD][719].mean, 70 * 900);
    report_data_deinit(&data);
}

Test(report_data, quantiles_of_the_calls_are_within_half_a_percent)
{
    store_two_by_two(4);
    sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
        " INSERT INTO call SELECT 1, i, i, 1, 1, 1, 'completed', i * 1000000, 0, 0, 0, 0, 0 FROM "
        "n");
    struct report_data data = read_well();
    cr_assert_not_null(data.distribution);
    cr_expect_eq(data.distribution->calls[0], 1000);
    cr_expect_float_eq(data.distribution->median_s[0], 0.5, 0.0025);
    cr_expect_float_eq(data.distribution->p99_s[0], 0.99, 0.005);
    cr_expect(isnan(data.distribution->median_s[1]));
    report_data_deinit(&data);
}

/* ---------------------------------------------------------------- what it refuses */

Test(report_data, a_database_without_a_complete_run_is_refused)
{
    store_destroy(create());
    struct report_data data;
    struct store_error error = {""};
    cr_expect_eq(read_data(&data, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "holds no complete run"), "%s", error.text);
}

Test(report_data, more_variants_than_colours_are_refused)
{
    static const int64_t bytes[4] = {1, 1, 1, 1};
    struct store *store = create();
    for (int64_t i = 1; i <= REPORT_VARIANTS_MAX + 1; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "v%d", (int)i);
        put_run(store, i, name, 1, bytes, 4, 1);
    }
    finish(store);
    struct report_data data;
    struct store_error error = {""};
    cr_expect_eq(read_data(&data, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "variants"), "%s", error.text);
}

Test(report_data, damage_in_the_middle_is_an_error_and_no_report)
{
    store_two_by_two(12);
    sql("DROP TABLE response_bin");
    struct report_data data;
    struct store_error error = {""};
    cr_expect_lt(read_data(&data, &error), SIM_OK);
    cr_expect_str_neq(error.text, "");
}

/* ---------------------------------------------------------------- the page */

static char *page_of(const struct report_data *data)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    const struct report_page page = {.data = data, .source = "a & b.db"};
    cr_assert_eq(report_write(to, &page), SIM_OK);
    fclose(to);
    return text;
}

Test(report_data, the_page_shows_foreign_text_as_text_and_is_always_the_same)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    char *first = page_of(&data);
    char *second = page_of(&data);
    cr_expect_str_eq(first, second);
    cr_expect_not_null(strstr(first, "<h1>&lt;i&gt;x&lt;/i&gt;</h1>"));
    cr_expect_not_null(strstr(first, "a &lt;warning&gt;"));
    cr_expect_not_null(strstr(first, "a &amp; b.db"));
    cr_expect_null(strstr(first, "<i>x</i>"));
    cr_expect_not_null(strstr(first, "break-even 120\u00a0s"));
    free(first);
    free(second);
    report_data_deinit(&data);
}

Test(report_data, a_report_replaces_a_report_and_nothing_else)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    const struct report_page page = {.data = &data, .source = path};
    struct store_error error = {""};
    cr_expect_eq(report_write_file(page_path, false, &page, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(report_write_file(page_path, false, &page, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(report_write_file(path, false, &page, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "left alone"), "%s", error.text);
    cr_expect_eq(report_write_file("/tmp", true, &page, &error), SIM_ERR_INVALID);
    cr_expect_eq(report_write_file("/nowhere/x.html", true, &page, &error), SIM_ERR_IO);
    report_data_deinit(&data);
}

/* ---------------------------------------------------------------- size */

static long peak_kib(void)
{
    struct rusage usage;
    cr_assert_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* LARGE=1 makes it ten million calls and as many events: a gigabyte in /tmp, a minute or two. */
Test(report_data, memory_does_not_grow_with_the_rows, .timeout = 1200)
{
    const bool is_large = getenv("LARGE") != NULL;
    char text[512];
    store_two_by_two(360);
    (void)snprintf(
        text, sizeof text,
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;"
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " INSERT INTO call SELECT 1, i, i, 1, 1, 1, 'completed', i %% 977 * 10000000,"
        " 0, 0, 0, 0, 0 FROM n;"
        "INSERT INTO event SELECT 1, call_id, t_ns, 1, 'x', NULL, NULL, NULL, NULL FROM call",
        is_large ? 10000000 : 100000);
    sql(text);
    const long before = peak_kib();
    struct report_data data = read_well();
    const long after = peak_kib();
    cr_expect_eq(data.distribution->calls[0], is_large ? 10000000 : 100000);
    cr_expect_leq(after - before, 32 * 1024, "%ld KiB before, %ld KiB after", before, after);
    report_data_deinit(&data);
}
