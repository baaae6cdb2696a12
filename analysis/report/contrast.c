#include "analysis/report/contrast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/store/readout.h"

#define MISSING ((double)NAN)

/* ---- two samples ---- */

/* Two-sided p of a mean that lies t standard errors from zero. */
static double p_of(double mean, double error, double df)
{
    if (error > 0) {
        return 2 * gsl_cdf_tdist_Q(fabs(mean) / error, df);
    }
    return mean > 0 || mean < 0 ? 0 : 1;
}

static struct contrast_difference without_interval(uint64_t n, double mean)
{
    return (struct contrast_difference){
        .n = n, .mean = mean, .low = MISSING, .high = MISSING, .p = MISSING, .p_holm = MISSING};
}

struct contrast_difference contrast_of_pairs(const double *a, const double *b, size_t count)
{
    const struct stats_estimate e = stats_paired_estimate(a, b, count, CONTRAST_LEVEL);
    struct contrast_difference d = without_interval(e.n, e.mean);
    if (e.has_interval) {
        d.has_interval = true;
        d.is_constant = e.sd <= 0;
        d.low = e.low;
        d.high = e.high;
        d.p = p_of(e.mean, e.sd / sqrt((double)e.n), (double)e.n - 1);
    }
    return d;
}

struct contrast_difference contrast_of_samples(const double *a, size_t a_count, const double *b,
                                               size_t b_count)
{
    const struct stats_estimate x = stats_mean_estimate(a, a_count, CONTRAST_LEVEL);
    const struct stats_estimate y = stats_mean_estimate(b, b_count, CONTRAST_LEVEL);
    struct contrast_difference d = without_interval(x.n + y.n, x.mean - y.mean);
    if (!x.has_interval || !y.has_interval) {
        return d;
    }
    const double vx = x.sd * x.sd / (double)x.n;
    const double vy = y.sd * y.sd / (double)y.n;
    const double error = sqrt(vx + vy);
    d.has_interval = true;
    d.is_constant = error <= 0;
    d.low = d.high = d.mean;
    d.p = p_of(d.mean, error, 1);
    if (!d.is_constant) { /* Welch and Satterthwaite's degrees of freedom */
        const double df =
            (vx + vy) * (vx + vy) / (vx * vx / ((double)x.n - 1) + vy * vy / ((double)y.n - 1));
        const double half = stats_t(CONTRAST_LEVEL, df) * error;
        d.low = d.mean - half;
        d.high = d.mean + half;
        d.p = p_of(d.mean, error, df);
    }
    return d;
}

static int by_p(const void *a, const void *b)
{
    const double x = (*(struct contrast_metric *const *)a)->difference.p;
    const double y = (*(struct contrast_metric *const *)b)->difference.p;
    return (x > y) - (x < y);
}

static bool is_tested(const struct contrast_difference *d)
{
    return d->has_interval && !d->is_constant;
}

void contrast_correct(struct contrast_metric *metric, size_t count)
{
    struct contrast_metric **order = calloc(count + 1, sizeof(struct contrast_metric *));
    size_t tested = 0;
    for (size_t i = 0; i < count && order != NULL; i++) {
        metric[i].difference.p_holm = MISSING;
        if (is_tested(&metric[i].difference)) {
            order[tested++] = &metric[i];
        }
    }
    if (tested > 0) {
        qsort(order, tested, sizeof(struct contrast_metric *), by_p);
    }
    double least = 0; /* a step never looks surer than the one before it */
    for (size_t i = 0; i < tested; i++) {
        struct contrast_difference *d = &order[i]->difference;
        least = fmax(least, fmin(1, d->p * (double)(tested - i)));
        d->p_holm = least;
    }
    free(order);
}

/* ---- two results ---- */

static size_t count_runs(const struct contrast_side *side)
{
    size_t count = 0;
    for (size_t i = 0; i < side->runs->count; i++) {
        count += strcmp(side->runs->row[i].variant, side->variant) == 0;
    }
    return count;
}

static void find_pairs(struct contrast *c, const struct contrast_side *a,
                       const struct contrast_side *b)
{
    c->pairing = CONTRAST_NOTHING_SHARED;
    for (size_t i = 0; i < a->runs->count; i++) {
        const struct runs_row *row = &a->runs->row[i];
        const bool ours = strcmp(row->variant, a->variant) == 0;
        const struct runs_row *other =
            ours ? runs_find(b->runs, b->variant, row->replication) : NULL;
        if (other == NULL) {
            continue;
        }
        const bool same_work = strcmp(row->work_digest, other->work_digest) == 0;
        c->pair[c->pair_count++] = (struct contrast_pair){
            .a = row,
            .b = other,
            .same_work = same_work,
            .same_digest = strcmp(row->digest, other->digest) == 0,
        };
        if (!same_work) {
            c->pairing = CONTRAST_OTHER_WORK;
        } else if (c->pairing == CONTRAST_NOTHING_SHARED) {
            c->pairing = CONTRAST_PAIRED;
        }
    }
}

struct naming {
    struct contrast *c;
    bool is_full;
};

static void take_name(void *context, const char *name, const char *unit)
{
    struct naming *naming = context;
    struct contrast *c = naming->c;
    struct contrast_metric *larger =
        naming->is_full ? NULL : realloc(c->metric, (c->metric_count + 1) * sizeof *larger);
    naming->is_full = larger == NULL;
    if (larger != NULL) {
        c->metric = larger;
        larger[c->metric_count] = (struct contrast_metric){0};
        (void)snprintf(larger[c->metric_count].name, sizeof larger->name, "%s", name);
        (void)snprintf(larger[c->metric_count].unit, sizeof larger->unit, "%s", unit);
        c->metric_count++;
    }
}

/* The metrics that a side's runs have, by name. */
static enum sim_status read_names(struct contrast *c, const struct contrast_side *side,
                                  struct store_error *error)
{
    struct naming naming = {.c = c};
    const enum sim_status status =
        readout_metrics(side->store, side->variant, take_name, &naming, error);
    return status == SIM_OK && naming.is_full ? SIM_ERR_NOMEM : status;
}

/* All metrics of a side's runs: value[run * metrics + metric], NaN where a run has none. */
struct values {
    double *value;
    const struct runs_row **run;
    size_t runs;
};

static enum sim_status values_read(struct values *v, const struct contrast *c, const char **name,
                                   const struct contrast_side *side, struct store_error *error)
{
    const size_t runs = count_runs(side);
    *v = (struct values){.runs = 0};
    v->value = calloc(runs * c->metric_count + 1, sizeof *v->value);
    v->run = calloc(runs + 1, sizeof(struct runs_row *));
    if (v->value == NULL || v->run == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < side->runs->count; i++) {
        const struct runs_row *row = &side->runs->row[i];
        if (strcmp(row->variant, side->variant) != 0) {
            continue;
        }
        const enum sim_status status =
            runs_measures(&v->value[v->runs * c->metric_count], side->store, row->run_id, name,
                          c->metric_count, error);
        if (status != SIM_OK) {
            return status;
        }
        v->run[v->runs++] = row;
    }
    return SIM_OK;
}

static void values_deinit(struct values *v)
{
    free(v->value);
    free(v->run);
}

static double value_of(const struct contrast *c, const struct values *v, const struct runs_row *run,
                       size_t metric)
{
    for (size_t i = 0; i < v->runs; i++) {
        if (v->run[i] == run) {
            return v->value[i * c->metric_count + metric];
        }
    }
    return MISSING;
}

/* Room for one metric on both sides. */
struct columns {
    double *a, *b;
};

static void compare_metric(const struct contrast *c, size_t metric, const struct values *a,
                           const struct values *b, const struct columns *room)
{
    struct contrast_metric *m = &c->metric[metric];
    for (size_t i = 0; i < a->runs; i++) {
        room->a[i] = a->value[i * c->metric_count + metric];
    }
    for (size_t i = 0; i < b->runs; i++) {
        room->b[i] = b->value[i * c->metric_count + metric];
    }
    m->a = stats_mean_estimate(room->a, a->runs, CONTRAST_LEVEL);
    m->b = stats_mean_estimate(room->b, b->runs, CONTRAST_LEVEL);
    if (c->pairing != CONTRAST_PAIRED) {
        m->difference = contrast_of_samples(room->a, a->runs, room->b, b->runs);
        return;
    }
    for (size_t i = 0; i < c->pair_count; i++) {
        room->a[i] = value_of(c, a, c->pair[i].a, metric);
        room->b[i] = value_of(c, b, c->pair[i].b, metric);
    }
    m->difference = contrast_of_pairs(room->a, room->b, c->pair_count);
}

static enum sim_status compare_values(struct contrast *c, const struct values *a,
                                      const struct values *b)
{
    const struct columns room = {
        .a = calloc(a->runs + 1, sizeof *room.a),
        .b = calloc(b->runs + c->pair_count + 1, sizeof *room.b),
    };
    const bool has_room = room.a != NULL && room.b != NULL;
    for (size_t i = 0; i < c->metric_count && has_room; i++) {
        compare_metric(c, i, a, b, &room);
    }
    free(room.a);
    free(room.b);
    return has_room ? SIM_OK : SIM_ERR_NOMEM;
}

static enum sim_status compare_all(struct contrast *c, const struct contrast_side *a,
                                   const struct contrast_side *b, struct store_error *error)
{
    struct values of_a = {0};
    struct values of_b = {0};
    enum sim_status status = read_names(c, a, error);
    const char **name = calloc(c->metric_count + 1, sizeof *name);
    for (size_t i = 0; i < c->metric_count && name != NULL; i++) {
        name[i] = c->metric[i].name;
    }
    if (status == SIM_OK) {
        status = name == NULL ? SIM_ERR_NOMEM : values_read(&of_a, c, name, a, error);
    }
    if (status == SIM_OK) {
        status = values_read(&of_b, c, name, b, error);
    }
    if (status == SIM_OK) {
        status = compare_values(c, &of_a, &of_b);
    }
    values_deinit(&of_a);
    values_deinit(&of_b);
    free(name);
    return status;
}

enum sim_status contrast_make(struct contrast *c, const struct contrast_side *a,
                              const struct contrast_side *b, struct store_error *error)
{
    *c = (struct contrast){.a_count = count_runs(a), .b_count = count_runs(b)};
    c->pair = calloc(c->a_count + 1, sizeof *c->pair);
    enum sim_status status = SIM_ERR_NOMEM;
    if (c->pair != NULL) {
        find_pairs(c, a, b);
        status = compare_all(c, a, b, error);
    }
    if (status == SIM_OK) {
        contrast_correct(c->metric, c->metric_count);
        return SIM_OK;
    }
    if (status == SIM_ERR_NOMEM) {
        (void)strcpy(error->text, "no memory left to compare");
    }
    contrast_deinit(c);
    return status;
}

void contrast_deinit(struct contrast *c)
{
    free(c->pair);
    free(c->metric);
    *c = (struct contrast){0};
}
