/* The parts of the report that are looked up: tables, scenario, provenance. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/sections.h"

static void open_table(FILE *to, const char *class, const char *label)
{
    html_put(to,
             "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%\">"
             "<table class=\"%\">\n",
             label, class);
}

static void close_table(FILE *to)
{
    html_put(to, "</table></div>\n");
}

static void put_estimate(FILE *to, const struct stats_estimate *e, const char *unit)
{
    char text[FORMAT_BYTES];
    format_estimate(text, e, unit);
    html_put(to, "<td>%</td>", text);
}

/* ---- comparison ---- */

static const struct comparison_row {
    const char *unit, *label;
} comparison_rows[REPORT_COMPARISONS] = {
    [REPORT_GATEWAY_RATIO] = {"", "bytes sent by the gateway, monolithic / nimble"},
    [REPORT_TRAFFIC_RATIO] = {"", "all traffic, monolithic / nimble"},
    [REPORT_BREAK_EVEN] = {"s", "all traffic breaks even at"},
    [REPORT_RESPONSE_GAIN] = {"s", "mean response, monolithic \u2212 nimble"},
    [REPORT_ACQUISITION_RATIO] = {"", "mean acquisition, nimble / monolithic"},
    [REPORT_EXECUTION_EXTRA] = {"s", "mean execution, nimble \u2212 monolithic"},
    [REPORT_GLOBAL_SHARE] = {"", "nimble tasklets found by global search"},
    [REPORT_REGISTRY_SHARE] = {"", "nimble tasklets fetched from the registry"},
};

void section_comparison(FILE *to, const struct report_data *data)
{
    if (!data->has_comparison) {
        return;
    }
    html_put(to, "<section id=\"comparison\">\n<h2>What splitting changes</h2>\n"
                 "<p class=\"lead\">Both variants see the same robots and the same calls, so each "
                 "figure is taken within a replication and averaged afterwards.</p>\n");
    open_table(to, "numbers", "What splitting changes");
    html_put(to,
             "<thead><tr><th scope=\"col\">figure</th><th scope=\"col\">mean \u00b1 95 %</th>"
             "<th scope=\"col\">pairs</th></tr></thead>\n<tbody>\n",
             "%");
    for (int f = 0; f < REPORT_COMPARISONS; f++) {
        const struct stats_estimate *e = &data->comparison[f];
        html_put(to, "<tr><th scope=\"row\">%</th>", comparison_rows[f].label);
        put_estimate(to, e, comparison_rows[f].unit);
        (void)fprintf(to, "<td>%" PRIu64 "</td></tr>\n", e->n);
    }
    html_put(to, "</tbody>");
    close_table(to);
    html_put(to, "</section>\n");
}

/* ---- summary ---- */

static void put_metric_row(FILE *to, const struct report_data *data, const struct report_metric *m,
                           const char *label)
{
    const size_t indent = strspn(label, " ") / 2;
    (void)fprintf(to, "<tr><th scope=\"row\" class=\"in%zu\">", indent < 2 ? indent : 2);
    html_put(to, "%</th>", label + strspn(label, " "));
    for (uint32_t v = 0; v < data->variant_count; v++) {
        put_estimate(to, &m->of[v], m->unit);
    }
    html_put(to, "<td class=\"name\"><code>%</code></td></tr>\n", m->name);
}

static bool has_label(const struct report_page *page, const char *name)
{
    for (size_t i = 0; i < page->label_count; i++) {
        if (strcmp(page->labels[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void put_variant_heads(FILE *to, const struct report_data *data)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        (void)fprintf(to, "<th scope=\"col\"><i class=\"swatch c%u\"></i>", v);
        html_put(to, "%</th>", data->variant[v]);
    }
}

void section_summary(FILE *to, const struct report_page *page)
{
    const struct report_data *data = page->data;
    char lead[160];
    (void)snprintf(
        lead, sizeof lead,
        data->replications > 1
            ? "Mean and half width of the 95 %% interval (Student\u2019s t) over %" PRIu32
              " replications."
            : "One replication: no intervals.",
        data->replications);
    html_put(to, "<section id=\"summary\">\n<h2>Summary</h2>\n<p class=\"lead\">%</p>\n", lead);
    open_table(to, "numbers", "Summary");
    html_put(to, "<thead><tr><th scope=\"col\">metric</th>");
    put_variant_heads(to, data);
    html_put(to, "<th scope=\"col\" class=\"name\">key</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < page->label_count; i++) {
        const struct report_metric *m = report_find_metric(data, page->labels[i].name);
        if (m != NULL) {
            put_metric_row(to, data, m, page->labels[i].label);
        }
    }
    for (size_t i = 0; i < data->metric_count; i++) {
        const struct report_metric *m = &data->metric[i];
        if (!has_label(page, m->name)) {
            put_metric_row(to, data, m, m->name);
        }
    }
    html_put(to, "</tbody>");
    close_table(to);
    html_put(to, "</section>\n");
}

void section_distribution(FILE *to, const struct report_data *data)
{
    const struct report_distribution *d = data->distribution;
    if (d == NULL) {
        return;
    }
    html_put(to, "<section id=\"quantiles\">\n<h2>Response times of all calls</h2>\n");
    open_table(to, "numbers", "Response times of all calls");
    html_put(to, "<thead><tr><th scope=\"col\">quantile</th>");
    put_variant_heads(to, data);
    html_put(to, "</tr></thead>\n<tbody>\n");
    const struct {
        const char *name;
        const double *value;
    } rows[] = {{"median", d->median_s}, {"95 % within", d->p95_s}, {"99 % within", d->p99_s}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        html_put(to, "<tr><th scope=\"row\">%</th>", rows[i].name);
        for (uint32_t v = 0; v < data->variant_count; v++) {
            char text[FORMAT_BYTES];
            format_value(text, rows[i].value[v], "s");
            html_put(to, "<td>%</td>", text);
        }
        html_put(to, "</tr>\n");
    }
    html_put(to, "<tr><th scope=\"row\">completed calls</th>");
    for (uint32_t v = 0; v < data->variant_count; v++) {
        (void)fprintf(to, "<td>%" PRIu64 "</td>", d->calls[v]);
    }
    html_put(to, "</tr>\n</tbody>");
    close_table(to);
    html_put(to, "</section>\n");
}

/* ---- nodes ---- */

static const struct node_column {
    enum report_node_figure figure;
    const char *unit, *label;
} node_columns[] = {
    {REPORT_TX_BYTES, "B", "sent"},      {REPORT_RX_BYTES, "B", "received"},
    {REPORT_CALLS, "", "calls"},         {REPORT_HITS, "", "own cache"},
    {REPORT_EVICTIONS, "", "evictions"}, {REPORT_CACHE_HIGH_BYTES, "B", "cache peak"},
    {REPORT_BUSY, "", "executors busy"},
};
#define NODE_COLUMNS (sizeof node_columns / sizeof node_columns[0])

/* The value to sort by goes along, whatever the scale in which it is shown. */
static void put_sortable(FILE *to, double mean, const char *unit)
{
    char text[FORMAT_BYTES];
    format_value(text, mean, unit);
    if (isnan(mean)) {
        html_put(to, "<td>%</td>", text);
    } else {
        (void)fprintf(to, "<td data-sort=\"%.9g\">", mean);
        html_put(to, "%</td>", text);
    }
}

static void put_node(FILE *to, const struct report_data *data, const struct report_node *n)
{
    char number[32];
    char place[64] = "\u2013";
    (void)snprintf(number, sizeof number, "%" PRId64, n->node);
    if (!isnan(n->x_m) && !isnan(n->y_m)) {
        (void)snprintf(place, sizeof place, "%g, %g", n->x_m, n->y_m);
    }
    html_put(to, "<tr><th scope=\"row\" data-sort=\"%\">%</th><td class=\"word\">%</td><td>%</td>",
             number, number, n->role, place);
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (size_t c = 0; c < NODE_COLUMNS; c++) {
            put_sortable(to, n->of[v][node_columns[c].figure].mean, node_columns[c].unit);
        }
    }
    html_put(to, "</tr>\n");
}

void section_nodes(FILE *to, const struct report_data *data)
{
    html_put(to, "<section id=\"nodes\">\n<h2>Nodes</h2>\n<p class=\"lead\">Means over the "
                 "replications.");
    if (data->node_count < data->node_total) {
        (void)fprintf(to, " The %zu nodes with the most traffic, of %zu.", data->node_count,
                      data->node_total);
    }
    html_put(to, "</p>\n");
    open_table(to, "numbers sortable", "Nodes");
    html_put(to, "<thead><tr><th colspan=\"3\"></th>");
    for (uint32_t v = 0; v < data->variant_count; v++) {
        (void)fprintf(
            to,
            "<th scope=\"colgroup\" class=\"group\" colspan=\"%zu\"><i class=\"swatch c%u\"></i>",
            NODE_COLUMNS, v);
        html_put(to, "%</th>", data->variant[v]);
    }
    html_put(to, "</tr>\n<tr class=\"sort\"><th scope=\"col\">node</th><th scope=\"col\" "
                 "class=\"word\">role</th>"
                 "<th scope=\"col\">x, y (m)</th>");
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (size_t c = 0; c < NODE_COLUMNS; c++) {
            html_put(to, "<th scope=\"col\">%</th>", node_columns[c].label);
        }
    }
    html_put(to, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < data->node_count; i++) {
        put_node(to, data, &data->node[i]);
    }
    html_put(to, "</tbody>");
    close_table(to);
    html_put(to, "</section>\n");
}

/* ---- runs ---- */

void section_runs(FILE *to, const struct report_data *data)
{
    html_put(to, "<section id=\"runs\">\n<h2>Runs</h2>\n<p class=\"lead\">A run is named by "
                 "scenario, seed and commit; the same name gives the same digest. Runs with the "
                 "same call trace have seen the same calls.</p>\n");
    open_table(to, "numbers sortable", "Runs");
    html_put(to, "<thead><tr class=\"sort\"><th scope=\"col\">run</th><th scope=\"col\" "
                 "class=\"word\">variant</th>"
                 "<th scope=\"col\">replication</th><th scope=\"col\">seed</th>"
                 "<th scope=\"col\" class=\"word\">state</th><th scope=\"col\">events</th>"
                 "<th scope=\"col\">digest</th><th scope=\"col\">call trace</th>"
                 "<th scope=\"col\">wall time</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *r = &data->run[i];
        (void)fprintf(to, "<tr><th scope=\"row\">%" PRId64 "</th>", r->run_id);
        html_put(to, "<td class=\"word\">%</td>", data->variant[r->variant]);
        (void)fprintf(to, "<td>%" PRIu32 "</td>", r->replication);
        html_put(to, "<td>%</td><td class=\"word\">%</td>", r->seed, r->state);
        (void)fprintf(to, "<td>%" PRId64 "</td>", r->events);
        html_put(to, "<td><code>%</code></td><td><code>%</code></td>", r->digest, r->trace_digest);
        put_sortable(to, r->wall_s, "s");
        html_put(to, "</tr>\n");
    }
    html_put(to, "</tbody>");
    close_table(to);
    html_put(to, "</section>\n");
}

/* ---- scenario and provenance ---- */

void section_scenario(FILE *to, const struct report_data *data)
{
    html_put(to,
             "<section id=\"scenario\">\n<h2>Scenario</h2>\n<p class=\"lead\">Every key with "
             "the value in force.</p>\n<details class=\"card\" open><summary><code>%</code>"
             "</summary>\n<pre tabindex=\"0\">%</pre></details>\n</section>\n",
             data->origin.scenario_path, data->origin.scenario_resolved);
}

void section_provenance(FILE *to, const struct report_page *page)
{
    const struct report_origin *o = &page->data->origin;
    const struct {
        const char *name, *value;
    } rows[] = {
        {"database", page->source},
        {"program", o->version},
        {"commit", o->commit},
        {"arguments", o->arguments},
        {"scenario file", o->scenario_path},
        {"scenario hash", o->scenario_hash},
        {"seed", o->seed},
        {"started", o->started},
        {"ended", o->ended},
        {"state", o->state},
        {"host", o->host},
        {"compiler", o->compiler},
        {"compiler flags", o->compiler_flags},
        {"libraries", o->libraries},
    };
    html_put(to, "<section id=\"provenance\">\n<h2>Provenance</h2>\n<dl class=\"card pairs\">\n");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        html_put(to, "<dt>%</dt><dd>%</dd>\n", rows[i].name, rows[i].value);
    }
    html_put(to, "</dl>\n</section>\n");
}
