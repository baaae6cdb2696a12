/*
 * outages.h - the experiment: who misses fewer deadlines on this host while links fail, a
 * controller that knows everything or devices that decide for themselves?
 *
 * Two domains of two devices, an edge and a cloud, a worker process each; all they say to each
 * other passes a relay, another process, that delays it and drops what would pass a link that is
 * down by the simulation's own outages. Tasks are the simulation's too: a block is a replication,
 * the same for all arms.
 *
 * Order: outages_open() says what the simulation is told of the host; then outages_run() for each
 * arm and block.
 */
#ifndef MODELS_CHOREOGRAPHY_REAL_OUTAGES_H
#define MODELS_CHOREOGRAPHY_REAL_OUTAGES_H

#include "models/choreography/world/world.h"
#include "models/trial.h"
#include "runtime-replay/trials/trial.h"

enum { OUTAGES_ARMS = 3, OUTAGES_METRICS = 4, OUTAGES_BLOCKS = 20, OUTAGES_BLOCKS_SMALL = 2 };
extern const struct trial_arm outages_arm[OUTAGES_ARMS]; /* 0: the baseline, 1: again */
extern const struct trial_metric outages_metric[OUTAGES_METRICS];

SIM_MUST_CHECK enum sim_status outages_open(void **bench, const struct model_trial_request *request,
                                            char text[MODEL_TRIAL_TEXT_MAX]);
SIM_MUST_CHECK enum sim_status outages_run(void *bench, const struct choreo_spec *spec,
                                           sim_time duration_ns, uint32_t block, double *value,
                                           char text[MODEL_TRIAL_TEXT_MAX]);
void outages_conclude(void *bench);
void outages_close(void *bench);

#endif
