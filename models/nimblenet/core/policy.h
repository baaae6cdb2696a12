/*
 * policy.h - the eviction policies that a real node can run, one file each.
 *
 * A policy orders the entries that nobody has reserved; ties are impossible
 * where it falls back on last_use, which no two entries share.
 */
#ifndef MODELS_NIMBLENET_CORE_POLICY_H
#define MODELS_NIMBLENET_CORE_POLICY_H

#include "models/nimblenet/core/cache.h"

extern const struct cache_policy policy_lfu;
extern const struct cache_policy policy_lru;
extern const struct cache_policy policy_lfu_history;
extern const struct cache_policy policy_lfu_aging;
extern const struct cache_policy policy_arc;
extern const struct cache_policy policy_gdsf;
extern const struct cache_policy policy_neighbour;

/* The unreserved entry with fewest uses, the oldest use first among equals; or CACHE_NONE. */
uint32_t policy_fewest_uses(const struct cache *c);

#endif
