/*
 * series.h - the time series that every run makes, in the scenario's bins, and the warm-up that
 * MSER-5 sees in each of those that the model wants it looked for in.
 *
 * Units: a series that counts something else is a mean over what it counts, missing where nothing
 *   was; one of nanoseconds is told in seconds. A last bin that is cut short is left out.
 * Errors: SIM_ERR_NOMEM.
 */
#ifndef SIM_STUDY_SERIES_H
#define SIM_STUDY_SERIES_H

#include "analysis/statistics/mser.h"
#include "sim/study/study.h"

/* The warm-up of a variant's series: bin by bin over all its replications that are done, as Welch
 * averages. */
SIM_MUST_CHECK enum sim_status series_of_variant(const struct study *s, uint32_t variant,
                                                 size_t series, struct mser *warmup);

/* Seconds to leave out; NaN where there is no steady state, or too little to tell. */
double series_warmup_s(const struct study *s, const struct mser *warmup);

/* "s" for nanoseconds. */
const char *series_unit(const struct model_series *series);

#endif
