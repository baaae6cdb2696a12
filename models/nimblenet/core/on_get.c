/*
 * Get and data: the binary itself (Algorithm 1, lines 29-32). A source that
 * has evicted it in the meantime says so, which costs the asker its attempt.
 */
#include "models/nimblenet/core/acquire.h"
#include "models/nimblenet/core/messages.h"

void on_get(struct node *n, const struct wire_message *m, const struct node_sink *out)
{
    reply(n, m, out);
}

void on_data(struct node *n, const struct wire_message *m, sim_time now,
             const struct node_sink *out)
{
    const uint32_t index = acquire_on_answer(n, m, now, out);
    if (index != POOL_NONE) {
        /* fetch_expecting() has seen that the hash is of a version. */
        (void)version_of(n->setup->catalogue, m->tasklet, m->hash, &fetch_at(n, index)->version);
        version_on_binary(n, m->tasklet, fetch_at(n, index)->version, out);
        acquire_on_binary(n, index, m->size, now, out);
    }
}
