/*
 * Nodes that pause: core 0, which has the network and all that is decided, stands still for a
 * while. When, stands in the plan before the run.
 *
 * What comes to the node meanwhile waits until it goes on: frames in its receive queue, or without
 * room there; calls, as many as it can hold together with those that it has, more are refused;
 * what its executor says, which goes on computing what it was given; its timeouts. Then timeouts
 * are first, and the rest comes in the order in which it came. Its radio acknowledges and sends
 * again as ever, but what the node itself would have sent meanwhile, housekeeping, it does not.
 */
#include "models/nimblenet/world/world_state.h"

/* Its number in the plan, behind the links'. */
static uint32_t thing_of(const struct world *w, uint32_t node)
{
    const struct mesh *mesh = w->spec.mesh;
    return mesh->node_count + mesh->first[mesh->node_count] + node;
}

static bool may_pause(const struct world *w, uint32_t node)
{
    return w->spec.outages != NULL && thing_of(w, node) < w->spec.outages->things;
}

sim_time pause_total(const struct world *w, uint32_t node, sim_time now)
{
    return may_pause(w, node) ? outage_plan_total(w->spec.outages, thing_of(w, node), now) : 0;
}

bool pause_plan_is_on(const struct world *w, uint32_t node, sim_time now)
{
    return may_pause(w, node) && outage_plan_is_down(w->spec.outages, thing_of(w, node), now);
}

static sim_time within_reason(const struct world *w, sim_time from, sim_time at)
{
    const sim_time after = w->spec.duration_ns + 1;
    return at < SIM_TIME_NEVER ? at : from > after ? from : after;
}

sim_time pause_plan_begin(const struct world *w, uint32_t node, sim_time at)
{
    return may_pause(w, node)
               ? within_reason(w, at, outage_plan_up(w->spec.outages, thing_of(w, node), at))
               : at;
}

sim_time pause_plan_work(const struct world *w, uint32_t node, sim_time from, sim_time work_ns)
{
    const struct outage_plan *p = w->spec.outages;
    return may_pause(w, node) ? within_reason(w, from + work_ns,
                                              outage_plan_work(p, thing_of(w, node), from, work_ns))
                              : from + work_ns;
}

/* ---- as it comes ---- */

/* The next change of a node behind now. */
static void arrange(struct world *w, uint32_t node, sim_time now)
{
    const sim_time next = outage_plan_change(w->spec.outages, thing_of(w, node), now);
    if (next <= w->spec.duration_ns) {
        (void)engine_schedule(&w->engine, node, node, next, EV_ANY_ORDER, WORLD_PAUSE, 0, NULL, 0);
    }
}

void pause_start(struct world *w)
{
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        if (may_pause(w, i)) {
            arrange(w, i, -1);
        }
    }
}

void pause_on_change(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    struct world_node *n = &w->node[ev->self];
    const bool begins = pause_is_on(w, ev->self, ev->now);
    n->pauses += begins;
    happenings_note(&n->happenings, ev->now, HAPPENING_FAULT, begins ? 2 : 3, 0, 0);
    if (world_is_watched(w)) {
        world_tell(w, begins ? WORLD_EV_PAUSED : WORLD_EV_WENT_ON, ev->now, ev->self, UINT32_MAX,
                   UINT32_MAX, UINT64_MAX, 0);
    }
    arrange(w, ev->self, ev->now);
}

/* ---- what waits ---- */

static void refuse(struct world *w, uint32_t node, sim_time now, uint32_t open,
                   enum node_outcome why)
{
    const struct node_action a = {
        .kind = NODE_ANSWER,
        .answer = {.call_id = open,
                   .slot = POOL_NONE,
                   .chain = world_call_at(w, node, open)->trigger.chain,
                   .outcome = why},
    };
    world_carry_out(w, node, now, &a);
}

void pause_hold_call(struct world *w, struct world_node *n, sim_time now, uint32_t open)
{
    const uint32_t node = n->core.self;
    if (n->open.in_use > w->spec.setup->calls_max) {
        refuse(w, node, now, open, NODE_REFUSED);
        return;
    }
    n->held_calls++;
    (void)engine_schedule(&w->engine, node, node, pause_begin(w, node, now), EV_ANY_ORDER,
                          WORLD_HELD, open, &n->boots, sizeof n->boots);
}

void pause_on_held(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    struct world_node *n = &w->node[ev->self];
    struct world_call *call = world_call_at(w, ev->self, ev->arg);
    uint32_t boots;
    memcpy(&boots, ev->payload, sizeof boots);
    n->held_calls--;
    if (boots != n->boots) {
        refuse(w, ev->self, ev->now, ev->arg, NODE_WENT_DOWN);
        return;
    }
    call->queueing_ns = ev->now - call->trigger.at;
    const struct node_event event = {
        .kind = NODE_CALL, .call_id = ev->arg, .tasklet = call->trigger.chain};
    world_step_node(w, n, ev->now, &event);
}

void pause_hold_timeout(struct world *w, struct world_node *n, sim_time now)
{
    const uint32_t node = n->core.self;
    n->is_overdue = true;
    n->wake_at = pause_begin(w, node, now);
    n->wake =
        engine_schedule(&w->engine, node, node, n->wake_at, EV_ANY_ORDER, WORLD_WAKE, 0, NULL, 0);
}

/* It has computed to its end, and is cancelled as before should the node fail. */
void pause_hold_word(struct world *w, struct world_node *n, const struct engine_event *ev)
{
    n->segment[ev->arg].end = engine_schedule(
        &w->engine, ev->self, ev->self, pause_begin(w, ev->self, ev->now), EV_ANY_ORDER, WORLD_EXEC,
        ev->arg, ev->payload, sizeof(uint32_t)); /* whose it is */
}

void pause_hold_update(struct world *w, const struct engine_event *ev)
{
    (void)engine_schedule(&w->engine, ev->self, ev->self, pause_begin(w, ev->self, ev->now),
                          EV_ANY_ORDER, WORLD_UPDATE, ev->arg, NULL, 0);
}
