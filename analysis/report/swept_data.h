/*
 * swept_data.h - what a page on a merged sweep shows: axes, points, figures, and the axes' effects.
 *
 * A figure is a number of each (point, replication): a contrast of the model, or a measure in each
 * variant. All of them are held, as one table of at most SWEPT_ROWS_MAX rows and SWEPT_VALUES_MAX
 * numbers, so memory is bounded: a sweep with more rows is refused, of one with more numbers the
 * last figures are left out; both are better asked by SQL. Runs count if they are complete.
 *
 * Order of figures: what the caller asks for; the contrasts that conclusions rest on; the mean
 * response, what should be zero and is not, what is answered; the other contrasts; then the other
 * measures as in the model.
 *
 * An estimate over points first takes the mean over the points of each replication: replications
 * are independent, points of one replication share their random numbers and are not.
 *
 * Units: as figures say: "B", "s", "" for ratios. Numbers of an axis are in its base unit.
 * Ownership: all of it belongs to struct swept_data until swept_data_deinit().
 * Errors: as store.h; SIM_ERR_INVALID where no run is complete, there is too much, or the figure
 *   that is to lead does not exist.
 * Order: axes as in the scenario; values of an axis by number, or else as the points have them;
 *   points and replications as numbered.
 */
#ifndef ANALYSIS_REPORT_SWEPT_DATA_H
#define ANALYSIS_REPORT_SWEPT_DATA_H

#include "analysis/report/report_data.h"

enum {
    SWEPT_ROWS_MAX = 200000,    /* of (point, replication) */
    SWEPT_VALUES_MAX = 8000000, /* rows times columns */
    SWEPT_CELLS_MAX = 4000,     /* of a figure on two axes */
    SWEPT_AXES_MAX = 12,
};

#define SWEPT_NO_AXIS SIZE_MAX
#define SWEPT_BAD_SHARE 0.01 /* of the calls: above it a value is marked */

struct swept_axis_value {
    const char *text; /* as it can be written in a scenario */
    double number;    /* NaN: a word */
};

struct swept_axis {
    const char *key, *unit;
    const char *label; /* "nodes: cache" of nodes.cache: what stands at an axis */
    bool is_number;    /* every value is one */
    struct swept_axis_value *value;
    size_t count;
};

/* A figure is a column, or several: of variants, each then with a name and a colour. */
struct swept_figure {
    const char *name; /* of the measure or contrast */
    const char *title, *label, *unit;
    double neutral;   /* where neither variant is better; NaN: no such place */
    bool is_variants; /* its columns are those of variants, even if there is only one */
    bool is_hidden_at_zero;
    bool is_measure, leads;
    uint32_t column, columns;
};

/* What a column is of. */
struct swept_column {
    uint32_t a, b; /* variants; of a measure the same */
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

    struct swept_figure *figure; /* the first leads; those without values go, and flat ones */
    size_t figure_count;
    size_t figures_left_out; /* the sweep was too large for them */
    size_t figures_flat;     /* no point and no variant changes them */
    struct swept_column *column;
    uint32_t column_count;
    uint32_t bad_column; /* of the first variant; one behind the other */
    uint32_t last_replication;
    bool has_strangers;    /* some pair of variants had different work */
    struct swept_row *row; /* by point, replication */
    size_t row_count;
    double *value; /* column_count numbers for each row; NaN: undefined */
};

/* Is this the database of a merged sweep? */
SIM_MUST_CHECK enum sim_status swept_data_is_merged(struct store *store, bool *is_merged,
                                                    struct store_error *error);

/* Reads all of it. lead: the measure or contrast that leads; NULL: none is asked for. On failure
 * there is nothing to end, and *error says why. */
SIM_MUST_CHECK enum sim_status swept_data_init(struct swept_data *data, struct store *store,
                                               const struct model *model, const char *lead,
                                               report_progress *progress, void *context,
                                               struct store_error *error);
void swept_data_deinit(struct swept_data *data);

/* The variant that a figure's k-th column is named after. */
const char *swept_variant(const struct swept_data *data, const struct swept_figure *figure,
                          uint32_t k);

/*
 * The column's estimates on the plane of two axes, averaged over all others: cell[i * count of
 * axis b + k] belongs to value i of axis a and k of b. Either axis may be SWEPT_NO_AXIS and then
 * counts as one value. A cell without a point has n = 0 and a NaN for its mean. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status swept_data_cells(const struct swept_data *data, uint32_t column,
                                                size_t a, size_t b, struct stats_estimate *cell);

/* As many flags for the same cells: did more calls end badly than a page passes over? */
SIM_MUST_CHECK enum sim_status swept_data_bad_cells(const struct swept_data *data, uint32_t column,
                                                    size_t a, size_t b, bool *is_bad);

/* The estimate of one column at one point, and the flag. */
struct stats_estimate swept_data_point(const struct swept_data *data, uint32_t column,
                                       size_t point);
bool swept_data_point_is_bad(const struct swept_data *data, uint32_t column, size_t point);

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
