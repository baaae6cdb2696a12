/* The parts of the report that are looked up: tables, scenario, provenance. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/sections.h"

void section_open_table(FILE *to, const char *class, const char *label)
{
    html_put(to,
             "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%\">"
             "<table class=\"%\">\n",
             label, class);
}

void section_close_table(FILE *to)
{
    html_put(to, "</table></div>\n");
}

void section_estimate(FILE *to, const struct stats_estimate *e, const char *unit)
{
    section_estimate_as(to, "", "", e, unit);
}

/* Where there is no room the interval stands below. */
void section_estimate_as(FILE *to, const char *class, const char *mark,
                         const struct stats_estimate *e, const char *unit)
{
    static const char before[] = "\u00a0\u00b1";
    char text[FORMAT_BYTES];
    format_estimate(text, e, unit);
    char *interval = strstr(text, before);
    html_put(to, class[0] != '\0' ? "<td class=\"%\"" : "<td%", class);
    if (!isnan(e->mean)) {
        (void)fprintf(to, " data-sort=\"%.9g\"", e->mean);
    }
    if (interval != NULL) {
        *interval = '\0';
        (void)fprintf(to, " data-half=\"%.9g\"", e->half_width);
    }
    html_put(to, ">%%", mark, text);
    if (interval != NULL) {
        html_put(to, " <span>%</span>", interval + strlen("\u00a0"));
    }
    html_put(to, "</td>");
}

void section_sortable(FILE *to, const char *class, double mean, const char *unit)
{
    char text[FORMAT_BYTES];
    format_value(text, mean, unit);
    html_put(to, "<td class=\"%\"", class);
    if (!isnan(mean)) {
        (void)fprintf(to, " data-sort=\"%.9g\"", mean);
    }
    html_put(to, ">%</td>", text);
}

void section_variant_heads(FILE *to, const struct report_data *data)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        html_put(to, "<th scope=\"col\" data-variant=\"%\">", data->variant[v]);
        section_variant(to, v, data->variant[v]);
        html_put(to, "</th>");
    }
}

/* ---- comparison ---- */

bool section_has_contrasts(const struct report_data *data)
{
    const struct contrasts *c = &data->contrasts;
    return c->rows + c->effects + c->crossovers > 0;
}

static const char *contrasts_title(const struct report_data *data)
{
    return data->model->title != NULL ? data->model->title : "Comparison";
}

static void put_pairing(FILE *to, const struct report_data *data)
{
    html_put(to, "<p class=\"lead\">%</p>\n",
             contrasts_has_strangers(&data->contrasts)
                 ? "Each figure is taken within a replication and averaged afterwards. Where a "
                   "dagger stands, the variants had different work: run is set against run by "
                   "number, what their work does to them does not cancel, and the interval is "
                   "the wider for it."
                 : "All variants of a replication have the same work, so each figure is taken "
                   "within a replication and averaged afterwards.");
}

/* Leading spaces of a label say that it is a part of the one above. */
static void put_label(FILE *to, const char *label, const char *mark)
{
    const size_t spaces = strspn(label, " ");
    const size_t indent = spaces / 2 < 2 ? spaces / 2 : 2;
    (void)fprintf(to, "<tr><th scope=\"row\" class=\"in%zu\">", indent);
    html_put(to, "%%</th>", label + spaces, mark);
}

/* A part that is nowhere known, as what only single calls can tell, is left out. */
static void put_row(FILE *to, const char *label, bool is_paired, const struct stats_estimate *e,
                    const char *unit)
{
    if (e->n == 0 && label[0] == ' ') {
        return;
    }
    put_label(to, label, is_paired ? "" : " \u2020");
    section_estimate(to, e, unit);
    (void)fprintf(to, "<td>%" PRIu64 "</td></tr>\n", e->n);
}

static void put_contrast_rows(FILE *to, const struct report_data *data)
{
    const struct contrasts *c = &data->contrasts;
    for (size_t i = 0; i < c->rows; i++) {
        char label[CONTRASTS_TEXT_BYTES];
        contrasts_label(c, &c->row[i], label);
        put_row(to, label, c->row[i].is_paired, &c->row[i].estimate, c->row[i].of->unit);
    }
    for (size_t i = 0; i < c->effects; i++) {
        put_row(to, c->effect[i].of->label, c->effect[i].is_paired, &c->effect[i].estimate,
                c->effect[i].measure->unit);
    }
}

static void put_crossovers(FILE *to, const struct contrasts *c)
{
    for (size_t i = 0; i < c->crossovers; i++) {
        const struct contrasts_crossover *x = &c->crossover[i];
        char from[FORMAT_BYTES];
        char share[64];
        if (isnan(x->from_s)) {
            html_put(to, "<p class=\"lead\">%: at no time.</p>\n", x->of->label);
            continue;
        }
        format_value(from, x->from_s, "s");
        (void)snprintf(share, sizeof share, "%.0f\u00a0%%", 100 * x->share);
        html_put(to, "<p class=\"lead\">%: from % on, in % of the windows since.</p>\n",
                 x->of->label, from, share);
    }
}

void section_contrasts(FILE *to, const struct report_data *data)
{
    const struct contrasts *c = &data->contrasts;
    if (!section_has_contrasts(data)) {
        return;
    }
    html_put(to, "<section id=\"comparison\">\n<h2 class=\"first-up\">%</h2>\n",
             contrasts_title(data));
    put_pairing(to, data);
    if (c->rows + c->effects > 0) {
        section_open_table(to, "numbers", contrasts_title(data));
        html_put(to,
                 "<thead><tr><th scope=\"col\">figure</th><th scope=\"col\">mean \u00b1 95 %</th>"
                 "<th scope=\"col\">replications</th></tr></thead>\n<tbody>\n",
                 "%");
        put_contrast_rows(to, data);
        html_put(to, "</tbody>");
        section_close_table(to);
    }
    put_crossovers(to, c);
    html_put(to, "</section>\n");
}

/* ---- summary ---- */

/* What should be zero, and is too much to pass over in silence. */
static bool is_alarming(const struct report_data *data, const struct report_measure *m, uint32_t v)
{
    const struct report_measure *calls = report_find_measure(data, "calls");
    if (!m->of->is_bad_above_zero || !(m->at[v].mean > 0)) {
        return false;
    }
    return calls == NULL || !(m->at[v].mean <= SECTION_BAD_SHARE * calls->at[v].mean);
}

static void put_measure_row(FILE *to, const struct report_data *data,
                            const struct report_measure *m)
{
    put_label(to, m->of->label, "");
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (is_alarming(data, m, v)) {
            section_estimate_as(to, "bad", "\u26a0 ", &m->at[v], m->of->unit);
        } else {
            section_estimate(to, &m->at[v], m->of->unit);
        }
    }
    html_put(to, "<td class=\"name\"><code>%</code></td></tr>\n", m->of->name);
}

void section_summary(FILE *to, const struct report_data *data)
{
    char lead[160];
    (void)snprintf(
        lead, sizeof lead,
        data->replications > 1
            ? "Mean and half width of the 95 %% interval (Student\u2019s t) over %" PRIu32
              " replications."
            : "One replication: no intervals.",
        data->replications);
    html_put(to, "<section id=\"summary\">\n<h2>Summary</h2>\n<p class=\"lead\">%</p>\n", lead);
    section_open_table(to, "numbers", "Summary");
    html_put(to, "<thead><tr><th scope=\"col\">metric</th>");
    section_variant_heads(to, data);
    html_put(to, "<th scope=\"col\" class=\"name\">key</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < data->measure_count; i++) {
        if (data->measure[i].is_shown) {
            put_measure_row(to, data, &data->measure[i]);
        }
    }
    html_put(to, "</tbody>");
    section_close_table(to);
    html_put(to, "</section>\n");
}

/* ---- distributions ---- */

static void put_quantiles(FILE *to, const struct report_data *data,
                          const struct report_distribution *d)
{
    static const char *const name[REPORT_QUANTILES] = {"median", "95 % within", "99 % within"};
    for (size_t q = 0; q < REPORT_QUANTILES; q++) {
        html_put(to, "<tr><th scope=\"row\">%</th>", name[q]);
        for (uint32_t v = 0; v < data->variant_count; v++) {
            char text[FORMAT_BYTES];
            format_value(text, d->quantile[(size_t)v * REPORT_QUANTILES + q], d->unit);
            html_put(to, "<td>%</td>", text);
        }
        html_put(to, "</tr>\n");
    }
}

static void put_counts(FILE *to, const struct report_data *data, const char *what,
                       const uint64_t *count)
{
    html_put(to, "<tr><th scope=\"row\">%</th>", what);
    for (uint32_t v = 0; v < data->variant_count; v++) {
        (void)fprintf(to, "<td>%" PRIu64 "</td>", count[v]);
    }
    html_put(to, "</tr>\n");
}

static bool any(const uint64_t *count, uint32_t n)
{
    for (uint32_t v = 0; v < n; v++) {
        if (count[v] > 0) {
            return true;
        }
    }
    return false;
}

void section_distributions(FILE *to, const struct report_data *data)
{
    if (data->distribution_count == 0) {
        return;
    }
    html_put(to, "<section id=\"quantiles\">\n<h2>Distributions</h2>\n<p class=\"lead\">Of all "
                 "replications together, to half a percent.</p>\n");
    section_open_table(to, "numbers effects", "Distributions");
    html_put(to, "<thead><tr><th scope=\"col\">quantile</th>");
    section_variant_heads(to, data);
    html_put(to, "</tr></thead>\n");
    for (size_t i = 0; i < data->distribution_count; i++) {
        const struct report_distribution *d = &data->distribution[i];
        const char *label = d->of->label + strspn(d->of->label, " ");
        (void)fprintf(
            to, "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"%u\" class=\"title first-up\">",
            data->variant_count + 1);
        html_put(to, "%</th></tr>\n", label);
        put_quantiles(to, data, d);
        put_counts(to, data, "counted", d->count);
        if (any(d->missing, data->variant_count)) {
            put_counts(to, data, "never answered", d->missing);
        }
        html_put(to, "</tbody>\n");
    }
    section_close_table(to);
    html_put(to, "</section>\n");
}

/* ---- runs ---- */

void section_runs(FILE *to, const struct report_data *data)
{
    html_put(to, "<section id=\"runs\">\n<h2>Runs</h2>\n<p class=\"lead\">A run is named by "
                 "scenario, seed and commit; the same name gives the same digest. Runs with the "
                 "same digest of their work were asked the same.</p>\n");
    section_open_table(to, "numbers sortable", "Runs");
    html_put(to, "<thead><tr class=\"sort\"><th scope=\"col\">run</th><th scope=\"col\" "
                 "class=\"word\">variant</th>"
                 "<th scope=\"col\">replication</th><th scope=\"col\">seed</th>"
                 "<th scope=\"col\" class=\"word\">state</th><th scope=\"col\">events</th>"
                 "<th scope=\"col\" data-rank=\"1\">digest</th><th scope=\"col\">work</th>"
                 "<th scope=\"col\">wall time</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *r = &data->run[i];
        (void)fprintf(to, "<tr><th scope=\"row\">%" PRId64 "</th>", r->run_id);
        html_put(to, "<td class=\"word\">%</td>", data->variant[r->variant]);
        (void)fprintf(to, "<td>%" PRIu32 "</td>", r->replication);
        html_put(to, "<td>%</td><td class=\"word\">%</td>", r->seed, r->state);
        (void)fprintf(to, "<td>%" PRId64 "</td>", r->events);
        html_put(to, "<td><code>%</code></td><td><code>%</code></td>", r->digest, r->work_digest);
        section_sortable(to, "", r->wall_s, "s");
        html_put(to, "</tr>\n");
    }
    html_put(to, "</tbody>");
    section_close_table(to);
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
