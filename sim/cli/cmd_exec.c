/* nimblesim exec: one tasklet, run for real in the embedded runtime. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scenarios/quantity.h"
#include "sim/cli/cmd.h"
#include "sim/cli/exec.h"
#include "sim/cli/message.h"
#include "sim/cli/options.h"
#include "sim/cli/runtime.h"

/* Deeper, and our own stack would be the limit. */
enum { DEPTH_MAX = 1024 };

/* ---- values ---- */

int exec_read_values(const struct exec_job *job, const char *what, const char *type_text,
                     const struct wasm_value_types *types, uint32_t cell[WASM_CELLS_MAX],
                     uint32_t *cells)
{
    *cells = 0;
    if (job->given_count != types->count) {
        message_error("%s: %s is %s: it has %" PRIu32 " value%s, and %zu %s given", job->path, what,
                      type_text, types->count, types->count == 1 ? "" : "s", job->given_count,
                      job->given_count == 1 ? "was" : "were");
        return EXIT_USAGE;
    }
    for (uint32_t i = 0; i < types->count; i++) {
        if (!wasm_value_read(job->given[i], types->type[i], &cell[*cells])) {
            message_error("%s: %s is %s: '%s' is no %s", job->path, what, type_text, job->given[i],
                          wasm_value_type_name(types->type[i]));
            return EXIT_USAGE;
        }
        *cells += wasm_value_cells(types->type[i]);
    }
    return EXIT_OK;
}

/* ---- how it ended ---- */

static int end_code(enum execute_end end)
{
    switch (end) {
    case EXECUTE_RETURNED:
        return EXIT_OK;
    case EXECUTE_BAD_MODULE:
        return EXIT_BAD_DATA;
    case EXECUTE_NO_TASKLET:
        return EXIT_NO_INPUT;
    case EXECUTE_TRAPPED:
    case EXECUTE_OUT_OF_BUDGET:
    case EXECUTE_OUT_OF_MEMORY:
    case EXECUTE_TOO_DEEP:
        break;
    }
    return EXIT_CHECK_FAILED;
}

static void hint_at_end(const struct exec_job *job, enum execute_end end, const char *why)
{
    switch (end) {
    case EXECUTE_NO_TASKLET:
        if (job->files.folder == NULL) {
            message_hint("--tasklets names the folder, or the index.tsv, of what it imports");
        }
        break;
    case EXECUTE_OUT_OF_BUDGET:
        message_hint("--budget N lets it execute more instructions");
        break;
    case EXECUTE_OUT_OF_MEMORY:
        message_hint("--memory SIZE gives it more");
        break;
    case EXECUTE_TOO_DEEP:
        message_hint("--depth N lets more tasklets call each other; or they do so for ever");
        break;
    case EXECUTE_TRAPPED:
        if (strstr(why, "operand stack overflow") != NULL) {
            message_hint("--stack SIZE gives it more");
        }
        break;
    case EXECUTE_RETURNED:
    case EXECUTE_BAD_MODULE:
        break;
    }
}

/* The executor names the tasklet: "tasklet 'NAME': what is wrong". A person knows the file. */
int exec_tell_end(const struct exec_job *job, const struct execution *run)
{
    if (run->end == EXECUTE_RETURNED) {
        return EXIT_OK;
    }
    if (run->end == EXECUTE_NO_TASKLET && job->files.code != EXIT_OK) {
        return job->files.code; /* it was there, and why it cannot be used was told */
    }
    static const char prefix[] = "tasklet '";
    const char *text = run->error;
    char name[WASM_IMPORT_MAX] = "";
    const char *end = strstr(text, "': ");
    if (strncmp(text, prefix, sizeof prefix - 1) == 0 && end != NULL) {
        text += sizeof prefix - 1;
        (void)snprintf(name, sizeof name, "%.*s", (int)(end - text), text);
        text = end + 3;
    }
    message_error("%s: %s", tasklet_files_path(&job->files, name), text);
    hint_at_end(job, run->end, text);
    return end_code(run->end);
}

/* ---- running ---- */

int exec_open(const struct exec_job *job, struct exec_instance *i)
{
    const struct wasm_host_limits limits = {job->limits.memory_bytes, job->limits.stack_bytes};
    struct wasm_error error = {{0}};
    *i = (struct exec_instance){.host = NULL};
    enum sim_status status = wasm_host_create(&i->host, &limits);
    if (status != SIM_OK) {
        message_error("%s", sim_status_text(status));
        return EXIT_INTERNAL;
    }
    status = wasm_instance_create(&i->w, i->host, job->files.module.bytes, job->files.module.length,
                                  &error);
    if (status == SIM_OK) {
        return EXIT_OK;
    }
    const bool is_full = status == SIM_ERR_FULL;
    message_error("%s: %s", job->path, error.text);
    hint_at_end(job, is_full ? EXECUTE_OUT_OF_MEMORY : EXECUTE_BAD_MODULE, error.text);
    wasm_host_destroy(i->host);
    return is_full ? EXIT_CHECK_FAILED : EXIT_BAD_DATA;
}

void exec_close(struct exec_instance *i)
{
    wasm_instance_destroy(i->w);
    wasm_host_destroy(i->host);
}

/* The entry's type tells how arguments are to be read. */
static int learn_type(struct exec_job *job)
{
    struct exec_instance i;
    const int code = exec_open(job, &i);
    if (code == EXIT_OK) {
        job->type = *wasm_instance_entry(i.w);
        wasm_value_split(job->type.text, &job->parameters, &job->results);
        exec_close(&i);
    }
    return code;
}

static int run_whole(struct exec_job *job, struct exec_outcome *out)
{
    uint32_t cell[WASM_CELLS_MAX] = {0};
    uint32_t cells;
    const int code =
        exec_read_values(job, "the entry", job->type.text, &job->parameters, cell, &cells);
    if (code != EXIT_OK) {
        return code;
    }
    struct executor *e = NULL;
    const struct execute_source source = tasklet_files_source(&job->files);
    if (executor_create(&e, &job->limits, &source) != SIM_OK) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    (void)executor_run(e, TASKLET_FILES_MODULE, cell, cells, job->mode, &out->run);
    executor_destroy(e);
    return EXIT_OK;
}

/* What was executed is printed however it ended; a module that cannot run at all has nothing. */
static int run_job(struct exec_job *job)
{
    struct exec_outcome out = {.run = {.end = EXECUTE_RETURNED}};
    int code = learn_type(job);
    if (code == EXIT_OK) {
        code = job->save != NULL     ? exec_to_sub_call(job, &out)
               : job->resume != NULL ? exec_to_end(job, &out)
                                     : run_whole(job, &out);
    }
    if (code != EXIT_OK) {
        return code;
    }
    const int ended = exec_tell_end(job, &out.run);
    if (ended != EXIT_OK && ended != EXIT_CHECK_FAILED) {
        return ended;
    }
    code = exec_print(job, &out);
    const bool has_missed = job->save != NULL && !out.is_saved; /* it made no sub-call to save at */
    return code != EXIT_OK ? code : has_missed ? EXIT_CHECK_FAILED : ended;
}

/* ---- the verb ---- */

struct exec_texts {
    const char *mode, *tasklets, *memory, *stack;
};

static int read_size(const char *option, const char *text, int64_t least, int64_t most,
                     int64_t *value)
{
    const enum quantity_problem problem = quantity_parse_whole(text, QUANTITY_SIZE, value);
    if (problem != QUANTITY_OK) {
        char what[QUANTITY_MESSAGE_MAX];
        quantity_explain(what, text, QUANTITY_SIZE, problem);
        message_error("--%s: %s", option, what);
        return EXIT_USAGE;
    }
    if (*value < least || *value > most) {
        message_error("--%s must lie between %" PRId64 " B and %" PRId64 " B", option, least, most);
        return EXIT_USAGE;
    }
    return EXIT_OK;
}

static int read_texts(struct exec_job *job, const struct exec_texts *texts)
{
    int64_t size = 0;
    if (texts->mode != NULL && !execute_mode_find(texts->mode, &job->mode)) {
        message_error("--mode is nested, suspended or reexecuted, not '%s'", texts->mode);
        return EXIT_USAGE;
    }
    if (texts->memory != NULL) {
        if (read_size("memory", texts->memory, 0, INT64_MAX, &size) != EXIT_OK) {
            return EXIT_USAGE;
        }
        job->limits.memory_bytes = (size_t)size;
    }
    if (texts->stack != NULL) {
        if (read_size("stack", texts->stack, 1, 1 << 30, &size) != EXIT_OK) {
            return EXIT_USAGE;
        }
        job->limits.stack_bytes = (uint32_t)size;
    }
    return EXIT_OK;
}

static int open_and_run(struct exec_job *job, const char *tasklets)
{
    if (!runtime_is_there()) {
        return EXIT_INTERNAL;
    }
    int code = tasklet_files_open(&job->files, job->path, tasklets);
    if (code == EXIT_OK) {
        code = run_job(job);
    }
    tasklet_files_close(&job->files);
    return code;
}

/* A resumed tasklet has had its arguments, and gets a result instead. */
static int choose_given(struct exec_job *job, const struct option_operands *operands,
                        const struct option_list *results)
{
    if (job->resume == NULL && results->count > 0) {
        message_error("--result goes with --resume: it is what a sub-call has returned");
        return EXIT_USAGE;
    }
    if (job->resume != NULL && operands->count > 1) {
        message_error("with --resume there are no arguments: the state has them");
        message_hint("--result VALUE is what the sub-call has returned");
        return EXIT_USAGE;
    }
    if (job->resume != NULL && job->mode != EXECUTE_SUSPENDED) {
        message_error("--resume goes on in the mode suspended");
        return EXIT_USAGE;
    }
    job->given = job->resume != NULL ? results->item : (const char *const *)&operands->item[1];
    job->given_count = job->resume != NULL ? results->count : operands->count - 1;
    return EXIT_OK;
}

static const char notes[] =
    "Arguments are written as the entry's type wants them: 7, -7 or 0x7 for i32 and i64, 0.5\n"
    "for f32 and f64. Before one with a minus, write -- behind the options. What a tasklet\n"
    "imports are its sub-tasklets, by name; module names do not matter.\n"
    "\n"
    "Modes: nested runs a sub-tasklet in a second instance; suspended saves the caller's state,\n"
    "frees its memory and restores it afterwards (the default, and the paper's way); reexecuted\n"
    "runs the caller again with the results so far.\n"
    "\n"
    "A state is held against the module's code before it is believed. It belongs to that module\n"
    "and to the program that saved it: another build may refuse it.\n"
    "\n"
    "Exit codes: 0 returned or saved; 1 trapped, out of budget, out of memory, too deep, or\n"
    "--save without a sub-call; 65 a broken module, state or index; 66 a file is missing.\n";

int cmd_exec(int argc, char **argv)
{
    struct exec_job job = {.limits = execute_limits_default(), .mode = EXECUTE_SUSPENDED};
    struct exec_texts texts = {0};
    uint64_t depth = job.limits.depth;
    struct option_list results = {0};
    const struct option_spec specs[] = {
        {.name = "mode", .metavar = "MODE", .text = &texts.mode, .help = "how a sub-call is made"},
        {.name = "tasklets",
         .metavar = "PLACE",
         .text = &texts.tasklets,
         .help = "the folder of NAME.wasm, or index.tsv, of what it imports"},
        {.name = "budget",
         .metavar = "N",
         .number = &job.limits.instructions,
         .most = INT64_MAX,
         .help = "instructions that may be executed (default: 2^31 - 1)"},
        {.name = "memory",
         .metavar = "SIZE",
         .text = &texts.memory,
         .help = "what the runtime may hold at once (default: 1 MiB)"},
        {.name = "stack",
         .metavar = "SIZE",
         .text = &texts.stack,
         .help = "Wasm stack of an instance (default: 16 KiB)"},
        {.name = "depth",
         .metavar = "N",
         .number = &depth,
         .least = 1,
         .most = DEPTH_MAX,
         .help = "tasklets on the way down (default: 64)"},
        {.name = "save",
         .metavar = "FILE",
         .text = &job.save,
         .help = "stop at the first sub-call, and write the state there"},
        {.name = "resume",
         .metavar = "FILE",
         .text = &job.resume,
         .help = "go on from a state, with the sub-call's --result"},
        {.name = "result",
         .metavar = "VALUE",
         .list = &results,
         .help = "what the sub-call that a state waits for has returned"},
        {.name = "force", .flag = &job.force, .help = "replace an earlier state"},
        {.name = "json", .flag = &job.json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "exec",
        .operands = "MODULE.wasm [ARGUMENT]...",
        .summary =
            "Runs a tasklet in the embedded Wasm runtime, with all that it calls, and prints\n"
            "its result, what it executed, the memory that it took, and times of this host.",
        .example =
            "nimblesim exec build/tests/tasklets/chain.wasm 7 --tasklets build/tests/tasklets\n"
            "nimblesim exec chain.wasm 7 --save chain.state\n"
            "nimblesim exec chain.wasm --resume chain.state --result 15 --save next.state",
        .notes = notes,
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 1,
        .operands_most = 1 + WASM_VALUES_MAX,
    };
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        job.path = operands.item[0];
        job.limits.depth = (uint32_t)depth;
        code = read_texts(&job, &texts);
        code = code == EXIT_OK ? choose_given(&job, &operands, &results) : code;
        code = code == EXIT_OK ? open_and_run(&job, texts.tasklets) : code;
    }
    option_list_deinit(&results);
    return code;
}
