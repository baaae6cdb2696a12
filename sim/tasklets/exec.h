/*
 * exec.h - one tasklet, run for real: what the verb exec shares between its files.
 *
 * A job is a module, its arguments and limits. It runs to its end with all that it calls; or
 * until its first sub-call, whose state goes to a file; or on from such a file, in
 * whatever process, until the next.
 *
 * Units: as of execute.h. Ownership: the job belongs to the verb, the names and texts to argv.
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_TASKLETS_EXEC_H
#define SIM_TASKLETS_EXEC_H

#include "runtime-replay/execution/execute.h"
#include "runtime-replay/wasm/wasm_host.h"
#include "sim/tasklets/exec_value.h"
#include "sim/tasklets/tasklet_files.h"
#include "sim/terminal/options.h"

struct exec_job {
    const char *path; /* of the module */
    struct tasklet_files files;
    struct execute_limits limits;
    enum execute_mode mode;
    const char *save, *resume; /* NULL: neither */
    const char *const *given;  /* as typed: arguments of the entry, or the sub-call's result */
    size_t given_count;
    bool force, json;
    struct wasm_type type; /* of the entry */
    struct exec_value_types parameters, results;
};

/* What the user asks for, as typed. Texts are not owned. */
struct exec_request {
    struct exec_job job;
    const char *mode, *tasklets, *memory, *stack, *timeout; /* NULL: not given */
    uint64_t depth;
    struct option_list results; /* of the sub-call that a state waits for */
};

/* Deeper, and our own stack would be the limit. */
enum { EXEC_DEPTH_MAX = 1024 };
/* A week: whoever wants more wants no watchdog. */
enum { EXEC_TIMEOUT_MAX_S = 7 * 24 * 3600 };

/* Makes the request a job and runs it. operands: the module, and the arguments of its entry. */
SIM_MUST_CHECK int exec_as_asked(struct exec_request *request,
                                 const struct option_operands *operands);

/* What became of it. */
struct exec_outcome {
    struct execution run;
    bool is_saved; /* it waits in the file for this: */
    uint32_t import;
    char callee[WASM_IMPORT_MAX];
    struct wasm_type callee_type;
    uint32_t callee_argument[WASM_CELLS_MAX];
};

/*
 * Runs a job whose files are open, and prints what was executed, however it ended. A module that
 * cannot run at all has nothing to print.
 */
SIM_MUST_CHECK int exec_run(struct exec_job *job);

/* ---- its parts ---- */

/* An instance of the job's module, in a host of its own. */
struct exec_instance {
    struct wasm_host *host;
    struct wasm_instance *w;
};

/* To be closed if it is opened: EXIT_OK. */
SIM_MUST_CHECK int exec_open(const struct exec_job *job, struct exec_instance *i);
void exec_close(struct exec_instance *i);

/* Reads what was given into cells, and counts them in *cells. Else EXIT_USAGE. */
SIM_MUST_CHECK int exec_read_values(const struct exec_job *job, const char *what,
                                    const char *type_text, const struct exec_value_types *types,
                                    uint32_t cell[WASM_CELLS_MAX], uint32_t *cells);

/* From the start, or from the state of job->resume, to the first sub-call or the end. */
SIM_MUST_CHECK int exec_to_sub_call(struct exec_job *job, struct exec_outcome *out);
/* From the state of job->resume to the end. */
SIM_MUST_CHECK int exec_to_end(struct exec_job *job, struct exec_outcome *out);

SIM_MUST_CHECK int exec_print(const struct exec_job *job, const struct exec_outcome *out);

#endif
