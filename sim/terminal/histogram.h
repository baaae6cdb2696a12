/*
 * histogram.h - two samples of one quantity, counted into the same bins, side by side.
 *
 * The bins are as wide as a person would make them: 1, 2 or 5 times a power of ten,
 * at most HISTOGRAM_BINS_MAX of them, from a multiple of their width on.
 *
 * Units: values are integers of the smallest unit (bytes, ns); for people they are
 *   divided by unit (1 for B, SIM_S for s).
 * Ownership: end with histogram_deinit().
 */
#ifndef SIM_TERMINAL_HISTOGRAM_H
#define SIM_TERMINAL_HISTOGRAM_H

#include <gsl/gsl_histogram.h>
#include <stdio.h>

#include "sim/terminal/json.h"

enum { HISTOGRAM_BINS_MAX = 12 };

struct histogram {
    int64_t from, width; /* bin i holds from + i * width up to the next one's begin */
    gsl_histogram *first, *second;
};

/* Of count values each, at least one, none negative. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status histogram_init(struct histogram *h, const int64_t *first,
                                              const int64_t *second, size_t count);
void histogram_deinit(struct histogram *h);

/* A headline and a line a bin. The names are at most 12 columns wide. */
void histogram_print(const struct histogram *h, const char *quantity, int64_t unit,
                     const char *first, const char *second, FILE *to);

/* An object: from, width, and the counts under the two names. */
void histogram_put_json(const struct histogram *h, const char *first, const char *second,
                        struct json *j);

#endif
