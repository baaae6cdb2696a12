/*
 * paper.h - what the paper says of this system, as `nimblesim paper` asks for it.
 */
#ifndef MODELS_QOS_PAPER_H
#define MODELS_QOS_PAPER_H

#include "models/paper.h"

extern const struct model_paper qos_paper;

#endif
