/*
 * store_replay.h - the database of a replay: a copy of a result, to which every call's execution
 * is added.
 *
 *     store_create(&store, path, force, &model, &invocation, &error);
 *     store_copy_runs(store, source, runs, count, &error);
 *     store_executions(store, run_id, rows, count);    in batches, as they come
 *     store_end_replay(store, run_id, digest);
 *     store_finish(store, RESULT_COMPLETE);
 *
 * Killed or interrupted at any point behind store_copy_runs(), it goes on with store_reopen() and
 * whatever executions are missing.
 *
 * Units, ownership, errors, threads: as in store.h.
 */
#ifndef ANALYSIS_STORE_STORE_REPLAY_H
#define ANALYSIS_STORE_STORE_REPLAY_H

#include "analysis/store/store.h"

/* What a run is replayed with. */
struct result_replay {
    int64_t run_id;       /* in the source, and so in the copy */
    const char *mode;     /* of sub-calls: "suspended", "kept", "nested", "reexecuted" */
    uint32_t sample_ppm;  /* calls to execute, in a million */
    uint32_t calls;       /* that makes so many */
    uint64_t binaries;    /* digest of the tasklets' bytes */
    const char *platform; /* what platform_ns is from; NULL: no platform */
};

struct result_execution {
    int64_t call_id;
    uint32_t result;
    uint64_t instructions, own_instructions;
    uint32_t loads, sub_calls, suspensions;
    uint64_t state_bytes, memory_bytes;
    sim_time platform_ns; /* RESULT_NONE: no platform */
    int64_t load_host_ns, run_host_ns, suspend_host_ns, resume_host_ns;
};

/*
 * Makes the tables of a replay, which refer to the model's table `call` (run_id, call_id, ...),
 * copies the runs named in replay from the result at source, events aside, and notes what they are
 * replayed with: all in one transaction. They have begun then. source must not be written to.
 */
SIM_MUST_CHECK enum sim_status store_copy_runs(struct store *store, const char *source,
                                               const struct result_replay *replay, size_t count,
                                               struct store_error *error);

/*
 * Opens what a replay left, to go on: the invocation is running again, and so is every run whose
 * digest is not there. The caller has read it before and knows that it is a replay.
 */
SIM_MUST_CHECK enum sim_status store_reopen(struct store **store, const char *path,
                                            struct store_error *error);

SIM_MUST_CHECK enum sim_status store_executions(struct store *store, int64_t run_id,
                                                const struct result_execution *executions,
                                                size_t count);

/* All calls of the run are executed: its digest, and its state. */
SIM_MUST_CHECK enum sim_status store_end_replay(struct store *store, int64_t run_id,
                                                uint64_t digest);

#endif
