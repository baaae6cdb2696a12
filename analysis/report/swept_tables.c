/* What a sweep says in words and tables: best and worst point, the axes by effect, the points. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/swept_page.h"

enum { POINTS_SHOWN = 500, PLACE_BYTES = 512 };

/* "nodes.cache 8 KiB, robots.count 20" */
static void describe_point(const struct swept_data *data, size_t point, char text[PLACE_BYTES])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t a = 0; a < data->axis_count && used < PLACE_BYTES; a++) {
        const struct swept_axis *axis = &data->axis[a];
        const int added =
            snprintf(text + used, PLACE_BYTES - used, "%s%s %s", a > 0 ? ", " : "", axis->key,
                     axis->value[data->at[point * data->axis_count + a]].text);
        used += added > 0 ? (size_t)added : 0;
    }
}

/* ---- highlights ---- */

static void put_tile(FILE *to, const char *value, const char *what, const char *where)
{
    html_put(to, "<div class=\"tile\"><dt>%</dt><dd><strong>%</strong><span>%</span></dd></div>\n",
             what, value, where);
}

static void put_extreme(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                        size_t point, const char *which)
{
    char value[FORMAT_BYTES];
    char what[256];
    char where[PLACE_BYTES];
    const double mean = swept_data_point(data, figure->column, point).mean;
    if (figure->unit[0] == '\0') {
        (void)snprintf(value, sizeof value, "%.2f\u00d7", mean);
    } else {
        format_value(value, mean, figure->unit);
    }
    (void)snprintf(what, sizeof what, "%s, %s", figure->title, which);
    describe_point(data, point, where);
    put_tile(to, value, what, where);
}

/* Of the comparing figures: where they are highest, lowest, and clearly above equal. */
enum sim_status swept_section_highlights(FILE *to, const struct swept_data *data)
{
    const struct swept_figure *figure = &data->figure[0];
    size_t highest = SIZE_MAX;
    size_t lowest = SIZE_MAX;
    size_t above = 0;
    size_t known = 0;
    double high = 0;
    double low = 0;
    for (size_t p = 0; p < data->point_count; p++) {
        const struct stats_estimate e = swept_data_point(data, figure->column, p);
        if (isnan(e.mean)) {
            continue;
        }
        if (known == 0 || e.mean > high) {
            high = e.mean;
            highest = p;
        }
        if (known == 0 || e.mean < low) {
            low = e.mean;
            lowest = p;
        }
        known++;
        above += (e.has_interval ? e.low : e.mean) > figure->neutral;
    }
    if (known == 0) {
        return SIM_OK;
    }
    html_put(to, "<section aria-label=\"Highlights\">\n<dl class=\"tiles\">\n");
    put_extreme(to, data, figure, highest, "highest");
    put_extreme(to, data, figure, lowest, "lowest");
    if (!isnan(figure->neutral)) {
        char value[64];
        (void)snprintf(value, sizeof value, "%zu of %zu", above, known);
        put_tile(to, value, "points where nimble is ahead in this figure",
                 data->result.replications > 1 ? "the whole 95\u00a0% interval lies above equal"
                                               : "one replication");
    }
    html_put(to, "</dl>\n</section>\n");
    return SIM_OK;
}

/* ---- effects ---- */

static void put_effect(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                       const struct swept_effect *e, size_t place, double widest)
{
    const struct swept_axis *axis = &data->axis[e->axis];
    char range[FORMAT_BYTES];
    char lowest[FORMAT_BYTES];
    char highest[FORMAT_BYTES];
    format_value(range, e->range, figure->unit);
    if (isnan(e->range)) {
        html_put(to, "<tr><td>\u2013</td><th scope=\"row\" class=\"word\">%</th><td>%</td></tr>\n",
                 axis->key, range);
        return;
    }
    format_value(lowest, e->lowest, figure->unit);
    format_value(highest, e->highest, figure->unit);
    (void)fprintf(to, "<tr><td>%zu</td>", place);
    html_put(to, "<th scope=\"row\" class=\"word\">%</th><td>%</td><td class=\"word\">", axis->key,
             range);
    (void)fprintf(to,
                  "<svg class=\"effect\" viewBox=\"0 0 200 12\" aria-hidden=\"true\"><rect "
                  "class=\"bar c0\" width=\"%.1f\" height=\"12\" rx=\"2\"/></svg>",
                  widest > 0 ? 200 * e->range / widest : 0);
    html_put(to,
             "</td><td>%</td><td class=\"word\">%</td><td>%</td><td class=\"word\">%</td></tr>\n",
             lowest, axis->value[e->lowest_at].text, highest, axis->value[e->highest_at].text);
}

static enum sim_status put_ranking(FILE *to, const struct swept_data *data,
                                   const struct swept_figure *figure, uint32_t column)
{
    struct swept_effect effect[SWEPT_AXES_MAX];
    const enum sim_status status = swept_rank(data, figure->column + column, effect);
    if (status != SIM_OK) {
        return status;
    }
    html_put(to,
             "<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"8\" class=\"title\">%%%</th></tr>\n",
             figure->title, figure->is_variants ? ", " : "",
             figure->is_variants ? data->result.variant[column] : "");
    for (size_t i = 0; i < data->axis_count; i++) {
        put_effect(to, data, figure, &effect[i], i + 1, effect[0].range);
    }
    html_put(to, "</tbody>\n");
    return SIM_OK;
}

enum sim_status swept_section_effects(FILE *to, const struct swept_data *data)
{
    html_put(
        to,
        "<section id=\"effects\">\n<h2>Effects</h2>\n<p class=\"lead\">How far each axis moves "
        "a figure: from the lowest to the highest of its values, averaged over the other "
        "axes.%</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
        "aria-label=\"Effects\"><table class=\"numbers effects\">\n<thead><tr>"
        "<th scope=\"col\">rank</th><th scope=\"col\" class=\"word\">axis</th>"
        "<th scope=\"col\">range</th><th></th><th scope=\"col\">lowest</th>"
        "<th scope=\"col\" class=\"word\">at</th><th scope=\"col\">highest</th>"
        "<th scope=\"col\" class=\"word\">at</th></tr></thead>\n",
        data->is_full ? ""
                      : " Some combinations are no points: the averages are those of an "
                        "additive model, which no axis biases for another.");
    enum sim_status status = SIM_OK;
    for (size_t f = 0; f < data->figure_count; f++) {
        for (uint32_t c = 0; c < data->figure[f].columns && status == SIM_OK; c++) {
            status = put_ranking(to, data, &data->figure[f], c);
        }
    }
    html_put(to, "</table></div>\n</section>\n");
    return status;
}

/* ---- points ---- */

static void put_point_head(FILE *to, const struct swept_data *data)
{
    html_put(to, "<thead><tr><th scope=\"col\">point</th>");
    for (size_t a = 0; a < data->axis_count; a++) {
        html_put(to, "<th scope=\"col\">%</th>", data->axis[a].key);
    }
    for (size_t f = 0; f < data->figure_count; f++) {
        const struct swept_figure *figure = &data->figure[f];
        for (uint32_t c = 0; c < figure->columns; c++) {
            html_put(to, "<th scope=\"col\" class=\"narrow\">%%%</th>", figure->title,
                     figure->is_variants ? ", " : "",
                     figure->is_variants ? data->result.variant[c] : "");
        }
    }
    html_put(to, "</tr></thead>\n");
}

static void put_point(FILE *to, const struct swept_data *data, size_t point)
{
    (void)fprintf(to, "<tr><th scope=\"row\">%" PRId64 "</th>", data->point_id[point]);
    for (size_t a = 0; a < data->axis_count; a++) {
        html_put(to, "<td>%</td>",
                 data->axis[a].value[data->at[point * data->axis_count + a]].text);
    }
    for (size_t f = 0; f < data->figure_count; f++) {
        const struct swept_figure *figure = &data->figure[f];
        for (uint32_t c = 0; c < figure->columns; c++) {
            char text[FORMAT_BYTES];
            const struct stats_estimate e = swept_data_point(data, figure->column + c, point);
            format_estimate(text, &e, figure->unit);
            html_put(to, "<td>%</td>", text);
        }
    }
    html_put(to, "</tr>\n");
}

void swept_section_points(FILE *to, const struct swept_data *data)
{
    const size_t shown = data->point_count < POINTS_SHOWN ? data->point_count : POINTS_SHOWN;
    html_put(to,
             "<section id=\"points\">\n<h2>Points</h2>\n<p class=\"lead\">Means over the "
             "replications with half the % interval.",
             "95\u00a0%");
    if (shown < data->point_count) {
        (void)fprintf(to, " The first %zu of %zu; view v_point_metric has all.", shown,
                      data->point_count);
    }
    html_put(to, "</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Points\">"
                 "<table class=\"numbers\">\n");
    put_point_head(to, data);
    html_put(to, "<tbody>\n");
    for (size_t p = 0; p < shown; p++) {
        put_point(to, data, p);
    }
    html_put(to, "</tbody></table></div>\n</section>\n");
}
