/*
 * The part of the event queue that is off the beaten track: its memory, cancelling, and the
 * batch, which orders the events of an instant that several share. See event_inline.h.
 */
#include "sim/engine/event.h"

#include <string.h>

#include "sim/engine/memory.h"

#define LANE_START 256u /* keys; the ring grows to what is needed, so it touches no more memory */
#define CACHE_LINE 64u
#define CAPACITY_MOST (EV_NO_SLOT / 2)
#define DENSE_FROM 65536u /* slots: from here on huge pages pay */

__extension__ typedef unsigned __int128 wide;

static SIM_ALWAYS_INLINE wide ordered_wide(const struct ev_ordered *o)
{
    return (wide)o->who << 64 | o->sequence;
}

/* ---- memory ---- */

static size_t align_up(size_t bytes)
{
    return (bytes + 4095) & ~(size_t)4095;
}

/* Gives each part its place for that many events; with memory NULL it only measures. */
static size_t lay_out(struct ev_queue *q, unsigned char *memory, uint32_t capacity)
{
    size_t ring = 1;
    while (ring <= capacity) { /* one stays free: a full lane is not an empty one */
        ring *= 2;
    }
    /* Three keys of padding put heap[1] on a line's start; eight behind the end stay "beyond". */
    const size_t heap_bytes = align_up(((size_t)capacity + 16) * sizeof(struct ev_key));
    const size_t lane_bytes = align_up(ring * sizeof(struct ev_key));
    const size_t slot_bytes = align_up(((size_t)capacity + 1) * sizeof(struct ev_slot));
    const size_t batch_bytes = align_up((size_t)capacity * sizeof(struct ev_ordered));
    const size_t memory_bytes = heap_bytes + lane_bytes + slot_bytes + batch_bytes;
    if (memory != NULL) {
        q->capacity = capacity;
        q->memory = memory;
        q->memory_bytes = memory_bytes;
        q->heap_bytes = heap_bytes;
        q->heap = (struct ev_key *)(void *)memory + CACHE_LINE / sizeof(struct ev_key) - 1;
        q->lane = (struct ev_key *)(void *)(memory + heap_bytes);
        q->slot = (struct ev_slot *)(void *)(memory + heap_bytes + lane_bytes);
        q->batch = (struct ev_ordered *)(void *)(memory + heap_bytes + lane_bytes + slot_bytes);
    }
    return memory_bytes;
}

enum sim_status ev_init(struct ev_queue *q, uint32_t capacity)
{
    ASSERT(capacity >= 1 && capacity <= CAPACITY_MOST);
    uint32_t ring = 1;
    while (ring <= capacity && ring < LANE_START) {
        ring *= 2;
    }
    *q = (struct ev_queue){
        .lane_mask = ring - 1,
        .lane_time = UINT64_MAX,
        .slot_free = EV_NO_SLOT,
        .slot_fresh = 1,
        .firing = 0,
        .last_destination = UINT32_MAX,
    };
    unsigned char *memory = memory_reserve(lay_out(q, NULL, capacity));
    if (memory == NULL) {
        return SIM_ERR_NOMEM;
    }
    (void)lay_out(q, memory, capacity);
    for (unsigned i = 0; i < 8; i++) {
        q->heap[i] = EV_KEY_BEYOND;
    }
    return SIM_OK;
}

void ev_deinit(struct ev_queue *q)
{
    memory_release(q->outgrown, q->outgrown_bytes);
    memory_release(q->memory, q->memory_bytes);
    *q = (struct ev_queue){0};
}

void ev_restart(struct ev_queue *q)
{
    ASSERT(q->heap_count == 0 && q->lane_first == q->lane_end && q->batch_next == q->batch_count);
    q->last_time = 0;
    q->last_destination = UINT32_MAX;
    q->lane_last = 0;
}

static void expect_dense(const struct ev_queue *q)
{
    if (q->slot_fresh >= DENSE_FROM) {
        memory_expect_dense(q->slot, (size_t)q->capacity * sizeof *q->slot);
        memory_expect_dense(q->memory, q->heap_bytes);
    }
}

static ev_id name_of_firing(const struct ev_queue *q)
{
    return ev_name(q, &q->slot[q->firing]);
}

/* A handler may still read the slot of its event: where that lies is kept until it has returned. */
static void keep_outgrown(struct ev_queue *q, void *memory, size_t bytes)
{
    const ev_id firing = name_of_firing(q);
    if (q->outgrown != NULL && q->outgrown_by == firing) {
        memory_release(memory, bytes); /* it grew twice: the event fired in what was kept before */
        return;
    }
    memory_release(q->outgrown, q->outgrown_bytes);
    q->outgrown = memory;
    q->outgrown_bytes = bytes;
    q->outgrown_by = firing;
}

static void drop_outgrown(struct ev_queue *q)
{
    if (q->outgrown != NULL && q->outgrown_by != name_of_firing(q)) {
        memory_release(q->outgrown, q->outgrown_bytes);
        q->outgrown = NULL;
        q->outgrown_bytes = 0;
    }
}

/* Doubles a queue all of whose slots were used. False where the host has no memory. */
static SIM_COLD bool grow(struct ev_queue *q)
{
    if (q->capacity > CAPACITY_MOST / 2) {
        return false;
    }
    const struct ev_queue old = *q;
    unsigned char *memory = memory_reserve(lay_out(q, NULL, 2 * old.capacity));
    if (memory == NULL) {
        return false;
    }
    (void)lay_out(q, memory, 2 * old.capacity);
    expect_dense(q);
    memcpy(q->heap, old.heap, ((size_t)old.slot_fresh + 8) * sizeof *q->heap);
    memcpy(q->lane, old.lane, ((size_t)old.lane_mask + 1) * sizeof *q->lane);
    memcpy(q->slot, old.slot, (size_t)old.slot_fresh * sizeof *q->slot);
    memcpy(q->batch, old.batch, (size_t)old.batch_count * sizeof *q->batch);
    keep_outgrown(q, old.memory, old.memory_bytes);
    return true;
}

/* ---- lane ---- */

SIM_COLD void ev_lane_grow(struct ev_queue *q)
{
    const uint32_t size = q->lane_mask + 1;
    ASSERT(size <= q->capacity); /* ev_init() reserved a ring that more keys than slots fill */
    memcpy(&q->lane[size], q->lane, q->lane_end * sizeof *q->lane); /* what had wrapped around */
    q->lane_end += size;
    q->lane_mask = 2 * size - 1;
}

/* ---- slots ---- */

SIM_COLD uint32_t ev_slot_fresh(struct ev_queue *q)
{
    drop_outgrown(q);
    if (q->slot_fresh > q->capacity && !grow(q)) {
        return EV_NO_SLOT;
    }
    /* The heap never holds more keys than slots were used: here it grows, and nowhere else. */
    q->heap[q->slot_fresh + 4] = EV_KEY_BEYOND;
    if (q->slot_fresh == DENSE_FROM) {
        expect_dense(q);
    }
    return q->slot_fresh++;
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

static SIM_ALWAYS_INLINE bool goes_first(const struct ev_queue *q, const struct ev_ordered *a,
                                         const struct ev_ordered *b)
{
    if (SIM_UNLIKELY(a->who == b->who && q->is_first != NULL)) {
        return q->is_first(q->context, (uint32_t)(a->who >> 32), &q->slot[a->slot],
                           &q->slot[b->slot]);
    }
    return ordered_wide(a) < ordered_wide(b);
}

/* Shell's method with Ciura's gaps: in place, and a short batch is one plain insertion sort. */
static void batch_sort(const struct ev_queue *q, struct ev_ordered *batch, uint32_t count)
{
    static const uint32_t gaps[] = {68905, 30624, 13611, 6049, 2688, 1195, 531,
                                    236,   105,   47,    21,   9,    4,    1};
    const size_t gap_count = sizeof gaps / sizeof gaps[0];
    size_t g = count <= 32 ? gap_count - 1 : 0;
    for (; g < gap_count; g++) {
        const uint32_t gap = gaps[g];
        for (uint32_t i = gap; i < count; i++) {
            const struct ev_ordered moving = batch[i];
            uint32_t j = i;
            for (; j >= gap && goes_first(q, &moving, &batch[j - gap]); j -= gap) {
                batch[j] = batch[j - gap];
            }
            batch[j] = moving;
        }
    }
}

static void batch_insert(struct ev_queue *q, struct ev_ordered added)
{
    uint32_t place = q->batch_next;
    while (place < q->batch_count && goes_first(q, &q->batch[place], &added)) {
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

void ev_batch_join(struct ev_queue *q)
{
    while (q->heap[0].time == q->batch_time) {
        batch_insert(q, order_of(q, q->heap[0].to));
        ev_heap_drop_least(q);
    }
}

void ev_batch_gather(struct ev_queue *q, uint64_t time, uint64_t first)
{
    uint32_t count = 0;
    q->batch[count++] = order_of(q, first);
    while (q->lane_time == time) {
        q->batch[count++] = order_of(q, q->lane[q->lane_first].to);
        ev_lane_drop_first(q);
    }
    while (q->heap[0].time == time) {
        q->batch[count++] = order_of(q, q->heap[0].to);
        ev_heap_drop_least(q);
    }
    batch_sort(q, q->batch, count);
    q->batch_next = 0;
    q->batch_count = count;
    q->batch_time = time;
}

/* ---- what the engine calls ---- */

bool ev_cancel(struct ev_queue *q, ev_id id)
{
    ASSERT((uint32_t)id <= q->capacity);
    struct ev_slot *slot = &q->slot[(uint32_t)id];
    const uint32_t generation = (uint32_t)(id >> 32);
    if (id == EV_NONE || slot->generation != generation || generation % 2 == 0) {
        return false;
    }
    slot->generation++;
    q->cancelled++;
    return true;
}

uint32_t ev_count(const struct ev_queue *q)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < q->slot_fresh; i++) {
        count += q->slot[i].generation % 2;
    }
    return count;
}

sim_time ev_next_time(const struct ev_queue *q)
{
    const uint64_t heap_time = q->heap[0].time;
    uint64_t time = heap_time < q->lane_time ? heap_time : q->lane_time;
    if (q->batch_next < q->batch_count) {
        time = q->batch_time;
    }
    return time == UINT64_MAX ? SIM_TIME_NEVER : (sim_time)time;
}
