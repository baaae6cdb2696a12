/*
 * calibrate.h - what the calibrate verb measures of a scenario's tasklets, and tells. Internal to
 * the verb.
 *
 * A replication at a time: its tasksets are drawn, its binaries emitted, every tasklet is run for
 * real with the sub-tasklets that it calls, and what it executed is checked and counted
 * with the platform's table. What a tasklet's callees did in its run is taken off, so
 * that each row is of one tasklet alone; only peak_bytes is of the whole run.
 *
 * Units: nanoseconds on the platform (*_ns) or of this host (*_host_ns); bytes; instructions.
 * Threads: one batch is run by several; all else is the main thread's.
 */
#ifndef SIM_TASKLETS_CALIBRATE_H
#define SIM_TASKLETS_CALIBRATE_H

#include <stdio.h>

#include "analysis/statistics/stats.h"
#include "runtime-replay/execution/execute.h"
#include "runtime-replay/platforms/calibration.h"
#include "runtime-replay/platforms/platform.h"
#include "sim/study/load.h"
#include "sim/tasklets/forms.h"
#include "sim/terminal/progress.h"
#include "taskgen/module_emit.h"

enum calibrate_kind { CALIBRATE_CHAIN, CALIBRATE_ALGORITHM, CALIBRATE_TWIN, CALIBRATE_KINDS };

/* What is asked for. */
struct calibrate_job {
    struct forms forms;
    struct platform platform;
    enum execute_mode mode;
    uint32_t threads;
    uint32_t sample; /* chains of a variant and replication; 0: all */
};

/* One tasklet: what it did, and what that costs. */
struct calibrate_tasklet {
    struct calibration_row row;
    enum calibrate_kind kind;
    bool is_wanted;             /* false: left out of the sample */
    uint64_t call_memory_bytes; /* of its own state, at a sub-call */
    uint32_t result;
    uint32_t loads, suspensions; /* of the whole run; so the next ones */
    uint64_t state_bytes, state_memory_bytes;
    int64_t load_host_ns, suspend_host_ns, resume_host_ns, run_host_ns;
    uint64_t executed; /* instructions */
};

/* All tasklets of a replication: those of form 0, then their twins in the others. */
struct calibrate_batch {
    const struct calibrate_job *job;
    uint32_t replication;
    bool has[FORMS_MAX]; /* forms that a variant of the scenario runs */
    struct taskset taskset[FORMS_MAX];
    struct module_set set[FORMS_MAX];
    struct calibrate_tasklet *tasklet[FORMS_MAX];
    sim_time *segment_ns[FORMS_MAX]; /* laid out as the taskset's */
};

/* What all batches came to. */
struct calibrate_sums {
    struct stats_stream size, instructions, own_ms, load_us, suspend_us, resume_us, memory;
    struct stats_stream state, state_memory; /* bytes at a sub-call; of them linear memory */
    struct stats_stream load_host_us, suspend_host_us, resume_host_us;
    uint64_t executed;
    int64_t run_host_ns;
};

struct calibrate_overhead {
    struct stats_stream load_ms, suspend_ms, resume_ms, work_ms, total_ms; /* above the twin's */
    struct stats_stream drawn_ms; /* the same with the scenario's constants */
    struct stats_stream calls;    /* sub-calls on all the chain's levels */
    double memory_bytes;          /* that all of these saved of memories, in all chains */
};

struct calibrate_result {
    struct calibrate_tasklet *row; /* in order: replication, variant, tasklet */
    size_t count, capacity;
    sim_time *segment_ns; /* row.first_segment points into them */
    size_t segment_count, segment_capacity;
    struct calibrate_sums sums[CALIBRATE_KINDS];
    struct calibrate_overhead overhead;
};

/* What the user asks for. Texts are not owned. */
struct calibrate_request {
    const char *path, *out, *platform, *mode;
    bool force, json, quiet;
    uint64_t jobs, replication, sample;
};

/* ---- calibrate_scenario.c: all of the verb's work. Exit code. ---- */

SIM_MUST_CHECK int calibrate_scenario(const struct calibrate_request *request,
                                      const struct load_changes *changes);

/* ---- calibrate_batch.c ---- */

/* Draws and emits. SIM_ERR_INVALID or SIM_ERR_NOMEM with a text. */
SIM_MUST_CHECK enum sim_status calibrate_batch_init(struct calibrate_batch *b,
                                                    const struct calibrate_job *job,
                                                    uint32_t replication,
                                                    struct model_error *error);
void calibrate_batch_deinit(struct calibrate_batch *b);

/* How many tasklets of a batch will be run. */
uint32_t calibrate_batch_wanted(const struct calibrate_batch *b);

/* ---- calibrate_run.c ---- */

/*
 * Runs them, showing progress from *done on; *done grows. An interruption ends it early with
 * SIM_OK: interrupt_requested() tells. SIM_ERR_NOTFOUND: there is no runtime. What is wrong with a
 * tasklet is told on stderr and counted in *wrong.
 */
SIM_MUST_CHECK enum sim_status calibrate_batch_run(struct calibrate_batch *b, struct progress *p,
                                                   uint32_t *done, uint32_t *wrong,
                                                   struct model_error *error);

/* ---- calibrate_cost.c ---- */

/* Counts a batch that was run, and adds it to the result. SIM_ERR_INVALID or SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status
calibrate_count(struct calibrate_result *r, struct calibrate_batch *b, struct model_error *error);
void calibrate_result_deinit(struct calibrate_result *r);

/* ---- calibrate_sums.c ---- */

/* Adds a tasklet that was counted to its kind's sums. */
void calibrate_sum_tasklet(struct calibrate_result *r, const struct calibrate_batch *b, uint32_t v,
                           uint32_t i);

/* Adds what a batch's chains cost beyond their twins, of a batch that has both forms. */
SIM_MUST_CHECK enum sim_status calibrate_sum_chains(struct calibrate_result *r,
                                                    const struct calibrate_batch *b,
                                                    struct model_error *error);

/* ---- calibrate_needs.c ---- */

/* What an overhead as large as the paper's needs, where sub-calls save states. */
struct calibrate_needs {
    double paper_ms, missing_ms; /* of a chain; below 0: too much already */
    double calls, call_ms;       /* sub-calls of a chain, and what each of them lacks */
    double kilocycles;           /* the same on the platform */
    bool has_memory;             /* the table prices memory, so that what follows is known */
    double page_ms, byte_us;     /* of a heap, at a sub-call: its page, each byte alive in it */
    double heap_bytes;           /* in every tasklet, that take as much; below 0: none does */
};

/* False where there is nothing to say: no chain in parts, or none that saves a state. */
SIM_MUST_CHECK bool calibrate_needs(struct calibrate_needs *n, const struct calibrate_result *r,
                                    const struct calibrate_job *job);

/* ---- calibrate_print.c ---- */

void calibrate_print_table(const struct calibrate_result *r, const struct calibrate_job *job,
                           FILE *to);
/* False if the stream failed. */
SIM_MUST_CHECK bool calibrate_print_json(const struct calibrate_result *r,
                                         const struct calibrate_job *job, FILE *to);

#endif
