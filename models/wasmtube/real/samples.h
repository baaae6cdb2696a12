/*
 * samples.h - all that was measured of one thing, for numbers that only the end can give.
 *
 * Ownership: takes memory as values come; samples_deinit() gives it back. A value for which there
 *   is none is left out.
 */
#ifndef MODELS_WASMTUBE_REAL_SAMPLES_H
#define MODELS_WASMTUBE_REAL_SAMPLES_H

#include "sim/engine/base.h"

struct samples {
    double *value;
    size_t count, room;
};

void samples_add(struct samples *s, double value);
/* NaN where there is none. Sorts them. */
double samples_median(struct samples *s);
void samples_deinit(struct samples *s);

#endif
