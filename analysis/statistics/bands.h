/*
 * bands.h - rows of replications, folded into means with 95 % bands, as tab-separated text.
 *
 * A query gives rows whose first columns are a key (a time, a node) and whose others
 * are values; rows of one key are one replication each and follow each other. What is
 * written is a line a key: the key, n, and for each value its mean and both ends of its
 * interval. n counts the replications in which the first value is there.
 *
 * Numbers have ten digits at most, so that a last bit does not change a file; what is
 * missing is NaN. Memory does not grow with the rows.
 *
 * Errors: as query.h. What the stream refuses shows when its owner closes it.
 */
#ifndef ANALYSIS_STATISTICS_BANDS_H
#define ANALYSIS_STATISTICS_BANDS_H

#include <stdio.h>

#include "analysis/store/query.h"

#define BANDS_LEVEL 0.95
#define BANDS_VALUES_MAX 12u

/* keys: how many of the columns are the key, at least one; at most BANDS_VALUES_MAX follow. */
void bands_write(struct query *q, unsigned keys, FILE *to);

/* The rows as they are, under their columns' names. */
void bands_write_rows(struct query *q, FILE *to);

/* One number, as everywhere in these files. */
void bands_write_number(double value, FILE *to);

#endif
