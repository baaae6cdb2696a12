/*
 * A node: its processor serves the frames of its pods and the probes of the orchestrator, all that
 * are active at once, a pod's own frames one after another.
 */
#include <stdlib.h>

#include "models/qos/world/cluster_inside.h"

/* A job's tag: a pod's number, or a probe's client and number with this bit. */
#define TAG_PROBE (UINT64_C(1) << 63)

static sim_time work_of(const struct cluster *c, uint32_t node, double share, double normal,
                        sim_time stall)
{
    const struct cluster_node_plan *plan = &c->plan->node[node];
    const double factor = share * c->plan->slowdown * dist_exp(plan->service_sigma * normal);
    return cluster_scaled(plan->service_ns, factor) + stall;
}

/* The event for the end of the next job. One that would come too early is left: it looks again. */
static void arrange_done(struct cluster *c, uint32_t node)
{
    struct cluster_node_state *n = &c->node[node];
    const sim_time next = server_next(&n->server, NULL);
    if (next == SIM_TIME_NEVER || (n->done != EV_NONE && n->done_at <= next)) {
        return;
    }
    if (n->done != EV_NONE) {
        (void)engine_cancel(&c->engine, n->done);
    }
    const struct cluster_message nothing = {.node = node};
    n->done = cluster_send(c, node, node, next, CLUSTER_TO_NODE, NODE_DONE, &nothing);
    n->done_at = next;
}

static server_job run(struct cluster *c, uint32_t node, sim_time now, sim_time work, uint64_t tag)
{
    const server_job job = server_arrive(&c->node[node].server, now, 0, work, tag);
    if (job == SERVER_NO_JOB) {
        c->engine.status = SIM_ERR_NOMEM;
        engine_stop(&c->engine);
    }
    return job;
}

/* ---- what it costs ---- */

static void tell_use(const struct cluster *c, uint32_t node, sim_time from, sim_time until,
                     const struct energy_use *use)
{
    if (c->observer.used != NULL) {
        c->observer.used(c->observer.context, node, from, until, use);
    }
}

static void tell_received(struct cluster *c, uint32_t node, sim_time now, int64_t bytes)
{
    c->node[node].report.received_bytes += bytes;
    tell_use(c, node, now, now, &(struct energy_use){.received_bytes = bytes});
}

/* After whatever changed: the processor came to have work, or to have none. */
static void tell_busy(struct cluster *c, uint32_t node, sim_time now)
{
    struct cluster_node_state *n = &c->node[node];
    const bool is_busy = server_jobs(&n->server) > 0;
    if (n->is_busy && !is_busy) {
        tell_use(c, node, n->busy_since, now, &(struct energy_use){.busy_ns = now - n->busy_since});
    }
    n->busy_since = n->is_busy && is_busy ? n->busy_since : now;
    n->is_busy = is_busy;
}

/* ---- pods ---- */

static void serve_next(struct cluster *c, uint32_t pod, sim_time now)
{
    struct cluster_pod_state *p = &c->pod[pod];
    if (p->count == 0) {
        return;
    }
    p->current = p->queue[p->first];
    p->first = (p->first + 1) % p->room;
    p->count--;
    const sim_time work = work_of(c, p->told.node, 1, p->current.normal, p->current.stall_ns);
    p->job = run(c, p->told.node, now, work, pod);
}

/* False without memory. */
static bool make_room(struct cluster_pod_state *p)
{
    ASSERT(p->count <= p->room);
    if (p->count < p->room) {
        return true;
    }
    const uint32_t room = p->room == 0 ? 4 : 2 * p->room;
    struct cluster_frame *wider = malloc(room * sizeof *wider);
    if (wider == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < p->count; i++) {
        wider[i] = p->queue[(p->first + i) % p->room];
    }
    free(p->queue);
    p->queue = wider;
    p->room = room;
    p->first = 0;
    return true;
}

/* The pod that a frame is for; CLUSTER_NOBODY where nothing listens. */
static uint32_t listener_of(const struct cluster *c, uint32_t node, const struct cluster_message *m)
{
    const struct cluster_node_state *n = &c->node[node];
    if (n->listens != NULL) {
        return n->listens[m->port] - 1; /* none is 0, so this is CLUSTER_NOBODY */
    }
    return c->pod[m->client].state == POD_UP ? m->client : CLUSTER_NOBODY;
}

static void on_frame(struct cluster *c, uint32_t node, sim_time now,
                     const struct cluster_message *m)
{
    struct cluster_node_state *n = &c->node[node];
    const uint32_t pod = listener_of(c, node, m);
    tell_received(c, node, now, c->plan->frame_bytes);
    if (pod == CLUSTER_NOBODY) {
        n->report.lost++;
        cluster_note(c, node, now, CLUSTER_UNHEARD, m->client, m->number);
        return;
    }
    struct cluster_pod_state *p = &c->pod[pod];
    if (!make_room(p)) {
        c->engine.status = SIM_ERR_NOMEM;
        engine_stop(&c->engine);
        return;
    }
    n->received++;
    p->queue[(p->first + p->count++) % p->room] = (struct cluster_frame){
        .normal = m->normal, .stall_ns = m->stall_ns, .client = m->client, .number = m->number};
    if (p->job == SERVER_NO_JOB) {
        serve_next(c, pod, now);
    }
}

static void cold_start(struct cluster *c, uint32_t node, uint32_t pod, sim_time now)
{
    struct rng chance;
    cluster_chance(c, &chance, pod, 0, CLUSTER_CHANCE_COLD);
    const sim_time takes =
        cluster_scaled(c->plan->cold_start_ns,
                       dist_exp(c->plan->cold_start_sigma * dist_standard_normal(&chance)));
    c->pod[pod].told.started = now;
    const struct cluster_message message = {.client = pod, .node = node};
    (void)cluster_send(c, node, node, now + takes, CLUSTER_TO_NODE, NODE_UP, &message);
}

static void on_start(struct cluster *c, uint32_t node, sim_time now,
                     const struct cluster_message *m)
{
    struct cluster_node_state *n = &c->node[node];
    struct cluster_pod_state *p = &c->pod[m->client];
    ASSERT(p->state == POD_NONE);
    p->state = POD_STARTING;
    p->told.node = node;
    p->told.port = m->port;
    p->told.placed = now;
    n->pods++;
    if (n->pods > n->report.pods_most) {
        n->report.pods_most = n->pods;
    }
    if (n->image == IMAGE_THERE) {
        cold_start(c, node, m->client, now);
        return;
    }
    p->next = n->first_waiting;
    n->first_waiting = m->client;
    if (n->image == IMAGE_ABSENT) {
        n->image = IMAGE_COMING;
        const struct cluster_message message = {.node = node};
        (void)cluster_send(c, node, node, now + c->plan->node[node].fetch_ns, CLUSTER_TO_NODE,
                           NODE_FETCHED, &message);
    }
}

static void on_fetched(struct cluster *c, uint32_t node, sim_time now)
{
    struct cluster_node_state *n = &c->node[node];
    n->image = IMAGE_THERE;
    tell_received(c, node, now, c->plan->image_bytes);
    for (uint32_t pod = n->first_waiting; pod != CLUSTER_NOBODY; pod = c->pod[pod].next) {
        cold_start(c, node, pod, now);
    }
    n->first_waiting = CLUSTER_NOBODY;
}

static void on_up(struct cluster *c, uint32_t node, sim_time now, const struct cluster_message *m)
{
    struct cluster_pod_state *p = &c->pod[m->client];
    p->state = POD_UP;
    p->told.ready = now;
    if (c->node[node].listens != NULL) {
        c->node[node].listens[p->told.port] = m->client + 1;
    }
    cluster_note(c, node, now, CLUSTER_UP, m->client, p->told.port);
    const struct cluster_message up = {
        .client = m->client, .node = node, .port = p->told.port, .stall_ns = now};
    (void)cluster_send(c, node, cluster_orchestrator_entity(c),
                       now + c->plan->node[node].network_ns, CLUSTER_TO_ORCHESTRATOR, ORCH_UP, &up);
}

static void tell_pod(const struct cluster *c, const struct cluster_pod_state *p)
{
    if (c->observer.pod != NULL) {
        c->observer.pod(c->observer.context, &p->told);
    }
}

/* Its frames, the one in work too, go with it: nobody waits for them any more. */
static void on_stop(struct cluster *c, uint32_t node, sim_time now, const struct cluster_message *m)
{
    struct cluster_pod_state *p = &c->pod[m->client];
    ASSERT(p->state == POD_UP && p->told.node == node);
    p->told.dropped = p->count;
    if (p->job != SERVER_NO_JOB) {
        const bool was_there = server_cancel(&c->node[node].server, now, p->job);
        ASSERT(was_there);
        p->told.dropped++;
    }
    c->node[node].dropped += p->told.dropped;
    c->node[node].pods--;
    p->job = SERVER_NO_JOB;
    p->count = 0;
    p->state = POD_GONE;
    p->told.removed = now;
    cluster_note(c, node, now, CLUSTER_REMOVED, m->client, p->told.dropped);
    tell_pod(c, p);
}

/* ---- the processor ---- */

static void answer_probe(struct cluster *c, uint32_t node, sim_time at, uint32_t client,
                         uint32_t number)
{
    const struct cluster_message message = {.client = client, .number = number, .node = node};
    (void)cluster_send(c, node, cluster_orchestrator_entity(c), at + c->plan->node[node].network_ns,
                       CLUSTER_TO_ORCHESTRATOR, ORCH_PROBED, &message);
}

static void on_probe(struct cluster *c, uint32_t node, sim_time now,
                     const struct cluster_message *m)
{
    struct cluster_node_state *n = &c->node[node];
    n->report.probes++;
    if (c->plan->probe_work > 0) {
        const sim_time work = work_of(c, node, c->plan->probe_work, m->normal, m->stall_ns);
        (void)run(c, node, now, work, TAG_PROBE | (uint64_t)m->client << 32 | m->number);
        return;
    }
    /* The reading in which a probe costs nothing: it is told what the node is like now. */
    const sim_time work = work_of(c, node, 1, m->normal, m->stall_ns);
    const double slower = server_phi(&n->server, server_running(&n->server, 0) + 1);
    cluster_note(c, node, now, CLUSTER_PROBED, m->client, 0);
    answer_probe(c, node, now + cluster_scaled(work, slower), m->client, m->number);
}

static void frame_done(struct cluster *c, uint32_t node, sim_time now, uint32_t pod, sim_time work)
{
    struct cluster_pod_state *p = &c->pod[pod];
    const struct cluster_message answer = {
        .client = p->current.client, .number = p->current.number, .node = node};
    cluster_note(c, node, now, CLUSTER_SERVED, (uint64_t)answer.client << 32 | answer.number,
                 (uint64_t)work);
    (void)cluster_send(c, node, cluster_client_entity(c, answer.client),
                       now + c->plan->node[node].network_ns, CLUSTER_TO_CLIENT, CLIENT_ANSWER,
                       &answer);
    c->node[node].served++;
    c->node[node].report.sent_bytes += c->plan->answer_bytes;
    tell_use(c, node, now, now, &(struct energy_use){.sent_bytes = c->plan->answer_bytes});
    p->told.served++;
    p->job = SERVER_NO_JOB;
    serve_next(c, pod, now);
}

static void on_done(struct cluster *c, uint32_t node, sim_time now)
{
    struct cluster_node_state *n = &c->node[node];
    n->done = EV_NONE;
    while (server_next(&n->server, NULL) == now) {
        const struct server_end end = server_finish(&n->server, now);
        if ((end.tag & TAG_PROBE) == 0) {
            frame_done(c, node, now, (uint32_t)end.tag, end.work_ns);
            continue;
        }
        const uint32_t client = (uint32_t)((end.tag & ~TAG_PROBE) >> 32);
        cluster_note(c, node, now, CLUSTER_PROBED, client, (uint64_t)end.work_ns);
        answer_probe(c, node, now, client, (uint32_t)end.tag);
    }
}

void cluster_node_on_event(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct cluster *c = context;
    const uint32_t node = ev->self;
    struct cluster_message m;
    memcpy(&m, ev->payload, sizeof m);
    switch ((enum node_word)ev->arg) {
    case NODE_START:
        on_start(c, node, ev->now, &m);
        break;
    case NODE_STOP:
        on_stop(c, node, ev->now, &m);
        break;
    case NODE_FRAME:
        on_frame(c, node, ev->now, &m);
        break;
    case NODE_PROBE:
        on_probe(c, node, ev->now, &m);
        break;
    case NODE_FETCHED:
        on_fetched(c, node, ev->now);
        break;
    case NODE_UP:
        on_up(c, node, ev->now, &m);
        break;
    case NODE_DONE:
        on_done(c, node, ev->now);
        break;
    }
    tell_busy(c, node, ev->now);
    arrange_done(c, node);
}

/* ---- from the beginning to the end ---- */

enum sim_status cluster_node_begin(struct cluster *c, uint32_t node)
{
    const struct cluster_node_plan *plan = &c->plan->node[node];
    struct cluster_node_state *n = &c->node[node];
    n->done = EV_NONE;
    n->image = plan->fetch_ns > 0 ? IMAGE_ABSENT : IMAGE_THERE;
    n->first_waiting = CLUSTER_NOBODY;
    n->pods = plan->leftover;
    n->report.pods_most = plan->leftover;
    struct server_plan server = {
        .order = SERVER_SHARED,
        .cores = 1,
        .sharing = c->plan->sharing,
        .slots = c->plan->clients < 62 ? c->plan->clients + 2 : 64,
        .may_grow = true,
    };
    server.sharing.knee = plan->knee;
    return server_init(&n->server, &server);
}

void cluster_node_listen(struct cluster *c, uint32_t pod, uint32_t node, uint32_t port)
{
    struct cluster_pod_state *p = &c->pod[pod];
    p->state = POD_UP;
    p->told = (struct cluster_pod){
        .pod = pod,
        .client = CLUSTER_NOBODY,
        .node = node,
        .port = port,
        .removed = SIM_TIME_NEVER,
    };
    c->node[node].listens[port] = pod + 1;
}

void cluster_node_close(struct cluster *c, uint32_t node)
{
    struct cluster_node_state *n = &c->node[node];
    server_account(&n->server, c->engine.now);
    if (n->is_busy) {
        const sim_time busy_ns = c->engine.now - n->busy_since;
        tell_use(c, node, n->busy_since, c->engine.now, &(struct energy_use){.busy_ns = busy_ns});
    }
    n->report.frames = n->served;
    n->report.busy_ns = n->server.busy_ns;
    n->report.work_ns = n->server.done_ns;
    cluster_note(c, node, c->engine.now, CLUSTER_ENDED, n->served, (uint64_t)n->report.busy_ns);
}

void cluster_node_end(struct cluster *c, uint32_t node)
{
    server_deinit(&c->node[node].server);
}

void pod_close(struct cluster *c, uint32_t pod)
{
    struct cluster_pod_state *p = &c->pod[pod];
    if (p->state != POD_NONE && p->state != POD_GONE) {
        p->told.dropped = p->count + (p->job != SERVER_NO_JOB);
        c->node[p->told.node].dropped += p->told.dropped;
        tell_pod(c, p);
    }
}
