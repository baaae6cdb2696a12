#include "analysis/statistics/bands.h"

#include <inttypes.h>
#include <math.h>

void bands_write_number(double value, FILE *to)
{
    if (isnan(value)) {
        (void)fputs("NaN", to); /* printf would write -nan for some */
    } else {
        (void)fprintf(to, "%.10g", value);
    }
}

void bands_begin(struct bands *b, unsigned keys, const char *const *name, unsigned columns,
                 FILE *to)
{
    ASSERT(keys > 0 && keys <= BANDS_VALUES_MAX);
    ASSERT(columns > keys && columns - keys <= BANDS_VALUES_MAX);
    *b = (struct bands){.to = to, .keys = keys, .values = columns - keys};
    for (unsigned k = 0; k < keys; k++) {
        (void)fprintf(to, "%s\t", name[k]);
    }
    (void)fputs("n", to);
    for (unsigned v = keys; v < columns; v++) {
        (void)fprintf(to, "\t%s\t%s_low\t%s_high", name[v], name[v], name[v]);
    }
    (void)fputc('\n', to);
}

static void write_group(const struct bands *b)
{
    for (unsigned k = 0; k < b->keys; k++) {
        bands_write_number(b->key[k], b->to);
        (void)fputc('\t', b->to);
    }
    (void)fprintf(b->to, "%" PRIu64, b->value[0].n);
    for (unsigned v = 0; v < b->values; v++) {
        const struct stats_estimate e = stats_stream_estimate(&b->value[v], BANDS_LEVEL);
        const double column[] = {e.mean, e.low, e.high};
        for (unsigned i = 0; i < sizeof column / sizeof column[0]; i++) {
            (void)fputc('\t', b->to);
            bands_write_number(column[i], b->to);
        }
    }
    (void)fputc('\n', b->to);
}

static bool is_of(const struct bands *b, const double *cell)
{
    for (unsigned k = 0; k < b->keys; k++) {
        if (cell[k] < b->key[k] || cell[k] > b->key[k]) {
            return false;
        }
    }
    return true;
}

void bands_row(struct bands *b, const double *cell)
{
    if (b->is_open && !is_of(b, cell)) {
        bands_end(b);
    }
    for (unsigned k = 0; k < b->keys; k++) {
        b->key[k] = cell[k];
    }
    b->is_open = true;
    for (unsigned v = 0; v < b->values; v++) {
        stats_add(&b->value[v], cell[b->keys + v]);
    }
}

void bands_end(struct bands *b)
{
    if (b->is_open) {
        write_group(b);
    }
    b->is_open = false;
    for (unsigned v = 0; v < b->values; v++) {
        b->value[v] = (struct stats_stream){.n = 0};
    }
}
