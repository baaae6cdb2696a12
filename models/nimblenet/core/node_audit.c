/*
 * The books of one node. Whatever is reserved is reserved by a call that is
 * still there, whatever is claimed is claimed by a fetch that is.
 */
#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/call.h"
#include "models/nimblenet/core/deadline.h"

static uint64_t reservations_of_calls(const struct node *n, uint32_t *calls)
{
    uint64_t held = 0;
    *calls = 0;
    for (uint32_t slot = 0; slot < n->calls.fresh; slot++) {
        const struct call *c = call_at(n, slot);
        if (c->state == CALL_OVER) {
            continue;
        }
        (*calls)++;
        held += c->depth;
        for (uint64_t mask = c->needs_mask; mask != 0; mask &= mask - 1) {
            held++;
        }
    }
    return held;
}

static uint64_t reservations_in_cache(const struct cache *c)
{
    uint64_t held = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        held += c->entry[i].reservations;
    }
    for (uint32_t i = 0; i < c->retired_count; i++) {
        held += c->retired[i].reservations;
    }
    return held;
}

/* Each fetch that waits until a time is where it says, and none of its children is due before it.
 */
static bool deadlines_are_in_order(const struct node *n)
{
    for (uint32_t i = 0; i < n->due_count; i++) {
        const struct node_due *d = &n->due[i];
        if (n->due[d->fetch].place != i + 1 || d->deadline == SIM_TIME_NEVER ||
            d->deadline < n->due[(i - (i > 0)) / 2].deadline) {
            return false;
        }
    }
    return true;
}

/* What the fetches under way come to. */
struct fetch_sums {
    uint64_t claimed;
    uint32_t fetches, with_deadline, waiting;
};

static struct fetch_sums sums_of_fetches(const struct node *n)
{
    struct fetch_sums sums = {0};
    for (uint32_t slot = 0; slot < n->calls.fresh; slot++) {
        const struct call *c = call_at(n, slot);
        uint32_t i = c->state != CALL_OVER ? c->asked.oldest : POOL_NONE;
        while (i != POOL_NONE) {
            const struct fetch *f = fetch_at(n, i);
            sums.claimed += f->has_claim ? f->size_bytes : 0;
            sums.with_deadline += deadline_of(n, i) != SIM_TIME_NEVER;
            sums.waiting += f->stage == NODE_STAGE_ROOM;
            sums.fetches++;
            i = f->junior;
        }
    }
    return sums;
}

/* Each fetch that waits for room is in its tasklet's crowd, by age. */
static bool crowds_are_whole(const struct node *n, uint32_t waiting)
{
    uint32_t found = 0;
    for (uint32_t k = 0; k < n->crowded_count; k++) {
        const struct fetch_crowd *crowd = &n->crowd[n->crowded[k]];
        const struct fetch *before = NULL;
        for (uint32_t i = crowd->fetches.oldest; i != POOL_NONE; i = fetch_at(n, i)->younger) {
            const struct fetch *f = fetch_at(n, i);
            if (f->stage != NODE_STAGE_ROOM || f->tasklet != n->crowded[k] ||
                (before != NULL && !fetch_is_younger(f, before))) {
                return false;
            }
            before = f;
            found++;
        }
        if (before == NULL || crowd->place != k + 1) {
            return false;
        }
    }
    return found == waiting && n->fetches_waiting == waiting;
}

const char *node_audit(const struct node *n)
{
    if (!cache_is_consistent(&n->cache)) {
        return "the cache's bytes are not the sum of its entries";
    }
    uint32_t calls;
    if (reservations_of_calls(n, &calls) != reservations_in_cache(&n->cache)) {
        return "a reservation has outlived its call, or a call its reservation";
    }
    if (calls != n->calls.in_use) {
        return "a call was lost from its pool";
    }
    const struct fetch_sums sums = sums_of_fetches(n);
    if (sums.claimed != n->cache.claimed_bytes) {
        return "room in the cache is claimed by no fetch";
    }
    if (sums.with_deadline != n->due_count || !deadlines_are_in_order(n)) {
        return "a deadline was lost, or is out of order";
    }
    if (sums.fetches != n->fetches.in_use) {
        return "a fetch was lost from its pool";
    }
    if (!crowds_are_whole(n, sums.waiting)) {
        return "a fetch that waits for room was lost, or is out of order";
    }
    return NULL;
}
