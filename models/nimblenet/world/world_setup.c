/*
 * A world's memory: reserved once, sized from the scenario, given to its parts.
 */
#include <stdlib.h>

#include "models/nimblenet/world/ahead.h"
#include "models/nimblenet/world/express.h"
#include "models/nimblenet/world/world_state.h"
#include "sim/engine/memory.h"

/*
 * Room for pending events to begin with. A search floods every link, and searches overlap, so
 * the greatest number cannot be known: the queue grows.
 */
static uint32_t pending_at_first(const struct world_spec *s)
{
    const uint64_t entities = (uint64_t)s->setup->node_count + s->robots.count;
    const uint64_t wanted = 4096 + entities * 64;
    const uint64_t most = UINT64_C(1) << 26;
    return (uint32_t)(wanted < most ? wanted : most);
}

/* Nothing of this entity lies with what was cut before. */
static void begin_entity(size_t *used)
{
    *used = (*used + WORLD_APART - 1) / WORLD_APART * WORLD_APART;
}

static size_t whole_lines(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

/*
 * What all nodes have, whatever they do: place by place, and then record by record, so that what
 * they touch lies in few pages.
 */
struct places {
    unsigned char *near, *records;
    size_t near_bytes;              /* a node's */
    size_t record_bytes, cpu_bytes; /* a record of an open call; of its executor's slot in it */
};

/* Neighbours lie an odd number of lines apart, so that what they use most does not meet in few
 * places of the processor's cache. */
static size_t whole_parts(size_t bytes)
{
    const size_t whole = (bytes + WORLD_APART - 1) / WORLD_APART * WORLD_APART;
    return whole / 64 % 2 == 0 && WORLD_APART == 64 ? whole + 64 : whole;
}

/* So many of a node's records are all used, as a rule. */
enum { DENSE_RECORDS = 4 };

static struct places lay_out_places(struct world *w, unsigned char *base, size_t *used)
{
    const struct world_spec *s = &w->spec;
    const size_t nodes = s->setup->node_count;
    const size_t words = w->words_wait ? AHEAD_NEAR : 0;
    struct places p = {.cpu_bytes = cpu_slot_bytes(s->program)};
    p.near_bytes =
        whole_parts(whole_lines(node_near_bytes(s->setup)) + words * sizeof(struct ahead_word));
    p.record_bytes = whole_parts(whole_lines(p.cpu_bytes + sizeof(struct world_call)) +
                                 node_record_bytes(s->setup));
    begin_entity(used);
    p.near = memory_cut(base, used, nodes * p.near_bytes);
    begin_entity(used);
    const size_t records = s->setup->calls_max + (size_t)1;
    w->dense_bytes =
        *used + (records < DENSE_RECORDS ? records : DENSE_RECORDS) * nodes * p.record_bytes;
    p.records = memory_cut(base, used, records * nodes * p.record_bytes);
    return p;
}

/* What one node has besides its struct. */
static void lay_out_node(struct world *w, unsigned char *base, size_t *used, const struct places *p,
                         uint32_t i)
{
    const struct world_spec *s = &w->spec;
    const uint32_t nodes = s->setup->node_count;
    const uint32_t degree = mesh_degree(s->mesh, i);
    begin_entity(used);
    const size_t first = *used;
    void *far = memory_cut(base, used, node_far_bytes(s->setup));
    const bool is_rated = s->traffic.bandwidth_bps != 0 || s->mesh->traits != NULL;
    void *link_free = memory_cut(base, used, (is_rated ? degree : 0) * sizeof(sim_time));
    void *link = memory_cut(base, used, (s->counts_links ? degree : 0) * sizeof(struct world_link));
    const bool shares = w->shares_sums && world_is_counted(w, i);
    void *bin = memory_cut(base, used, (shares ? 0 : w->bin_count) * sizeof(struct world_bin));
    void *responses = memory_cut(base, used, (shares ? 0 : BINS_COUNT) * sizeof(uint64_t));
    const size_t segments = s->outages != NULL ? s->setup->calls_max : 0;
    void *segment = memory_cut(base, used, segments * sizeof(struct world_segment));
    const size_t words = w->words_wait ? s->setup->calls_max : 0;
    void *word_all = memory_cut(base, used, words * sizeof(struct ahead_word));
    begin_entity(used);
    if (base == NULL) {
        return;
    }
    unsigned char *near = p->near + i * p->near_bytes;
    unsigned char *record = p->records + i * p->record_bytes;
    const size_t apart = nodes * p->record_bytes;
    struct world_node *n = &w->node[i];
    *n = (struct world_node){
        .near_bytes = p->near_bytes,
        .own = base + first,
        .own_bytes = *used - first,
        .segment = segment,
        .wake_at = SIM_TIME_NEVER,
        .word = (void *)(near + whole_lines(node_near_bytes(s->setup))),
        .word_all = word_all,
        .word_at = SIM_TIME_NEVER,
        .bin = shares ? w->bin : bin,
        .bin_now = shares ? w->bin : bin,
        .bin_end = s->bin_ns,
        .bin_weight = happenings_weight(0),
        .responses = shares ? w->responses : responses,
        .shortest = UINT32_MAX,
        .link_free = is_rated ? link_free : NULL,
        .link = link,
    };
    happenings_init(&n->happenings);
    const struct node_room room = {
        .near = near,
        .far = far,
        .record = record + whole_lines(p->cpu_bytes + sizeof(struct world_call)),
        .apart = apart,
    };
    node_init_in(&n->core, s->setup, i, &s->mesh->next_port[(size_t)i * nodes], &room);
    cpu_init(&n->cpu, s->program, record, apart);
    pool_init(&n->open, record + p->cpu_bytes, apart, s->setup->calls_max + 1);
}

/* Lays everything out behind base, and returns the bytes that takes. */
static size_t lay_out(struct world *w, unsigned char *base)
{
    const struct world_spec *s = &w->spec;
    const uint32_t nodes = s->setup->node_count;
    const uint32_t robots = s->robots.count;
    ASSERT(nodes > 0);
    w->bin_count = (uint32_t)((s->duration_ns - 1) / s->bin_ns) + 1;

    size_t used = 0;
    w->node = memory_cut(base, &used, nodes * sizeof *w->node);
    w->robot = memory_cut(base, &used, robots * sizeof *w->robot);
    w->responses = memory_cut(base, &used, BINS_COUNT * sizeof *w->responses);
    w->bin = memory_cut(base, &used, w->bin_count * sizeof *w->bin);
    const uint32_t queues = node_setup_is_limited(s->setup) ? nodes : 0;
    w->backlog.node = memory_cut(base, &used, queues * sizeof *w->backlog.node);
    if (queues == 0) {
        w->backlog.node = NULL;
    }
    const size_t before_places = used;
    const struct places places = lay_out_places(w, base, &used);
    const size_t before_robots = used;
    for (uint32_t i = 0; i < robots; i++) {
        begin_entity(&used);
        struct world_track *track = memory_cut(base, &used, sizeof *track);
        begin_entity(&used);
        uint32_t *chains = memory_cut(base, &used, s->robots.chains * sizeof *chains);
        if (base != NULL) {
            w->robot[i].track = track;
            w->robot[i].chains = chains;
        }
    }
    w->robot_bytes = sizeof *w->robot + (robots > 0 ? (used - before_robots) / robots : 0);
    const size_t before_nodes = used;
    for (uint32_t i = 0; i < nodes; i++) {
        lay_out_node(w, base, &used, &places, i);
    }
    w->node_bytes = (used - before_nodes + before_robots - before_places) / nodes + sizeof *w->node;
    return used;
}

static enum sim_status make(struct world *w, const struct world_spec *spec)
{
    const struct traffic_spec *t = &spec->traffic;
    ASSERT(spec->duration_ns > 0 && spec->bin_ns > 0 &&
           spec->mesh->node_count == spec->setup->node_count);
    ASSERT(t->mtu_bytes == 0 || t->mtu_bytes > t->overhead_bytes);
    ASSERT(t->retries <= TRAFFIC_RETRIES_MAX);
    ASSERT(spec->driver == NULL || spec->full_path_for != NULL);
    *w = (struct world){
        .spec = *spec,
        .backlog.duration_ns = spec->duration_ns,
        .shares_sums = world_obstacle(spec) == NULL,
        .words_wait = world_obstacle(spec) == NULL && ahead_suits(spec),
        .links_are_plain = traffic_is_plain(t) && spec->outages == NULL &&
                           spec->mesh->traits == NULL && spec->observer.event == NULL &&
                           spec->observer.frame == NULL && !spec->counts_links,
    };
    w->memory_bytes = lay_out(w, NULL);
    w->memory = memory_reserve(w->memory_bytes);
    if (w->memory == NULL) {
        return SIM_ERR_NOMEM;
    }
    const uint32_t entities = spec->setup->node_count + spec->robots.count;
    const enum sim_status status = engine_init(&w->engine, entities, pending_at_first(spec));
    if (status != SIM_OK) {
        memory_release(w->memory, w->memory_bytes);
        return status;
    }
    (void)lay_out(w, w->memory);
    if (spec->setup->node_count >= WORLD_DENSE_FROM) {
        memory_expect_dense(w->memory, w->dense_bytes);
    }
    w->driver = spec->driver != NULL ? *spec->driver : driver_local(w);
    if (world_obstacle(spec) == NULL) {
        if (express_create(&w->express, spec) != SIM_OK) {
            engine_deinit(&w->engine);
            memory_release(w->memory, w->memory_bytes);
            return SIM_ERR_NOMEM;
        }
        w->engine.queue.is_first = express_is_first;
        w->engine.queue.context = w;
    }
    return SIM_OK;
}

enum sim_status world_create(struct world **out, const struct world_spec *spec)
{
    struct world *w = malloc(sizeof *w);
    const enum sim_status status = w != NULL ? make(w, spec) : SIM_ERR_NOMEM;
    *out = w;
    if (status != SIM_OK) {
        free(w);
        *out = NULL;
    }
    return status;
}

void world_destroy(struct world *w)
{
    express_destroy(w->express);
    engine_deinit(&w->engine);
    memory_release(w->memory, w->memory_bytes);
    free(w);
}
