#include "analysis/report/chart.h"

#include <math.h>
#include <string.h>

#include "analysis/report/html.h"

/* ---- colours and dashes ---- */

unsigned chart_colour(size_t place)
{
    return (unsigned)(place % CHART_COLOURS);
}

/* Where the colours begin again, the dashes are shifted by one. */
unsigned chart_dash(size_t place)
{
    return (unsigned)((place + place / CHART_COLOURS) % CHART_DASHES);
}

void chart_write_sample(FILE *to, size_t place)
{
    (void)fprintf(to,
                  "<svg class=\"sample\" viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path "
                  "class=\"line c%u l%u\" d=\"M0 5L26 5\"/></svg>",
                  chart_colour(place), chart_dash(place));
}

/* ---- the plane ---- */

/* About pixels: a wide chart shows at its own size on a desk's screen, a half one too. */
#define WIDTH 520.0
#define WIDTH_WIDE 1060.0
#define HEIGHT 300.0
#define LEFT 58.0
#define RIGHT 22.0
#define TOP 12.0
#define BOTTOM 44.0

struct plane {
    FILE *to;
    const struct chart *chart;
    double width;
    double x_least, x_most, y_least, y_most;
};

static double to_x(const struct plane *p, double x)
{
    return LEFT + (x - p->x_least) / (p->x_most - p->x_least) * (p->width - LEFT - RIGHT);
}

/* Of an interval what is drawn of it. */
static double to_y(const struct plane *p, double value)
{
    const double y = fmin(fmax(value, p->y_least), p->y_most);
    return HEIGHT - BOTTOM - (y - p->y_least) / (p->y_most - p->y_least) * (HEIGHT - TOP - BOTTOM);
}

struct chart_ticks chart_ticks_of(double least, double most, unsigned wanted)
{
    const double raw = (most - least) / wanted;
    if (!(raw > 0) || !isfinite(raw)) {
        return (struct chart_ticks){.first = least, .step = 1, .count = 1};
    }
    const double power = pow(10, floor(log10(raw)));
    const double digit = raw / power;
    const double step = power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
    const double first = ceil(least / step - 1e-9) * step;
    return (struct chart_ticks){
        .first = first,
        .step = step,
        .count = (unsigned)floor((most - first) / step + 1e-9) + 1,
        .decimals = step >= 1 ? 0 : (int)ceil(-log10(step) - 1e-9),
    };
}

/* Are there values below nothing? An interval alone is no reason to go there. */
static bool has_negative(const struct chart *c)
{
    bool has = c->least < 0;
    for (size_t s = 0; s < c->count; s++) {
        for (size_t i = 0; i < c->n; i++) {
            has = has || c->series[s].mean[i] < 0;
        }
    }
    return has;
}

struct range {
    double least, most;
};

/* A NaN is passed over. */
static void widen(struct range *r, const double *values, size_t n)
{
    for (size_t i = 0; values != NULL && i < n; i++) {
        r->least = fmin(r->least, values[i]);
        r->most = fmax(r->most, values[i]);
    }
}

/* What is drawn of intervals: of two replications one is thirteen standard errors wide, and would
 * drown the values. */
static struct range reach_of(const struct chart *c)
{
    struct range r = {(double)INFINITY, -(double)INFINITY};
    for (size_t s = 0; s < c->count; s++) {
        widen(&r, c->series[s].mean, c->n);
    }
    const double least = c->from_zero ? fmin(r.least, 0) : r.least;
    const double room = fmax(r.most - least, 0.1 * fmax(fabs(r.least), fabs(r.most)));
    return (struct range){r.least - room, r.most + room};
}

/* Least and most of all values, and of intervals as far as they are drawn. */
static struct range y_range(const struct chart *c)
{
    const struct range reach = reach_of(c);
    struct range r = {(double)INFINITY, -(double)INFINITY};
    for (size_t s = 0; s < c->count; s++) {
        widen(&r, c->series[s].low, c->n);
        widen(&r, c->series[s].high, c->n);
    }
    r = (struct range){fmax(r.least, reach.least), fmin(r.most, reach.most)};
    for (size_t s = 0; s < c->count; s++) {
        widen(&r, c->series[s].mean, c->n);
    }
    if (c->least < c->most) {
        r = (struct range){fmin(r.least, c->least), fmax(r.most, c->most)};
    }
    if (c->level_words != NULL) {
        r = (struct range){fmin(r.least, c->level), fmax(r.most, c->level)};
    }
    return r;
}

bool chart_is_cut(const struct chart *c)
{
    const struct range reach = reach_of(c);
    struct range r = {(double)INFINITY, -(double)INFINITY};
    for (size_t s = 0; s < c->count && c->kind != CHART_PICTURE; s++) {
        widen(&r, c->series[s].high, c->n);
        widen(&r, has_negative(c) ? c->series[s].low : NULL, c->n);
    }
    return r.most > reach.most || r.least < reach.least;
}

static struct plane plane_of(FILE *to, const struct chart *c)
{
    const struct range range = y_range(c);
    struct plane p = {.to = to,
                      .chart = c,
                      .width = c->is_wide ? WIDTH_WIDE : WIDTH,
                      .y_least = range.least,
                      .y_most = range.most};
    if (!(p.y_most >= p.y_least)) { /* no value at all */
        p.y_least = 0;
        p.y_most = 1;
    }
    if (has_negative(c)) {
        p.y_most = fmax(p.y_most, 0);
    } else if (c->from_zero || p.y_least < 0) {
        p.y_least = 0;
    }
    if (!(p.y_most > p.y_least)) {
        p.y_most = p.y_least + 1;
    }
    /* Widened to whole ticks, so that the axis ends where a number stands. */
    const struct chart_ticks t = chart_ticks_of(p.y_least, p.y_most, 5);
    p.y_least = floor(p.y_least / t.step + 1e-9) * t.step;
    p.y_most = ceil(p.y_most / t.step - 1e-9) * t.step;
    if (c->kind == CHART_BARS) {
        p.x_least = -0.5;
        p.x_most = (double)c->n - 0.5;
    } else if (c->names != NULL) {
        p.x_least = -0.25;
        p.x_most = (double)c->n - 0.75;
    } else {
        p.x_least = c->n > 0 ? fmin(0, c->x[0]) : 0;
        p.x_most = c->n > 0 ? c->x[c->n - 1] : 1;
        if (c->has_marks && c->n > 0) {
            const double room = 0.03 * (c->x[c->n - 1] - c->x[0]);
            p.x_least = c->x[0] - room;
            p.x_most += room > 0 ? room : 1;
        }
    }
    return p;
}

/* ---- axes ---- */

static void put_tick_x(const struct plane *p, double at, const char *text)
{
    (void)fprintf(p->to, "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                  to_x(p, at), HEIGHT - BOTTOM + 16);
    html_put(p->to, "%</text>\n", text);
}

/* Words that would run into each other are written aslant. */
static bool is_crowded(const struct plane *p)
{
    const struct chart *c = p->chart;
    size_t longest = 0;
    for (size_t i = 0; i < c->n && c->names != NULL; i++) {
        const size_t length = strlen(c->names[i]);
        longest = length > longest ? length : longest;
    }
    return c->n > 0 && 6.6 * (double)longest > (p->width - LEFT - RIGHT) / (double)c->n;
}

static void put_aslant(const struct plane *p, double at, const char *text)
{
    const double x = to_x(p, at) + 4;
    const double y = HEIGHT - BOTTOM + 12;
    (void)fprintf(p->to,
                  "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\" "
                  "transform=\"rotate(-25 %.1f %.1f)\">",
                  x, y, x, y);
    html_put(p->to, "%</text>\n", text);
}

static void put_axis_x(const struct plane *p)
{
    char text[32];
    const struct chart *c = p->chart;
    const bool is_aslant = is_crowded(p);
    if (c->kind == CHART_BARS || c->names != NULL) {
        const size_t every = c->n / 30 + 1;
        for (size_t i = 0; i < c->n; i += every) {
            (void)snprintf(text, sizeof text, "%.0f", c->x[i]);
            if (is_aslant) {
                put_aslant(p, (double)i, c->names[i]);
            } else {
                put_tick_x(p, (double)i, c->names != NULL ? c->names[i] : text);
            }
        }
    } else {
        const struct chart_ticks t = chart_ticks_of(p->x_least, p->x_most, c->is_wide ? 14 : 6);
        for (unsigned i = 0; i < t.count; i++) {
            (void)snprintf(text, sizeof text, "%.*f", t.decimals, t.first + i * t.step);
            put_tick_x(p, t.first + i * t.step, text);
        }
    }
    if (!is_aslant) { /* the words say it */
        html_put(p->to, "<text class=\"axis\" text-anchor=\"middle\"");
        (void)fprintf(p->to, " x=\"%.1f\" y=\"%.1f\"", (LEFT + p->width - RIGHT) / 2, HEIGHT - 6);
        html_put(p->to, ">%</text>\n", c->x_label);
    }
}

static void put_axis_y(const struct plane *p)
{
    const struct chart_ticks t = chart_ticks_of(p->y_least, p->y_most, 5);
    for (unsigned i = 0; i < t.count; i++) {
        const double value = t.first + i * t.step;
        const double y = to_y(p, value);
        (void)fprintf(
            p->to,
            "<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n"
            "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%.*f</text>\n",
            (p->y_least < 0 ? fabs(value) < t.step / 2 : i == 0) ? "base" : "grid", LEFT,
            p->width - RIGHT, y, y, LEFT - 8, y + 4, t.decimals, value);
    }
    const double middle = (TOP + HEIGHT - BOTTOM) / 2;
    (void)fprintf(p->to, "<text class=\"axis\" text-anchor=\"middle\" x=\"14\" y=\"%.1f\"", middle);
    (void)fprintf(p->to, " transform=\"rotate(-90 14 %.1f)\"", middle);
    html_put(p->to, ">%</text>\n", p->chart->y_label);
}

/* ---- lines ---- */

/* The pieces of a line between gaps. */
static void put_line(const struct plane *p, const struct chart_series *s)
{
    (void)fprintf(p->to, "<path class=\"line c%u l%u\" d=\"", chart_colour(s->place),
                  chart_dash(s->place));
    bool pen_down = false;
    for (size_t i = 0; i < p->chart->n; i++) {
        if (isnan(s->mean[i])) {
            pen_down = pen_down && p->chart->has_marks;
            continue;
        }
        (void)fprintf(p->to, "%c%.1f %.1f", pen_down ? 'L' : 'M', to_x(p, p->chart->x[i]),
                      to_y(p, s->mean[i]));
        pen_down = true;
    }
    (void)fputs("\"/>\n", p->to);
}

static void put_marks(const struct plane *p, const struct chart_series *s)
{
    for (size_t i = 0; i < p->chart->n; i++) {
        if (!isnan(s->mean[i])) {
            (void)fprintf(p->to, "<circle class=\"dot c%u\" cx=\"%.1f\" cy=\"%.1f\" r=\"3.2\"/>\n",
                          chart_colour(s->place), to_x(p, p->chart->x[i]), to_y(p, s->mean[i]));
        }
    }
}

static void put_level(const struct plane *p)
{
    const double y = to_y(p, p->chart->level);
    (void)fprintf(p->to, "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                  LEFT, p->width - RIGHT, y, y);
    (void)fprintf(p->to, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">", LEFT + 6, y - 5);
    html_put(p->to, "%</text>\n", p->chart->level_words);
}

/* There along the upper edge and back along the lower, from gap to gap. */
static void put_band(const struct plane *p, const struct chart_series *s)
{
    const double *x = p->chart->x;
    (void)fprintf(p->to, "<path class=\"band c%u\" d=\"", chart_colour(s->place));
    for (size_t i = 0; i < p->chart->n; i++) {
        const size_t begin = i;
        while (i < p->chart->n && !isnan(s->low[i]) && !isnan(s->high[i])) {
            (void)fprintf(p->to, "%c%.1f %.1f", i == begin ? 'M' : 'L', to_x(p, x[i]),
                          to_y(p, s->high[i]));
            i++;
        }
        for (size_t k = i; k > begin; k--) {
            (void)fprintf(p->to, "L%.1f %.1f%s", to_x(p, x[k - 1]), to_y(p, s->low[k - 1]),
                          k - 1 == begin ? "Z" : "");
        }
    }
    (void)fputs("\"/>\n", p->to);
}

static void put_mark(const struct plane *p)
{
    const struct chart_mark *m = &p->chart->mark;
    if (!(m->at >= p->x_least && m->at <= p->x_most)) {
        return;
    }
    const double x = to_x(p, m->at);
    if (!isnan(m->low) && !isnan(m->high)) {
        const double low = to_x(p, fmax(m->low, p->x_least));
        const double high = to_x(p, fmin(m->high, p->x_most));
        (void)fprintf(
            p->to, "<rect class=\"span\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
            low, TOP, high - low, HEIGHT - TOP - BOTTOM);
    }
    (void)fprintf(p->to, "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
                  x, x, TOP, HEIGHT - BOTTOM);
    const bool is_right = x > (LEFT + p->width) / 2;
    (void)fprintf(p->to, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">",
                  is_right ? x - 8 : x + 8, TOP + 12, is_right ? "end" : "start");
    html_put(p->to, "%</text>\n", m->text);
}

/* ---- bars ---- */

static void put_bar(const struct plane *p, size_t s, size_t i)
{
    const struct chart *c = p->chart;
    const struct chart_series *series = &c->series[s];
    const double value = series->mean[i];
    if (isnan(value)) {
        return;
    }
    const double group = to_x(p, 1) - to_x(p, 0);
    const double width = group * 0.76 / (double)c->count;
    const double x = to_x(p, (double)i) + ((double)s - (double)c->count / 2) * width;
    const double zero = to_y(p, fmax(p->y_least, 0));
    const double end = to_y(p, value);
    const double top = fmin(zero, end);
    (void)fprintf(p->to,
                  "<rect class=\"bar c%u%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\">",
                  chart_colour(series->place), s % 2 == 1 ? " light" : "", x, top, width * 0.92,
                  fmax(zero, end) - top);
    html_put(p->to, "<title>%, ", series->name);
    if (c->names != NULL) {
        html_put(p->to, "%", c->names[i]);
    } else {
        (void)fprintf(p->to, "%.0f", c->x[i]);
    }
    (void)fprintf(p->to, ": %.*f ", c->decimals, value);
    html_put(p->to, "%</title></rect>\n", c->unit);
    if (series->low != NULL && series->high[i] > series->low[i] && group > 6) {
        const double middle = x + width * 0.46;
        (void)fprintf(
            p->to, "<line class=\"whisker%s\" x1=\"%.2f\" x2=\"%.2f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
            width < 10 ? " thin" : "", middle, middle, to_y(p, series->low[i]),
            to_y(p, series->high[i]));
    }
}

/* ---- the whole ---- */

void chart_write_svg(FILE *to, const struct chart *chart)
{
    const struct plane p = plane_of(to, chart);
    (void)fprintf(to, "<svg class=\"%s%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\"",
                  chart->is_wide ? "w1060" : "w520", chart->count > 3 ? " many" : "", p.width,
                  HEIGHT);
    html_put(to, " aria-label=\"%\">\n", chart->title);
    put_axis_y(&p);
    put_axis_x(&p);
    for (size_t s = 0; s < chart->count && chart->kind == CHART_LINES; s++) {
        if (chart->series[s].low != NULL) {
            put_band(&p, &chart->series[s]);
        }
    }
    for (size_t s = 0; s < chart->count; s++) {
        if (chart->kind == CHART_LINES) {
            put_line(&p, &chart->series[s]);
        }
        if (chart->has_marks) {
            put_marks(&p, &chart->series[s]);
        }
        for (size_t i = 0; i < chart->n && chart->kind == CHART_BARS; i++) {
            put_bar(&p, s, i);
        }
    }
    if (chart->mark.text != NULL) {
        put_mark(&p);
    }
    if (chart->level_words != NULL) {
        put_level(&p);
    }
    (void)fputs("</svg>\n", to);
}

/* ---- data ---- */

static void put_key(FILE *to, const char *key, bool first)
{
    (void)fputs(first ? "" : ",", to);
    html_json_string(to, key);
    (void)fputc(':', to);
}

static void put_numbers(FILE *to, const char *key, const double *values, size_t n)
{
    put_key(to, key, false);
    (void)fputc('[', to);
    for (size_t i = 0; i < n; i++) {
        (void)fputs(i > 0 ? "," : "", to);
        html_json_number(to, values[i]);
    }
    (void)fputc(']', to);
}

static void put_names(FILE *to, const char *const *names, size_t n)
{
    put_key(to, "names", false);
    for (size_t i = 0; i < n; i++) {
        (void)fputc(i > 0 ? ',' : '[', to);
        html_json_string(to, names[i]);
    }
    (void)fputc(']', to);
}

static void put_series(FILE *to, const struct chart_series *s, size_t n)
{
    (void)fputc('{', to);
    put_key(to, "name", true);
    html_json_string(to, s->name);
    (void)fprintf(to, ",\"colour\":%u,\"dash\":%u", chart_colour(s->place), chart_dash(s->place));
    put_numbers(to, "mean", s->mean, n);
    if (s->low != NULL) {
        put_numbers(to, "low", s->low, n);
        put_numbers(to, "high", s->high, n);
    }
    (void)fputc('}', to);
}

static void put_json_mark(FILE *to, const struct chart_mark *m)
{
    (void)fputs(",\"mark\":{\"at\":", to);
    html_json_number(to, m->at);
    (void)fputs(",\"low\":", to);
    html_json_number(to, m->low);
    (void)fputs(",\"high\":", to);
    html_json_number(to, m->high);
    (void)fputs(",\"text\":", to);
    html_json_string(to, m->text);
    (void)fputc('}', to);
}

/* What the y axis holds whatever is shown: bars that go down, other panels, a level. */
static void put_json_range(FILE *to, const struct chart *chart)
{
    const struct range range = y_range(chart);
    const struct range reach = reach_of(chart);
    const bool is_held = chart->least < chart->most || chart->level_words != NULL;
    if (has_negative(chart)) {
        (void)fputs(",\"least\":", to);
        html_json_number(to, range.least);
    }
    if (is_held) {
        (void)fputs(",\"most\":", to);
        html_json_number(to, range.most);
    }
    if (chart_is_cut(chart)) {
        (void)fputs(",\"reach\":[", to);
        html_json_number(to, reach.least);
        (void)fputc(',', to);
        html_json_number(to, reach.most);
        (void)fputc(']', to);
    }
    if (chart->level_words != NULL) {
        (void)fputs(",\"level\":{\"at\":", to);
        html_json_number(to, chart->level);
        (void)fputs(",\"text\":", to);
        html_json_string(to, chart->level_words);
        (void)fputc('}', to);
    }
}

void chart_write_json(FILE *to, const struct chart *chart)
{
    const struct {
        const char *key, *text;
    } texts[] = {
        {"id", chart->id},          {"kind", chart->kind == CHART_BARS ? "bars" : "lines"},
        {"title", chart->title},    {"xLabel", chart->x_label},
        {"yLabel", chart->y_label}, {"xUnit", chart->x_unit},
        {"unit", chart->unit},      {"what", chart->what != NULL ? chart->what : ""},
    };
    (void)fputc('{', to);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put_key(to, texts[i].key, i == 0);
        html_json_string(to, texts[i].text);
    }
    (void)fprintf(to, ",\"decimals\":%d,\"fromZero\":%s,\"isTime\":%s,\"hasMarks\":%s",
                  chart->decimals, chart->from_zero ? "true" : "false",
                  chart->is_time ? "true" : "false", chart->has_marks ? "true" : "false");
    put_json_range(to, chart);
    if (chart->mark.text != NULL) {
        put_json_mark(to, &chart->mark);
    }
    put_numbers(to, "x", chart->x, chart->n);
    if (chart->names != NULL) {
        put_names(to, chart->names, chart->n);
    }
    (void)fputs(",\"series\":[", to);
    for (size_t s = 0; s < chart->count; s++) {
        (void)fputs(s > 0 ? "," : "", to);
        put_series(to, &chart->series[s], chart->n);
    }
    (void)fputs("]}", to);
}
