/*
 * kept.h - a sink that keeps what a node wants done, to be looked at behind the step.
 *
 * Ownership: takes memory as it is needed; kept_deinit() gives it back. An action's message and
 *   acquisition are copies that live until kept_clear(). Errors: stops the program where the host
 *   has no memory.
 */
#ifndef TESTS_SUPPORT_KEPT_H
#define TESTS_SUPPORT_KEPT_H

#include "models/nimblenet/core/node.h"

struct kept {
    struct node_action *item;
    uint32_t count, capacity;
};

/* kept must be zeroed before, and stay where it is. */
struct node_sink kept_sink(struct kept *k);
void kept_clear(struct kept *k);
void kept_deinit(struct kept *k);

#endif
