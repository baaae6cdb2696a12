#include "analysis/report/contrasts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which there are ---- */

static uint32_t find_variant(const struct contrasts *c, const char *name)
{
    uint32_t v = 0;
    while (v < c->variants && strcmp(c->variant[v], name) != 0) {
        v++;
    }
    return v;
}

static void add_row(struct contrasts *c, const struct model_contrast *of, uint32_t a, uint32_t b)
{
    if (a < c->variants && b < c->variants && a != b) {
        c->row[c->rows++] = (struct contrasts_row){.of = of, .a = a, .b = b, .is_paired = true};
    }
}

/* Has the model contrasts of its own for just these two, which say more to the point what differs?
 */
static bool is_named_pair(const struct contrasts *c, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < c->model->contrasts; i++) {
        const struct model_contrast *of = &c->model->contrast[i];
        if (of->a == NULL || of->b == NULL) {
            continue;
        }
        const uint32_t first = find_variant(c, of->a);
        const uint32_t second = find_variant(c, of->b);
        if ((first == a && second == b) || (first == b && second == a)) {
            return true;
        }
    }
    return false;
}

static void plan_rows(struct contrasts *c)
{
    for (size_t i = 0; i < c->model->contrasts; i++) {
        const struct model_contrast *of = &c->model->contrast[i];
        const uint32_t b = of->b == NULL ? c->baseline : find_variant(c, of->b);
        if (of->a != NULL) {
            add_row(c, of, find_variant(c, of->a), b);
            continue;
        }
        for (uint32_t a = 0; a < c->variants; a++) {
            if (!is_named_pair(c, a, b)) {
                add_row(c, of, a, b);
            }
        }
    }
}

static void plan_effects(struct contrasts *c)
{
    for (size_t i = 0; i < c->model->effects; i++) {
        const struct model_effect *of = &c->model->effect[i];
        const size_t measure = model_measure_find(c->model, of->measure);
        bool is_whole = measure < c->model->measures;
        for (size_t t = 0; t < of->terms; t++) {
            is_whole = is_whole && find_variant(c, of->term[t].variant) < c->variants;
        }
        if (is_whole) {
            c->effect[c->effects++] = (struct contrasts_effect){
                .of = of, .measure = &c->model->measure[measure], .is_paired = true};
        }
    }
}

static void plan_crossovers(struct contrasts *c)
{
    for (size_t i = 0; i < c->model->crossovers; i++) {
        const struct model_crossover *of = &c->model->crossover[i];
        const uint32_t below = find_variant(c, of->below);
        const uint32_t above = find_variant(c, of->above);
        if (below < c->variants && above < c->variants) {
            c->crossover[c->crossovers++] = (struct contrasts_crossover){
                .of = of,
                .below = below,
                .above = above,
                .from_s = (double)NAN,
                .share = (double)NAN,
            };
        }
    }
}

enum sim_status contrasts_init(struct contrasts *c, const struct model *model,
                               const char *const *variant, uint32_t variants, uint32_t baseline)
{
    ASSERT(baseline < variants);
    *c = (struct contrasts){
        .model = model, .variant = variant, .variants = variants, .baseline = baseline};
    c->row = calloc(model->contrasts * variants + 1, sizeof *c->row);
    c->effect = calloc(model->effects + 1, sizeof *c->effect);
    c->crossover = calloc(model->crossovers + 1, sizeof *c->crossover);
    if (c->row == NULL || c->effect == NULL || c->crossover == NULL) {
        contrasts_deinit(c);
        return SIM_ERR_NOMEM;
    }
    plan_rows(c);
    plan_effects(c);
    plan_crossovers(c);
    return SIM_OK;
}

void contrasts_deinit(struct contrasts *c)
{
    free(c->row);
    free(c->effect);
    free(c->crossover);
    free(c->sum);
    *c = (struct contrasts){0};
}

/* ---- one replication ---- */

double contrasts_value(const struct contrasts_row *row, const struct model_result *const *result)
{
    const struct model_result *a = result[row->a];
    const struct model_result *b = result[row->b];
    return a == NULL || b == NULL ? (double)NAN : row->of->value(a, b);
}

static bool same_work(const struct model_result *a, const struct model_result *b)
{
    return a == NULL || b == NULL || a->work_digest == b->work_digest;
}

static void add_effect(struct contrasts *c, struct contrasts_effect *e,
                       const struct model_result *const *result)
{
    const size_t measure = (size_t)(e->measure - c->model->measure);
    const struct model_result *first = NULL;
    double value = 0;
    for (size_t t = 0; t < e->of->terms; t++) {
        const struct model_result *r = result[find_variant(c, e->of->term[t].variant)];
        value += r == NULL ? (double)NAN : e->of->term[t].weight * r->measure[measure];
        e->is_paired = e->is_paired && same_work(first, r);
        first = first == NULL ? r : first;
    }
    stats_add(&e->stream, value);
}

/* Room for the sums over time, as wide as the first result that has any. */
static bool has_sums(struct contrasts *c, const struct model_result *result)
{
    if (c->sum == NULL && result->bins > 0) {
        c->bins = result->bins;
        c->bin_ns = result->bin_ns;
        c->sum = calloc(c->bins * c->variants * c->model->series_count, sizeof *c->sum);
        return c->sum != NULL;
    }
    return true;
}

static enum sim_status add_bins(struct contrasts *c, uint32_t variant,
                                const struct model_result *result)
{
    if (!has_sums(c, result)) {
        return SIM_ERR_NOMEM;
    }
    const size_t width = c->model->series_count;
    const size_t bins = result->bins < c->bins ? result->bins : c->bins;
    for (size_t i = 0; i < bins; i++) {
        for (size_t s = 0; s < width; s++) {
            c->sum[(i * c->variants + variant) * width + s] += (double)result->bin[i * width + s];
        }
    }
    return SIM_OK;
}

enum sim_status contrasts_add(struct contrasts *c, const struct model_result *const *result)
{
    for (size_t i = 0; i < c->rows; i++) {
        struct contrasts_row *row = &c->row[i];
        stats_add(&row->stream, contrasts_value(row, result));
        row->is_paired = row->is_paired && same_work(result[row->a], result[row->b]);
    }
    for (size_t i = 0; i < c->effects; i++) {
        add_effect(c, &c->effect[i], result);
    }
    enum sim_status status = SIM_OK;
    for (uint32_t v = 0; c->crossovers > 0 && v < c->variants && status == SIM_OK; v++) {
        status = result[v] == NULL ? SIM_OK : add_bins(c, v, result[v]);
    }
    c->replications++;
    return status;
}

/* ---- all of them ---- */

/* A variant's mean over the window that ends with bin i; NaN where nothing was counted. */
static double window_mean(const struct contrasts *c, const struct model_crossover *of,
                          uint32_t variant, size_t i)
{
    const size_t width = c->model->series_count;
    const size_t series = model_series_find(c->model, of->series);
    ASSERT(series < width && c->model->series[series].count != NULL);
    const size_t count = model_series_find(c->model, c->model->series[series].count);
    double sum = 0;
    double n = 0;
    for (size_t b = i + 1 - of->window_bins; b <= i; b++) {
        sum += c->sum[(b * c->variants + variant) * width + series];
        n += c->sum[(b * c->variants + variant) * width + count];
    }
    return n > 0 ? sum / n : (double)NAN;
}

static void cross(const struct contrasts *c, struct contrasts_crossover *x)
{
    size_t first = SIZE_MAX;
    size_t windows = 0;
    size_t below = 0;
    for (size_t i = x->of->window_bins - 1; i < c->bins; i++) {
        const bool is_below =
            window_mean(c, x->of, x->below, i) < window_mean(c, x->of, x->above, i);
        first = is_below && first == SIZE_MAX ? i : first;
        windows += first != SIZE_MAX;
        below += first != SIZE_MAX && is_below;
    }
    if (first != SIZE_MAX) {
        x->from_s = ((double)first + 1) * ((double)c->bin_ns / (double)SIM_S);
        x->share = (double)below / (double)windows;
    }
}

void contrasts_finish(struct contrasts *c)
{
    for (size_t i = 0; i < c->rows; i++) {
        c->row[i].estimate = stats_stream_estimate(&c->row[i].stream, CONTRASTS_LEVEL);
    }
    for (size_t i = 0; i < c->effects; i++) {
        c->effect[i].estimate = stats_stream_estimate(&c->effect[i].stream, CONTRASTS_LEVEL);
    }
    for (size_t i = 0; i < c->crossovers && c->sum != NULL; i++) {
        cross(c, &c->crossover[i]);
    }
}

bool contrasts_has_strangers(const struct contrasts *c)
{
    for (size_t i = 0; i < c->rows; i++) {
        if (!c->row[i].is_paired) {
            return true;
        }
    }
    return false;
}

/* ---- names ---- */

void contrasts_name(const struct contrasts *c, const struct contrasts_row *row,
                    char text[CONTRASTS_TEXT_BYTES])
{
    (void)snprintf(text, CONTRASTS_TEXT_BYTES, row->of->a != NULL ? "%s" : "%s.%s", row->of->name,
                   c->variant[row->a]);
}

void contrasts_label(const struct contrasts *c, const struct contrasts_row *row,
                     char text[CONTRASTS_TEXT_BYTES])
{
    (void)snprintf(text, CONTRASTS_TEXT_BYTES, row->of->a != NULL ? "%s" : "%s, %s against %s",
                   row->of->label, c->variant[row->a], c->variant[row->b]);
}

const struct contrasts_row *contrasts_find(const struct contrasts *c, const char *name)
{
    for (size_t i = 0; i < c->rows; i++) {
        char text[CONTRASTS_TEXT_BYTES];
        contrasts_name(c, &c->row[i], text);
        if (strcmp(text, name) == 0) {
            return &c->row[i];
        }
    }
    return NULL;
}
