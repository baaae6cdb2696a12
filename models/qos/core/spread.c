#include "models/qos/core/spread.h"

uint32_t spread_evenly(const struct spread_node *node, uint32_t count)
{
    uint32_t best = SPREAD_NOWHERE;
    for (uint32_t i = 0; i < count; i++) {
        if (node[i].may_take && (best == SPREAD_NOWHERE || node[i].pods < node[best].pods)) {
            best = i;
        }
    }
    return best;
}

uint32_t spread_choices(const struct spread_node *node, uint32_t count)
{
    uint32_t choices = 0;
    for (uint32_t i = 0; i < count; i++) {
        choices += node[i].may_take;
    }
    return choices;
}

uint32_t spread_by_chance(const struct spread_node *node, uint32_t count, uint32_t draw)
{
    for (uint32_t i = 0; i < count; i++) {
        if (node[i].may_take && draw-- == 0) {
            return i;
        }
    }
    return SPREAD_NOWHERE;
}
