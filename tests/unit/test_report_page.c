/* The report's page: nothing that it is given can break it, and its numbers read well. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <sqlite3.h>

#include "analysis/report/chart.h"
#include "analysis/report/format.h"
#include "analysis/report/html.h"

/* ---------------------------------------------------------------- a page in memory */

struct sheet {
    FILE *stream;
    char *text;
    size_t length;
};

static FILE *sheet_open(struct sheet *s)
{
    s->stream = open_memstream(&s->text, &s->length);
    cr_assert_not_null(s->stream);
    return s->stream;
}

static const char *sheet_text(struct sheet *s)
{
    cr_assert_eq(fflush(s->stream), 0);
    return s->text;
}

static void sheet_close(struct sheet *s)
{
    fclose(s->stream);
    free(s->text);
}

/* SQLite knows JSON when it sees it. */
static bool is_json(const char *text)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    cr_assert_eq(sqlite3_open(":memory:", &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, "SELECT json_valid(?)", -1, &query, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_bind_text(query, 1, text, -1, SQLITE_STATIC), SQLITE_OK);
    cr_assert_eq(sqlite3_step(query), SQLITE_ROW);
    const bool valid = sqlite3_column_int(query, 0) == 1;
    sqlite3_finalize(query);
    sqlite3_close(db);
    return valid;
}

static unsigned occurrences(const char *text, const char *what)
{
    unsigned count = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

/* ---------------------------------------------------------------- text */

static void expect_html(const char *text, const char *expected)
{
    struct sheet s;
    html_text(sheet_open(&s), text);
    cr_expect_str_eq(sheet_text(&s), expected);
    sheet_close(&s);
}

Test(report_html, text_cannot_become_markup)
{
    expect_html("<script>alert('&\"')</script>",
                "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;");
    expect_html("two\nlines\tand äö 漢 \U0001F600", "two\nlines\tand äö 漢 \U0001F600");
}

Test(report_html, what_is_no_text_becomes_a_replacement_character)
{
    expect_html("a\x01z", "a\uFFFDz");
    expect_html("\xff", "\uFFFD");
    expect_html("cut \xe6\xbc", "cut \uFFFD\uFFFD");
    expect_html("\xc0\x80", "\uFFFD\uFFFD");           /* overlong */
    expect_html("\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"); /* a surrogate */
}

Test(report_html, a_template_is_trusted_and_what_fills_it_is_not)
{
    struct sheet s;
    html_put(sheet_open(&s), "<a title=\"%\">%</a>", "\"><b>", "100 %");
    cr_expect_str_eq(sheet_text(&s), "<a title=\"&quot;&gt;&lt;b&gt;\">100 %</a>");
    sheet_close(&s);
}

Test(report_html, no_string_ends_the_script_that_holds_the_data)
{
    static const char *const hostile[] = {
        "</script><script>alert(1)</script>", "<!--", "]]>", "\"\\\n\r\t\x01\x7f", "\xff\xfe", "",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        struct sheet s;
        html_json_string(sheet_open(&s), hostile[i]);
        const char *text = sheet_text(&s);
        cr_expect(is_json(text), "%s", text);
        cr_expect_null(strchr(text, '<'));
        cr_expect_null(strchr(text, '>'));
        sheet_close(&s);
    }
}

Test(report_html, a_cell_of_csv_is_quoted_where_it_has_to_be)
{
    static const char *const cells[][2] = {
        {"plain", "plain"},
        {"a, b", "&quot;a, b&quot;"},
        {"<5\" \u00b1", "&quot;&lt;5&quot;&quot; \u00b1&quot;"},
        {"1, \xff", "&quot;1, \uFFFD&quot;"},
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        struct sheet s;
        html_csv(sheet_open(&s), cells[i][0]);
        cr_expect_str_eq(sheet_text(&s), cells[i][1]);
        sheet_close(&s);
    }
}

Test(report_html, a_number_that_is_none_is_null)
{
    struct sheet s;
    FILE *to = sheet_open(&s);
    html_json_number(to, (double)NAN);
    fputc(' ', to);
    html_json_number(to, -(double)INFINITY);
    fputc(' ', to);
    html_json_number(to, 1.0 / 3);
    cr_expect_str_eq(sheet_text(&s), "null null 0.3333333");
    sheet_close(&s);
}

/* ---------------------------------------------------------------- numbers */

static void expect_value(double value, const char *unit, const char *expected)
{
    char text[FORMAT_BYTES];
    format_value(text, value, unit);
    cr_expect_str_eq(text, expected);
}

Test(report_format, values_are_scaled_to_their_size)
{
    expect_value(0, "s", "0\u00a0s");
    expect_value(0.02988, "s", "29.88\u00a0ms");
    expect_value(5.6471, "s", "5.647\u00a0s");
    expect_value(335, "s", "335\u00a0s");
    expect_value(-0.5, "s", "-0.500\u00a0s");
    expect_value(999, "B", "999\u00a0B");
    expect_value(15302800, "B", "15.303\u00a0MB");
    expect_value(2.5e12, "B", "2.500\u00a0TB");
    expect_value(7205, "", "7205");
    expect_value(0.4812, "", "0.481");
    expect_value((double)NAN, "s", "\u2013");
}

Test(report_format, an_estimate_has_its_interval_in_the_same_scale)
{
    char text[FORMAT_BYTES];
    const struct stats_estimate e = {
        .n = 6, .mean = 15.3e6, .has_interval = true, .half_width = 5e5};
    format_estimate(text, &e, "B");
    cr_expect_str_eq(text, "15.300\u00a0\u00b1\u00a00.500\u00a0MB");
    const struct stats_estimate one = {.n = 1, .mean = 2, .half_width = (double)NAN};
    format_estimate(text, &one, "");
    cr_expect_str_eq(text, "2");
    const struct stats_estimate fixed = {.n = 6, .mean = 0, .has_interval = true};
    format_estimate(text, &fixed, "s");
    cr_expect_str_eq(text, "0\u00a0s");
}

/* ---------------------------------------------------------------- charts */

Test(report_chart, ticks_stand_at_round_numbers_within_the_range)
{
    static const struct {
        double least, most;
        unsigned wanted;
        double first, step;
        unsigned count;
        int decimals;
    } expected[] = {
        {0, 3600, 7, 0, 500, 8, 0}, {0, 70, 5, 0, 10, 8, 0},     {4.3, 5.7, 5, 4.4, 0.2, 7, 1},
        {-1, 1, 4, -1, 0.5, 5, 1},  {0, 1e-3, 5, 0, 2e-4, 6, 4}, {5, 5, 5, 5, 1, 1, 0},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct chart_ticks t =
            chart_ticks_of(expected[i].least, expected[i].most, expected[i].wanted);
        cr_expect_float_eq(t.first, expected[i].first, 1e-9, "%zu: %g", i, t.first);
        cr_expect_float_eq(t.step, expected[i].step, 1e-9, "%zu: %g", i, t.step);
        cr_expect_eq(t.count, expected[i].count, "%zu: %u", i, t.count);
        cr_expect_eq(t.decimals, expected[i].decimals, "%zu: %d", i, t.decimals);
    }
}

enum { N = 4 };
static const double x[N] = {10, 20, 30, 40};
static const double gapped[N] = {1, (double)NAN, 3, 4};
static const double low[N] = {0.5, (double)NAN, 2.5, 3.5};
static const double high[N] = {1.5, (double)NAN, 3.5, 4.5};

static const struct chart_series two[] = {
    {"</script>", 0, gapped, low, high},
    {"b", 1, high, NULL, NULL},
};

static struct chart hostile_chart(enum chart_kind kind)
{
    return (struct chart){
        .kind = kind,
        .id = "load",
        .title = "<b>\"load\"</b>",
        .caption = "",
        .x_label = "t & x",
        .y_label = "</script>",
        .x_unit = "s",
        .unit = "MB",
        .n = N,
        .x = x,
        .count = 2,
        .series = two,
        .mark = {.at = 20, .low = (double)NAN, .high = (double)NAN, .text = "<here>"},
    };
}

Test(report_chart, the_data_are_json_whatever_the_texts_and_values_are)
{
    for (enum chart_kind kind = CHART_LINES; kind <= CHART_BARS; kind++) {
        const struct chart chart = hostile_chart(kind);
        struct sheet s;
        chart_write_json(sheet_open(&s), &chart);
        const char *text = sheet_text(&s);
        cr_expect(is_json(text), "%s", text);
        cr_expect_null(strchr(text, '<'));
        cr_expect_not_null(strstr(text, "\"mean\":[1,null,3,4]"), "%s", text);
        sheet_close(&s);
    }
}

Test(report_chart, a_line_breaks_at_a_gap)
{
    const struct chart chart = hostile_chart(CHART_LINES);
    struct sheet s;
    chart_write_svg(sheet_open(&s), &chart);
    const char *text = sheet_text(&s);
    const char *line = strstr(text, "line c0");
    cr_assert_not_null(line);
    char path[256];
    (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(line, "/"), line);
    cr_expect_eq(occurrences(path, "M"), 2, "%s", path);
    cr_expect_eq(occurrences(path, "L"), 1, "%s", path);
    cr_expect_null(strstr(text, "nan"));
    cr_expect_null(strstr(text, "<b>"));
    cr_expect_null(strstr(text, "<here>"));
    sheet_close(&s);
}

Test(report_chart, seventy_two_series_differ_in_colour_or_dash)
{
    for (size_t a = 0; a < 72; a++) {
        for (size_t b = 0; b < a; b++) {
            cr_expect(chart_colour(a) != chart_colour(b) || chart_dash(a) != chart_dash(b),
                      "%zu and %zu", a, b);
        }
    }
}

Test(report_chart, bars_have_names_where_their_keys_are_texts)
{
    static const char *const names[N] = {"a", "<b>", "c", "d"};
    struct chart chart = hostile_chart(CHART_BARS);
    chart.names = names;
    struct sheet s;
    chart_write_svg(sheet_open(&s), &chart);
    cr_expect_not_null(strstr(sheet_text(&s), ">&lt;b&gt;</text>"));
    sheet_close(&s);
    chart_write_json(sheet_open(&s), &chart);
    cr_expect(is_json(sheet_text(&s)));
    cr_expect_null(strchr(sheet_text(&s), '<'));
    sheet_close(&s);
}

Test(report_chart, bars_are_left_out_where_there_is_no_value)
{
    const struct chart chart = hostile_chart(CHART_BARS);
    struct sheet s;
    chart_write_svg(sheet_open(&s), &chart);
    cr_expect_eq(occurrences(sheet_text(&s), "<rect class=\"bar"), 2 * N - 2);
    cr_expect_eq(occurrences(sheet_text(&s), "class=\"whisker\""), N - 1);
    cr_expect_null(strstr(sheet_text(&s), "nan"));
    sheet_close(&s);
}

/* The greatest y in pixels is that of the axis, the least that of what reaches highest. */
Test(report_chart, an_interval_that_would_drown_the_values_is_cut_off)
{
    static const double wide[N] = {100, (double)NAN, 300, 400};
    const struct chart_series drowned = {"a", 0, gapped, low, wide};
    struct chart chart = hostile_chart(CHART_BARS);
    struct sheet s;
    cr_expect_not(chart_is_cut(&chart));
    chart.from_zero = true;
    chart.series = &drowned;
    chart.count = 1;
    chart.mark.text = NULL;
    cr_expect(chart_is_cut(&chart));
    chart_write_svg(sheet_open(&s), &chart);
    cr_expect_not_null(strstr(sheet_text(&s), ">8</text>"), "twice the greatest value");
    cr_expect_null(strstr(sheet_text(&s), "y2=\"-"), "no whisker leaves the frame");
    cr_expect_null(strstr(sheet_text(&s), ">400</text>"));
    sheet_close(&s);
    chart_write_json(sheet_open(&s), &chart);
    cr_expect_not_null(strstr(sheet_text(&s), "\"reach\":[-3,8]"), "%s", sheet_text(&s));
    sheet_close(&s);
}

Test(report_chart, a_chart_without_any_value_is_an_empty_frame)
{
    static const double nothing[N] = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    struct chart chart = hostile_chart(CHART_LINES);
    const struct chart_series empty = {"a", 0, nothing, nothing, nothing};
    chart.series = &empty;
    chart.count = 1;
    struct sheet s;
    chart_write_svg(sheet_open(&s), &chart);
    cr_expect_null(strstr(sheet_text(&s), "nan"));
    cr_expect_null(strstr(sheet_text(&s), "inf"));
    sheet_close(&s);
}
