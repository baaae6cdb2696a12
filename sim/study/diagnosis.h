/*
 * diagnosis.h - what a reader of a run's figures has to know: how long it warmed up, which
 * queues were not stationary, what was refused, forgotten or stalled.
 *
 * Fills METRIC_WARMUP_* and METRIC_SATURATED_NODES, and adds warnings in words.
 */
#ifndef SIM_STUDY_DIAGNOSIS_H
#define SIM_STUDY_DIAGNOSIS_H

#include "sim/study/study.h"

/* Level of significance for a run's queues together: divided by the number of nodes for each. */
#define DIAGNOSIS_LEVEL 0.001

/* Adds a warning; those that find no room are lost. */
void diagnosis_warn(struct study_run *run, sim_time at, const char *format, ...) SIM_PRINTF(3, 4);

/* Looks at a run that is over and closed, with its bins kept. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status diagnosis_make(struct study_run *run, const struct world *w);

#endif
