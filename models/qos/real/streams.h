/*
 * streams.h - the experiment: do probes before admission keep streams whole on this host?
 *
 * Order: streams_open() measures the host and says what the simulation is told of it; then
 * streams_run() for each arm and block.
 */
#ifndef MODELS_QOS_REAL_STREAMS_H
#define MODELS_QOS_REAL_STREAMS_H

#include "models/qos/world/cluster.h"
#include "models/trial.h"
#include "runtime-replay/trials/trial.h"

enum { STREAMS_ARMS = 5, STREAMS_METRICS = 5, STREAMS_BLOCKS = 20, STREAMS_BLOCKS_SMALL = 2 };
extern const struct trial_arm streams_arm[STREAMS_ARMS]; /* 0: the baseline, 1: again */
extern const struct trial_metric streams_metric[STREAMS_METRICS];

SIM_MUST_CHECK enum sim_status streams_open(void **bench, const struct model_trial_request *request,
                                            char text[MODEL_TRIAL_TEXT_MAX]);
SIM_MUST_CHECK enum sim_status streams_run(void *bench, const struct cluster_plan *plan,
                                           uint32_t block, double *value,
                                           char text[MODEL_TRIAL_TEXT_MAX]);
void streams_conclude(void *bench);
void streams_close(void *bench);

#endif
