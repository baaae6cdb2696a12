#include "sim/engine/pool.h"

#include <string.h>

void pool_init(struct pool *p, void *memory, size_t item_size, uint32_t capacity)
{
    ASSERT(item_size >= sizeof(uint32_t));
    ASSERT(capacity < POOL_NONE);
    *p = (struct pool){
        .items = memory,
        .item_size = item_size,
        .capacity = capacity,
        .free = POOL_NONE,
    };
}

uint32_t pool_take(struct pool *p)
{
    uint32_t index = p->free;
    if (index != POOL_NONE) {
        memcpy(&p->free, pool_at(p, index), sizeof p->free);
    } else if (p->fresh < p->capacity) {
        index = p->fresh++;
    } else {
        return POOL_NONE;
    }
    p->in_use++;
    return index;
}

void pool_give(struct pool *p, uint32_t index)
{
    ASSERT(index < p->fresh && p->in_use > 0);
    memcpy(pool_at(p, index), &p->free, sizeof p->free);
    p->free = index;
    p->in_use--;
}
