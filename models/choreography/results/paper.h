/* paper.h - what is asked of the model, and what to know before it is believed. */
#ifndef MODELS_CHOREOGRAPHY_RESULTS_PAPER_H
#define MODELS_CHOREOGRAPHY_RESULTS_PAPER_H

#include "models/paper.h"

enum { CHOREO_PAPER_QUANTITIES = 22, CHOREO_PAPER_BLOCKS = 2 };
extern const struct paper_quantity choreo_quantities[CHOREO_PAPER_QUANTITIES];
extern const struct paper_block choreo_blocks[CHOREO_PAPER_BLOCKS];
extern const char choreo_honest_reading[];

/* The settings that a row is about: the keys' defaults, but for links.mtbf. */
#define CHOREO_WHOLE "links never fail"
#define CHOREO_FAILING "mtbf 120 s"

#endif
