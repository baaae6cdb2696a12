#include "models/nimblenet/world/express.h"

#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/world/ahead.h"
#include "models/nimblenet/world/express_state.h"
#include "sim/engine/memory.h"

/* ---- where it is exact ---- */

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
    X("mesh.links", s->mesh->traits != NULL)                                                       \
    X("mesh.hop_delay", s->traffic.hop_delay_ns <= 0 || traffic_delay_varies(&s->traffic))         \
    X("mesh.hop_delay_on", s->traffic.first_hop_is_free)                                           \
    X("mesh.bandwidth", s->traffic.bandwidth_bps != 0)                                             \
    X("mesh.loss", s->traffic.loss > 0)                                                            \
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

/* Messages remembered for the order of those that they cause, to begin with; and for how many ways
 * from end to end. An acquisition takes six: its chain ends where a node's own event began it. */
enum { MADE_LEAST = 512, REMEMBERED_WAYS = 32 };

static size_t lay_out(struct express *x, unsigned char *base)
{
    const size_t n = x->nodes;
    const size_t steps = n * express_steps(x);
    size_t used = 0;
    x->holder = memory_cut(base, &used, n * x->tasklets * sizeof *x->holder);
    x->where = memory_cut(base, &used, n * x->tasklets * sizeof *x->where);
    x->holders = memory_cut(base, &used, x->tasklets * sizeof *x->holders);
    x->first_flood = memory_cut(base, &used, x->tasklets * sizeof *x->first_flood);
    x->ring = memory_cut(base, &used, steps * sizeof *x->ring);
    x->has_ring = memory_cut(base, &used, n * sizeof *x->has_ring);
    x->floods = memory_cut(base, &used, EXPRESS_SEARCHES * steps * sizeof *x->floods);
    x->over_each_link = memory_cut(base, &used, n * sizeof *x->over_each_link);
    x->late = memory_cut(base, &used, n * n * sizeof *x->late);
    x->way_of = memory_cut(base, &used, n * n * sizeof *x->way_of);
    x->next = memory_cut(base, &used, n * n * sizeof *x->next);
    x->late_by_hops = memory_cut(base, &used, (x->diameter + 1) * sizeof *x->late_by_hops);
    x->has_late = memory_cut(base, &used, n * sizeof *x->has_late);
    x->flow = memory_cut(base, &used, n * sizeof *x->flow);
    x->by_hops = memory_cut(base, &used, n * sizeof *x->by_hops);
    x->first_of = memory_cut(base, &used, (x->diameter + 2) * sizeof *x->first_of);
    return used;
}

/* Hops up to which somebody's answer is back before a search of that many hops gives up. */
static uint32_t hops_in_time(const struct world_spec *s, uint32_t ttl)
{
    const struct node_protocol *p = &s->setup->protocol;
    const sim_time local = p->local.ttl == ttl ? p->local.timeout_ns : 0;
    const sim_time global = p->global.ttl == ttl ? p->global.timeout_ns : 0;
    const sim_time longest = local > global ? local : global;
    const sim_time hops = longest / (2 * s->traffic.hop_delay_ns);
    return hops < UINT32_MAX ? (uint32_t)hops : UINT32_MAX;
}

static uint64_t bytes_of(const struct world_spec *s, enum wire_kind kind)
{
    const struct wire_message m = {.kind = (uint8_t)kind, .status = WIRE_HERE};
    return traffic_bytes(&s->traffic, &m);
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
    x->in_time[0] = hops_in_time(s, s->setup->protocol.local.ttl);
    x->in_time[1] = hops_in_time(s, s->setup->protocol.global.ttl);
    x->flood_free = EXPRESS_NOBODY;
    x->made_mask = MADE_LEAST - 1;
    x->made = memory_reserve(MADE_LEAST * sizeof *x->made);
    const sim_time ways = (sim_time)REMEMBERED_WAYS * (x->diameter + 2);
    const sim_time hop = s->traffic.hop_delay_ns;
    x->remembered_ns = hop > INT64_MAX / ways ? INT64_MAX : ways * hop;
    x->memory_bytes = lay_out(x, NULL);
    x->memory = memory_reserve(x->memory_bytes);
    if (x->memory == NULL || x->made == NULL) {
        express_destroy(x);
        return SIM_ERR_NOMEM;
    }
    (void)lay_out(x, x->memory);
    x->now = (struct express_clock){.bin_end = s->bin_ns, .weight = happenings_weight(0)};
    memset(x->first_flood, 0xff, x->tasklets * sizeof *x->first_flood);
    for (uint32_t hops = 0; hops <= x->diameter; hops++) {
        x->late_by_hops[hops].flood = UINT64_MAX;
    }
    *out = x;
    return SIM_OK;
}

void express_destroy(struct express *x)
{
    if (x != NULL) {
        memory_release(x->memory, x->memory_bytes);
        free(x->flood);
        free(x->way);
        memory_release(x->made, ((size_t)x->made_mask + 1) * sizeof *x->made);
        free(x);
    }
}

size_t express_memory_bytes(const struct express *x)
{
    return x->memory_bytes + x->flood_capacity * sizeof *x->flood +
           x->way_capacity * sizeof *x->way + ((size_t)x->made_mask + 1) * sizeof *x->made;
}

/* ---- messages that matter ---- */

/* A message comes to a node over that port of its, from the neighbour there. */
static void arrive(struct world *w, uint32_t from, uint32_t node, uint32_t port, sim_time at,
                   uint64_t number, const struct wire_message *m)
{
    /* What comes over one hop comes in the order in which it was sent. */
    const bool rises = at - w->engine.now == w->spec.traffic.hop_delay_ns;
    struct ev_slot *slot = engine_prepare(&w->engine, from, node, at,
                                          rises ? EV_RISING : EV_ANY_ORDER, WORLD_EXPRESS, port);
    if (SIM_LIKELY(slot != NULL)) {
        slot->sequence = number;
        memcpy(slot->payload, m, sizeof *m);
    }
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

void express_send(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    ASSERT(m->origin == node && m->destination < w->express->nodes && m->destination != node);
    const struct express_way *way = express_way(w, node, m->destination);
    if (SIM_UNLIKELY(way == NULL)) {
        engine_overflow(&w->engine);
        return;
    }
    express_account_way(w, way, express_clock_at(w, now), m->kind,
                        traffic_bytes(&w->spec.traffic, m));
    arrive(w, way->last, way->to, way->port, now + way->takes_ns, express_number(w, node, m->kind),
           m);
}

/* ---- floods ---- */

static sim_time arrival_at(const struct world *w, const struct express_flood *f, uint32_t hops)
{
    return f->start.at + hops * w->spec.traffic.hop_delay_ns;
}

void express_expect_query(struct world *w, const struct express_flood *f, uint32_t tasklet,
                          uint32_t node, uint32_t hops)
{
    const struct wire_message query = {
        .kind = WIRE_QUERY,
        .ttl = (uint8_t)(f->ttl - (hops - 1)),
        .origin = f->origin,
        .destination = WIRE_EVERYONE,
        .tasklet = tasklet,
        .request = f->request,
        .context = f->context,
        .epoch = f->epoch,
    };
    const uint32_t link = express_link(w, node, f->origin);
    arrive(w, w->spec.mesh->link[link].to, node, link - w->spec.mesh->first[node],
           arrival_at(w, f, hops), f->sequence, &query);
}

static bool reaches(const struct express_flood *f, uint32_t hops)
{
    return hops != 0 && hops <= f->reach;
}

/* Tells a node that holds the tasklet, or does not any more, when the flood comes to it. */
static void note_holder(struct world *w, const struct express_flood *f, uint32_t tasklet,
                        uint32_t node, uint32_t hops, bool holds)
{
    if (hops > f->in_time) {
        express_account_late(w, f, node, hops, !holds);
    } else if (holds) {
        express_expect_query(w, f, tasklet, node, hops);
    }
}

/* Registries hold everything, if they answer searches at all. */
static void note_registries(struct world *w, const struct express_flood *f, uint32_t tasklet)
{
    for (uint32_t i = w->express->registry; i < w->express->nodes; i++) {
        const uint32_t hops = express_hops(w, f->origin, i);
        if (reaches(f, hops)) {
            note_holder(w, f, tasklet, i, hops, true);
        }
    }
}

/* The same for a flood of one hop: there are fewer neighbours than holders. */
static void note_neighbours(struct world *w, const struct express_flood *f, uint32_t tasklet)
{
    const struct mesh *mesh = w->spec.mesh;
    const uint32_t *where = &w->express->where[(size_t)tasklet * w->express->nodes];
    for (uint32_t l = mesh->first[f->origin]; l < mesh->first[f->origin + 1]; l++) {
        if (where[mesh->link[l].to] != 0) {
            note_holder(w, f, tasklet, mesh->link[l].to, 1, true);
        }
    }
}

static SIM_COLD bool grow_floods(struct express *x)
{
    const uint32_t capacity = 2 * x->flood_capacity + 64;
    struct express_flood *larger = realloc(x->flood, capacity * sizeof *larger);
    if (larger == NULL) {
        return false;
    }
    x->flood = larger;
    x->flood_capacity = capacity;
    return true;
}

/* Remembers a flood for those who come to hold its tasklet. False without memory. */
static bool add_flood(struct express *x, const struct express_flood *f, uint32_t tasklet)
{
    uint32_t index = x->flood_free;
    if (index != EXPRESS_NOBODY) {
        x->flood_free = x->flood[index].next;
    } else if (x->flood_count < x->flood_capacity || grow_floods(x)) {
        index = x->flood_count++;
    } else {
        return false;
    }
    x->flood[index] = *f;
    x->flood[index].next = x->first_flood[tasklet];
    x->first_flood[tasklet] = index;
    return true;
}

void express_flood(struct world *w, uint32_t node, sim_time now, const struct wire_message *m)
{
    struct express *x = w->express;
    if (m->origin != node) {
        return; /* accounted when it began */
    }
    const struct express_clock *clock = express_clock_at(w, now);
    const struct express_flood f = {
        .start = {now, clock->bin_end, clock->weight, clock->bin}, /* .at was stored just now */
        .sequence = express_number(w, node, WIRE_QUERY),
        .origin = node,
        .request = m->request,
        .context = m->context,
        .epoch = m->epoch,
        .reach = m->ttl < x->diameter ? m->ttl : x->diameter,
        .in_time = x->in_time[express_search(w, m->ttl)],
        .ttl = m->ttl,
    };
    if (!add_flood(x, &f, m->tasklet)) {
        engine_overflow(&w->engine);
        return;
    }
    express_account_flood(w, &f);
    if (f.reach == 1) {
        note_neighbours(w, &f, m->tasklet);
    } else {
        express_note_holders(w, &f, m->tasklet);
    }
    if (w->spec.setup->protocol.registry_answers) {
        note_registries(w, &f, m->tasklet);
    }
}

/* ---- who comes to hold what is searched ---- */

/* Whether the flood comes to a node behind what happens there now. */
static bool is_to_come(const struct world *w, const struct express_flood *f, uint32_t node,
                       sim_time now)
{
    const sim_time at = arrival_at(w, f, express_hops(w, f->origin, node));
    if (at != now) {
        return at > now;
    }
    const struct ev_slot *firing = &w->engine.queue.slot[w->engine.queue.firing];
    const uint32_t from = express_towards(w, node, f->origin);
    if (firing->source != from) {
        return firing->source < from;
    }
    const struct ev_slot query = {.kind = WORLD_EXPRESS, .sequence = f->sequence};
    return express_is_first(w, node, firing, &query);
}

static bool is_over(const struct world *w, const struct express_flood *f, sim_time now)
{
    return now > arrival_at(w, f, f->reach);
}

static void tell_floods(struct world *w, uint32_t node, sim_time now, uint32_t tasklet, bool holds)
{
    struct express *x = w->express;
    uint32_t *link = &x->first_flood[tasklet];
    while (*link != EXPRESS_NOBODY) {
        const uint32_t index = *link;
        struct express_flood *f = &x->flood[index];
        if (is_over(w, f, now)) {
            *link = f->next;
            f->next = x->flood_free;
            x->flood_free = index;
            continue;
        }
        const uint32_t hops = express_hops(w, f->origin, node);
        if (reaches(f, hops) && is_to_come(w, f, node, now)) {
            note_holder(w, f, tasklet, node, hops, holds);
        }
        link = &f->next;
    }
}

void express_stored(struct world *w, uint32_t node, sim_time now, uint32_t tasklet)
{
    struct express *x = w->express;
    const size_t row = (size_t)tasklet * x->nodes;
    ASSERT(x->where[row + node] == 0);
    x->holder[row + x->holders[tasklet]++] = node;
    x->where[row + node] = x->holders[tasklet];
    tell_floods(w, node, now, tasklet, true);
}

void express_evicted(struct world *w, uint32_t node, sim_time now, uint32_t tasklet)
{
    struct express *x = w->express;
    const size_t row = (size_t)tasklet * x->nodes;
    const uint32_t place = x->where[row + node];
    ASSERT(place != 0);
    const uint32_t last = x->holder[row + --x->holders[tasklet]];
    x->holder[row + place - 1] = last;
    x->where[row + last] = place;
    x->where[row + node] = 0;
    tell_floods(w, node, now, tasklet, false);
}
