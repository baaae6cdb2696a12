/* Calls that were executed for real, by a replay or by a testbed's nodes, beside what was charged.
 */
#include <inttypes.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/sections.h"

static void put_mean(FILE *to, const struct stats_stream *s)
{
    const struct stats_estimate e = stats_stream_estimate(s, REPORT_LEVEL);
    char text[FORMAT_BYTES];
    format_estimate(text, &e, "s");
    html_put(to, "<td>%</td>", s->n > 0 ? text : "not priced");
}

static void put_variant(FILE *to, const struct executed_variant *v)
{
    html_put(to, "<tr><th scope=\"row\">%</th>", v->variant);
    (void)fprintf(to, "<td>%" PRIu64 "</td>", v->calls);
    put_mean(to, &v->simulated_s);
    put_mean(to, &v->executed_s);
    put_mean(to, &v->extra_s);
    (void)fprintf(to, "<td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td></tr>\n",
                  v->instructions, v->loads, v->suspensions);
}

void section_executed(FILE *to, const struct report_data *data)
{
    if (data->executed_count == 0) {
        return;
    }
    html_put(to,
             "<section id=\"executed\">\n<h2>Executed for real</h2>\n<p class=\"lead\">A call's "
             "execution in the mean: what the run took for it, and what the instructions, loads "
             "and states that were counted take on the scenario's platform.</p>\n");
    section_open_table(to, "numbers", "Executed for real");
    html_put(to, "<thead><tr><th scope=\"col\">variant</th><th scope=\"col\">calls</th>"
                 "<th scope=\"col\">simulated</th><th scope=\"col\">executed</th>"
                 "<th scope=\"col\">executed - simulated</th><th scope=\"col\">instructions</th>"
                 "<th scope=\"col\">modules loaded</th><th scope=\"col\">suspensions</th></tr>"
                 "</thead>\n<tbody>\n");
    for (size_t i = 0; i < data->executed_count; i++) {
        put_variant(to, &data->executed[i]);
    }
    html_put(to, "</tbody>");
    section_close_table(to);
    html_put(to, "</section>\n");
}
