/*
 * figures.h - the data behind the pictures of a result, one tab-separated file each.
 *
 *     pi5-arms.tsv    mean completion of each arm, for the interactions
 *     pi5-gantt.tsv   who ran where and when, in the first replication of base and all
 *     pi5-memory.tsv  memory in use under the cap, of the same runs
 *
 * The last two have rows only where tasks were recorded (record: calls).
 */
#ifndef MODELS_PI5_RESULTS_FIGURES_H
#define MODELS_PI5_RESULTS_FIGURES_H

#include "analysis/store/query.h"

/* In a folder that is there. */
SIM_MUST_CHECK enum sim_status pi5_store_figures(struct store *store, uint32_t replication,
                                                 int64_t cap_bytes, const char *folder,
                                                 struct store_error *error);

#endif
