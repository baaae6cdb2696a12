/*
 * precision.h - how well a study knows the metric that its scenario asks a precision of, and so
 * whether more replications are wanted.
 *
 * The rule is a sequential procedure as in Law (2015, section 9.4.1): repeat until the half width
 * of the t interval is at most the asked part of the mean as it is estimated, for every variant.
 * It is looked at after whole rounds of replications only, and a round is as long as the scenario
 * says: so the number of replications depends on scenario and seed alone, never on threads.
 * Stopping by what was seen makes the interval a little too short: see tests/unit/test_stats.c
 * for how much of its level it keeps.
 */
#ifndef SIM_STUDY_PRECISION_H
#define SIM_STUDY_PRECISION_H

#include "sim/study/study.h"

/* Half width over mean of the metric in a variant; NaN below two values. */
double precision_reached(const struct study *s, uint32_t variant);

/* True if that is small enough in every variant. */
bool precision_is_enough(const struct study *s);

#endif
