/* The pictures that a model describes: their rows, how they are averaged, and what is drawn. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/chart.h"
#include "analysis/report/drawn.h"
#include "analysis/report/figures.h"
#include "analysis/report/picture.h"
#include "analysis/report/stored.h"
#include "tests/support/result.h"
#include "tests/support/toy.h"

TestSuite(drawn, .init = result_enter, .fini = result_leave);

static const int64_t bytes[4] = {10, 20, 30, 40};

/* fast answers after 2, 3 and 4 s, slow after 4, 6 and 8. */
static struct store *make_result(void)
{
    static const char *const variant[] = {"slow", "fast"};
    struct store *store = toy_create("a.db", "name: x\n");
    int64_t run_id = 1;
    for (uint32_t v = 0; v < 2; v++) {
        for (uint32_t k = 1; k <= 3; k++) {
            const struct toy_run run = {.run_id = run_id++,
                                        .variant = variant[v],
                                        .replication = k,
                                        .work = k,
                                        .response_s = (2 - v) * (1.0 + k),
                                        .bytes = bytes,
                                        .bins = 4};
            toy_put(store, &run);
        }
    }
    result_finish(store);
    return result_open("a.db");
}

/* The toy with one chart. */
static struct model with(const struct model_chart *chart)
{
    struct model model = toy_model;
    model.chart = chart;
    model.charts = 1;
    return model;
}

static const struct model_chart measured = {
    .key = "answers",
    .title = "Answers",
    .unit = "s",
    .picture = MODEL_LINES,
    .decimals = 2,
    .select = "SELECT replication, 'panel of ' || variant, replication % 2, variant, value"
              " FROM run JOIN metric USING (run_id) WHERE name = 'response_mean_s'"
              " ORDER BY run_id",
};

static struct drawn_all read_all(struct store *store, const struct model *model,
                                 const struct contrasts *contrasts)
{
    struct drawn_all all;
    struct store_error error = {""};
    cr_assert_eq(drawn_read(&all, store, model, contrasts, &error), SIM_OK, "%s", error.text);
    return all;
}

Test(drawn, rows_that_share_all_but_the_replication_are_averaged)
{
    struct store *store = make_result();
    const struct model model = with(&measured);
    struct drawn_all all = read_all(store, &model, NULL);
    cr_assert_eq(all.count, 1);
    const struct drawn *d = &all.item[0];
    cr_expect_eq(d->panel.count, 2);
    cr_expect_eq(d->points, 4);
    const struct drawn_point *odd = drawn_find(d, 0, 0, 0); /* slow, replications 1 and 3 */
    cr_assert_not_null(odd);
    cr_expect_float_eq(odd->value, 6, 1e-9);
    cr_expect(odd->low < 6 && odd->high > 6);
    const struct drawn_point *even = drawn_find(d, 0, 1, 0); /* replication 2 alone */
    cr_assert_not_null(even);
    cr_expect_float_eq(even->value, 6, 1e-9);
    cr_expect(isnan(even->low));
    cr_expect_null(drawn_find(d, 0, 0, 1), "fast is on the other panel");
    cr_expect(drawn_are_numbers(d));
    cr_expect(drawn_has_series(d, 1, 1) && !drawn_has_series(d, 1, 0));
    drawn_deinit(&all);
    store_destroy(store);
}

Test(drawn, a_chart_without_rows_is_left_out)
{
    struct store *store = make_result();
    struct model_chart chart = measured;
    chart.select = "SELECT 1, 2, 3 WHERE 0";
    const struct model model = with(&chart);
    struct drawn_all all = read_all(store, &model, NULL);
    cr_expect_eq(all.count, 0);
    drawn_deinit(&all);
    store_destroy(store);
}

Test(drawn, a_select_that_cannot_be_asked_is_told)
{
    struct store *store = make_result();
    struct model_chart chart = measured;
    chart.select = "SELECT 1, 2, 3 FROM nowhere";
    const struct model model = with(&chart);
    struct drawn_all all;
    struct store_error error = {""};
    cr_expect_neq(drawn_read(&all, store, &model, NULL, &error), SIM_OK);
    cr_expect_not_null(strstr(error.text, "nowhere"), "%s", error.text);
    store_destroy(store);
}

Test(drawn, bars_of_a_contrast_are_the_tables_numbers)
{
    struct store *store = make_result();
    const struct model_chart chart = {.key = "gain",
                                      .title = "Gain",
                                      .unit = "%",
                                      .picture = MODEL_BARS,
                                      .contrast = "gain_s",
                                      .scale = 100};
    const struct model model = with(&chart);
    struct runs runs;
    struct contrasts c;
    struct store_error error = {""};
    cr_assert_eq(runs_read(&runs, store, &error), SIM_OK);
    cr_assert_eq(stored_contrasts(&c, store, &toy_model, &runs, &error), SIM_OK);
    struct drawn_all all = read_all(store, &model, &c);
    cr_assert_eq(all.count, 1);
    const struct contrasts_row *row = contrasts_find(&c, "gain_s");
    cr_assert_not_null(row);
    cr_expect_str_eq(all.item[0].x.word[0], "slow");
    cr_expect_float_eq(all.item[0].point[0].value, 100 * row->estimate.mean, 1e-9);
    drawn_deinit(&all);
    all = read_all(store, &model, NULL);
    cr_expect_eq(all.count, 0, "a merged sweep has none as a whole");
    drawn_deinit(&all);
    contrasts_deinit(&c);
    runs_deinit(&runs);
    store_destroy(store);
}

/* ---- what is drawn and stored ---- */

static const struct model_chart spans = {
    .key = "lanes",
    .title = "Who ran <when>",
    .unit = "s",
    .picture = MODEL_SPANS,
    .decimals = 1,
    .select = "SELECT variant, 'core ' || replication, 'a&b', replication, replication + 2.5"
              " FROM run ORDER BY run_id",
    .curve = "SELECT variant, replication, 10 * replication, 25 FROM run ORDER BY run_id",
    .curve_label = "memory (MB)",
};

static size_t occurrences(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

/* What write() writes of the toy's only chart. The caller frees it. */
static char *written(const struct model_chart *chart, void (*write)(const struct drawn *, FILE *))
{
    char *text = NULL;
    size_t length = 0;
    struct store *store = make_result();
    const struct model model = with(chart);
    struct drawn_all all = read_all(store, &model, NULL);
    remove("a.db"); /* for the next one */
    FILE *to = open_memstream(&text, &length);
    cr_assert_not_null(to);
    cr_assert_eq(all.count, 1);
    write(&all.item[0], to);
    fclose(to);
    drawn_deinit(&all);
    store_destroy(store);
    return text;
}

static void write_picture(const struct drawn *d, FILE *to)
{
    picture_write(to, d);
}

enum { LAYOUTS = 2 }; /* for a desk's screen and for a hand's */

Test(drawn, spans_have_a_slice_each_a_curve_a_panel_and_its_limit)
{
    char *svg = written(&spans, write_picture);
    cr_expect_eq(occurrences(svg, "class=\"slice "), LAYOUTS * 6);
    cr_expect_eq(occurrences(svg, "class=\"curve\""), LAYOUTS * 2);
    cr_expect_eq(occurrences(svg, "class=\"mark\""), LAYOUTS * 2);
    cr_expect_eq(occurrences(svg, "<svg class=\"ample\""), 1);
    cr_expect_eq(occurrences(svg, "<svg class=\"narrow\""), 1);
    cr_expect_not_null(strstr(svg, "<title>core 1, a&amp;b: 1.0 to 3.5 s</title>"));
    cr_expect_null(strstr(svg, "<when>"), "what a model says is text");
    cr_expect_null(strstr(svg, "nan"));
    free(svg);
}

static void write_numbers(const struct drawn *d, FILE *to)
{
    picture_write_numbers(to, d);
}

Test(drawn, pictures_have_their_numbers_to_take_along)
{
    char *csv = written(&spans, write_numbers);
    cr_expect_not_null(strstr(csv, "panel,lane,kind,from,to,value,limit\n"), "%s", csv);
    cr_expect_not_null(strstr(csv, ",core 1,a&amp;b,1,3.5,,\n"), "%s", csv);
    cr_expect_not_null(strstr(csv, ",,curve,1,,10,25\n"), "%s", csv);
    free(csv);
    struct model_chart chart = measured;
    chart.picture = MODEL_HEAT;
    csv = written(&chart, write_numbers);
    cr_expect_not_null(strstr(csv, "panel,row,column,value\npanel of slow,1,slow,6\n"), "%s", csv);
    free(csv);
}

Test(drawn, cells_have_their_numbers_and_a_scale)
{
    struct model_chart chart = measured;
    chart.picture = MODEL_HEAT;
    char *svg = written(&chart, write_picture);
    cr_expect_eq(occurrences(svg, "class=\"cell\""), LAYOUTS * (4 + 40));
    cr_expect_not_null(strstr(svg, ">6.00</text>"));
    cr_expect_null(strstr(svg, ">-"), "the scale is of the numbers, not of their intervals");
    cr_expect_null(strstr(svg, "nan"));
    free(svg);
}

Test(drawn, a_file_says_how_it_is_drawn_and_names_its_columns)
{
    char *text = written(&measured, drawn_write);
    cr_expect_not_null(strstr(text, "# picture: lines\n"));
    cr_expect_not_null(strstr(text, "# x is a: number\n"));
    cr_expect_not_null(strstr(text, "# series 2: fast\n"));
    cr_expect_not_null(strstr(text, "\npanel_no\tx_no\tseries_no\tpanel\tx\tseries\tvalue\tlow"));
    cr_expect_not_null(strstr(text, "\n1\t2\t1\tpanel of slow\t0\tslow\t6\tNaN\tNaN\n"));
    free(text);
    text = written(&spans, drawn_write_curve);
    cr_expect_not_null(strstr(text, "panel_no\tt\tvalue\tlimit\n1\t1\t10\t25\n"));
    free(text);
}

Test(drawn, the_reports_figures_are_of_these_rows_on_one_scale)
{
    struct store *store = make_result();
    const struct model model = with(&measured);
    struct report_data data;
    struct figures figures;
    struct store_error error = {""};
    cr_assert_eq(report_data_init(&data, store, &model, NULL, NULL, &error), SIM_OK, "%s",
                 error.text);
    cr_assert_eq(figures_init(&figures, &data), SIM_OK);
    const struct chart *slow = &figures.chart[0];
    const struct chart *fast = &figures.chart[1];
    cr_expect_str_eq(slow->id, "chart-answers");
    cr_expect_str_eq(slow->title, "Answers: panel of slow");
    cr_assert_eq(slow->n, 2);
    cr_expect_eq(slow->x[0], 0, "numbers rise");
    cr_expect_float_eq(slow->series[0].mean[1], 6, 1e-9);
    cr_assert_eq(fast->count, 1, "a panel has its own series alone");
    cr_expect_eq(fast->series[0].place, 1, "in the colour of the variant");
    cr_expect_eq(slow->most, fast->most);
    figures_deinit(&figures);
    report_data_deinit(&data);
    store_destroy(store);
}

/* ---- bars that go down ---- */

Test(drawn, bars_below_nothing_hang_from_it)
{
    char *svg = NULL;
    size_t length = 0;
    static const double x[] = {0, 1};
    static const double mean[] = {-4, 1};
    const struct chart_series series = {.name = "effect", .mean = mean};
    const struct chart chart = {.kind = CHART_BARS,
                                .id = "e",
                                .title = "E",
                                .caption = "",
                                .x_label = "",
                                .y_label = "s",
                                .x_unit = "",
                                .unit = "s",
                                .from_zero = true,
                                .n = 2,
                                .x = x,
                                .count = 1,
                                .series = &series};
    FILE *to = open_memstream(&svg, &length);
    chart_write_svg(to, &chart);
    chart_write_json(to, &chart);
    fclose(to);
    double top[2];
    double height[2];
    const char *at = svg;
    for (int i = 0; i < 2; i++) {
        at = strstr(at, "class=\"bar");
        cr_assert_not_null(at);
        cr_assert_eq(sscanf(strstr(at, " y="), " y=\"%lf\"", &top[i]), 1);
        cr_assert_eq(sscanf(strstr(at, "height="), "height=\"%lf\"", &height[i]), 1);
        at++;
    }
    cr_expect_float_eq(top[1] + height[1], top[0], 0.11, "both stand on nothing");
    cr_expect_float_eq(height[0], 4 * height[1], 0.5);
    cr_expect_not_null(strstr(svg, "\"least\":-4"));
    free(svg);
}
