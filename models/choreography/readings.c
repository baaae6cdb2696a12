/* The abstract has no experiment, so everything is open; these are what the answer may hang on. */
#include "models/choreography/config.h"

const struct model_reading choreo_readings[CHOREO_READINGS] = {
    {"tiers.device.idle", "whether nodes that wait draw power is not said", {{"0.5 W", NULL}}},
    {"links.queueing",
     "whether a link carries several transfers at a time is not said",
     {{"true", NULL}}},
    {"links.in_flight",
     "what becomes of a task whose link fails meanwhile is not said",
     {{"lost", NULL}}},
    {"policy.gossip", "how old knowledge may be is not said", {{"0.5 s", NULL}, {"10 s", NULL}}},
    {"policy.gossip_needs_link",
     "whether state still comes over links that are down is not said",
     {{"true", NULL}}},
    {"policy.feedback",
     "when a device that learns knows of a missed deadline is not said",
     {{"answer", NULL}}},
    {"policy.controller", "where a controller would be is not said", {{"2", NULL}}},
    {"policy.controller_state",
     "whether a controller knows queues as they are is not said",
     {{"gossip", NULL}}},
    {"policy.controller_timeout",
     "how long a device waits for a controller is not said; the gap rests on it",
     {{"0.1 s", NULL}, {"0.5 s", NULL}}},
    {"policy.controller_fallback",
     "what a device does without its controller is not said",
     {{"local", NULL}}},
};
