/* What a sweep's figure shows, as CSV to take along. */
#include <math.h>
#include <string.h>

#include "analysis/report/html.h"
#include "analysis/report/swept_plot.h"

static void put_word(FILE *to, const char *word, const char *unit)
{
    char text[256];
    (void)snprintf(text, sizeof text, "%.200s%s%.40s%s", word, unit[0] == '\0' ? "" : " (", unit,
                   unit[0] == '\0' ? "" : ")");
    html_csv(to, text);
}

static void put_number(FILE *to, double value)
{
    (void)fputc(',', to);
    if (isfinite(value)) {
        (void)fprintf(to, "%.10g", value);
    }
}

static size_t height_of(const struct swept_numbers *n)
{
    return n->y != NULL ? n->y->count : 1;
}

static bool has_intervals(const struct swept_numbers *n)
{
    const size_t cells = n->x->count * height_of(n);
    for (size_t i = 0; i < n->count * cells; i++) {
        if (n->series[i / cells].cell[i % cells].has_interval) {
            return true;
        }
    }
    return false;
}

static void put_head(FILE *to, const struct swept_numbers *n, bool has_edges)
{
    static const char *const edge[] = {"", " low", " high"};
    put_word(to, n->x->label, "");
    if (n->y != NULL) {
        (void)fputc(',', to);
        put_word(to, n->y->label, "");
    }
    for (size_t s = 0; s < n->count; s++) {
        for (size_t e = 0; e < (has_edges ? 3 : 1); e++) {
            char name[224];
            (void)snprintf(name, sizeof name, "%.200s%s", n->series[s].name, edge[e]);
            (void)fputc(',', to);
            put_word(to, name, n->figure->unit);
        }
    }
    (void)fputc('\n', to);
}

static bool is_known(const struct swept_numbers *n, size_t at)
{
    for (size_t s = 0; s < n->count; s++) {
        if (!isnan(n->series[s].cell[at].mean)) {
            return true;
        }
    }
    return false;
}

static void put_line(FILE *to, const struct swept_numbers *n, size_t at, bool has_edges)
{
    put_word(to, n->x->value[at / height_of(n)].text, "");
    if (n->y != NULL) {
        (void)fputc(',', to);
        put_word(to, n->y->value[at % height_of(n)].text, "");
    }
    for (size_t s = 0; s < n->count; s++) {
        const struct stats_estimate *e = &n->series[s].cell[at];
        put_number(to, e->mean);
        if (has_edges) {
            put_number(to, e->has_interval ? e->low : (double)NAN);
            put_number(to, e->has_interval ? e->high : (double)NAN);
        }
    }
    (void)fputc('\n', to);
}

void swept_numbers_write(FILE *to, const struct swept_numbers *numbers)
{
    ASSERT(numbers->x->count > 0 && numbers->count > 0);
    const bool has_edges = has_intervals(numbers);
    html_put(to, "<template class=\"csv\">");
    put_head(to, numbers, has_edges);
    for (size_t at = 0; at < numbers->x->count * height_of(numbers); at++) {
        if (is_known(numbers, at)) {
            put_line(to, numbers, at, has_edges);
        }
    }
    html_put(to, "</template>\n");
}
