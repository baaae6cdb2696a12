/*
 * Nodes that fail and come back. When, stands in the plan before the run; so a sender knows whether
 * a frame will find its receiver up, and no event is spent on one that will not.
 *
 * A node that fails loses its calls, its cache and what it was told, and is silent until it is
 * back, in its next epoch. A registry has its tasklets in a memory that keeps them.
 */
#include "models/nimblenet/world/world_state.h"

static void tell(struct world *w, enum world_event_kind kind, sim_time now, uint32_t node)
{
    if (w->spec.observer.event != NULL) {
        const struct world_event event = {
            .at = now,
            .kind = kind,
            .node = node,
            .peer = UINT32_MAX,
            .tasklet = UINT32_MAX,
            .call_id = UINT64_MAX,
        };
        w->spec.observer.event(w->spec.observer.context, &event);
    }
}

/* The change-th time of a node: even ones are failures. */
static void arrange(struct world *w, uint32_t node, uint32_t change)
{
    const struct outage_plan *p = w->spec.outages;
    ASSERT(p != NULL && node < w->spec.setup->node_count);
    const uint32_t at = p->first[node] + change;
    if (at < p->first[node + 1] && p->at[at] <= w->spec.duration_ns) {
        (void)engine_schedule(&w->engine, node, node, p->at[at], EV_ANY_ORDER, WORLD_FAULT, change,
                              NULL, 0);
    }
}

void fault_start(struct world *w)
{
    for (uint32_t i = 0; w->spec.outages != NULL && i < w->spec.setup->node_count; i++) {
        arrange(w, i, 0);
    }
}

/* What executors were computing is not computed any more, nor will its end be heard of. */
static void stop_executors(struct world *w, uint32_t node, sim_time now)
{
    struct world_node *n = &w->node[node];
    for (uint32_t i = 0; i < n->segments; i++) {
        const struct world_segment *s = &n->segment[i];
        const bool computes = s->until > now; /* else a pause has kept what it came to */
        if (engine_cancel(&w->engine, s->end) && computes) {
            const sim_time end = s->until < w->spec.duration_ns ? s->until : w->spec.duration_ns;
            ASSERT(end >= now && n->cpu.busy_ns >= end - now);
            n->cpu.busy_ns -= end - now;
            world_count_busy(w, n, now, end, -1);
        }
    }
}

static void fail(struct world *w, uint32_t node, sim_time now)
{
    struct world_node *n = &w->node[node];
    tell(w, WORLD_EV_FAILED, now, node);
    stop_executors(w, node, now);
    world_restart_node(w, node, now);
    (void)engine_cancel(&w->engine, n->wake);
    n->wake = EV_NONE;
    n->wake_at = SIM_TIME_NEVER;
    n->is_overdue = false;
    n->inbox.forsaken += n->inbox.held;
    n->inbox.held = 0;
    n->inbox.free_at = now;
    n->inbox.bare_at = now;
    n->boots++;
}

void fault_on_change(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    ASSERT(ev->self < w->spec.setup->node_count);
    const uint32_t is_back = ev->arg % 2;
    happenings_note(&w->node[ev->self].happenings, ev->now, HAPPENING_FAULT, is_back, 0, 0);
    if (is_back == 0) {
        fail(w, ev->self, ev->now);
    } else {
        tell(w, WORLD_EV_RESTARTED, ev->now, ev->self);
    }
    arrange(w, ev->self, ev->arg + 1);
}

void fault_refuse_call(struct world *w, uint32_t node, sim_time now, uint32_t open, uint32_t chain)
{
    world_carry_out(w, node, now,
                    &(struct node_action){
                        .kind = NODE_ANSWER,
                        .answer = {.call_id = open,
                                   .slot = POOL_NONE,
                                   .chain = chain,
                                   .outcome = NODE_WENT_DOWN},
                    });
}
