/* Estimates of a sweep's figures: point by point, and on the plane of two axes. */
#include <stdlib.h>

#include "analysis/report/swept_data.h"

static double value_of(const struct swept_data *data, size_t row, uint32_t column)
{
    return data->value[row * data->column_count + column];
}

/* The first row of a point or of a later one: rows are sorted by point. */
static size_t first_row(const struct swept_data *data, size_t point)
{
    size_t low = 0;
    size_t high = data->row_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (data->row[middle].point < point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct stats_estimate swept_data_point(const struct swept_data *data, uint32_t column, size_t point)
{
    struct stats_stream stream = {0};
    for (size_t i = first_row(data, point); i < data->row_count && data->row[i].point == point;
         i++) {
        stats_add(&stream, value_of(data, i, column));
    }
    return stats_stream_estimate(&stream, REPORT_LEVEL);
}

static size_t values_of(const struct swept_data *data, size_t axis)
{
    return axis == SWEPT_NO_AXIS ? 1 : data->axis[axis].count;
}

static size_t value_at(const struct swept_data *data, size_t point, size_t axis)
{
    return axis == SWEPT_NO_AXIS ? 0 : data->at[point * data->axis_count + axis];
}

/*
 * Replications may be many and cells too, so one replication after the other: the sums of one, and
 * then a value in each cell's stream.
 */
static void add_replication(const struct swept_data *data, uint32_t column, size_t a, size_t b,
                            uint32_t replication, struct stats_stream *sum)
{
    const size_t width = values_of(data, b);
    for (size_t i = 0; i < data->row_count; i++) {
        if (data->row[i].replication == replication) {
            const size_t point = data->row[i].point;
            stats_add(&sum[value_at(data, point, a) * width + value_at(data, point, b)],
                      value_of(data, i, column));
        }
    }
}

enum sim_status swept_data_cells(const struct swept_data *data, uint32_t column, size_t a, size_t b,
                                 struct stats_estimate *cell)
{
    ASSERT(column < data->column_count);
    const size_t cells = values_of(data, a) * values_of(data, b);
    struct stats_stream *over_points = calloc(cells, sizeof *over_points);
    struct stats_stream *over_runs = calloc(cells, sizeof *over_runs);
    if (over_points == NULL || over_runs == NULL) {
        free(over_points);
        free(over_runs);
        return SIM_ERR_NOMEM;
    }
    for (uint32_t r = 1; r <= data->last_replication; r++) {
        add_replication(data, column, a, b, r, over_points);
        for (size_t i = 0; i < cells; i++) {
            if (over_points[i].n > 0) {
                stats_add(&over_runs[i], stats_mean(&over_points[i]));
            }
            over_points[i] = (struct stats_stream){0};
        }
    }
    for (size_t i = 0; i < cells; i++) {
        cell[i] = stats_stream_estimate(&over_runs[i], REPORT_LEVEL);
    }
    free(over_points);
    free(over_runs);
    return SIM_OK;
}

/* The share of what ended badly in the variants that a column is of: the worse of the two. */
enum sim_status swept_data_bad_cells(const struct swept_data *data, uint32_t column, size_t a,
                                     size_t b, bool *is_bad)
{
    const size_t cells = values_of(data, a) * values_of(data, b);
    const struct swept_column *of = &data->column[column];
    struct stats_estimate *share = calloc(cells, sizeof *share);
    enum sim_status status = share == NULL ? SIM_ERR_NOMEM : SIM_OK;
    for (size_t i = 0; i < cells; i++) {
        is_bad[i] = false;
    }
    for (int side = 0; side < 2 && status == SIM_OK; side++) {
        const uint32_t variant = side == 0 ? of->a : of->b;
        status = swept_data_cells(data, data->bad_column + variant, a, b, share);
        for (size_t i = 0; i < cells && status == SIM_OK; i++) {
            is_bad[i] = is_bad[i] || share[i].mean > SWEPT_BAD_SHARE;
        }
    }
    free(share);
    return status;
}

bool swept_data_point_is_bad(const struct swept_data *data, uint32_t column, size_t point)
{
    const struct swept_column *of = &data->column[column];
    return swept_data_point(data, data->bad_column + of->a, point).mean > SWEPT_BAD_SHARE ||
           swept_data_point(data, data->bad_column + of->b, point).mean > SWEPT_BAD_SHARE;
}
