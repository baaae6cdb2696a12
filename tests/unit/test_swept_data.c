/* The axes of a sweep by effect, and estimates over its points, worked out by hand. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/report.h"
#include "analysis/report/swept_data.h"
#include "analysis/store/merge.h"
#include "tests/support/result.h"
#include "tests/support/toy.h"

enum { SIZES = 3, WORDS = 2, POINTS_MAX = SIZES * WORDS, ROWS_MAX = 2 * POINTS_MAX };

static struct swept_axis_value size[SIZES] = {{"1 B", 1}, {"2 B", 2}, {"4 B", 4}};
static struct swept_axis_value word[WORDS];

/* A sweep of two axes in memory; its points are those that value() gives no NaN. */
struct small {
    struct swept_data data;
    uint32_t at[2 * POINTS_MAX];
    struct swept_row row[ROWS_MAX];
    double value[ROWS_MAX];
};

static void make(struct small *s, const double values[SIZES][WORDS], uint32_t replications)
{
    word[0] = (struct swept_axis_value){"a", (double)NAN};
    word[1] = (struct swept_axis_value){"b", (double)NAN};
    *s = (struct small){0};
    struct swept_data *data = &s->data;
    data->axis[0] = (struct swept_axis){"size", "B", "size", true, size, SIZES};
    data->axis[1] = (struct swept_axis){"word", "", "word", false, word, WORDS};
    data->axis_count = 2;
    data->at = s->at;
    data->row = s->row;
    data->value = s->value;
    data->column_count = 1;
    data->last_replication = replications;
    for (uint32_t i = 0; i < SIZES; i++) {
        for (uint32_t k = 0; k < WORDS; k++) {
            if (isnan(values[i][k])) {
                continue;
            }
            s->at[2 * data->point_count] = i;
            s->at[2 * data->point_count + 1] = k;
            for (uint32_t r = 1; r <= replications; r++) {
                s->row[data->row_count] = (struct swept_row){(uint32_t)data->point_count, r};
                /* Replications differ by a unit on both sides of the mean. */
                const double noise = replications == 2 ? 2.0 * r - 3 : 0;
                s->value[data->row_count++] = values[i][k] + noise;
            }
            data->point_count++;
        }
    }
}

Test(swept_data, axes_rank_by_the_range_of_their_means)
{
    static struct small s;
    static const double values[SIZES][WORDS] = {{10, 30}, {11, 33}, {13, 30}};
    make(&s, values, 2);
    struct swept_effect effect[SWEPT_AXES_MAX];
    cr_assert_eq(swept_rank(&s.data, 0, effect), SIM_OK);
    cr_assert_eq(effect[0].axis, 1);
    cr_assert_float_eq(effect[0].range, 31 - 34.0 / 3, 1e-9);
    cr_assert_float_eq(effect[0].lowest, 34.0 / 3, 1e-9);
    cr_assert_eq(effect[0].highest_at, 1);
    cr_assert_eq(effect[1].axis, 0);
    cr_assert_float_eq(effect[1].range, 2, 1e-9);
    cr_assert_eq(effect[1].lowest_at, 0);
    cr_assert_eq(effect[1].highest_at, 1);
}

Test(swept_data, an_axis_does_not_answer_for_what_another_one_does)
{
    /* size + 10 * word: the plain means of the sizes would be 1, 7 and 14. */
    static struct small s;
    const double values[SIZES][WORDS] = {{1, (double)NAN}, {2, 12}, {(double)NAN, 14}};
    make(&s, values, 1);
    struct swept_effect effect[SWEPT_AXES_MAX];
    cr_assert_eq(swept_rank(&s.data, 0, effect), SIM_OK);
    cr_assert_eq(effect[0].axis, 1);
    cr_assert_float_eq(effect[0].range, 10, 1e-6);
    cr_assert_float_eq(effect[1].range, 3, 1e-6);
    cr_assert_float_eq(effect[1].lowest, 6, 1e-6, "at the average word");
}

Test(swept_data, equal_effects_keep_the_order_of_the_scenario)
{
    static struct small s;
    static const double values[SIZES][WORDS] = {{5, 5}, {5, 5}, {5, 5}};
    make(&s, values, 1);
    struct swept_effect effect[SWEPT_AXES_MAX];
    cr_assert_eq(swept_rank(&s.data, 0, effect), SIM_OK);
    cr_assert_eq(effect[0].axis, 0);
    cr_assert_eq(effect[1].axis, 1);
    cr_assert_float_eq(effect[0].range, 0, 1e-12);
}

Test(swept_data, a_figure_without_values_has_no_effect_that_is_known)
{
    static struct small s;
    static const double values[SIZES][WORDS] = {{1, 2}, {3, 4}, {5, 6}};
    make(&s, values, 1);
    for (size_t i = 0; i < s.data.row_count; i++) {
        s.value[i] = (double)NAN;
    }
    struct swept_effect effect[SWEPT_AXES_MAX];
    cr_assert_eq(swept_rank(&s.data, 0, effect), SIM_OK);
    cr_assert(isnan(effect[0].range));
    cr_assert(isnan(effect[1].range));
}

Test(swept_data, estimates_are_over_replications_not_over_points)
{
    static struct small s;
    static const double values[SIZES][WORDS] = {{10, 30}, {11, 33}, {13, 30}};
    make(&s, values, 2);
    struct stats_estimate cell[SIZES];
    cr_assert_eq(swept_data_cells(&s.data, 0, 0, SWEPT_NO_AXIS, cell), SIM_OK);
    cr_assert_eq(cell[1].n, 2, "one value a replication");
    cr_assert_float_eq(cell[1].mean, 22, 1e-12);
    cr_assert_float_eq(cell[1].sd, sqrt(2), 1e-12, "of 21 and 23");
}

Test(swept_data, a_combination_without_a_point_is_empty)
{
    static struct small s;
    const double values[SIZES][WORDS] = {{1, (double)NAN}, {2, 12}, {(double)NAN, 14}};
    make(&s, values, 1);
    struct stats_estimate cell[SIZES * WORDS];
    cr_assert_eq(swept_data_cells(&s.data, 0, 0, 1, cell), SIM_OK);
    cr_assert_eq(cell[1].n, 0);
    cr_assert(isnan(cell[1].mean));
    cr_assert_float_eq(cell[3].mean, 12, 1e-12);
    cr_assert_not(cell[3].has_interval);
    cr_assert_float_eq(swept_data_point(&s.data, 0, 2).mean, 12, 1e-12);
}

/* ---------------------------------------------------------------- from a merged file */

static const int64_t bytes[4] = {40, 10, 10, 10};

/*
 * A point: so many variants and two replications; the response is the size times the number of the
 * variant plus what the replication adds. At the greatest size a part of the last one's calls
 * fails.
 */
static void make_point(const char *path, double size_of_point, uint32_t variants, double failed)
{
    char scenario[64];
    char value[16];
    (void)snprintf(value, sizeof value, "%g B", size_of_point);
    (void)snprintf(scenario, sizeof scenario, "name: x\nsize: %s\n", value);
    struct result_invocation invocation = result_invocation;
    char hash[65];
    (void)snprintf(hash, sizeof hash, "%064x", (unsigned)size_of_point);
    invocation.scenario_resolved = scenario;
    invocation.scenario_hash = hash;
    struct store_error error = {""};
    struct store *store = NULL;
    cr_assert_eq(store_create(&store, path, false, toy_store_model(), &invocation, &error), SIM_OK,
                 "%s", error.text);
    const struct result_axis axis = {"size", "B", value, size_of_point};
    cr_assert_eq(store_axes(store, &axis, 1), SIM_OK, "%s", store_message(store));
    static const char *const names[] = {"fast", "slow", "lfu", "gdsf", "v5", "v6", "v7", "v8"};
    int64_t run_id = 1;
    for (uint32_t v = 0; v < variants; v++) {
        for (uint32_t k = 1; k <= 2; k++) {
            const struct toy_run run = {
                .run_id = run_id++,
                .variant = names[v],
                .replication = k,
                .work = k,
                .response_s = size_of_point * (v + 1) + 0.25 * k,
                .failed = v + 1 == variants ? failed : 0,
                .bytes = bytes,
                .bins = 4,
            };
            toy_put(store, &run);
        }
    }
    result_finish(store);
}

static void merge_points(uint32_t variants, double failed)
{
    static const char *const path[] = {"1.db", "2.db", "3.db"};
    struct merge_counts counts;
    struct store_error error = {""};
    make_point(path[0], 1, variants, 0);
    make_point(path[1], 2, variants, 0);
    make_point(path[2], 4, variants, failed);
    cr_assert_eq(merge_files("all.db", false, path, 3, MERGE_BY_AXES, &result_invocation, NULL,
                             NULL, &counts, &error),
                 SIM_OK, "%s", error.text);
}

static struct swept_data read_merged(const char *lead)
{
    struct swept_data data;
    struct store_error error = {""};
    bool is_merged = false;
    struct store *store = result_open("all.db");
    cr_assert_eq(swept_data_is_merged(store, &is_merged, &error), SIM_OK);
    cr_assert(is_merged);
    cr_assert_eq(swept_data_init(&data, store, &toy_model, lead, NULL, NULL, &error), SIM_OK, "%s",
                 error.text);
    store_destroy(store);
    return data;
}

static const struct swept_figure *figure_of(const struct swept_data *data, const char *name)
{
    for (size_t i = 0; i < data->figure_count; i++) {
        if (strcmp(data->figure[i].name, name) == 0) {
            return &data->figure[i];
        }
    }
    return NULL;
}

TestSuite(swept_file, .init = result_enter, .fini = result_leave);

Test(swept_file, every_measure_has_a_column_for_each_variant)
{
    merge_points(8, 0);
    struct swept_data data = read_merged(NULL);
    cr_assert_eq(data.point_count, 3);
    cr_assert_eq(data.row_count, 6);
    cr_expect_eq(data.result.replications, 2);
    const struct swept_figure *response = figure_of(&data, "response_mean_s");
    cr_assert_not_null(response);
    cr_assert_eq(response->columns, 8);
    cr_expect_str_eq(swept_variant(&data, response, 3), "gdsf");
    cr_expect_float_eq(swept_data_point(&data, response->column + 3, 2).mean, 16.375, 1e-9);
    cr_expect_null(figure_of(&data, "failed"), "a zero that says nothing");
    cr_expect_null(figure_of(&data, "warmup_s"), "hidden");
    swept_data_deinit(&data);
}

Test(swept_file, contrasts_come_first_and_are_the_models)
{
    merge_points(3, 0);
    struct swept_data data = read_merged(NULL);
    cr_expect_str_eq(data.figure[0].name, "gain_s");
    cr_expect_eq(data.figure[0].columns, 1);
    cr_expect_float_eq(swept_data_point(&data, data.figure[0].column, 1).mean, 2, 1e-9);
    const struct swept_figure *ratio = figure_of(&data, "ratio");
    cr_assert_eq(ratio->columns, 1, "with the baseline, where the model has nothing of its own");
    cr_expect_str_eq(swept_variant(&data, ratio, 0), "lfu");
    cr_expect_str_eq(ratio->title, "Bytes, against fast");
    swept_data_deinit(&data);
}

Test(swept_file, what_no_axis_and_no_variant_changes_is_left_out)
{
    merge_points(2, 0);
    struct swept_data data = read_merged(NULL);
    cr_expect_null(figure_of(&data, "calls"));
    cr_expect_eq(data.figures_flat, 2, "calls, and the share that was answered");
    swept_data_deinit(&data);
    data = read_merged("calls");
    cr_expect_not_null(figure_of(&data, "calls"), "whoever asks for it gets it");
    swept_data_deinit(&data);
}

Test(swept_file, the_user_says_what_leads)
{
    merge_points(2, 0);
    struct swept_data data = read_merged("tx_bytes");
    cr_expect_str_eq(data.figure[0].name, "tx_bytes");
    swept_data_deinit(&data);
    data = read_merged("warmup_s");
    cr_expect_str_eq(data.figure[0].name, "warmup_s", "even what is hidden otherwise");
    swept_data_deinit(&data);
    struct store_error error = {""};
    struct store *store = result_open("all.db");
    cr_expect_eq(swept_data_init(&data, store, &toy_model, "nothing", NULL, NULL, &error),
                 SIM_ERR_INVALID);
    cr_expect_not_null(strstr(error.text, "nothing"), "%s", error.text);
    store_destroy(store);
}

Test(swept_file, points_over_failed_calls_are_marked)
{
    merge_points(2, 30);
    struct swept_data data = read_merged(NULL);
    const struct swept_figure *response = figure_of(&data, "response_mean_s");
    cr_expect_not(swept_data_point_is_bad(&data, response->column, 2));
    cr_expect_not(swept_data_point_is_bad(&data, response->column + 1, 1));
    cr_expect(swept_data_point_is_bad(&data, response->column + 1, 2));
    cr_expect(swept_data_point_is_bad(&data, data.figure[0].column, 2),
              "either side of a contrast");
    bool is_bad[3];
    cr_assert_eq(swept_data_bad_cells(&data, response->column + 1, 0, SWEPT_NO_AXIS, is_bad),
                 SIM_OK);
    cr_expect(!is_bad[0] && !is_bad[1] && is_bad[2]);
    cr_expect_not_null(figure_of(&data, "failed"));
    swept_data_deinit(&data);
}

/* ---------------------------------------------------------------- its page */

static char *page_of(const struct swept_data *data)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    const struct report_page page = {.data = &data->result, .sweep = data, .source = "all.db"};
    cr_assert_eq(report_write(to, &page), SIM_OK);
    cr_assert_eq(fclose(to), 0);
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

Test(swept_file, eight_policies_over_a_size_are_eight_lines_in_one_picture)
{
    merge_points(8, 0);
    struct swept_data data = read_merged(NULL);
    char *page = page_of(&data);
    const char *figure = strstr(page, "id=\"figure-response_mean_s\"");
    cr_assert_not_null(figure);
    *strstr(figure, "</figure>") = '\0';
    for (unsigned v = 0; v < 8; v++) {
        char line[32];
        (void)snprintf(line, sizeof line, "\"line c%u l%u\"", v, v % 6);
        cr_expect_eq(occurrences(figure, line), 2, "%s once in the legend, once drawn", line);
    }
    cr_expect_not_null(strstr(figure, ">gdsf</span>"));
    free(page);
    swept_data_deinit(&data);
}

Test(swept_file, one_variant_alone_is_a_page_too)
{
    merge_points(1, 0);
    struct swept_data data = read_merged(NULL);
    cr_expect_str_eq(data.figure[0].name, "response_mean_s");
    char *page = page_of(&data);
    cr_expect_not_null(strstr(page, "Mean response, highest"));
    cr_expect_null(strstr(page, ">nan"));
    free(page);
    swept_data_deinit(&data);
}

Test(swept_file, the_page_marks_points_and_says_how_many)
{
    merge_points(2, 30);
    struct swept_data data = read_merged(NULL);
    char *page = page_of(&data);
    cr_expect_not_null(strstr(page, "<strong>1 of 3</strong>"));
    cr_expect_not_null(strstr(page, "class=\"ring\""));
    cr_expect_not_null(strstr(page, "Ringed:"));
    cr_expect_geq(occurrences(page, "<td class=\"bad\""), 3);
    free(page);
    swept_data_deinit(&data);
}
