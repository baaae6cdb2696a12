#include "models/nimblenet/compose.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/nimblenet/compose_cost.h"
#include "models/nimblenet/compose_outages.h"
#include "models/nimblenet/compose_parts.h"
#include "models/nimblenet/world/purposes.h"

_Static_assert(PURPOSES_ROBOTS == PURPOSES_TASKSET + TASKSET_PURPOSES &&
                   PURPOSES_LINK_LOSS == PURPOSES_ROBOTS + ROBOT_PURPOSES,
               "no two streams share a purpose");

const char *const compose_forms[] = {
    [NIMBLENET_FORM_NIMBLE] = "nimble", [NIMBLENET_FORM_MONOLITHIC] = "monolithic", NULL};

enum sim_status compose_fail(struct model_error *error, enum sim_status status, const char *key,
                             const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    error->key = key;
    return status;
}

/* ---- the system ---- */

struct traffic_spec compose_traffic(const struct nimblenet_config *c)
{
    return (struct traffic_spec){
        .overhead_bytes = c->protocol.overhead_real
                              ? traffic_real_overhead((uint64_t)c->protocol.lower_header_bytes)
                              : (uint64_t)c->protocol.overhead_bytes,
        .mtu_bytes = (uint64_t)c->mesh.mtu_bytes,
        .broadcast = c->protocol.accounting == NIMBLENET_ACCOUNT_BROADCAST,
        .first_hop_is_free = c->mesh.hop_delay_on == NIMBLENET_HOP_FORWARDED,
        .hop_delay_ns = c->mesh.hop_delay_ns.low,
        .hop_delay = c->mesh.hop_delay_ns,
        .bandwidth_bps = (uint64_t)c->mesh.bandwidth_bps,
        .loss = c->mesh.loss,
        .corruption = c->mesh.corruption,
        .duplication = c->mesh.duplication,
        .reordering = c->mesh.reordering,
        .reordering_ns = c->mesh.reordering_time_ns,
        .falsehood = c->nodes.falsehood,
        .retries = c->mesh.retries,
        .ack_bytes = (uint64_t)c->mesh.ack_bytes,
        .ack_ns = c->mesh.ack_time_ns,
        .frame_ns = c->nodes.frame_time_ns,
        .queue_frames = c->nodes.receive_queue,
        .chatter_gap = c->mesh.housekeeping.interval_ns,
        .chatter_bytes = (uint64_t)c->mesh.housekeeping.size_bytes,
    };
}

static enum sim_status check_words(const struct nimblenet_config *c, struct model_error *error)
{
    if (policies_find(c->nodes.eviction) == NULL) {
        return compose_fail(error, SIM_ERR_INVALID, "nodes.eviction", "there is no policy %s",
                            c->nodes.eviction);
    }
    const struct traffic_spec t = compose_traffic(c);
    if (t.mtu_bytes != 0 && t.mtu_bytes <= t.overhead_bytes) {
        return compose_fail(error, SIM_ERR_INVALID, "mesh.mtu",
                            "%" PRIu64 " B leave no room behind the overhead of %" PRIu64
                            " B a packet",
                            t.mtu_bytes, t.overhead_bytes);
    }
    return SIM_OK;
}

enum sim_status compose_system_init(struct compose_system *m, const struct model_head *head,
                                    const struct nimblenet_config *config,
                                    struct model_error *error)
{
    *m = (struct compose_system){.head = head, .config = config};
    enum sim_status status = compose_robots_check(config, error);
    if (status == SIM_OK) {
        status = check_words(config, error);
    }
    if (status == SIM_OK) {
        status = compose_mesh(m, error);
    }
    if (status == SIM_OK) {
        status = compose_floor(m, error);
    }
    if (status == SIM_OK) {
        status = compose_cost_load(m, error);
    }
    if (status == SIM_OK) {
        status = compose_outages_check(m, error);
    }
    if (status != SIM_OK) {
        compose_system_deinit(m);
    }
    return status;
}

void compose_system_deinit(struct compose_system *m)
{
    calibration_deinit(&m->calibration);
    floor_deinit(&m->floor);
    mesh_deinit(&m->mesh);
}

/* ---- the plan: a taskset, and the node's setup around it ---- */

static enum sim_status check_needs(const struct compose_plan *p, const struct nimblenet_config *c,
                                   struct model_error *error)
{
    if (c->protocol.preload != NIMBLENET_PRELOAD_NONE && p->taskset.need_max > 64) {
        return compose_fail(error, SIM_ERR_INVALID, "protocol.preload",
                            "a chain with %u sub-tasklets below it; at most 64 can be preloaded",
                            p->taskset.need_max);
    }
    return SIM_OK;
}

static enum sim_status view_taskset(struct compose_plan *p, struct model_error *error)
{
    const struct taskset *t = &p->taskset;
    p->tasklet = calloc(t->count, sizeof *p->tasklet);
    if (p->tasklet == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %u tasklets", t->count);
    }
    for (uint32_t i = 0; i < t->count; i++) {
        p->tasklet[i] = (struct tasklet){
            .size_bytes = t->tasklet[i].size_bytes,
            .first_call = t->tasklet[i].first_call,
            .call_count = t->tasklet[i].call_count,
            .first_need = t->tasklet[i].first_need,
            .need_count = t->tasklet[i].need_count,
            .hash = t->tasklet[i].hash,
        };
    }
    p->catalogue = (struct catalogue){
        .tasklet = p->tasklet,
        .count = t->count,
        .call = t->call,
        .need = t->need,
        .need_max = t->need_max,
        .depth = t->depth,
    };
    return SIM_OK;
}

static struct node_search search_of(const struct nimblenet_search *s)
{
    return (struct node_search){.ttl = s->ttl, .timeout_ns = s->timeout_ns};
}

static struct node_protocol protocol_of(const struct nimblenet_config *c)
{
    static const enum node_preload preload[] = {
        [NIMBLENET_PRELOAD_NONE] = NODE_PRELOAD_NONE,
        [NIMBLENET_PRELOAD_SEQUENTIAL] = NODE_PRELOAD_SEQUENTIAL,
        [NIMBLENET_PRELOAD_PARALLEL] = NODE_PRELOAD_PARALLEL,
    };
    return (struct node_protocol){
        .attempts = c->protocol.attempts,
        .local = search_of(&c->protocol.local),
        .global = search_of(&c->protocol.global),
        .flood_back = c->protocol.flood_back,
        .holder_forwards = c->protocol.holder_forwards,
        .registry_answers = c->protocol.registry_answers,
        .first_answer_wins = c->protocol.first_answer_wins,
        .deadline_accepts = c->protocol.deadline_tie == NIMBLENET_TIE_ACCEPT,
        .metadata_exchange = c->protocol.metadata_exchange,
        .fallback_exchange = c->protocol.fallback_exchange,
        .announces_updates = c->updates.notice == NIMBLENET_NOTICE_FLOOD,
        .coalesce = c->protocol.coalesce,
        .swap = c->updates.swap == NIMBLENET_SWAP_HOT ? NODE_SWAP_HOT : NODE_SWAP_IDLE,
        .no_room = c->protocol.no_room == NIMBLENET_ROOM_WAIT ? NODE_ROOM_WAIT : NODE_ROOM_RETRY,
        .preload = preload[c->protocol.preload],
        .order = c->execution.order == NIMBLENET_ORDER_YIELD ? NODE_ORDER_YIELD : NODE_ORDER_FIFO,
    };
}

/* Lists of caches and executors begin again, each by itself. */
static enum sim_status make_means(struct compose_plan *p, const struct compose_system *m,
                                  struct model_error *error)
{
    const struct scenario_list *caches = &m->config->nodes.cache_bytes;
    const struct scenario_list *executors = &m->config->nodes.executors;
    if (caches->count == 1 && executors->count == 1) {
        return SIM_OK;
    }
    const uint32_t nodes = m->mesh.node_count;
    p->means = calloc(nodes, sizeof *p->means);
    if (p->means == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %u nodes", nodes);
    }
    p->means_count = nodes;
    for (uint32_t i = 0; i < nodes; i++) {
        p->means[i] = (struct node_means){
            .cache_bytes = (uint64_t)((const int64_t *)caches->item)[i % caches->count],
            .executors = ((const uint32_t *)executors->item)[i % executors->count],
        };
    }
    return SIM_OK;
}

static struct node_setup setup_of(const struct compose_system *m)
{
    const struct nimblenet_config *c = m->config;
    return (struct node_setup){
        .policy = policies_find(c->nodes.eviction),
        .protocol = protocol_of(c),
        .node_count = m->mesh.node_count,
        .registry = mesh_nodes(&m->mesh),
        .registry_of = m->mesh.registry_of,
        .executors = *(const uint32_t *)c->nodes.executors.item,
        .calls_max = c->nodes.calls_max,
        .cache_bytes = (uint64_t)nimblenet_largest_cache(c),
        .flood_life_ns = compose_flood_life(m),
    };
}

/* What of the scenario asks to see each hop when it happens: energy, as it is spent. */
static const char *full_path_for(const struct compose_system *m)
{
    const struct energy_rates *rates = &m->config->energy;
    const bool is_told = m->head->record >= 1; /* a node and bin */
    return m->head->full_path                     ? "--transport"
           : m->head->captures                    ? "--pcap"
           : is_told && rates->sent_bit_j > 0     ? "mesh.energy.send"
           : is_told && rates->received_bit_j > 0 ? "mesh.energy.receive"
                                                  : compose_outages_key(m->config);
}

const char *compose_obstacle(const struct compose_system *m)
{
    const struct node_setup setup = setup_of(m);
    const struct world_spec spec = {
        .mesh = &m->mesh,
        .setup = &setup,
        .traffic = compose_traffic(m->config),
        .full_path_for = full_path_for(m),
        .updates = (uint32_t)m->config->updates.at.count,
    };
    return world_obstacle(&spec);
}

static void fill(struct compose_plan *p, const struct compose_system *m, uint32_t replication)
{
    const struct nimblenet_config *c = m->config;
    p->program = (struct cpu_program){
        .catalogue = &p->catalogue,
        .segment_ns = p->taskset.segment_ns,
        .cost = p->cost,
    };
    p->setup = setup_of(m);
    p->setup.catalogue = &p->catalogue;
    p->setup.means = p->means;
    p->setup.means_count = p->means_count;
    p->longest_round_ns = compose_longest_round(m, &p->taskset);
    p->setup.protocol.request_timeout_ns = compose_request_timeout(c, p->longest_round_ns);
    p->world = (struct world_spec){
        .duration_ns = m->head->duration_ns,
        .bin_ns = m->head->bin_ns,
        .floor = &m->floor,
        .mesh = &m->mesh,
        .setup = &p->setup,
        .program = &p->program,
        .robots = compose_robots(m->head, c, replication),
        .traffic = compose_traffic(c),
        .outages = p->outages.things > 0 ? &p->outages : NULL,
        .full_path_for = full_path_for(m),
    };
}

/* The oracle's knowledge, where the policy asks for it. */
static enum sim_status foresee(struct compose_plan *p, struct model_error *error)
{
    if (p->setup.policy != &policy_belady) {
        return SIM_OK;
    }
    const enum sim_status status = future_create(&p->future, &p->world);
    if (status != SIM_OK) {
        return compose_fail(error, status, "nodes.eviction",
                            "no memory for all that %s must foresee",
                            policies_name(p->setup.policy));
    }
    p->setup.policy_context = p->future.node;
    return SIM_OK;
}

enum sim_status compose_plan_init(struct compose_plan *p, const struct compose_system *m,
                                  uint32_t replication, struct model_error *error)
{
    *p = (struct compose_plan){.energy = &m->config->energy};
    enum sim_status status = compose_taskset(&p->taskset, m->head, m->config, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    status = check_needs(p, m->config, error);
    if (status == SIM_OK) {
        status = compose_cost_make(&p->cost, &p->taskset, m, replication, error);
    }
    if (status == SIM_OK) {
        status = view_taskset(p, error);
    }
    if (status == SIM_OK) {
        status = make_means(p, m, error);
    }
    if (status == SIM_OK) {
        status = compose_outages(&p->outages, m, replication, error);
    }
    if (status == SIM_OK) {
        fill(p, m, replication);
        status = compose_updates(p, m, replication, error);
    }
    if (status == SIM_OK) {
        status = foresee(p, error);
    }
    if (status != SIM_OK) {
        compose_plan_deinit(p);
    }
    return status;
}

void compose_plan_deinit(struct compose_plan *p)
{
    future_destroy(&p->future);
    outage_plan_deinit(&p->outages);
    free(p->means);
    free(p->cost);
    free(p->tasklet);
    free(p->update);
    free(p->versions);
    taskset_deinit(&p->taskset);
    *p = (struct compose_plan){0};
}
