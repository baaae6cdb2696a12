#include "models/wasmtube/core/update.h"

enum wasmtube_answer wasmtube_on_call(struct wasmtube_node *n)
{
    switch (n->phase) {
    case WASMTUBE_OLD:
        return WASMTUBE_BY_OLD;
    case WASMTUBE_TOLD:
        n->phase = WASMTUBE_FETCHING;
        return WASMTUBE_WAITS_AND_FETCHES;
    case WASMTUBE_FETCHING:
    case WASMTUBE_SWAPPING:
        return WASMTUBE_WAITS;
    case WASMTUBE_REBOOTING:
        return WASMTUBE_IS_LOST;
    case WASMTUBE_NEW:
        break;
    }
    return WASMTUBE_BY_NEW;
}

bool wasmtube_on_news(struct wasmtube_node *n)
{
    if (n->phase != WASMTUBE_OLD) {
        return false;
    }
    n->phase = n->fetch == WASMTUBE_FETCH_AT_ONCE ? WASMTUBE_FETCHING : WASMTUBE_TOLD;
    return n->phase == WASMTUBE_FETCHING;
}

bool wasmtube_on_binary(struct wasmtube_node *n)
{
    if (n->phase != WASMTUBE_FETCHING) {
        return false;
    }
    n->phase = WASMTUBE_SWAPPING;
    return true;
}

bool wasmtube_on_image(struct wasmtube_node *n)
{
    if (n->phase != WASMTUBE_OLD) {
        return false;
    }
    n->phase = WASMTUBE_REBOOTING;
    return true;
}

void wasmtube_on_ready(struct wasmtube_node *n)
{
    ASSERT(n->phase == WASMTUBE_SWAPPING || n->phase == WASMTUBE_REBOOTING);
    n->phase = WASMTUBE_NEW;
}

bool wasmtube_holds(const struct wasmtube_node *n)
{
    return n->phase == WASMTUBE_SWAPPING || n->phase == WASMTUBE_NEW;
}

uint32_t wasmtube_source(const uint32_t *neighbour, const bool *holds, uint32_t count,
                         uint32_t registry)
{
    for (uint32_t i = 0; i < count; i++) {
        if (holds[i]) {
            return neighbour[i];
        }
    }
    return registry;
}
