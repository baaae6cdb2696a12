/*
 * paper.h - what the paper prints that a simulated mesh can be held against, and what it cannot.
 */
#ifndef MODELS_WASMTUBE_RESULTS_PAPER_H
#define MODELS_WASMTUBE_RESULTS_PAPER_H

#include "models/paper.h"

enum { WASMTUBE_PAPER_QUANTITIES = 17, WASMTUBE_PAPER_BLOCKS = 2 };
extern const struct paper_quantity wasmtube_quantities[WASMTUBE_PAPER_QUANTITIES];
extern const struct paper_block wasmtube_blocks[WASMTUBE_PAPER_BLOCKS];
extern const char wasmtube_honest_reading[];

/* The settings that all rows are about: the keys' defaults. */
#define WASMTUBE_DEFAULTS "defaults"

#endif
