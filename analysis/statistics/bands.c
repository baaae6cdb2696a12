#include "analysis/statistics/bands.h"

#include <inttypes.h>
#include <math.h>

#include "analysis/statistics/stats.h"

struct group {
    double key[BANDS_VALUES_MAX];
    struct stats_stream value[BANDS_VALUES_MAX];
};

void bands_write_number(double value, FILE *to)
{
    if (isnan(value)) {
        (void)fputs("NaN", to); /* printf would write -nan for some */
    } else {
        (void)fprintf(to, "%.10g", value);
    }
}

static void write_head(const struct query *q, unsigned keys, FILE *to)
{
    for (unsigned k = 0; k < keys; k++) {
        (void)fprintf(to, "%s\t", query_name(q, k));
    }
    (void)fputs("n", to);
    for (unsigned v = keys; v < query_columns(q); v++) {
        const char *name = query_name(q, v);
        (void)fprintf(to, "\t%s\t%s_low\t%s_high", name, name, name);
    }
    (void)fputc('\n', to);
}

static void write_group(const struct group *g, unsigned keys, unsigned values, FILE *to)
{
    for (unsigned k = 0; k < keys; k++) {
        bands_write_number(g->key[k], to);
        (void)fputc('\t', to);
    }
    (void)fprintf(to, "%" PRIu64, g->value[0].n);
    for (unsigned v = 0; v < values; v++) {
        const struct stats_estimate e = stats_stream_estimate(&g->value[v], BANDS_LEVEL);
        const double column[] = {e.mean, e.low, e.high};
        for (unsigned i = 0; i < sizeof column / sizeof column[0]; i++) {
            (void)fputc('\t', to);
            bands_write_number(column[i], to);
        }
    }
    (void)fputc('\n', to);
}

static bool is_of(const struct group *g, const struct query *q, unsigned keys)
{
    for (unsigned k = 0; k < keys; k++) {
        const double key = query_real(q, k);
        if (key < g->key[k] || key > g->key[k]) {
            return false;
        }
    }
    return true;
}

void bands_write(struct query *q, unsigned keys, FILE *to)
{
    const unsigned values = query_columns(q) - keys;
    ASSERT(keys > 0 && keys <= BANDS_VALUES_MAX && values > 0 && values <= BANDS_VALUES_MAX);
    write_head(q, keys, to);
    struct group group = {{0}, {{0}}};
    bool is_open = false;
    while (query_next(q)) {
        if (is_open && !is_of(&group, q, keys)) {
            write_group(&group, keys, values, to);
            is_open = false;
        }
        if (!is_open) {
            group = (struct group){{0}, {{0}}};
            for (unsigned k = 0; k < keys; k++) {
                group.key[k] = query_real(q, k);
            }
            is_open = true;
        }
        for (unsigned v = 0; v < values; v++) {
            stats_add(&group.value[v], query_real(q, keys + v));
        }
    }
    if (is_open) {
        write_group(&group, keys, values, to);
    }
}

static void write_cell(const struct query *q, unsigned column, FILE *to)
{
    switch (query_type(q, column)) {
    case QUERY_INTEGER:
        (void)fprintf(to, "%" PRId64, query_int(q, column));
        break;
    case QUERY_TEXT:
        (void)fputs(query_text(q, column), to);
        break;
    case QUERY_REAL:
    case QUERY_NULL:
        bands_write_number(query_real(q, column), to);
        break;
    }
}

void bands_write_rows(struct query *q, FILE *to)
{
    const unsigned columns = query_columns(q);
    for (unsigned c = 0; c < columns; c++) {
        (void)fprintf(to, "%s%s", c > 0 ? "\t" : "", query_name(q, c));
    }
    (void)fputc('\n', to);
    while (query_next(q)) {
        for (unsigned c = 0; c < columns; c++) {
            if (c > 0) {
                (void)fputc('\t', to);
            }
            write_cell(q, c, to);
        }
        (void)fputc('\n', to);
    }
}
