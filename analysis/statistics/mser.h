/*
 * mser.h - how much of a series' start to leave out: MSER-5 (White 1997; White, Cobb and
 * Spratt 2000).
 *
 * The series is cut into batches of five values, and the batch means say after how many
 * of them to truncate: where the standard error of the mean of what is left is least. A
 * truncation in the second half means that the series has not settled within its
 * length, and so no warm-up can be told (White's rule). Truncations in the last quarter are
 * no candidates: a few batches that happen to be alike would win there, and a steady series
 * be refused (Hoad, Robinson and Davies 2008 leave out the last five batches for that).
 *
 * Units: those of the values. NaN is a missing value: it is left out, and batches are of
 *   five values that are there.
 * Errors: none. Threads: no state.
 */
#ifndef ANALYSIS_STATISTICS_MSER_H
#define ANALYSIS_STATISTICS_MSER_H

#include "sim/engine/base.h"

enum {
    MSER_BATCH = 5,
    MSER_BATCHES_LEAST = 10, /* fewer tell nothing */
};

enum mser_verdict {
    MSER_STEADY,     /* from first on */
    MSER_NOT_STEADY, /* the truncation that is best lies in the second half */
    MSER_TOO_SHORT,
};

struct mser {
    enum mser_verdict verdict;
    size_t first;   /* index of the first value to keep; 0 unless steady */
    size_t batches; /* that the series has */
    double mean;    /* of the batches kept; NaN unless steady */
};

/* O(count), and nothing is allocated. Where two truncations are equal, the shorter one. */
struct mser mser_detect(const double *values, size_t count);

#endif
