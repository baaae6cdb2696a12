/* story.h - one update of one node, step by step. */
#ifndef MODELS_WASMTUBE_STORY_H
#define MODELS_WASMTUBE_STORY_H

#include "models/story.h"

extern const struct model_story wasmtube_story;

#endif
