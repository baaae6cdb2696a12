/*
 * overhear.h - what a node learns of others' caches from the messages it sees,
 * its own and those that it forwards. Internal to the core.
 *
 * Only a policy that wants to hear costs anything. No message is sent for it.
 */
#ifndef MODELS_NIMBLENET_CORE_OVERHEAR_H
#define MODELS_NIMBLENET_CORE_OVERHEAR_H

#include "models/nimblenet/core/node.h"

/* Passes on what m tells of its maker and of its receiver. */
void overhear_message(struct node *n, const struct wire_message *m);

/* The same, where the policy listens. */
static inline void overhear(struct node *n, const struct wire_message *m)
{
    if (SIM_UNLIKELY(n->listens)) {
        overhear_message(n, m);
    }
}

#endif
