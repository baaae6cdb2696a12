/* The parts of the report that are read first: header, highlights, warnings, figures. */
#include "analysis/report/sections.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/picture.h"

enum { TILES_MAX = 4, TILE_VARIANTS_MAX = 3 };

/* ---- header ---- */

void section_scenario_name(const struct report_data *data, char *name, size_t bytes)
{
    static const char key[] = "\nname: ";
    const char *found = strstr(data->origin.scenario_resolved, key);
    if (found != NULL) {
        found += sizeof key - 1;
        (void)snprintf(name, bytes, "%.*s", (int)strcspn(found, "\n"), found);
        return;
    }
    const char *slash = strrchr(data->origin.scenario_path, '/');
    (void)snprintf(name, bytes, "%s", slash != NULL ? slash + 1 : data->origin.scenario_path);
}

void section_fact(FILE *to, const char *name, const char *value)
{
    html_put(to, "<div><dt>%</dt><dd>%</dd></div>\n", name, value);
}

void section_swatch(FILE *to, size_t place)
{
    (void)fprintf(to, "<i class=\"swatch c%u\"></i>", chart_colour(place));
}

/* A variant in a narrow place: its name breaks where it is put together, never after the colour. */
void section_variant(FILE *to, size_t place, const char *name)
{
    html_put(to, "<span class=\"whole\">");
    section_swatch(to, place);
    while (name[0] != '\0') {
        char piece[64];
        size_t length = strcspn(name, "+-_.");
        length += name[length] != '\0';
        length = length < sizeof piece ? length : sizeof piece - 1;
        (void)snprintf(piece, sizeof piece, "%.*s", (int)length, name);
        name += length;
        html_put(to, name[0] != '\0' ? "%</span><wbr><span class=\"whole\">" : "%", piece);
    }
    html_put(to, "</span>");
}

void section_variants(FILE *to, const char *const *variant, uint32_t variants)
{
    html_put(to, "<div><dt>variants</dt><dd>");
    for (uint32_t v = 0; v < variants; v++) {
        section_swatch(to, v);
        html_put(to, v + 1 < variants ? "%, " : "%", variant[v]);
    }
    html_put(to, "</dd></div>\n");
}

void section_header(FILE *to, const struct report_page *page)
{
    const struct report_data *data = page->data;
    char text[FORMAT_BYTES];
    char name[256];
    section_scenario_name(data, name, sizeof name);
    html_put(to, "<header>\n<p class=\"kicker\">nimblesim report</p>\n<h1>%</h1>\n", name);
    if (strcmp(data->origin.state, "complete") != 0) {
        html_put(to,
                 "<p class=\"alert\" role=\"alert\"><strong>Incomplete.</strong> The invocation is "
                 "marked \u2018%\u2019. Only the runs that are complete are shown.</p>\n",
                 data->origin.state);
    }
    html_put(to, "<dl class=\"facts\">\n");
    section_fact(to, "model", data->model->schema.name);
    section_variants(to, data->variant, data->variant_count);
    (void)snprintf(text, sizeof text, "%" PRIu32, data->replications);
    section_fact(to, "replications", text);
    if (data->duration_s > 0) {
        (void)snprintf(text, sizeof text, "%g s", data->duration_s);
        section_fact(to, "simulated time", text);
    }
    for (size_t i = 0; i < data->entities_count; i++) {
        char plural[64];
        (void)snprintf(plural, sizeof plural, "%.60ss", data->entities[i].key);
        (void)snprintf(text, sizeof text, "%zu", data->entities[i].total);
        section_fact(to, plural, text);
    }
    section_fact(to, "seed", data->origin.seed);
    section_fact(to, "commit", data->origin.commit);
    html_put(to, "</dl>\n</header>\n");
}

/* ---- highlights ---- */

void section_tile(FILE *to, const char *value, const char *what, const char *below)
{
    html_put(to, "<div class=\"tile\"><dt>%</dt><dd><strong>%</strong><span>%</span></dd></div>\n",
             what, value, below);
}

void section_interval(char text[], size_t bytes, const struct stats_estimate *e, const char *unit,
                      double neutral)
{
    if (!e->has_interval) {
        (void)snprintf(text, bytes, "one replication");
        return;
    }
    const struct format_scale s = format_scale_of(unit, e->mean);
    const bool is_open = e->low < neutral && e->high > neutral; /* never of a NaN */
    (void)snprintf(text, bytes, "95 %%: %.*f to %.*f%s", s.decimals, e->low / s.divisor, s.decimals,
                   e->high / s.divisor, is_open ? ": not significant" : "");
}

/* Is the mean a matter of luck? Then its interval is what there is to say. */
static bool is_loose(const struct stats_estimate *e)
{
    return e->has_interval && e->half_width > fabs(e->mean) / 2;
}

static void put_range(FILE *to, const char *what, const struct stats_estimate *e, const char *unit)
{
    char value[FORMAT_BYTES];
    char mean[FORMAT_BYTES];
    char below[FORMAT_BYTES + 32];
    const struct format_scale s = format_scale_of(unit, fmax(fabs(e->low), fabs(e->high)));
    (void)snprintf(value, sizeof value, "%.*f to %.*f%s%.8s", s.decimals, e->low / s.divisor,
                   s.decimals, e->high / s.divisor, s.unit[0] != '\0' ? "\u00a0" : "", s.unit);
    format_value(mean, e->mean, unit);
    (void)snprintf(below, sizeof below, "95 %% interval; mean %.80s", mean);
    section_tile(to, value, what, below);
}

static void put_contrast(FILE *to, const struct report_data *data, const struct contrasts_row *row)
{
    char value[FORMAT_BYTES];
    char label[CONTRASTS_TEXT_BYTES];
    char interval[FORMAT_BYTES];
    const struct model_contrast *of = row->of;
    const struct stats_estimate *e = &row->estimate;
    contrasts_label(&data->contrasts, row, label);
    const char *what = label + strspn(label, " ");
    if (isnan(e->mean)) {
        section_tile(to, "never", what, "in no replication");
        return;
    }
    const bool is_ratio = of->unit[0] == '\0' && of->neutral > 0;
    if (is_loose(e)) {
        put_range(to, what, e, of->unit);
        return;
    }
    if (is_ratio) {
        (void)snprintf(value, sizeof value, "%.2f\u00d7", e->mean);
    } else {
        format_value(value, e->mean, of->unit);
    }
    section_interval(interval, sizeof interval, e, of->unit, of->neutral);
    section_tile(to, value, what, interval);
}

static bool is_headline(const struct model *m, const struct contrasts_row *row)
{
    for (size_t i = 0; i < m->headlines; i++) {
        if (strcmp(m->headline[i].contrast, row->of->name) == 0) {
            return true;
        }
    }
    return m->headlines == 0;
}

/* Those that a row for each of many variants would drown are left to the table. Returns how many.
 */
static size_t put_contrasts(FILE *to, const struct report_data *data)
{
    size_t put = 0;
    for (size_t i = 0; i < data->contrasts.rows && put < TILES_MAX; i++) {
        const struct contrasts_row *row = &data->contrasts.row[i];
        const bool is_one_of_many = row->of->a == NULL && data->variant_count > TILE_VARIANTS_MAX;
        if (is_headline(data->model, row) && !is_one_of_many) {
            put_contrast(to, data, row);
            put++;
        }
    }
    return put;
}

static void put_measure(FILE *to, const struct report_data *data, const struct report_measure *m)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        char value[FORMAT_BYTES];
        char label[256];
        char interval[FORMAT_BYTES];
        char name[REPORT_TITLE_BYTES];
        report_measure_title(data->model, (size_t)(m->of - data->model->measure), name);
        format_value(value, m->at[v].mean, m->of->unit);
        section_interval(interval, sizeof interval, &m->at[v], m->of->unit, (double)NAN);
        (void)snprintf(label, sizeof label, "%.120s, %.120s", name, data->variant[v]);
        section_tile(to, value, label, interval);
    }
}

/* Of many variants the one with the least and the one with the most. */
static void put_extremes(FILE *to, const struct report_data *data, const struct report_measure *m)
{
    uint32_t least = 0;
    uint32_t most = 0;
    for (uint32_t v = 1; v < data->variant_count; v++) {
        least = m->at[v].mean < m->at[least].mean || isnan(m->at[least].mean) ? v : least;
        most = m->at[v].mean > m->at[most].mean || isnan(m->at[most].mean) ? v : most;
    }
    const struct {
        uint32_t variant;
        const char *word;
    } ends[] = {{least, "least"}, {most, "most"}};
    for (size_t i = 0; i < 2; i++) {
        char value[FORMAT_BYTES];
        char label[256];
        const uint32_t v = ends[i].variant;
        char name[REPORT_TITLE_BYTES];
        report_measure_title(data->model, (size_t)(m->of - data->model->measure), name);
        format_value(value, m->at[v].mean, m->of->unit);
        (void)snprintf(label, sizeof label, "%.120s, %s of %u variants", name, ends[i].word,
                       data->variant_count);
        section_tile(to, value, label, data->variant[v]);
    }
}

static bool put_if_shown(FILE *to, const struct report_data *data, const struct report_measure *m)
{
    if (m == NULL || !m->is_shown) {
        return false;
    }
    if (data->variant_count > TILE_VARIANTS_MAX) {
        put_extremes(to, data, m);
    } else {
        put_measure(to, data, m);
    }
    return true;
}

static bool is_one_of(const struct report_measure *m, const char *const *name, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(m->of->name, name[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void put_measures(FILE *to, const struct report_data *data)
{
    static const char *const names[] = {"response_mean_s", "response_p95_s", "completed"};
    const size_t most = data->variant_count > 1 ? 2 : 3;
    size_t put = 0;
    for (size_t i = 0; i < most; i++) {
        put += put_if_shown(to, data, report_find_measure(data, names[i]));
    }
    /* A model that has none of them: its first times. */
    for (size_t i = 0; i < data->measure_count && put < 2; i++) {
        if (strcmp(data->measure[i].of->unit, "s") == 0 &&
            !is_one_of(&data->measure[i], names, 3)) {
            put += put_if_shown(to, data, &data->measure[i]);
        }
    }
}

/* "82 % / 61 %", or of many variants the span. */
static void put_answered(FILE *to, const struct report_data *data)
{
    const struct report_measure *m = report_find_measure(data, "answered_share");
    if (m == NULL || !m->is_shown) {
        return;
    }
    char value[FORMAT_BYTES] = "";
    char below[256] = "";
    double least = (double)INFINITY;
    double most = -(double)INFINITY;
    size_t used = 0;
    size_t named = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        const double share = 100 * m->at[v].mean;
        const char *gap = v > 0 ? " / " : "";
        least = fmin(least, share);
        most = fmax(most, share);
        if (data->variant_count <= TILE_VARIANTS_MAX) {
            used +=
                (size_t)snprintf(value + used, sizeof value - used, "%s%.3g\u00a0%%", gap, share);
            named += (size_t)snprintf(below + named, sizeof below - named, "%s%.60s", gap,
                                      data->variant[v]);
        }
    }
    if (!(most - least > 0.05)) { /* no difference that the digits would show */
        (void)snprintf(value, sizeof value, "%.3g\u00a0%%", most);
    } else if (data->variant_count > TILE_VARIANTS_MAX) {
        (void)snprintf(value, sizeof value, "%.3g to %.3g\u00a0%%", least, most);
    }
    if (data->variant_count > TILE_VARIANTS_MAX) {
        (void)snprintf(below, sizeof below, "%u variants", data->variant_count);
    }
    section_tile(to, value, "answered", below);
}

/* A result of no run may say anything, at a length of 300 digits. */
static size_t put_mean(char *text, size_t bytes, const char *gap, double mean)
{
    return (size_t)(fabs(mean) < 1e7 ? snprintf(text, bytes, "%s%.2f", gap, mean)
                                     : snprintf(text, bytes, "%s%.3g", gap, mean));
}

/* "9.45 / 10.21 s" of few variants: what 95 % stay within. */
static void put_quantile(FILE *to, const struct report_data *data)
{
    const struct report_measure *m = report_find_measure(data, "response_p95_s");
    char value[FORMAT_BYTES] = "";
    char below[256] = "";
    size_t used = 0;
    size_t named = 0;
    if (m == NULL || !m->is_shown || data->variant_count > TILE_VARIANTS_MAX) {
        return;
    }
    const struct format_scale s = format_scale_of("s", m->at[0].mean);
    for (uint32_t v = 0; v < data->variant_count; v++) {
        const char *gap = v > 0 ? " / " : "";
        const double mean = m->at[v].mean / s.divisor;
        used += put_mean(value + used, sizeof value - used, gap, mean);
        named +=
            (size_t)snprintf(below + named, sizeof below - named, "%s%.60s", gap, data->variant[v]);
        ASSERT(used < sizeof value && named < sizeof below);
    }
    (void)snprintf(value + used, sizeof value - used, "\u00a0%s", s.unit);
    section_tile(to, value, "95 % respond within", below);
}

void section_highlights(FILE *to, const struct report_data *data)
{
    html_put(to, "<section aria-label=\"Highlights\">\n<dl class=\"tiles\">\n");
    put_answered(to, data);
    if (put_contrasts(to, data) == 0) {
        put_measures(to, data);
    } else {
        put_quantile(to, data);
    }
    html_put(to, "</dl>\n</section>\n");
}

/* ---- warnings ---- */

static bool is_above_zero(const struct report_data *data, const struct report_measure *m)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (m->at[v].mean > 0) {
            return true;
        }
    }
    return false;
}

static double worst_share(const struct report_data *data)
{
    double worst = 0;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        worst = fmax(worst, data->bad_share[v]);
    }
    return worst;
}

/* "failed: nimble 12 (1.2 %), monolithic 390 (39 %)" */
static void put_bad(FILE *to, const struct report_data *data, const struct report_measure *m)
{
    const struct report_measure *calls = report_find_measure(data, "calls");
    html_put(to, "<li><strong>%</strong>: ", m->of->label + strspn(m->of->label, " "));
    for (uint32_t v = 0; v < data->variant_count; v++) {
        char value[FORMAT_BYTES];
        char share[32] = "";
        format_value(value, m->at[v].mean, m->of->unit);
        if (calls != NULL && calls->at[v].mean > 0 && m->of->unit[0] == '\0') {
            (void)snprintf(share, sizeof share, " (%.2g\u00a0%%)",
                           100 * m->at[v].mean / calls->at[v].mean);
        }
        html_put(to, v > 0 ? ", % %%" : "% %%", data->variant[v], value, share);
    }
    html_put(to, "</li>\n");
}

static void put_failures(FILE *to, const struct report_data *data)
{
    bool is_open = false;
    for (size_t i = 0; i < data->measure_count; i++) {
        const struct report_measure *m = &data->measure[i];
        if (!m->of->is_bad_above_zero || !is_above_zero(data, m)) {
            continue;
        }
        if (!is_open) {
            const bool is_much = worst_share(data) > SECTION_BAD_SHARE;
            html_put(to,
                     "<section id=\"failures\" class=\"%\">\n<h2>Not all went well</h2>\n<p>A "
                     "replication, on average; in brackets the part of the calls. Mean times are "
                     "over the calls that were answered.</p>\n<ul>\n",
                     is_much ? "alert" : "note-line");
        }
        is_open = true;
        put_bad(to, data, m);
    }
    html_put(to, is_open ? "</ul>\n</section>\n" : "");
}

static void put_told(FILE *to, const struct report_data *data)
{
    html_put(to, "<section id=\"warnings\" class=\"alert\">\n<h2>Warnings</h2>\n<ul>\n");
    for (size_t i = 0; i < data->warning_count; i++) {
        const struct report_warning *w = &data->warning[i];
        char place[64];
        (void)snprintf(place, sizeof place, ", replication %" PRIu32 ", %g s: ", w->replication,
                       w->t_s);
        html_put(to, "<li><strong>%%</strong>%</li>\n", w->variant, place, w->text);
    }
    html_put(to, "</ul>\n");
    if (data->warning_count < data->warning_total) {
        (void)fprintf(to, "<p>The first %zu of %zu are shown.</p>\n", data->warning_count,
                      data->warning_total);
    }
    html_put(to, "</section>\n");
}

void section_warnings(FILE *to, const struct report_data *data)
{
    put_failures(to, data);
    if (data->warning_total > 0) {
        put_told(to, data);
    }
}

/* ---- figures ---- */

static void put_key(FILE *to, const struct chart *chart, const struct chart_series *s)
{
    (void)fprintf(to, "<button type=\"button\" class=\"key c%u\" aria-pressed=\"true\" disabled>",
                  chart_colour(s->place));
    if (chart->kind == CHART_LINES) {
        chart_write_sample(to, s->place);
    } else {
        html_put(to, "<i class=\"swatch\"></i>");
    }
    html_put(to, "<span>%</span><output></output></button>", s->name);
}

/* The kinds of a picture's spans; cells have their scale inside. */
static void put_kinds(FILE *to, const struct drawn *d)
{
    for (size_t i = 0; i < d->series.count && d->of.picture == MODEL_SPANS; i++) {
        html_put(to, "<span class=\"kind\">");
        section_swatch(to, i);
        html_put(to, "%</span>", d->series.word[i]);
    }
}

static void put_head(FILE *to, const struct chart *chart)
{
    html_put(to, "<figure class=\"card %\" id=\"figure-%\">\n<div class=\"head\"><h3>%</h3>\n",
             chart->is_wide    ? "wide"
             : chart->is_third ? "third"
                               : "half",
             chart->id, chart->title);
    html_put(to, "<div class=\"legend\"><span class=\"at\"></span>");
    for (size_t s = 0; s < chart->count; s++) {
        put_key(to, chart, &chart->series[s]);
    }
    if (chart->kind == CHART_PICTURE) {
        put_kinds(to, chart->picture);
    }
    html_put(to, "</div></div>\n");
}

void section_figure(FILE *to, const struct chart *chart)
{
    put_head(to, chart);
    html_put(to, chart->kind == CHART_PICTURE ? "" : "<div class=\"plot\"></div>\n");
    html_put(to, "<div class=\"static\" tabindex=\"0\" role=\"group\" aria-label=\"Figure: %\">\n",
             chart->title);
    if (chart->kind == CHART_PICTURE) {
        picture_write(to, chart->picture);
    } else {
        chart_write_svg(to, chart);
    }
    html_put(to, "</div>\n");
    if (chart->kind == CHART_PICTURE) {
        picture_write_numbers(to, chart->picture);
    }
    if (chart->caption[0] != '\0') {
        html_put(to, "<figcaption>%%</figcaption>\n", chart->caption,
                 chart_is_cut(chart) ? " What reaches beyond the figure is cut off." : "");
    }
    html_put(to, "</figure>\n");
}

void section_chart_data(FILE *to, const struct chart *chart)
{
    if (chart->kind != CHART_PICTURE) {
        (void)fputs("<script type=\"application/json\" class=\"chart-data\">", to);
        chart_write_json(to, chart);
        (void)fputs("</script>\n", to);
    }
}

static void put_figures(FILE *to, const struct figures *figures, const char *id, const char *title)
{
    html_put(to, "<section id=\"%\">\n<h2>%</h2>\n<div class=\"figures\">\n", id, title);
    for (size_t i = 0; i < figures->count; i++) {
        section_figure(to, &figures->chart[i]);
    }
    html_put(to, "</div>\n</section>\n");
}

void section_figures(FILE *to, const struct figures *figures)
{
    put_figures(to, figures, "figures", "Figures");
}

void section_pictures(FILE *to, const struct figures *figures)
{
    if (figures->count > 0) {
        put_figures(to, figures, "pictures", "Pictures");
    }
}
