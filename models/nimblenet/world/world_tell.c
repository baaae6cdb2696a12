/*
 * What the observer is told of a run: events, calls, acquisitions, what nodes hold.
 */
#include "models/nimblenet/world/world_state.h"

void world_tell(const struct world *w, enum world_event_kind kind, sim_time now, uint32_t node,
                uint32_t peer, uint32_t tasklet, uint64_t open, int detail)
{
    const struct world_event event = {
        .at = now,
        .kind = kind,
        .node = node,
        .peer = peer,
        .tasklet = tasklet,
        .call_id =
            open == UINT64_MAX ? open : world_call_at(w, node, (uint32_t)open)->trigger.call_id,
        .detail = detail,
    };
    w->spec.observer.event(w->spec.observer.context, &event);
}

void world_tell_call(const struct world *w, const struct world_call *call)
{
    if (w->spec.observer.call != NULL) {
        w->spec.observer.call(w->spec.observer.context, call);
    }
}

void world_tell_acquisition(const struct world *w, uint32_t node, sim_time now,
                            const struct node_action *a)
{
    const bool failed = a->kind == NODE_NOT_ACQUIRED;
    const uint32_t open = (uint32_t)a->acquired->call_id;
    if (world_is_watched(w)) {
        world_tell(w, failed ? WORLD_EV_NOT_ACQUIRED : WORLD_EV_ACQUIRED, now, node,
                   failed ? UINT32_MAX : a->acquired->source, a->acquired->tasklet, open,
                   (int)a->acquired->served);
    }
    if (w->spec.observer.acquisition != NULL) {
        const struct world_acquisition told = {
            .call_id = world_call_at(w, node, open)->trigger.call_id,
            .node = node,
            .failed = failed,
            .done = now,
            .detail = a->acquired,
        };
        w->spec.observer.acquisition(w->spec.observer.context, &told);
    }
}

void world_tell_held(const struct world *w, uint32_t node, sim_time now,
                     const struct node_action *a)
{
    static const enum world_event_kind kind[] = {
        [NODE_STORED] = WORLD_EV_STORED,
        [NODE_EVICTED] = WORLD_EV_EVICTED,
        [NODE_RETIRED] = WORLD_EV_RETIRED,
        [NODE_DROPPED] = WORLD_EV_DROPPED,
    };
    const bool is_stored = a->kind == NODE_STORED;
    if (world_is_watched(w)) {
        world_tell(w, kind[a->kind], now, node, UINT32_MAX, a->binary.tasklet, UINT64_MAX, 0);
    }
    /* What is retired has left already when it is dropped. */
    if (w->spec.observer.held != NULL && a->kind != NODE_DROPPED) {
        w->spec.observer.held(w->spec.observer.context, now, node, a->binary.tasklet, is_stored);
    }
}
