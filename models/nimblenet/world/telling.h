/*
 * telling.h - acquisitions are told in order, though words of different nodes are heard out of it.
 *
 * Where words wait (ahead.h), a node may hear of a hit when others have long had later ones. Each
 * node's own are in order, though. So they are kept, a list for each node, until every node has
 * heard all words up to some time; those up to then are told in the order that events would have
 * told them in: of time, then of node.
 *
 * Ownership: keeps copies, in memory that grows with what is kept at once; telling_destroy() gives
 *   it back. Errors: SIM_ERR_NOMEM. Threads: as the world.
 */
#ifndef MODELS_NIMBLENET_WORLD_TELLING_H
#define MODELS_NIMBLENET_WORLD_TELLING_H

#include "models/nimblenet/world/world.h"

struct telling;

SIM_MUST_CHECK enum sim_status telling_create(struct telling **t, uint32_t nodes);
void telling_destroy(struct telling *t); /* or NULL */

/* Keeps an acquisition, which is no earlier than any of its node before. */
SIM_MUST_CHECK enum sim_status telling_keep(struct telling *t, const struct world_acquisition *a);

/* Tells what is kept up to a time. None up to then may be kept afterwards. */
void telling_tell(struct telling *t, sim_time until, const struct world_observer *observer);

/* Reserved for it all. */
size_t telling_memory_bytes(const struct telling *t);

#endif
