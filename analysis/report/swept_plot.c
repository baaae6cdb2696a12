#include "analysis/report/swept_plot.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/report/chart.h"
#include "analysis/report/format.h"
#include "analysis/report/html.h"

/* ---- the plane ---- */

#define LEFT 58.0
#define RIGHT 16.0
#define TOP 12.0
#define BOTTOM 44.0
#define LETTER 6.2 /* the width of one, on average */

struct plane {
    FILE *to;
    const struct swept_plot *plot;
    double width, height;
    double x_least, x_most, y_least, y_most;
    double divisor;           /* of the values */
    struct chart_ticks ticks; /* of y */
    bool is_log;
};

static bool has_scale_of_powers(const struct swept_axis *axis)
{
    double narrow = (double)INFINITY;
    double wide = 0;
    for (size_t i = 1; i < axis->count; i++) {
        const double gap = axis->value[i].number - axis->value[i - 1].number;
        narrow = fmin(narrow, gap);
        wide = fmax(wide, gap);
    }
    return axis->is_number && axis->count > 2 && axis->value[0].number > 0 && wide > 3 * narrow;
}

/* Where a value stands before it is brought to the plot's width. */
static double place_of(const struct plane *p, size_t value)
{
    const struct swept_axis *axis = p->plot->axis;
    if (!axis->is_number) {
        return (double)value;
    }
    return p->is_log ? log(axis->value[value].number) : axis->value[value].number;
}

static double to_x(const struct plane *p, double place)
{
    return LEFT + (place - p->x_least) / (p->x_most - p->x_least) * (p->width - LEFT - RIGHT);
}

/* What reaches beyond is cut at the edge. */
static double to_y(const struct plane *p, double y)
{
    const double inside = fmin(fmax(y / p->divisor, p->y_least), p->y_most);
    return p->height - BOTTOM -
           (inside - p->y_least) / (p->y_most - p->y_least) * (p->height - TOP - BOTTOM);
}

struct swept_plot_range swept_plot_range_of(const struct swept_figure *figure,
                                            const struct stats_estimate *cell, size_t count)
{
    struct stats_stream means = {0};
    struct swept_plot_range range = {(double)INFINITY, -(double)INFINITY, false};
    for (size_t i = 0; i < count; i++) {
        stats_add(&means, cell[i].mean);
        range.least = fmin(range.least, fmin(cell[i].mean, cell[i].low));
        range.most = fmax(range.most, fmax(cell[i].mean, cell[i].high));
    }
    if (means.n == 0) {
        return (struct swept_plot_range){0, 1, false};
    }
    /* Of two replications an interval is thirteen standard errors wide. */
    const double spread = means.greatest - means.least;
    const double room = spread > 0 ? spread : 0.1 * fabs(means.mean) + 1e-9;
    const double least = means.least - room;
    const double most = means.greatest + room;
    range.is_cut = range.least < least || range.most > most;
    range.least = fmax(range.least, least);
    range.most = fmin(range.most, most);
    if (means.least >= 0 && range.least < 0) {
        range.least = 0; /* only an interval can reach below nothing */
        range.is_cut = true;
    }
    if (!isnan(figure->neutral)) {
        range.least = fmin(range.least, figure->neutral);
        range.most = fmax(range.most, figure->neutral);
    }
    return range;
}

static struct plane plane_of(FILE *to, const struct swept_plot *plot)
{
    struct plane p = {
        .to = to,
        .plot = plot,
        .width = plot->is_small ? 340 : 520,
        .height = plot->is_small ? 220 : 300,
        .is_log = has_scale_of_powers(plot->axis),
    };
    const double size = fmax(fabs(plot->range.least), fabs(plot->range.most));
    p.divisor = format_scale_of(plot->figure->unit, size).divisor;
    p.y_least = plot->range.least / p.divisor;
    p.y_most = plot->range.most / p.divisor;
    if (!(p.y_most > p.y_least)) {
        p.y_most = p.y_least + 1;
    }
    /* Widened to whole ticks, so that the axis ends where a number stands. */
    p.ticks = chart_ticks_of(p.y_least, p.y_most, plot->is_small ? 3 : 5);
    p.y_least = floor(p.y_least / p.ticks.step + 1e-9) * p.ticks.step;
    p.y_most = ceil(p.y_most / p.ticks.step - 1e-9) * p.ticks.step;
    p.ticks.first = p.y_least;
    p.ticks.count = (unsigned)lround((p.y_most - p.y_least) / p.ticks.step) + 1;

    const size_t last = plot->axis->count - 1;
    const double span = place_of(&p, last) - place_of(&p, 0);
    const double margin = plot->axis->is_number && span > 0 ? 0.04 * span : 0.5;
    p.x_least = place_of(&p, 0) - margin;
    p.x_most = place_of(&p, last) + margin;
    return p;
}

/* ---- axes ---- */

/* Bytes in the largest unit that leaves a whole number: "300 MB" of "300000000 B". What is short
 * enough stays as it was written. */
static const char *shorter(const char *value, char text[32])
{
    uint64_t n = 0;
    int end = 0;
    const bool has_number = sscanf(value, "%" SCNu64 "%n", &n, &end) == 1 && n <= UINT64_MAX / 1024;
    const bool is_binary = has_number && strcmp(value + end, " KiB") == 0;
    if (n == 0 || strlen(value) <= 8 || (!is_binary && strcmp(value + end, " B") != 0)) {
        return value;
    }
    n *= is_binary ? 1024 : 1;
    static const char *const unit[] = {"B", "kB", "MB", "GB"};
    size_t u = 0;
    for (; u < 3 && n % 1000 == 0; u++) {
        n /= 1000;
    }
    (void)snprintf(text, 32, "%" PRIu64 " %s", n, unit[u]);
    return strlen(text) < strlen(value) ? text : value;
}

/* Each value where it stands, as far as there is room; the last one ends with the picture. */
static void put_axis_x(const struct plane *p)
{
    double end = 0;
    for (size_t i = 0; i < p->plot->axis->count; i++) {
        char short_text[32];
        const char *text = shorter(p->plot->axis->value[i].text, short_text);
        const double half = LETTER * (double)strlen(text) / 2;
        const double x = fmin(to_x(p, place_of(p, i)), p->width - half);
        if (i > 0 && x - half < end) {
            continue;
        }
        end = x + half + LETTER;
        (void)fprintf(p->to, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                      x, p->height - BOTTOM + 16);
        html_put(p->to, "%</text>\n", text);
    }
    (void)fprintf(p->to, "<text class=\"axis\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">",
                  (LEFT + p->width - RIGHT) / 2, p->height - 6);
    html_put(p->to, "%%</text>\n", p->plot->axis->label, p->is_log ? " (logarithmic)" : "");
}

void swept_plot_label(char text[128], const struct swept_figure *figure, double size)
{
    const struct format_scale s = format_scale_of(figure->unit, size);
    (void)snprintf(text, 128, s.unit[0] == '\0' ? "%.100s" : "%.100s (%s)", figure->label, s.unit);
}

static void put_axis_y(const struct plane *p)
{
    const struct chart_ticks t = p->ticks;
    for (unsigned i = 0; i < t.count; i++) {
        const double value = t.first + i * t.step;
        const double y = to_y(p, value * p->divisor);
        (void)fprintf(
            p->to,
            "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n"
            "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.*f</text>\n",
            i == 0 ? "base" : "grid", LEFT, p->width - RIGHT, y, y, LEFT - 8, y + 4, t.decimals,
            fabs(value) < t.step / 2 ? 0 : value); /* no minus before a zero */
    }
    char label[128];
    const double size = fmax(fabs(p->plot->range.least), fabs(p->plot->range.most));
    if (p->plot->is_small) { /* the title stands above all panels, and there is no room */
        (void)snprintf(label, sizeof label, "%s",
                       format_scale_of(p->plot->figure->unit, size).unit);
    } else {
        swept_plot_label(label, p->plot->figure, size);
    }
    const double middle = (TOP + p->height - BOTTOM) / 2;
    (void)fprintf(p->to, "<text class=\"axis\" text-anchor=\"middle\" x=\"14\" y=\"%.1f\"", middle);
    (void)fprintf(p->to, " transform=\"rotate(-90 14 %.1f)\"", middle);
    html_put(p->to, ">%</text>\n", label);
}

/* Where the variants are equal. */
static void put_neutral(const struct plane *p)
{
    if (!isnan(p->plot->figure->neutral)) {
        const double y = to_y(p, p->plot->figure->neutral);
        (void)fprintf(p->to,
                      "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                      LEFT, p->width - RIGHT, y, y);
    }
}

/* ---- series ---- */

static const struct stats_estimate *cell_of(const struct swept_plot_series *s, size_t value)
{
    return &s->cell[value * s->stride];
}

/* The pieces of a line between gaps. */
static void put_line(const struct plane *p, const struct swept_plot_series *s)
{
    (void)fprintf(p->to, "<path class=\"%s c%u l%u\" d=\"", s->is_context ? "context" : "line",
                  chart_colour(s->place), chart_dash(s->place));
    bool pen_down = false;
    for (size_t i = 0; i < p->plot->axis->count; i++) {
        const double mean = cell_of(s, i)->mean;
        if (!isnan(mean)) {
            (void)fprintf(p->to, "%c%.1f %.1f", pen_down ? 'L' : 'M', to_x(p, place_of(p, i)),
                          to_y(p, mean));
        }
        pen_down = !isnan(mean);
    }
    (void)fputs("\"/>\n", p->to);
}

/* There along the upper edge and back along the lower, from gap to gap. */
static void put_band(const struct plane *p, const struct swept_plot_series *s)
{
    const size_t n = p->plot->axis->count;
    (void)fprintf(p->to, "<path class=\"band c%u\" d=\"", chart_colour(s->place));
    for (size_t i = 0; i < n; i++) {
        const size_t begin = i;
        for (; i < n && cell_of(s, i)->has_interval; i++) {
            (void)fprintf(p->to, "%c%.1f %.1f", i == begin ? 'M' : 'L', to_x(p, place_of(p, i)),
                          to_y(p, cell_of(s, i)->high));
        }
        for (size_t k = i; k > begin; k--) {
            (void)fprintf(p->to, "L%.1f %.1f%s", to_x(p, place_of(p, k - 1)),
                          to_y(p, cell_of(s, k - 1)->low), k - 1 == begin ? "Z" : "");
        }
    }
    (void)fputs("\"/>\n", p->to);
}

static void put_dot(const struct plane *p, const struct swept_plot_series *s, size_t value,
                    double shift)
{
    const struct stats_estimate *e = cell_of(s, value);
    if (isnan(e->mean)) {
        return;
    }
    const double x = to_x(p, place_of(p, value)) + shift;
    if (!p->plot->axis->is_number && e->has_interval) {
        (void)fprintf(p->to,
                      "<line class=\"stem c%u\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                      chart_colour(s->place), x, x, to_y(p, e->low), to_y(p, e->high));
    }
    char text[FORMAT_BYTES];
    format_estimate(text, e, p->plot->figure->unit);
    const bool is_bad = s->is_bad != NULL && s->is_bad[value * s->stride];
    if (is_bad) {
        (void)fprintf(p->to, "<circle class=\"ring\" cx=\"%.1f\" cy=\"%.1f\" r=\"7\"/>", x,
                      to_y(p, e->mean));
    }
    (void)fprintf(p->to, "<circle class=\"dot c%u\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\">",
                  chart_colour(s->place), x, to_y(p, e->mean),
                  p->plot->axis->is_number ? "3" : "4.5");
    html_put(p->to, "<title>%, % %: %%</title></circle>\n", s->name, p->plot->axis->label,
             p->plot->axis->value[value].text, text,
             is_bad ? "; more than 1 % of the calls failed" : "");
}

static void put_series(const struct plane *p, size_t index)
{
    const struct swept_plot_series *s = &p->plot->series[index];
    if (p->plot->axis->is_number) {
        put_line(p, s);
    }
    /* Side by side, as far as words leave the room. */
    const double room = to_x(p, 1) - to_x(p, 0);
    const double gap = fmin(14, 0.8 * room / (double)p->plot->count);
    const double shift =
        p->plot->axis->is_number ? 0 : gap * ((double)index - ((double)p->plot->count - 1) / 2);
    for (size_t i = 0; i < p->plot->axis->count && !s->is_context; i++) {
        put_dot(p, s, i, shift);
    }
}

void swept_plot_write(FILE *to, const struct swept_plot *plot)
{
    ASSERT(plot->axis->count > 0);
    const struct plane p = plane_of(to, plot);
    (void)fprintf(to, "<svg class=\"%s%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"",
                  plot->is_small ? "w340" : "w520", plot->count > 3 ? " many" : "", p.width,
                  p.height);
    html_put(to, " aria-label=\"%\">\n", plot->title);
    put_axis_y(&p);
    put_axis_x(&p);
    put_neutral(&p);
    for (size_t s = 0; s < plot->count && plot->axis->is_number; s++) {
        if (!plot->series[s].is_context) {
            put_band(&p, &plot->series[s]);
        }
    }
    for (size_t s = 0; s < plot->count; s++) {
        put_series(&p, s);
    }
    (void)fputs("</svg>\n", to);
}
