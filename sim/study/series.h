/*
 * series.h - the time series that every run makes, in bins of WORLD_BIN_NS, and the warm-up that
 * MSER-5 sees in each.
 *
 * Units: response in seconds (the mean of the calls that completed in a bin, missing where none
 *   did), load in bytes sent and received in a bin. A last bin that is cut short is left out.
 * Errors: SIM_ERR_NOMEM.
 */
#ifndef SIM_STUDY_SERIES_H
#define SIM_STUDY_SERIES_H

#include "analysis/statistics/mser.h"
#include "sim/study/study.h"

enum series { SERIES_RESPONSE, SERIES_LOAD, SERIES_COUNT };

struct series_info {
    const char *name; /* of the JSON key */
    const char *unit;
    const char *label; /* for people */
};

const struct series_info *series_info(enum series series);

/* The warm-up of one run's series. */
SIM_MUST_CHECK enum sim_status series_of_run(const struct study_run *run, sim_time duration_ns,
                                             struct mser warmup[SERIES_COUNT]);

/* That of a variant's: bin by bin over all its replications that are done, as Welch averages. */
SIM_MUST_CHECK enum sim_status series_of_variant(const struct study *s,
                                                 enum scenario_variant variant,
                                                 struct mser warmup[SERIES_COUNT]);

/* Seconds to leave out; NaN where there is no steady state, or too little to tell. */
double series_warmup_s(const struct mser *warmup);

#endif
