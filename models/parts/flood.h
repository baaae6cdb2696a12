/*
 * flood.h - which floods a node has seen: the duplicate suppression of searches.
 *
 * Queries are numbered upwards by their origin, from 1 again whenever it boots; its epoch rises
 * with each boot. For each origin the newest number and the FLOOD_WINDOW before it are
 * remembered; what lies further back, or in an earlier epoch, counts as seen.
 *
 * An origin that was not heard of for longer than a flood lives is as good as forgotten, and its
 * row is taken over by another. Where no such row is found the table doubles, until each node of
 * the network has a row. So nothing is forgotten that may still come, and memory that is not
 * needed is not touched. Only origins outside the network displace others.
 *
 * Units: nanoseconds. Ownership: works in memory that the caller hands over.
 */
#ifndef MODELS_PARTS_FLOOD_H
#define MODELS_PARTS_FLOOD_H

#include "sim/engine/base.h"

#define FLOOD_WINDOW 64u

struct flood_origin {
    uint32_t origin; /* + 1; 0: free */
    uint32_t epoch;
    uint32_t newest;
    uint64_t seen;  /* bit i: newest - i has been seen */
    sim_time heard; /* when last heard of */
};

struct flood {
    struct flood_origin *table;
    struct flood_origin *memory; /* a table of each size, the smallest first */
    uint32_t mask, mask_least, mask_most;
    sim_time life_ns;
    uint64_t forgotten; /* displaced before their time */
};

size_t flood_memory_bytes(uint32_t node_count);

/*
 * life_ns: the longest that any copy of a query is under way; SIM_TIME_NEVER where none can be
 * told. memory: zeroed, flood_memory_bytes() of it, aligned to 8.
 */
void flood_init(struct flood *f, uint32_t node_count, sim_time life_ns, void *memory);

/* True the first time that this number of an origin's epoch is shown. now never falls. */
bool flood_is_first(struct flood *f, sim_time now, uint32_t origin, uint32_t epoch,
                    uint32_t number);

#endif
