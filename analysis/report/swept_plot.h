/*
 * swept_plot.h - a figure over the values of one axis, and one over the plane of two, as SVG.
 *
 * An axis of numbers gives lines with bands of 95 %, with a dot at each value, on a logarithmic
 * scale where the values call for it; an axis of words gives dots with whiskers. The ticks are the
 * axis's own values, as the scenario writes them.
 *
 * Units: values as the database has them; the plot finds the scale.
 * Ownership: everything is the caller's and only read.
 */
#ifndef ANALYSIS_REPORT_SWEPT_PLOT_H
#define ANALYSIS_REPORT_SWEPT_PLOT_H

#include <stdio.h>

#include "analysis/report/swept_data.h"

struct swept_plot_series {
    const char *name;
    size_t place;                      /* among the variants: gives colour and dash */
    const struct stats_estimate *cell; /* that of value i is cell[i * stride] */
    const bool *is_bad;                /* likewise: the value is marked; NULL: none is */
    size_t stride;
    bool is_context; /* a thin line without a band: what the others do */
};

/* What plots side by side have in common. */
struct swept_plot_range {
    double least, most;
    bool is_cut; /* an interval reaches beyond */
};

struct swept_plot {
    const struct swept_axis *axis;
    const struct swept_figure *figure;
    const char *title; /* for readers who do not see it */
    bool is_small;
    struct swept_plot_range range;
    const struct swept_plot_series *series;
    size_t count;
};

/* The range that holds these means, and their intervals as far as they do not drown the means. */
struct swept_plot_range swept_plot_range_of(const struct swept_figure *figure,
                                            const struct stats_estimate *cell, size_t count);

void swept_plot_write(FILE *to, const struct swept_plot *plot);

/* A field for each value of x and y, cell[x's value * count of y + y's value]. */
struct swept_heat {
    const struct swept_axis *x, *y;
    const struct swept_figure *figure;
    const char *title; /* for readers who do not see it */
    size_t place;      /* of the variant: its colour where there is no neutral place */
    const struct stats_estimate *cell;
    const bool *is_bad;
};
void swept_heat_write(FILE *to, const struct swept_heat *heat);

/*
 * A figure's numbers as CSV, unseen, for the page's script to hand out: a line for each value of x,
 * or each point of the plane, with mean, low and high of every series in the database's unit.
 */
struct swept_numbers {
    const struct swept_axis *x;
    const struct swept_axis *y; /* NULL: there is one axis */
    const struct swept_figure *figure;
    const struct swept_plot_series *series; /* cells as those of struct swept_heat */
    size_t count;
};
void swept_numbers_write(FILE *to, const struct swept_numbers *numbers);

/* "sent and received (MB)": the label of a figure's axis at that size of values. */
void swept_plot_label(char text[128], const struct swept_figure *figure, double size);

#endif
