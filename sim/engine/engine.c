#include "sim/engine/engine.h"

#include "sim/engine/memory.h"

/* Stands in for each handler that the model has not named. */
static void on_nothing(struct engine *e, void *context, const struct engine_event *event)
{
    (void)e;
    (void)context;
    (void)event;
    const bool kind_has_handler = false;
    ASSERT(kind_has_handler);
}

enum sim_status engine_init(struct engine *e, uint32_t entities, uint32_t pending)
{
    ASSERT(entities >= 1 && entities < EV_SELF);
    *e = (struct engine){.entity_count = entities};
    e->entity = memory_reserve(entities * sizeof *e->entity);
    if (e->entity == NULL) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = ev_init(&e->queue, pending);
    if (status != SIM_OK) {
        memory_release(e->entity, entities * sizeof *e->entity);
        e->entity = NULL;
        return status;
    }
    for (uint32_t kind = 0; kind < ENGINE_KINDS_MAX; kind++) {
        e->handler[kind].fn = on_nothing;
    }
    return SIM_OK;
}

void engine_deinit(struct engine *e)
{
    ev_deinit(&e->queue);
    memory_release(e->entity, e->entity_count * sizeof *e->entity);
    e->entity = NULL;
}

void engine_handle(struct engine *e, uint32_t kind, engine_fn *fn, void *context)
{
    ASSERT(kind < ENGINE_KINDS_MAX && fn != NULL);
    e->handler[kind].fn = fn;
    e->handler[kind].context = context;
}

SIM_COLD void engine_fail(struct engine *e, enum sim_status status)
{
    e->status = status;
    engine_stop(e);
}

void engine_overflow(struct engine *e)
{
    engine_fail(e, SIM_ERR_NOMEM);
}

void engine_stop(struct engine *e)
{
    atomic_store_explicit(&e->stop, true, memory_order_relaxed);
}

static SIM_ALWAYS_INLINE void dispatch(struct engine *e, const struct ev_fired *fired)
{
    const struct ev_slot *slot = fired->slot;
    const struct engine_event event = {
        .now = fired->at,
        .self = fired->destination,
        .source = slot->source,
        .kind = slot->kind,
        .arg = slot->arg,
        .payload = slot->payload,
    };
    ASSERT(event.kind < ENGINE_KINDS_MAX);
    e->now = event.now;
    e->events++;
    e->handler[event.kind].fn(e, e->handler[event.kind].context, &event);
}

enum sim_status engine_run(struct engine *e, sim_time until, uint64_t limit, bool *done)
{
    *done = false;
    struct ev_fired fired;
    for (uint64_t i = 0; i < limit; i++) {
        if (SIM_UNLIKELY(atomic_load_explicit(&e->stop, memory_order_relaxed))) {
            return e->status;
        }
        if (!ev_pop(&e->queue, until, &fired)) {
            *done = true;
            return e->status;
        }
        dispatch(e, &fired);
    }
    return e->status;
}

struct engine_report engine_report(const struct engine *e)
{
    return (struct engine_report){
        .events = e->events,
        .ties = e->queue.ties,
        .cancelled = e->queue.cancelled,
        .left_over = ev_count(&e->queue),
        .pending_high_water = ev_high_water(&e->queue),
        .pending_capacity = e->queue.capacity,
        .bytes_per_pending =
            sizeof(struct ev_slot) + 2 * sizeof(struct ev_key) + sizeof(struct ev_ordered),
        .bytes_per_entity = sizeof(struct engine_entity),
    };
}
