/*
 * break_even.h - from when on nimble has moved fewer bytes than its monolithic
 * twin (figure 9 of the paper): the one rule of every table, page and figure.
 *
 * Feed the bins of both runs in order of time. The load breaks even at the end of
 * the first bin from which on nimble is never ahead again.
 */
#ifndef MODELS_NIMBLENET_RESULTS_BREAK_EVEN_H
#define MODELS_NIMBLENET_RESULTS_BREAK_EVEN_H

#include "sim/engine/base.h"

struct break_even {
    int64_t ahead;  /* bytes that nimble has moved more, so far */
    double since_s; /* NaN: nimble is ahead */
};

void break_even_init(struct break_even *b);

/* A bin that ends at end_s, and what both moved in it. */
void break_even_add(struct break_even *b, double end_s, int64_t nimble, int64_t monolithic);

#endif
