#include "models/nimblenet/core/overhear.h"

/*
 * A query loses a hop's worth of ttl each time it is forwarded, so one that
 * still has the most that any search starts with comes from its maker itself.
 */
static bool came_over_one_hop(const struct node *n, const struct wire_message *query)
{
    const struct node_protocol *p = &n->setup->protocol;
    const uint32_t most = p->local.ttl > p->global.ttl ? p->local.ttl : p->global.ttl;
    return query->ttl == most;
}

void overhear_message(struct node *n, const struct wire_message *m)
{
    struct cache *c = &n->cache;
    if (m->tasklet >= c->catalogue->count) {
        return; /* of another taskset; whoever it is for will say so */
    }
    const bool here = m->status == WIRE_HERE;
    switch ((enum wire_kind)m->kind) {
    case WIRE_QUERY: /* nobody searches for what he holds */
        c->policy->heard(c, m->tasklet, m->origin,
                         came_over_one_hop(n, m) ? CACHE_LACKS_NEARBY : CACHE_LACKS);
        break;
    case WIRE_REGISTRY_ASK:
    case WIRE_META_ASK:
    case WIRE_GET:
        c->policy->heard(c, m->tasklet, m->origin, CACHE_LACKS);
        break;
    case WIRE_REGISTRY_TELL: /* the registry's word tells nothing of the nodes */
    case WIRE_NEWS:
        break;
    case WIRE_HAVE:
    case WIRE_META_TELL:
        c->policy->heard(c, m->tasklet, m->origin, here ? CACHE_HOLDS : CACHE_LACKS);
        break;
    case WIRE_DATA:
        c->policy->heard(c, m->tasklet, m->origin, here ? CACHE_HOLDS : CACHE_LACKS);
        if (here) { /* room for it was made before it was asked for */
            c->policy->heard(c, m->tasklet, m->destination, CACHE_HOLDS);
        }
        break;
    }
}
