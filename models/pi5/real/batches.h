/*
 * batches.h - the experiment: what do pinning, admission by memory and sorting gain on this host?
 *
 * A closed batch of tasks, drawn as the simulation draws it, is run by worker processes, one a
 * processor, under the scheduler of models/pi5/core, which the simulation drives as well. Each
 * block has a batch of its own, the same for all arms.
 *
 * Order: batches_open() says what the simulation is told of the host; then batches_run() for each
 * arm and block.
 */
#ifndef MODELS_PI5_REAL_BATCHES_H
#define MODELS_PI5_REAL_BATCHES_H

#include "models/pi5/world/world.h"
#include "models/trial.h"
#include "runtime-replay/trials/trial.h"

enum { BATCHES_ARMS = 6, BATCHES_METRICS = 3, BATCHES_BLOCKS = 30, BATCHES_BLOCKS_SMALL = 2 };
extern const struct trial_arm batches_arm[BATCHES_ARMS]; /* 0: the baseline, 1: again */
extern const struct trial_metric batches_metric[BATCHES_METRICS];

SIM_MUST_CHECK enum sim_status batches_open(void **bench, const struct model_trial_request *request,
                                            char text[MODEL_TRIAL_TEXT_MAX]);
SIM_MUST_CHECK enum sim_status batches_run(void *bench, const struct pi5_node_spec *node,
                                           const struct pi5_batch_spec *spec, uint32_t block,
                                           double *value, char text[MODEL_TRIAL_TEXT_MAX]);
void batches_conclude(void *bench);
void batches_close(void *bench);

#endif
