/* The parts of the report that are read first: header, highlights, warnings, figures. */
#include "analysis/report/sections.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"

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

static void put_fact(FILE *to, const char *name, const char *value)
{
    html_put(to, "<div><dt>%</dt><dd>%</dd></div>\n", name, value);
}

static void put_variants(FILE *to, const struct report_data *data)
{
    html_put(to, "<div><dt>variants</dt><dd>");
    for (uint32_t v = 0; v < data->variant_count; v++) {
        (void)fprintf(to, "<i class=\"swatch c%u\"></i>", v);
        html_put(to, v + 1 < data->variant_count ? "%, " : "%", data->variant[v]);
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
    put_variants(to, data);
    (void)snprintf(text, sizeof text, "%" PRIu32, data->replications);
    put_fact(to, "replications", text);
    (void)snprintf(text, sizeof text, "%g s", data->duration_s);
    put_fact(to, "simulated time", text);
    (void)snprintf(text, sizeof text, "%zu", data->node_total);
    put_fact(to, "nodes, with the registry", text);
    put_fact(to, "seed", data->origin.seed);
    put_fact(to, "commit", data->origin.commit);
    html_put(to, "</dl>\n</header>\n");
}

/* ---- highlights ---- */

static void put_tile(FILE *to, const char *value, const char *what, const char *interval)
{
    html_put(to, "<div class=\"tile\"><dt>%</dt><dd><strong>%</strong><span>%</span></dd></div>\n",
             what, value, interval);
}

/* "95 %: 2.1 to 2.3" in the same scale as the value. */
static void format_interval(char text[FORMAT_BYTES], const struct stats_estimate *e,
                            const char *unit)
{
    if (!e->has_interval) {
        (void)snprintf(text, FORMAT_BYTES, "one replication");
        return;
    }
    const struct format_scale s = format_scale_of(unit, e->mean);
    const double sign = e->mean < 0 ? -1 : 1;
    const double a = sign * e->low / s.divisor;
    const double b = sign * e->high / s.divisor;
    (void)snprintf(text, FORMAT_BYTES, "95 %%: %.*f to %.*f", s.decimals, fmin(a, b), s.decimals,
                   fmax(a, b));
}

static void put_ratio(FILE *to, const char *what, const struct stats_estimate *e)
{
    char value[FORMAT_BYTES];
    char interval[FORMAT_BYTES];
    if (isnan(e->mean)) {
        return;
    }
    (void)snprintf(value, sizeof value, "%.2f\u00d7", e->mean);
    format_interval(interval, e, "");
    put_tile(to, value, what, interval);
}

static void put_gain(FILE *to, const char *better, const char *worse,
                     const struct stats_estimate *e)
{
    char value[FORMAT_BYTES];
    char interval[FORMAT_BYTES];
    if (isnan(e->mean)) {
        return;
    }
    format_value(value, fabs(e->mean), "s");
    format_interval(interval, e, "s");
    if (e->has_interval && e->low < 0 && e->high > 0) {
        (void)snprintf(interval + strlen(interval), sizeof interval - strlen(interval),
                       ": not significant");
    }
    put_tile(to, value, e->mean >= 0 ? better : worse, interval);
}

static void put_compared(FILE *to, const struct stats_estimate *e)
{
    put_ratio(to, "sent by the gateway, monolithic to nimble", &e[REPORT_GATEWAY_RATIO]);
    put_ratio(to, "all traffic, monolithic to nimble", &e[REPORT_TRAFFIC_RATIO]);
    if (isnan(e[REPORT_BREAK_EVEN].mean)) {
        put_tile(to, "never", "traffic breaks even", "nimble moves more bytes to the end");
    } else {
        put_gain(to, "until traffic breaks even", "until traffic breaks even",
                 &e[REPORT_BREAK_EVEN]);
    }
    put_gain(to, "nimble answers faster by", "nimble answers slower by", &e[REPORT_RESPONSE_GAIN]);
    put_ratio(to, "acquisition time, nimble to monolithic", &e[REPORT_ACQUISITION_RATIO]);
}

static void put_metric(FILE *to, const struct report_data *data, const char *name, const char *what)
{
    const struct report_metric *m = report_find_metric(data, name);
    for (uint32_t v = 0; m != NULL && v < data->variant_count; v++) {
        char value[FORMAT_BYTES];
        char label[256];
        char interval[FORMAT_BYTES];
        format_value(value, m->of[v].mean, m->unit);
        format_interval(interval, &m->of[v], m->unit);
        (void)snprintf(label, sizeof label, "%s, %s", what, data->variant[v]);
        put_tile(to, value, label, interval);
    }
}

void section_highlights(FILE *to, const struct report_data *data)
{
    html_put(to, "<section aria-label=\"Highlights\">\n<dl class=\"tiles\">\n");
    if (data->has_comparison) {
        put_compared(to, data->comparison);
    } else {
        put_metric(to, data, "response_mean_s", "mean response");
        put_metric(to, data, "completed", "calls completed");
        put_metric(to, data, "tx_bytes", "bytes sent");
    }
    html_put(to, "</dl>\n</section>\n");
}

/* ---- warnings ---- */

void section_warnings(FILE *to, const struct report_data *data)
{
    if (data->warning_total == 0) {
        return;
    }
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

/* ---- figures ---- */

static void put_figure(FILE *to, const struct chart *chart)
{
    html_put(to, "<figure class=\"card %\" id=\"figure-%\">\n<div class=\"head\"><h3>%</h3>\n",
             chart->is_wide ? "wide" : "half", chart->id, chart->title);
    html_put(to, "<div class=\"legend\"><span class=\"at\"></span>");
    for (size_t s = 0; s < chart->count; s++) {
        (void)fprintf(to,
                      "<button type=\"button\" class=\"key c%u\" aria-pressed=\"true\" disabled>",
                      chart->series[s].colour);
        html_put(to, "<i class=\"swatch\"></i><span>%</span><output></output></button>",
                 chart->series[s].name);
    }
    html_put(to,
             "</div></div>\n<div class=\"plot\"></div>\n<div class=\"static\" tabindex=\"0\" "
             "role=\"group\" aria-label=\"Figure: %\">\n",
             chart->title);
    chart_write_svg(to, chart);
    html_put(to, "</div>\n<figcaption>%</figcaption>\n</figure>\n", chart->caption);
}

void section_figures(FILE *to, const struct figures *figures)
{
    html_put(to, "<section id=\"figures\">\n<h2>Figures</h2>\n<div class=\"figures\">\n");
    for (size_t i = 0; i < figures->count; i++) {
        put_figure(to, &figures->chart[i]);
    }
    html_put(to, "</div>\n</section>\n");
}
