/*
 * event.h - the pending-event set: what happens next, and in what order.
 *
 * Order is total and does not depend on who scheduled first: (time,
 * destination, source, the source's own sequence number). An entity's events
 * to itself sort behind all others of the same instant (their source counts as
 * EV_SELF), so a message that arrives exactly at a timeout is seen before it.
 *
 * Inside are a 4-ary heap of 16-byte keys, and a lane: a ring for events that
 * are scheduled in order of time, as messages over links of one constant delay
 * are, where a heap would sort what is sorted already. Both are ordered by time
 * alone. An event that has its instant to itself goes straight out; those that
 * share one meet in the batch, which puts them in their full order. Where an event
 * waits changes nothing but the cost. Cancelling is lazy: the slot dies at once,
 * its key when reached.
 *
 * Ownership: the caller owns struct ev_queue; the queue owns its memory, taken
 *   in ev_init() and given back in ev_deinit(). A queue that is full doubles. What the
 *   firing event's slot holds stays where it is until the next ev_pop(), growth or not.
 * Errors: NULL from ev_push() says that the host has no memory left. A time in the
 *   past is a bug and stops the program.
 * Threads: one queue belongs to one thread at a time.
 */
#ifndef SIM_ENGINE_EVENT_H
#define SIM_ENGINE_EVENT_H

#include "sim/engine/base.h"

#define EV_PAYLOAD_BYTES 40
#define EV_SELF UINT32_MAX

/* Names a pending event; stale as soon as it fired or was cancelled. EV_NONE names none. */
typedef uint64_t ev_id;
#define EV_NONE ((ev_id)0)

/* What an event is, without when and to whom. Exactly one cache line. */
struct ev_slot {
    uint64_t sequence;   /* the source's own count */
    uint32_t source;     /* EV_SELF where source and destination are one */
    uint32_t generation; /* odd while pending, even while free or cancelled */
    uint32_t kind;
    uint32_t arg;
    unsigned char payload[EV_PAYLOAD_BYTES];
};
_Static_assert(sizeof(struct ev_slot) == 64, "an event slot is one cache line");

struct ev_key {
    uint64_t time;
    uint64_t to; /* destination << 32 | slot */
};

/* An event of the current instant with its whole place in the order. */
struct ev_ordered {
    uint64_t who; /* destination << 32 | source */
    uint64_t sequence;
    uint32_t slot;
};

struct ev_queue {
    struct ev_key *heap; /* heap[0] is the least; children of i are 4i+1 .. 4i+4 */
    struct ev_key *lane; /* a ring of lane_mask + 1 keys, of which one stays free */
    struct ev_slot *slot;
    uint64_t lane_time; /* of the lane's first key, UINT64_MAX where it is empty */
    uint64_t lane_last; /* the time of the key that joined the lane last, 0 before */
    uint32_t heap_count;
    uint32_t lane_first, lane_end, lane_mask;
    uint32_t slot_free;  /* the slot given back last, or none */
    uint32_t slot_fresh; /* slots from here on were never used */
    uint32_t firing; /* the slot handed out by the last ev_pop(), given back by the next; 0 first */
    uint32_t capacity;

    uint64_t last_time; /* of the event popped last, 0 before, with its destination */
    uint32_t last_destination;

    /* The events of the instant batch_time that are still to come, in order. */
    uint32_t batch_next, batch_count;
    uint64_t batch_time;
    struct ev_ordered *batch;

    /* Which of two events of one instant, destination and source comes first; NULL: the one that
     * the source has scheduled first. */
    bool (*is_first)(const void *context, uint32_t destination, const struct ev_slot *a,
                     const struct ev_slot *b);
    const void *context;

    uint64_t cancelled;
    uint64_t ties;     /* events that shared (time, destination) with the one before */
    size_t heap_bytes; /* the heap comes first in memory */
    size_t memory_bytes;
    void *memory;
    /* Outgrown while the event of this name was firing, and kept for its slot's sake. */
    ev_id outgrown_by;
    size_t outgrown_bytes;
    void *outgrown;
};

/* What ev_pop() found. slot points into the queue and is valid until the next ev_pop(). */
struct ev_fired {
    sim_time at;
    uint32_t destination;
    const struct ev_slot *slot;
};

/* capacity: room for that many events to begin with, cancelled ones included until reached; >= 1.
 */
SIM_MUST_CHECK enum sim_status ev_init(struct ev_queue *q, uint32_t capacity);
void ev_deinit(struct ev_queue *q);

/* Where an event should wait; a hint that changes no result. */
enum ev_wait { EV_ANY_ORDER, EV_RISING };

/*
 * Adds an event and returns its slot, whose source, sequence, kind, arg and
 * payload the caller sets before any other call; NULL where the host has no memory. at
 * must not lie before the last event popped. O(log n), O(1) for EV_RISING times that rise.
 */
SIM_MUST_CHECK static inline struct ev_slot *ev_push(struct ev_queue *q, sim_time at,
                                                     uint32_t destination, enum ev_wait wait);

/* The name of the event in a slot that ev_push() has just returned. */
static inline ev_id ev_name(const struct ev_queue *q, const struct ev_slot *slot)
{
    return (uint64_t)slot->generation << 32 | (uint64_t)(slot - q->slot);
}

/* True if id was pending and is now gone; false if it had fired or been cancelled already. */
bool ev_cancel(struct ev_queue *q, ev_id id);

/* Takes the next event that lies at or before until. False if there is none. */
static inline bool ev_pop(struct ev_queue *q, sim_time until, struct ev_fired *fired);

/* Begins at time 0 again: of a queue that ev_pop() has emptied. */
void ev_restart(struct ev_queue *q);

/* The most events that were ever pending at once, cancelled ones not yet reached included. */
static inline uint32_t ev_high_water(const struct ev_queue *q)
{
    return q->slot_fresh - 1; /* slots are reused last in, first out; slot 0 is the one firing */
}

/* Whether a slot below slot_fresh holds an event that is still to come. */
static inline bool ev_slot_is_pending(const struct ev_slot *slot)
{
    return slot->generation % 2 == 1;
}

/* How many events are pending. Walks the slots: for reports, not for every event. */
uint32_t ev_count(const struct ev_queue *q);

/* The time of the next key, of a cancelled event too; SIM_TIME_NEVER if there is none. */
sim_time ev_next_time(const struct ev_queue *q);

#include "sim/engine/event_inline.h" /* ev_push() and ev_pop() */

#endif
