/*
 * policies.h - the eviction policies that a simulated node can have, by their names: those of the
 * core, and a bound that knows what no real node could.
 */
#ifndef MODELS_NIMBLENET_WORLD_POLICIES_H
#define MODELS_NIMBLENET_WORLD_POLICIES_H

#include "models/nimblenet/core/policy.h"

/* When a node will use each tasklet: t's uses are at[first[t]] to at[first[t + 1] - 1], rising. */
struct policies_future {
    const sim_time *at;
    const uint32_t *first;
};

/* Needs a struct policies_future a node as its context. */
extern const struct cache_policy policy_belady;

/* All of them, NULL behind the last: what a scenario may say. */
extern const char *const policies_names[];

/* The policy of that name, or NULL; that of policies_names[index]; and the other way round. */
const struct cache_policy *policies_find(const char *name);
const struct cache_policy *policies_at(size_t index);
const char *policies_name(const struct cache_policy *policy);

#endif
