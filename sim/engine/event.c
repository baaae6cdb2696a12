/*
 * The heap is kept bottom-up: the hole left by the least key sinks to a leaf
 * along the least children, without a branch, and the last key rises from
 * there, which it seldom does far. The four children of a key share a cache
 * line; keys beyond the last are ones, so a parent always has four to compare.
 */
#include "sim/engine/event.h"

#include <string.h>

#include "sim/engine/memory.h"

#define NO_SLOT UINT32_MAX
#define CACHE_LINE 64u
#define PREFETCH_FROM 32768u /* keys: below this the heap lives in the second-level cache */
#define DENSE_FROM 65536u    /* slots: from here on huge pages pay */

__extension__ typedef unsigned __int128 wide;

static SIM_ALWAYS_INLINE wide key_wide(struct ev_key k)
{
    return (wide)k.time << 64 | k.to;
}

static SIM_ALWAYS_INLINE wide ordered_wide(const struct ev_ordered *o)
{
    return (wide)o->who << 64 | o->sequence;
}

static const struct ev_key key_beyond = {UINT64_MAX, UINT64_MAX};

/* ---- memory ---- */

static size_t align_up(size_t bytes)
{
    return (bytes + 4095) & ~(size_t)4095;
}

enum sim_status ev_init(struct ev_queue *q, uint32_t capacity)
{
    ASSERT(capacity >= 1 && capacity < NO_SLOT / 2);
    uint32_t ring = 1;
    while (ring < capacity) {
        ring *= 2;
    }
    /* Three keys of padding put heap[1] on a line's start; eight behind the end stay "beyond". */
    const size_t heap_bytes = align_up((capacity + 16u) * sizeof(struct ev_key));
    const size_t lane_bytes = align_up(ring * sizeof(struct ev_key));
    const size_t slot_bytes = align_up((size_t)capacity * sizeof(struct ev_slot));
    const size_t batch_bytes = align_up((size_t)capacity * sizeof(struct ev_ordered));

    *q = (struct ev_queue){
        .capacity = capacity,
        .lane_mask = ring - 1,
        .slot_free = NO_SLOT,
        .firing = NO_SLOT,
        .last_time = UINT64_MAX,
        .memory_bytes = heap_bytes + lane_bytes + slot_bytes + batch_bytes,
    };
    unsigned char *memory = memory_reserve(q->memory_bytes);
    if (memory == NULL) {
        return SIM_ERR_NOMEM;
    }
    q->memory = memory;
    q->heap = (struct ev_key *)(void *)memory + CACHE_LINE / sizeof(struct ev_key) - 1;
    q->lane = (struct ev_key *)(void *)(memory + heap_bytes);
    q->slot = (struct ev_slot *)(void *)(memory + heap_bytes + lane_bytes);
    q->batch = (struct ev_ordered *)(void *)(memory + heap_bytes + lane_bytes + slot_bytes);
    for (unsigned i = 0; i < 8; i++) {
        q->heap[i] = key_beyond;
    }
    return SIM_OK;
}

void ev_deinit(struct ev_queue *q)
{
    memory_release(q->memory, q->memory_bytes);
    *q = (struct ev_queue){0};
}

/* ---- slots ---- */

static SIM_COLD void slots_grow_dense(struct ev_queue *q)
{
    memory_expect_dense(q->slot, (size_t)q->capacity * sizeof *q->slot);
    memory_expect_dense(q->heap, (size_t)q->capacity * sizeof *q->heap);
}

static SIM_ALWAYS_INLINE uint32_t slot_take(struct ev_queue *q)
{
    uint32_t index = q->slot_free;
    if (SIM_LIKELY(index != NO_SLOT)) {
        q->slot_free = q->slot[index].arg; /* a free slot's arg links to the next */
    } else if (q->slot_fresh < q->capacity) {
        index = q->slot_fresh++;
        if (index == DENSE_FROM) {
            slots_grow_dense(q);
        }
    } else {
        return NO_SLOT;
    }
    q->slots_used++;
    if (q->slots_used > q->high_water) {
        q->high_water = q->slots_used;
    }
    return index;
}

static SIM_ALWAYS_INLINE void slot_give(struct ev_queue *q, uint32_t index)
{
    q->slot[index].arg = q->slot_free;
    q->slot_free = index;
    q->slots_used--;
}

/* ---- heap ---- */

static SIM_ALWAYS_INLINE void heap_push(struct ev_queue *q, struct ev_key key)
{
    struct ev_key *const heap = q->heap;
    uint32_t hole = q->heap_count++;
    heap[q->heap_count + 3] = key_beyond; /* keeps the last parent's group of four complete */
    while (hole > 0) {
        const uint32_t parent = (hole - 1) / 4;
        if (key_wide(heap[parent]) <= key_wide(key)) {
            break;
        }
        heap[hole] = heap[parent];
        hole = parent;
    }
    heap[hole] = key;
}

static SIM_ALWAYS_INLINE void heap_drop_least(struct ev_queue *q)
{
    struct ev_key *const heap = q->heap;
    const uint32_t count = --q->heap_count;
    const struct ev_key last = heap[count];
    heap[count] = key_beyond;
    if (count == 0) {
        return;
    }
    const bool large = count >= PREFETCH_FROM;
    uint32_t hole = 0;
    for (uint32_t child = 1; child < count; child = 4 * hole + 1) {
        if (large && 16 * (size_t)child < 4 * (size_t)count) {
            for (uint32_t line = 0; line < 4; line++) {
                SIM_PREFETCH(&heap[4 * (child + line) + 1]);
            }
        }
        const wide a = key_wide(heap[child]);
        const wide b = key_wide(heap[child + 1]);
        const wide c = key_wide(heap[child + 2]);
        const wide d = key_wide(heap[child + 3]);
        const uint32_t ab = b < a;
        const uint32_t cd = d < c;
        const wide least_ab = ab ? b : a;
        const wide least_cd = cd ? d : c;
        const bool right = least_cd < least_ab;
        const uint32_t least = child + (right ? 2 + cd : ab);
        heap[hole] = heap[least];
        hole = least;
    }
    while (hole > 0) {
        const uint32_t parent = (hole - 1) / 4;
        if (key_wide(heap[parent]) <= key_wide(last)) {
            break;
        }
        heap[hole] = heap[parent];
        hole = parent;
    }
    heap[hole] = last;
}

/* ---- the batch: one instant in its full order ---- */

static struct ev_ordered order_of(const struct ev_queue *q, uint64_t to)
{
    const uint32_t slot = (uint32_t)to;
    return (struct ev_ordered){
        .who = (to & ~(uint64_t)UINT32_MAX) | q->slot[slot].source,
        .sequence = q->slot[slot].sequence,
        .slot = slot,
    };
}

/* Shell's method with Ciura's gaps: in place, and a short batch is one plain insertion sort. */
static void batch_sort(struct ev_ordered *batch, uint32_t count)
{
    static const uint32_t gaps[] = {68905, 30624, 13611, 6049, 2688, 1195, 531,
                                    236,   105,   47,    21,   9,    4,    1};
    const size_t gap_count = sizeof gaps / sizeof gaps[0];
    size_t g = count <= 32 ? gap_count - 1 : 0;
    for (; g < gap_count; g++) {
        const uint32_t gap = gaps[g];
        for (uint32_t i = gap; i < count; i++) {
            const struct ev_ordered moving = batch[i];
            const wide key = ordered_wide(&moving);
            uint32_t j = i;
            for (; j >= gap && key < ordered_wide(&batch[j - gap]); j -= gap) {
                batch[j] = batch[j - gap];
            }
            batch[j] = moving;
        }
    }
}

/* Takes in what was scheduled for the very instant that is being worked off. */
static void batch_insert(struct ev_queue *q, struct ev_ordered added)
{
    const wide key = ordered_wide(&added);
    uint32_t place = q->batch_next;
    while (place < q->batch_count && ordered_wide(&q->batch[place]) < key) {
        place++;
    }
    if (q->batch_next > 0) { /* fired ones left room in front */
        q->batch_next--;
        place--;
        memmove(&q->batch[q->batch_next], &q->batch[q->batch_next + 1],
                (place - q->batch_next) * sizeof added);
    } else {
        memmove(&q->batch[place + 1], &q->batch[place], (q->batch_count - place) * sizeof added);
        q->batch_count++;
    }
    q->batch[place] = added;
}

/* Collects an instant; the first count of it are in the batch already, unordered. */
static void batch_gather(struct ev_queue *q, uint64_t time, uint32_t count)
{
    while (q->lane_count > 0 && q->lane[q->lane_head].time == time) {
        q->batch[count++] = order_of(q, q->lane[q->lane_head].to);
        q->lane_head = (q->lane_head + 1) & q->lane_mask;
        q->lane_count--;
    }
    while (q->heap_count > 0 && q->heap[0].time == time) {
        q->batch[count++] = order_of(q, q->heap[0].to);
        heap_drop_least(q);
    }
    batch_sort(q->batch, count);
    q->batch_next = 0;
    q->batch_count = count;
    q->batch_time = time;
}

/* ---- what the engine calls ---- */

struct ev_slot *ev_push(struct ev_queue *q, sim_time at, uint32_t destination, enum ev_wait wait)
{
    ASSERT(at >= 0 && (q->last_time == UINT64_MAX || (uint64_t)at >= q->last_time));
    const uint32_t index = slot_take(q);
    if (SIM_UNLIKELY(index == NO_SLOT)) {
        return NULL;
    }
    const struct ev_key key = {(uint64_t)at, (uint64_t)destination << 32 | index};
    const uint32_t back = (q->lane_head + q->lane_count - 1) & q->lane_mask;
    if (wait == EV_RISING && (q->lane_count == 0 || q->lane[back].time <= key.time) &&
        key.time != q->last_time) {
        q->lane[(back + 1) & q->lane_mask] = key;
        q->lane_count++;
    } else {
        heap_push(q, key);
    }
    struct ev_slot *slot = &q->slot[index];
    slot->generation++;
    q->pending++;
    return slot;
}

bool ev_cancel(struct ev_queue *q, ev_id id)
{
    struct ev_slot *slot = &q->slot[(uint32_t)id];
    const uint32_t generation = (uint32_t)(id >> 32);
    if (id == EV_NONE || slot->generation != generation || generation % 2 == 0) {
        return false;
    }
    slot->generation++;
    q->pending--;
    q->cancelled++;
    return true;
}

static uint64_t next_key_time(const struct ev_queue *q)
{
    const uint64_t heap = q->heap[0].time; /* "beyond" where the heap is empty */
    const uint64_t lane = q->lane_count > 0 ? q->lane[q->lane_head].time : UINT64_MAX;
    return heap < lane ? heap : lane;
}

sim_time ev_next_time(const struct ev_queue *q)
{
    const uint64_t time = q->batch_next < q->batch_count ? q->batch_time : next_key_time(q);
    return time == UINT64_MAX ? SIM_TIME_NEVER : (sim_time)time;
}

/* The next slot in order, alive or cancelled, of an instant at or before until. */
static SIM_ALWAYS_INLINE bool take_next(struct ev_queue *q, uint64_t until, uint64_t *time,
                                        uint64_t *to)
{
    if (q->batch_next < q->batch_count) {
        while (q->heap[0].time == q->batch_time) {
            batch_insert(q, order_of(q, q->heap[0].to));
            heap_drop_least(q);
        }
    } else {
        const uint64_t at = next_key_time(q);
        if (at > until || at == UINT64_MAX) {
            return false;
        }
        uint32_t gathered = 0;
        const bool in_lane = q->lane_count > 0 && q->lane[q->lane_head].time == at;
        if (!in_lane) {
            *time = at;
            *to = q->heap[0].to;
            heap_drop_least(q);
            if (SIM_LIKELY(q->heap[0].time != at)) {
                return true; /* alone in its instant: nothing to order */
            }
            q->batch[gathered++] = order_of(q, *to);
        }
        batch_gather(q, at, gathered);
    }
    const struct ev_ordered *next = &q->batch[q->batch_next++];
    *time = q->batch_time;
    *to = (next->who & ~(uint64_t)UINT32_MAX) | next->slot;
    return true;
}

bool ev_pop(struct ev_queue *q, sim_time until, struct ev_fired *fired)
{
    if (q->firing != NO_SLOT) {
        slot_give(q, q->firing);
        q->firing = NO_SLOT;
    }
    uint64_t time;
    uint64_t to;
    while (take_next(q, (uint64_t)until, &time, &to)) {
        const uint32_t index = (uint32_t)to;
        struct ev_slot *slot = &q->slot[index];
        if (SIM_UNLIKELY(slot->generation % 2 == 0)) { /* cancelled */
            slot_give(q, index);
            continue;
        }
        slot->generation++;
        q->firing = index;
        q->pending--;
        SIM_PREFETCH(&q->slot[(uint32_t)q->heap[0].to]);

        const uint32_t destination = (uint32_t)(to >> 32);
        q->ties += time == q->last_time && destination == q->last_destination;
        q->last_time = time;
        q->last_destination = destination;
        *fired = (struct ev_fired){(sim_time)time, destination, slot};
        return true;
    }
    return false;
}
