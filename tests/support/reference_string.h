/*
 * reference_string.h - a cache driven by a list of uses, one after the other.
 *
 * Each use is over before the next one begins, as in the papers on caches: reserve, or
 * make room and insert, then release. The uses are known in advance, so
 * every policy can run, belady too.
 *
 * Ownership: reference_init() takes memory, reference_deinit() gives it back. Errors: fails the
 *   running Criterion test; the cache's books are recounted after each use.
 */
#ifndef TESTS_SUPPORT_REFERENCE_STRING_H
#define TESTS_SUPPORT_REFERENCE_STRING_H

#include "models/nimblenet/world/policies.h"

struct reference {
    const struct catalogue *catalogue;
    const uint32_t *use;
    uint32_t count;
    struct cache cache;
    struct policies_future future;
    uint32_t at; /* the next use */
    uint32_t hits;
    void *memory;
    sim_time *times;
    uint32_t *first;
};

/* use[0 .. count) are tasklets of the catalogue; both outlive r. */
void reference_init(struct reference *r, const struct catalogue *catalogue,
                    const struct cache_policy *policy, uint64_t capacity_bytes, const uint32_t *use,
                    uint32_t count);
void reference_deinit(struct reference *r);

/* The next use. How many went for it; which, in order, in gone[] where that is not NULL. */
uint32_t reference_step(struct reference *r, uint32_t *gone);

/* Hits of the whole string, from an empty cache. */
uint32_t reference_hits(const struct catalogue *catalogue, const struct cache_policy *policy,
                        uint64_t capacity_bytes, const uint32_t *use, uint32_t count);

#endif
