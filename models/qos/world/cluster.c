#include "models/qos/world/cluster.h"

#include <math.h>
#include <stdlib.h>

#include "models/qos/world/cluster_inside.h"
#include "sim/engine/memory.h"

void cluster_chance(const struct cluster *c, struct rng *r, uint32_t client, uint32_t node,
                    enum cluster_purpose purpose)
{
    rng_init(r, c->plan->seed, c->replication, (uint64_t)node << 32 | client, (uint32_t)purpose);
}

void cluster_note(struct cluster *c, uint32_t entity, sim_time at, enum cluster_happening what,
                  uint64_t whom, uint64_t size)
{
    c->digest[entity] = digest_three(c->digest[entity], (uint64_t)at << 8 | what, whom, size);
}

ev_id cluster_send(struct cluster *c, uint32_t from, uint32_t to, sim_time at, uint32_t kind,
                   uint32_t word, const struct cluster_message *message)
{
    return engine_schedule(&c->engine, from, to, at, EV_ANY_ORDER, kind, word, message,
                           sizeof *message);
}

/* ---- memory ---- */

/* Hands out the arrays one after another; with no memory yet it only adds up their bytes. */
struct carving {
    unsigned char *base;
    size_t used;
};

static void *carve(struct carving *v, size_t count, size_t bytes_each)
{
    void *array = v->base == NULL ? NULL : v->base + v->used;
    v->used += (count * bytes_each + 63) / 64 * 64;
    return array;
}

static void carve_ports(struct carving *v, struct ports **pool, const struct cluster_plan *plan)
{
    *pool = carve(v, plan->nodes, sizeof **pool);
    uint64_t *words = carve(v, plan->nodes * PORTS_WORDS(plan->ports), sizeof *words);
    for (uint32_t i = 0; i < plan->nodes && words != NULL; i++) {
        ports_init(&(*pool)[i], words + i * PORTS_WORDS(plan->ports), plan->ports);
    }
}

static void carve_all(struct cluster *c, struct carving *v)
{
    const struct cluster_plan *plan = c->plan;
    const uint32_t clients = plan->clients;
    const uint32_t nodes = plan->nodes;
    struct cluster_orchestrator *o = &c->orchestrator;
    c->client = carve(v, clients, sizeof *c->client);
    c->pod = carve(v, (size_t)clients + plan->listeners, sizeof *c->pod);
    c->node = carve(v, nodes, sizeof *c->node);
    c->digest = carve(v, (size_t)nodes + 1 + clients, sizeof *c->digest);
    o->dossier = carve(v, clients, sizeof *o->dossier);
    o->queue = carve(v, clients, sizeof *o->queue);
    o->view = carve(v, nodes, sizeof *o->view);
    o->spread = carve(v, nodes, sizeof *o->spread);
    o->pods = carve(v, nodes, sizeof *o->pods);
    carve_ports(v, &o->pool, plan);
    carve_ports(v, &o->host, plan);
    bool *is_near = carve(v, (size_t)clients * nodes, sizeof *is_near);
    const size_t doors = plan->rule == CLUSTER_HARNESS ? plan->ports + 1 : 0;
    uint32_t *listens = carve(v, nodes * doors, sizeof *listens);
    if (v->base == NULL) {
        return;
    }
    for (uint32_t i = 0; i < clients; i++) {
        c->client[i].is_near = is_near + (size_t)i * nodes;
    }
    for (uint32_t i = 0; i < nodes && doors > 0; i++) {
        c->node[i].listens = listens + i * doors;
    }
}

static enum sim_status take_memory(struct cluster *c)
{
    struct carving v = {0};
    carve_all(c, &v);
    c->memory_bytes = v.used;
    c->memory = memory_reserve(v.used);
    if (c->memory == NULL) {
        return SIM_ERR_NOMEM;
    }
    v = (struct carving){.base = c->memory};
    carve_all(c, &v);
    return SIM_OK;
}

/*
 * Events pending at once, cancelled ones not yet reached included: a client's timers, its frames on
 * their way there and back, a pod's and a probe's words, and the nodes' next ends, which are
 * arranged anew where they come nearer.
 */
static uint32_t pending_max(const struct cluster_plan *plan)
{
    sim_time network = 0;
    for (uint32_t i = 0; i < plan->nodes; i++) {
        network = plan->node[i].network_ns > network ? plan->node[i].network_ns : network;
    }
    uint64_t under_way = 2 + 2 * (uint64_t)(network / plan->timeout_ns);
    under_way = under_way < 2 * (uint64_t)plan->frames ? under_way : 2 * (uint64_t)plan->frames;
    const uint64_t each = 16 + under_way + 2 * (uint64_t)plan->nodes;
    const uint64_t all = 1024 + plan->clients * each + plan->nodes * UINT64_C(1024);
    return all < 1u << 30 ? (uint32_t)all : 1u << 30;
}

/* ---- a run ---- */

static void begin_pods(struct cluster *c)
{
    const struct cluster_plan *plan = c->plan;
    for (uint32_t i = 0; i < plan->clients; i++) {
        c->pod[i].told = (struct cluster_pod){
            .pod = i,
            .client = i,
            .node = CLUSTER_NOBODY,
            .placed = SIM_TIME_NEVER,
            .started = SIM_TIME_NEVER,
            .ready = SIM_TIME_NEVER,
            .removed = SIM_TIME_NEVER,
        };
    }
    for (uint32_t i = 0; i < plan->listeners; i++) {
        cluster_node_listen(c, plan->clients + i, plan->listener[i].node, plan->listener[i].port);
    }
}

static enum sim_status begin(struct cluster *c)
{
    const struct cluster_plan *plan = c->plan;
    for (uint32_t i = 0; i <= plan->nodes + plan->clients; i++) {
        c->digest[i] = DIGEST_START;
    }
    for (; c->servers < plan->nodes; c->servers++) {
        const enum sim_status status = cluster_node_begin(c, c->servers);
        if (status != SIM_OK) {
            return status;
        }
    }
    engine_handle(&c->engine, CLUSTER_TO_NODE, cluster_node_on_event, c);
    engine_handle(&c->engine, CLUSTER_TO_ORCHESTRATOR, orchestrator_on_event, c);
    engine_handle(&c->engine, CLUSTER_TO_CLIENT, client_on_event, c);
    begin_pods(c);
    orchestrator_begin(c);
    for (uint32_t i = 0; i < plan->clients; i++) {
        client_begin(c, i);
    }
    return SIM_OK;
}

enum sim_status cluster_create(struct cluster **made, const struct cluster_plan *plan,
                               uint32_t replication, const struct cluster_observer *observer)
{
    ASSERT(plan->nodes >= 1 && plan->clients >= 1 && plan->frames >= 1);
    struct cluster *c = calloc(1, sizeof *c);
    if (c == NULL) {
        return SIM_ERR_NOMEM;
    }
    c->plan = plan;
    c->replication = replication;
    if (observer != NULL) {
        c->observer = *observer;
    }
    enum sim_status status = take_memory(c);
    if (status == SIM_OK) {
        status = engine_init(&c->engine, plan->nodes + 1 + plan->clients, pending_max(plan));
    }
    if (status == SIM_OK) {
        status = begin(c);
    }
    if (status != SIM_OK) {
        cluster_destroy(c);
        return status;
    }
    *made = c;
    return SIM_OK;
}

void cluster_destroy(struct cluster *c)
{
    if (c == NULL) {
        return;
    }
    while (c->servers > 0) {
        cluster_node_end(c, --c->servers);
    }
    if (c->memory != NULL) {
        for (uint32_t i = 0; i < c->plan->clients + c->plan->listeners; i++) {
            free(c->pod[i].queue);
        }
        memory_release(c->memory, c->memory_bytes);
    }
    if (c->engine.entity != NULL) {
        engine_deinit(&c->engine);
    }
    free(c);
}

enum sim_status cluster_run(struct cluster *c, uint64_t events, bool *done)
{
    return engine_run(&c->engine, c->plan->duration_ns, events, done);
}

sim_time cluster_now(const struct cluster *c)
{
    return c->engine.now;
}

void cluster_close(struct cluster *c)
{
    for (uint32_t i = 0; i < c->plan->clients; i++) {
        client_close(c, i);
    }
    for (uint32_t i = 0; i < c->plan->clients + c->plan->listeners; i++) {
        pod_close(c, i);
    }
    for (uint32_t i = 0; i < c->plan->nodes; i++) {
        cluster_node_close(c, i);
    }
    c->totals.probes = c->orchestrator.probes;
    c->totals.probes_answered = c->orchestrator.probes_answered;
    c->totals.probe_ns = c->orchestrator.probe_ns;
}

/* ---- what it came to ---- */

double cluster_stream_fps(const struct cluster_stream *s, sim_time timeout_ns)
{
    if (s->answered == 0 || s->ended == SIM_TIME_NEVER || s->begun == SIM_TIME_NEVER) {
        return (double)NAN;
    }
    const sim_time answering = s->ended - s->begun - s->missed * timeout_ns;
    return answering > 0 ? (double)s->answered / ((double)answering / (double)SIM_S) : (double)NAN;
}

double cluster_stream_latency_s(const struct cluster_stream *s)
{
    return s->answered == 0 ? (double)NAN
                            : (double)s->latency_ns / (double)s->answered / (double)SIM_S;
}

const struct cluster_totals *cluster_totals(const struct cluster *c)
{
    return &c->totals;
}

const struct cluster_stream *cluster_stream(const struct cluster *c, uint32_t client)
{
    ASSERT(client < c->plan->clients);
    return &c->client[client].stream;
}

struct cluster_node_report cluster_node(const struct cluster *c, uint32_t node)
{
    ASSERT(node < c->plan->nodes);
    return c->node[node].report;
}

struct energy cluster_node_energy(const struct cluster *c, uint32_t node)
{
    const struct cluster_node_report r = cluster_node(c, node);
    const struct energy_use use = {.busy_ns = r.busy_ns,
                                   .idle_ns = c->engine.now,
                                   .sent_bytes = r.sent_bytes,
                                   .received_bytes = r.received_bytes};
    return energy_of(&c->plan->node[node].energy, &use);
}

struct engine_report cluster_engine(const struct cluster *c)
{
    return engine_report(&c->engine);
}

uint64_t cluster_digest(const struct cluster *c)
{
    uint64_t digest = DIGEST_START;
    for (uint32_t i = 0; i <= c->plan->nodes + c->plan->clients; i++) {
        digest = digest_word(digest, c->digest[i]);
    }
    return digest_finish(digest);
}

/* Who asks when, and for how many frames. */
uint64_t cluster_work_digest(const struct cluster *c)
{
    uint64_t digest = digest_word(DIGEST_START, c->plan->frames);
    for (uint32_t i = 0; i < c->plan->clients; i++) {
        digest = digest_three(digest, i, (uint64_t)c->client[i].stream.asked,
                              c->client[i].frame.counter[1]);
    }
    return digest_finish(digest);
}

size_t cluster_bytes_per_client(void)
{
    return sizeof(struct cluster_client) + sizeof(struct cluster_pod_state) +
           sizeof(struct cluster_dossier) + sizeof(uint32_t) + sizeof(uint64_t);
}

size_t cluster_bytes_per_node(void)
{
    return sizeof(struct cluster_node_state) + sizeof(struct admission_node) +
           sizeof(struct spread_node) + 2 * sizeof(struct ports) + sizeof(uint64_t);
}

uint64_t cluster_estimate(const struct cluster_plan *plan)
{
    /* A frame is sent, arrives, is done, answered, and every tenth sets the timer anew. */
    return (uint64_t)plan->clients * (plan->frames * UINT64_C(4) + 3 * (uint64_t)plan->nodes + 8);
}
