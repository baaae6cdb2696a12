#include "sim/terminal/histogram.h"

#include <inttypes.h>
#include <math.h>

/* ---- bins ---- */

static int64_t nice_width(int64_t range)
{
    static const int64_t steps[] = {1, 2, 5};
    for (int64_t power = 1;; power *= 10) {
        for (int i = 0; i < 3; i++) {
            const int64_t width = steps[i] * power;
            if (range / width < HISTOGRAM_BINS_MAX - 1) {
                return width;
            }
        }
    }
}

static void widen(const int64_t *value, size_t count, int64_t *least, int64_t *greatest)
{
    for (size_t i = 0; i < count; i++) {
        ASSERT(value[i] >= 0 && value[i] <= INT64_MAX / 100);
        *least = value[i] < *least ? value[i] : *least;
        *greatest = value[i] > *greatest ? value[i] : *greatest;
    }
}

static gsl_histogram *count_values(const struct histogram *h, size_t bins, const int64_t *value,
                                   size_t count)
{
    gsl_histogram *counts = gsl_histogram_alloc(bins);
    if (counts == NULL) {
        return NULL;
    }
    const double from = (double)h->from;
    (void)gsl_histogram_set_ranges_uniform(counts, from, from + (double)h->width * (double)bins);
    for (size_t i = 0; i < count; i++) {
        (void)gsl_histogram_increment(counts, (double)value[i]);
    }
    return counts;
}

enum sim_status histogram_init(struct histogram *h, const int64_t *first, const int64_t *second,
                               size_t count)
{
    ASSERT(count > 0);
    int64_t least = INT64_MAX;
    int64_t greatest = 0;
    widen(first, count, &least, &greatest);
    widen(second, count, &least, &greatest);
    *h = (struct histogram){.width = nice_width(greatest - least)};
    h->from = least / h->width * h->width;
    const size_t bins = (size_t)((greatest - h->from) / h->width) + 1;
    h->first = count_values(h, bins, first, count);
    h->second = count_values(h, bins, second, count);
    if (h->first == NULL || h->second == NULL) {
        histogram_deinit(h);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

void histogram_deinit(struct histogram *h)
{
    if (h->first != NULL) {
        gsl_histogram_free(h->first);
    }
    if (h->second != NULL) {
        gsl_histogram_free(h->second);
    }
    *h = (struct histogram){0};
}

/* ---- for people ---- */

enum { BAR_WIDTH = 20 };

/* Decimals that show a multiple of width exactly, and no more. */
static int decimals_of(int64_t width, int64_t unit)
{
    int decimals = 0;
    while (unit > 1 && width % unit != 0) {
        unit /= 10;
        decimals++;
    }
    return decimals;
}

/* What is there at all has some length. What follows stands behind width columns. */
static void print_bar(double count, double greatest, int width, FILE *to)
{
    const int length = count > 0 ? (int)fmax(1, round(count / greatest * BAR_WIDTH)) : 0;
    (void)fprintf(to, "%6.0f%s", count, length > 0 ? " " : "");
    for (int i = 0; i < length; i++) {
        (void)fputs("█", to);
    }
    const int columns = length > 0 ? length + 1 : 0;
    (void)fprintf(to, "%*s", width > columns ? width - columns : 0, "");
}

void histogram_print(const struct histogram *h, const char *quantity, int64_t unit,
                     const char *first, const char *second, FILE *to)
{
    const double greatest = fmax(gsl_histogram_max_val(h->first), gsl_histogram_max_val(h->second));
    const int decimals = decimals_of(h->width, unit);
    (void)fprintf(to, "  %-20s %6s %*s %6s\n", quantity, first, BAR_WIDTH, "", second);
    for (size_t i = 0; i < gsl_histogram_bins(h->first); i++) {
        const int64_t from = h->from + (int64_t)i * h->width;
        (void)fprintf(to, "  %8.*f to %8.*f ", decimals, (double)from / (double)unit, decimals,
                      (double)(from + h->width) / (double)unit);
        print_bar(gsl_histogram_get(h->first, i), greatest, BAR_WIDTH + 2, to);
        print_bar(gsl_histogram_get(h->second, i), greatest, 0, to);
        (void)fputc('\n', to);
    }
}

/* ---- for programs ---- */

static void put_counts(const gsl_histogram *counts, const char *name, struct json *j)
{
    json_key(j, name);
    json_array_open(j);
    for (size_t i = 0; i < gsl_histogram_bins(counts); i++) {
        json_uint(j, (uint64_t)gsl_histogram_get(counts, i));
    }
    json_array_close(j);
}

void histogram_put_json(const struct histogram *h, const char *first, const char *second,
                        struct json *j)
{
    json_object_open(j);
    json_field_int(j, "from", h->from);
    json_field_int(j, "width", h->width);
    put_counts(h->first, first, j);
    put_counts(h->second, second, j);
    json_object_close(j);
}
