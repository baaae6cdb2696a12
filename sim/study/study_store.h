/*
 * study_store.h - a run's rows on their way into the database.
 */
#ifndef SIM_STUDY_STUDY_STORE_H
#define SIM_STUDY_STUDY_STORE_H

#include "sim/study/study.h"

/* Names the run, and stores its taskset where calls are recorded. */
SIM_MUST_CHECK enum sim_status study_store_begin(struct store *store, int64_t run_id,
                                                 const struct scenario *s,
                                                 const struct study_run *run,
                                                 const struct compose_plan *plan);

/* Stores what the run came to. The world is still there. */
SIM_MUST_CHECK enum sim_status study_store_end(struct store *store, int64_t run_id,
                                               const struct scenario *s,
                                               const struct study_run *run, const struct world *w);

/* A taskset's rows, for runs and for the taskgen verb, which has no costs of them (NULL). */
SIM_MUST_CHECK enum sim_status study_store_taskset(struct store *store, int64_t run_id,
                                                   const struct taskset *t,
                                                   const struct cpu_cost *cost);

#endif
