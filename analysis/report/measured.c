#include "analysis/report/measured.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"

enum sim_status measured_read(struct measured *m, struct store *store, struct store_error *error)
{
    *m = (struct measured){0};
    enum sim_status status = trials_rows(&m->row, &m->rows, store, error);
    if (status == SIM_OK) {
        status = trials_facts(&m->fact, &m->facts, store, error);
    }
    if (status != SIM_OK) {
        measured_deinit(m);
    }
    return status;
}

void measured_deinit(struct measured *m)
{
    free(m->row);
    free(m->fact);
    *m = (struct measured){0};
}

/* ---- what both say ---- */

static bool begins_part(const struct measured *m, size_t i)
{
    return i == 0 || strcmp(m->row[i].part, m->row[i - 1].part) != 0;
}

static bool begins_metric(const struct measured *m, size_t i)
{
    return begins_part(m, i) || strcmp(m->row[i].metric, m->row[i - 1].metric) != 0;
}

static bool is_baseline(const struct trials_row *r)
{
    return strcmp(r->arm, r->baseline) == 0;
}

/* "-11.19 (-12.54 to -9.84)"; "" of the baseline, and where too few blocks have a value. */
static void write_difference(char text[FORMAT_BYTES], const struct trials_row *r)
{
    const struct format_scale scale =
        format_scale_of(r->unit, fmax(fabs(r->value), fabs(r->reference)));
    const int decimals = scale.decimals + 1;
    text[0] = '\0';
    if (!is_baseline(r) && !isnan(r->low)) {
        (void)snprintf(text, FORMAT_BYTES, "%+.*f (%+.*f to %+.*f)", decimals,
                       r->difference / scale.divisor, decimals, r->low / scale.divisor, decimals,
                       r->high / scale.divisor);
    }
}

/* Of a second run of the baseline that seems to differ: what the others are worth then. */
static const char *verdict_of(const struct trials_row *r)
{
    if (is_baseline(r)) {
        return "";
    }
    return r->is_again && strcmp(r->verdict, "not resolved") != 0 ? "differs from itself"
                                                                  : r->verdict;
}

static void write_lead(char text[256], const struct trials_row *r)
{
    (void)snprintf(text, 256,
                   "%s: %" PRIu32 " blocks, against %s, intervals of %.1f %%; measured on one host",
                   r->about, r->blocks, r->baseline, 100 * r->level);
}

/* ---- for people ---- */

void measured_print(const struct measured *m, FILE *to)
{
    char lead[256];
    char simulated[FORMAT_BYTES];
    char value[FORMAT_BYTES];
    char difference[FORMAT_BYTES];
    for (size_t i = 0; i < m->rows; i++) {
        const struct trials_row *r = &m->row[i];
        if (begins_part(m, i)) {
            write_lead(lead, r);
            (void)fprintf(to, "%ssimulated beside measured: %s\n%s\n", i > 0 ? "\n" : "", r->part,
                          lead);
        }
        if (begins_metric(m, i)) {
            (void)fprintf(to, "\n%-18s %12s %12s  difference\n", r->label, "simulated", "measured");
        }
        format_value(simulated, r->simulated, r->unit);
        format_value(value, r->value, r->unit);
        write_difference(difference, r);
        (void)fprintf(to, "  %-16s %12s %12s%s%s%s%s\n", r->arm,
                      isnan(r->simulated) ? "" : simulated, isnan(r->value) ? "none" : value,
                      difference[0] != '\0' ? "  " : "", difference, is_baseline(r) ? "" : "  ",
                      verdict_of(r));
    }
}

/* ---- as a page ---- */

static void put_row(const struct trials_row *r, FILE *to)
{
    char simulated[FORMAT_BYTES];
    char value[FORMAT_BYTES];
    char difference[FORMAT_BYTES];
    format_value(simulated, r->simulated, r->unit);
    format_value(value, r->value, r->unit);
    write_difference(difference, r);
    html_put(to,
             "<tr><th scope=\"row\">%</th><td class=\"word\">%</td><td>%</td><td>%</td><td>%</td>"
             "<td class=\"word\">%</td></tr>\n",
             r->label, r->arm, isnan(r->simulated) ? "" : simulated,
             isnan(r->value) ? "none" : value, difference, verdict_of(r));
}

static void put_facts(const struct measured *m, const char *part, FILE *to)
{
    html_put(to, "<details class=\"card more\"><summary>The host, and how it was done</summary>\n"
                 "<dl class=\"facts\">\n");
    for (size_t i = 0; i < m->facts; i++) {
        if (strcmp(m->fact[i].part, part) == 0) {
            html_put(to, "<div><dt>%</dt><dd>%</dd></div>\n", m->fact[i].name, m->fact[i].value);
        }
    }
    html_put(to, "</dl></details>\n");
}

static void open_part(const struct trials_row *r, FILE *to)
{
    char lead[256];
    write_lead(lead, r);
    html_put(to,
             "<p class=\"lead\">%. Not resolved: the interval holds 0, or lies within what the "
             "host does to an arm that is run twice, or all of so few blocks may have one sign by "
             "chance.</p>\n"
             "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%\">"
             "<table class=\"numbers\"><thead><tr><th scope=\"col\">what</th><th scope=\"col\" "
             "class=\"word\">arm</th><th scope=\"col\">simulated</th><th scope=\"col\">measured"
             "</th><th scope=\"col\">difference (interval)</th><th scope=\"col\" class=\"word\">"
             "verdict</th></tr></thead>\n<tbody>\n",
             lead, r->part);
}

void measured_put(const struct measured *m, const char *anchor, int level, FILE *to)
{
    if (m->rows == 0) {
        return;
    }
    html_put(to,
             level == 2 ? "<section id=\"%\">\n<h2>Simulated beside measured</h2>\n"
                        : "<section id=\"%\">\n<h3>Simulated beside measured</h3>\n",
             anchor);
    for (size_t i = 0; i < m->rows; i++) {
        if (begins_part(m, i)) {
            open_part(&m->row[i], to);
        }
        put_row(&m->row[i], to);
        if (i + 1 == m->rows || begins_part(m, i + 1)) {
            html_put(to, "</tbody></table></div>\n");
            put_facts(m, m->row[i].part, to);
        }
    }
    html_put(to, "</section>\n");
}
