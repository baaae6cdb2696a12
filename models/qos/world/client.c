/*
 * A client: it asks for a service once, and then sends one frame after another, each when the one
 * before was answered or given up.
 */
#include "models/qos/world/cluster_inside.h"

static uint32_t client_of(const struct cluster *c, uint32_t entity)
{
    return entity - c->plan->nodes - 1;
}

static sim_time to_orchestrator(const struct cluster *c)
{
    return c->plan->node[0].network_ns;
}

static void set_timer(struct cluster *c, uint32_t client, sim_time at, enum client_word word)
{
    const uint32_t self = cluster_client_entity(c, client);
    const struct cluster_message message = {.client = client};
    (void)cluster_send(c, self, self, at, CLUSTER_TO_CLIENT, word, &message);
}

static void tell_orchestrator(struct cluster *c, uint32_t client, sim_time at,
                              enum orchestrator_word word)
{
    const struct cluster_message message = {.client = client};
    (void)cluster_send(c, cluster_client_entity(c, client), cluster_orchestrator_entity(c),
                       at + to_orchestrator(c), CLUSTER_TO_ORCHESTRATOR, word, &message);
}

/* ---- the request ---- */

void client_begin(struct cluster *c, uint32_t client)
{
    const struct cluster_plan *plan = c->plan;
    struct cluster_client *self = &c->client[client];
    struct rng jitter;
    cluster_chance(c, &jitter, client, 0, CLUSTER_CHANCE_JITTER);
    cluster_chance(c, &self->frame, client, 0, CLUSTER_CHANCE_FRAME);
    cluster_chance(c, &self->think, client, 0, CLUSTER_CHANCE_THINK);
    self->stream = (struct cluster_stream){
        .client = client,
        .node = CLUSTER_NOBODY,
        .asked = plan->arrival[client] + dist_draw(&plan->jitter, &jitter),
        .ready = SIM_TIME_NEVER,
        .begun = SIM_TIME_NEVER,
        .ended = SIM_TIME_NEVER,
    };
    set_timer(c, client, self->stream.asked, CLIENT_ASK);
}

/* Controls 1 and 2: all nodes are pinged, one after another; those too far away are dropped. */
static sim_time ping_all(struct cluster *c, uint32_t client)
{
    const struct cluster_plan *plan = c->plan;
    sim_time all = 0;
    for (uint32_t i = 0; i < plan->nodes; i++) {
        struct rng chance;
        cluster_chance(c, &chance, client, i, CLUSTER_CHANCE_PING);
        const sim_time rtt =
            cluster_scaled(2 * plan->node[i].network_ns,
                           dist_exp(plan->ping_sigma * dist_standard_normal(&chance)));
        c->client[client].is_near[i] = admission_is_near(rtt, plan->network_ns);
        all += rtt < plan->network_ns ? rtt : plan->network_ns;
    }
    return all;
}

static void on_ask(struct cluster *c, uint32_t client, sim_time now)
{
    cluster_note(c, cluster_client_entity(c, client), now, CLUSTER_ASKED, client, 0);
    c->client[client].stream.asked = now;
    if (c->plan->rule == CLUSTER_ALGORITHM1) {
        const sim_time listed = now + 2 * to_orchestrator(c);
        tell_orchestrator(c, client, listed + ping_all(c, client), ORCH_REQUEST);
        return;
    }
    tell_orchestrator(c, client, now, ORCH_REQUEST);
    set_timer(c, client, now + c->plan->ready_wait_ns, CLIENT_GIVE_UP);
}

/* The end of a client, whether or not it ever had a stream. */
static void end(struct cluster *c, uint32_t client, sim_time now, enum cluster_state state)
{
    struct cluster_stream *stream = &c->client[client].stream;
    stream->state = state;
    stream->ended = now;
    cluster_note(c, cluster_client_entity(c, client), now, CLUSTER_ENDED, (uint64_t)state,
                 (uint64_t)stream->reason);
    if (state != CLUSTER_REFUSED) {
        tell_orchestrator(c, client, now, ORCH_ENDED);
    }
    if (c->observer.stream != NULL) {
        c->observer.stream(c->observer.context, stream);
    }
}

static void on_refused(struct cluster *c, uint32_t client, sim_time now,
                       const struct cluster_message *m)
{
    c->client[client].stream.reason = (enum admission_reason)m->number;
    end(c, client, now, CLUSTER_REFUSED);
}

static void on_give_up(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_client *self = &c->client[client];
    if (self->stream.begun == SIM_TIME_NEVER) {
        self->has_given_up = true;
        end(c, client, now, CLUSTER_NOT_READY);
    }
}

/* ---- the stream ---- */

static void send_frame(struct cluster *c, uint32_t client, sim_time now)
{
    const struct cluster_plan *plan = c->plan;
    struct cluster_client *self = &c->client[client];
    struct cluster_stream *stream = &self->stream;
    ASSERT(!self->is_waiting && stream->frames < plan->frames);

    struct cluster_message frame = {
        .client = client,
        .number = stream->frames++,
        .port = stream->port,
        .normal = dist_standard_normal(&self->frame),
    };
    if (rng_unit(&self->frame) < plan->hiccup) {
        frame.stall_ns = dist_draw(&plan->hiccup_time, &self->frame);
    }
    (void)cluster_send(c, cluster_client_entity(c, client), stream->node,
                       now + plan->node[stream->node].network_ns, CLUSTER_TO_NODE, NODE_FRAME,
                       &frame);
    self->is_waiting = true;
    self->sent = now;
    self->deadline = now + plan->timeout_ns;
    if (!self->has_timer) {
        self->has_timer = true;
        set_timer(c, client, self->deadline, CLIENT_TIMER);
    }
}

static void on_admitted(struct cluster *c, uint32_t client, sim_time now,
                        const struct cluster_message *m)
{
    struct cluster_client *self = &c->client[client];
    self->stream.ready = m->stall_ns;
    if (self->has_given_up) {
        return; /* and its pod stays, as the scheduler's pods do */
    }
    self->stream.node = m->node;
    self->stream.port = m->port;
    self->stream.begun = now;
    cluster_note(c, cluster_client_entity(c, client), now, CLUSTER_BEGUN, m->node, m->port);
    send_frame(c, client, now);
}

/* The frame is done with, one way or the other: the next one, or the end. */
static void go_on(struct cluster *c, uint32_t client, sim_time now)
{
    const struct cluster_plan *plan = c->plan;
    struct cluster_client *self = &c->client[client];
    self->is_waiting = false;
    if (self->stream.frames == plan->frames) {
        end(c, client, now, CLUSTER_COMPLETED);
        return;
    }
    const sim_time thought =
        now + cluster_scaled(plan->think_ns,
                             dist_exp(plan->think_sigma * dist_standard_normal(&self->think)));
    const sim_time due = self->sent + plan->frame_gap_ns;
    set_timer(c, client, thought > due ? thought : due, CLIENT_SEND);
}

static void tell_frame(const struct cluster *c, uint32_t client, sim_time now, sim_time latency)
{
    const struct cluster_client *self = &c->client[client];
    if (c->observer.frame != NULL) {
        const struct cluster_sent frame = {
            .at = now,
            .sent = self->sent,
            .latency_ns = latency,
            .client = client,
            .number = self->stream.frames - 1,
        };
        c->observer.frame(c->observer.context, &frame);
    }
}

/* An answer to a frame that was given up is late: it counts as missed already. */
static void on_answer(struct cluster *c, uint32_t client, sim_time now,
                      const struct cluster_message *m)
{
    struct cluster_client *self = &c->client[client];
    if (!self->is_waiting || m->number != self->stream.frames - 1) {
        return;
    }
    const sim_time latency = now - self->sent;
    self->stream.answered++;
    self->stream.latency_ns += latency;
    cluster_note(c, cluster_client_entity(c, client), now, CLUSTER_ANSWERED, m->number,
                 (uint64_t)latency);
    tell_frame(c, client, now, latency);
    go_on(c, client, now);
}

/* One timer serves all frames: it is set anew only when it has rung, so nothing is cancelled. */
static void on_timer(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_client *self = &c->client[client];
    self->has_timer = false;
    if (!self->is_waiting) {
        return;
    }
    if (now < self->deadline) {
        self->has_timer = true;
        set_timer(c, client, self->deadline, CLIENT_TIMER);
        return;
    }
    self->stream.missed++;
    cluster_note(c, cluster_client_entity(c, client), now, CLUSTER_MISSED, self->stream.frames - 1,
                 0);
    tell_frame(c, client, now, SIM_TIME_NEVER);
    go_on(c, client, now);
}

void client_on_event(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct cluster *c = context;
    const uint32_t client = client_of(c, ev->self);
    struct cluster_message m;
    memcpy(&m, ev->payload, sizeof m);
    switch ((enum client_word)ev->arg) {
    case CLIENT_ASK:
        on_ask(c, client, ev->now);
        break;
    case CLIENT_ADMITTED:
        on_admitted(c, client, ev->now, &m);
        break;
    case CLIENT_REFUSED:
        on_refused(c, client, ev->now, &m);
        break;
    case CLIENT_SEND:
        send_frame(c, client, ev->now);
        break;
    case CLIENT_ANSWER:
        on_answer(c, client, ev->now, &m);
        break;
    case CLIENT_TIMER:
        on_timer(c, client, ev->now);
        break;
    case CLIENT_GIVE_UP:
        on_give_up(c, client, ev->now);
        break;
    }
}

/* ---- its end, and what it comes to ---- */

void client_close(struct cluster *c, uint32_t client)
{
    const struct cluster_stream *stream = &c->client[client].stream;
    if (stream->asked > c->plan->duration_ns) {
        return; /* it never asked */
    }
    struct cluster_totals *t = &c->totals;
    t->calls++;
    t->state[stream->state]++;
    t->refused[stream->reason] += stream->state == CLUSTER_REFUSED;
    t->frames += stream->frames;
    t->answered += stream->answered;
    t->missed += stream->missed;
    t->outstanding += c->client[client].is_waiting;
    if (stream->state == CLUSTER_PENDING && c->observer.stream != NULL) {
        c->observer.stream(c->observer.context, stream);
    }
}
