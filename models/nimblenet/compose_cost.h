/*
 * compose_cost.h - what running a tasklet costs: as the scenario's constants say, or as a
 * calibration measured it. Internal to compose.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_COST_H
#define MODELS_NIMBLENET_COMPOSE_COST_H

#include "models/nimblenet/compose.h"

/* Reads the calibration that a scenario names; empty where it names none. */
SIM_MUST_CHECK enum sim_status compose_cost_load(struct calibration *c, const struct scenario *s,
                                                 struct compose_error *error);

/*
 * Makes the costs of a taskset's tasklets, which the caller frees. With a calibration, the
 * taskset's times become those that were measured; its hashes remain those of what was drawn.
 */
SIM_MUST_CHECK enum sim_status compose_cost_make(struct cpu_cost **cost, struct taskset *t,
                                                 const struct compose_model *m,
                                                 enum scenario_variant variant,
                                                 uint32_t replication, struct compose_error *error);

#endif
