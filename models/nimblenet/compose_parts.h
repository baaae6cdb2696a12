/*
 * compose_parts.h - what compose.c puts together: one idea a file named compose_*.
 *
 * Errors: as compose.h says.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_PARTS_H
#define MODELS_NIMBLENET_COMPOSE_PARTS_H

#include "models/nimblenet/compose.h"

/* ---- compose_floor.c: the mesh, and behind it the places of its nodes ---- */

SIM_MUST_CHECK enum sim_status compose_mesh(struct compose_system *m, struct model_error *error);
SIM_MUST_CHECK enum sim_status compose_floor(struct compose_system *m, struct model_error *error);

/* ---- compose_robots.c ---- */

/* Refuses movement that no robot could follow. */
SIM_MUST_CHECK enum sim_status compose_robots_check(const struct nimblenet_config *c,
                                                    struct model_error *error);

/* ---- compose_rounds.c ---- */

/* The longest that a copy of a query is under way; 0 where none can be told. */
sim_time compose_flood_life(const struct compose_system *m);

/* How long a question and its answer may be, over the longest way; and for how long an answer is
 * waited for. */
sim_time compose_longest_round(const struct compose_system *m, const struct taskset *t);
sim_time compose_request_timeout(const struct nimblenet_config *c, sim_time round_ns);

/* ---- compose_updates.c: the plan's taskset is made ---- */

SIM_MUST_CHECK enum sim_status compose_updates(struct compose_plan *p,
                                               const struct compose_system *m, uint32_t replication,
                                               struct model_error *error);

/* ---- compose.c ---- */

/* What links are like. */
struct traffic_spec compose_traffic(const struct nimblenet_config *c);

#endif
