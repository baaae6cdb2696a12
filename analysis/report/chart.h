/*
 * chart.h - a figure of the report: lines over time with bands, or bars by node.
 *
 * A chart is written twice: as an SVG for paper, for readers without scripts and
 * where the chart library was not built in; and as data for the interactive one.
 *
 * Units: values are scaled already; unit says into what. NaN is a gap.
 * Ownership: texts and arrays are the caller's and only read.
 */
#ifndef ANALYSIS_REPORT_CHART_H
#define ANALYSIS_REPORT_CHART_H

#include <stdio.h>

#include "sim/engine/base.h"

enum { CHART_SERIES_MAX = 6 }; /* as many as there are colours */
enum chart_kind { CHART_LINES, CHART_BARS };

struct chart_series {
    const char *name;
    unsigned colour;                 /* index of the page's palette */
    const double *mean, *low, *high; /* n each; low and high NULL: no interval */
};

/* A moment that matters, with its interval: NaN where there is none. */
struct chart_mark {
    double at, low, high;
    const char *text; /* NULL: no mark */
};

struct chart {
    enum chart_kind kind;
    const char *id, *title, *caption;
    const char *x_label, *y_label; /* with units */
    const char *x_unit, *unit;
    int decimals;   /* of a value that is read off */
    bool from_zero; /* the y axis starts at 0 */
    bool is_wide;   /* as wide as the page, not half of it */
    size_t n;
    const double *x; /* rising; of bars: what is written below each */
    size_t count;
    struct chart_series series[CHART_SERIES_MAX];
    struct chart_mark mark;
};

void chart_write_svg(FILE *to, const struct chart *chart);
void chart_write_json(FILE *to, const struct chart *chart);

/* Ticks at round distances, 1, 2 or 5 times a power of ten, about wanted of them. */
struct chart_ticks {
    double first, step;
    unsigned count;
    int decimals;
};
struct chart_ticks chart_ticks_of(double least, double most, unsigned wanted);

#endif
