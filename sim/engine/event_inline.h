/*
 * event_inline.h - the two calls that every event makes, inlined where they are made.
 *
 * Included by event.h only. What is rare - several events in one instant, a slot never
 * used before - is in event.c.
 *
 * The heap is kept bottom-up: the hole left by the least key sinks to a leaf along the
 * least children, without a branch to mispredict, and the last key rises from there,
 * which it seldom does far. The four children of a key share a cache line; keys beyond
 * the last lie behind all time, so a parent always has four to compare.
 */
#ifndef SIM_ENGINE_EVENT_INLINE_H
#define SIM_ENGINE_EVENT_INLINE_H

#include "sim/engine/event.h"

#define EV_NO_SLOT UINT32_MAX
#define EV_KEY_BEYOND ((struct ev_key){UINT64_MAX, 0})
#define EV_PREFETCH_FROM 32768u /* keys: below this the heap lives in the second-level cache */

/* ---- in event.c ---- */

/* A slot never used before, or EV_NO_SLOT. */
uint32_t ev_slot_fresh(struct ev_queue *q);

/* Puts the events of an instant in order; the key of one of them, first, is out already. */
void ev_batch_gather(struct ev_queue *q, uint64_t time, uint64_t first);

/* Takes in what has been scheduled for the batch's own instant since it was gathered. */
void ev_batch_join(struct ev_queue *q);

/* ---- slots ---- */

static SIM_ALWAYS_INLINE uint32_t ev_slot_take(struct ev_queue *q)
{
    const uint32_t index = q->slot_free;
    if (SIM_UNLIKELY(index == EV_NO_SLOT)) {
        return ev_slot_fresh(q);
    }
    q->slot_free = q->slot[index].arg; /* a free slot's arg links to the next */
    return index;
}

static SIM_ALWAYS_INLINE void ev_slot_give(struct ev_queue *q, uint32_t index)
{
    q->slot[index].arg = q->slot_free;
    q->slot_free = index;
}

/* ---- heap ---- */

/* Lets key rise from the hole to its place. */
static SIM_ALWAYS_INLINE void ev_heap_rise(struct ev_key *heap, size_t hole, struct ev_key key)
{
    while (hole > 0) {
        const size_t parent = (hole - 1) / 4;
        if (heap[parent].time <= key.time) {
            break;
        }
        heap[hole] = heap[parent];
        hole = parent;
    }
    heap[hole] = key;
}

static SIM_ALWAYS_INLINE void ev_heap_push(struct ev_queue *q, struct ev_key key)
{
    ev_heap_rise(q->heap, q->heap_count++, key);
}

/*
 * The least of four neighbours. Comparisons as good as random must not become branches, so
 * their results are computed with: gcc and clang both make conditional moves of this form.
 */
static SIM_ALWAYS_INLINE size_t ev_least_of_four(const struct ev_key *key)
{
    const uint64_t a = key[0].time;
    const uint64_t b = key[1].time;
    const uint64_t c = key[2].time;
    const uint64_t d = key[3].time;
    const size_t least_ab = b < a;
    const size_t least_cd = 2 + (size_t)(d < c);
    const uint64_t ab = b < a ? b : a;
    const uint64_t cd = d < c ? d : c;
    const size_t right = 0 - (size_t)(cd < ab); /* all ones, or none */
    return least_ab ^ ((least_ab ^ least_cd) & right);
}

static SIM_ALWAYS_INLINE void ev_heap_drop_least(struct ev_queue *q)
{
    struct ev_key *const heap = q->heap;
    const size_t count = --q->heap_count;
    const struct ev_key last = heap[count];
    heap[count] = EV_KEY_BEYOND;
    if (count == 0) {
        return;
    }
    size_t hole = 0;
    for (size_t child = 1; child < count; child = 4 * hole + 1) {
        if (count >= EV_PREFETCH_FROM && 4 * child < count) {
            for (size_t line = 0; line < 4; line++) { /* all grandchildren: one will be next */
                SIM_PREFETCH(&heap[4 * (child + line) + 1]);
            }
        }
        const size_t least = child + ev_least_of_four(&heap[child]);
        heap[hole] = heap[least];
        hole = least;
    }
    ev_heap_rise(heap, hole, last);
    SIM_PREFETCH(&q->slot[(uint32_t)heap[0].to]); /* most likely the next event's */
}

/* ---- lane ---- */

/*
 * Keys must leave the lane in order of time, and never join an instant that is going on. A
 * lane that is empty needs no look: what it held last has been popped, so it lies in the past.
 */
static SIM_ALWAYS_INLINE bool ev_lane_takes(const struct ev_queue *q, uint64_t time)
{
    return time >= q->lane_last && time > q->last_time;
}

/* Doubles a ring whose last free place was just taken. */
void ev_lane_grow(struct ev_queue *q);

static SIM_ALWAYS_INLINE void ev_lane_push(struct ev_queue *q, struct ev_key key)
{
    q->lane[q->lane_end] = key;
    q->lane_end = (q->lane_end + 1) & q->lane_mask;
    q->lane_last = key.time;
    q->lane_time = key.time < q->lane_time ? key.time : q->lane_time; /* less if it was empty */
    if (SIM_UNLIKELY(q->lane_end == q->lane_first)) {
        ev_lane_grow(q);
    }
}

static SIM_ALWAYS_INLINE void ev_lane_drop_first(struct ev_queue *q)
{
    q->lane_first = (q->lane_first + 1) & q->lane_mask;
    q->lane_time = q->lane_first != q->lane_end ? q->lane[q->lane_first].time : UINT64_MAX;
}

/* ---- push ---- */

static inline struct ev_slot *ev_push(struct ev_queue *q, sim_time at, uint32_t destination,
                                      enum ev_wait wait)
{
    ASSERT(at >= (sim_time)q->last_time);
    const uint64_t time = (uint64_t)at;
    const uint32_t index = ev_slot_take(q);
    if (SIM_UNLIKELY(index == EV_NO_SLOT)) {
        return NULL;
    }
    const struct ev_key key = {time, (uint64_t)destination << 32 | index};
    if (wait == EV_RISING && ev_lane_takes(q, time)) {
        ev_lane_push(q, key);
    } else {
        ev_heap_push(q, key);
    }
    struct ev_slot *slot = &q->slot[index];
    slot->generation++;
    return slot;
}

/* ---- pop ---- */

/* The next event in order, alive or cancelled, of an instant at or before until. */
static SIM_ALWAYS_INLINE bool ev_take_next(struct ev_queue *q, uint64_t until, struct ev_key *next)
{
    if (SIM_LIKELY(q->batch_next == q->batch_count)) {
        const uint64_t heap_time = q->heap[0].time; /* "beyond" where the heap is empty */
        const uint64_t lane_time = q->lane_time;
        const uint64_t time = heap_time < lane_time ? heap_time : lane_time;
        if (time > until) {
            return false;
        }
        if (heap_time < lane_time) {
            *next = q->heap[0];
            ev_heap_drop_least(q);
        } else {
            *next = q->lane[q->lane_first];
            ev_lane_drop_first(q);
        }
        if (SIM_LIKELY(q->heap[0].time != time && q->lane_time != time)) {
            return true; /* alone in its instant: nothing to order */
        }
        ev_batch_gather(q, time, next->to);
    } else if (SIM_UNLIKELY(q->batch_time > until)) {
        return false;
    } else if (SIM_UNLIKELY(q->heap[0].time == q->batch_time)) {
        ev_batch_join(q);
    }
    const struct ev_ordered *first = &q->batch[q->batch_next++];
    *next = (struct ev_key){
        .time = q->batch_time,
        .to = (first->who & ~(uint64_t)UINT32_MAX) | first->slot,
    };
    return true;
}

static inline bool ev_pop(struct ev_queue *q, sim_time until, struct ev_fired *fired)
{
    ASSERT(until >= 0);
    struct ev_key next;
    while (SIM_LIKELY(ev_take_next(q, (uint64_t)until, &next))) {
        const uint32_t index = (uint32_t)next.to;
        struct ev_slot *slot = &q->slot[index];
        if (SIM_UNLIKELY(slot->generation % 2 == 0)) { /* cancelled */
            ev_slot_give(q, index);
            continue;
        }
        slot->generation++;
        ev_slot_give(q, q->firing);
        q->firing = index;

        const uint32_t destination = (uint32_t)(next.to >> 32);
        if (SIM_UNLIKELY(next.time == q->last_time)) {
            q->ties += destination == q->last_destination;
        }
        q->last_time = next.time;
        q->last_destination = destination;
        *fired = (struct ev_fired){(sim_time)next.time, destination, slot};
        return true;
    }
    return false;
}

#endif
