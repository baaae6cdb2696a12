/*
 * sweep_data.h - what a page on a merged sweep shows: axes, points, figures, and the axes' effects.
 *
 * A figure is a number of each (point, replication); all of them are held, as one table of at most
 * SWEEP_ROWS_MAX rows, so memory is bounded: a larger sweep is refused, and better asked by SQL.
 * Runs count if they are complete. The comparing figures pair the variants "nimble" and
 * "monolithic" replication by replication, as the report of a single scenario does.
 *
 * An estimate over points first takes the mean over the points of each replication: replications
 * are independent, points of one replication share their random numbers and are not.
 *
 * Units: as figures say: "B", "s", "" for ratios. Numbers of an axis are in its base unit.
 * Ownership: all of it belongs to struct sweep_data until sweep_data_deinit().
 * Errors: as store.h; SIM_ERR_INVALID where no run is complete or there is too much.
 * Order: axes as in the scenario; values of an axis by number, or else as the points have them;
 *   points and replications as numbered.
 */
#ifndef ANALYSIS_REPORT_SWEEP_DATA_H
#define ANALYSIS_REPORT_SWEEP_DATA_H

#include "analysis/report/report_data.h"

enum {
    SWEEP_ROWS_MAX = 200000, /* of (point, replication) */
    SWEEP_CELLS_MAX = 4000,  /* of a figure on two axes */
    SWEEP_COMPARED = 4,
    SWEEP_METRICS = 2,
    SWEEP_FIGURES_MAX = SWEEP_COMPARED + SWEEP_METRICS,
    SWEEP_COLUMNS_MAX = SWEEP_COMPARED + SWEEP_METRICS * REPORT_VARIANTS_MAX,
    SWEEP_DATA_AXES_MAX = 12,
};

#define SWEEP_NO_AXIS SIZE_MAX

struct sweep_axis_value {
    const char *text; /* as it can be written in a scenario */
    double number;    /* NaN: a word */
};

struct sweep_data_axis {
    const char *key, *unit;
    bool is_number; /* every value is one */
    struct sweep_axis_value *value;
    size_t count;
};

/* A figure is a column, or one for each variant. */
struct sweep_figure {
    const char *id, *title, *label, *unit;
    double neutral;   /* where neither variant is better; NaN: no such place */
    bool is_variants; /* its columns are those of the variants */
    uint32_t column, columns;
};

struct sweep_row {
    uint32_t point, replication; /* point from 0 */
};

struct sweep_data {
    struct report_data result; /* origin, variants, replications; owns the memory */

    struct sweep_data_axis axis[SWEEP_DATA_AXES_MAX];
    size_t axis_count;
    size_t point_count;
    int64_t *point_id;
    uint32_t *at; /* axis_count values for each point: index of the value */
    bool is_full; /* every combination of values is a point */

    struct sweep_figure figure[SWEEP_FIGURES_MAX]; /* the first leads; those without values go */
    size_t figure_count;
    uint32_t column_count;
    uint32_t last_replication;
    struct sweep_row *row; /* by point, replication */
    size_t row_count;
    double *value; /* column_count numbers for each row; NaN: undefined */
};

/* Is this the database of a merged sweep? */
SIM_MUST_CHECK enum sim_status sweep_data_is_merged(struct store *store, bool *is_merged,
                                                    struct store_error *error);

/* Reads all of it. On failure there is nothing to end, and *error says why. */
SIM_MUST_CHECK enum sim_status sweep_data_init(struct sweep_data *data, struct store *store,
                                               report_progress *progress, void *context,
                                               struct store_error *error);
void sweep_data_deinit(struct sweep_data *data);

/*
 * The column's estimates on the plane of two axes, averaged over all others: cell[i * count of
 * axis b + k] belongs to value i of axis a and k of b. Either axis may be SWEEP_NO_AXIS and then
 * counts as one value. A cell without a point has n = 0 and a NaN for its mean. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status sweep_data_cells(const struct sweep_data *data, uint32_t column,
                                                size_t a, size_t b, struct stats_estimate *cell);

/* The estimate of one column at one point. */
struct stats_estimate sweep_data_point(const struct sweep_data *data, uint32_t column,
                                       size_t point);

/* How far an axis moves a figure, all others left as they are. */
struct sweep_effect {
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
SIM_MUST_CHECK enum sim_status sweep_rank(const struct sweep_data *data, uint32_t column,
                                          struct sweep_effect effect[SWEEP_DATA_AXES_MAX]);

#endif
