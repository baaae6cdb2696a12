#include "models/nimblenet/world/express.h"

#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/world/ahead.h"
#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* ---- where it is exact ---- */

/* Links that what is sent has to wait for. */
static bool has_bandwidth(const struct mesh *mesh)
{
    bool has = false;
    const uint32_t links = mesh->traits != NULL ? mesh->first[mesh->node_count] : 0;
    for (uint32_t l = 0; l < links; l++) {
        has |= mesh->traits[l].bandwidth_bps > 0;
    }
    return has;
}

/* Each key that may ask for the full path, and whether one of spec does; the first is named. */
#define OBSTACLES(X)                                                                               \
    X("record",                                                                                    \
      s->observer.event != NULL || s->observer.action != NULL || s->observer.frame != NULL)        \
    X("mesh.energy.send", false) /* what is false here is named by spec.full_path_for */           \
    X("mesh.energy.receive", false)                                                                \
    X("outage.nodes.mtbf", false)                                                                  \
    X("outage.links.mtbf", false)                                                                  \
    X("outage.registry.mtbf", false)                                                               \
    X("outage.pauses.mtbf", false)                                                                 \
    X("outage.trace", false)                                                                       \
    X("updates.swap", s->updates > 0 && s->setup->protocol.swap == NODE_SWAP_HOT)                  \
    X("outage.events", s->outages != NULL)                                                         \
    X("updates.notice", s->updates > 0 && s->setup->protocol.announces_updates)                    \
    X("mesh.links", has_bandwidth(s->mesh))                                                        \
    X("mesh.hop_delay", s->traffic.hop_delay_ns <= 0 || traffic_delay_varies(&s->traffic))         \
    X("mesh.hop_delay_on", s->traffic.first_hop_is_free)                                           \
    X("mesh.bandwidth", s->traffic.bandwidth_bps != 0)                                             \
    X("mesh.retries", s->traffic.retries > 0)                                                      \
    X("mesh.corruption", s->traffic.corruption > 0)                                                \
    X("mesh.duplication", s->traffic.duplication > 0)                                              \
    X("mesh.reordering", s->traffic.reordering > 0)                                                \
    X("nodes.falsehood", s->traffic.falsehood > 0)                                                 \
    X("mesh.housekeeping.interval", traffic_has_chatter(&s->traffic))                              \
    X("nodes.frame_time", s->traffic.frame_ns > 0)                                                 \
    X("protocol.holder_forwards", !s->setup->protocol.holder_forwards)                             \
    X("nodes.eviction", s->setup->policy->heard != NULL)

#define KEY_OF(key, asks) key,
const char *const world_obstacles[] = {OBSTACLES(KEY_OF) NULL};

#define NAME_IF(key, asks)                                                                         \
    if (asks) {                                                                                    \
        return key;                                                                                \
    }

const char *world_obstacle(const struct world_spec *s)
{
    NAME_IF(s->full_path_for, s->full_path_for != NULL)
    OBSTACLES(NAME_IF)
    return NULL;
}

/* ---- memory ---- */

/* For how many ways from end to end messages are remembered for the order of those that they cause.
 * An acquisition takes six: its chain ends where a node's own event began it. */
enum { REMEMBERED_WAYS = 32 };

/* Floods to have room for at once, to begin with, besides those that wait to be accounted. */
enum { FLOODS_LEAST = 64 };

/* Routes to have room for, to begin with, for each node: to neighbours and theirs, and back. */
enum { WAYS_EACH = 32 };

/* Questions remembered, to begin with. */
enum { QUESTIONS_LEAST = 64 };

static size_t lay_out(struct express *x, const struct mesh *mesh, unsigned char *base)
{
    const size_t n = x->nodes;
    const size_t steps = n * express_steps(x);
    size_t used = 0;
    x->delay_ns = memory_cut(base, &used, mesh->first[n] * sizeof *x->delay_ns);
    x->held = memory_cut(base, &used, (size_t)x->tasklets * x->answer_words * sizeof *x->held);
    x->under_way_of = memory_cut(base, &used, x->tasklets * sizeof *x->under_way_of);
    x->begun = memory_cut(base, &used, n * sizeof *x->begun);
    x->near_of = memory_cut(base, &used, n * sizeof *x->near_of);
    x->ring = memory_cut(base, &used, steps * sizeof *x->ring);
    x->has_ring = memory_cut(base, &used, n * sizeof *x->has_ring);
    x->floods = memory_cut(base, &used, EXPRESS_SEARCHES * steps * sizeof *x->floods);
    x->over_each_link = memory_cut(base, &used, n * sizeof *x->over_each_link);
    x->spared = memory_cut(base, &used, mesh->first[n] * sizeof *x->spared);
    x->each = memory_cut(base, &used, n * sizeof *x->each);
    x->late = memory_cut(base, &used, n * n * sizeof *x->late);
    x->way_of = memory_cut(base, &used, n * n * sizeof *x->way_of);
    x->next = memory_cut(base, &used, n * n * sizeof *x->next);
    x->has_ways = memory_cut(base, &used, n * sizeof *x->has_ways);
    x->turned = memory_cut(base, &used, n * sizeof *x->turned);
    x->hop = memory_cut(base, &used, (x->diameter + 1) * sizeof *x->hop);
    x->turn = memory_cut(base, &used, 2 * ((size_t)x->diameter + 1) * sizeof *x->turn);
    x->turning = memory_cut(base, &used, (n + 1) * sizeof *x->turning);
    x->flow = memory_cut(base, &used, n * sizeof *x->flow);
    x->went = memory_cut(base, &used, n * sizeof *x->went);
    x->came = memory_cut(base, &used, n * sizeof *x->came);
    x->by_hops = memory_cut(base, &used, n * sizeof *x->by_hops);
    x->asked = memory_cut(base, &used, n * sizeof *x->asked);
    x->first_of = memory_cut(base, &used, (x->diameter + 2) * sizeof *x->first_of);
    return used;
}

/* What somebody's answer may take to a search of that many hops. */
static sim_time longest_timeout(const struct world_spec *s, uint32_t ttl)
{
    const struct node_protocol *p = &s->setup->protocol;
    const sim_time local = p->local.ttl == ttl ? p->local.timeout_ns : 0;
    const sim_time global = p->global.ttl == ttl ? p->global.timeout_ns : 0;
    return local > global ? local : global;
}

static void look_at_links(struct express *x, const struct world_spec *s)
{
    const struct mesh *mesh = s->mesh;
    x->longest_hop_ns = s->traffic.hop_delay_ns;
    x->shortest_hop_ns = s->traffic.hop_delay_ns;
    x->loses = s->traffic.loss > 0;
    for (uint32_t l = 0; l < mesh->first[x->nodes]; l++) {
        const sim_time delay = radio_constant_delay(mesh, &s->traffic, l);
        x->longest_hop_ns = delay > x->longest_hop_ns ? delay : x->longest_hop_ns;
        x->shortest_hop_ns = delay < x->shortest_hop_ns ? delay : x->shortest_hop_ns;
        x->loses |= mesh->traits != NULL && mesh->traits[l].loss > 0;
    }
    x->differs = mesh->traits != NULL || x->loses;
    for (uint32_t i = 0; i < EXPRESS_SEARCHES; i++) {
        const struct node_protocol *p = &s->setup->protocol;
        x->timeout_ns[i] = longest_timeout(s, i == 0 ? p->local.ttl : p->global.ttl);
        const sim_time hops = x->timeout_ns[i] / (2 * s->traffic.hop_delay_ns);
        const uint32_t ttl = i == 0 ? p->local.ttl : p->global.ttl;
        x->in_time[i] = hops < ttl ? (uint32_t)hops : ttl;
    }
}

static uint64_t bytes_of(const struct world_spec *s, enum wire_kind kind)
{
    const struct wire_message m = {.kind = (uint8_t)kind, .status = WIRE_HERE};
    return traffic_bytes(&s->traffic, &m);
}

/* They hold everything, if they answer searches at all. */
static void hold_registries(struct express *x, const struct world_spec *s)
{
    for (uint32_t i = 0; s->setup->protocol.registry_answers && i < x->tasklets; i++) {
        for (uint32_t node = x->registry; node < x->nodes; node++) {
            express_set_bit(express_held(x, i), node, true);
        }
    }
}

enum sim_status express_create(struct express **out, const struct world_spec *s)
{
    ASSERT(world_obstacle(s) == NULL);
    struct express *x = calloc(1, sizeof *x);
    if (x == NULL) {
        return SIM_ERR_NOMEM;
    }
    x->nodes = s->setup->node_count;
    x->registry = s->setup->registry;
    for (uint32_t i = x->registry; i < x->nodes; i++) {
        ASSERT(mesh_degree(s->mesh, i) == 1); /* nobody's way leads over a registry */
    }
    x->tasklets = s->setup->catalogue->count;
    x->diameter = s->mesh->diameter_hops;
    x->query_bytes = bytes_of(s, WIRE_QUERY);
    x->have_bytes = bytes_of(s, WIRE_HAVE);
    look_at_links(x, s);
    x->flood_free = EXPRESS_NOBODY;
    x->question_mask = QUESTIONS_LEAST - 1;
    x->question = memory_reserve_unset(QUESTIONS_LEAST * sizeof *x->question);
    x->answer_words = (x->nodes + 63) / 64;
    x->flood_bytes = sizeof(struct express_flood) + x->answer_words * sizeof *x->held;
    x->batch = 1 + (uint32_t)(x->nodes * sizeof *x->late / (2 * x->flood_bytes));
    x->flood_capacity = FLOODS_LEAST + (size_t)x->nodes * x->batch;
    x->way_capacity = (size_t)x->nodes * WAYS_EACH;
    x->way = memory_reserve_unset(x->way_capacity * sizeof *x->way);
    x->floods_memory = memory_reserve_unset(x->flood_capacity * x->flood_bytes);
    const sim_time ways = (sim_time)REMEMBERED_WAYS * (x->diameter + 2);
    const sim_time hop = x->longest_hop_ns;
    x->remembered_ns = hop > INT64_MAX / ways ? INT64_MAX : ways * hop;
    x->memory_bytes = lay_out(x, s->mesh, NULL);
    x->memory = memory_reserve(x->memory_bytes);
    if (x->memory == NULL || x->question == NULL || x->floods_memory == NULL || x->way == NULL ||
        !express_order_create(x) || (x->differs && !express_spread_create(x))) {
        express_destroy(x);
        return SIM_ERR_NOMEM;
    }
    (void)lay_out(x, s->mesh, x->memory);
    if (x->nodes >= WORLD_DENSE_FROM) {
        memory_expect_dense(x->memory, x->memory_bytes);
        memory_expect_dense(x->floods_memory, x->flood_capacity * x->flood_bytes);
        memory_expect_dense(x->made, ((size_t)x->made_mask + 1) * sizeof *x->made);
    }
    for (uint32_t l = 0; l < s->mesh->first[x->nodes]; l++) {
        x->delay_ns[l] = radio_constant_delay(s->mesh, &s->traffic, l);
    }
    x->now = (struct express_clock){.bin_end = s->bin_ns, .weight = happenings_weight(0)};
    for (uint32_t node = 0; node < x->nodes; node++) {
        x->begun[node] = (struct express_begun){.last = EXPRESS_NOBODY, .due = x->batch};
    }
    hold_registries(x, s);
    *out = x;
    return SIM_OK;
}

void express_destroy(struct express *x)
{
    if (x != NULL) {
        for (uint32_t i = 0; x->under_way_of != NULL && i < x->tasklets; i++) {
            free(x->under_way_of[i].flood);
        }
        memory_release(x->memory, x->memory_bytes);
        express_spread_destroy(x);
        memory_release(x->floods_memory, x->flood_capacity * x->flood_bytes);
        free(x->near);
        memory_release(x->way, x->way_capacity * sizeof *x->way);
        free(x->turns);
        free(x->grown);
        express_order_destroy(x);
        memory_release(x->question, ((size_t)x->question_mask + 1) * sizeof *x->question);
        free(x);
    }
}

static size_t under_way_bytes(const struct express *x)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < x->tasklets; i++) {
        bytes += x->under_way_of[i].capacity * sizeof *x->under_way_of[i].flood;
    }
    return bytes;
}

size_t express_memory_bytes(const struct express *x)
{
    return x->memory_bytes + express_spread_memory_bytes(x) + x->flood_capacity * x->flood_bytes +
           x->near_capacity * sizeof *x->near + x->way_capacity * sizeof *x->way +
           x->turns_capacity * sizeof *x->turns + x->grown_capacity * sizeof *x->grown +
           under_way_bytes(x) + express_order_memory_bytes(x) +
           ((size_t)x->question_mask + 1) * sizeof *x->question;
}

/* ---- messages that matter ---- */

struct ev_slot *express_arrive(struct world *w, const struct express_way *way, sim_time at,
                               uint64_t number, const struct wire_message *m)
{
    /* What is asked of a neighbour is answered in the order in which it was asked. */
    const bool rises = at - w->engine.now == 2 * w->spec.traffic.hop_delay_ns;
    struct ev_slot *slot =
        engine_prepare(&w->engine, way->last, way->to, at, rises ? EV_RISING : EV_ANY_ORDER,
                       WORLD_EXPRESS, way->port);
    if (SIM_LIKELY(slot != NULL)) {
        slot->sequence = number;
        memcpy(slot->payload, m, sizeof *m);
    }
    return slot;
}

void express_on_message(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    const struct node_event frame = {
        .kind = NODE_FRAME, .port = (uint16_t)ev->arg, .frame = ev->payload};
    struct world *w = context;
    struct world_node *n = &w->node[ev->self];
    ahead_hear_before(w, n, ev->now);
    world_step_node(w, n, ev->now, &frame);
}

/* ---- who comes to hold what others ask for ---- */

bool express_is_to_come(const struct world *w, uint32_t node, sim_time now, sim_time at,
                        uint32_t from, uint64_t number)
{
    if (at != now) {
        return at > now;
    }
    const struct ev_slot *firing = &w->engine.queue.slot[w->engine.queue.firing];
    if (firing->source != from) {
        return firing->source < from;
    }
    const struct ev_slot message = {.kind = WORLD_EXPRESS, .sequence = number};
    return express_is_first(w, node, firing, &message);
}

void express_stored(struct world *w, uint32_t node, sim_time now, uint32_t tasklet)
{
    uint64_t *held = express_held(w->express, tasklet);
    ASSERT(!express_bit(held, node));
    express_set_bit(held, node, true);
    express_tell_floods(w, node, now, tasklet, true);
    express_answer_anew(w, node, now, tasklet);
}

void express_evicted(struct world *w, uint32_t node, sim_time now, uint32_t tasklet)
{
    uint64_t *held = express_held(w->express, tasklet);
    ASSERT(express_bit(held, node));
    express_set_bit(held, node, false);
    express_tell_floods(w, node, now, tasklet, false);
    express_answer_anew(w, node, now, tasklet);
}

void express_updated(struct world *w, uint32_t registry, sim_time now, uint32_t tasklet)
{
    express_answer_anew(w, registry, now, tasklet);
}
