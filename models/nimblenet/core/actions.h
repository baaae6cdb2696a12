/*
 * actions.h - how the node's parts append what they want done. Internal to the core.
 */
#ifndef MODELS_NIMBLENET_CORE_ACTIONS_H
#define MODELS_NIMBLENET_CORE_ACTIONS_H

#include "models/nimblenet/core/node.h"

static inline struct node_action *actions_add(struct node_actions *out, enum node_action_kind kind)
{
    ASSERT(out->count < out->capacity);
    struct node_action *a = &out->item[out->count++];
    a->kind = kind;
    return a;
}

/* Sends m towards its destination by the shortest path. False if there is no way. */
static inline bool actions_send(struct node *n, struct node_actions *out,
                                const struct wire_message *m)
{
    const uint16_t port =
        m->destination < n->setup->node_count ? n->next_port[m->destination] : NODE_NO_PORT;
    if (SIM_UNLIKELY(port == NODE_NO_PORT)) {
        n->stats.no_route++;
        return false;
    }
    struct node_action *a = actions_add(out, NODE_SEND);
    a->send.port = port;
    a->send.message = *m;
    return true;
}

static inline void actions_flood(struct node_actions *out, uint16_t except_port,
                                 const struct wire_message *m)
{
    struct node_action *a = actions_add(out, NODE_FLOOD);
    a->send.port = except_port;
    a->send.message = *m;
}

static inline void actions_binary(struct node_actions *out, enum node_action_kind kind,
                                  uint32_t tasklet)
{
    actions_add(out, kind)->binary.tasklet = tasklet;
}

#endif
