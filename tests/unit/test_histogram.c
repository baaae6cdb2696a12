/* Two samples in the same bins: where they begin, how wide they are, and what a person sees. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/terminal/histogram.h"

static char text[4096];

static const char *printed(const struct histogram *h, const char *quantity, int64_t unit)
{
    FILE *to = fmemopen(text, sizeof text, "w");
    histogram_print(h, quantity, unit, "drawn", "real", to);
    cr_assert_eq(fclose(to), 0);
    return text;
}

static void expect_bins(int64_t least, int64_t greatest, int64_t from, int64_t width, size_t bins)
{
    const int64_t value[] = {least, greatest};
    struct histogram h;
    cr_assert_eq(histogram_init(&h, value, value, 2), SIM_OK);
    cr_assert_eq(h.width, width, "width %lld", (long long)h.width);
    cr_assert_eq(h.from, from, "from %lld", (long long)h.from);
    cr_assert_eq(gsl_histogram_bins(h.first), bins);
    cr_assert_eq(gsl_histogram_sum(h.first), 2);
    histogram_deinit(&h);
}

Test(histogram, bins_are_round_and_hold_everything)
{
    expect_bins(100, 500, 100, 50, 9);
    expect_bins(7, 7, 7, 1, 1);
    expect_bins(0, 10, 0, 1, 11);
    expect_bins(0, 11, 0, 2, 6);
    expect_bins(999, 1001, 999, 1, 3);
    expect_bins(15 * SIM_MS, 1959 * SIM_MS, 0, 200 * SIM_MS, 10);
    expect_bins(0, INT64_C(40000) * SIM_S, 0, INT64_C(5000) * SIM_S, 9);
}

Test(histogram, both_samples_stand_side_by_side)
{
    const int64_t drawn[] = {0, 1, 1, 3};
    const int64_t real[] = {1, 1, 1, 1};
    struct histogram h;
    cr_assert_eq(histogram_init(&h, drawn, real, 4), SIM_OK);
    cr_assert_str_eq(printed(&h, "size (B)", 1),
                     "  size (B)              drawn                        real\n"
                     "         0 to        1      1 █████                     0\n"
                     "         1 to        2      2 ██████████                4 "
                     "████████████████████\n"
                     "         2 to        3      0                           0\n"
                     "         3 to        4      1 █████                     0\n");
    histogram_deinit(&h);
}

Test(histogram, edges_have_the_decimals_that_they_need)
{
    const int64_t value[] = {0, SIM_S / 2};
    struct histogram h;
    cr_assert_eq(histogram_init(&h, value, value, 2), SIM_OK);
    cr_assert_not_null(strstr(printed(&h, "work (s)", SIM_S), "      0.00 to     0.05 "));
    histogram_deinit(&h);
}

Test(histogram, the_object_has_edges_and_counts)
{
    const int64_t drawn[] = {0, 1, 1, 3};
    const int64_t real[] = {1, 1, 1, 1};
    struct histogram h;
    char *written = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&written, &length);
    struct json j;
    cr_assert_eq(histogram_init(&h, drawn, real, 4), SIM_OK);
    json_begin(&j, to);
    json_lines(&j, 0);
    histogram_put_json(&h, "drawn", "real", &j);
    cr_assert(json_end(&j));
    cr_assert_eq(fclose(to), 0);
    cr_assert_str_eq(written,
                     "{\"from\": 0,\"width\": 1,\"drawn\": [1,2,0,1],\"real\": [0,4,0,0]}\n");
    free(written);
    histogram_deinit(&h);
}
