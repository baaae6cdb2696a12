/*
 * estimates.h - the numbers of a study with their intervals: measures of a variant. Those of
 * several variants are in study.contrasts.
 */
#ifndef SIM_STUDY_ESTIMATES_H
#define SIM_STUDY_ESTIMATES_H

#include "analysis/statistics/stats.h"
#include "sim/study/study.h"

#define ESTIMATES_LEVEL 0.95

/* The mean of a measure over a variant's replications that are done. */
struct stats_estimate estimates_of_measure(const struct study *s, uint32_t variant, size_t measure,
                                           double level);

/* True if the number of any run is above 0. */
bool estimates_any_above_zero(const struct study *s, size_t measure);

#endif
