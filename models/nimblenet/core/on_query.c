/*
 * Query: a search floods the mesh hop by hop. The first copy is answered by who
 * holds the tasklet, and forwarded while hops are left; later copies are dropped.
 */
#include "models/nimblenet/core/actions.h"
#include "models/nimblenet/core/messages.h"
#include "models/nimblenet/core/overhear.h"

static bool answers(const struct node *n, uint32_t tasklet)
{
    return node_offers(n, tasklet) && (!node_is_registry(n) || n->setup->protocol.registry_answers);
}

void on_query(struct node *n, uint16_t port, const struct wire_message *m, sim_time now,
              const struct node_sink *out)
{
    if (SIM_UNLIKELY(m->origin >= n->setup->node_count)) {
        n->stats.foreign++;
        return;
    }
    if (m->origin == n->self || !flood_is_first(&n->flood, now, m->origin, m->epoch, m->request)) {
        n->stats.queries_duplicate++;
        return;
    }
    overhear(n, m);
    const struct node_protocol *p = &n->setup->protocol;
    const bool holds = answers(n, m->tasklet);
    if (holds) {
        reply(n, m, out);
    }
    if (m->ttl > 1 && (!holds || p->holder_forwards)) {
        struct wire_message further = *m;
        further.ttl--;
        actions_flood(out, p->flood_back ? NODE_NO_PORT : port, &further);
    }
}
