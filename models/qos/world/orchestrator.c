/*
 * The orchestrator: it decides one request at a time and holds its lock until the pod is ready. A
 * scheduler that admits everybody, and the authors' baseline driver, stand in its place where the
 * scenario's rule says so.
 */
#include "models/qos/world/cluster_inside.h"

static sim_time to_node(const struct cluster *c, uint32_t node)
{
    return c->plan->node[node].network_ns;
}

static bool has_room(const struct cluster *c, uint32_t node)
{
    return c->orchestrator.pods[node] < c->plan->node[node].pods_max;
}

static void tell_node(struct cluster *c, uint32_t node, sim_time now, enum node_word word,
                      const struct cluster_message *message)
{
    (void)cluster_send(c, cluster_orchestrator_entity(c), node, now + to_node(c, node),
                       CLUSTER_TO_NODE, word, message);
}

static void tell_client(struct cluster *c, uint32_t client, sim_time now, enum client_word word,
                        const struct cluster_message *message)
{
    (void)cluster_send(c, cluster_orchestrator_entity(c), cluster_client_entity(c, client),
                       now + to_node(c, 0), CLUSTER_TO_CLIENT, word, message);
}

/* ---- pods ---- */

static void start_pod(struct cluster *c, uint32_t client, uint32_t node, uint32_t port,
                      sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    o->dossier[client].node = node;
    o->dossier[client].port = port;
    o->pods[node]++;
    const struct cluster_message message = {.client = client, .node = node, .port = port};
    tell_node(c, node, now, NODE_START, &message);
}

/* A pod gives its place up when its time is over and its stream has ended. The pods of the
 * authors' driver stay, so theirs is never over. */
static void end_pod(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    const struct cluster_dossier *d = &o->dossier[client];
    if (!d->is_over || !d->has_ended) {
        return;
    }
    ASSERT(o->pods[d->node] > 0);
    o->pods[d->node]--;
    if (d->port != PORTS_NONE) {
        ports_give(&o->pool[d->node], d->port);
    }
    const struct cluster_message message = {.client = client, .node = d->node};
    tell_node(c, d->node, now, NODE_STOP, &message);
}

/* ---- Algorithm 1 ---- */

static void find(struct cluster *c, uint32_t client, sim_time now, enum cluster_word word,
                 uint32_t node, enum admission_reason reason, sim_time latency)
{
    struct cluster_dossier *d = &c->orchestrator.dossier[client];
    cluster_note(c, cluster_orchestrator_entity(c), now, CLUSTER_FOUND,
                 (uint64_t)client << 32 | node, (uint64_t)latency << 8 | (uint64_t)word);
    const struct cluster_finding finding = {
        .at = now,
        .client = client,
        .step = d->findings++,
        .node = node,
        .word = word,
        .reason = reason,
        .asked = d->turn,
        .latency_ns = latency,
        .pods = node == CLUSTER_NOBODY ? 0 : c->orchestrator.pods[node],
    };
    if (c->observer.finding != NULL) {
        c->observer.finding(c->observer.context, &finding);
    }
}

static void unlock(struct cluster *c, uint32_t client)
{
    if (c->orchestrator.lock == client) {
        c->orchestrator.lock = CLUSTER_NOBODY;
    }
}

static void refuse(struct cluster *c, uint32_t client, sim_time now, enum admission_reason reason)
{
    find(c, client, now, CLUSTER_TURNED_AWAY, CLUSTER_NOBODY, reason, SIM_TIME_NEVER);
    const struct cluster_message message = {.client = client, .number = (uint32_t)reason};
    tell_client(c, client, now, CLIENT_REFUSED, &message);
    unlock(c, client);
}

/* Without the lock the place may have gone while the node was probed. A capacity is a number that
 * nobody looks at again, but memory is not there. */
static void place(struct cluster *c, uint32_t client, sim_time now, uint32_t node)
{
    if (!has_room(c, node)) {
        refuse(c, client, now, ADMISSION_CAPACITY);
        return;
    }
    const uint32_t port = ports_take(&c->orchestrator.pool[node]);
    if (port == PORTS_NONE) {
        refuse(c, client, now, ADMISSION_PORTS);
        return;
    }
    find(c, client, now, CLUSTER_PLACED, node, ADMISSION_NO_REASON, SIM_TIME_NEVER);
    start_pod(c, client, node, port, now);
}

static void probe(struct cluster *c, uint32_t client, sim_time now, uint32_t node)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    struct cluster_dossier *d = &o->dossier[client];
    struct rng chance;
    cluster_chance(c, &chance, client, node, CLUSTER_CHANCE_PROBE);
    struct cluster_message message = {
        .client = client,
        .number = ++d->probe,
        .node = node,
        .normal = dist_standard_normal(&chance),
    };
    if (rng_unit(&chance) < c->plan->hiccup) {
        message.stall_ns = dist_draw(&c->plan->hiccup_time, &chance);
    }
    o->probes++;
    d->probe_sent = now;
    const uint32_t self = cluster_orchestrator_entity(c);
    d->late = cluster_send(c, self, self, now + c->plan->probe_timeout_ns, CLUSTER_TO_ORCHESTRATOR,
                           ORCH_PROBE_LATE, &message);
    tell_node(c, node, now, NODE_PROBE, &message);
}

static const struct admission_node *view(const struct cluster *c, uint32_t client)
{
    const struct cluster_orchestrator *o = &c->orchestrator;
    for (uint32_t i = 0; i < c->plan->nodes; i++) {
        o->view[i] = (struct admission_node){
            .pods = o->pods[i],
            .capacity = c->plan->node[i].capacity,
            .is_near = c->client[client].is_near[i],
            .has_room = has_room(c, i),
        };
    }
    return o->view;
}

/* Until a probe has to be waited for, or all is said. */
static void decide(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_dossier *d = &c->orchestrator.dossier[client];
    const struct admission_node *nodes = view(c, client);
    for (;;) {
        const struct admission_step step = admission_next(&d->decision, nodes, c->plan->nodes);
        switch (step.verdict) {
        case ADMISSION_SKIP:
            find(c, client, now, step.reason == ADMISSION_NETWORK ? CLUSTER_FAR : CLUSTER_FULL,
                 step.node, step.reason, SIM_TIME_NEVER);
            break;
        case ADMISSION_PROBE:
            probe(c, client, now, step.node);
            return;
        case ADMISSION_PLACE:
            place(c, client, now, step.node);
            return;
        case ADMISSION_REFUSE:
            refuse(c, client, now, step.reason);
            return;
        }
    }
}

static void begin_decision(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_dossier *d = &c->orchestrator.dossier[client];
    d->turn = now;
    admission_begin(&d->decision, c->plan->inference_ns);
    decide(c, client, now);
}

/* First come, first served; a refusal frees the lock at once, so several may have their turn. */
static void next_turn(struct cluster *c, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    while (o->lock == CLUSTER_NOBODY && o->first < o->last) {
        o->lock = o->queue[o->first++];
        begin_decision(c, o->lock, now);
    }
}

static void on_heard(struct cluster *c, const struct cluster_message *m, sim_time now,
                     sim_time latency)
{
    static const enum cluster_word word[] = {
        [ADMISSION_FASTEST] = CLUSTER_FASTEST,
        [ADMISSION_SLOWER] = CLUSTER_SLOWER,
        [ADMISSION_ABOVE] = CLUSTER_ABOVE,
        [ADMISSION_LATE] = CLUSTER_LATE,
    };
    struct cluster_dossier *d = &c->orchestrator.dossier[m->client];
    if (!d->decision.is_waiting || d->probe != m->number) {
        return; /* of a probe that was given up */
    }
    const enum admission_worth worth = admission_heard(&d->decision, latency);
    find(c, m->client, now, word[worth], m->node, ADMISSION_NO_REASON, latency);
    decide(c, m->client, now);
}

static void on_probed(struct cluster *c, const struct cluster_message *m, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    struct cluster_dossier *d = &o->dossier[m->client];
    if (d->probe == m->number && engine_cancel(&c->engine, d->late)) {
        o->probes_answered++;
        o->probe_ns += now - d->probe_sent;
    }
    on_heard(c, m, now, now - d->probe_sent);
}

/* ---- schedulers that admit everybody ---- */

static uint32_t draw_node(const struct cluster *c, uint32_t client, uint32_t choices)
{
    struct rng chance;
    cluster_chance(c, &chance, client, 0, CLUSTER_CHANCE_NODE);
    return (uint32_t)rng_below(&chance, choices);
}

static void admit(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    const uint32_t nodes = c->plan->nodes;
    for (uint32_t i = 0; i < nodes; i++) {
        o->spread[i] = (struct spread_node){.pods = o->pods[i], .may_take = has_room(c, i)};
    }
    const uint32_t choices = spread_choices(o->spread, nodes);
    if (choices == 0) {
        return; /* the pod stays pending, and the client loses patience */
    }
    const uint32_t node = c->plan->place == CLUSTER_EVEN
                              ? spread_evenly(o->spread, nodes)
                              : spread_by_chance(o->spread, nodes, draw_node(c, client, choices));
    find(c, client, now, CLUSTER_PLACED, node, ADMISSION_NO_REASON, SIM_TIME_NEVER);
    start_pod(c, client, node, PORTS_NONE, now);
}

/* The driver draws a node and takes the lowest free number of its pool; the pod carries the number
 * and goes wherever the scheduler finds it free, so seldom to the node that was drawn. */
static void drive(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    struct cluster_dossier *d = &o->dossier[client];
    const uint32_t nodes = c->plan->nodes;
    d->target = draw_node(c, client, nodes);
    d->pool_port = ports_take(&o->pool[d->target]);
    if (d->pool_port == PORTS_NONE) {
        return;
    }
    for (uint32_t i = 0; i < nodes; i++) {
        o->spread[i] = (struct spread_node){
            .pods = o->pods[i],
            .may_take = c->plan->node[i].schedulable && has_room(c, i) &&
                        ports_is_free(&o->host[i], d->pool_port),
        };
    }
    const uint32_t node = spread_evenly(o->spread, nodes);
    if (node == SPREAD_NOWHERE) {
        return;
    }
    const bool is_claimed = ports_claim(&o->host[node], d->pool_port);
    ASSERT(is_claimed);
    find(c, client, now, CLUSTER_PLACED, node, ADMISSION_NO_REASON, SIM_TIME_NEVER);
    start_pod(c, client, node, d->pool_port, now);
}

/* ---- events ---- */

static void on_request(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    o->dossier[client].turn = now;
    switch (c->plan->rule) {
    case CLUSTER_ALGORITHM1:
        if (c->plan->serial) {
            o->queue[o->last++] = client;
            next_turn(c, now);
        } else {
            begin_decision(c, client, now);
        }
        break;
    case CLUSTER_ADMIT_ALL:
        admit(c, client, now);
        break;
    case CLUSTER_HARNESS:
        drive(c, client, now);
        break;
    }
}

static void on_up(struct cluster *c, const struct cluster_message *m, sim_time now)
{
    struct cluster_dossier *d = &c->orchestrator.dossier[m->client];
    struct cluster_message admitted = *m;
    if (c->plan->rule == CLUSTER_HARNESS) {
        admitted.node = d->target;
        admitted.port = d->pool_port;
    }
    tell_client(c, m->client, now, CLIENT_ADMITTED, &admitted);
    if (c->plan->rule != CLUSTER_HARNESS) {
        const uint32_t self = cluster_orchestrator_entity(c);
        (void)cluster_send(c, self, self, now + c->plan->lifetime_ns, CLUSTER_TO_ORCHESTRATOR,
                           ORCH_OVER, m);
    }
    unlock(c, m->client);
}

static void on_ended(struct cluster *c, uint32_t client, sim_time now)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    struct cluster_dossier *d = &o->dossier[client];
    d->has_ended = true;
    if (d->pool_port != PORTS_NONE) {
        ports_give(&o->pool[d->target], d->pool_port);
    }
    end_pod(c, client, now);
}

void orchestrator_on_event(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct cluster *c = context;
    struct cluster_message m;
    memcpy(&m, ev->payload, sizeof m);
    switch ((enum orchestrator_word)ev->arg) {
    case ORCH_REQUEST:
        on_request(c, m.client, ev->now);
        break;
    case ORCH_PROBED:
        on_probed(c, &m, ev->now);
        break;
    case ORCH_PROBE_LATE:
        on_heard(c, &m, ev->now, SIM_TIME_NEVER);
        break;
    case ORCH_UP:
        on_up(c, &m, ev->now);
        break;
    case ORCH_OVER:
        c->orchestrator.dossier[m.client].is_over = true;
        end_pod(c, m.client, ev->now);
        break;
    case ORCH_ENDED:
        on_ended(c, m.client, ev->now);
        break;
    }
    next_turn(c, ev->now);
}

void orchestrator_begin(struct cluster *c)
{
    struct cluster_orchestrator *o = &c->orchestrator;
    o->lock = CLUSTER_NOBODY;
    for (uint32_t i = 0; i < c->plan->clients; i++) {
        o->dossier[i].node = CLUSTER_NOBODY;
    }
    for (uint32_t i = 0; i < c->plan->nodes; i++) {
        o->pods[i] = c->plan->node[i].leftover;
    }
    for (uint32_t i = 0; i < c->plan->listeners; i++) {
        const struct cluster_listener *l = &c->plan->listener[i];
        const bool is_claimed = ports_claim(&o->host[l->node], l->port);
        ASSERT(is_claimed); /* the scenario's check() has found them all different */
    }
}
