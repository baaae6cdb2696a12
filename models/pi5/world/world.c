#include "models/pi5/world/world.h"

#include <stdio.h>
#include <stdlib.h>

enum { BEGIN, DONE, WAKE }; /* kinds of events */

/* ---- the processor ---- */

/* One event is pending for the next task that is done; it moves when that does. */
static void await_done(struct pi5_world *w)
{
    const sim_time next = server_next(&w->server, NULL);
    if (next == w->done_at) {
        return;
    }
    if (w->done_at != SIM_TIME_NEVER) {
        (void)engine_cancel(&w->engine, w->done);
    }
    w->done_at = next;
    if (next != SIM_TIME_NEVER) {
        w->done = engine_schedule(&w->engine, 0, 0, next, EV_ANY_ORDER, DONE, 0, NULL, 0);
    }
}

/* Cores are in use evenly from one change to the next. */
static void tell_computed(struct pi5_world *w)
{
    const sim_time now = w->server.now, core_ns = w->server.core_ns - w->told_ns;
    if (w->observer.computed != NULL && core_ns > 0) {
        w->observer.computed(w->observer.context, w->told_until, now, core_ns);
    }
    w->told_until = now;
    w->told_ns += core_ns;
}

/* Memory in use has changed. */
static void settle_memory(struct pi5_world *w, sim_time now)
{
    const struct pi5_scheduler *s = &w->scheduler;
    tell_computed(w);
    const int64_t over = s->used_bytes - s->cap_bytes;
    w->peak_bytes = s->used_bytes > w->peak_bytes ? s->used_bytes : w->peak_bytes;
    w->was_over_cap |= over > 0 && !s->is_sequential;
    if (w->spec->overcommit == PI5_OVERCOMMIT_THRASH) {
        const double share = over > 0 ? (double)over / (double)s->cap_bytes : 0;
        const double factor = 1 + w->spec->thrash * share;
        server_slow_down(&w->server, now, factor < SERVER_PHI_MAX ? factor : SERVER_PHI_MAX);
    }
    if (w->observer.memory != NULL) {
        w->observer.memory(w->observer.context, now, s->used_bytes, s->running, s->is_sequential);
    }
}

/* ---- what the scheduler decides is carried out ---- */

static void note(struct pi5_world *w, sim_time now, uint32_t what, uint32_t task)
{
    w->digest = digest_three(w->digest, (uint64_t)now, (uint64_t)what << 32 | task,
                             (uint64_t)w->scheduler.used_bytes);
}

static void start(struct pi5_world *w, sim_time now, const struct pi5_decision *d)
{
    const struct pi5_task *task = &w->batch->task[d->task];
    struct pi5_outcome *outcome = &w->outcome[d->task];
    const bool is_pinned = w->spec->policy.pin;
    const double time = (double)task->time_ns;
    const sim_time work = is_pinned ? task->time_ns : (sim_time)(time * w->work_factor);
    pi5_started(&w->scheduler, d, task->memory_bytes);
    const server_job job = server_arrive(&w->server, now, is_pinned ? d->worker : 0, work, d->task);
    ASSERT(job != SERVER_NO_JOB); /* as many as the scheduler has slots */
    outcome->phase = PI5_RUNNING;
    outcome->decision = *d;
    outcome->start_ns = now;
    w->sequential += d->action == PI5_ALONE;
    w->migrations += is_pinned ? 0 : time * w->spec->migrations_per_s / 1e9;
    note(w, now, PI5_RUNNING, d->task);
    settle_memory(w, now);
}

static void fail(struct pi5_world *w, sim_time now, const struct pi5_decision *d)
{
    pi5_failed(&w->scheduler, d);
    w->outcome[d->task].failed_ns = now;
    w->outcome[d->task].failed_at = d->worker;
    w->outcome[d->task].beside_bytes = w->scheduler.used_bytes;
    note(w, now, PI5_WAITING, d->task);
    (void)engine_schedule(&w->engine, 0, 0, now + w->spec->fail_ns, EV_ANY_ORDER, WAKE, d->worker,
                          NULL, 0);
}

static void schedule(struct pi5_world *w, sim_time now)
{
    for (;;) {
        const struct pi5_decision d = pi5_next(&w->scheduler);
        if (d.action == PI5_WAIT || d.action == PI5_DONE) {
            break;
        }
        if (pi5_may_start(&w->scheduler, &d, w->batch->task[d.task].memory_bytes)) {
            start(w, now, &d);
        } else {
            fail(w, now, &d);
        }
    }
    await_done(w);
}

/* ---- what happens ---- */

static void on_begin(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    schedule(context, ev->now);
}

static void on_done(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct pi5_world *w = context;
    const struct server_end end = server_finish(&w->server, ev->now);
    const uint32_t id = (uint32_t)end.tag;
    struct pi5_outcome *outcome = &w->outcome[id];
    outcome->phase = PI5_COMPLETED;
    outcome->end_ns = w->makespan_ns = ev->now;
    w->completed++;
    w->done_time_ns += w->batch->task[id].time_ns;
    w->done_work_ns += end.work_ns;
    w->done_at = SIM_TIME_NEVER;
    pi5_ended(&w->scheduler, &outcome->decision, w->batch->task[id].memory_bytes);
    note(w, ev->now, PI5_COMPLETED, id);
    settle_memory(w, ev->now);
    schedule(w, ev->now);
}

static void on_wake(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct pi5_world *w = context;
    pi5_woke(&w->scheduler, ev->arg);
    schedule(w, ev->now);
}

/* ---- a run ---- */

static bool take_memory(struct pi5_world *w)
{
    const struct pi5_node_spec *spec = w->spec;
    const size_t tasks = (size_t)w->batch->count + 1;
    struct pi5_scheduler *s = &w->scheduler;
    w->outcome = calloc(tasks, sizeof *w->outcome);
    s->worker = calloc(spec->cores, sizeof *s->worker);
    s->again = calloc(tasks, sizeof *s->again);
    const struct server_plan plan = {
        .order = spec->policy.pin ? SERVER_PINNED : SERVER_SHARED,
        .cores = spec->cores,
        .slots = spec->cores * spec->per_core,
    };
    /* A task starts, fails and ends at most once each; every one of these moves one event. */
    const uint32_t events = 4 * w->batch->count + 16;
    return w->outcome != NULL && s->worker != NULL && s->again != NULL &&
           server_init(&w->server, &plan) == SIM_OK && engine_init(&w->engine, 1, events) == SIM_OK;
}

enum sim_status pi5_world_create(struct pi5_world *w, const struct pi5_node_spec *spec,
                                 const struct pi5_batch *batch, sim_time end_ns,
                                 const struct pi5_observer *observer)
{
    *w = (struct pi5_world){
        .spec = spec,
        .batch = batch,
        .end_ns = end_ns,
        .done_at = SIM_TIME_NEVER,
        .work_factor = 1 + spec->migrations_per_s * ((double)spec->warm_ns / 1e9),
        .digest = DIGEST_START,
        .peak_bytes = spec->base_bytes,
        .scheduler = {.policy = spec->policy,
                      .pairing = spec->pairing,
                      .may_overcommit = spec->overcommit == PI5_OVERCOMMIT_THRASH,
                      .cap_bytes = spec->cap_bytes,
                      .workers = spec->cores,
                      .per_core = spec->per_core},
    };
    if (!take_memory(w)) {
        pi5_world_destroy(w);
        return SIM_ERR_NOMEM;
    }
    w->observer = *observer;
    for (uint32_t i = 0; i < batch->count; i++) {
        w->outcome[i].start_ns = w->outcome[i].end_ns = SIM_TIME_NEVER;
        w->outcome[i].failed_ns = SIM_TIME_NEVER;
    }
    struct pi5_scheduler *s = &w->scheduler;
    pi5_queue_init(&s->queue, batch->request, batch->place, batch->count, spec->policy.sort);
    pi5_scheduler_init(s, spec->base_bytes);
    engine_handle(&w->engine, BEGIN, on_begin, w);
    engine_handle(&w->engine, DONE, on_done, w);
    engine_handle(&w->engine, WAKE, on_wake, w);
    (void)engine_schedule(&w->engine, 0, 0, 0, EV_ANY_ORDER, BEGIN, 0, NULL, 0);
    return SIM_OK;
}

void pi5_world_destroy(struct pi5_world *w)
{
    server_deinit(&w->server);
    engine_deinit(&w->engine);
    free(w->outcome);
    free(w->scheduler.worker);
    free(w->scheduler.again);
    *w = (struct pi5_world){0};
}

enum sim_status pi5_world_run(struct pi5_world *w, uint64_t events, bool *done)
{
    return engine_run(&w->engine, w->end_ns - 1, events, done);
}

void pi5_world_finish(struct pi5_world *w)
{
    const struct pi5_scheduler *s = &w->scheduler;
    const bool is_over = w->completed == w->batch->count;
    server_account(&w->server, is_over ? w->makespan_ns : w->end_ns);
    tell_computed(w);
    w->digest = digest_three(w->digest, w->completed, w->sequential, s->start_failures);
    w->digest = digest_three(w->digest, (uint64_t)w->server.core_ns, (uint64_t)w->peak_bytes,
                             (uint64_t)w->makespan_ns);
}

static int64_t memory_of_running(const struct pi5_world *w, uint32_t *running)
{
    int64_t bytes = 0;
    *running = 0;
    for (uint32_t i = 0; i < w->batch->count; i++) {
        if (w->outcome[i].phase == PI5_RUNNING) {
            bytes += w->batch->task[i].memory_bytes;
            (*running)++;
        }
    }
    return bytes;
}

void pi5_world_audit(const struct pi5_world *w, char *text, size_t bytes)
{
    const struct pi5_scheduler *s = &w->scheduler;
    uint32_t running;
    const int64_t held = w->spec->base_bytes + memory_of_running(w, &running);
    const uint32_t pending = s->queue.left + (s->again_count - s->again_first) + s->running;
    text[0] = '\0';
    if (w->batch->count != w->completed + pending) {
        snprintf(text, bytes, "%u tasks, but %u completed and %u pending", w->batch->count,
                 w->completed, pending);
    } else if (s->used_bytes != held || s->running != running) {
        snprintf(text, bytes, "%lld B in use, but the running tasks hold %lld B",
                 (long long)s->used_bytes, (long long)held);
    } else if (w->was_over_cap && w->spec->overcommit == PI5_OVERCOMMIT_FAIL) {
        snprintf(text, bytes, "memory in use was above the cap");
    } else if (w->server.done_ns != w->done_work_ns || w->server.core_ns < w->done_work_ns) {
        snprintf(text, bytes, "%lld ns of work are done, in %lld ns of core time",
                 (long long)w->done_work_ns, (long long)w->server.core_ns);
    }
}
