/* A figure over the plane of two axes: a field for each point, its colour the value. */
#include <math.h>
#include <string.h>

#include "analysis/report/chart.h"
#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/layout.h"
#include "analysis/report/swept_plot.h"

#define LEFT 110.0
#define RIGHT 16.0
#define TOP 8.0
#define BOTTOM 46.0
#define STRONGEST 0.9 /* what is stronger than half has its number in the page's colour */
#define SCALE 30.0

struct heat {
    FILE *to;
    const struct swept_heat *of;
    const struct swept_axis *x, *y;
    const struct swept_figure *figure;
    double least, most;
    double page;          /* its width */
    double width, height; /* of a field */
    struct format_scale scale;
};

/* How far a value is from where the variants are equal; of a ratio half is as far as double. */
static double distance(const struct swept_figure *figure, double value)
{
    return figure->neutral > 0 ? (value > 0 ? fabs(log(value / figure->neutral)) : 0)
                               : fabs(value - figure->neutral);
}

static double strength(const struct heat *h, double value)
{
    double part = 0;
    if (isnan(h->figure->neutral)) {
        part = h->most > h->least ? (value - h->least) / (h->most - h->least) : 0;
    } else {
        const double farthest = fmax(distance(h->figure, h->least), distance(h->figure, h->most));
        part = farthest > 0 ? distance(h->figure, value) / farthest : 0;
    }
    return STRONGEST * fmin(fmax(part, 0.04), 1);
}

static void put_field(const struct heat *h, size_t i, size_t k)
{
    const size_t cell = i * h->y->count + k;
    const struct stats_estimate *e = &h->of->cell[cell];
    const bool is_bad = h->of->is_bad[cell];
    const double x = LEFT + (double)i * h->width;
    const double y = TOP + (double)(h->y->count - 1 - k) * h->height;
    if (isnan(e->mean)) {
        return;
    }
    const bool has_sides = !isnan(h->figure->neutral);
    const unsigned side = e->mean < h->figure->neutral ? 1 : 0;
    char text[FORMAT_BYTES];
    format_estimate(text, e, h->figure->unit);
    (void)fprintf(
        h->to,
        "<rect class=\"field c%u%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
        "fill-opacity=\"%.3f\">",
        has_sides ? side : chart_colour(h->of->place), is_bad ? " bad" : "", x, y, h->width - 1,
        h->height - 1, strength(h, e->mean));
    html_put(h->to, "<title>% %, % %: %%</title></rect>\n", h->x->label, h->x->value[i].text,
             h->y->label, h->y->value[k].text, text,
             is_bad ? "; more than 1 % of the calls failed" : "");
    if (h->width >= 44 && h->height >= 16) {
        (void)fprintf(h->to,
                      "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%.*f"
                      "</text>\n",
                      strength(h, e->mean) > 0.5 ? "on" : "note", x + h->width / 2,
                      y + h->height / 2 + 4, h->scale.decimals > 2 ? 2 : h->scale.decimals,
                      e->mean / h->scale.divisor);
    }
}

static void put_labels(const struct heat *h)
{
    const double bottom = TOP + (double)h->y->count * h->height;
    double end = 0;
    for (size_t i = 0; i < h->x->count; i++) {
        const double x = LEFT + ((double)i + 0.5) * h->width;
        const double half = 3.2 * (double)strlen(h->x->value[i].text);
        if (x - half < end) {
            continue;
        }
        end = x + half + 6;
        (void)fprintf(h->to, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                      x, bottom + 16);
        html_put(h->to, "%</text>\n", h->x->value[i].text);
    }
    const size_t every = (size_t)ceil(14 / h->height);
    for (size_t k = 0; k < h->y->count; k += every) {
        (void)fprintf(h->to, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
                      LEFT - 8, bottom - ((double)k + 0.5) * h->height + 4);
        html_put(h->to, "%</text>\n", h->y->value[k].text);
    }
    (void)fprintf(h->to, "<text class=\"axis\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">",
                  (LEFT + h->page - RIGHT) / 2, bottom + 38);
    html_put(h->to, "%</text>\n", h->x->label);
    const double middle = (TOP + bottom) / 2;
    (void)fprintf(h->to, "<text class=\"axis\" text-anchor=\"middle\" x=\"14\" y=\"%.1f\"", middle);
    (void)fprintf(h->to, " transform=\"rotate(-90 14 %.1f)\"", middle);
    html_put(h->to, ">%</text>\n", h->y->label);
}

/* What the colours mean, from the least to the most. */
static void put_scale(const struct heat *h, double y)
{
    enum { STEPS = 40 };
    const double width = layout_is_narrow(h->page) ? 150 : 260;
    const bool has_sides = !isnan(h->figure->neutral);
    for (int i = 0; i < STEPS; i++) {
        const double value = h->least + (h->most - h->least) * i / (STEPS - 1);
        const unsigned side = value < h->figure->neutral ? 1 : 0;
        (void)fprintf(h->to,
                      "<rect class=\"scale c%u\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" "
                      "height=\"10\" fill-opacity=\"%.3f\"/>\n",
                      has_sides ? side : chart_colour(h->of->place), LEFT + width * i / STEPS, y,
                      width / STEPS, strength(h, value));
    }
    char text[FORMAT_BYTES];
    format_value(text, h->least, h->figure->unit);
    (void)fprintf(h->to, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">",
                  LEFT - 6, y + 9);
    html_put(h->to, "%</text>\n", text);
    format_value(text, h->most, h->figure->unit);
    (void)fprintf(h->to, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\">", LEFT + width + 6, y + 9);
    html_put(h->to, "%</text>\n", text);
}

static void write_layout(FILE *to, const struct swept_heat *heat, double page)
{
    const struct swept_axis *x = heat->x;
    const struct swept_axis *y = heat->y;
    struct stats_stream means = {0};
    for (size_t i = 0; i < x->count * y->count; i++) {
        stats_add(&means, heat->cell[i].mean);
    }
    if (means.n == 0) {
        return;
    }
    const struct heat h = {
        .to = to,
        .of = heat,
        .x = x,
        .y = y,
        .figure = heat->figure,
        .least = means.least,
        .most = means.greatest,
        .page = page,
        .width = (page - LEFT - RIGHT) / (double)x->count,
        /* All on one screen where that leaves room for a number in each. */
        .height = fmin(fmax(500.0 / (double)y->count, 8), 44),
        .scale = format_scale_of(heat->figure->unit, fmax(fabs(means.least), fabs(means.greatest))),
    };
    (void)fprintf(to, "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"",
                  layout_class(page), page, TOP + (double)y->count * h.height + BOTTOM + SCALE);
    html_put(to, " aria-label=\"%, by % and %\">\n", heat->title, x->label, y->label);
    for (size_t i = 0; i < x->count; i++) {
        for (size_t k = 0; k < y->count; k++) {
            put_field(&h, i, k);
        }
    }
    put_labels(&h);
    put_scale(&h, TOP + (double)y->count * h.height + BOTTOM + 8);
    (void)fputs("</svg>\n", to);
}

void swept_heat_write(FILE *to, const struct swept_heat *heat)
{
    write_layout(to, heat, LAYOUT_WIDE);
    write_layout(to, heat, LAYOUT_NARROW);
}
