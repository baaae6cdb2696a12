/*
 * version.h - which version of a tasklet a node holds, and the newest that it knows of. Internal to
 * the core.
 *
 * A tasklet keeps its name for ever; its binary changes, and with it the hash. The registry
 * publishes a version and may flood the news. A node that has heard them does not hand an older
 * copy on, and drops it when it next wants the tasklet, unless it is in use then; a node that has
 * not heard knows no better. Where no tasklet is ever updated, nothing here costs anything.
 *
 * A copy that is in use serves whoever else wants it, as long as it is in use. Or, where swaps are
 * hot, it is retired: who runs it goes on with it, who comes then gets the newer one, and its last
 * user takes it along. A node then takes no word of an older version than it knows of, neither an
 * offer nor a binary; and what it knows it learns from binaries too. Should the newer one not come,
 * the retired one serves once more, if it is still there: no call is lost by a swap.
 */
#ifndef MODELS_NIMBLENET_CORE_VERSION_H
#define MODELS_NIMBLENET_CORE_VERSION_H

#include "models/nimblenet/core/node.h"

/* The hash of a version of a tasklet; 0 is the first. */
uint64_t version_hash(const struct catalogue *c, uint32_t tasklet, uint32_t version);

/* Which one a hash is of; false if it is of none. */
bool version_of(const struct catalogue *c, uint32_t tasklet, uint64_t hash, uint32_t *version);

/* That which the node would send: of its copy, or the newest at the registry. */
uint32_t version_here(const struct node *n, uint32_t tasklet);

/* The node's copy is older than the newest that it knows of. */
static inline bool version_is_outdated(const struct node *n, uint32_t tasklet)
{
    return n->newest != NULL && cache_holds(&n->cache, tasklet) &&
           cache_version(&n->cache, tasklet) < n->newest[tasklet];
}

/* Where swaps are hot: what an answer tells of is older than what is known here. */
bool version_is_older(const struct node *n, const struct wire_message *answer);

/* A binary has come. Where swaps are hot, an older copy makes room in its name, if there is one. */
void version_on_binary(struct node *n, uint32_t tasklet, uint32_t version,
                       const struct node_sink *out);

/* The registry has a new version; the news come by; a node is about to use its copy. */
void version_on_update(struct node *n, uint32_t tasklet, const struct node_sink *out);
void version_on_news(struct node *n, uint16_t port, const struct wire_message *m,
                     const struct node_sink *out);
void version_refresh(struct node *n, uint32_t tasklet, const struct node_sink *out);

#endif
