/*
 * purposes.h - what this model's random streams are for. The numbers are part of every digest:
 * append, never renumber.
 */
#ifndef MODELS_NIMBLENET_WORLD_PURPOSES_H
#define MODELS_NIMBLENET_WORLD_PURPOSES_H

enum purposes {
    PURPOSES_TASKSET = 1, /* and the next two: TASKSET_PURPOSES */
    PURPOSES_ROBOTS = 4,  /* and the next three: ROBOT_PURPOSES */
    PURPOSES_LINK_LOSS = 8,
    PURPOSES_LINK_DELAY = 9,
    PURPOSES_CHATTER = 10,
    PURPOSES_NODE_OUTAGE = 11,
    PURPOSES_LINK_OUTAGE = 12,
    PURPOSES_REGISTRY_OUTAGE = 13,
    PURPOSES_LINK_CORRUPTION = 14,
    PURPOSES_LINK_DUPLICATION = 15,
    PURPOSES_LINK_REORDERING = 16,
    PURPOSES_FALSEHOOD = 17,
    PURPOSES_SPOILT_BIT = 18,
    PURPOSES_NODE_PAUSE = 19,
};

#endif
