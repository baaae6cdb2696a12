/*
 * twins.h - the nimble and the monolithic runs of a result side by side.
 *
 * Both runs of a replication saw the same robots and the same calls, so all that is
 * said about the difference is said replication by replication. Queries opened here
 * start from tables that pair them:
 *
 *     twin      (replication, nimble_run, monolithic_run)  each a run_id
 *     pair      (replication, name, nimble, monolithic)    of each metric
 *     load      (replication, t_ns, nimble, monolithic)    bytes moved so far
 *     lead      (replication, last_ns, end_ns, most_bytes) nimble ahead: until when, by how much
 *     chain     (replication, chain, own_ns, below_ns, own_bytes, below_bytes, callees)
 *     algorithm (replication, time_ns, size_bytes)
 *     step      (replication, wait_s, speed_mps)           from one trigger of a robot to the next
 *
 * chain and algorithm are nimble's; below is all that a chain calls, each call counted.
 *
 * Units: as the names say, else those of the metric.
 * Errors: as query.h; twins_check() says what a result lacks.
 */
#ifndef MODELS_NIMBLENET_RESULTS_TWINS_H
#define MODELS_NIMBLENET_RESULTS_TWINS_H

#include "analysis/store/query.h"

/* Opens a query whose FROM may name the tables above. select has to state its order. */
SIM_MUST_CHECK enum sim_status twins_open(struct query **q, struct store *store, const char *select,
                                          struct store_error *error);

/*
 * How many replications have both variants. SIM_ERR_INVALID with a text where there is none, or
 * where neither tasksets nor calls were recorded.
 */
SIM_MUST_CHECK enum sim_status twins_check(uint32_t *replications, struct store *store,
                                           struct store_error *error);

#endif
