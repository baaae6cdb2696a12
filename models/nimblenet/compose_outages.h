/*
 * compose_outages.h - from a config to when nodes, links and registries are down.
 *
 * Things are numbered: the nodes, the registries among them; then the directions of links, of which
 * only that from the lower-numbered node has times; then the nodes' pauses.
 *
 * Errors: as compose.h says.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_OUTAGES_H
#define MODELS_NIMBLENET_COMPOSE_OUTAGES_H

#include "models/nimblenet/compose.h"

/* Reads the list and the trace file, and refuses what cannot be. */
SIM_MUST_CHECK enum sim_status compose_outages_check(const struct compose_system *m,
                                                     struct model_error *error);

/* Whether some of them, or pauses, are listed; whether anything can fail at all. */
bool compose_outages_are_listed(const struct nimblenet_config *c);
bool compose_outages_any(const struct nimblenet_config *c);
/* The first key by which something can; NULL: none. */
const char *compose_outages_key(const struct nimblenet_config *c);

/* All that fails in a replication; an empty plan where nothing can. */
SIM_MUST_CHECK enum sim_status compose_outages(struct outage_plan *p,
                                               const struct compose_system *m, uint32_t replication,
                                               struct model_error *error);

#endif
