/* What a report reads from a database: aggregates worked out by hand, in bounded memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/report/figures.h"
#include "analysis/report/report.h"
#include "analysis/report/report_data.h"
#include "tests/support/result.h"
#include "tests/support/toy.h"

TestSuite(report_data, .init = result_enter, .fini = result_leave);

/* ---------------------------------------------------------------- databases */

static const int64_t early[4] = {40, 10, 10, 10};
static const int64_t late[4] = {10, 20, 20, 20};
static const char scenario[] = "format: 1\nname: <i>x</i>\nbaseline: slow\n";

static void put(struct store *store, int64_t run_id, const char *variant, uint32_t replication,
                size_t bins, double response_s, double failed)
{
    const struct toy_run run = {
        .run_id = run_id,
        .variant = variant,
        .replication = replication,
        .work = replication,
        .response_s = response_s,
        .failed = failed,
        .bytes = strcmp(variant, "fast") == 0 ? early : late,
        .bins = bins,
    };
    toy_put(store, &run);
}

/* Fast moves more at first: of each four bins it is ahead by 30, 20, 10 and 0 bytes. */
static void store_two_by_two(size_t bins)
{
    struct store *store = toy_create("a.db", scenario);
    put(store, 1, "fast", 1, bins, 4, 0);
    put(store, 2, "fast", 2, bins, 6, 0);
    put(store, 3, "slow", 1, bins, 5, 0);
    put(store, 4, "slow", 2, bins, 8, 0);
    result_finish(store);
}

/* So many variants, one replication each: the first one's response is 1 s, the next one's 2 s. */
static void store_variants(uint32_t variants, double failed)
{
    struct store *store = toy_create("a.db", scenario);
    for (uint32_t v = 1; v <= variants; v++) {
        char name[16];
        (void)snprintf(name, sizeof name, "v%u", v);
        put(store, v, name, 1, 12, v, v == variants ? failed : 0);
    }
    result_finish(store);
}

static void sql(const char *text)
{
    sqlite3 *db = NULL;
    char *why = NULL;
    cr_assert_eq(sqlite3_open("a.db", &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, text, NULL, NULL, &why), SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

static enum sim_status read_data(struct report_data *data, struct store_error *error)
{
    struct store *store = NULL;
    cr_assert_eq(store_open_readonly(&store, "a.db", true, error), SIM_OK, "%s", error->text);
    const enum sim_status status = report_data_init(data, store, &toy_model, NULL, NULL, error);
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

static const struct report_track *track_of(const struct report_data *data, const char *series)
{
    for (size_t i = 0; i < data->track_count; i++) {
        if (strcmp(data->track[i].of->name, series) == 0) {
            return &data->track[i];
        }
    }
    cr_assert(false, "%s", series);
    return NULL;
}

static double point(const struct report_data *data, const char *series, uint32_t variant, size_t at)
{
    return track_of(data, series)->at[variant * data->point_count + at].mean;
}

#define expect_close(got, wanted) cr_expect_float_eq(got, wanted, 1e-9, "%.12g", (double)(got))

/* ---------------------------------------------------------------- what it reads */

Test(report_data, means_are_over_the_replications_of_a_variant)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    cr_assert_eq(data.variant_count, 2);
    cr_expect_str_eq(data.variant[0], "fast");
    cr_expect_str_eq(data.variant[1], "slow");
    cr_expect_eq(data.baseline, 1);
    cr_expect_eq(data.replications, 2);
    cr_expect_str_eq(data.origin.seed, "18446744073709551615");
    const struct report_measure *m = report_find_measure(&data, "response_mean_s");
    cr_assert_not_null(m);
    expect_close(m->at[0].mean, 5);
    expect_close(m->at[1].mean, 6.5);
    cr_expect_eq(m->at[0].n, 2);
    /* t of one degree is 12.7062; the deviation of 4 and 6 is the root of 2. */
    cr_expect_float_eq(m->at[0].half_width, 12.7062047364, 1e-6);
    cr_expect_null(report_find_measure(&data, "nothing"));
    report_data_deinit(&data);
}

Test(report_data, what_says_nothing_is_not_shown)
{
    store_variants(2, 0);
    struct report_data data = read_well();
    cr_expect(report_find_measure(&data, "calls")->is_shown);
    cr_expect_not(report_find_measure(&data, "failed")->is_shown);
    cr_expect_not(report_find_measure(&data, "warmup_s")->is_shown);
    report_data_deinit(&data);
}

Test(report_data, sums_pile_up_and_means_slide)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    cr_assert_eq(data.point_count, 12);
    cr_expect_eq(data.track_count, 2, "the count of a mean is no track");
    expect_close(data.t_s[11], 120);
    expect_close(data.duration_s, 120);
    expect_close(point(&data, "bytes", 0, 3), 70);
    expect_close(point(&data, "bytes", 1, 3), 70);
    cr_expect(isnan(point(&data, "response_ns", 0, 8))); /* no whole window yet */
    expect_close(point(&data, "response_ns", 0, 9), 5);
    cr_expect_str_eq(track_of(&data, "response_ns")->unit, "s");
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
    expect_close(point(&data, "bytes", 0, 719), 70 * 900);
    report_data_deinit(&data);
}

Test(report_data, contrasts_are_the_models)
{
    store_two_by_two(4);
    struct report_data data = read_well();
    const struct contrasts_row *gain = contrasts_find(&data.contrasts, "gain_s");
    cr_assert_not_null(gain);
    expect_close(gain->estimate.mean, 1.5); /* of 1 and 2 */
    expect_close(contrasts_find(&data.contrasts, "break_even_s")->estimate.mean, 40);
    report_data_deinit(&data);
}

Test(report_data, any_number_of_variants_is_read)
{
    static const uint32_t counts[] = {1, 3, 8, 40};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        store_variants(counts[i], 0);
        struct report_data data = read_well();
        cr_assert_eq(data.variant_count, counts[i]);
        const uint32_t last = counts[i] - 1;
        expect_close(report_find_measure(&data, "response_mean_s")->at[last].mean, counts[i]);
        cr_expect_eq(data.contrasts.rows, last, "each with the baseline, here the first");
        expect_close(point(&data, "response_ns", last, 11), counts[i]);
        report_data_deinit(&data);
        cr_assert_eq(remove("a.db"), 0);
    }
}

Test(report_data, tables_with_one_key_are_joined_by_it)
{
    store_two_by_two(4);
    struct report_data data = read_well();
    cr_assert_eq(data.entities_count, 2, "shelves and workers; a time is no entity");
    const struct report_entities *e = &data.entities[0];
    cr_expect_str_eq(e->key, "shelf");
    cr_assert_eq(e->count, 2);
    cr_expect_eq(e->total, 2);
    cr_assert_eq(e->words, 1);
    cr_assert_eq(e->numbers, 2, "the number of a worker has no mean");
    cr_expect_str_eq(e->entity[0].name, "a");
    cr_expect_str_eq(e->entity[0].word[0], "red");
    cr_expect(e->has_place);
    expect_close(e->entity[0].x_m, 10);
    cr_expect(isnan(e->entity[1].x_m));
    const struct report_column *held = &e->column[1];
    cr_expect_str_eq(held->label, "held");
    cr_expect_str_eq(held->unit, "B");
    expect_close(e->entity[0].at[0 * 2 + held->index].mean, 15);
    expect_close(e->entity[0].at[1 * 2 + held->index].mean, 35);
    expect_close(e->entity[0].at[0 * 2 + e->column[2].index].mean, 0.5); /* 20 s of 40 */
    cr_expect_str_eq(data.entities[1].key, "worker");
    cr_expect_str_eq(held->scale.unit, "B", "one scale for a column");
    cr_expect_not(held->is_nothing);
    cr_expect_geq(held->differs, 0.5, "%g", held->differs);
    expect_close(e->column[2].differs, 0);
    report_data_deinit(&data);
}

/* ---------------------------------------------------------------- failures and distributions */

Test(report_data, quantiles_are_over_the_calls_that_were_answered_at_all)
{
    struct store *store = toy_create("a.db", scenario);
    put(store, 1, "fast", 1, 4, 2, 0);
    put(store, 2, "fast", 2, 4, 4, 0);
    put(store, 3, "slow", 1, 4, 2, 40);
    put(store, 4, "slow", 2, 4, 2, 40);
    result_finish(store);
    struct report_data data = read_well();
    cr_assert_eq(data.distribution_count, 1);
    const struct report_distribution *d = &data.distribution[0];
    cr_expect_eq(d->count[0], 200);
    cr_expect_eq(d->count[1], 120);
    cr_expect_eq(d->missing[1], 80);
    cr_expect_float_eq(d->quantile[0], 2, 0.02);
    cr_expect_float_eq(d->quantile[1], 4, 0.04);
    cr_expect_float_eq(d->quantile[REPORT_QUANTILES + 0], 2, 0.02);
    cr_expect(isnan(d->quantile[REPORT_QUANTILES + 1]), "95 %% were never answered");
    expect_close(d->share[REPORT_SHARES - 1], 1);
    expect_close(d->share[2 * REPORT_SHARES - 1], 0.6);
    expect_close(data.bad_share[0], 0);
    expect_close(data.bad_share[1], 0.4);
    report_data_deinit(&data);
}

/* ---------------------------------------------------------------- what it refuses */

Test(report_data, a_database_without_a_complete_run_is_refused)
{
    store_destroy(toy_create("a.db", scenario));
    struct report_data data;
    struct store_error error = {""};
    cr_expect_eq(read_data(&data, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "holds no complete run"), "%s", error.text);
}

Test(report_data, damage_in_the_middle_is_an_error_and_no_report)
{
    static const char *const table[] = {"bin", "metric", "shelf_load", "warning"};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char drop[64];
        store_two_by_two(12);
        (void)snprintf(drop, sizeof drop, "DROP TABLE %s", table[i]);
        sql(drop);
        struct report_data data;
        struct store_error error = {""};
        cr_expect_lt(read_data(&data, &error), SIM_OK, "%s", table[i]);
        cr_expect_str_neq(error.text, "");
        cr_assert_eq(remove("a.db"), 0);
    }
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

static unsigned occurrences(const char *text, const char *what)
{
    unsigned count = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
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
    cr_expect_not_null(strstr(first, "what the toy changes"));
    cr_expect_not_null(strstr(first, "id=\"shelfs\""));
    cr_expect_null(strstr(first, ">nan"));
    cr_expect_null(strstr(first, "\"nan"));
    free(first);
    free(second);
    report_data_deinit(&data);
}

Test(report_data, eight_variants_have_eight_colours_and_a_legend)
{
    store_variants(8, 0);
    struct report_data data = read_well();
    char *page = page_of(&data);
    for (unsigned v = 0; v < 8; v++) {
        char line[32];
        (void)snprintf(line, sizeof line, "\"line c%u l%u\"", v, v % 6);
        cr_expect_geq(occurrences(page, line), 6, "%s in legends and lines", line);
    }
    free(page);
    report_data_deinit(&data);
}

Test(report_data, a_track_ends_where_the_work_was_done_long_before_the_run)
{
    struct store *store = toy_create("a.db", scenario);
    const struct toy_run run = {.run_id = 1,
                                .variant = "fast",
                                .replication = 1,
                                .response_s = 2,
                                .bytes = early,
                                .bins = 100,
                                .done_bins = 20};
    toy_put(store, &run);
    result_finish(store);
    struct report_data data = read_well();
    struct figures figures;
    cr_assert_eq(figures_init(&figures, &data), SIM_OK);
    cr_assert_str_eq(figures.chart[0].id, "series-bytes");
    cr_expect_eq(figures.chart[0].n, 100);
    cr_expect(figures.chart[0].is_time);
    cr_assert_str_eq(figures.chart[1].id, "series-response_ns");
    cr_expect_eq(figures.chart[1].n, 29, "the last window that reaches back to a call");
    cr_expect_not(figures.chart[1].is_time, "other charts end elsewhere");
    figures_deinit(&figures);
    report_data_deinit(&data);
}

Test(report_data, a_model_without_responses_shows_its_first_times)
{
    static struct model_measure measure[TOY_MEASURES];
    memcpy(measure, toy_model.measure, sizeof measure);
    measure[TOY_RESPONSE].name = "latency_mean_s";
    measure[TOY_RESPONSE].label = "latency";
    struct model other = toy_model;
    other.measure = measure;
    other.contrasts = 0;
    struct store *store = toy_create("a.db", scenario);
    put(store, 1, "fast", 1, 4, 4, 0);
    result_finish(store);
    sql("UPDATE metric SET name = 'latency_mean_s' WHERE name = 'response_mean_s'");
    struct report_data data;
    struct store_error error = {""};
    store = result_open("a.db");
    cr_assert_eq(report_data_init(&data, store, &other, NULL, NULL, &error), SIM_OK, "%s",
                 error.text);
    store_destroy(store);
    char *page = page_of(&data);
    cr_expect_not_null(strstr(page, "<dt>Latency, fast</dt><dd><strong>4.000\u00a0s</strong>"));
    free(page);
    report_data_deinit(&data);
}

Test(report_data, a_table_of_entities_has_each_number_of_all_variants_under_one_head)
{
    store_two_by_two(4);
    struct report_data data = read_well();
    char *page = page_of(&data);
    cr_expect_not_null(strstr(page, "data-column=\"held_bytes\">held (B)</th>"));
    cr_expect_not_null(strstr(page, "data-sort=\"15\">15</td>"), "no unit in the cells");
    free(page);
    report_data_deinit(&data);
}

Test(report_data, failures_are_told_in_words_in_a_card_and_in_the_table)
{
    store_variants(2, 39);
    struct report_data data = read_well();
    char *page = page_of(&data);
    cr_expect_not_null(strstr(page, "100\u00a0% / 61\u00a0%"));
    cr_expect_not_null(strstr(page, "id=\"failures\" class=\"alert\""));
    cr_expect_not_null(strstr(page, "v2 39 (39\u00a0%)"));
    cr_expect_eq(occurrences(page, "<td class=\"bad\""), 1);
    cr_expect_not_null(strstr(page, "A curve ends at the share that was answered"));
    free(page);
    report_data_deinit(&data);
}

Test(report_data, where_all_went_well_nothing_is_said_of_it)
{
    store_variants(2, 0);
    struct report_data data = read_well();
    char *page = page_of(&data);
    cr_expect_null(strstr(page, "id=\"failures\""));
    cr_expect_eq(occurrences(page, "<td class=\"bad\""), 0);
    free(page);
    report_data_deinit(&data);
}

Test(report_data, different_work_is_told_where_variants_are_compared)
{
    struct store *store = toy_create("a.db", scenario);
    const struct toy_run run[] = {
        {1, "fast", 1, 1, 2, 0, early, 4, 0},
        {2, "slow", 1, 2, 3, 0, late, 4, 0},
    };
    toy_put(store, &run[0]);
    toy_put(store, &run[1]);
    result_finish(store);
    struct report_data data = read_well();
    char *page = page_of(&data);
    cr_expect_not_null(strstr(page, "the variants had different work"));
    cr_expect_not_null(strstr(page, "response, slow - fast \u2020"));
    free(page);
    report_data_deinit(&data);
}

Test(report_data, a_report_replaces_a_report_and_nothing_else)
{
    store_two_by_two(12);
    struct report_data data = read_well();
    const struct report_page page = {.data = &data, .source = "a.db"};
    struct store_error error = {""};
    cr_expect_eq(report_write_file("a.html", &page, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(report_write_file("a.html", &page, &error), SIM_OK, "%s", error.text);
    cr_expect_eq(report_write_file("a.db", &page, &error), SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "left alone"), "%s", error.text);
    cr_expect_eq(report_write_file("/tmp", &page, &error), SIM_ERR_INVALID);
    cr_expect_eq(report_write_file("/nowhere/x.html", &page, &error), SIM_ERR_IO);
    report_data_deinit(&data);
}

/* ---------------------------------------------------------------- size */

/* A sanitizer keeps what was freed for a while. */
#ifdef __SANITIZE_ADDRESS__
enum { ROOM_KIB = 256 * 1024 };
#else
enum { ROOM_KIB = 32 * 1024 };
#endif

static long peak_kib(void)
{
    struct rusage usage;
    cr_assert_eq(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* LARGE=1 makes it ten million entities: a gigabyte in /tmp, a minute or two. */
Test(report_data, memory_does_not_grow_with_the_rows, .timeout = 1200)
{
    const bool is_large = getenv("LARGE") != NULL;
    char text[512];
    store_two_by_two(360);
    (void)snprintf(
        text, sizeof text,
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;"
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
        " INSERT INTO worker SELECT 1, i, i %% 977 FROM n;"
        "INSERT INTO step SELECT 1, worker * 1000 + 1, worker / 7.0 FROM worker WHERE run_id = 1",
        is_large ? 10000000 : 100000);
    sql(text);
    const long before = peak_kib();
    struct report_data data = read_well();
    const long after = peak_kib();
    cr_expect_eq(data.entities[1].total, is_large ? 10000000 : 100000);
    cr_expect_eq(data.entities[1].count, REPORT_ENTITIES_MAX);
    cr_expect_leq(after - before, ROOM_KIB, "%ld KiB before, %ld KiB after", before, after);
    report_data_deinit(&data);
}
