/*
 * swept_data.h - what a page on a merged sweep shows: axes, points, figures, and the axes' effects.
 *
 * A figure is a number of each (point, replication); all of them are held, as one table of at most
 * SWEPT_ROWS_MAX rows, so memory is bounded: a larger sweep is refused, and better asked by SQL.
 * Runs count if they are complete. The comparing figures pair the variants "nimble" and
 * "monolithic" replication by replication, as the report of a single scenario does.
 *
 * An estimate over points first takes the mean over the points of each replication: replications
 * are independent, points of one replication share their random numbers and are not.
 *
 * Units: as figures say: "B", "s", "" for ratios. Numbers of an axis are in its base unit.
 * Ownership: all of it belongs to struct swept_data until swept_data_deinit().
 * Errors: as store.h; SIM_ERR_INVALID where no run is complete or there is too much.
 * Order: axes as in the scenario; values of an axis by number, or else as the points have them;
 *   points and replications as numbered.
 */
#ifndef ANALYSIS_REPORT_SWEPT_DATA_H
#define ANALYSIS_REPORT_SWEPT_DATA_H

#include "analysis/report/report_data.h"

enum {
    SWEPT_ROWS_MAX = 200000, /* of (point, replication) */
    SWEPT_CELLS_MAX = 4000,  /* of a figure on two axes */
    SWEPT_COMPARED = 4,
    SWEPT_METRICS = 2,
    SWEPT_FIGURES_MAX = SWEPT_COMPARED + SWEPT_METRICS,
    SWEPT_COLUMNS_MAX = SWEPT_COMPARED + SWEPT_METRICS * REPORT_VARIANTS_MAX,
    SWEPT_AXES_MAX = 12,
};

#define SWEPT_NO_AXIS SIZE_MAX

struct swept_axis_value {
    const char *text; /* as it can be written in a scenario */
    double number;    /* NaN: a word */
};

struct swept_axis {
    const char *key, *unit;
    bool is_number; /* every value is one */
    struct swept_axis_value *value;
    size_t count;
};

/* A figure is a column, or one for each variant. */
struct swept_figure {
    const char *id, *title, *label, *unit;
    double neutral;   /* where neither variant is better; NaN: no such place */
    bool is_variants; /* its columns are those of the variants */
    uint32_t column, columns;
};

struct swept_row {
    uint32_t point, replication; /* point from 0 */
};

struct swept_data {
    struct report_data result; /* origin, variants, replications; owns the memory */

    struct swept_axis axis[SWEPT_AXES_MAX];
    size_t axis_count;
    size_t point_count;
    int64_t *point_id;
    uint32_t *at; /* axis_count values for each point: index of the value */
    bool is_full; /* every combination of values is a point */

    struct swept_figure figure[SWEPT_FIGURES_MAX]; /* the first leads; those without values go */
    size_t figure_count;
    uint32_t column_count;
    uint32_t last_replication;
    struct swept_row *row; /* by point, replication */
    size_t row_count;
    double *value; /* column_count numbers for each row; NaN: undefined */
};

/* Is this the database of a merged sweep? */
SIM_MUST_CHECK enum sim_status swept_data_is_merged(struct store *store, bool *is_merged,
                                                    struct store_error *error);

/* Reads all of it. On failure there is nothing to end, and *error says why. */
SIM_MUST_CHECK enum sim_status swept_data_init(struct swept_data *data, struct store *store,
                                               report_progress *progress, void *context,
                                               struct store_error *error);
void swept_data_deinit(struct swept_data *data);

/*
 * The column's estimates on the plane of two axes, averaged over all others: cell[i * count of
 * axis b + k] belongs to value i of axis a and k of b. Either axis may be SWEPT_NO_AXIS and then
 * counts as one value. A cell without a point has n = 0 and a NaN for its mean. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status swept_data_cells(const struct swept_data *data, uint32_t column,
                                                size_t a, size_t b, struct stats_estimate *cell);

/* The estimate of one column at one point. */
struct stats_estimate swept_data_point(const struct swept_data *data, uint32_t column,
                                       size_t point);

/* How far an axis moves a figure, all others left as they are. */
struct swept_effect {
    size_t axis;
    double range;           /* highest - lowest, in the figure's unit; NaN: nothing is known */
    double lowest, highest; /* the means there */
    size_t lowest_at, highest_at; /* values of the axis */
};

/*
 * The axes by the range of the column's mean over their values, widest first; equal ones in the
 * scenario's order. The means are those of an additive model (a term for each value of each axis,
 * by least squares): in a full sweep these are the plain means over the other axes; where points
 * are left out, they keep an axis from answering for another one's values. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status swept_rank(const struct swept_data *data, uint32_t column,
                                          struct swept_effect effect[SWEPT_AXES_MAX]);

#endif
