/*
 * actions.h - how the node's parts say what they want done. Internal to the core.
 */
#ifndef MODELS_NIMBLENET_CORE_ACTIONS_H
#define MODELS_NIMBLENET_CORE_ACTIONS_H

#include "models/nimblenet/core/node.h"

static inline void actions_do(const struct node_sink *out, const struct node_action *a)
{
    out->act(out->context, a);
}

/* Sends m towards its destination by the shortest path. False if there is no way. */
static inline bool actions_send(struct node *n, const struct node_sink *out,
                                const struct wire_message *m)
{
    const uint16_t port =
        m->destination < n->setup->node_count ? n->next_port[m->destination] : NODE_NO_PORT;
    if (SIM_UNLIKELY(port == NODE_NO_PORT)) {
        n->stats.no_route++;
        return false;
    }
    actions_do(out, &(struct node_action){
                        .kind = NODE_SEND,
                        .send = {.port = port, .message = m},
                    });
    return true;
}

static inline void actions_flood(const struct node_sink *out, uint16_t except_port,
                                 const struct wire_message *m)
{
    actions_do(out, &(struct node_action){
                        .kind = NODE_FLOOD,
                        .send = {.port = except_port, .message = m},
                    });
}

static inline void actions_copy(const struct node_sink *out, enum node_action_kind kind,
                                uint32_t tasklet, uint32_t version)
{
    actions_do(out, &(struct node_action){
                        .kind = kind,
                        .binary = {.tasklet = tasklet, .version = version},
                    });
}

static inline void actions_binary(const struct node_sink *out, enum node_action_kind kind,
                                  uint32_t tasklet)
{
    actions_copy(out, kind, tasklet, 0);
}

#endif
