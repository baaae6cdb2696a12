/*
 * study_store.h - a study's runs as the store takes them.
 *
 * Threads: as store.h says.
 */
#ifndef SIM_STUDY_STUDY_STORE_H
#define SIM_STUDY_STUDY_STORE_H

#include "sim/study/study.h"

enum { STUDY_STORE_SERIES_MAX = 64 };

/* A model as the store knows it. Must outlive the stores and shapes that are made of it. */
struct study_store_model {
    struct store_model model;
    struct store_series_column series[STUDY_STORE_SERIES_MAX];
};
void study_store_model_init(struct study_store_model *m, const struct model *model);

/* Names a run, before it begins. */
SIM_MUST_CHECK enum sim_status study_store_begin(const struct study *s,
                                                 const struct study_run *run);

/* What a run has come to, whether it is done or was interrupted. */
SIM_MUST_CHECK enum sim_status study_store_end(const struct study *s, const struct study_run *run);

#endif
