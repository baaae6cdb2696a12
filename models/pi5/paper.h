/*
 * paper.h - what the paper says of this node, as `nimblesim paper` asks for it.
 */
#ifndef MODELS_PI5_PAPER_H
#define MODELS_PI5_PAPER_H

#include "models/paper.h"

extern const struct model_paper pi5_paper;

#endif
