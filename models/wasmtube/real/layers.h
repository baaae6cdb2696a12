/*
 * layers.h - the experiment: one binary in the paper's three layers (Table IV), as processes that
 * are held to the layers' speeds.
 *
 * Its networks are not here: a call is so many slices of a convolution, a larger and a smaller one
 * in their proportion. What is shown is that one binary serves all three, with the same answers,
 * and that a process can be held at a speed.
 */
#ifndef MODELS_WASMTUBE_REAL_LAYERS_H
#define MODELS_WASMTUBE_REAL_LAYERS_H

#include "models/trial.h"
#include "runtime-replay/trials/trial.h"

enum { LAYERS_ARMS = 4, LAYERS_METRICS = 2, LAYERS_BLOCKS = 30, LAYERS_BLOCKS_SMALL = 2 };
extern const struct trial_arm layers_arm[LAYERS_ARMS]; /* 0: the baseline, 1: again */
extern const struct trial_metric layers_metric[LAYERS_METRICS];

SIM_MUST_CHECK enum sim_status layers_open(void **bench, const struct model_trial_request *request,
                                           char text[MODEL_TRIAL_TEXT_MAX]);
SIM_MUST_CHECK enum sim_status layers_run(void *bench, size_t arm, const void *system,
                                          uint32_t block, double *value,
                                          char text[MODEL_TRIAL_TEXT_MAX]);
void layers_conclude(void *bench);
void layers_close(void *bench);

#endif
