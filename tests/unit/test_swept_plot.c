/* A sweep's figures: what their axes say, and their numbers as CSV. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "analysis/report/swept_plot.h"

#define NAN_D ((double)NAN)

static struct swept_axis_value bytes[] = {
    {"4 KiB", 4096}, {"300000000 B", 3e8}, {"1400000000 B", 1.4e9}, {"2 Mbit/s", 1.6e9}};
static struct swept_axis_value words[] = {{"lru", (double)NAN}, {"say \"lfu\", then", (double)NAN}};

static const struct swept_axis of_bytes = {"nodes.cache", "B", "nodes: cache", true, bytes, 4};
static const struct swept_axis of_words = {
    "nodes.eviction", "", "nodes: eviction", false, words, 2};
static const struct swept_figure response = {.name = "response",
                                             .title = "Response",
                                             .label = "response",
                                             .unit = "s",
                                             .neutral = (double)NAN,
                                             .columns = 2};

/* What is written, to be freed. */
static char *plot_of(const struct swept_axis *axis, const struct stats_estimate *cell)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    const struct swept_plot_series series = {.name = "nimble", .cell = cell, .stride = 1};
    cr_assert_not_null(to);
    swept_plot_write(to, &(struct swept_plot){.axis = axis,
                                              .figure = &response,
                                              .title = "Response",
                                              .range = {0, 4, false},
                                              .series = &series,
                                              .count = 1});
    cr_assert_eq(fclose(to), 0);
    return text;
}

static char *numbers_of(const struct swept_numbers *numbers)
{
    char *text = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&text, &length);
    cr_assert_not_null(to);
    swept_numbers_write(to, numbers);
    cr_assert_eq(fclose(to), 0);
    return text;
}

static struct stats_estimate about(double mean, double half)
{
    return (struct stats_estimate){.n = isnan(mean) ? 0 : 2,
                                   .mean = mean,
                                   .low = mean - half,
                                   .high = mean + half,
                                   .has_interval = half > 0};
}

Test(swept_plot, bytes_stand_at_an_axis_in_the_largest_unit_that_leaves_them_whole)
{
    const struct stats_estimate cell[4] = {about(1, 0), about(2, 0), about(3, 0), about(4, 0)};
    char *text = plot_of(&of_bytes, cell);
    cr_expect_not_null(strstr(text, ">4 KiB</text>"), "what is short stays as it is written");
    cr_expect_not_null(strstr(text, ">300 MB</text>"));
    cr_expect_not_null(strstr(text, ">1400 MB</text>"), "1.4 GB has no whole number");
    cr_expect_null(strstr(text, "000 B</text>"));
    cr_expect_not_null(strstr(text, "nodes: cache 1400000000 B: 3"), "pointed at, it is exact");
    cr_expect_not_null(strstr(text, ">nodes: cache (logarithmic)</text>"));
    free(text);
}

Test(swept_plot, the_last_tick_ends_within_the_picture)
{
    struct swept_axis_value wide[] = {{"1", 1}, {"123456789012345", 2}};
    const struct swept_axis axis = {"x", "", "x", true, wide, 2};
    const struct stats_estimate cell[2] = {about(1, 0), about(2, 0)};
    char *text = plot_of(&axis, cell);
    const char *end = strstr(text, ">123456789012345</text>");
    double x = 0;
    double width = 0;
    cr_assert_not_null(end);
    while (strncmp(end, " x=\"", 4) != 0) {
        end--;
    }
    cr_assert_eq(sscanf(end, " x=\"%lf", &x), 1);
    cr_assert_eq(sscanf(strstr(text, "viewBox"), "viewBox=\"0 0 %lf", &width), 1);
    cr_expect_leq(x + 15 * 6.0 / 2, width);
    free(text);
}

Test(swept_plot, numbers_of_an_axis)
{
    const struct stats_estimate cell[2] = {about(1.5, 0.25), about(1.0 / 3, 0)};
    const struct swept_plot_series series = {.name = "nimble", .cell = cell};
    char *text = numbers_of(&(struct swept_numbers){&of_words, NULL, &response, &series, 1});
    cr_expect_str_eq(text, "<template class=\"csv\">"
                           "nodes: eviction,nimble (s),nimble low (s),nimble high (s)\n"
                           "lru,1.5,1.25,1.75\n"
                           "&quot;say &quot;&quot;lfu&quot;&quot;, then&quot;,0.3333333333,,\n"
                           "</template>\n");
    free(text);
}

Test(swept_plot, numbers_of_a_plane_leave_out_what_is_no_point)
{
    struct stats_estimate one[8];
    struct stats_estimate two[8];
    for (int i = 0; i < 8; i++) {
        one[i] = about(i == 1 || i == 2 ? NAN_D : i, 0);
        two[i] = about(i == 2 ? NAN_D : 10 * i, 0);
    }
    words[1].text = "lfu";
    const struct swept_plot_series series[2] = {{.name = "a", .cell = one},
                                                {.name = "b", .cell = two}};
    char *text = numbers_of(&(struct swept_numbers){&of_bytes, &of_words, &response, series, 2});
    cr_expect_str_eq(text, "<template class=\"csv\">nodes: cache,nodes: eviction,a (s),b (s)\n"
                           "4 KiB,lru,0,0\n"
                           "4 KiB,lfu,,10\n"
                           "300000000 B,lfu,3,30\n"
                           "1400000000 B,lru,4,40\n"
                           "1400000000 B,lfu,5,50\n"
                           "2 Mbit/s,lru,6,60\n"
                           "2 Mbit/s,lfu,7,70\n"
                           "</template>\n");
    free(text);
}
