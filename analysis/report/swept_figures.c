/* The figures of a sweep: one axis, small multiples of two, maps of the plane. */
#include <math.h>
#include <stdlib.h>

#include "analysis/report/chart.h"
#include "analysis/report/html.h"
#include "analysis/report/swept_page.h"
#include "analysis/report/swept_plot.h"

enum {
    PANELS_MAX = 12,
    PLANE_FIGURES = 8, /* with panels: those that lead */
    MAPS_MAX = 12,     /* of the leading figure's columns */
};

static const char cut_note[] = " Intervals that reach far beyond the means are cut at the edge.";

/* A figure's cells on a plane, and which of them are marked: columns one after the other. */
struct cells {
    struct stats_estimate *cell;
    bool *is_bad;
    size_t count; /* a column */
    bool has_bad;
};

static void cells_deinit(struct cells *c)
{
    free(c->cell);
    free(c->is_bad);
}

static enum sim_status cells_init(struct cells *c, const struct swept_data *data,
                                  const struct swept_figure *figure, size_t a, size_t b)
{
    const size_t width = b == SWEPT_NO_AXIS ? 1 : data->axis[b].count;
    *c = (struct cells){.count = data->axis[a].count * width};
    c->cell = calloc(c->count * figure->columns, sizeof *c->cell);
    c->is_bad = calloc(c->count * figure->columns, sizeof *c->is_bad);
    enum sim_status status = c->cell == NULL || c->is_bad == NULL ? SIM_ERR_NOMEM : SIM_OK;
    for (uint32_t k = 0; k < figure->columns && status == SIM_OK; k++) {
        status = swept_data_cells(data, figure->column + k, a, b, &c->cell[k * c->count]);
        if (status == SIM_OK) {
            status = swept_data_bad_cells(data, figure->column + k, a, b, &c->is_bad[k * c->count]);
        }
    }
    for (size_t i = 0; i < c->count * figure->columns && status == SIM_OK; i++) {
        c->has_bad = c->has_bad || c->is_bad[i];
    }
    if (status != SIM_OK) {
        cells_deinit(c);
    }
    return status;
}

static const char *series_name(const struct swept_data *data, const struct swept_figure *figure,
                               uint32_t column)
{
    return figure->is_variants ? swept_variant(data, figure, column) : figure->title;
}

static size_t series_place(const struct swept_data *data, const struct swept_figure *figure,
                           uint32_t column)
{
    return figure->is_variants ? data->column[figure->column + column].a : 0;
}

/* x: the axis along which lines run, or dots stand where it has words. */
static void open_figure(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                        const struct swept_axis *x, const char *name, bool is_wide)
{
    char title[REPORT_TITLE_BYTES + 96];
    (void)snprintf(title, sizeof title, "%.180s%s%.80s", figure->title,
                   name[0] != '\0' ? ", by " : "", name[0] != '\0' ? x->label : "");
    html_put(to, "<figure class=\"card %\" id=\"figure-%%\">\n<div class=\"head\"><h3>%</h3>\n",
             is_wide ? "wide" : "half", figure->name, name, title);
    html_put(to, "<div class=\"legend\">");
    for (uint32_t c = 0; c < figure->columns && figure->is_variants; c++) {
        const size_t place = series_place(data, figure, c);
        (void)fprintf(to, "<span class=\"key c%u\">", chart_colour(place));
        if (x->is_number) {
            chart_write_sample(to, place);
        } else {
            html_put(to, "<i class=\"swatch\"></i>");
        }
        html_put(to, "%</span>", series_name(data, figure, c));
    }
    html_put(to, "</div></div>\n");
}

static void close_figure(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                         const char *others, const struct cells *cells, bool is_cut)
{
    html_put(to, "<figcaption>%%%%%</figcaption>\n</figure>\n",
             data->result.replications > 1 ? "Means over the replications with 95\u00a0% intervals."
                                           : "One replication: there are no intervals.",
             isnan(figure->neutral) ? "" : " Dashed: the variants are equal.", others,
             is_cut ? cut_note : "",
             cells->has_bad ? " Ringed: more than 1\u00a0% of the calls failed." : "");
}

/* ---- one axis ---- */

static enum sim_status put_axis(FILE *to, const struct swept_data *data,
                                const struct swept_figure *figure, size_t axis, const char *name,
                                const char *others)
{
    struct cells cells;
    if (cells_init(&cells, data, figure, axis, SWEPT_NO_AXIS) != SIM_OK) {
        return SIM_ERR_NOMEM;
    }
    struct swept_plot_series *series = calloc(figure->columns, sizeof *series);
    if (series == NULL) {
        cells_deinit(&cells);
        return SIM_ERR_NOMEM;
    }
    for (uint32_t c = 0; c < figure->columns; c++) {
        series[c] = (struct swept_plot_series){
            .name = series_name(data, figure, c),
            .place = series_place(data, figure, c),
            .cell = &cells.cell[c * cells.count],
            .is_bad = &cells.is_bad[c * cells.count],
            .stride = 1,
        };
    }
    const struct swept_plot plot = {
        .axis = &data->axis[axis],
        .figure = figure,
        .title = figure->title,
        .range = swept_plot_range_of(figure, cells.cell, cells.count * figure->columns),
        .series = series,
        .count = figure->columns,
    };
    open_figure(to, data, figure, &data->axis[axis], name, false);
    html_put(to, "<div class=\"static\" tabindex=\"0\" role=\"group\" aria-label=\"Figure: %\">",
             figure->title);
    swept_plot_write(to, &plot);
    html_put(to, "</div>\n");
    swept_numbers_write(to, &(struct swept_numbers){plot.axis, NULL, figure, series, plot.count});
    close_figure(to, data, figure, others, &cells, plot.range.is_cut);
    free(series);
    cells_deinit(&cells);
    return SIM_OK;
}

/* ---- two axes ---- */

/* Along x the lines run; each panel is a value of the other axis. */
struct plane {
    size_t x, panel;
    size_t shown;       /* panels, from all over the axis */
    const char *others; /* what the caption says of further axes */
};

static size_t panel_value(const struct swept_data *data, const struct plane *plane, size_t index)
{
    const size_t count = data->axis[plane->panel].count;
    return plane->shown < count ? index * (count - 1) / (plane->shown - 1) : index;
}

/* A panel's own lines, behind those of the other panels where they can be told apart. */
static size_t panel_series(const struct swept_data *data, const struct swept_figure *figure,
                           const struct plane *plane, size_t value, const struct cells *cells,
                           struct swept_plot_series *series)
{
    const size_t stride = data->axis[plane->panel].count;
    size_t count = 0;
    /* Words have no lines that could be context. */
    const bool has_context = figure->columns == 1 && data->axis[plane->x].is_number;
    for (size_t i = 0; i < plane->shown && has_context; i++) {
        series[count++] = (struct swept_plot_series){
            .name = "",
            .cell = &cells->cell[panel_value(data, plane, i)],
            .stride = stride,
            .is_context = true,
        };
    }
    for (uint32_t c = 0; c < figure->columns; c++) {
        series[count++] = (struct swept_plot_series){
            .name = series_name(data, figure, c),
            .place = series_place(data, figure, c),
            .cell = &cells->cell[c * cells->count + value],
            .is_bad = &cells->is_bad[c * cells->count + value],
            .stride = stride,
        };
    }
    return count;
}

/* Of the whole plane: panels that are not shown, too. series: room for the figure's columns. */
static void put_plane_numbers(FILE *to, const struct swept_data *data,
                              const struct swept_figure *figure, const struct plane *plane,
                              const struct cells *cells, struct swept_plot_series *series)
{
    for (uint32_t c = 0; c < figure->columns; c++) {
        series[c] = (struct swept_plot_series){
            .name = series_name(data, figure, c),
            .cell = &cells->cell[c * cells->count],
        };
    }
    swept_numbers_write(to,
                        &(struct swept_numbers){&data->axis[plane->x], &data->axis[plane->panel],
                                                figure, series, figure->columns});
}

static enum sim_status put_panels(FILE *to, const struct swept_data *data,
                                  const struct swept_figure *figure, const struct plane *plane)
{
    const struct swept_axis *by = &data->axis[plane->panel];
    struct cells cells;
    if (cells_init(&cells, data, figure, plane->x, plane->panel) != SIM_OK) {
        return SIM_ERR_NOMEM;
    }
    struct swept_plot_series *series = calloc(plane->shown + figure->columns, sizeof *series);
    if (series == NULL) {
        cells_deinit(&cells);
        return SIM_ERR_NOMEM;
    }
    const struct swept_plot_range range =
        swept_plot_range_of(figure, cells.cell, cells.count * figure->columns);
    open_figure(to, data, figure, &data->axis[plane->x], "", true);
    html_put(to, "<div class=\"panels%\">\n", plane->shown == 2 || plane->shown == 4 ? " two" : "");
    for (size_t i = 0; i < plane->shown; i++) {
        const size_t value = panel_value(data, plane, i);
        const struct swept_plot plot = {
            .axis = &data->axis[plane->x],
            .figure = figure,
            .title = figure->title,
            .is_small = true,
            .range = range,
            .series = series,
            .count = panel_series(data, figure, plane, value, &cells, series),
        };
        html_put(to, "<div class=\"panel\"><p>% <strong>%</strong></p>\n", by->label,
                 by->value[value].text);
        swept_plot_write(to, &plot);
        html_put(to, "</div>\n");
    }
    html_put(to, "</div>\n");
    put_plane_numbers(to, data, figure, plane, &cells, series);
    close_figure(to, data, figure, plane->others, &cells, range.is_cut);
    free(series);
    cells_deinit(&cells);
    return SIM_OK;
}

/* A map for each of the figure's columns. */
static enum sim_status put_maps(FILE *to, const struct swept_data *data,
                                const struct swept_figure *figure, const struct plane *plane)
{
    struct cells cells;
    if (cells_init(&cells, data, figure, plane->x, plane->panel) != SIM_OK) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t c = 0; c < figure->columns && c < MAPS_MAX; c++) {
        const struct swept_heat heat = {
            .x = &data->axis[plane->x],
            .y = &data->axis[plane->panel],
            .figure = figure,
            .title = series_name(data, figure, c),
            .place = series_place(data, figure, c),
            .cell = &cells.cell[c * cells.count],
            .is_bad = &cells.is_bad[c * cells.count],
        };
        char number[32] = "";
        if (c > 0) {
            (void)snprintf(number, sizeof number, "-%u", (unsigned)c + 1);
        }
        html_put(to,
                 "<figure class=\"card wide\" id=\"figure-map%\">\n<div class=\"head\"><h3>Map of "
                 "%%%</h3>"
                 "</div>\n<div class=\"static\" tabindex=\"0\" role=\"group\" aria-label=\"Map: "
                 "%\">",
                 number, figure->title, figure->is_variants ? ", " : "",
                 figure->is_variants ? heat.title : "", figure->title);
        swept_heat_write(to, &heat);
        html_put(to, "</div>\n");
        const struct swept_plot_series series = {.name = heat.title, .cell = heat.cell};
        swept_numbers_write(to, &(struct swept_numbers){heat.x, heat.y, figure, &series, 1});
        html_put(to, "<figcaption>%%%</figcaption>\n</figure>\n",
                 isnan(figure->neutral)
                     ? "The stronger the colour, the greater the value. Empty: no such point."
                     : "Blue above equal variants, orange below; the stronger, the "
                       "farther. Empty: no such point.",
                 plane->others,
                 cells.has_bad ? " Framed: more than 1\u00a0% of the calls failed." : "");
    }
    cells_deinit(&cells);
    return SIM_OK;
}

/* The two axes that move the leading figure most; numbers run along x, the longer axis if both. */
static enum sim_status choose_plane(const struct swept_data *data, struct plane *plane)
{
    struct swept_effect effect[SWEPT_AXES_MAX];
    const enum sim_status status = swept_rank(data, data->figure[0].column, effect);
    if (status != SIM_OK) {
        return status;
    }
    const size_t first = effect[0].axis < effect[1].axis ? effect[0].axis : effect[1].axis;
    const size_t second = effect[0].axis + effect[1].axis - first;
    const struct swept_axis *a = &data->axis[first];
    const struct swept_axis *b = &data->axis[second];
    const bool is_swapped = a->is_number == b->is_number ? b->count > a->count : b->is_number;
    plane->x = is_swapped ? second : first;
    plane->panel = is_swapped ? first : second;
    const size_t panels = data->axis[plane->panel].count;
    plane->shown = panels < PANELS_MAX ? panels : PANELS_MAX;
    plane->others = data->axis_count > 2 ? " Averaged over the other axes." : "";
    return SIM_OK;
}

static enum sim_status put_plane(FILE *to, const struct swept_data *data)
{
    struct plane plane;
    enum sim_status status = choose_plane(data, &plane);
    const struct swept_axis *x = &data->axis[status == SIM_OK ? plane.x : 0];
    const struct swept_axis *by = &data->axis[status == SIM_OK ? plane.panel : 0];
    if (status != SIM_OK || x->count > SWEPT_CELLS_MAX / by->count) {
        return status; /* too many fields for an eye: the axes show one by one */
    }
    html_put(to, "<p class=\"lead\">Along % in each panel, a panel for each % of %.%</p>\n",
             x->label, plane.shown < by->count ? "of some values" : "value", by->label,
             x->is_number ? " Thin: the other panels' lines." : "");
    html_put(to, "<div class=\"figures\">\n");
    if (x->is_number && by->is_number) {
        status = put_maps(to, data, &data->figure[0], &plane);
    }
    for (size_t f = 0; f < data->figure_count && f < PLANE_FIGURES && status == SIM_OK; f++) {
        status = put_panels(to, data, &data->figure[f], &plane);
    }
    html_put(to, "</div>\n");
    return status;
}

static enum sim_status put_each_axis(FILE *to, const struct swept_data *data)
{
    const struct swept_figure *leading = &data->figure[0];
    enum sim_status status = SIM_OK;
    html_put(to,
             "<h2>One axis at a time</h2>\n<p class=\"lead\">%, averaged over the points that "
             "have the value.%</p>\n<div class=\"figures\">\n",
             leading->title,
             data->is_full ? ""
                           : " Not every combination is a point, so two values may differ in their "
                             "company; the effects below allow for that.");
    for (size_t a = 0; a < data->axis_count && status == SIM_OK; a++) {
        char name[32];
        (void)snprintf(name, sizeof name, "-axis-%zu", a + 1);
        status = put_axis(to, data, leading, a, name, "");
    }
    html_put(to, "</div>\n");
    return status;
}

static void put_notes(FILE *to, const struct swept_data *data)
{
    if (data->figures_left_out > 0) {
        (void)fprintf(to, "<p class=\"lead\">%zu more numbers are left out: the sweep is large. ",
                      data->figures_left_out);
        html_put(to, "The view v_point_metric has all.</p>\n");
    }
    if (data->figures_flat > 0) {
        (void)fprintf(to,
                      "<p class=\"lead\">%zu number%s that no axis and no variant changes %s left "
                      "out.</p>\n",
                      data->figures_flat, data->figures_flat == 1 ? "" : "s",
                      data->figures_flat == 1 ? "is" : "are");
    }
    html_put(to, data->has_strangers
                     ? "<p class=\"lead\">Not all variants had the same work: what compares them "
                       "sets run against run by number, and its intervals are the wider for "
                       "it.</p>\n"
                     : "");
}

enum sim_status swept_section_figures(FILE *to, const struct swept_data *data)
{
    enum sim_status status = SIM_OK;
    html_put(to, "<section id=\"figures\">\n<h2>Figures</h2>\n");
    put_notes(to, data);
    if (data->axis_count == 1) {
        html_put(to, "<div class=\"figures\">\n");
        for (size_t f = 0; f < data->figure_count && status == SIM_OK; f++) {
            status = put_axis(to, data, &data->figure[f], 0, "", "");
        }
        html_put(to, "</div>\n");
    } else if (data->axis_count > 1) {
        status = put_plane(to, data);
        if (status == SIM_OK) {
            status = put_each_axis(to, data);
        }
    }
    html_put(to, "</section>\n");
    return status;
}
