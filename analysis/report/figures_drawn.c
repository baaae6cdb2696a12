/* Figures of what the model describes: bars and lines are charts, spans and cells are drawn whole.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/figures_make.h"

/* A panel on its way to be a chart. */
struct panel {
    const struct report_data *data;
    const struct drawn *d;
    size_t index;
    size_t *order; /* places of the n x that it has, as they are drawn */
    size_t n;
    bool are_numbers;         /* x is a scale, not words */
    struct drawn_range range; /* of all panels */
    bool is_negative;         /* a value is, not only an interval's end */
};

static void sort_by_number(const struct panel *p)
{
    for (size_t i = 1; i < p->n; i++) {
        for (size_t k = i;
             k > 0 && drawn_number(p->d, p->order[k]) < drawn_number(p->d, p->order[k - 1]); k--) {
            const size_t other = p->order[k];
            p->order[k] = p->order[k - 1];
            p->order[k - 1] = other;
        }
    }
}

static void choose_x(struct figures *f, struct panel *p)
{
    p->n = 0;
    p->order = figures_take(f, p->d->x.count, sizeof *p->order);
    for (size_t i = 0; i < p->d->x.count && !f->is_full; i++) {
        if (drawn_has_x(p->d, p->index, i)) {
            p->order[p->n++] = i;
        }
    }
    if (p->are_numbers) {
        sort_by_number(p);
    }
}

/* Are all series variants? */
static bool are_variants(const struct panel *p)
{
    for (size_t s = 0; s < p->d->series.count; s++) {
        bool is_one = false;
        for (uint32_t v = 0; v < p->data->variant_count; v++) {
            is_one = is_one || strcmp(p->data->variant[v], p->d->series.word[s]) == 0;
        }
        if (!is_one) {
            return false;
        }
    }
    return true;
}

/* A variant has its colour in all figures; what is none comes in its own order. */
static size_t place_of(const struct report_data *data, const struct drawn *d, size_t series)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (strcmp(data->variant[v], d->series.word[series]) == 0) {
            return v;
        }
    }
    return series;
}

static struct chart_series series_of(struct figures *f, const struct panel *p, size_t series)
{
    const struct drawn *d = p->d;
    const size_t n = p->n;
    double *mean = figures_take(f, n, sizeof *mean);
    double *low = figures_take(f, n, sizeof *low);
    double *high = figures_take(f, n, sizeof *high);
    for (size_t i = 0; i < n && !f->is_full; i++) {
        const struct drawn_point *point = drawn_find(d, p->index, p->order[i], series);
        mean[i] = point != NULL ? point->value : (double)NAN;
        low[i] = point != NULL ? point->low : (double)NAN;
        high[i] = point != NULL ? point->high : (double)NAN;
    }
    return (struct chart_series){
        .name = d->series.word[series],
        .place = place_of(p->data, d, series),
        .mean = mean,
        .low = d->has_interval ? low : NULL,
        .high = d->has_interval ? high : NULL,
    };
}

static const char *caption_of(struct figures *f, const struct report_data *data,
                              const struct drawn *d)
{
    const char *about = d->of.about != NULL ? d->of.about : "";
    const char *gap = about[0] != '\0' ? " " : "";
    const char *cut = d->is_cut ? " The first rows; there are more." : "";
    if (!d->has_interval || d->of.picture == MODEL_HEAT) {
        return figures_say(f, "%s%s", about, cut);
    }
    if (d->of.over != NULL) {
        return figures_say(f, "%s%sBand: 95 %% interval of the mean over %s.%s", about, gap,
                           d->of.over, cut);
    }
    return figures_say(f, "%s%s%s: 95 %% interval of the mean over %u replications.%s", about, gap,
                       d->of.picture == MODEL_BARS ? "Whisker" : "Band", data->replications, cut);
}

static const char *title_of(struct figures *f, const struct drawn *d, size_t panel)
{
    return d->panel.word[panel][0] == '\0'
               ? d->of.title
               : figures_say(f, "%s: %s", d->of.title, d->panel.word[panel]);
}

static const char *id_of(struct figures *f, const struct report_data *data, const struct drawn *d,
                         size_t panel)
{
    const char *anchor = data->anchor != NULL ? data->anchor : "";
    return panel == 0 ? figures_say(f, "%schart-%s", anchor, d->of.key)
                      : figures_say(f, "%schart-%s-%zu", anchor, d->of.key, panel + 1);
}

static int by_place(const void *a, const void *b)
{
    const struct chart_series *x = a;
    const struct chart_series *y = b;
    return (x->place > y->place) - (x->place < y->place);
}

/* The series that a panel has, variants in their order; says how many. */
static size_t put_series(struct figures *f, const struct panel *p, struct chart_series *series)
{
    size_t count = 0;
    for (size_t s = 0; s < p->d->series.count && !f->is_full; s++) {
        if (drawn_has_series(p->d, p->index, s)) {
            series[count++] = series_of(f, p, s);
        }
    }
    if (count > 0 && are_variants(p)) {
        qsort(series, count, sizeof *series, by_place);
    }
    return count;
}

static void add_panel(struct figures *f, const struct panel *p)
{
    const struct drawn *d = p->d;
    struct chart_series *series = figures_take(f, d->series.count, sizeof *series);
    double *x = figures_take(f, p->n, sizeof *x);
    const char **names = figures_take(f, p->n, sizeof(char *));
    for (size_t i = 0; i < p->n && !f->is_full; i++) {
        x[i] = p->are_numbers ? drawn_number(d, p->order[i]) : (double)i;
        names[i] = d->x.word[p->order[i]];
    }
    const bool is_bars = d->of.picture == MODEL_BARS;
    const struct chart chart = {
        .kind = is_bars ? CHART_BARS : CHART_LINES,
        .id = id_of(f, p->data, d, p->index),
        .title = title_of(f, d, p->index),
        .caption = caption_of(f, p->data, d),
        .x_label = d->of.across != NULL ? d->of.across : "",
        .y_label = d->of.unit,
        .x_unit = "",
        .unit = d->of.unit,
        .decimals = d->of.decimals,
        .from_zero = true,
        .is_wide = is_bars && p->n * d->series.count > FIGURES_BARS_HALF,
        .is_third = d->panel.count % 3 == 0,
        .has_marks = !is_bars,
        .n = p->n,
        .x = x,
        .names = p->are_numbers ? NULL : names,
        .what = "",
        .count = put_series(f, p, series),
        .series = series,
        .least = p->is_negative ? p->range.least : fmax(p->range.least, 0),
        .most = p->range.most,
        .level = d->of.level,
        .level_words = d->of.level_words,
    };
    figures_add(f, &chart);
}

static void add_plane(struct figures *f, const struct report_data *data, const struct drawn *d)
{
    struct panel p = {.data = data, .d = d, .range = drawn_range_of(d)};
    for (size_t i = 0; i < d->points; i++) {
        p.is_negative = p.is_negative || d->point[i].value < 0;
    }
    p.are_numbers = d->of.picture == MODEL_LINES && drawn_are_numbers(d);
    if (p.are_numbers && d->x.count < 2) {
        return; /* a scale with one place on it: the table says as much */
    }
    for (p.index = 0; p.index < d->panel.count; p.index++) {
        choose_x(f, &p);
        add_panel(f, &p);
    }
}

static void add_picture(struct figures *f, const struct report_data *data, const struct drawn *d)
{
    const struct chart chart = {
        .kind = CHART_PICTURE,
        .id = id_of(f, data, d, 0),
        .title = d->of.title,
        .caption = caption_of(f, data, d),
        .is_wide = true,
        .picture = d,
    };
    figures_add(f, &chart);
}

void figures_add_drawn(struct figures *f, const struct report_data *data)
{
    for (size_t i = 0; i < data->drawn.count && !f->is_full; i++) {
        const struct drawn *d = &data->drawn.item[i];
        if (d->of.picture == MODEL_BARS || d->of.picture == MODEL_LINES) {
            add_plane(f, data, d);
        } else {
            add_picture(f, data, d);
        }
    }
}
