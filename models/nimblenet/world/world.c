/*
 * The world's handlers: robots trigger, nodes step, executors speak.
 */
#include "models/nimblenet/world/ahead.h"
#include "models/nimblenet/world/express.h"
#include "models/nimblenet/world/world_state.h"

/* ---- carrying out what a node wants ---- */

/* A call that starts an older version than there was when it came will be answered stale. */
static void note_version(const struct world *w, struct world_call *call,
                         const struct node_action *a)
{
    call->is_stale |= a->run.version < world_version_at(w, a->run.tasklet, call->trigger.at);
}

static SIM_NOINLINE void run(struct world *w, uint32_t node, sim_time now,
                             const struct node_action *a)
{
    struct cpu *cpu = &w->node[node].cpu;
    const bool starts = a->kind == NODE_RUN;
    happenings_run(&w->node[node].happenings, now, a);
    if (world_is_watched(w)) {
        world_tell(w, starts ? WORLD_EV_RUN : WORLD_EV_RESUMED, now, node, UINT32_MAX,
                   a->run.tasklet, a->run.call_id, 0);
    }
    if (w->spec.updates > 0 && starts) {
        note_version(w, world_call_at(w, node, (uint32_t)a->run.call_id), a);
    }
    const struct driver *d = &w->driver;
    const sim_time time =
        starts ? d->run(d->context, node, cpu, a->run.slot, a->run.level, a->run.tasklet)
               : d->resume(d->context, node, cpu, a->run.slot, a->run.level);
    const sim_time left = w->spec.duration_ns - now;
    if (time > left) {
        cpu->busy_ns -= time - left; /* the rest would be computed after the run */
    }
    world_count_busy(w, &w->node[node], now, now + (time < left ? time : left), 1);
    if (w->words_wait) {
        ahead_expect(w, &w->node[node], now + time, a->run.slot);
        return;
    }
    const uint32_t open = (uint32_t)a->run.call_id;
    const ev_id end = engine_schedule(&w->engine, node, node, now + time, EV_ANY_ORDER, WORLD_EXEC,
                                      a->run.slot, &open, sizeof open);
    if (SIM_UNLIKELY(w->spec.outages != NULL)) {
        struct world_node *n = &w->node[node];
        n->segment[a->run.slot] = (struct world_segment){end, now + time};
        n->segments = a->run.slot < n->segments ? n->segments : a->run.slot + 1;
    }
}

static void count_answer(const struct world *w, struct world_node *n, sim_time now,
                         const struct node_action *a)
{
    struct world_sums *t = &n->sums;
    if (a->answer.outcome != NODE_COMPLETED) {
        t->failed++;
        t->refused += a->answer.outcome == NODE_REFUSED;
        t->failed_down += a->answer.outcome == NODE_WENT_DOWN;
        return;
    }
    struct world_bin *bin = world_bin_at(w, n, now);
    t->completed++;
    t->response_ns += a->answer.response_ns;
    t->queueing_ns += a->answer.queueing_ns;
    t->acquisition_ns += a->answer.acquisition_ns;
    bin->completed++;
    bin->response_ns += a->answer.response_ns;
    bin->queueing_ns += a->answer.queueing_ns;
    bin->acquisition_ns += a->answer.acquisition_ns;
    const uint32_t response = bins_index(a->answer.response_ns);
    n->responses[response]++;
    n->shortest = response < n->shortest ? response : n->shortest;
    n->longest = response > n->longest ? response : n->longest;
}

static SIM_NOINLINE void answer(struct world *w, uint32_t node, sim_time now,
                                const struct node_action *a)
{
    const uint32_t open = (uint32_t)a->answer.call_id;
    struct world_call *call = world_call_at(w, node, open);
    if (SIM_UNLIKELY(call->queueing_ns > 0)) { /* in a pause, of which the core knows nothing */
        struct node_action whole = *a;
        whole.answer.response_ns += call->queueing_ns;
        whole.answer.queueing_ns += call->queueing_ns;
        call->queueing_ns = 0;
        answer(w, node, now, &whole);
        return;
    }
    happenings_answered(&w->node[node].happenings, now, a);
    if (world_is_watched(w)) {
        world_tell(w, WORLD_EV_ANSWERED, now, node, UINT32_MAX, UINT32_MAX, open,
                   (int)a->answer.outcome);
    }
    count_answer(w, &w->node[node], now, a);
    call->status = a->answer.outcome == NODE_COMPLETED ? WORLD_COMPLETED : WORLD_FAILED;
    call->response_ns = a->answer.response_ns;
    call->queueing_ns = a->answer.queueing_ns;
    call->acquisition_ns = a->answer.acquisition_ns;
    w->node[node].sums.stale += call->is_stale && call->status == WORLD_COMPLETED;
    world_tell_call(w, call);
    pool_give(&w->node[node].open, open);
}

/* Whose step it is. */
struct stepping {
    struct world *world;
    sim_time now;
    uint32_t node;
};

static SIM_NOINLINE void hold(struct world *w, uint32_t node, sim_time now,
                              const struct node_action *a)
{
    const uint32_t tasklet = a->binary.tasklet;
    const bool is_stored = a->kind == NODE_STORED;
    happenings_held(&w->node[node].happenings, now, w->spec.setup->catalogue, a);
    if (w->express != NULL) {
        (is_stored ? express_stored : express_evicted)(w, node, now, tasklet);
    }
    if (w->words_wait && !is_stored) {
        ahead_evicted(w, &w->node[node], tasklet);
    }
    world_tell_held(w, node, now, a);
}

/* What is retired is held no more as far as others are concerned. Words and short cuts do not come
 * with it: world_obstacle() has seen to that. */
static SIM_NOINLINE void retire(struct world *w, uint32_t node, sim_time now,
                                const struct node_action *a)
{
    ASSERT(w->express == NULL && !w->words_wait);
    happenings_retired(&w->node[node].happenings, now, w->spec.setup->catalogue, a);
    world_tell_held(w, node, now, a);
}

static void carry_out(void *context, const struct node_action *a)
{
    const struct stepping *s = context;
    switch (a->kind) {
    case NODE_SEND:
        transport_send(s->world, s->node, s->now, a->send.port, a->send.message);
        break;
    case NODE_FLOOD:
        transport_flood(s->world, s->node, s->now, a->send.port, a->send.message);
        break;
    case NODE_WANTED:
    case NODE_ATTEMPT_LOST:
        happenings_wanted(&s->world->node[s->node].happenings, s->now, a);
        break;
    case NODE_RUN:
    case NODE_RESUME:
        run(s->world, s->node, s->now, a);
        break;
    case NODE_STORED:
    case NODE_EVICTED:
        hold(s->world, s->node, s->now, a);
        break;
    case NODE_RETIRED:
    case NODE_DROPPED:
        retire(s->world, s->node, s->now, a);
        break;
    case NODE_ACQUIRED:
    case NODE_NOT_ACQUIRED:
        happenings_acquired(&s->world->node[s->node].happenings, s->now, a);
        if (SIM_UNLIKELY(s->world->hears_acquisitions)) {
            world_tell_acquisition(s->world, s->node, s->now, a);
        }
        break;
    case NODE_ANSWER:
        answer(s->world, s->node, s->now, a);
        break;
    }
}

static void tell_and_carry_out(void *context, const struct node_action *a)
{
    const struct stepping *s = context;
    const struct world_observer *observer = &s->world->spec.observer;
    observer->action(observer->context, s->node, a);
    carry_out(context, a);
}

/* Moves the node's pending wake-up forward. */
static SIM_NOINLINE void wake_earlier(struct world *w, struct world_node *n, sim_time wanted)
{
    const uint32_t node = n->core.self;
    (void)engine_cancel(&w->engine, n->wake);
    n->wake = engine_schedule(&w->engine, node, node, wanted, EV_ANY_ORDER, WORLD_WAKE, 0, NULL, 0);
    n->wake_at = wanted;
    n->wake_sequence = w->engine.entity[node].scheduled - 1;
}

/* After a pause timeouts are first. */
static SIM_NOINLINE void catch_up(struct world *w, struct world_node *n, sim_time now)
{
    const struct node_event timeout = {.kind = NODE_TIMEOUT};
    (void)engine_cancel(&w->engine, n->wake);
    n->wake = EV_NONE;
    n->wake_at = SIM_TIME_NEVER;
    n->is_overdue = false;
    if (world_is_watched(w)) {
        world_tell(w, WORLD_EV_TIMEOUT, now, n->core.self, UINT32_MAX, UINT32_MAX, UINT64_MAX, 0);
    }
    world_step_node(w, n, now, &timeout);
}

void world_step_node(struct world *w, struct world_node *n, sim_time now,
                     const struct node_event *ev)
{
    if (SIM_UNLIKELY(n->is_overdue)) {
        catch_up(w, n, now);
    }
    struct stepping stepping = {.world = w, .now = now, .node = n->core.self};
    const struct node_sink sink = {w->act, &stepping};
    sim_time wanted;
    enum sim_status status;
    if (SIM_LIKELY(w->driver.step == NULL)) {
        status = node_step(&n->core, now, ev, &sink);
        wanted = node_next_timeout(&n->core);
    } else {
        status = w->driver.step(w->driver.context, n->core.self, now, ev, &sink, &wanted);
    }
    if (SIM_UNLIKELY(status != SIM_OK)) {
        engine_fail(&w->engine, status);
        return;
    }
    if (wanted < n->wake_at) {
        wake_earlier(w, n, wanted);
    }
}

void world_carry_out(struct world *w, uint32_t node, sim_time now, const struct node_action *a)
{
    struct stepping stepping = {.world = w, .now = now, .node = node};
    w->act(&stepping, a);
}

void world_restart_node(struct world *w, uint32_t node, sim_time now)
{
    struct stepping stepping = {.world = w, .now = now, .node = node};
    const struct node_sink sink = {w->act, &stepping};
    const enum sim_status status = w->driver.restart(w->driver.context, node, now, &sink);
    if (status != SIM_OK) {
        engine_fail(&w->engine, status);
    }
}

/* ---- handlers ---- */

/* A call as it travels from robot to node; when, whence and whither its event says. */
struct call_payload {
    uint64_t call_id;
    struct floor_point position;
    uint32_t chain;
};
_Static_assert(sizeof(struct call_payload) <= EV_PAYLOAD_BYTES, "a call fits into an event");

/* With its call a robot goes on to its next; or it does so at an event of its own. */
enum call_arg { CALL_ALONE, CALL_GOES_ON };

static void expect_call(struct world *w, const struct robot_trigger *trigger, enum call_arg arg)
{
    const struct call_payload payload = {trigger->call_id, trigger->position, trigger->chain};
    (void)engine_schedule(&w->engine, w->spec.setup->node_count + trigger->robot, trigger->node,
                          trigger->at, EV_ANY_ORDER, WORLD_CALL, arg, &payload, sizeof payload);
}

void world_expect_call(struct world *w, const struct robot_trigger *trigger)
{
    expect_call(w, trigger, CALL_ALONE);
}

/* Finds the next few; none behind the first that the run does not see. */
static SIM_NOINLINE void foresee(const struct world *w, const struct world_robot *r)
{
    struct world_track *t = r->track;
    t->foreseen = WORLD_FORESEEN;
    for (uint32_t i = 0; i < WORLD_FORESEEN; i++) {
        t->trigger[i] = robot_next(&t->robot, &w->spec.robots, w->spec.floor, r->chains);
        if (t->trigger[i].at > w->spec.duration_ns) {
            return;
        }
    }
}

static struct robot_trigger next_trigger(const struct world *w, struct world_robot *r)
{
    if (w->spec.calls != NULL) {
        return calls_next(w->spec.calls, &r->told, &w->spec.robots);
    }
    if (r->track->foreseen == 0) {
        foresee(w, r);
    }
    return r->track->trigger[WORLD_FORESEEN - r->track->foreseen--];
}

/* A robot is ready for its next call just before it makes this one: two events of one instant would
 * have to be put in order. */
static void prepare_event(struct world *w, uint32_t number, const struct robot_trigger *due)
{
    const uint32_t entity = w->spec.setup->node_count + number;
    const bool calls = due->node != FLOOR_NOBODY && due->at > w->engine.now;
    (void)engine_prepare(&w->engine, entity, entity, calls ? due->at - 1 : due->at, EV_ANY_ORDER,
                         WORLD_TRIGGER, 0);
    if (due->node != FLOOR_NOBODY) {
        world_expect_call(w, due);
    }
}

/*
 * Over the short cut a robot goes on in the event of its call, which is no other entity's business
 * there, and passes over triggers that nobody hears of. Where several are in one instant, each has
 * its event, for the order.
 */
static void prepare_trigger(struct world *w, uint32_t number)
{
    struct world_robot *r = &w->robot[number];
    struct robot_trigger *due = &r->due;
    for (;;) {
        *due = r->next;
        if (due->at > w->spec.duration_ns) {
            return;
        }
        r->next = next_trigger(w, r);
        const bool is_short = w->express != NULL && r->next.at > due->at;
        if (is_short && due->node != FLOOR_NOBODY) {
            expect_call(w, due, CALL_GOES_ON);
            return;
        }
        if (!is_short || due->node != FLOOR_NOBODY || w->spec.observer.missed != NULL) {
            prepare_event(w, number, due);
            return;
        }
        r->triggers++;
        r->out_of_contact++;
    }
}

static void on_trigger(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    const uint32_t number = ev->self - w->spec.setup->node_count;
    ASSERT(ev->self >= w->spec.setup->node_count && number < w->spec.robots.count);
    struct world_robot *r = &w->robot[number];
    r->triggers++;
    if (r->due.node == FLOOR_NOBODY) {
        r->out_of_contact++;
        if (w->spec.observer.missed != NULL) {
            const struct world_call call = {
                .trigger = r->due,
                .status = WORLD_OUT_OF_CONTACT,
            };
            w->spec.observer.missed(w->spec.observer.context, &call);
        }
    }
    prepare_trigger(w, number);
}

static void go_on(struct world *w, uint32_t robot)
{
    ASSERT(robot < w->spec.robots.count);
    w->robot[robot].triggers++;
    prepare_trigger(w, robot);
}

/* The node's record of a call that reaches it. */
static uint32_t open_call(struct world *w, const struct engine_event *ev)
{
    struct call_payload payload;
    memcpy(&payload, ev->payload, sizeof payload);
    const uint32_t open = pool_take(&w->node[ev->self].open);
    ASSERT(open != POOL_NONE); /* one more than the core holds: the one that it refuses */
    *world_call_at(w, ev->self, open) = (struct world_call){
        .trigger =
            {
                .call_id = payload.call_id,
                .at = ev->now,
                .robot = ev->source - w->spec.setup->node_count,
                .chain = payload.chain,
                .node = ev->self,
                .position = payload.position,
            },
        .status = WORLD_PENDING,
    };
    return open;
}

static void on_call(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    struct world_node *n = &w->node[ev->self];
    ahead_hear_before(w, n, ev->now);
    if (ev->arg == CALL_GOES_ON) {
        go_on(w, ev->source - w->spec.setup->node_count);
    }
    const uint32_t open = open_call(w, ev);
    const uint32_t chain = world_call_at(w, ev->self, open)->trigger.chain;
    n->calls++;
    happenings_note(&n->happenings, ev->now, HAPPENING_CALL, 0, chain, 0);
    if (world_is_watched(w)) {
        world_tell(w, WORLD_EV_CALL, ev->now, ev->self, UINT32_MAX, chain, open, 0);
    }
    if (SIM_UNLIKELY(fault_is_down(w, ev->self, ev->now))) {
        fault_refuse_call(w, ev->self, ev->now, open, chain);
        return;
    }
    if (SIM_UNLIKELY(n->held_calls > 0 || pause_is_on(w, ev->self, ev->now))) {
        pause_hold_call(w, n, ev->now, open);
        return;
    }
    const struct node_event call = {.kind = NODE_CALL, .call_id = open, .tasklet = chain};
    world_step_node(w, n, ev->now, &call);
}

static void on_wake(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    struct world_node *n = &w->node[ev->self];
    if (SIM_UNLIKELY(pause_is_on(w, ev->self, ev->now))) {
        pause_hold_timeout(w, n, ev->now);
        return;
    }
    ahead_hear_before_wake(w, n, ev->now);
    n->wake = EV_NONE;
    n->wake_at = SIM_TIME_NEVER;
    n->is_overdue = false;
    if (world_is_watched(w)) {
        world_tell(w, WORLD_EV_TIMEOUT, ev->now, ev->self, UINT32_MAX, UINT32_MAX, UINT64_MAX, 0);
    }
    const struct node_event timeout = {.kind = NODE_TIMEOUT};
    world_step_node(w, n, ev->now, &timeout);
    ahead_hear(w, n, ev->now);
}

static SIM_ALWAYS_INLINE enum sim_status word_of(struct world *w, struct world_node *n,
                                                 uint32_t slot, struct driver_word *word)
{
    const struct driver *d = &w->driver;
    if (SIM_UNLIKELY(d->speak != NULL)) {
        return d->speak(d->context, n->core.self, &n->cpu, slot, word);
    }
    *word = driver_foretold(&n->cpu, slot);
    return SIM_OK;
}

/* What runs for a slot has its word; open is told to who watches. */
static void hear(struct world *w, struct world_node *n, sim_time now, uint32_t slot, uint32_t open)
{
    const uint32_t node = n->core.self;
    const uint32_t speaker = cpu_runs(&n->cpu, slot);
    struct driver_word word;
    const enum sim_status status = word_of(w, n, slot, &word);
    if (SIM_UNLIKELY(status != SIM_OK)) {
        engine_fail(&w->engine, status);
        return;
    }
    const bool returns = word.kind != NODE_EXEC_CALLS;
    happenings_note(&n->happenings, now, returns ? HAPPENING_ENDED : HAPPENING_SUSPENDED, 0,
                    speaker, 0);
    if (world_is_watched(w)) {
        world_tell(w, returns ? WORLD_EV_RETURNED : WORLD_EV_SUBCALL, now, node, UINT32_MAX,
                   word.callee, open, 0);
    }
    const struct node_event spoken = {.kind = word.kind, .slot = slot, .tasklet = word.callee};
    world_step_node(w, n, now, &spoken);
}

void world_hear(struct world *w, struct world_node *n, sim_time now, uint32_t slot)
{
    ASSERT(!world_is_watched(w)); /* nobody asks whose word it is */
    hear(w, n, now, slot, UINT32_MAX);
}

static void on_exec(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    uint32_t open;
    if (SIM_UNLIKELY(pause_is_on(w, ev->self, ev->now))) {
        pause_hold_word(w, &w->node[ev->self], ev);
        return;
    }
    memcpy(&open, ev->payload, sizeof open);
    hear(w, &w->node[ev->self], ev->now, ev->arg, open);
}

static void on_update(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct world *w = context;
    ASSERT(ev->arg < w->spec.updates && ev->self >= w->spec.setup->registry);
    const uint32_t tasklet = w->spec.update[ev->arg].tasklet;
    if (SIM_UNLIKELY(pause_is_on(w, ev->self, ev->now))) {
        pause_hold_update(w, ev);
        return;
    }
    happenings_note(&w->node[ev->self].happenings, ev->now, HAPPENING_UPDATED, 0, tasklet, 0);
    if (world_is_watched(w)) {
        world_tell(w, WORLD_EV_UPDATED, ev->now, ev->self, UINT32_MAX, tasklet, UINT64_MAX, 0);
    }
    const struct node_event update = {.kind = NODE_UPDATE, .tasklet = tasklet};
    world_step_node(w, &w->node[ev->self], ev->now, &update);
    if (w->express != NULL) {
        express_updated(w, ev->self, ev->now, tasklet);
    }
}

/* ---- the beginning ---- */

/* All registries have a new version at once. */
static void expect_updates(struct world *w)
{
    const struct node_setup *setup = w->spec.setup;
    for (uint32_t i = 0; i < w->spec.updates; i++) {
        for (uint32_t registry = setup->registry; registry < setup->node_count; registry++) {
            (void)engine_schedule(&w->engine, registry, registry, w->spec.update[i].at,
                                  EV_ANY_ORDER, WORLD_UPDATE, i, NULL, 0);
        }
    }
}

void world_start(struct world *w)
{
    w->started = true;
    w->hears_acquisitions = world_is_watched(w) || w->spec.observer.acquisition != NULL;
    w->act = w->spec.observer.action != NULL ? tell_and_carry_out : carry_out;
    engine_handle(&w->engine, WORLD_TRIGGER, on_trigger, w);
    engine_handle(&w->engine, WORLD_CALL, on_call, w);
    engine_handle(&w->engine, WORLD_FRAME, transport_on_frame, w);
    engine_handle(&w->engine, WORLD_WAKE, on_wake, w);
    engine_handle(&w->engine, WORLD_EXEC, w->words_wait ? ahead_on_word : on_exec, w);
    engine_handle(&w->engine, WORLD_RESEND, radio_on_resend, w);
    engine_handle(&w->engine, WORLD_HANDLED, radio_on_handled, w);
    engine_handle(&w->engine, WORLD_CHATTER, radio_on_chatter, w);
    engine_handle(&w->engine, WORLD_FAULT, fault_on_change, w);
    engine_handle(&w->engine, WORLD_UPDATE, on_update, w);
    engine_handle(&w->engine, WORLD_EXPRESS, express_on_message, w);
    engine_handle(&w->engine, WORLD_SPOILT, radio_on_spoilt, w);
    engine_handle(&w->engine, WORLD_PAUSE, pause_on_change, w);
    engine_handle(&w->engine, WORLD_HELD, pause_on_held, w);
    expect_updates(w);
    const struct robot_spec *spec = &w->spec.robots;
    for (uint32_t i = 0; i < spec->count; i++) {
        struct world_robot *r = &w->robot[i];
        if (w->spec.calls != NULL) {
            r->told = calls_of(w->spec.calls, i);
        } else {
            robot_init(&r->track->robot, spec, i, r->chains);
        }
        r->next = next_trigger(w, r);
        prepare_trigger(w, i);
    }
    radio_start_chatter(w);
    fault_start(w);
    pause_start(w);
}
