/*
 * story.h - a task of the batch, told step by step.
 */
#ifndef MODELS_PI5_STORY_H
#define MODELS_PI5_STORY_H

#include "models/story.h"

extern const struct model_story pi5_story;

#endif
