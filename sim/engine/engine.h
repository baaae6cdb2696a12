/*
 * engine.h - the run loop: entities, their events, and nothing of what they mean.
 *
 * A model numbers its entities 0 .. n-1 and registers one handler a kind of event.
 * A handler may touch the state of its event's destination only; whatever
 * concerns another entity is a new event for it. That rule is what lets a run be
 * cut by entity later on.
 *
 * What a run's digest is made of is the model's to say: what happened, not which events it took.
 *
 * Ownership: the caller owns struct engine and all contexts.
 * Errors: a schedule for which the host has no memory marks the engine; engine_run() then
 *   stops with SIM_ERR_NOMEM. Handlers therefore need not check each one.
 * Threads: an engine belongs to one thread at a time; engine_stop() alone may be
 *   called from elsewhere, a signal handler included.
 */
#ifndef SIM_ENGINE_ENGINE_H
#define SIM_ENGINE_ENGINE_H

#include <stdatomic.h>
#include <string.h>

#include "sim/engine/digest.h"
#include "sim/engine/event.h"

#define ENGINE_KINDS_MAX 16u

struct engine;

/* What a handler sees. payload is valid until the handler returns. */
struct engine_event {
    sim_time now;
    uint32_t self;   /* the destination */
    uint32_t source; /* EV_SELF for an entity's own */
    uint32_t kind;
    uint32_t arg;
    const void *payload;
};

typedef void engine_fn(struct engine *e, void *context, const struct engine_event *event);

struct engine_entity {
    uint64_t scheduled; /* events that it has scheduled: the next one's sequence number */
};

struct engine {
    struct ev_queue queue;
    struct engine_entity *entity;
    uint32_t entity_count;
    struct {
        engine_fn *fn;
        void *context;
    } handler[ENGINE_KINDS_MAX];
    sim_time now;
    uint64_t events;
    enum sim_status status;
    atomic_bool stop;
};

/* What a run says of itself at its end. */
struct engine_report {
    uint64_t events;
    uint64_t ties; /* events that shared time and destination with the one before */
    uint64_t cancelled;
    uint64_t left_over; /* still pending */
    uint32_t pending_high_water;
    uint32_t pending_capacity;
    size_t bytes_per_pending; /* slot, heap key, lane key and batch entry together */
    size_t bytes_per_entity;
};

/* pending: events to have room for at once to begin with. */
SIM_MUST_CHECK enum sim_status engine_init(struct engine *e, uint32_t entities, uint32_t pending);
void engine_deinit(struct engine *e);
void engine_handle(struct engine *e, uint32_t kind, engine_fn *fn, void *context);

/* Ends the run behind the event that is being handled: engine_run() returns that status. */
void engine_fail(struct engine *e, enum sim_status status);

/* The same for want of memory, with SIM_ERR_NOMEM. */
void engine_overflow(struct engine *e);

/* Prepares an event and returns its slot with payload unset; NULL (and the mark) without memory. */
static inline struct ev_slot *engine_prepare(struct engine *e, uint32_t source,
                                             uint32_t destination, sim_time at, enum ev_wait wait,
                                             uint32_t kind, uint32_t arg)
{
    ASSERT(source < e->entity_count && destination < e->entity_count);
    struct ev_slot *slot = ev_push(&e->queue, at, destination, wait);
    if (SIM_UNLIKELY(slot == NULL)) {
        engine_overflow(e);
        return NULL;
    }
    slot->source = source == destination ? EV_SELF : source;
    slot->sequence = e->entity[source].scheduled++;
    slot->kind = kind;
    slot->arg = arg;
    return slot;
}

/* The number of what a source arranges without an event, among those that it schedules. */
static inline uint64_t engine_number(struct engine *e, uint32_t source)
{
    ASSERT(source < e->entity_count);
    return e->entity[source].scheduled++;
}

/*
 * Schedules an event; bytes of payload, at most EV_PAYLOAD_BYTES, are copied. The
 * name returned is for engine_cancel(); EV_NONE where there was no memory.
 */
static inline ev_id engine_schedule(struct engine *e, uint32_t source, uint32_t destination,
                                    sim_time at, enum ev_wait wait, uint32_t kind, uint32_t arg,
                                    const void *payload, size_t bytes)
{
    struct ev_slot *slot = engine_prepare(e, source, destination, at, wait, kind, arg);
    if (SIM_UNLIKELY(slot == NULL)) {
        return EV_NONE;
    }
    if (bytes > 0) {
        ASSERT(bytes <= EV_PAYLOAD_BYTES);
        memcpy(slot->payload, payload, bytes);
    }
    return ev_name(&e->queue, slot);
}

static inline bool engine_cancel(struct engine *e, ev_id id)
{
    return ev_cancel(&e->queue, id);
}

/*
 * Runs events at or before until, at most limit of them. SIM_OK with *done
 * true when none is left in that time, false where the limit or engine_stop()
 * came first; a handler's failure (engine_fail(), engine_overflow()).
 */
SIM_MUST_CHECK enum sim_status engine_run(struct engine *e, sim_time until, uint64_t limit,
                                          bool *done);
void engine_stop(struct engine *e);

struct engine_report engine_report(const struct engine *e);

#endif
