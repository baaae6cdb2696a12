/*
 * drawn.h - the rows behind the pictures that a model describes (models/chart.h), and those of its
 * paper's tables that say how they are drawn: read once, drawn by the report and by gnuplot.
 *
 *     drawn_read(&all, store, model, contrasts, &error);
 *     ... all.item[i].point[k] ...
 *     drawn_deinit(&all);
 *
 * Memory is bounded: at most DRAWN_POINTS_MAX points and as many steps of a curve a picture, the
 * first ones; is_cut says that there were more.
 *
 * Units: those of the chart. NaN: no value.
 * Ownership: all of it belongs to struct drawn_all until drawn_deinit(); the model outlives it.
 * Errors: those of query.h; SIM_ERR_NOMEM. On failure there is nothing to end.
 */
#ifndef ANALYSIS_REPORT_DRAWN_H
#define ANALYSIS_REPORT_DRAWN_H

#include <stdio.h>

#include "analysis/report/contrasts.h"
#include "analysis/store/query.h"
#include "models/chart.h"

enum { DRAWN_POINTS_MAX = 20000 };

/* In the order in which they came. */
struct drawn_words {
    char **word;
    size_t count, room;
};

struct drawn_point {
    size_t panel, x, series;  /* places of words */
    double value, low, high;  /* low and high NaN: no interval. Of a span low is from, high is to */
    struct stats_stream seen; /* what was averaged */
};

struct drawn_step {
    size_t panel;
    double at, value, limit;
};

struct drawn {
    struct model_chart of;
    struct drawn_words panel, x, series;
    struct drawn_point *point;
    size_t points, points_room;
    struct drawn_step *step; /* of the curves, panel by panel */
    size_t steps, steps_room;
    bool has_interval, is_cut;
    bool is_table; /* one of the paper's tables: it is stored as such */
};

struct drawn_all {
    struct drawn *item; /* those with a point */
    size_t count;
};

/* contrasts NULL: there are none of this result as a whole, as of a merged sweep. */
SIM_MUST_CHECK enum sim_status drawn_read(struct drawn_all *all, struct store *store,
                                          const struct model *model,
                                          const struct contrasts *contrasts,
                                          struct store_error *error);
void drawn_deinit(struct drawn_all *all);

/* The point there; NULL: none. */
const struct drawn_point *drawn_find(const struct drawn *d, size_t panel, size_t x, size_t series);

/* Are all x numbers? And the one that a word is. */
bool drawn_are_numbers(const struct drawn *d);
double drawn_number(const struct drawn *d, size_t x);

/* Has a panel a value at this x, of this series? */
bool drawn_has_x(const struct drawn *d, size_t panel, size_t x);
bool drawn_has_series(const struct drawn *d, size_t panel, size_t series);

/* Least and most of values, intervals, spans and their curves' times, over all panels; 0 and 0
 * where nothing is. */
struct drawn_range {
    double least, most;
};
struct drawn_range drawn_range_of(const struct drawn *d);

/*
 * As tab-separated columns with their names, under comments that say how it is drawn:
 *     panel x series value low high      (of spans: panel lane kind from to)
 * with a column panel_no and so on before each, places from 1, and the curves as
 *     panel_no t value limit
 */
void drawn_write(const struct drawn *d, FILE *to);
void drawn_write_curve(const struct drawn *d, FILE *to);

#endif
