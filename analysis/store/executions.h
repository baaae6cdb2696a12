/*
 * executions.h - what a replay's database says of the calls that were executed.
 *
 * Any result may be asked; one that is no replay has no executions.
 *
 * Units: seconds of simulated time and of the platform, nanoseconds of the host.
 * Ownership: arrays belong to the caller, who frees them.
 * Order: by run and call, so that equal databases give equal answers.
 */
#ifndef ANALYSIS_STORE_EXECUTIONS_H
#define ANALYSIS_STORE_EXECUTIONS_H

#include "analysis/statistics/stats.h"
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

enum { EXECUTIONS_LARGEST = 3, EXECUTIONS_MISMATCHES = 5 };

/* All runs of a variant. */
struct executions_variant {
    char variant[64];
    uint32_t runs;
    uint32_t last_replication; /* private: where runs were counted up to */
    uint64_t calls;            /* executed */
    uint64_t instructions, own_instructions;
    uint64_t loads, sub_calls, suspensions;
    uint64_t state_bytes;      /* of all suspensions together */
    uint64_t memory_bytes_max; /* of any call */
    int64_t load_host_ns, run_host_ns, suspend_host_ns, resume_host_ns;
    struct stats_stream simulated_s; /* a call's execution */
    struct stats_stream executed_s;  /* the same work on the platform; of no call without one */
    struct stats_stream extra_s;     /* executed - simulated, call by call */
    /* The calls that differ most, by size; of each chain in each replication the first. */
    struct executions_largest {
        uint32_t replication;
        int64_t call_id, chain;
        double simulated_s, executed_s;
    } largest[EXECUTIONS_LARGEST];
    size_t largest_count;
};
SIM_MUST_CHECK enum sim_status executions_variants(struct executions_variant **variants,
                                                   size_t *count, struct store *store,
                                                   struct store_error *error);

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
