/* The figures of a sweep: one axis, small multiples of two, a map of the plane. */
#include <math.h>
#include <stdlib.h>

#include "analysis/report/html.h"
#include "analysis/report/swept_page.h"
#include "analysis/report/swept_plot.h"

enum { PANELS_MAX = 12 };

static const char cut_note[] = " Intervals that reach far beyond the means are cut at the edge.";

static const char *series_name(const struct swept_data *data, const struct swept_figure *figure,
                               uint32_t column)
{
    return figure->is_variants ? data->result.variant[column] : figure->title;
}

static void open_figure(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                        const char *name, bool is_wide)
{
    html_put(to, "<figure class=\"card %\" id=\"figure-%%\">\n<div class=\"head\"><h3>%</h3>\n",
             is_wide ? "wide" : "half", figure->id, name, figure->title);
    html_put(to, "<div class=\"legend\">");
    for (uint32_t c = 0; c < figure->columns && figure->is_variants; c++) {
        (void)fprintf(to, "<span class=\"key c%u\"><i class=\"swatch\"></i>", (unsigned)c);
        html_put(to, "%</span>", data->result.variant[c]);
    }
    html_put(to, "</div></div>\n");
}

static void close_figure(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                         const char *others, bool is_cut)
{
    html_put(to, "<figcaption>%%%%</figcaption>\n</figure>\n",
             data->result.replications > 1 ? "Means over the replications with 95\u00a0% intervals."
                                           : "One replication: there are no intervals.",
             isnan(figure->neutral) ? "" : " Dashed: the variants are equal.", others,
             is_cut ? cut_note : "");
}

/* The cells of all of a figure's columns, one after the other. NULL: no memory. */
static struct stats_estimate *read_cells(const struct swept_data *data,
                                         const struct swept_figure *figure, size_t a, size_t b,
                                         size_t count)
{
    struct stats_estimate *cell = calloc(count * figure->columns, sizeof *cell);
    for (uint32_t c = 0; c < figure->columns && cell != NULL; c++) {
        if (swept_data_cells(data, figure->column + c, a, b, &cell[c * count]) != SIM_OK) {
            free(cell);
            return NULL;
        }
    }
    return cell;
}

/* ---- one axis ---- */

static enum sim_status put_axis(FILE *to, const struct swept_data *data,
                                const struct swept_figure *figure, size_t axis, const char *name,
                                const char *others)
{
    const size_t count = data->axis[axis].count;
    struct stats_estimate *cell = read_cells(data, figure, axis, SWEPT_NO_AXIS, count);
    if (cell == NULL) {
        return SIM_ERR_NOMEM;
    }
    struct swept_plot_series series[REPORT_VARIANTS_MAX];
    for (uint32_t c = 0; c < figure->columns; c++) {
        series[c] = (struct swept_plot_series){
            .name = series_name(data, figure, c),
            .colour = c,
            .cell = &cell[c * count],
            .stride = 1,
        };
    }
    const struct swept_plot plot = {
        .axis = &data->axis[axis],
        .figure = figure,
        .title = figure->title,
        .range = swept_plot_range_of(figure, cell, count * figure->columns),
        .series = series,
        .count = figure->columns,
    };
    open_figure(to, data, figure, name, false);
    html_put(to, "<div class=\"static\">");
    swept_plot_write(to, &plot);
    html_put(to, "</div>\n");
    close_figure(to, data, figure, others, plot.range.is_cut);
    free(cell);
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

static void put_panel(FILE *to, const struct swept_data *data, const struct swept_figure *figure,
                      const struct plane *plane, size_t index, const struct stats_estimate *cell,
                      const struct swept_plot_range *range)
{
    const struct swept_axis *x = &data->axis[plane->x];
    const struct swept_axis *by = &data->axis[plane->panel];
    const size_t value = panel_value(data, plane, index);
    struct swept_plot_series series[PANELS_MAX + REPORT_VARIANTS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < plane->shown && figure->columns == 1; i++) {
        series[count++] = (struct swept_plot_series){
            .name = "",
            .cell = &cell[panel_value(data, plane, i)],
            .stride = by->count,
            .is_context = true,
        };
    }
    for (uint32_t c = 0; c < figure->columns; c++) {
        series[count++] = (struct swept_plot_series){
            .name = series_name(data, figure, c),
            .colour = c,
            .cell = &cell[c * x->count * by->count + value],
            .stride = by->count,
        };
    }
    /* Words have no lines that could be context. */
    const size_t context = x->is_number ? 0 : count - figure->columns;
    const struct swept_plot plot = {
        .axis = x,
        .figure = figure,
        .title = figure->title,
        .is_small = true,
        .range = *range,
        .series = &series[context],
        .count = count - context,
    };
    html_put(to, "<div class=\"panel\"><p>% <strong>%</strong></p>\n", by->key,
             by->value[value].text);
    swept_plot_write(to, &plot);
    html_put(to, "</div>\n");
}

static enum sim_status put_panels(FILE *to, const struct swept_data *data,
                                  const struct swept_figure *figure, const struct plane *plane)
{
    const size_t count = data->axis[plane->x].count * data->axis[plane->panel].count;
    struct stats_estimate *cell = read_cells(data, figure, plane->x, plane->panel, count);
    if (cell == NULL) {
        return SIM_ERR_NOMEM;
    }
    const struct swept_plot_range range =
        swept_plot_range_of(figure, cell, count * figure->columns);
    open_figure(to, data, figure, "", true);
    html_put(to, "<div class=\"panels%\">\n", plane->shown == 2 || plane->shown == 4 ? " two" : "");
    for (size_t i = 0; i < plane->shown; i++) {
        put_panel(to, data, figure, plane, i, cell, &range);
    }
    html_put(to, "</div>\n");
    close_figure(to, data, figure, plane->others, range.is_cut);
    free(cell);
    return SIM_OK;
}

static enum sim_status put_map(FILE *to, const struct swept_data *data,
                               const struct swept_figure *figure, const struct plane *plane)
{
    const struct swept_axis *x = &data->axis[plane->x];
    const struct swept_axis *y = &data->axis[plane->panel];
    struct stats_estimate *cell =
        read_cells(data, figure, plane->x, plane->panel, x->count * y->count);
    if (cell == NULL) {
        return SIM_ERR_NOMEM;
    }
    html_put(to,
             "<figure class=\"card wide\" id=\"figure-map\">\n<div class=\"head\"><h3>%</h3></div>"
             "\n<div class=\"static\">",
             figure->title);
    swept_heat_write(to, x, y, figure, cell);
    html_put(to, "</div>\n<figcaption>%%</figcaption>\n</figure>\n",
             isnan(figure->neutral) ? "The stronger the colour, the greater the value."
                                    : "Blue above equal variants, orange below; the stronger, the "
                                      "farther. Empty: no such point.",
             plane->others);
    free(cell);
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
    html_put(to, "<p class=\"lead\">Along % in each panel, a panel for each % of %.%</p>\n", x->key,
             plane.shown < by->count ? "of some values" : "value", by->key,
             x->is_number ? " Thin: the other panels' lines." : "");
    html_put(to, "<div class=\"figures\">\n");
    if (x->is_number && by->is_number) {
        status = put_map(to, data, &data->figure[0], &plane);
    }
    for (size_t f = 0; f < data->figure_count && status == SIM_OK; f++) {
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

enum sim_status swept_section_figures(FILE *to, const struct swept_data *data)
{
    enum sim_status status = SIM_OK;
    html_put(to, "<section id=\"figures\">\n<h2>Figures</h2>\n");
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
