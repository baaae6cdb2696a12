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

#include "analysis/store/runs.h"

#define TRACE_NO_CALL UINT32_MAX

/* A call that completed. */
struct trace_call {
    int64_t call_id;
    sim_time t_ns; /* the trigger */
    uint32_t node, chain;
};

/* A tasklet came to a node, or was there already. */
struct trace_acquisition {
    uint32_t call; /* index into trace.call; TRACE_NO_CALL: of one that did not complete */
    uint32_t node, tasklet;
    uint32_t source; /* the node that sent it; the node itself: from its cache */
};

struct trace_tasklet {
    bool is_chain;
    int64_t size_bytes;
    sim_time time_ns;
    uint32_t first_step, step_count; /* into trace.step */
};

/* tasklet calls callee after it has run for after_ns. */
struct trace_step {
    uint32_t callee;
    sim_time after_ns;
};

struct trace {
    struct trace_call *call; /* in the order of triggers, then call_id */
    uint32_t call_count;
    struct trace_acquisition *acquisition; /* in the order in which they ended */
    uint32_t acquisition_count;
    struct trace_tasklet *tasklet;
    uint32_t tasklet_count;
    struct trace_step *step;
    uint32_t step_count;
    uint32_t node_count, registry; /* one of the nodes */
};

SIM_MUST_CHECK enum sim_status trace_read(struct trace *t, struct store *store,
                                          const struct runs_row *run, struct store_error *error);
void trace_deinit(struct trace *t);

#endif
