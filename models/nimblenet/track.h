/*
 * track.h - figure 5: where robot 1 was in each second of the first 1800.
 *
 * The way is worked out again from the scenario, since a result keeps where robots
 * were only at their triggers; and it is believed only if it runs through every one of those.
 *
 * Stores figure5-track.tsv and figure5-calls.tsv.
 * Errors: SIM_ERR_INVALID with a text where the way and the calls disagree.
 */
#ifndef MODELS_NIMBLENET_TRACK_H
#define MODELS_NIMBLENET_TRACK_H

#include "analysis/store/store.h"
#include "models/parts/robot.h"

#define TRACK_ROBOT 1
#define TRACK_NS (1800 * SIM_S)

SIM_MUST_CHECK enum sim_status nimblenet_store_track(struct store *store,
                                                     const struct robot_spec *robots,
                                                     sim_time duration_ns, const char *folder,
                                                     struct store_error *error);

#endif
