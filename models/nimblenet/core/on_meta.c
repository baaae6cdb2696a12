/*
 * Meta ask and tell: size and hash before the binary (Algorithm 1, line 22), so
 * that room can be made first.
 */
#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/messages.h"

void on_meta_ask(struct node *n, const struct wire_message *m, const struct node_sink *out)
{
    reply(n, m, out);
}

void on_meta_tell(struct node *n, const struct wire_message *m, sim_time now,
                  const struct node_sink *out)
{
    const uint32_t index = acquire_on_answer(n, m, now, out);
    if (index != POOL_NONE) {
        acquire_on_size(n, index, m->size, now, out);
    }
}
