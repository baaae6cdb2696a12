/* What a sweep says in words and tables: best and worst point, the axes by effect, the points. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/sections.h"
#include "analysis/report/swept_page.h"

enum {
    POINTS_SHOWN = 500,
    COLUMNS_SHOWN = 24, /* of the points' table */
    EFFECTS_OPEN = 4,   /* figures whose effects are seen at once */
    PLACE_BYTES = 512,
};

/* "nodes.cache 8 KiB, robots.count 20" */
static void describe_point(const struct swept_data *data, size_t point, char text[PLACE_BYTES])
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t a = 0; a < data->axis_count && used < PLACE_BYTES; a++) {
        const struct swept_axis *axis = &data->axis[a];
        const int added =
            snprintf(text + used, PLACE_BYTES - used, "%s%s %s", a > 0 ? ", " : "", axis->label,
                     axis->value[data->at[point * data->axis_count + a]].text);
        used += added > 0 ? (size_t)added : 0;
    }
}

/* ---- highlights ---- */

/* Where a figure is highest and lowest, over its points and variants. */
struct extreme {
    bool is_known;
    double mean;
    size_t point;
    uint32_t column;
};

struct extremes {
    struct extreme low, high;
    size_t known, above; /* points and columns; above: clearly above the neutral place */
};

static struct extremes find_extremes(const struct swept_data *data,
                                     const struct swept_figure *figure)
{
    struct extremes x = {0};
    for (uint32_t c = 0; c < figure->columns; c++) {
        for (size_t p = 0; p < data->point_count; p++) {
            const struct stats_estimate e = swept_data_point(data, figure->column + c, p);
            if (isnan(e.mean)) {
                continue;
            }
            const struct extreme here = {true, e.mean, p, c};
            x.high = !x.high.is_known || e.mean > x.high.mean ? here : x.high;
            x.low = !x.low.is_known || e.mean < x.low.mean ? here : x.low;
            x.known++;
            x.above += (e.has_interval ? e.low : e.mean) > figure->neutral;
        }
    }
    return x;
}

static void put_extreme(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                        const struct extreme *x, const char *which)
{
    char value[FORMAT_BYTES];
    char what[256];
    char place[PLACE_BYTES];
    char where[2 * PLACE_BYTES];
    if (figure->unit[0] == '\0' && figure->neutral > 0) {
        (void)snprintf(value, sizeof value, "%.2f\u00d7", x->mean);
    } else {
        format_value(value, x->mean, figure->unit);
    }
    (void)snprintf(what, sizeof what, "%.200s, %s", figure->title, which);
    describe_point(data, x->point, place);
    (void)snprintf(where, sizeof where, "%.100s%s%s",
                   figure->is_variants ? swept_variant(data, figure, x->column) : "",
                   figure->is_variants ? ": " : "", place);
    section_tile(to, value, what, where);
}

/* Points of which more ends badly than a page passes over in silence. */
static void put_bad_points(FILE *to, const struct swept_data *data)
{
    size_t bad = 0;
    for (size_t p = 0; p < data->point_count; p++) {
        bool is_bad = false;
        for (uint32_t v = 0; v < data->result.variant_count; v++) {
            is_bad = is_bad || swept_data_point_is_bad(data, data->bad_column + v, p);
        }
        bad += is_bad;
    }
    if (bad > 0) {
        char value[64];
        (void)snprintf(value, sizeof value, "%zu of %zu", bad, data->point_count);
        section_tile(to, value, "points where more than 1\u00a0% of the calls failed",
                     "they are marked; mean times are over the calls answered");
    }
}

enum sim_status swept_section_highlights(FILE *to, const struct swept_data *data)
{
    const struct swept_figure *figure = &data->figure[0];
    const struct extremes x = find_extremes(data, figure);
    if (x.known == 0) {
        return SIM_OK;
    }
    html_put(to, "<section aria-label=\"Highlights\">\n<dl class=\"tiles\">\n");
    put_extreme(to, data, figure, &x.high, "highest");
    put_extreme(to, data, figure, &x.low, "lowest");
    if (!isnan(figure->neutral)) {
        char value[64];
        char what[256];
        (void)snprintf(value, sizeof value, "%zu of %zu", x.above, x.known);
        (void)snprintf(what, sizeof what, "%.200s, above equal", figure->title);
        section_tile(to, value, what,
                     data->result.replications > 1 ? "the whole 95\u00a0% interval lies there"
                                                   : "one replication");
    }
    put_bad_points(to, data);
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
             figure->is_variants ? swept_variant(data, figure, column) : "");
    for (size_t i = 0; i < data->axis_count; i++) {
        put_effect(to, data, figure, &effect[i], i + 1, effect[0].range);
    }
    html_put(to, "</tbody>\n");
    return SIM_OK;
}

/* The effects on the figures from first to before last. */
static enum sim_status put_rankings(FILE *to, const struct swept_data *data, size_t first,
                                    size_t last)
{
    enum sim_status status = SIM_OK;
    section_open_table(to, "numbers effects", "Effects");
    html_put(to,
             "<thead><tr><th scope=\"col\">rank</th><th scope=\"col\" class=\"word\">axis</th>"
             "<th scope=\"col\">range</th><th data-label=\"bar\"></th><th scope=\"col\">lowest</th>"
             "<th scope=\"col\" class=\"word\">at</th><th scope=\"col\">highest</th>"
             "<th scope=\"col\" class=\"word\">at</th></tr></thead>\n");
    for (size_t f = first; f < last; f++) {
        for (uint32_t c = 0; c < data->figure[f].columns && status == SIM_OK; c++) {
            status = put_ranking(to, data, &data->figure[f], c);
        }
    }
    section_close_table(to);
    return status;
}

enum sim_status swept_section_effects(FILE *to, const struct swept_data *data)
{
    const size_t open = data->figure_count < EFFECTS_OPEN ? data->figure_count : EFFECTS_OPEN;
    html_put(to,
             "<section id=\"effects\">\n<h2>Effects</h2>\n<p class=\"lead\">How far each axis "
             "moves a figure: from the lowest to the highest of its values, averaged over the "
             "other axes.%</p>\n",
             data->is_full ? ""
                           : " Some combinations are no points: the averages are those of an "
                             "additive model, which no axis biases for another.");
    enum sim_status status = put_rankings(to, data, 0, open);
    if (status == SIM_OK && open < data->figure_count) {
        html_put(to, "<details class=\"card more\"><summary>All other figures</summary>\n");
        status = put_rankings(to, data, open, data->figure_count);
        html_put(to, "</details>\n");
    }
    html_put(to, "</section>\n");
    return status;
}

/* ---- points ---- */

/* As many figures as the table has room for, at least the one that leads. */
static size_t figures_shown(const struct swept_data *data)
{
    size_t shown = 0;
    uint32_t columns = 0;
    while (shown < data->figure_count &&
           (shown == 0 || columns + data->figure[shown].columns <= COLUMNS_SHOWN)) {
        columns += data->figure[shown++].columns;
    }
    return shown;
}

/* The figures over the variants that have them. */
static void put_figure_heads(FILE *to, const struct swept_data *data, size_t figures)
{
    (void)fprintf(to, "<tr class=\"over\"><th colspan=\"%zu\"></th>", 1 + data->axis_count);
    for (size_t f = 0; f < figures; f++) {
        const struct swept_figure *figure = &data->figure[f];
        (void)fprintf(to, "<th scope=\"colgroup\" class=\"group\" colspan=\"%u\"", figure->columns);
        html_put(to, " data-column=\"%\">%</th>", figure->title, figure->title);
    }
    html_put(to, "</tr>\n");
}

/* The figure that leads has room first, then the axes. */
static void put_variant_head(FILE *to, const struct swept_data *data, size_t f, uint32_t column)
{
    const struct swept_figure *figure = &data->figure[f];
    const char *variant = figure->is_variants ? swept_variant(data, figure, column) : "";
    html_put(to,
             "<th scope=\"col\" class=\"%\" data-column=\"%\" data-label=\"%\" data-unit=\"%\" "
             "data-variant=\"%\"",
             column == 0 ? "first" : "", figure->title, figure->title, figure->unit, variant);
    (void)fprintf(to, " data-rank=\"%zu\">", f == 0 ? 0 : SWEPT_AXES_MAX + f);
    if (figure->is_variants) {
        section_variant(to, data->column[figure->column + column].a, variant);
    } else {
        html_put(to, "%", figure->title);
    }
    html_put(to, "</th>");
}

static void put_point_head(FILE *to, const struct swept_data *data, size_t figures)
{
    html_put(to, "<thead>");
    put_figure_heads(to, data, figures);
    html_put(to, "<tr class=\"sort\"><th scope=\"col\">point</th>");
    for (size_t a = 0; a < data->axis_count; a++) {
        (void)fprintf(to, "<th scope=\"col\" data-rank=\"%zu\">", a + 1);
        html_put(to, "%</th>", data->axis[a].key);
    }
    for (size_t f = 0; f < figures; f++) {
        for (uint32_t c = 0; c < data->figure[f].columns; c++) {
            put_variant_head(to, data, f, c);
        }
    }
    html_put(to, "</tr></thead>\n");
}

static void put_axis_value(FILE *to, const struct swept_axis_value *value)
{
    html_put(to, "<td");
    if (!isnan(value->number)) {
        (void)fprintf(to, " data-sort=\"%.9g\"", value->number);
    }
    html_put(to, ">%</td>", value->text);
}

static void put_point_value(FILE *to, const struct swept_data *data,
                            const struct swept_figure *figure, uint32_t column, size_t point)
{
    const struct stats_estimate e = swept_data_point(data, figure->column + column, point);
    const bool is_bad = swept_data_point_is_bad(data, figure->column + column, point);
    section_estimate_as(to, is_bad ? "bad" : "", is_bad ? "\u26a0 " : "", &e, figure->unit);
}

static void put_point(FILE *to, const struct swept_data *data, size_t figures, size_t point)
{
    (void)fprintf(to, "<tr><th scope=\"row\">%" PRId64 "</th>", data->point_id[point]);
    for (size_t a = 0; a < data->axis_count; a++) {
        put_axis_value(to, &data->axis[a].value[data->at[point * data->axis_count + a]]);
    }
    for (size_t f = 0; f < figures; f++) {
        for (uint32_t c = 0; c < data->figure[f].columns; c++) {
            put_point_value(to, data, &data->figure[f], c, point);
        }
    }
    html_put(to, "</tr>\n");
}

void swept_section_points(FILE *to, const struct swept_data *data)
{
    const size_t shown = data->point_count < POINTS_SHOWN ? data->point_count : POINTS_SHOWN;
    const size_t figures = figures_shown(data);
    html_put(to,
             "<section id=\"points\">\n<h2>Points</h2>\n<p class=\"lead\">Means over the "
             "replications with half the % interval; a sign marks those where more than % of the "
             "calls failed.",
             "95\u00a0%", "1\u00a0%");
    if (shown < data->point_count) {
        (void)fprintf(to, " The first %zu of %zu; view v_point_metric has all.", shown,
                      data->point_count);
    }
    if (figures < data->figure_count) {
        (void)fprintf(to, " %zu of %zu figures.", figures, data->figure_count);
    }
    html_put(to, "</p>\n");
    section_open_table(to, "numbers sortable", "Points");
    put_point_head(to, data, figures);
    html_put(to, "<tbody>\n");
    for (size_t p = 0; p < shown; p++) {
        put_point(to, data, figures, p);
    }
    html_put(to, "</tbody>");
    section_close_table(to);
    html_put(to, "</section>\n");
}
