/*
 * executed.h - all calls of a variant that were executed for real, added up; and the chains' calls
 * that differ most from what was simulated.
 *
 * Units: seconds of simulated time and of the platform, nanoseconds of the host.
 * Ownership: the array belongs to the caller, who frees it.
 * Order: variants as their runs come.
 * Errors: as query.h; SIM_ERR_NOMEM.
 */
#ifndef ANALYSIS_REPORT_EXECUTED_H
#define ANALYSIS_REPORT_EXECUTED_H

#include "analysis/statistics/stats.h"
#include "analysis/store/executions.h"

enum { EXECUTED_LARGEST = 3 };

/* All runs of a variant. */
struct executed_variant {
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
    struct executed_largest {
        uint32_t replication;
        int64_t call_id, chain;
        double simulated_s, executed_s;
    } largest[EXECUTED_LARGEST];
    size_t largest_count;
};

SIM_MUST_CHECK enum sim_status executed_variants(struct executed_variant **variants, size_t *count,
                                                 struct store *store, struct store_error *error);

#endif
