#include "models/nimblenet/core/version.h"

#include "models/nimblenet/core/actions.h"

static uint64_t mixed(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

uint64_t version_hash(const struct catalogue *c, uint32_t tasklet, uint32_t version)
{
    const uint64_t hash = c->tasklet[tasklet].hash;
    return version == 0 ? hash : mixed(hash + version * UINT64_C(0x9e3779b97f4a7c15));
}

bool version_of(const struct catalogue *c, uint32_t tasklet, uint64_t hash, uint32_t *version)
{
    const uint32_t last = c->updates != NULL ? c->updates[tasklet] : 0;
    for (uint32_t v = 0; v <= last; v++) {
        if (version_hash(c, tasklet, v) == hash) {
            *version = v;
            return true;
        }
    }
    return false;
}

uint32_t version_here(const struct node *n, uint32_t tasklet)
{
    if (n->newest == NULL) {
        return 0;
    }
    return node_is_registry(n) ? n->newest[tasklet] : cache_version(&n->cache, tasklet);
}

static bool swaps_hot(const struct node *n)
{
    return n->newest != NULL && n->setup->protocol.swap == NODE_SWAP_HOT;
}

void version_on_update(struct node *n, uint32_t tasklet, const struct node_sink *out)
{
    const struct catalogue *c = n->setup->catalogue;
    ASSERT(node_is_registry(n) && n->newest != NULL && n->newest[tasklet] < c->updates[tasklet]);
    n->newest[tasklet]++;
    if (!n->setup->protocol.announces_updates || n->self != n->setup->registry) {
        return; /* of several the first one tells */
    }
    const struct wire_message news = {
        .kind = WIRE_NEWS,
        .ttl = 1, /* of no account: news are new but once */
        .origin = n->self,
        .destination = WIRE_EVERYONE,
        .tasklet = tasklet,
        .request = ++n->last_search,
        .size = c->tasklet[tasklet].size_bytes,
        .epoch = n->epoch,
        .hash = version_hash(c, tasklet, n->newest[tasklet]),
    };
    actions_flood(out, NODE_NO_PORT, &news);
}

void version_on_news(struct node *n, uint16_t port, const struct wire_message *m,
                     const struct node_sink *out)
{
    const struct catalogue *c = n->setup->catalogue;
    uint32_t version;
    if (n->newest == NULL || m->tasklet >= c->count || m->origin != n->setup->registry ||
        !version_of(c, m->tasklet, m->hash, &version)) {
        n->stats.foreign++;
        return;
    }
    if (version <= n->newest[m->tasklet]) {
        n->stats.queries_duplicate++;
        return;
    }
    n->newest[m->tasklet] = version;
    actions_flood(out, n->setup->protocol.flood_back ? NODE_NO_PORT : port, m);
}

void version_refresh(struct node *n, uint32_t tasklet, const struct node_sink *out)
{
    if (!version_is_outdated(n, tasklet)) {
        return;
    }
    const uint32_t version = cache_version(&n->cache, tasklet);
    if (cache_drop(&n->cache, tasklet)) {
        n->stats.outdated++;
        n->room_freed = true;
        actions_binary(out, NODE_EVICTED, tasklet);
    } else if (swaps_hot(n)) {
        n->stats.outdated++;
        n->stats.retired++;
        cache_retire(&n->cache, tasklet);
        actions_copy(out, NODE_RETIRED, tasklet, version);
    }
}

bool version_is_older(const struct node *n, const struct wire_message *answer)
{
    uint32_t version;
    return swaps_hot(n) && answer->status == WIRE_HERE &&
           version_of(n->setup->catalogue, answer->tasklet, answer->hash, &version) &&
           version < n->newest[answer->tasklet];
}

void version_on_binary(struct node *n, uint32_t tasklet, uint32_t version,
                       const struct node_sink *out)
{
    if (!swaps_hot(n)) {
        return;
    }
    ASSERT(version >= n->newest[tasklet]); /* version_is_older() has seen to it */
    n->newest[tasklet] = version;
    version_refresh(n, tasklet, out);
}
