/* The axes of a sweep by effect, and estimates over its points, worked out by hand. */
#include <math.h>

#include <criterion/criterion.h>

#include "analysis/report/swept_data.h"

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
    data->axis[0] = (struct swept_axis){"size", "B", true, size, SIZES};
    data->axis[1] = (struct swept_axis){"word", "", false, word, WORDS};
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
