#include "models/qos/compose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* x > 0; by Newton's method on dist_exp(), so that no library's log() is part of a digest. */
static double logarithm(double x)
{
    double y = 0;
    for (int i = 0; i < 40; i++) {
        const double e = dist_exp(y);
        y += 2 * (x - e) / (x + e);
    }
    return y;
}

double qos_sigma(double cv)
{
    ASSERT(cv >= 0 && cv < 1e6);
    return sqrt(logarithm(1 + cv * cv));
}

struct qos_method_facts qos_method_of(const struct qos_config *config)
{
    struct qos_method_facts m = qos_method[config->pods.method];
    if (config->pods.memory_bytes != 0) {
        m.memory_bytes = config->pods.memory_bytes;
    }
    if (config->pods.image_bytes != 0) {
        m.image_bytes = config->pods.image_bytes;
    }
    if (!config->pods.cold_start_is_methods) {
        m.cold_start_ns = config->pods.cold_start_ns;
    }
    if (!config->pods.slowdown_is_methods) {
        m.slowdown = config->pods.slowdown;
    }
    return m;
}

/* A list begins again where it is shorter than the nodes. */
static const void *of_node(const struct scenario_list *list, uint32_t node, size_t bytes)
{
    ASSERT(list->count > 0);
    return (const char *)list->item + node % list->count * bytes;
}

static int64_t whole_of(const struct scenario_list *list, uint32_t node)
{
    return *(const int64_t *)of_node(list, node, sizeof(int64_t));
}

static double real_of(const struct scenario_list *list, uint32_t node)
{
    return *(const double *)of_node(list, node, sizeof(double));
}

static uint32_t count_of(const struct scenario_list *list, uint32_t node)
{
    return *(const uint32_t *)of_node(list, node, sizeof(uint32_t));
}

static sim_time transfer_ns(int64_t bytes, int64_t rate_bps)
{
    if (rate_bps == 0) {
        return 0;
    }
    const double ns = (double)bytes * 8e9 / (double)rate_bps;
    return ns < 0x1p62 ? (sim_time)ns : INT64_C(1) << 62;
}

static struct energy_rates rates_of(const struct qos_config *c, uint32_t node)
{
    return (struct energy_rates){
        .compute_w = real_of(&c->nodes.compute_w, node),
        .idle_w = real_of(&c->nodes.idle_w, node),
        .sent_bit_j = real_of(&c->nodes.send_bit_j, node),
        .received_bit_j = real_of(&c->nodes.receive_bit_j, node),
    };
}

static void compose_node(struct cluster_node_plan *n, uint32_t node, const struct qos_config *c)
{
    const struct qos_method_facts method = qos_method_of(c);
    const uint32_t capacity = count_of(&c->nodes.capacity, node);
    const int64_t pods = whole_of(&c->nodes.memory_bytes, node) / method.memory_bytes;
    *n = (struct cluster_node_plan){
        .service_ns = whole_of(&c->nodes.service_ns, node),
        .service_sigma = qos_sigma(real_of(&c->nodes.service_cv, node)),
        .knee = real_of(&c->nodes.knee, node),
        .network_ns = whole_of(&c->nodes.network_ns, node),
        .capacity = capacity == 0 ? ADMISSION_UNLIMITED : capacity,
        .leftover = count_of(&c->nodes.leftover, node),
        .pods_max = pods < UINT32_MAX ? (uint32_t)pods : UINT32_MAX,
        .fetch_ns = transfer_ns(method.image_bytes, whole_of(&c->nodes.image_rate_bps, node)),
        .energy = rates_of(c, node),
    };
    const uint32_t *schedulable = c->harness.schedulable.item;
    for (uint32_t i = 0; i < c->harness.schedulable.count; i++) {
        n->schedulable |= schedulable[i] == node + 1;
    }
}

/* NULL without memory; never for no bytes. */
static void *copy(const void *from, size_t bytes)
{
    void *to = malloc(bytes + 1);
    if (to == NULL) {
        return NULL;
    }
    if (bytes > 0) {
        memcpy(to, from, bytes);
    }
    return to;
}

static bool take_arrays(struct qos_system *s, const struct qos_config *c)
{
    s->node = calloc(c->nodes.count, sizeof *s->node);
    s->listener = calloc((size_t)c->harness.listeners.count + 1, sizeof *s->listener);
    s->arrival =
        copy(c->clients.arrivals_ns.item, c->clients.arrivals_ns.count * sizeof *s->arrival);
    s->phi = copy(c->sharing.table.item, c->sharing.table.count * sizeof *s->phi);
    return s->node != NULL && s->listener != NULL && s->arrival != NULL && s->phi != NULL;
}

static void compose_listeners(struct qos_system *s, const struct qos_config *c)
{
    char *const *text = c->harness.listeners.item;
    for (uint32_t i = 0; i < c->harness.listeners.count; i++) {
        const bool is_one = qos_listener(text[i], &s->listener[i].node, &s->listener[i].port);
        ASSERT(is_one); /* qos_check() has seen it */
        s->listener[i].node--;
    }
}

static void compose_arrays(struct qos_system *s, const struct qos_config *c)
{
    for (uint32_t i = 0; i < c->nodes.count; i++) {
        compose_node(&s->node[i], i, c);
    }
    compose_listeners(s, c);
    s->plan.node = s->node;
    s->plan.nodes = c->nodes.count;
    s->plan.arrival = s->arrival;
    s->plan.clients = c->clients.arrivals_ns.count;
    s->plan.sharing.phi = s->phi;
    s->plan.sharing.count = c->sharing.table.count;
    s->plan.listener = s->listener;
    if (c->admission.rule == QOS_RULE_HARNESS) { /* nobody else sends to a port of his choice */
        s->plan.listeners = c->harness.listeners.count;
    }
}

static sim_time or_never(int64_t threshold_ns)
{
    return threshold_ns == 0 ? SIM_TIME_NEVER : threshold_ns;
}

static void compose_clients(struct cluster_plan *p, const struct qos_config *c)
{
    p->jitter = c->clients.jitter_ns;
    p->frames = c->clients.frames;
    p->timeout_ns = c->clients.timeout_ns;
    p->think_ns = c->clients.think_ns;
    p->think_sigma = qos_sigma(c->clients.think_cv);
    p->frame_bytes = c->clients.frame_bytes;
    p->answer_bytes = c->clients.answer_bytes;
    p->frame_gap_ns = c->clients.frame_rate > 0 ? (sim_time)(1e9 / c->clients.frame_rate) : 0;
}

static void compose_admission(struct cluster_plan *p, const struct qos_config *c)
{
    static const enum cluster_rule rule[] = {
        [QOS_RULE_ALGORITHM1] = CLUSTER_ALGORITHM1,
        [QOS_RULE_NONE] = CLUSTER_ADMIT_ALL,
        [QOS_RULE_HARNESS] = CLUSTER_HARNESS,
    };
    p->rule = rule[c->admission.rule];
    p->place = c->admission.place == QOS_PLACE_EVEN ? CLUSTER_EVEN : CLUSTER_UNIFORM;
    p->serial = c->admission.serial;
    p->inference_ns = or_never(c->admission.inference_threshold_ns);
    p->network_ns = or_never(c->admission.network_threshold_ns);
    p->ping_sigma = c->admission.ping_sigma;
    p->probe_timeout_ns = c->admission.probe_timeout_ns;
    p->probe_work = c->admission.probe_work;
    p->ports = c->admission.ports;
    p->lifetime_ns = c->admission.lifetime_ns;
    p->ready_wait_ns = c->harness.ready_wait_ns;
}

static void compose_plan(struct cluster_plan *p, const struct model_head *head,
                         const struct qos_config *c)
{
    const struct qos_method_facts method = qos_method_of(c);
    p->seed = head->seed;
    p->duration_ns = head->duration_ns;
    p->bin_ns = head->bin_ns;
    p->sharing.law = c->sharing.table.count > 0 ? SERVER_LAW_TABLE : SERVER_LAW_KNEE;
    p->sharing.linear = c->sharing.linear;
    p->sharing.thrash = c->sharing.thrash;
    p->sharing.most = c->sharing.most;
    p->hiccup = c->sharing.hiccup;
    p->hiccup_time = c->sharing.hiccup_time_ns;
    p->slowdown = 1 + method.slowdown;
    p->image_bytes = method.image_bytes;
    p->cold_start_ns = method.cold_start_ns;
    p->cold_start_sigma = qos_sigma(c->pods.cold_start_cv);
    compose_clients(p, c);
    compose_admission(p, c);
}

enum sim_status qos_compose(struct qos_system *s, const struct model_head *head,
                            const struct qos_config *config, struct model_error *error)
{
    *s = (struct qos_system){.head = *head};
    if (config->clients.arrivals_ns.count == 0) {
        error->key = "clients.arrivals";
        (void)snprintf(error->text, sizeof error->text, "nobody asks");
        return SIM_ERR_INVALID;
    }
    compose_plan(&s->plan, head, config);
    if (!take_arrays(s, config)) {
        qos_compose_release(s);
        return SIM_ERR_NOMEM;
    }
    compose_arrays(s, config);
    return SIM_OK;
}

void qos_compose_release(struct qos_system *s)
{
    free(s->node);
    free(s->listener);
    free(s->arrival);
    free(s->phi);
    *s = (struct qos_system){0};
}
