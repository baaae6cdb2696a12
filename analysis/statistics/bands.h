/*
 * bands.h - rows of replications, folded into means with 95 % bands, as tab-separated text.
 *
 *     bands_begin(&b, keys, names, columns, to);
 *     bands_row(&b, cells);    as often as there are rows
 *     bands_end(&b);
 *
 * The first columns of a row are a key (a time, a node), the others are values; rows of one key are
 * one replication each and follow each other. What is written is a line a key: the key, n, and for
 * each value its mean and both ends of its interval. n counts the replications in which the first
 * value is there.
 *
 * Numbers have ten digits at most, so that a last bit does not change a file; what is
 * missing is NaN. Memory does not grow with the rows.
 *
 * Errors: what the stream refuses shows when its owner closes it.
 */
#ifndef ANALYSIS_STATISTICS_BANDS_H
#define ANALYSIS_STATISTICS_BANDS_H

#include <stdio.h>

#include "analysis/statistics/stats.h"

#define BANDS_LEVEL 0.95
#define BANDS_VALUES_MAX 12u

struct bands {
    FILE *to;
    unsigned keys, values;
    bool is_open; /* there are rows of the key below */
    double key[BANDS_VALUES_MAX];
    struct stats_stream value[BANDS_VALUES_MAX];
};

/* keys: how many of the columns are the key, at least one; at most BANDS_VALUES_MAX follow. Writes
 * the head. */
void bands_begin(struct bands *b, unsigned keys, const char *const *name, unsigned columns,
                 FILE *to);
void bands_row(struct bands *b, const double *cell);
void bands_end(struct bands *b);

/* One number, as everywhere in these files. */
void bands_write_number(double value, FILE *to);

#endif
