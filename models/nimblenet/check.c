/* What only several keys together can get wrong. */
#include <string.h>

#include "models/nimblenet/compose_outages.h"
#include "models/nimblenet/config.h"

/* Of a list each node may have one. */
static void check_registries(const struct scenario_list *attached, struct key_conflicts *conflicts)
{
    const char *const *key = KEYS("registry.attached_to");
    const uint32_t *at = attached->item;
    for (uint32_t i = 1; i < attached->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (at[k] == at[i]) {
                key_conflicts_add(conflicts, key, "two registries are attached to node %u", at[i]);
                return;
            }
        }
    }
}

static void check_nodes(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *grid = KEYS("nodes.columns", "nodes.rows", "mesh.links");
    const char *const *registry =
        KEYS("registry.attached_to", "nodes.columns", "nodes.rows", "mesh.links");
    unsigned long long nodes = (unsigned long long)c->nodes.columns * c->nodes.rows;

    if (key_conflicts_are_sound(conflicts, grid) && nodes > NIMBLENET_NODES_MAX) {
        key_conflicts_add(conflicts, grid, "%u columns of %u rows are %llu nodes; at most %d",
                          c->nodes.columns, c->nodes.rows, nodes, (int)NIMBLENET_NODES_MAX);
    }
    for (uint32_t i = 0; i < c->registry.attached_to.count; i++) {
        const uint32_t at = ((const uint32_t *)c->registry.attached_to.item)[i];
        if (key_conflicts_are_sound(conflicts, registry) && at > nodes) {
            key_conflicts_add(
                conflicts, registry,
                "the registry is attached to node %u, but there are %llu nodes, counted from 1", at,
                nodes);
            break;
        }
    }
    check_registries(&c->registry.attached_to, conflicts);
}

int64_t nimblenet_largest_cache(const struct nimblenet_config *c)
{
    int64_t largest = 0;
    for (uint32_t i = 0; i < c->nodes.cache_bytes.count; i++) {
        const int64_t bytes = ((const int64_t *)c->nodes.cache_bytes.item)[i];
        largest = bytes > largest ? bytes : largest;
    }
    return largest;
}

static void check_counts(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *chains = KEYS("robots.chains", "taskset.chains");
    const char *const *calls = KEYS("taskset.algorithms_per_chain", "taskset.algorithms");
    const char *const *trigger = KEYS("robots.trigger");
    const struct dist *drawn = &c->taskset.algorithms_per_chain;

    if (key_conflicts_are_sound(conflicts, chains) && c->robots.chains > c->taskset.chains) {
        key_conflicts_add(conflicts, chains,
                          "a robot draws %u distinct chains, but taskset.chains is %u",
                          c->robots.chains, c->taskset.chains);
    }
    if (key_conflicts_are_sound(conflicts, calls) && drawn->high > (int64_t)c->taskset.algorithms) {
        key_conflicts_add(
            conflicts, calls,
            "a chain calls up to %lld distinct algorithms, but taskset.algorithms is %u",
            (long long)drawn->high, c->taskset.algorithms);
    }
    if (key_conflicts_are_sound(conflicts, trigger) && c->robots.trigger_ns.high < SIM_US) {
        key_conflicts_add(conflicts, trigger, "calls less than 1 us apart would never end");
    }
}

/*
 * Only what fits in no draw is refused here: a set of which one tasklet happens to be larger
 * than the cache is found when it is drawn.
 */
/* Where nothing can run in either form. A form whose tasklets alone are too large is told of when
 * its runs begin, and its calls fail: the other one may do. */
static void check_cache(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *keys = KEYS("nodes.cache", "taskset.chain_size", "taskset.algorithm_size",
                                   "taskset.algorithms_per_chain");
    int64_t largest = nimblenet_largest_cache(c);
    int64_t chain = dist_least(&c->taskset.chain_size_bytes, 1);
    int64_t algorithm = dist_least(&c->taskset.algorithm_size_bytes, 1);
    int64_t called = dist_least(&c->taskset.algorithms_per_chain, 0);

    /* A chain stays reserved while it waits for a sub-tasklet, so both must fit. */
    int64_t needed = chain + (called == 0 ? 0 : algorithm);
    if (key_conflicts_are_sound(conflicts, keys) && needed > largest) {
        bool alone = chain > largest;
        key_conflicts_add(
            conflicts, keys,
            "no %s fits into nodes.cache: the smallest has %lld bytes, the cache %lld",
            alone ? "chain" : "chain with one of its algorithms",
            (long long)(alone ? chain : needed), (long long)largest);
    }
}

static void check_packets(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *keys =
        KEYS("mesh.mtu", "protocol.message_overhead", "protocol.lower_layer_header");
    int64_t overhead =
        c->protocol.overhead_real ? c->protocol.lower_header_bytes : c->protocol.overhead_bytes;

    if (key_conflicts_are_sound(conflicts, keys) && c->mesh.mtu_bytes > 0 &&
        c->mesh.mtu_bytes <= overhead) {
        key_conflicts_add(conflicts, keys,
                          "a packet of %lld bytes has no room beside its overhead of %lld",
                          (long long)c->mesh.mtu_bytes, (long long)overhead);
    }
}

static void check_updates(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *which = KEYS("updates.algorithm", "taskset.algorithms");
    const uint32_t *algorithm = c->updates.algorithm.item;
    if (c->updates.at.count > 0 && c->updates.algorithm.count == 0) {
        key_conflicts_add(conflicts, KEYS("updates.algorithm", "updates.at"),
                          "says of which algorithms there are new versions");
    }
    if (c->updates.swap == NIMBLENET_SWAP_HOT && c->protocol.preload != NIMBLENET_PRELOAD_NONE) {
        key_conflicts_add(conflicts, KEYS("updates.swap", "protocol.preload"),
                          "a chain that preloads keeps what it has; hot swaps are for those that "
                          "fetch at each call (protocol.preload: none)");
    }
    for (uint32_t i = 0; i < c->updates.algorithm.count; i++) {
        if (key_conflicts_are_sound(conflicts, which) && algorithm[i] > c->taskset.algorithms) {
            key_conflicts_add(conflicts, which, "algorithm %u: there are %u, counted from 1",
                              algorithm[i], c->taskset.algorithms);
            return;
        }
    }
}

static void check_frames(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *queue =
        KEYS("nodes.receive_queue", "nodes.frame_time", "outage.pauses.mtbf", "outage.events");
    const bool may_pause = c->outage.pauses.mtbf_ns > 0 || compose_outages_are_listed(c);
    if (key_conflicts_are_sound(conflicts, queue) && c->nodes.receive_queue > 0 &&
        c->nodes.frame_time_ns == 0 && !may_pause) {
        key_conflicts_add(conflicts, queue,
                          "frames that take no time to handle (nodes.frame_time) never wait, "
                          "unless their node pauses");
    }
}

/* How far a tasklet has come in its uses is counted in memory that a restart loses. */
static void check_outages(const struct nimblenet_config *c, struct key_conflicts *conflicts)
{
    const char *const *keys =
        KEYS("nodes.eviction", "outage.nodes.mtbf", "outage.events", "outage.trace");
    const bool fails =
        c->outage.nodes.mtbf_ns > 0 || c->outage.events.count > 0 || c->outage.trace.word == NULL;
    if (key_conflicts_are_sound(conflicts, keys) && fails &&
        strcmp(c->nodes.eviction, "belady") == 0) {
        key_conflicts_add(conflicts, keys, "belady cannot foresee the uses of nodes that fail");
    }
}

void nimblenet_check(const void *config, struct key_conflicts *conflicts)
{
    check_nodes(config, conflicts);
    check_counts(config, conflicts);
    check_cache(config, conflicts);
    check_packets(config, conflicts);
    check_updates(config, conflicts);
    check_frames(config, conflicts);
    check_outages(config, conflicts);
}
