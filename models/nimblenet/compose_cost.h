/*
 * compose_cost.h - what running a tasklet costs: as the config's constants say, or as a
 * calibration measured it. Internal to compose.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_COST_H
#define MODELS_NIMBLENET_COMPOSE_COST_H

#include "models/nimblenet/compose.h"

/*
 * Reads the calibration that a config names, and looks whether it holds the tasklets of every run
 * to come: SIM_ERR_INVALID says which it lacks, and how to make a fitting one. Empty where none is
 * named.
 */
SIM_MUST_CHECK enum sim_status compose_cost_load(struct compose_system *m,
                                                 struct model_error *error);

/*
 * Makes the costs of a taskset's tasklets, which the caller frees. With a calibration, the
 * taskset's times become those that were measured; its hashes remain those of what was drawn.
 */
SIM_MUST_CHECK enum sim_status compose_cost_make(struct cpu_cost **cost, struct taskset *t,
                                                 const struct compose_system *m,
                                                 uint32_t replication, struct model_error *error);

#endif
