/*
 * aging.h - dynamic ageing, which lfu-aging and gdsf share. Internal to the core.
 *
 * Each entry has a key: its worth at its last use plus the cache's age at that
 * moment. The smallest key goes, the oldest use first among equals, and the age
 * rises to it. So what was worth much long ago gives way to what is worth a
 * little now, and no count is ever halved or swept.
 *
 * The age never falls: an entry that a reservation kept here beyond its turn
 * goes with a key below the age, and leaves the age as it is.
 */
#ifndef MODELS_NIMBLENET_CORE_AGING_H
#define MODELS_NIMBLENET_CORE_AGING_H

#include "models/nimblenet/core/cache.h"

/* As in struct cache_policy; worth is the policy's own measure. */
size_t aging_memory_bytes(uint32_t tasklet_count);
void aging_inserted(struct cache *c, struct cache_entry *e); /* worth nothing until it is used */
void aging_used(struct cache *c, const struct cache_entry *e, uint64_t worth);
void aging_evicting(struct cache *c, const struct cache_entry *e);
uint32_t aging_victim(const struct cache *c);

#endif
