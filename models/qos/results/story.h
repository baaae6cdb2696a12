/*
 * story.h - one client from its request to its stream's end, told as steps: the wait for its turn,
 * each node that was looked at, the cold start, the stream, and whose probes came in between.
 */
#ifndef MODELS_QOS_RESULTS_STORY_H
#define MODELS_QOS_RESULTS_STORY_H

#include "models/story.h"

extern const struct model_story qos_story;

#endif
