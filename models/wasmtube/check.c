/* What only several keys together can get wrong. */
#include "models/wasmtube/config.h"

void wasmtube_check(const void *config, struct key_conflicts *conflicts)
{
    const struct wasmtube_config *c = config;
    const char *const *grid = KEYS("nodes.columns", "nodes.rows");
    const char *const *place = KEYS("registry.attached_to", "nodes.columns", "nodes.rows");
    const unsigned long long nodes = (unsigned long long)c->columns * c->rows;
    if (!key_conflicts_are_sound(conflicts, grid)) {
        return;
    }
    if (nodes > WASMTUBE_NODES_MAX) {
        key_conflicts_add(conflicts, grid, "%u columns of %u rows are %llu nodes; at most %d",
                          c->columns, c->rows, nodes, (int)WASMTUBE_NODES_MAX);
    } else if (c->links.word != NULL && key_conflicts_are_sound(conflicts, place) &&
               c->attached_to > nodes) {
        key_conflicts_add(conflicts, place, "the registry is at node %u of %llu", c->attached_to,
                          nodes);
    }
}
