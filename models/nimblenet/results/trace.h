/*
 * trace.h - what a stored run did at its nodes: the call trace, who fetched what from whom, and
 * the taskset, as numbers to play back. Needs `record: calls` or finer.
 *
 * What a file says is not believed: every number is checked against those that it points to, so
 * that whoever plays back need not look again.
 *
 * Units: nanoseconds of simulated time, bytes. Nodes and tasklets are numbered from 0 here, calls
 *   as in the file.
 * Ownership: struct trace belongs to the caller and ends with trace_deinit().
 * Errors: SIM_ERR_INVALID with a text that names run and row.
 */
#ifndef MODELS_NIMBLENET_RESULTS_TRACE_H
#define MODELS_NIMBLENET_RESULTS_TRACE_H

#include "models/tasklets.h"

SIM_MUST_CHECK enum sim_status trace_read(struct trace *t, struct store *store,
                                          const struct runs_row *run, struct store_error *error);
void trace_deinit(struct trace *t);

#endif
