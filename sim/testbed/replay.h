/*
 * replay.h - what the replay verb is made of. Internal to the verb.
 *
 * A plan is what a result asks to be executed: of each run the trace, the tasklets as binaries,
 * and the calls that are chosen. A job is the plan on its way: the database that grows, and what
 * was measured.
 *
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_TESTBED_REPLAY_H
#define SIM_TESTBED_REPLAY_H

#include <stdio.h>

#include "analysis/report/executed.h"
#include "analysis/store/store_replay.h"
#include "runtime-replay/execution/playback.h"
#include "runtime-replay/platforms/platform.h"
#include "sim/study/archive.h"
#include "sim/tasklets/forms.h"
#include "sim/terminal/progress.h"
#include "taskgen/module_emit.h"

#define REPLAY_ALL_PPM 1000000u

struct replay_request {
    const char *source;
    const char *out;
    const char *variant;  /* NULL: all */
    uint64_t replication; /* 0: all */
    uint64_t jobs;
    enum execute_mode mode;
    uint32_t sample_ppm;
    bool force, json, quiet;
    int argc;
    char **argv;
};

/* ---- the plan ---- */

struct replay_run {
    const struct runs_row *row;
    char name[80]; /* "lru, replication 1" */
    struct trace trace;
    struct taskset taskset; /* of the variant */
    struct module_set set;
    struct playback_binary *binary;
    struct playback_call *call;
    struct playback_acquisition *acquisition;
    sim_time *price;   /* of a call of each chain on the platform, saved bytes aside */
    uint64_t binaries; /* digest of them all */
    uint32_t chosen;   /* calls */
    bool is_ended;     /* the database has its digest */
};

struct replay_plan {
    const struct replay_request *request;
    struct archive source;
    struct scenario scenario;
    struct forms forms;
    struct replay_run *run;
    uint32_t count;
    struct platform platform; /* what executed work is priced with, if it is */
    bool is_priced;
    char platform_name[96];         /* with its hash */
    struct playback_run *playback;  /* the same runs, as the playback sees them */
    struct execute_limits limits;   /* enough for every call */
    struct result_replay *expected; /* the rows of table replay, a run each */
    int lock;                       /* on the database; -1: none */
};

/* Reads the result, makes its tasklets again and checks that they are the ones that were run. */
SIM_MUST_CHECK int replay_plan_init(struct replay_plan *p, const struct replay_request *request);
void replay_plan_deinit(struct replay_plan *p);

/* Instructions of the calls that are still wanted, and how many these are. */
uint64_t replay_plan_work(const struct replay_plan *p, uint64_t *calls);

/* The one argument of a call: the same in every variant of a replication. */
uint32_t replay_argument(uint32_t replication, int64_t call_id);

/* Is a call in the sample? A pseudo-random choice that every variant makes alike. */
bool replay_is_chosen(uint32_t sample_ppm, uint64_t seed, uint32_t replication, int64_t call_id);

/* Makes the tasklets of the run's replication again: as they were run, and as binaries. */
SIM_MUST_CHECK int replay_make_tasklets(const struct replay_plan *p, struct replay_run *run);

/* Instructions of a tasklet with all that it calls; and how many sub-calls these are. */
uint64_t replay_work_of(const struct replay_run *run, uint32_t tasklet);
uint64_t replay_sub_calls_of(const struct taskset *t, uint32_t tasklet);

/* Is a run's taskset the one that was made again? */
SIM_MUST_CHECK int replay_check_taskset(const struct replay_plan *p, const struct replay_run *run);

/* ---- the database ---- */

/*
 * Creates the database, or opens the one that an earlier replay left if it was made alike, and
 * drops from the plan what is executed already. *store is NULL where nothing is left to do.
 */
SIM_MUST_CHECK int replay_store_open(struct store **store, struct replay_plan *p);

/*
 * Locks the database against other replays until replay_unlock(), which is to come behind the
 * store's end: to close the file would end SQLite's own locks.
 */
SIM_MUST_CHECK int replay_lock(struct replay_plan *p);
void replay_unlock(struct replay_plan *p);

/* Puts a batch of executions away. */
SIM_MUST_CHECK enum sim_status replay_store_batch(struct store *store, const struct replay_plan *p,
                                                  const struct playback_done *done, size_t count);

/* ---- prices ---- */

/* Reads the scenario's platform; then prices the chains of a run. */
SIM_MUST_CHECK int replay_cost_init(struct replay_plan *p);
SIM_MUST_CHECK int replay_cost_run(const struct replay_plan *p, struct replay_run *run);

/* What a call took on the platform; RESULT_NONE without a price. */
sim_time replay_cost_ns(const struct replay_plan *p, const struct replay_run *run, uint32_t chain,
                        const struct execution *e);

/* ---- the bare interpreter ---- */

struct replay_reference {
    uint64_t instructions;
    int64_t wall_ns, processor_ns; /* that they took, all threads together */
};

/* Runs the plan's loops for so many seconds on as many threads as the replay, and adds up. */
void replay_reference_add(struct replay_reference *reference, const struct replay_plan *p,
                          double seconds);

/* ---- what came of it ---- */

struct replay_summary {
    const char *out;
    const struct replay_request *request;
    uint64_t digest; /* of all runs' digests */
    uint64_t seed;
    uint64_t completed, chosen;   /* calls of the result, and those of the sample */
    uint64_t calls, instructions; /* executed now, not by an earlier invocation */
    double wall_s, processor_s;   /* for these; of the processor all threads together */
    struct replay_reference reference;
    struct executed_variant *variant;
    size_t variant_count;
    struct executions_pairs pairs;
};

/*
 * Time and processor time as multiples of what the bare interpreter needs for the same
 * instructions; NaN if nothing was executed now.
 */
double replay_ratio(const struct replay_summary *s);
double replay_processor_ratio(const struct replay_summary *s);

/* Nanoseconds that the bare interpreter needs for an instruction; NaN: not measured. */
double replay_bare_ns(const struct replay_summary *s);

void replay_print_text(const struct replay_summary *s, FILE *to);

/* False if the stream failed. */
SIM_MUST_CHECK bool replay_print_json(const struct replay_summary *s, FILE *to);

/* ---- the verb, once its command line is read ---- */

SIM_MUST_CHECK int replay_job(const struct replay_request *request);

/* The same once mode and sample are read, as typed; NULL: not given. The database is put beside the
 * source where none is named. */
SIM_MUST_CHECK int replay_as_asked(struct replay_request *request, const char *mode,
                                   const char *sample);

#endif
