#include "analysis/report/figures.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/figures_make.h"
#include "analysis/report/format.h"

/* ---- memory ---- */

struct figures_block {
    struct figures_block *next;
    _Alignas(max_align_t) unsigned char bytes[];
};

void *figures_take(struct figures *f, size_t count, size_t size)
{
    struct figures_block *block = calloc(1, sizeof *block + count * size);
    if (block == NULL) {
        f->is_full = true;
        return NULL;
    }
    block->next = f->blocks;
    f->blocks = block;
    return block->bytes;
}

const char *figures_say(struct figures *f, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    const size_t bytes = strlen(text) + 1;
    char *copy = figures_take(f, bytes, 1);
    return copy != NULL ? memcpy(copy, text, bytes) : "";
}

/* "Mean response" of "  mean response". */
const char *figures_as_title(struct figures *f, const char *label)
{
    label += strspn(label, " ");
    const size_t bytes = strlen(label) + 1;
    char *title = figures_take(f, bytes, 1);
    if (title == NULL) {
        return "";
    }
    memcpy(title, label, bytes);
    title[0] = (char)toupper((unsigned char)title[0]);
    return title;
}

void figures_add(struct figures *f, const struct chart *chart)
{
    if (!f->is_full) {
        ASSERT(f->count < f->capacity);
        f->chart[f->count++] = *chart;
    }
}

/* ---- series ---- */

/* Estimates of one variant, one each step bytes. */
struct values {
    const struct stats_estimate *first;
    size_t stride, n;
};

static const struct stats_estimate *value_at(const struct values *v, size_t i)
{
    return (const struct stats_estimate *)(const void *)((const char *)v->first + i * v->stride);
}

static struct chart_series series_of(struct figures *f, const char *name, size_t place,
                                     const struct values *v, double divisor)
{
    double *mean = figures_take(f, v->n, sizeof *mean);
    double *low = figures_take(f, v->n, sizeof *low);
    double *high = figures_take(f, v->n, sizeof *high);
    bool has_interval = false;
    for (size_t i = 0; i < v->n && !f->is_full; i++) {
        const struct stats_estimate *e = value_at(v, i);
        mean[i] = e->mean / divisor;
        low[i] = e->low / divisor;
        high[i] = e->high / divisor;
        has_interval = has_interval || e->has_interval;
    }
    return (struct chart_series){
        .name = name,
        .place = place,
        .mean = mean,
        .low = has_interval ? low : NULL,
        .high = has_interval ? high : NULL,
    };
}

static double greatest(const struct values *v, double most)
{
    for (size_t i = 0; i < v->n; i++) {
        most = fmax(most, fabs(value_at(v, i)->mean));
    }
    return most;
}

static const char *band_words(struct figures *f, const struct report_data *data, const char *what)
{
    return data->replications > 1
               ? figures_say(f, "%s: 95 %% interval of the mean over %u replications.", what,
                             data->replications)
               : "One replication: no interval.";
}

static const char *with_unit(struct figures *f, const char *label, const char *unit)
{
    label += strspn(label, " ");
    return unit[0] == '\0' ? label : figures_say(f, "%s (%s)", label, unit);
}

/* ---- over time ---- */

static struct values track_values(const struct report_data *data, const struct report_track *t,
                                  uint32_t variant, size_t n)
{
    return (struct values){&t->at[variant * data->point_count], sizeof *t->at, n};
}

/* Points up to the last at which something is: a run may be over long before its time. */
static size_t points_used(const struct report_data *data, const struct report_track *t)
{
    size_t used = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (size_t i = used; i < data->point_count; i++) {
            const double mean = t->at[v * data->point_count + i].mean;
            const bool is_there = t->kind == REPORT_WINDOW ? !isnan(mean) : mean > 0;
            used = is_there || t->kind == REPORT_CUMULATED ? i + 1 : used;
        }
    }
    /* A rest that is short is no reason for an axis of its own. */
    return used < data->point_count - data->point_count / 4 ? used : data->point_count;
}

static const char *track_words(struct figures *f, const struct report_data *data,
                               enum report_track_kind kind)
{
    switch (kind) {
    case REPORT_CUMULATED:
        return "Summed up since the start.";
    case REPORT_SUM:
        return figures_say(f, "In every %g s.", data->bin_s);
    case REPORT_WINDOW:
        break;
    }
    return figures_say(f, "Mean over the last %g s.", data->bin_s * REPORT_WINDOW_BINS);
}

/* When the loads of two variants break even: the contrast that goes by this name tells it. */
static void mark_break_even(struct figures *f, const struct report_data *data, struct chart *chart)
{
    const struct contrasts_row *row = contrasts_find(&data->contrasts, "break_even_s");
    if (row != NULL && !isnan(row->estimate.mean)) {
        char text[FORMAT_BYTES];
        format_estimate(text, &row->estimate, "s");
        chart->mark = (struct chart_mark){
            .at = row->estimate.mean,
            .low = row->estimate.low,
            .high = row->estimate.high,
            .text = figures_say(f, "break-even %s", text),
        };
    }
}

static void mark_crossover(struct figures *f, const struct report_data *data,
                           const struct report_track *t, struct chart *chart)
{
    const struct contrasts *c = &data->contrasts;
    for (size_t i = 0; i < c->crossovers; i++) {
        const struct contrasts_crossover *x = &c->crossover[i];
        if (strcmp(x->of->series, t->of->name) == 0 && !isnan(x->from_s)) {
            chart->mark = (struct chart_mark){
                .at = x->from_s,
                .low = (double)NAN,
                .high = (double)NAN,
                .text = figures_say(f, "%s below %s from %g s", c->variant[x->below],
                                    c->variant[x->above], x->from_s),
            };
        }
    }
}

static void add_track(struct figures *f, const struct report_data *data,
                      const struct report_track *t, size_t index)
{
    double most = 0;
    const size_t n = points_used(data, t);
    for (uint32_t v = 0; v < data->variant_count; v++) {
        const struct values values = track_values(data, t, v, n);
        most = greatest(&values, most);
    }
    if (!(most > 0)) {
        return; /* nothing happened */
    }
    const struct format_scale scale = format_scale_of(t->unit, most);
    const char *thinned =
        data->stride > 1 ? figures_say(f, " Every %g s is drawn.", data->bin_s * data->stride) : "";
    struct chart_series *series = figures_take(f, data->variant_count, sizeof *series);
    for (uint32_t v = 0; v < data->variant_count && series != NULL; v++) {
        const struct values values = track_values(data, t, v, n);
        series[v] = series_of(f, data->variant[v], v, &values, scale.divisor);
    }
    struct chart chart = {
        .kind = CHART_LINES,
        .id = figures_say(f, "series-%s", t->of->name),
        .title = figures_as_title(f, t->of->label),
        .caption = figures_say(f, "%s %s%s", track_words(f, data, t->kind),
                               band_words(f, data, "Band"), thinned),
        .x_label = "simulated time (s)",
        .y_label = with_unit(f, t->of->label, scale.unit),
        .x_unit = "s",
        .unit = scale.unit,
        .decimals = 3,
        .from_zero = t->kind != REPORT_WINDOW,
        .is_wide = index < 2,
        .is_time = n == data->point_count,
        .n = n,
        .x = data->t_s,
        .count = data->variant_count,
        .series = series,
    };
    if (t->kind == REPORT_CUMULATED) {
        mark_break_even(f, data, &chart);
    }
    mark_crossover(f, data, t, &chart);
    figures_add(f, &chart);
}

/* ---- by entity ---- */

static double leading_number(const struct report_data *data, const struct report_entities *e,
                             size_t entity)
{
    double sum = 0;
    for (uint32_t v = 0; v < data->variant_count && e->numbers > 0; v++) {
        const double mean = e->entity[entity].at[v * e->numbers].mean;
        sum += isnan(mean) ? 0 : mean;
    }
    return sum;
}

/* Is the entity among those with the most of the first number? The first of equals is. */
static bool is_busy(const struct report_data *data, const struct report_entities *e, size_t entity)
{
    const double own = leading_number(data, e, entity);
    size_t busier = 0;
    for (size_t k = 0; k < e->count; k++) {
        const double other = leading_number(data, e, k);
        busier += other > own || (k < entity && !(other < own));
    }
    return e->total <= FIGURES_BARS_ALL || busier < FIGURES_BARS_MAX;
}

/* The estimates of one column as arrays: bars of an entity stand together. */
struct bars {
    const struct report_entities *e;
    const size_t *entity; /* those that are shown */
    size_t n;
    double *x;
    const char **names; /* NULL: numbers */
    const char *note;   /* what the caption says of them */
};

static struct chart_series bar_series(struct figures *f, const struct report_data *data,
                                      const struct bars *b, uint32_t variant, size_t column,
                                      double divisor)
{
    struct stats_estimate *value = figures_take(f, b->n, sizeof *value);
    for (size_t i = 0; i < b->n && value != NULL; i++) {
        value[i] = b->e->entity[b->entity[i]].at[variant * b->e->numbers + column];
    }
    const struct values values = {value, sizeof *value, value != NULL ? b->n : 0};
    return series_of(f, data->variant[variant], variant, &values, divisor);
}

static double bars_greatest(const struct report_data *data, const struct bars *b, size_t column)
{
    double most = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (size_t i = 0; i < b->n; i++) {
            most = fmax(most, b->e->entity[b->entity[i]].at[v * b->e->numbers + column].mean);
        }
    }
    return most;
}

static bool add_bars(struct figures *f, const struct report_data *data, const struct bars *b,
                     const struct report_column *column)
{
    const double most = bars_greatest(data, b, column->index);
    if (!(most > 0)) {
        return false; /* nothing happened: the table says so */
    }
    const struct format_scale scale = format_scale_of(column->unit, most);
    struct chart_series *series = figures_take(f, data->variant_count, sizeof *series);
    for (uint32_t v = 0; v < data->variant_count && series != NULL; v++) {
        series[v] = bar_series(f, data, b, v, column->index, scale.divisor);
    }
    const char *about =
        column->about[0] != '\0' ? figures_say(f, "%s. ", figures_as_title(f, column->about)) : "";
    const struct chart chart = {
        .kind = CHART_BARS,
        .id = figures_say(f, "%s-%s", b->e->key, column->name),
        .title = figures_say(f, "%s, by %s", figures_as_title(f, column->label), b->e->key),
        .caption = figures_say(f, "%s%s%s", about, band_words(f, data, "Whisker"), b->note),
        .x_label = b->e->key,
        .y_label = with_unit(f, column->label, scale.unit),
        .x_unit = "",
        .unit = scale.unit,
        .decimals = column->unit[0] == '\0' ? 2 : 3,
        .from_zero = true,
        .is_wide = b->n * data->variant_count > FIGURES_BARS_HALF,
        .n = b->n,
        .x = b->x,
        .names = b->names,
        .what = b->e->key,
        .count = data->variant_count,
        .series = series,
    };
    figures_add(f, &chart);
    return true;
}

static void choose_bars(struct figures *f, const struct report_data *data,
                        const struct report_entities *e, struct bars *b)
{
    size_t *entity = figures_take(f, e->count, sizeof *entity);
    *b = (struct bars){.e = e, .entity = entity, .note = ""};
    b->x = figures_take(f, e->count, sizeof *b->x);
    b->names = figures_take(f, e->count, sizeof *b->names);
    bool are_numbers = true;
    for (size_t i = 0; i < e->count && !f->is_full; i++) {
        if (is_busy(data, e, i)) {
            entity[b->n] = i;
            b->names[b->n] = e->entity[i].name;
            b->x[b->n] = isnan(e->entity[i].number) ? (double)b->n : e->entity[i].number;
            are_numbers = are_numbers && !isnan(e->entity[i].number);
            b->n++;
        }
    }
    b->names = are_numbers ? NULL : b->names;
    if (b->n < e->total) {
        b->note =
            figures_say(f, " %zu of %zu, those with the most in the first column of the table.",
                        b->n, e->total);
    }
}

/* Places are few enough to stand side by side, or the busiest do; other rows only if they fit. */
static void add_entities(struct figures *f, const struct report_data *data,
                         const struct report_entities *e)
{
    struct bars b;
    if (!e->has_place && e->total > FIGURES_BARS_ALL) {
        return;
    }
    choose_bars(f, data, e, &b);
    size_t added = 0;
    for (size_t c = 0; c < e->columns && added < FIGURES_COLUMNS_MAX && !f->is_full; c++) {
        if (e->column[c].kind == REPORT_NUMBER) {
            added += add_bars(f, data, &b, &e->column[c]);
        }
    }
}

/* ---- distributions ---- */

static bool has_missing(const struct report_data *data, const struct report_distribution *d)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (d->missing[v] > 0) {
            return true;
        }
    }
    return false;
}

static void add_distribution(struct figures *f, const struct report_data *data,
                             const struct report_distribution *d)
{
    const double end = d->within[REPORT_SHARES - 1];
    const struct format_scale scale = format_scale_of(d->unit, end);
    struct chart_series *series = figures_take(f, data->variant_count, sizeof *series);
    double *x = figures_take(f, REPORT_SHARES, sizeof *x);
    for (size_t i = 0; i < REPORT_SHARES && x != NULL; i++) {
        x[i] = d->within[i] / scale.divisor;
    }
    for (uint32_t v = 0; v < data->variant_count && series != NULL; v++) {
        double *share = figures_take(f, REPORT_SHARES, sizeof *share);
        for (size_t i = 0; i < REPORT_SHARES && share != NULL; i++) {
            share[i] = 100 * d->share[(size_t)v * REPORT_SHARES + i];
        }
        series[v] = (struct chart_series){.name = data->variant[v], .place = v, .mean = share};
    }
    const struct chart chart = {
        .kind = CHART_LINES,
        .id = figures_say(f, "distribution-%s", d->of->name),
        .title = figures_say(f, "%s: distribution", figures_as_title(f, d->of->label)),
        .caption = has_missing(data, d)
                       ? "Share of all that ended, in all replications, that was answered within "
                         "this. A curve ends at the share that was answered at all."
                       : "Share of what was counted in all replications that is within this.",
        .x_label = with_unit(f, d->of->label, scale.unit),
        .y_label = "share (%)",
        .x_unit = scale.unit,
        .unit = "%",
        .decimals = 1,
        .from_zero = true,
        .n = REPORT_SHARES,
        .x = x,
        .count = data->variant_count,
        .series = series,
    };
    figures_add(f, &chart);
}

/* ---- all of them ---- */

/* Halves stand in pairs: an odd one takes the whole width rather than leave a hole. */
static void fill_rows(struct figures *f)
{
    struct chart *open = NULL; /* a half that has no neighbour yet */
    for (size_t i = 0; i < f->count; i++) {
        struct chart *chart = &f->chart[i];
        const bool is_closed = chart->is_wide || chart->is_third;
        if (is_closed && open != NULL) {
            open->is_wide = true;
        }
        open = is_closed || open != NULL ? NULL : chart;
    }
    if (open != NULL) {
        open->is_wide = true;
    }
}

enum sim_status figures_init(struct figures *f, const struct report_data *data)
{
    *f = (struct figures){0};
    f->capacity =
        data->track_count + data->distribution_count + data->entities_count * FIGURES_COLUMNS_MAX;
    for (size_t i = 0; i < data->drawn.count; i++) {
        f->capacity += data->drawn.item[i].panel.count;
    }
    f->chart = figures_take(f, f->capacity, sizeof *f->chart);
    figures_add_drawn(f, data);
    for (size_t i = 0; i < data->track_count && data->point_count > 0; i++) {
        add_track(f, data, &data->track[i], i);
    }
    for (size_t i = 0; i < data->distribution_count; i++) {
        add_distribution(f, data, &data->distribution[i]);
    }
    for (size_t i = 0; i < data->entities_count; i++) {
        add_entities(f, data, &data->entities[i]);
    }
    fill_rows(f);
    if (f->is_full) {
        figures_deinit(f);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void figures_deinit(struct figures *f)
{
    while (f->blocks != NULL) {
        struct figures_block *next = f->blocks->next;
        free(f->blocks);
        f->blocks = next;
    }
    *f = (struct figures){0};
}
