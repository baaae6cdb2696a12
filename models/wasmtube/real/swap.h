/*
 * swap.h - the experiments: how long nobody is answered when code is exchanged while it is called,
 * against the host's restart; for modules of three sizes.
 */
#ifndef MODELS_WASMTUBE_REAL_SWAP_H
#define MODELS_WASMTUBE_REAL_SWAP_H

#include "models/trial.h"
#include "runtime-replay/trials/trial.h"

enum { SWAP_ARMS = 4, SWAP_METRICS = 3, SWAP_BLOCKS = 20, SWAP_BLOCKS_SMALL = 2 };
extern const struct trial_arm swap_arm[SWAP_ARMS]; /* 0: the baseline, 1: again */
extern const struct trial_metric swap_metric[SWAP_METRICS];

typedef enum sim_status swap_open_fn(void **bench, const struct model_trial_request *request,
                                     char text[MODEL_TRIAL_TEXT_MAX]);
swap_open_fn swap_open_2kb, swap_open_2mb, swap_open_20mb;
SIM_MUST_CHECK enum sim_status swap_run(void *bench, size_t arm, const void *system, uint32_t block,
                                        double *value, char text[MODEL_TRIAL_TEXT_MAX]);
void swap_conclude(void *bench);
void swap_close(void *bench);

#endif
