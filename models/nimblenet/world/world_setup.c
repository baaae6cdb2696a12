/*
 * A world's memory: reserved once, sized from the scenario, given to its parts.
 */
#include <stdlib.h>

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

static size_t align_up(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

/* Cuts one piece off a reserved stretch; with base NULL it only measures. */
static void *cut(unsigned char *base, size_t *used, size_t bytes)
{
    void *piece = base == NULL ? NULL : base + *used;
    *used += align_up(bytes);
    return piece;
}

/* Lays everything out behind base, and returns the bytes that takes. */
static size_t lay_out(struct world *w, unsigned char *base)
{
    const struct world_spec *s = &w->spec;
    const uint32_t nodes = s->setup->node_count;
    const uint32_t robots = s->robots.count;
    ASSERT(nodes > 0);
    const uint64_t open = (uint64_t)nodes * s->setup->calls_max + robots;
    const uint32_t open_max = open < POOL_NONE - 1 ? (uint32_t)open : POOL_NONE - 1;
    const uint32_t links = s->traffic.bandwidth_bps != 0 ? s->mesh->first[nodes] : 0;
    const uint32_t counted = s->counts_links ? s->mesh->first[nodes] : 0;
    w->bin_count = (uint32_t)((s->duration_ns - 1) / s->bin_ns) + 1;

    size_t used = 0;
    w->node = cut(base, &used, nodes * sizeof *w->node);
    w->robot = cut(base, &used, robots * sizeof *w->robot);
    w->chains = cut(base, &used, (size_t)robots * s->robots.chains * sizeof *w->chains);
    w->due = cut(base, &used, robots * sizeof *w->due);
    w->link_free = cut(base, &used, links * sizeof *w->link_free);
    w->link = cut(base, &used, counted * sizeof *w->link);
    w->responses = cut(base, &used, BINS_COUNT * sizeof *w->responses);
    w->bin = cut(base, &used, w->bin_count * sizeof *w->bin);
    const uint32_t queues = s->setup->executors > 0 ? nodes : 0;
    w->backlog.node = cut(base, &used, queues * sizeof *w->backlog.node);
    if (queues == 0) {
        w->backlog.node = NULL;
    }
    w->open_calls = cut(base, &used, (size_t)open_max * sizeof *w->open_calls);
    const size_t before_nodes = used;
    for (uint32_t i = 0; i < nodes; i++) {
        const uint16_t *routes = &s->mesh->next_port[(size_t)i * nodes];
        void *core = cut(base, &used, node_memory_bytes(s->setup));
        void *cpu = cut(base, &used, cpu_memory_bytes(s->program, s->setup->calls_max));
        if (base != NULL) {
            node_init(&w->node[i].core, s->setup, i, routes, core);
            cpu_init(&w->node[i].cpu, s->program, s->setup->calls_max, cpu);
        }
    }
    w->node_bytes = (used - before_nodes) / nodes + sizeof *w->node;
    if (base != NULL) {
        pool_init(&w->open, w->open_calls, sizeof *w->open_calls, open_max);
    }
    return used;
}

static enum sim_status make(struct world *w, const struct world_spec *spec)
{
    const struct traffic_spec *t = &spec->traffic;
    ASSERT(spec->duration_ns > 0 && spec->bin_ns > 0 &&
           spec->mesh->node_count == spec->setup->node_count);
    ASSERT(t->mtu_bytes == 0 || t->mtu_bytes > t->overhead_bytes);
    *w = (struct world){
        .spec = *spec,
        .backlog.duration_ns = spec->duration_ns,
        .links_are_plain = t->bandwidth_bps == 0 && t->loss <= 0 && !t->first_hop_is_free &&
                           spec->observer.event == NULL && !spec->counts_links,
        .bin_end = spec->bin_ns,
        .bin_weight = happenings_weight(0),
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
    for (uint32_t i = 0; i < spec->setup->node_count; i++) {
        w->node[i].wake_at = SIM_TIME_NEVER;
        happenings_init(&w->node[i].happenings);
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
    engine_deinit(&w->engine);
    memory_release(w->memory, w->memory_bytes);
    free(w);
}
