#include "models/parts/flood.h"

#define PROBES 4u

static uint32_t table_size(uint32_t node_count)
{
    uint32_t size = PROBES;
    while (size < node_count && size < FLOOD_ORIGINS_MAX) {
        size *= 2;
    }
    return size;
}

size_t flood_memory_bytes(uint32_t node_count)
{
    return table_size(node_count) * sizeof(struct flood_origin);
}

void flood_init(struct flood *f, uint32_t node_count, void *memory)
{
    *f = (struct flood){.table = memory, .mask = table_size(node_count) - 1};
}

/* The origin's row, taken over from the one heard of least recently if need be. */
static struct flood_origin *row_of(struct flood *f, uint32_t origin, bool *is_new)
{
    struct flood_origin *oldest = NULL;
    for (uint32_t i = 0; i < PROBES; i++) {
        struct flood_origin *row = &f->table[(origin + i) & f->mask];
        if (row->origin == origin + 1) {
            *is_new = false;
            return row;
        }
        if (row->origin == 0) {
            *is_new = true;
            return row;
        }
        if (oldest == NULL || row->heard < oldest->heard) {
            oldest = row;
        }
    }
    f->forgotten++;
    *is_new = true;
    return oldest;
}

bool flood_is_first(struct flood *f, uint32_t origin, uint32_t number)
{
    bool is_new;
    struct flood_origin *row = row_of(f, origin, &is_new);
    row->heard = ++f->clock;
    if (is_new) {
        row->origin = origin + 1;
        row->newest = number;
        row->seen = 1;
        return true;
    }
    const uint32_t ahead = number - row->newest; /* modulo 2^32: numbers may wrap */
    if (ahead != 0 && ahead < UINT32_MAX / 2) {
        row->seen = ahead < FLOOD_WINDOW ? row->seen << ahead | 1 : 1;
        row->newest = number;
        return true;
    }
    const uint32_t behind = row->newest - number;
    if (behind >= FLOOD_WINDOW || (row->seen >> behind & 1) != 0) {
        return false;
    }
    row->seen |= UINT64_C(1) << behind;
    return true;
}
