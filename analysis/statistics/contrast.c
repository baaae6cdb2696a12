#include "analysis/statistics/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/store/query.h"

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
        const bool same_calls =
            row->seed == other->seed && strcmp(row->work_digest, other->work_digest) == 0;
        c->pair[c->pair_count++] = (struct contrast_pair){
            .a = row,
            .b = other,
            .same_calls = same_calls,
            .same_digest = strcmp(row->digest, other->digest) == 0,
        };
        if (!same_calls) {
            c->pairing = CONTRAST_OTHER_TRACES;
        } else if (c->pairing == CONTRAST_NOTHING_SHARED) {
            c->pairing = CONTRAST_PAIRED;
        }
    }
}

/* The metrics that a side's runs have, by name. */
static enum sim_status read_names(struct contrast *c, const struct contrast_side *side,
                                  struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = query_open(
        &q, side->store,
        "SELECT DISTINCT name, unit FROM metric JOIN run USING (run_id) WHERE variant = ? "
        "ORDER BY name",
        error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, side->variant);
    bool full = false;
    while (!full && query_next(q)) {
        struct contrast_metric *larger = realloc(c->metric, (c->metric_count + 1) * sizeof *larger);
        full = larger == NULL;
        if (!full) {
            c->metric = larger;
            larger[c->metric_count] = (struct contrast_metric){0};
            query_copy_text(q, 0, larger[c->metric_count].name, sizeof larger->name);
            query_copy_text(q, 1, larger[c->metric_count].unit, sizeof larger->unit);
            c->metric_count++;
        }
    }
    status = query_close(q, error);
    return status == SIM_OK && full ? SIM_ERR_NOMEM : status;
}

/* A metric of a side's runs, in the order of run_id; NaN where a run has none. */
static enum sim_status read_values(const struct contrast_side *side, const char *name,
                                   double *value, int64_t *run_id, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, side->store,
                   "SELECT run_id, value FROM run LEFT JOIN metric USING (run_id) "
                   "WHERE variant = ?1 AND name = ?2 ORDER BY run_id",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, side->variant);
    query_bind_text(q, name);
    const size_t capacity = count_runs(side);
    for (size_t i = 0; i < capacity; i++) {
        const bool found = query_next(q);
        run_id[i] = found ? query_int(q, 0) : RESULT_NONE;
        value[i] = found ? query_real(q, 1) : MISSING;
    }
    return query_close(q, error);
}

static double value_of(const struct runs_row *run, const double *value, const int64_t *run_id,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (run_id[i] == run->run_id) {
            return value[i];
        }
    }
    return MISSING;
}

/* Room for the values of one metric on both sides, and for those of the pairs. */
struct values {
    double *a, *b, *pair_a, *pair_b;
    int64_t *run_a, *run_b;
};

static bool values_init(struct values *v, const struct contrast *c)
{
    *v = (struct values){
        .a = calloc(c->a_count + 1, sizeof(double)),
        .b = calloc(c->b_count + 1, sizeof(double)),
        .pair_a = calloc(c->pair_count + 1, sizeof(double)),
        .pair_b = calloc(c->pair_count + 1, sizeof(double)),
        .run_a = calloc(c->a_count + 1, sizeof(int64_t)),
        .run_b = calloc(c->b_count + 1, sizeof(int64_t)),
    };
    return v->a != NULL && v->b != NULL && v->pair_a != NULL && v->pair_b != NULL &&
           v->run_a != NULL && v->run_b != NULL;
}

static void values_deinit(struct values *v)
{
    free(v->a);
    free(v->b);
    free(v->pair_a);
    free(v->pair_b);
    free(v->run_a);
    free(v->run_b);
}

static enum sim_status compare_metric(const struct contrast *c, struct contrast_metric *m,
                                      const struct contrast_side *a, const struct contrast_side *b,
                                      struct values *v, struct store_error *error)
{
    enum sim_status status = read_values(a, m->name, v->a, v->run_a, error);
    if (status == SIM_OK) {
        status = read_values(b, m->name, v->b, v->run_b, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    m->a = stats_mean_estimate(v->a, c->a_count, CONTRAST_LEVEL);
    m->b = stats_mean_estimate(v->b, c->b_count, CONTRAST_LEVEL);
    if (c->pairing != CONTRAST_PAIRED) {
        m->difference = contrast_of_samples(v->a, c->a_count, v->b, c->b_count);
        return SIM_OK;
    }
    for (size_t i = 0; i < c->pair_count; i++) {
        v->pair_a[i] = value_of(c->pair[i].a, v->a, v->run_a, c->a_count);
        v->pair_b[i] = value_of(c->pair[i].b, v->b, v->run_b, c->b_count);
    }
    m->difference = contrast_of_pairs(v->pair_a, v->pair_b, c->pair_count);
    return SIM_OK;
}

static enum sim_status compare_all(struct contrast *c, const struct contrast_side *a,
                                   const struct contrast_side *b, struct store_error *error)
{
    struct values values;
    enum sim_status status = values_init(&values, c) ? read_names(c, a, error) : SIM_ERR_NOMEM;
    for (size_t i = 0; status == SIM_OK && i < c->metric_count; i++) {
        status = compare_metric(c, &c->metric[i], a, b, &values, error);
    }
    values_deinit(&values);
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
