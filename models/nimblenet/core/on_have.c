/*
 * Have: a node offers what a search asked for. The fastest answer wins (paper,
 * section 4.1), so what comes behind it, or behind the timeout, is late, not wrong.
 */
#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/deadline.h"
#include "models/nimblenet/core/messages.h"

void on_have(struct node *n, const struct wire_message *m, sim_time now,
             const struct node_sink *out)
{
    const uint32_t index = fetch_expecting(n, m);
    if (index == POOL_NONE) {
        n->stats.answers_late++;
        return;
    }
    if (version_is_older(n, m)) {
        n->stats
            .older++; /* the search goes on: somebody else has a newer one, the registry at last */
        return;
    }
    const sim_time deadline = deadline_of(n, index); /* the driver may be late with it */
    if (now > deadline || (now == deadline && !n->setup->protocol.deadline_accepts)) {
        n->stats.answers_late++;
        return;
    }
    acquire_on_found(n, index, m->origin, m->size, now, out);
}
