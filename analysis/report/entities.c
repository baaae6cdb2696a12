/* What counts for itself, as a node or a server: a plan of where they are, and a table to sort. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/report/html.h"
#include "analysis/report/layout.h"
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

#define PLAN_HEIGHT_MOST 360.0
#define PLAN_MARGIN 34.0
#define DOT_LEAST 5.0
#define DOT_MOST 20.0

struct plan {
    FILE *to;
    const struct report_data *data;
    const struct report_entities *e;
    double x_least, x_most, y_least, y_most;
    double width, scale, height;
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
                           const struct report_entities *e, double page)
{
    struct plan p = {.to = to,
                     .width = page,
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
    p.scale = fmin((page - 2 * PLAN_MARGIN) / width, (PLAN_HEIGHT_MOST - 2 * PLAN_MARGIN) / height);
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
    const double middle = (p->width - (p->x_most - p->x_least) * p->scale) / 2;
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

static void put_dots(const struct plan *p)
{
    (void)fprintf(p->to, "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"",
                  layout_class(p->width), p->width, p->height);
    html_put(p->to, "Where each % is\">\n", p->e->key);
    for (size_t i = 0; i < p->e->count; i++) {
        put_dot(p, i);
    }
    (void)fputs("</svg>", p->to);
}

static void put_plan(FILE *to, const struct report_data *data, const struct report_entities *e)
{
    const struct plan p = plan_of(to, data, e, LAYOUT_WIDE);
    const struct plan narrow = plan_of(to, data, e, LAYOUT_NARROW);
    const struct report_column *number = first_number(e);
    if (!(p.x_most >= p.x_least) || !(p.y_most >= p.y_least)) {
        return; /* none of those shown has a place */
    }
    html_put(to,
             "<figure class=\"card wide plan\" id=\"plan-%\">\n<div class=\"static\" "
             "tabindex=\"0\" role=\"group\" aria-label=\"Plan of each %\">\n",
             e->key, e->key);
    put_dots(&p);
    put_dots(&narrow);
    (void)fputs("</div>\n", to);
    char extent[96];
    (void)snprintf(extent, sizeof extent, "%g to %g m across, %g to %g m up", p.x_least, p.x_most,
                   p.y_least, p.y_most);
    html_put(to, "<figcaption>Where each % is: %.%%</figcaption>\n</figure>\n", e->key, extent,
             number != NULL ? " The larger, the more: " : "", number != NULL ? number->label : "");
}

/* ---- the table: of each number all variants beside each other, in one scale ---- */

/* "sent (MB)" */
static void put_label(FILE *to, const struct report_column *column)
{
    html_put(to, column->scale.unit[0] != '\0' ? "% (%)" : "%%", column->label, column->scale.unit);
}

/* What a column is to the script that chooses and saves columns: its number, and whose it is. */
static void put_column(FILE *to, const struct report_column *column, const char *variant)
{
    html_put(to, " data-column=\"%\" data-unit=\"%\" data-variant=\"%\" data-label=\"",
             column->name, column->unit, variant);
    put_label(to, column);
    (void)fputc('"', to);
}

/* The numbers over the variants that have them; nothing where there is but one variant. */
static void put_number_heads(FILE *to, const struct report_data *data,
                             const struct report_entities *e)
{
    const size_t before = 1 + e->words + (e->has_place ? 1 : 0);
    if (data->variant_count == 1 || e->numbers == 0) {
        return;
    }
    (void)fprintf(to, "<tr class=\"over\"><th colspan=\"%zu\"></th>", before);
    for (size_t c = 0; c < e->columns; c++) {
        const struct report_column *column = &e->column[c];
        if (column->kind == REPORT_NUMBER) {
            (void)fprintf(to, "<th scope=\"colgroup\" class=\"group\" colspan=\"%u\"",
                          data->variant_count);
            html_put(to, " title=\"%\" data-column=\"%\">", column->about, column->name);
            put_label(to, column);
            html_put(to, "</th>");
        }
    }
    html_put(to, "</tr>\n");
}

/* Which column is shown sooner where not all have room: the first number, the words, the other
 * numbers, those in which the variants differ most before the others; last what is all nothing. */
enum { RANK_WORD = 1, RANK_NUMBER = 10, RANK_ALIKE = 1000, RANK_NOTHING = 2000, RANK_PLACE = 3000 };

static unsigned rank_of(const struct report_column *column)
{
    const bool is_alike = !(column->differs >= 0.01);
    if (column->is_nothing) {
        return RANK_NOTHING;
    }
    if (column->index == 0 && !is_alike) {
        return 0;
    }
    return is_alike ? RANK_ALIKE + (unsigned)column->index
                    : RANK_NUMBER + (unsigned)(500 * (1 - column->differs));
}

static void put_variant_heads(FILE *to, const struct report_data *data,
                              const struct report_column *column)
{
    for (uint32_t v = 0; v < data->variant_count; v++) {
        html_put(to, "<th scope=\"col\" class=\"%\" title=\"%\"", v == 0 ? "first" : "",
                 column->about);
        put_column(to, column, data->variant_count > 1 ? data->variant[v] : "");
        (void)fprintf(to, " data-rank=\"%u\">", rank_of(column));
        if (data->variant_count == 1) {
            put_label(to, column);
        } else {
            section_variant(to, v, data->variant[v]);
        }
        html_put(to, "</th>");
    }
}

static void put_heads(FILE *to, const struct report_data *data, const struct report_entities *e)
{
    html_put(to, "<thead>");
    put_number_heads(to, data, e);
    html_put(to, "<tr class=\"sort\"><th scope=\"col\">%</th>", e->key);
    for (size_t c = 0; c < e->columns; c++) {
        if (e->column[c].kind == REPORT_WORD) {
            (void)fprintf(to, "<th scope=\"col\" class=\"word\" data-rank=\"%d\"", RANK_WORD);
            html_put(to, " title=\"%\">%</th>", e->column[c].about, e->column[c].label);
        }
    }
    if (e->has_place) {
        (void)fprintf(to, "<th scope=\"col\" data-rank=\"%d\">x, y (m)</th>", RANK_PLACE);
    }
    for (size_t c = 0; c < e->columns; c++) {
        if (e->column[c].kind == REPORT_NUMBER) {
            put_variant_heads(to, data, &e->column[c]);
        }
    }
    html_put(to, "</tr></thead>\n");
}

static void put_number(FILE *to, const char *class, double mean, const struct format_scale *scale)
{
    if (isnan(mean)) {
        html_put(to, "<td class=\"%\">\u2013</td>", class);
        return;
    }
    const bool is_nothing = !(mean < 0 || mean > 0);
    html_put(to, class[0] != '\0' ? "<td class=\"%\"" : "<td%", class);
    (void)fprintf(to, " data-sort=\"%.9g\">%.*f</td>", mean, is_nothing ? 0 : scale->decimals,
                  mean / scale->divisor);
}

static void put_numbers(FILE *to, const struct report_data *data, const struct report_entities *e,
                        const struct report_entity *entity)
{
    for (size_t c = 0; c < e->columns; c++) {
        const struct report_column *column = &e->column[c];
        for (uint32_t v = 0; v < data->variant_count && column->kind == REPORT_NUMBER; v++) {
            put_number(to, v == 0 ? "first" : "", entity->at[v * e->numbers + column->index].mean,
                       &column->scale);
        }
    }
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
    put_numbers(to, data, e, entity);
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
