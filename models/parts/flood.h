/*
 * flood.h - which floods a node has seen: the duplicate suppression of searches.
 *
 * Queries are numbered upwards by their origin. For each origin the newest number
 * and the FLOOD_WINDOW before it are remembered; what lies further back counts as seen.
 * Up to FLOOD_ORIGINS_MAX origins are remembered exactly; in larger networks the one
 * heard of least recently gives way, and flood.forgotten counts how often.
 */
#ifndef MODELS_PARTS_FLOOD_H
#define MODELS_PARTS_FLOOD_H

#include "sim/engine/base.h"

#define FLOOD_WINDOW 64u
#define FLOOD_ORIGINS_MAX 1024u

struct flood_origin {
    uint32_t origin; /* + 1; 0: free */
    uint32_t newest;
    uint64_t seen;  /* bit i: newest - i has been seen */
    uint64_t heard; /* the flood's own clock, when last heard of */
};

struct flood {
    struct flood_origin *table;
    uint32_t mask;
    uint64_t clock;
    uint64_t forgotten;
};

size_t flood_memory_bytes(uint32_t node_count);

/* memory: zeroed, flood_memory_bytes() of it. */
void flood_init(struct flood *f, uint32_t node_count, void *memory);

/* True the first time that this number of this origin is shown. */
bool flood_is_first(struct flood *f, uint32_t origin, uint32_t number);

#endif
