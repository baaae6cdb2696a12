#include "models/parts/flood.h"

#define PROBES 4u
#define ROWS_LEAST 64u /* to begin with, where the network is not smaller */

static uint32_t rows_at_most(uint32_t node_count)
{
    uint32_t rows = PROBES;
    while (rows < node_count) {
        rows *= 2;
    }
    return rows;
}

static uint32_t rows_at_least(uint32_t node_count)
{
    const uint32_t most = rows_at_most(node_count);
    return most < ROWS_LEAST ? most : ROWS_LEAST;
}

/* One table of each size: least + 2 least + 4 least + ... + most. */
size_t flood_memory_bytes(uint32_t node_count)
{
    const size_t rows = 2 * (size_t)rows_at_most(node_count) - rows_at_least(node_count);
    return rows * sizeof(struct flood_origin);
}

void flood_init(struct flood *f, uint32_t node_count, sim_time life_ns, void *memory)
{
    ASSERT(node_count <= UINT32_MAX / 2);
    *f = (struct flood){
        .table = memory,
        .memory = memory,
        .mask = rows_at_least(node_count) - 1,
        .mask_least = rows_at_least(node_count) - 1,
        .mask_most = rows_at_most(node_count) - 1,
        .life_ns = life_ns,
    };
}

/* The origin's row, or a free one; NULL where others have taken all that it could be in. */
static struct flood_origin *find(struct flood_origin *table, uint32_t mask, uint32_t origin)
{
    for (uint32_t i = 0; i < PROBES; i++) {
        struct flood_origin *row = &table[(origin + i) & mask];
        if (row->origin == origin + 1 || row->origin == 0) {
            return row;
        }
    }
    return NULL;
}

static bool is_over(const struct flood *f, const struct flood_origin *row, sim_time now)
{
    return now - row->heard > f->life_ns;
}

/* False if a row has no place among that many; the table is then as it was. */
static bool move_to(struct flood *f, uint32_t mask, sim_time now)
{
    struct flood_origin *table = &f->memory[mask - f->mask_least];
    for (uint32_t i = 0; i <= f->mask; i++) {
        const struct flood_origin *row = &f->table[i];
        if (row->origin == 0 || is_over(f, row, now)) {
            continue;
        }
        struct flood_origin *place = find(table, mask, row->origin - 1);
        if (place != NULL) {
            *place = *row;
        } else if (mask < f->mask_most) {
            return false;
        } else {
            f->forgotten++; /* from outside the network: all others have a row of their own */
        }
    }
    f->table = table;
    f->mask = mask;
    return true;
}

static SIM_COLD void grow(struct flood *f, sim_time now)
{
    uint32_t mask = 2 * f->mask + 1;
    while (!move_to(f, mask, now)) {
        mask = 2 * mask + 1;
    }
}

/* Of the rows that an origin could be in, the one heard of least recently. */
static struct flood_origin *oldest_for(struct flood *f, uint32_t origin)
{
    struct flood_origin *oldest = &f->table[origin & f->mask];
    for (uint32_t i = 1; i < PROBES; i++) {
        struct flood_origin *row = &f->table[(origin + i) & f->mask];
        oldest = row->heard < oldest->heard ? row : oldest;
    }
    return oldest;
}

/* A free row, however it comes to be free. */
static SIM_COLD struct flood_origin *make_room(struct flood *f, sim_time now, uint32_t origin)
{
    struct flood_origin *row = NULL;
    while (row == NULL) {
        struct flood_origin *oldest = oldest_for(f, origin);
        if (is_over(f, oldest, now)) {
            row = oldest;
        } else if (f->mask == f->mask_most) {
            row = oldest;
            f->forgotten++;
        } else {
            grow(f, now);
            row = find(f->table, f->mask, origin);
        }
    }
    return row;
}

/* As if the number before had been the last, and none had been seen. */
static void begin_epoch(struct flood_origin *row, uint32_t epoch, uint32_t number)
{
    row->epoch = epoch;
    row->newest = number - 1;
    row->seen = 0;
}

static SIM_COLD struct flood_origin *row_elsewhere(struct flood *f, sim_time now, uint32_t origin,
                                                   uint32_t epoch, uint32_t number)
{
    struct flood_origin *row = find(f->table, f->mask, origin);
    if (row == NULL) {
        row = make_room(f, now, origin);
    }
    if (row->origin != origin + 1) {
        row->origin = origin + 1;
        begin_epoch(row, epoch, number);
    }
    return row;
}

bool flood_is_first(struct flood *f, sim_time now, uint32_t origin, uint32_t epoch, uint32_t number)
{
    struct flood_origin *row = &f->table[origin & f->mask];
    if (SIM_UNLIKELY(row->origin != origin + 1)) {
        row = row_elsewhere(f, now, origin, epoch, number);
    }
    row->heard = now;
    if (SIM_UNLIKELY(row->epoch != epoch)) {
        if (row->epoch - epoch < UINT32_MAX / 2) {
            return false; /* asked before its origin last booted */
        }
        begin_epoch(row, epoch, number);
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
