/* paper.h - what is asked of the model, beside the bands. */
#ifndef MODELS_CHOREOGRAPHY_PAPER_H
#define MODELS_CHOREOGRAPHY_PAPER_H

#include "models/paper.h"

extern const struct model_paper choreo_paper;

#endif
