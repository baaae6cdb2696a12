/* paper.h - what is asked of the model, and what to know before it is believed. */
#ifndef MODELS_CHOREOGRAPHY_RESULTS_PAPER_H
#define MODELS_CHOREOGRAPHY_RESULTS_PAPER_H

#include "models/paper.h"

extern const struct model_paper choreo_paper;

#endif
