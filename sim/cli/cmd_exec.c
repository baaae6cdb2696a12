/* nimblesim exec: one tasklet, run for real in the embedded runtime. */
#include <inttypes.h>

#include "scenarios/language/quantity.h"
#include "sim/tasklets/exec.h"
#include "sim/tasklets/runtime.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"

/* Deeper, and our own stack would be the limit. */
enum { DEPTH_MAX = 1024 };

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
    if (texts->mode != NULL && runtime_read_mode(texts->mode, &job->mode) != EXIT_OK) {
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
        code = exec_run(job);
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
    "--save without a sub-call; 65 a broken module, state or index; 66 a file is missing;\n"
    "70 there is no Wasm runtime in here.\n";

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
         .help = "what it imports: a folder of 'taskgen --wasm', or of NAME.wasm"},
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
        .operands_most = 1 + EXEC_VALUES_MAX,
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
