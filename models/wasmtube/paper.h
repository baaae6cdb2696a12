/* paper.h - what the Wasmtube paper prints, beside ours. */
#ifndef MODELS_WASMTUBE_PAPER_H
#define MODELS_WASMTUBE_PAPER_H

#include "models/paper.h"

extern const struct model_paper wasmtube_paper;

#endif
