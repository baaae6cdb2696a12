#include "analysis/report/picture.h"

#include <math.h>
#include <string.h>

#include "analysis/report/chart.h"
#include "analysis/report/html.h"
#include "analysis/report/layout.h"

#define LEFT_WIDE 96.0
#define LEFT_NARROW 44.0
#define RIGHT 20.0
#define TITLE 22.0 /* above a panel */
#define AXIS 42.0  /* below all */

static void put_text(FILE *to, const char *class, const char *anchor, double x, double y,
                     const char *text)
{
    (void)fprintf(to, "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", class, x, y,
                  anchor);
    html_put(to, "%</text>\n", text);
}

static void put_line(FILE *to, const char *class, double x1, double x2, double y1, double y2)
{
    (void)fprintf(to, "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                  class, x1, x2, y1, y2);
}

static void open_svg(FILE *to, const struct drawn *d, double width, double height)
{
    (void)fprintf(to, "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"",
                  layout_class(width), width, height);
    html_put(to, " aria-label=\"%\">\n", d->of.title);
}

/* ---- spans ---- */

#define LANE_MOST 24.0
#define LANES_HEIGHT 200.0 /* of a panel, where its lanes are many */
#define CURVE 84.0
#define CURVE_GAP 14.0
#define CURVE_LEFT 66.0 /* beside a curve: its numbers and what they are */

struct spans {
    FILE *to;
    const struct drawn *d;
    double width;
    double left;        /* of the time axis: beside the lanes' names */
    double least, most; /* of the time axis */
    double lane;        /* height */
    double curve_most;
};

static double at_time(const struct spans *s, double t)
{
    return s->left + (t - s->least) / (s->most - s->least) * (s->width - s->left - RIGHT);
}

static double lanes_height(const struct spans *s)
{
    return s->lane * (double)s->d->x.count;
}

static double panel_height(const struct spans *s)
{
    return TITLE + lanes_height(s) + (s->d->steps > 0 ? CURVE_GAP + CURVE : 0) + 8;
}

static void put_span(const struct spans *s, const struct drawn_point *p, double top)
{
    const struct drawn *d = s->d;
    char when[96];
    const double from = at_time(s, p->low);
    const double y = top + (double)p->x * s->lane;
    (void)fprintf(s->to,
                  "<rect class=\"slice c%u\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\">",
                  chart_colour(p->series), from, y + s->lane * 0.08,
                  fmax(at_time(s, p->high) - from, 0.4), s->lane * 0.84);
    (void)snprintf(when, sizeof when, "%.*f to %.*f", d->of.decimals, p->low, d->of.decimals,
                   p->high);
    html_put(s->to, "<title>%, %: % %</title></rect>\n", d->x.word[p->x], d->series.word[p->series],
             when, d->of.unit);
}

static void put_lanes(const struct spans *s, size_t panel, double top)
{
    const struct drawn *d = s->d;
    const size_t every = (size_t)ceil(13 / s->lane);
    for (size_t x = 0; x < d->x.count; x++) {
        const double y = top + ((double)x + 1) * s->lane;
        put_line(s->to, "grid", s->left, s->width - RIGHT, y, y);
        if (x % every == 0) {
            put_text(s->to, "tick", "end", s->left - 8, y - s->lane / 2 + 4, d->x.word[x]);
        }
    }
    for (size_t i = 0; i < d->points; i++) {
        if (d->point[i].panel == panel) {
            put_span(s, &d->point[i], top);
        }
    }
}

static double at_curve(const struct spans *s, double value, double top)
{
    return top + CURVE - value / s->curve_most * CURVE;
}

/* A value holds until the next one. */
static void put_steps(const struct spans *s, size_t panel, double top)
{
    const struct drawn *d = s->d;
    bool is_first = true;
    (void)fputs("<path class=\"curve\" d=\"", s->to);
    for (size_t i = 0; i < d->steps; i++) {
        const struct drawn_step *step = &d->step[i];
        if (step->panel == panel) {
            (void)fprintf(s->to, is_first ? "M%.1f %.1f" : "H%.1fV%.1f", at_time(s, step->at),
                          at_curve(s, step->value, top));
            is_first = false;
        }
    }
    (void)fputs("\"/>\n", s->to);
}

static void put_limit(const struct spans *s, size_t panel, double top)
{
    const struct drawn *d = s->d;
    for (size_t i = 0; i < d->steps; i++) {
        if (d->step[i].panel == panel && !isnan(d->step[i].limit)) {
            const double y = at_curve(s, d->step[i].limit, top);
            put_line(s->to, "mark", s->left, s->width - RIGHT, y, y);
            return;
        }
    }
}

static void put_curve(const struct spans *s, size_t panel, double top)
{
    const struct chart_ticks t = chart_ticks_of(0, s->curve_most, 3);
    for (unsigned i = 0; i < t.count; i++) {
        char text[32];
        const double value = t.first + i * t.step;
        const double y = at_curve(s, value, top);
        put_line(s->to, i == 0 ? "base" : "grid", s->left, s->width - RIGHT, y, y);
        (void)snprintf(text, sizeof text, "%.*f", t.decimals, value);
        put_text(s->to, "tick", "end", s->left - 8, y + 4, text);
    }
    put_steps(s, panel, top);
    put_limit(s, panel, top);
    if (s->d->of.curve_label != NULL) {
        const double middle = top + CURVE / 2;
        (void)fprintf(s->to,
                      "<text class=\"axis\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\" "
                      "transform=\"rotate(-90 %.1f %.1f)\">",
                      s->left - CURVE_LEFT + 14, middle, s->left - CURVE_LEFT + 14, middle);
        html_put(s->to, "%</text>\n", s->d->of.curve_label);
    }
}

static void put_time_axis(const struct spans *s, double y)
{
    const struct chart_ticks t =
        chart_ticks_of(s->least, s->most, layout_is_narrow(s->width) ? 4 : 12);
    for (unsigned i = 0; i < t.count; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "%.*f", t.decimals, t.first + i * t.step);
        put_text(s->to, "tick", "middle", at_time(s, t.first + i * t.step), y + 12, text);
    }
    const char *across = s->d->of.across != NULL ? s->d->of.across : "simulated time (s)";
    put_text(s->to, "axis", "middle", (s->left + s->width - RIGHT) / 2, y + 32, across);
}

static void write_spans(FILE *to, const struct drawn *d, double width)
{
    const struct drawn_range range = drawn_range_of(d);
    size_t longest = 0;
    for (size_t i = 0; i < d->x.count; i++) {
        const size_t length = strlen(d->x.word[i]);
        longest = length > longest ? length : longest;
    }
    struct spans s = {
        .to = to, .d = d, .width = width, .least = fmin(range.least, 0), .most = range.most};
    s.left = fmax(layout_is_narrow(width) ? LEFT_NARROW : LEFT_WIDE, 12 + 6.4 * (double)longest);
    s.left = fmax(s.left, d->of.curve_label != NULL ? CURVE_LEFT : 0);
    s.most = s.most > s.least ? s.most : s.least + 1;
    s.lane = fmin(LANE_MOST, LANES_HEIGHT / (double)d->x.count);
    for (size_t i = 0; i < d->steps; i++) {
        s.curve_most = fmax(s.curve_most, fmax(d->step[i].value, d->step[i].limit) * 1.1);
    }
    s.curve_most = s.curve_most > 0 ? s.curve_most : 1;
    open_svg(to, d, width, panel_height(&s) * (double)d->panel.count + AXIS);
    for (size_t panel = 0; panel < d->panel.count; panel++) {
        const double top = panel_height(&s) * (double)panel + TITLE;
        put_text(to, "note", "start", s.left, top - 7, d->panel.word[panel]);
        put_lanes(&s, panel, top);
        if (d->steps > 0) {
            put_curve(&s, panel, top + lanes_height(&s) + CURVE_GAP);
        }
    }
    put_time_axis(&s, panel_height(&s) * (double)d->panel.count);
    (void)fputs("</svg>\n", to);
}

/* ---- cells ---- */

#define CELL_WIDTH_MOST 120.0
#define CELL_HEIGHT_MOST 34.0
#define SCALE 64.0     /* below all: the colours and what they mean */
#define STRONGEST 0.85 /* what is stronger than half has its number in the page's colour */

struct cells {
    FILE *to;
    const struct drawn *d;
    struct drawn_range range;
    double page, margin; /* its width, and where rows' words end */
    size_t across;       /* panels side by side */
    double pitch;        /* of panels */
    double width, height;
};

/* Of the values alone: cells have no whiskers. */
static struct drawn_range range_of(const struct drawn *d)
{
    struct drawn_range r = {(double)INFINITY, -(double)INFINITY};
    for (size_t i = 0; i < d->points; i++) {
        r.least = fmin(r.least, d->point[i].value); /* a NaN is passed over */
        r.most = fmax(r.most, d->point[i].value);
    }
    return r.most >= r.least ? r : (struct drawn_range){0, 0};
}

static double strength(const struct cells *c, double value)
{
    const double span = c->range.most - c->range.least;
    return 0.06 + (STRONGEST - 0.06) * (span > 0 ? (value - c->range.least) / span : 0);
}

static void put_cell(const struct cells *c, const struct drawn_point *p, double left, double top)
{
    const struct drawn *d = c->d;
    const double x = left + (double)p->series * c->width;
    const double y = top + (double)p->x * c->height;
    char text[48];
    if (isnan(p->value)) {
        return;
    }
    (void)snprintf(text, sizeof text, "%.*f", d->of.decimals, p->value);
    (void)fprintf(c->to,
                  "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" "
                  "fill-opacity=\"%.3f\">",
                  x, y, c->width - 1, c->height - 1, strength(c, p->value));
    html_put(c->to, "<title>%, %: % %</title></rect>\n", d->x.word[p->x], d->series.word[p->series],
             text, d->of.unit);
    if (c->width >= 7.2 * (double)strlen(text) && c->height >= 14) {
        put_text(c->to, strength(c, p->value) > 0.5 ? "on" : "note", "middle", x + c->width / 2,
                 y + c->height / 2 + 4, text);
    }
}

static void put_cell_words(const struct cells *c, double left, double top, bool has_rows)
{
    const struct drawn *d = c->d;
    const double bottom = top + (double)d->x.count * c->height;
    const size_t every_row = (size_t)ceil(13 / c->height);
    for (size_t i = 0; i < d->x.count && has_rows; i += every_row) {
        put_text(c->to, "tick", "end", left - 8, top + ((double)i + 0.5) * c->height + 4,
                 d->x.word[i]);
    }
    double end = 0;
    for (size_t i = 0; i < d->series.count; i++) {
        const double x = left + ((double)i + 0.5) * c->width;
        const double half = 3.4 * (double)strlen(d->series.word[i]);
        if (x - half >= end) {
            put_text(c->to, "tick", "middle", x, bottom + 15, d->series.word[i]);
            end = x + half + 6;
        }
    }
}

/* What the colours mean: from the least to the most. */
static void put_scale(const struct cells *c, double y)
{
    enum { STEPS = 40 };
    const double width = layout_is_narrow(c->page) ? 130 : 240;
    for (unsigned i = 0; i < STEPS; i++) {
        const double value =
            c->range.least + (c->range.most - c->range.least) * (double)i / (STEPS - 1);
        (void)fprintf(c->to,
                      "<rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.2f\" height=\"10\" "
                      "fill-opacity=\"%.3f\"/>\n",
                      c->margin + width * i / STEPS, y, width / STEPS + 0.1, strength(c, value));
    }
    char text[112];
    (void)snprintf(text, sizeof text, "%.*f", c->d->of.decimals, c->range.least);
    put_text(c->to, "tick", "end", c->margin - 6, y + 9, text);
    (void)snprintf(text, sizeof text, "%.*f %.60s", c->d->of.decimals, c->range.most,
                   c->d->of.unit);
    put_text(c->to, "tick", "start", c->margin + width + 6, y + 9, text);
    (void)snprintf(text, sizeof text, "rows: %.40s; columns: %.40s",
                   c->d->of.across != NULL ? c->d->of.across : "",
                   c->d->of.series != NULL ? c->d->of.series : "");
    const bool is_below = layout_is_narrow(c->page);
    put_text(c->to, "axis", "end", c->page - RIGHT, is_below ? y + 28 : y + 9, text);
}

static void write_cells(FILE *to, const struct drawn *d, double width)
{
    const double columns = (double)d->series.count;
    struct cells c = {.to = to, .d = d, .range = range_of(d), .page = width};
    c.margin = layout_is_narrow(width) ? LEFT_NARROW : LEFT_WIDE;
    c.across = (size_t)fmax(1, fmin((double)d->panel.count, floor(60 / columns)));
    c.across = layout_is_narrow(width) ? 1 : c.across > 3 ? 3 : c.across;
    c.pitch = (width - c.margin - RIGHT + 16) / (double)c.across;
    c.width = fmin((c.pitch - 16) / columns, CELL_WIDTH_MOST);
    c.height = fmin(fmax(360.0 / (double)d->x.count, 8), fmin(CELL_HEIGHT_MOST, c.width));
    const double panel = TITLE + (double)d->x.count * c.height + 24;
    const size_t down = (d->panel.count + c.across - 1) / c.across;
    open_svg(to, d, width, panel * (double)down + SCALE - (layout_is_narrow(width) ? 6 : 24));
    for (size_t k = 0; k < d->panel.count; k++) {
        const double left = c.margin + c.pitch * (double)(k % c.across);
        const size_t row = k / c.across;
        const double top = panel * (double)row + TITLE;
        put_text(to, "note", "start", left, top - 7, d->panel.word[k]);
        for (size_t i = 0; i < d->points; i++) {
            if (d->point[i].panel == k) {
                put_cell(&c, &d->point[i], left, top);
            }
        }
        put_cell_words(&c, left, top, k % c.across == 0);
    }
    put_scale(&c, panel * (double)down + 10);
    (void)fputs("</svg>\n", to);
}

void picture_write(FILE *to, const struct drawn *d)
{
    static const double widths[] = {LAYOUT_WIDE, LAYOUT_NARROW};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        if (d->of.picture == MODEL_SPANS) {
            write_spans(to, d, widths[i]);
        } else {
            write_cells(to, d, widths[i]);
        }
    }
}

/* ---- the numbers ---- */

static void put_words(FILE *to, const struct drawn *d, const struct drawn_point *p)
{
    html_csv(to, d->panel.word[p->panel]);
    (void)fputc(',', to);
    html_csv(to, d->x.word[p->x]);
    (void)fputc(',', to);
    html_csv(to, d->series.word[p->series]);
}

void picture_write_numbers(FILE *to, const struct drawn *d)
{
    const bool are_spans = d->of.picture == MODEL_SPANS;
    html_put(to, "<template class=\"csv\">panel,%,%,%%", are_spans ? "lane" : "row",
             are_spans ? "kind" : "column", are_spans ? "from,to" : "value",
             d->steps > 0 ? ",value,limit\n" : "\n");
    for (size_t i = 0; i < d->points; i++) {
        const struct drawn_point *p = &d->point[i];
        put_words(to, d, p);
        if (are_spans) {
            (void)fprintf(to, ",%.10g,%.10g%s\n", p->low, p->high, d->steps > 0 ? ",," : "");
        } else if (isnan(p->value)) {
            (void)fputs(",\n", to);
        } else {
            (void)fprintf(to, ",%.10g\n", p->value);
        }
    }
    for (size_t i = 0; i < d->steps; i++) { /* the curve below: a value holds until the next one */
        html_csv(to, d->panel.word[d->step[i].panel]);
        (void)fprintf(to, ",,curve,%.10g,,%.10g,", d->step[i].at, d->step[i].value);
        if (!isnan(d->step[i].limit)) {
            (void)fprintf(to, "%.10g", d->step[i].limit);
        }
        (void)fputc('\n', to);
    }
    html_put(to, "</template>\n");
}
