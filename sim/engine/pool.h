/*
 * pool.h - equal-sized items from memory that was handed in: the only
 * allocator during a run.
 *
 * Items are named by index, so a pool can be moved and an index stored in four
 * bytes. Fresh items are taken in index order and come zeroed if the memory was;
 * returned ones are reused last in, first out, so a pool touches no more memory
 * than its high-water mark. A returned item's first four bytes are overwritten.
 *
 * Ownership: the caller owns the memory, which must hold capacity * item_size
 *   bytes and outlive the pool.
 */
#ifndef SIM_ENGINE_POOL_H
#define SIM_ENGINE_POOL_H

#include "sim/engine/base.h"

#define POOL_NONE UINT32_MAX

struct pool {
    unsigned char *items;
    size_t item_size; /* at least 4 */
    uint32_t capacity;
    uint32_t fresh; /* items below this index have been given out at least once */
    uint32_t free;  /* the item returned last, or POOL_NONE */
    uint32_t in_use;
};

void pool_init(struct pool *p, void *memory, size_t item_size, uint32_t capacity);

/* An item's index, or POOL_NONE where all are in use. O(1). */
SIM_MUST_CHECK uint32_t pool_take(struct pool *p);
void pool_give(struct pool *p, uint32_t index);

static inline void *pool_at(const struct pool *p, uint32_t index)
{
    return p->items + (size_t)index * p->item_size;
}

/* The most items that were ever in use at once. */
static inline uint32_t pool_high_water(const struct pool *p)
{
    return p->fresh;
}

#endif
