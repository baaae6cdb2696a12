/* Which axis matters: an additive model of a figure, fitted by going round the axes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/swept_data.h"

/*
 * Gauss-Seidel on the normal equations: exact after one round in a full sweep. What is left after
 * that many rounds is far below what a picture shows.
 */
enum { ROUNDS_MAX = 1000 };
#define SETTLED 1e-10 /* of the figure's spread */

struct fit {
    const struct swept_data *data;
    double *mean; /* of each point over its replications */
    double overall, spread;
    double *term[SWEPT_AXES_MAX]; /* of each value of an axis */
    size_t *count[SWEPT_AXES_MAX];
    double *sum; /* room for one axis */
};

static void release(struct fit *fit)
{
    for (size_t a = 0; a < fit->data->axis_count; a++) {
        free(fit->term[a]);
        free(fit->count[a]);
    }
    free(fit->mean);
    free(fit->sum);
}

static enum sim_status allocate(struct fit *fit, const struct swept_data *data)
{
    *fit = (struct fit){.data = data};
    size_t most = 1;
    bool is_complete = true;
    for (size_t a = 0; a < data->axis_count; a++) {
        fit->term[a] = calloc(data->axis[a].count, sizeof *fit->term[a]);
        fit->count[a] = calloc(data->axis[a].count, sizeof *fit->count[a]);
        is_complete = is_complete && fit->term[a] != NULL && fit->count[a] != NULL;
        most = data->axis[a].count > most ? data->axis[a].count : most;
    }
    fit->mean = calloc(data->point_count, sizeof *fit->mean);
    fit->sum = calloc(most, sizeof *fit->sum);
    if (!is_complete || fit->mean == NULL || fit->sum == NULL) {
        release(fit);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

/* The points' means, their overall mean, and how many points each value has. */
static void begin(struct fit *fit, uint32_t column)
{
    const struct swept_data *data = fit->data;
    struct stats_stream all = {0};
    for (size_t p = 0; p < data->point_count; p++) {
        fit->mean[p] = swept_data_point(data, column, p).mean;
        stats_add(&all, fit->mean[p]);
        for (size_t a = 0; a < data->axis_count && !isnan(fit->mean[p]); a++) {
            fit->count[a][data->at[p * data->axis_count + a]]++;
        }
    }
    fit->overall = stats_mean(&all);
    fit->spread = all.n > 0 ? all.greatest - all.least : 0;
}

static double predicted(const struct fit *fit, size_t point)
{
    const size_t axes = fit->data->axis_count;
    double value = fit->overall;
    for (size_t a = 0; a < axes; a++) {
        value += fit->term[a][fit->data->at[point * axes + a]];
    }
    return value;
}

/* Takes into an axis's terms what the model leaves of its values. Returns the largest change. */
static double adjust(struct fit *fit, size_t axis)
{
    const struct swept_data *data = fit->data;
    const size_t values = data->axis[axis].count;
    memset(fit->sum, 0, values * sizeof *fit->sum);
    for (size_t p = 0; p < data->point_count; p++) {
        if (!isnan(fit->mean[p])) {
            fit->sum[data->at[p * data->axis_count + axis]] += fit->mean[p] - predicted(fit, p);
        }
    }
    double change = 0;
    for (size_t v = 0; v < values; v++) {
        if (fit->count[axis][v] > 0) {
            const double step = fit->sum[v] / (double)fit->count[axis][v];
            fit->term[axis][v] += step;
            change = fmax(change, fabs(step));
        }
    }
    return change;
}

static void settle(struct fit *fit)
{
    for (int round = 0; round < ROUNDS_MAX; round++) {
        double change = 0;
        for (size_t a = 0; a < fit->data->axis_count; a++) {
            change = fmax(change, adjust(fit, a));
        }
        if (change <= SETTLED * fit->spread) {
            return;
        }
    }
}

/*
 * Terms are determined up to a constant an axis; that of the others is spread evenly over their
 * values, so that the means of an axis are those at an average of the others.
 */
static double others_mean(const struct fit *fit, size_t axis)
{
    double value = fit->overall;
    for (size_t a = 0; a < fit->data->axis_count; a++) {
        struct stats_stream terms = {0};
        for (size_t v = 0; v < fit->data->axis[a].count && a != axis; v++) {
            stats_add(&terms, fit->count[a][v] > 0 ? fit->term[a][v] : (double)NAN);
        }
        value += terms.n > 0 ? stats_mean(&terms) : 0;
    }
    return value;
}

static struct swept_effect effect_of(const struct fit *fit, size_t axis)
{
    struct swept_effect e = {.axis = axis, .range = (double)NAN};
    const double others = others_mean(fit, axis);
    bool is_first = true;
    for (size_t v = 0; v < fit->data->axis[axis].count; v++) {
        if (fit->count[axis][v] == 0) {
            continue;
        }
        const double mean = others + fit->term[axis][v];
        if (is_first || mean < e.lowest) {
            e.lowest = mean;
            e.lowest_at = v;
        }
        if (is_first || mean > e.highest) {
            e.highest = mean;
            e.highest_at = v;
        }
        e.range = e.highest - e.lowest;
        is_first = false;
    }
    return e;
}

/* A range that is not known comes last. */
static bool is_wider(const struct swept_effect *a, const struct swept_effect *b)
{
    return a->range > b->range || (!isnan(a->range) && isnan(b->range));
}

enum sim_status swept_rank(const struct swept_data *data, uint32_t column,
                           struct swept_effect effect[SWEPT_AXES_MAX])
{
    ASSERT(column < data->column_count);
    struct fit fit;
    if (allocate(&fit, data) != SIM_OK) {
        return SIM_ERR_NOMEM;
    }
    begin(&fit, column);
    settle(&fit);
    for (size_t a = 0; a < data->axis_count; a++) {
        const struct swept_effect e = effect_of(&fit, a);
        size_t place = a;
        for (; place > 0 && is_wider(&e, &effect[place - 1]); place--) {
            effect[place] = effect[place - 1];
        }
        effect[place] = e;
    }
    release(&fit);
    return SIM_OK;
}
