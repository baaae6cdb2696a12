/*
 * messages.h - what a node does with each message, one file a message or a
 * question and its answer. Internal to the core.
 */
#ifndef MODELS_NIMBLENET_CORE_MESSAGES_H
#define MODELS_NIMBLENET_CORE_MESSAGES_H

#include "models/nimblenet/core/node.h"
#include "models/nimblenet/core/version.h"

void on_query(struct node *n, uint16_t port, const struct wire_message *m, sim_time now,
              const struct node_sink *out);
void on_have(struct node *n, const struct wire_message *m, sim_time now,
             const struct node_sink *out);
void on_registry_ask(struct node *n, const struct wire_message *m, const struct node_sink *out);
void on_registry_tell(struct node *n, const struct wire_message *m, sim_time now,
                      const struct node_sink *out);
void on_meta_ask(struct node *n, const struct wire_message *m, const struct node_sink *out);
void on_meta_tell(struct node *n, const struct wire_message *m, sim_time now,
                  const struct node_sink *out);
void on_get(struct node *n, const struct wire_message *m, const struct node_sink *out);
void on_data(struct node *n, const struct wire_message *m, sim_time now,
             const struct node_sink *out);

/* Whether this node can send the tasklet: the registry has all, others what is cached. */
static inline bool node_offers(const struct node *n, uint32_t tasklet)
{
    return node_is_registry(n)
               ? tasklet < n->setup->catalogue->count
               : tasklet < n->setup->catalogue->count && cache_holds(&n->cache, tasklet) &&
                     !version_is_outdated(n, tasklet);
}

/* Sends node_answer() to m. */
void reply(struct node *n, const struct wire_message *m, const struct node_sink *out);

#endif
