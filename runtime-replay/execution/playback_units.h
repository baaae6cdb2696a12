/*
 * playback_units.h - what a thread of the playback takes at a time: all calls of a node. Private
 * to the playback.
 *
 * Ownership: struct playback_units belongs to the caller, its arrays to itself.
 * Order: most instructions first, so that no long one is left for the end.
 */
#ifndef RUNTIME_REPLAY_EXECUTION_PLAYBACK_UNITS_H
#define RUNTIME_REPLAY_EXECUTION_PLAYBACK_UNITS_H

#include "runtime-replay/execution/playback.h"

struct playback_unit {
    uint32_t run, node;
    uint32_t *call; /* those that are wanted: indices, in the order of the trace */
    uint32_t call_count;
    uint64_t instructions; /* of all these */
};

struct playback_units {
    struct playback_unit *unit;
    uint32_t count;
};

/* False: no memory; to be ended all the same. */
SIM_MUST_CHECK bool playback_units_init(struct playback_units *u, const struct playback_spec *spec);
void playback_units_deinit(struct playback_units *u);

#endif
