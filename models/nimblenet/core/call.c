#include "models/nimblenet/core/call.h"

#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/actions.h"
#include "models/nimblenet/core/executor.h"

static void answer(struct node *n, uint32_t slot, enum node_outcome outcome, sim_time now,
                   struct node_actions *out)
{
    const struct call *c = call_at(n, slot);
    struct node_action *a = actions_add(out, NODE_ANSWER);
    a->answer.call_id = c->call_id;
    a->answer.slot = slot;
    a->answer.outcome = outcome;
    a->answer.response_ns = now - c->triggered;
    a->answer.acquisition_ns = c->acquisition_ns;
    a->answer.queueing_ns = c->queueing_ns;
}

/* Gives everything back that the call still holds, and answers. */
static void end(struct node *n, uint32_t slot, enum node_outcome outcome, sim_time now,
                struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    if (c->fetches > 0) {
        acquire_cancel_all(n, slot, now, out);
    }
    const struct tasklet *chain = &n->setup->catalogue->tasklet[c->stack[0]];
    for (uint32_t i = 0; i < c->needs_asked; i++) {
        if ((c->needs_mask >> i & 1) != 0) {
            acquire_release(n, n->setup->catalogue->need[chain->first_need + i]);
        }
    }
    while (c->depth > 0) {
        acquire_release(n, c->stack[--c->depth]);
    }
    n->calls_running -= c->state == CALL_RUNNING;
    c->state = CALL_OVER;
    const bool had_executor = c->has_executor;
    answer(n, slot, outcome, now, out);
    pool_give(&n->calls, slot);
    if (had_executor) {
        executor_free(n, now, out);
    }
}

/* Lets the executor start or continue the tasklet on top of the call's stack. */
static void run_top(struct node *n, uint32_t slot, enum node_action_kind kind,
                    struct node_actions *out)
{
    const struct call *c = call_at(n, slot);
    ASSERT(c->has_executor && c->depth > 0);
    struct node_action *a = actions_add(out, kind);
    a->run.call_id = c->call_id;
    a->run.slot = slot;
    a->run.level = c->depth - 1;
    a->run.tasklet = c->stack[c->depth - 1];
}

/* ---- preloading (paper, section 4.1) ---- */

static void ask_for_need(struct node *n, uint32_t slot, sim_time now, struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    const struct catalogue *catalogue = n->setup->catalogue;
    const uint32_t need = catalogue->tasklet[c->stack[0]].first_need + c->needs_asked;
    c->needs_asked++;
    c->fetches++;
    acquire_start(n, slot, catalogue->need[need], now, out);
}

static void keep_need(struct node *n, struct call *c, uint32_t tasklet)
{
    const struct catalogue *catalogue = n->setup->catalogue;
    const uint32_t first = catalogue->tasklet[c->stack[0]].first_need;
    for (uint32_t i = 0; i < c->needs_asked; i++) {
        if (catalogue->need[first + i] == tasklet) {
            c->needs_mask |= UINT64_C(1) << i;
        }
    }
    c->needs_held++;
}

/*
 * Asks for what is still to be preloaded. True where all of it is here. In
 * parallel the needs are asked for at once; each ask may be answered, or fail the
 * call and free its slot, before it returns, so the call is looked at anew.
 */
static bool preload(struct node *n, uint32_t slot, uint64_t call_id, sim_time now,
                    struct node_actions *out)
{
    const enum node_preload mode = n->setup->protocol.preload;
    struct call *c = call_at(n, slot);
    const uint32_t needs = n->setup->catalogue->tasklet[c->stack[0]].need_count;
    if (mode == NODE_PRELOAD_NONE || c->needs_held == needs) {
        return true;
    }
    if (mode == NODE_PRELOAD_SEQUENTIAL) {
        if (c->fetches == 0) {
            ask_for_need(n, slot, now, out);
        }
        return false;
    }
    while (c->call_id == call_id && c->state == CALL_ACQUIRING && c->needs_asked < needs) {
        ask_for_need(n, slot, now, out);
    }
    return false;
}

/* ---- from trigger to answer ---- */

void call_trigger(struct node *n, uint64_t call_id, uint32_t chain, sim_time now,
                  struct node_actions *out)
{
    ASSERT(chain < n->setup->catalogue->count);
    const uint32_t slot = pool_take(&n->calls);
    if (slot == POOL_NONE) {
        struct node_action *a = actions_add(out, NODE_ANSWER);
        a->answer.call_id = call_id;
        a->answer.slot = POOL_NONE;
        a->answer.outcome = NODE_REFUSED;
        a->answer.response_ns = a->answer.acquisition_ns = a->answer.queueing_ns = 0;
        return;
    }
    struct call *c = call_at(n, slot);
    *c = (struct call){
        .state = CALL_ACQUIRING,
        .fetches = 1,
        .call_id = call_id,
        .triggered = now,
        .since = now,
    };
    c->stack[0] = chain;
    acquire_start(n, slot, chain, now, out);
}

static void start_top(struct node *n, uint32_t slot, struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    n->calls_running += c->state != CALL_RUNNING;
    c->state = CALL_RUNNING;
    run_top(n, slot, NODE_RUN, out);
}

static void ask_executor(struct node *n, uint32_t slot, sim_time now, struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    c->state = CALL_QUEUED;
    c->since = now;
    executor_queue(n, slot, now, out);
}

void executor_granted(struct node *n, uint32_t slot, sim_time now, struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    c->queueing_ns += now - c->since;
    c->has_executor = true;
    start_top(n, slot, out);
}

void call_acquired(struct node *n, uint32_t slot, uint32_t tasklet, sim_time now,
                   struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->fetches > 0);
    c->fetches--;
    if (c->state == CALL_CALLING) {
        c->acquisition_ns += now - c->since;
        c->stack[c->depth++] = tasklet;
        if (c->has_executor) {
            start_top(n, slot, out);
        } else {
            ask_executor(n, slot, now, out);
        }
        return;
    }
    ASSERT(c->state == CALL_ACQUIRING);
    if (c->depth == 0) {
        c->depth = 1;
    } else {
        keep_need(n, c, tasklet);
    }
    if (preload(n, slot, c->call_id, now, out)) {
        c->acquisition_ns += now - c->since;
        ask_executor(n, slot, now, out);
    }
}

void call_not_acquired(struct node *n, uint32_t slot, sim_time now, struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->fetches > 0);
    c->fetches--;
    c->acquisition_ns += now - c->since;
    end(n, slot, NODE_FAILED, now, out);
}

void call_on_subcall(struct node *n, uint32_t slot, uint32_t tasklet, sim_time now,
                     struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->state == CALL_RUNNING && c->depth < n->setup->catalogue->depth);
    n->calls_running--;
    c->state = CALL_CALLING;
    c->since = now;
    c->fetches = 1;
    const bool yields = n->setup->protocol.order == NODE_ORDER_YIELD;
    if (yields) {
        c->has_executor = false;
    }
    acquire_start(n, slot, tasklet, now, out);
    if (yields) {
        executor_free(n, now, out); /* behind the queue's tail, where a cached one now stands */
    }
}

void call_on_finished(struct node *n, uint32_t slot, sim_time now, struct node_actions *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->state == CALL_RUNNING && c->depth > 0);
    if (c->depth == 1) {
        end(n, slot, NODE_COMPLETED, now, out);
        return;
    }
    acquire_release(n, c->stack[--c->depth]);
    run_top(n, slot, NODE_RESUME, out);
}

void call_on_trapped(struct node *n, uint32_t slot, sim_time now, struct node_actions *out)
{
    ASSERT(call_at(n, slot)->state == CALL_RUNNING);
    end(n, slot, NODE_TRAPPED, now, out);
}
