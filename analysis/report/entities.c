/* What counts for itself, as a node or a server: a plan of where they are, and a table to sort. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/sections.h"

/* "Nodes" */
static void plural(const struct report_entities *e, char text[64])
{
    (void)snprintf(text, 64, "%.60ss", e->key);
    text[0] = (char)toupper((unsigned char)text[0]);
}

void section_entity_links(FILE *to, const struct report_data *data)
{
    for (size_t i = 0; i < data->entities_count; i++) {
        char title[64];
        plural(&data->entities[i], title);
        html_put(to, "<a href=\"#%s\">%</a>", data->entities[i].key, title);
    }
}

/* ---- the plan ---- */

#define PLAN_WIDTH 1060.0
#define PLAN_HEIGHT_MOST 520.0
#define PLAN_MARGIN 34.0
#define DOT_LEAST 5.0
#define DOT_MOST 20.0

struct plan {
    FILE *to;
    const struct report_data *data;
    const struct report_entities *e;
    double x_least, x_most, y_least, y_most;
    double scale, height;
    double most; /* of the first number, over all variants */
};

/* The first number, as much as the variant with the most of it has. */
static double leading(const struct report_data *data, const struct report_entities *e, size_t i)
{
    double most = 0;
    for (uint32_t v = 0; v < data->variant_count && e->numbers > 0; v++) {
        most = fmax(most, e->entity[i].at[v * e->numbers].mean);
    }
    return most;
}

static struct plan plan_of(FILE *to, const struct report_data *data,
                           const struct report_entities *e)
{
    struct plan p = {.to = to,
                     .data = data,
                     .e = e,
                     .x_least = (double)INFINITY,
                     .x_most = -(double)INFINITY,
                     .y_least = (double)INFINITY,
                     .y_most = -(double)INFINITY};
    for (size_t i = 0; i < e->count; i++) {
        p.x_least = fmin(p.x_least, e->entity[i].x_m);
        p.x_most = fmax(p.x_most, e->entity[i].x_m);
        p.y_least = fmin(p.y_least, e->entity[i].y_m);
        p.y_most = fmax(p.y_most, e->entity[i].y_m);
        p.most = fmax(p.most, leading(data, e, i));
    }
    const double width = fmax(p.x_most - p.x_least, 1e-9);
    const double height = fmax(p.y_most - p.y_least, 1e-9);
    p.scale =
        fmin((PLAN_WIDTH - 2 * PLAN_MARGIN) / width, (PLAN_HEIGHT_MOST - 2 * PLAN_MARGIN) / height);
    p.height = fmin(height * p.scale, PLAN_HEIGHT_MOST) + 2 * PLAN_MARGIN;
    return p;
}

static const struct report_column *first_number(const struct report_entities *e)
{
    for (size_t c = 0; c < e->columns; c++) {
        if (e->column[c].kind == REPORT_NUMBER) {
            return &e->column[c];
        }
    }
    return NULL;
}

/* Areas are as the numbers; one at the place says which entity it is. */
static void put_dot(const struct plan *p, size_t i)
{
    const struct report_entity *entity = &p->e->entity[i];
    const struct report_column *number = first_number(p->e);
    if (isnan(entity->x_m) || isnan(entity->y_m)) {
        return;
    }
    const double middle = (PLAN_WIDTH - (p->x_most - p->x_least) * p->scale) / 2;
    const double x = middle + (entity->x_m - p->x_least) * p->scale;
    const double y = p->height - PLAN_MARGIN - (entity->y_m - p->y_least) * p->scale;
    const double share = p->most > 0 ? leading(p->data, p->e, i) / p->most : 0;
    const double radius = DOT_LEAST + (DOT_MOST - DOT_LEAST) * sqrt(fmax(share, 0));
    (void)fprintf(p->to, "<circle class=\"place\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>", x, y,
                  radius);
    html_put(p->to, "% %", p->e->key, entity->name);
    for (size_t w = 0; w < p->e->words; w++) {
        html_put(p->to, " %", entity->word[w]);
    }
    for (uint32_t v = 0; v < p->data->variant_count && number != NULL; v++) {
        char text[FORMAT_BYTES];
        format_value(text, entity->at[v * p->e->numbers].mean, number->unit);
        html_put(p->to, "\n%: % %", p->data->variant[v], text, number->label);
    }
    (void)fputs("</title></circle>\n", p->to);
    (void)fprintf(p->to, "<text class=\"note\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x,
                  y + 4);
    html_put(p->to, "%</text>\n", entity->name);
}

static void put_plan(FILE *to, const struct report_data *data, const struct report_entities *e)
{
    const struct plan p = plan_of(to, data, e);
    const struct report_column *number = first_number(e);
    if (!(p.x_most >= p.x_least) || !(p.y_most >= p.y_least)) {
        return; /* none of those shown has a place */
    }
    html_put(to,
             "<figure class=\"card wide plan\" id=\"plan-%\">\n<div class=\"static\" "
             "tabindex=\"0\" role=\"group\" aria-label=\"Plan of each %\">\n",
             e->key, e->key);
    (void)fprintf(to, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"", PLAN_WIDTH,
                  p.height);
    html_put(to, "Where each % is\">\n", e->key);
    for (size_t i = 0; i < e->count; i++) {
        put_dot(&p, i);
    }
    (void)fputs("</svg></div>\n", to);
    char extent[96];
    (void)snprintf(extent, sizeof extent, "%g to %g m across, %g to %g m up", p.x_least, p.x_most,
                   p.y_least, p.y_most);
    html_put(to, "<figcaption>Where each % is: %.%%</figcaption>\n</figure>\n", e->key, extent,
             number != NULL ? " The larger, the more: " : "", number != NULL ? number->label : "");
}

/* ---- the table ---- */

static void put_heads(FILE *to, const struct report_data *data, const struct report_entities *e)
{
    html_put(to, "<thead><tr>");
    (void)fprintf(to, "<th colspan=\"%zu\"></th>", 1 + e->words + (e->has_place ? 1 : 0));
    for (uint32_t v = 0; v < data->variant_count && e->numbers > 0; v++) {
        (void)fprintf(to, "<th scope=\"colgroup\" class=\"group\" colspan=\"%zu\">", e->numbers);
        section_swatch(to, v);
        html_put(to, "%</th>", data->variant[v]);
    }
    html_put(to, "</tr>\n<tr class=\"sort\"><th scope=\"col\">%</th>", e->key);
    for (size_t c = 0; c < e->columns; c++) {
        if (e->column[c].kind == REPORT_WORD) {
            html_put(to, "<th scope=\"col\" class=\"word\" title=\"%\">%</th>", e->column[c].about,
                     e->column[c].label);
        }
    }
    html_put(to, e->has_place ? "<th scope=\"col\">x, y (m)</th>" : "");
    for (uint32_t v = 0; v < data->variant_count; v++) {
        const char *class = "first";
        for (size_t c = 0; c < e->columns; c++) {
            if (e->column[c].kind == REPORT_NUMBER) {
                html_put(to, "<th scope=\"col\" class=\"%\" title=\"%\">%</th>", class,
                         e->column[c].about, e->column[c].label);
                class = "";
            }
        }
    }
    html_put(to, "</tr></thead>\n");
}

static void put_entity(FILE *to, const struct report_data *data, const struct report_entities *e,
                       const struct report_entity *entity)
{
    html_put(to, "<tr><th scope=\"row\" data-sort=\"%\">%</th>", entity->name, entity->name);
    for (size_t w = 0; w < e->words; w++) {
        html_put(to, "<td class=\"word\">%</td>", entity->word[w]);
    }
    if (e->has_place) {
        char place[64] = "\u2013";
        if (!isnan(entity->x_m) && !isnan(entity->y_m)) {
            (void)snprintf(place, sizeof place, "%g, %g", entity->x_m, entity->y_m);
        }
        html_put(to, "<td>%</td>", place);
    }
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (size_t c = 0; c < e->columns; c++) {
            const struct report_column *column = &e->column[c];
            if (column->kind == REPORT_NUMBER) {
                section_sortable(to, column->index == 0 ? "first" : "",
                                 entity->at[v * e->numbers + column->index].mean, column->unit);
            }
        }
    }
    html_put(to, "</tr>\n");
}

static void put_entities(FILE *to, const struct report_data *data, const struct report_entities *e)
{
    char title[64];
    plural(e, title);
    html_put(to,
             "<section class=\"entities\" id=\"%s\">\n<h2>%</h2>\n<p class=\"lead\">Means over "
             "the replications.",
             e->key, title);
    if (e->count < e->total) {
        (void)fprintf(to, " The %zu of %zu", e->count, e->total);
        html_put(to, " that have the most in the first column of numbers.");
    }
    html_put(to, "</p>\n");
    if (e->has_place) {
        put_plan(to, data, e);
    }
    section_open_table(to, "numbers sortable", title);
    put_heads(to, data, e);
    html_put(to, "<tbody>\n");
    for (size_t i = 0; i < e->count; i++) {
        put_entity(to, data, e, &e->entity[i]);
    }
    html_put(to, "</tbody>");
    section_close_table(to);
    html_put(to, "</section>\n");
}

void section_entities(FILE *to, const struct report_data *data)
{
    for (size_t i = 0; i < data->entities_count; i++) {
        put_entities(to, data, &data->entities[i]);
    }
}
