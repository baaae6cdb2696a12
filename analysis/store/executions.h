/*
 * executions.h - what a replay's database, or a testbed's, says of the calls that were executed.
 *
 * Any result may be asked; one that is neither has no executions. A testbed's table executed_call
 * has no memory and no times of this host, nor what of the instructions are the first tasklet's:
 * these are 0 then, and there are no runs of a replay.
 *
 * Units: seconds of simulated time and of the platform, nanoseconds of the host.
 * Ownership: arrays belong to the caller, who frees them.
 * Order: by run and call, so that equal databases give equal answers.
 */
#ifndef ANALYSIS_STORE_EXECUTIONS_H
#define ANALYSIS_STORE_EXECUTIONS_H

#include "analysis/store/store.h"

/* Are there any? */
SIM_MUST_CHECK enum sim_status executions_are_there(bool *there, struct store *store,
                                                    struct store_error *error);

/* Was a replay killed before it could copy anything? Nothing is lost with such a file. */
SIM_MUST_CHECK enum sim_status executions_never_began(bool *never, struct store *store,
                                                      struct store_error *error);

/* What a run was replayed with: a row of the table replay, and what the run itself says. */
struct executions_run {
    int64_t run_id;
    char variant[64];
    uint32_t replication;
    char run_digest[17], work_digest[17]; /* of the simulation */
    char mode[16];
    uint32_t sample_ppm;
    uint32_t calls;
    char binaries[17];
    char platform[96]; /* "": none */
    char digest[17];   /* "": not all calls are executed */
};
SIM_MUST_CHECK enum sim_status executions_runs(struct executions_run **runs, size_t *count,
                                               struct store *store, struct store_error *error);

/* The calls of a run that are executed, rising. */
SIM_MUST_CHECK enum sim_status executions_done(int64_t **call_id, size_t *count,
                                               struct store *store, int64_t run_id,
                                               struct store_error *error);

/* Of call, result, instructions, loads and suspensions of all executions by call_id. */
SIM_MUST_CHECK enum sim_status executions_digest(uint64_t *digest, struct store *store,
                                                 int64_t run_id, struct store_error *error);

/* A call that was executed, and what the run took for it. */
struct executions_call {
    const char *variant; /* valid while it is told */
    uint32_t replication;
    int64_t call_id, chain;
    double simulated_s, executed_s; /* executed_s NaN: no platform */
    uint64_t instructions, own_instructions, loads, sub_calls, suspensions;
    uint64_t state_bytes, memory_bytes;
    int64_t load_host_ns, run_host_ns, suspend_host_ns, resume_host_ns;
};
typedef void executions_call_fn(void *context, const struct executions_call *call);
/* Tells each of them, by run and call. */
SIM_MUST_CHECK enum sim_status executions_calls(struct store *store, executions_call_fn *tell,
                                                void *context, struct store_error *error);

enum { EXECUTIONS_MISMATCHES = 5 };

/* Calls that were executed in two variants of a replication. */
struct executions_pairs {
    uint64_t compared, equal;
    struct executions_mismatch {
        uint32_t replication;
        int64_t call_id;
        char variant[2][64];
        uint32_t result[2];
    } mismatch[EXECUTIONS_MISMATCHES]; /* the first */
    size_t mismatch_count;
};
SIM_MUST_CHECK enum sim_status executions_pairs(struct executions_pairs *pairs, struct store *store,
                                                struct store_error *error);

/* One call's execution, for its story. SIM_ERR_NOTFOUND: it was not executed. */
struct executions_one {
    uint32_t result;
    uint64_t instructions, memory_bytes, state_bytes;
    uint32_t loads, suspensions;
    double executed_s; /* NaN: no platform */
};
SIM_MUST_CHECK enum sim_status executions_one(struct executions_one *one, struct store *store,
                                              int64_t run_id, int64_t call_id,
                                              struct store_error *error);

#endif
