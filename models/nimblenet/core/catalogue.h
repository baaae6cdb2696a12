/*
 * catalogue.h - what is known of every tasklet before any node runs one.
 *
 * A tasklet is named by its index. Its calls are the sub-tasklets that it calls, in
 * order; they never lead back to itself. The registry reads size and hash here; a
 * node looks up calls only of a tasklet whose binary it holds, as it would read
 * them from the binary's imports.
 *
 * Ownership: all arrays belong to the caller and outlive every node.
 */
#ifndef MODELS_NIMBLENET_CORE_CATALOGUE_H
#define MODELS_NIMBLENET_CORE_CATALOGUE_H

#include "sim/engine/base.h"

struct tasklet {
    uint32_t size_bytes;
    uint32_t first_call; /* into catalogue.call */
    uint32_t call_count;
    uint32_t first_need; /* into catalogue.need */
    uint32_t need_count;
    uint64_t hash;
};

struct catalogue {
    const struct tasklet *tasklet;
    const uint32_t *updates; /* of each, ever: its versions are 0 to that; NULL: all are final */
    uint32_t count;
    const uint32_t *call; /* sub-tasklets in order of their calls, repeats included */
    const uint32_t *need; /* every tasklet below, each once, in the order a run meets them */
    uint32_t need_max;    /* the greatest need_count */
    uint32_t depth;       /* tasklets on the longest way down: 1 where nothing calls */
};

#endif
