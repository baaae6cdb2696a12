/*
 * fare.h - the experiment: what a call into a sandbox costs a host application (the paper's
 * Table II), with JSON and with words for arguments.
 */
#ifndef MODELS_WASMTUBE_REAL_FARE_H
#define MODELS_WASMTUBE_REAL_FARE_H

#include "models/trial.h"
#include "runtime-replay/trials/trial.h"

enum { FARE_ARMS = 6, FARE_METRICS = 3, FARE_BLOCKS = 200, FARE_BLOCKS_SMALL = 3 };
extern const struct trial_arm fare_arm[FARE_ARMS]; /* 0: the baseline, 1: again */
extern const struct trial_metric fare_metric[FARE_METRICS];

SIM_MUST_CHECK enum sim_status fare_open(void **bench, const struct model_trial_request *request,
                                         char text[MODEL_TRIAL_TEXT_MAX]);
SIM_MUST_CHECK enum sim_status fare_run(void *bench, size_t arm, const void *system, uint32_t block,
                                        double *value, char text[MODEL_TRIAL_TEXT_MAX]);
void fare_conclude(void *bench);
void fare_close(void *bench);

#endif
