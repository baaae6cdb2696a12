/*
 * chart.h - a figure of the report: lines with bands, bars, or a picture of its own making.
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

/* Of the page's palette and its ways to draw a line. Together they tell 72 series apart. */
enum { CHART_COLOURS = 12, CHART_DASHES = 6 };

/* A series' colour and dash by its place among all: neighbours differ in both. */
unsigned chart_colour(size_t place);
unsigned chart_dash(size_t place);

enum chart_kind { CHART_LINES, CHART_BARS, CHART_PICTURE };

struct drawn; /* drawn.h */

struct chart_series {
    const char *name;
    size_t place;                    /* among the variants: gives colour and dash */
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
    bool is_third;  /* or a third: three stand side by side */
    bool is_time;   /* x is simulated time, as in other charts of the page */
    bool has_marks; /* of lines: a mark at each value, and gaps are bridged */
    size_t n;
    const double *x;          /* rising; of bars: what is written below each, unless names say it */
    const char *const *names; /* NULL: they are numbers */
    const char *what;         /* of bars: "node" */
    size_t count;
    const struct chart_series *series;
    struct chart_mark mark;
    double least, most; /* what the y axis holds at least, as for panels on one scale; 0, 0: free */
    double level;       /* a line across */
    const char *level_words;     /* NULL: none */
    const struct drawn *picture; /* of CHART_PICTURE: its rows */
};

/* The piece of a line that stands for a series in a legend. */
void chart_write_sample(FILE *to, size_t place);

/* Does an interval reach beyond what is drawn? */
bool chart_is_cut(const struct chart *chart);

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
