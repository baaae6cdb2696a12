#include "models/nimblenet/core/call.h"

#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/actions.h"
#include "models/nimblenet/core/executor.h"
#include "models/nimblenet/core/version.h"

static void answer(struct node *n, uint32_t slot, enum node_outcome outcome, sim_time now,
                   const struct node_sink *out)
{
    const struct call *c = call_at(n, slot);
    actions_do(out, &(struct node_action){
                        .kind = NODE_ANSWER,
                        .answer =
                            {
                                .call_id = c->call_id,
                                .slot = slot,
                                .chain = c->stack[0],
                                .outcome = outcome,
                                .response_ns = now - c->triggered,
                                .acquisition_ns = c->acquisition_ns,
                                .queueing_ns = c->queueing_ns,
                            },
                    });
}

/* ---- the agenda: what is first is done first, with all that comes of it ---- */

/* Whoever comes before a call that leaves takes over the orphans that were to look behind it. */
static void leave_agenda(struct node *n, struct call *c)
{
    if (!c->is_on_agenda) {
        return;
    }
    c->is_on_agenda = false;
    if (c->before == POOL_NONE) {
        n->agenda = c->behind;
        n->adopt |= c->adopts_behind;
    } else {
        call_at(n, c->before)->behind = c->behind;
        call_at(n, c->before)->adopts_behind |= c->adopts_behind;
    }
    if (c->behind != POOL_NONE) {
        call_at(n, c->behind)->before = c->before;
    }
}

static void put_first(struct node *n, uint32_t slot)
{
    struct call *c = call_at(n, slot);
    leave_agenda(n, c);
    c->is_on_agenda = true;
    c->adopts_behind = n->adopt;
    n->adopt = false;
    c->before = POOL_NONE;
    c->behind = n->agenda;
    if (n->agenda != POOL_NONE) {
        call_at(n, n->agenda)->before = slot;
    }
    n->agenda = slot;
}

/* ---- the end ---- */

static void end(struct node *n, uint32_t slot, enum node_outcome outcome)
{
    struct call *c = call_at(n, slot);
    n->calls_running -= c->state == CALL_RUNNING;
    c->state = CALL_ENDING;
    c->outcome = (uint8_t)outcome;
    put_first(n, slot);
}

/* Which version runs at a level of the stack; a call keeps it to the end. */
static uint32_t version_at(const struct node *n, const struct call *c, uint32_t level)
{
    return n->newest != NULL ? c->stack[n->setup->catalogue->depth + level] : 0;
}

static void push(const struct node *n, struct call *c, uint32_t tasklet, uint32_t version)
{
    c->stack[c->depth] = tasklet;
    if (n->newest != NULL) {
        c->stack[n->setup->catalogue->depth + c->depth] = version;
    }
    c->depth++;
}

static void pop(struct node *n, struct call *c, const struct node_sink *out)
{
    const uint32_t version = version_at(n, c, --c->depth);
    acquire_release(n, c->stack[c->depth], version, out);
}

/* What is preloaded is never retired, so any version's number would do. */
static void release_all(struct node *n, struct call *c, const struct node_sink *out)
{
    const struct tasklet *chain = &n->setup->catalogue->tasklet[c->stack[0]];
    for (uint32_t i = 0; i < c->needs_asked; i++) {
        if ((c->needs_mask >> i & 1) != 0) {
            acquire_release(n, n->setup->catalogue->need[chain->first_need + i], 0, out);
        }
    }
    while (c->depth > 0) {
        pop(n, c, out);
    }
}

/* Gives up one fetch; or, where none is left, whatever else it holds, and answers. */
static void end_further(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    if (c->fetches > 0) {
        c->fetches--;
        acquire_cancel(n, slot, now);
        return;
    }
    leave_agenda(n, c);
    release_all(n, c, out);
    c->state = CALL_OVER;
    const bool had_executor = c->has_executor;
    answer(n, slot, (enum node_outcome)c->outcome, now, out);
    pool_give(&n->calls, slot);
    if (had_executor) {
        executor_free(n, now, out);
    }
}

/* Lets the executor start or continue the tasklet on top of the call's stack. */
static void run_top(struct node *n, uint32_t slot, enum node_action_kind kind,
                    const struct node_sink *out)
{
    const struct call *c = call_at(n, slot);
    ASSERT(c->has_executor && c->depth > 0);
    const uint32_t level = c->depth - 1;
    actions_do(out, &(struct node_action){
                        .kind = kind,
                        .run =
                            {
                                .call_id = c->call_id,
                                .slot = slot,
                                .level = level,
                                .tasklet = c->stack[level],
                                .version = version_at(n, c, level),
                            },
                    });
}

static void ask_executor(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    c->state = CALL_QUEUED;
    c->since = now;
    executor_queue(n, slot, now, out);
}

/* ---- preloading (paper, section 4.1) ---- */

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

/* Whether all that is to be preloaded is here. */
static bool is_preloaded(const struct node *n, const struct call *c)
{
    return n->setup->protocol.preload == NODE_PRELOAD_NONE ||
           c->needs_held == n->setup->catalogue->tasklet[c->stack[0]].need_count;
}

/* The chain itself is here, or one more of what is preloaded. */
static void go_on_with(struct node *n, uint32_t slot, uint32_t tasklet, uint32_t version,
                       sim_time now, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    if (c->depth == 0) {
        push(n, c, tasklet, version);
    } else {
        keep_need(n, c, tasklet);
    }
    if (is_preloaded(n, c)) {
        leave_agenda(n, c);
        c->acquisition_ns += now - c->since;
        ask_executor(n, slot, now, out);
    } else if (n->setup->protocol.preload == NODE_PRELOAD_PARALLEL || c->fetches == 0) {
        put_first(n, slot);
    }
}

/* Holds the next need, or fetches it where it is not here. */
static void ask_for_need(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    const struct catalogue *catalogue = n->setup->catalogue;
    const uint32_t first = catalogue->tasklet[c->stack[0]].first_need;
    const uint32_t need = catalogue->need[first + c->needs_asked++];
    if (!version_is_outdated(n, need) && cache_hold(&n->cache, need)) {
        go_on_with(n, slot, need, 0, now, out);
        return;
    }
    c->fetches++;
    acquire_start(n, slot, need, now, out);
}

/* Asks for the next need: in sequence where none is under way, else at once for one after another.
 */
static void preload_further(struct node *n, uint32_t slot, sim_time now,
                            const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    const bool all_asked = c->needs_asked == n->setup->catalogue->tasklet[c->stack[0]].need_count;
    if (all_asked || n->setup->protocol.preload == NODE_PRELOAD_SEQUENTIAL) {
        leave_agenda(n, c);
    }
    if (!all_asked) {
        ask_for_need(n, slot, now, out);
    }
}

void call_go_on(struct node *n, sim_time now, const struct node_sink *out)
{
    const uint32_t slot = n->agenda;
    if (call_at(n, slot)->state == CALL_ENDING) {
        end_further(n, slot, now, out);
    } else {
        preload_further(n, slot, now, out);
    }
}

/* ---- from trigger to answer ---- */

static void refuse(uint64_t call_id, uint32_t chain, const struct node_sink *out)
{
    actions_do(out, &(struct node_action){
                        .kind = NODE_ANSWER,
                        .answer =
                            {
                                .call_id = call_id,
                                .slot = POOL_NONE,
                                .chain = chain,
                                .outcome = NODE_REFUSED,
                            },
                    });
}

void call_trigger(struct node *n, uint64_t call_id, uint32_t chain, sim_time now,
                  const struct node_sink *out)
{
    if (chain >= n->setup->catalogue->count) {
        n->stats.foreign++;
        refuse(call_id, chain, out);
        return;
    }
    const uint32_t slot = pool_take(&n->calls);
    if (slot == POOL_NONE) {
        refuse(call_id, chain, out);
        return;
    }
    struct call *c = call_at(n, slot);
    *c = (struct call){
        .state = CALL_ACQUIRING,
        .fetches = 1,
        .asked = {POOL_NONE, POOL_NONE},
        .call_id = call_id,
        .triggered = now,
        .since = now,
    };
    c->stack[0] = chain;
    acquire_start(n, slot, chain, now, out);
}

static void start_top(struct node *n, uint32_t slot, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    n->calls_running += c->state != CALL_RUNNING;
    c->state = CALL_RUNNING;
    run_top(n, slot, NODE_RUN, out);
}

void executor_granted(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    c->queueing_ns += now - c->since;
    c->has_executor = true;
    start_top(n, slot, out);
}

void call_acquired(struct node *n, uint32_t slot, uint32_t tasklet, uint32_t version, sim_time now,
                   const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->fetches > 0);
    c->fetches--;
    if (c->state == CALL_ENDING) {
        acquire_release(n, tasklet, version, out); /* it comes too late */
        return;
    }
    if (c->state == CALL_CALLING) {
        if (now > c->since) { /* it was not here */
            c->acquisition_ns += now - c->since;
        }
        push(n, c, tasklet, version);
        if (c->has_executor) {
            start_top(n, slot, out);
        } else {
            ask_executor(n, slot, now, out);
        }
        return;
    }
    ASSERT(c->state == CALL_ACQUIRING);
    go_on_with(n, slot, tasklet, version, now, out);
}

void call_not_acquired(struct node *n, uint32_t slot, bool too_large, sim_time now)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->fetches > 0);
    c->fetches--;
    if (c->state != CALL_ENDING) {
        c->acquisition_ns += now - c->since;
        n->stats.too_large += too_large;
        end(n, slot, NODE_FAILED);
    }
}

uint64_t call_held_bytes(const struct node *n, const struct call *c)
{
    const struct catalogue *catalogue = n->setup->catalogue;
    const uint32_t first_need = c->depth > 0 ? catalogue->tasklet[c->stack[0]].first_need : 0;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < c->depth; i++) {
        bytes += catalogue->tasklet[c->stack[i]].size_bytes;
    }
    /* Once it runs, all that was preloaded is here, and nothing is waited for. */
    for (uint32_t i = 0; call_is_preloading(c) && i < c->needs_asked; i++) {
        const bool is_held = (c->needs_mask >> i & 1) != 0;
        bytes += is_held ? catalogue->tasklet[catalogue->need[first_need + i]].size_bytes : 0;
    }
    return bytes;
}

void call_on_subcall(struct node *n, uint32_t slot, uint32_t tasklet, sim_time now,
                     const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->state == CALL_RUNNING);
    if (tasklet >= n->setup->catalogue->count || c->depth == n->setup->catalogue->depth) {
        n->stats.foreign++;
        end(n, slot, NODE_TRAPPED); /* it calls what is not there, or itself */
        return;
    }
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
        node_finish_agenda(n, now, out);
        executor_free(n, now, out); /* behind the queue's tail, where a cached one now stands */
    }
}

void call_on_finished(struct node *n, uint32_t slot, const struct node_sink *out)
{
    struct call *c = call_at(n, slot);
    ASSERT(c->state == CALL_RUNNING && c->depth > 0);
    if (c->depth == 1) {
        end(n, slot, NODE_COMPLETED);
        return;
    }
    pop(n, c, out);
    run_top(n, slot, NODE_RESUME, out);
}

void call_on_trapped(struct node *n, uint32_t slot)
{
    ASSERT(call_at(n, slot)->state == CALL_RUNNING);
    end(n, slot, NODE_TRAPPED);
}

void call_lose_all(struct node *n, sim_time now, const struct node_sink *out)
{
    for (uint32_t slot = 0; slot < n->calls.fresh; slot++) {
        if (call_at(n, slot)->state != CALL_OVER) {
            answer(n, slot, NODE_WENT_DOWN, now, out);
        }
    }
}
