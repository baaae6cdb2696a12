/*
 * Registry ask and tell: the fallback, a direct question to the registry
 * (Algorithm 1, line 17).
 */
#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/messages.h"

void on_registry_ask(struct node *n, const struct wire_message *m, const struct node_sink *out)
{
    reply(n, m, out);
}

void on_registry_tell(struct node *n, const struct wire_message *m, sim_time now,
                      const struct node_sink *out)
{
    const uint32_t index = acquire_on_answer(n, m, now, out);
    if (index != POOL_NONE) {
        acquire_on_found(n, index, m->origin, m->size, now, out);
    }
}
