/* nimblesim exec: one tasklet, run for real in the embedded runtime. */
#include "sim/cli/verbs.h"
#include "sim/tasklets/exec.h"

static const struct option_spec specs[] = {
    VERB_MODE(struct exec_request, mode, "how a sub-call is made"),
    {.name = "tasklets",
     .metavar = "PLACE",
     OPTION_TEXT(struct exec_request, tasklets),
     .help = "what it imports: a folder of 'taskgen --wasm', or of NAME.wasm"},
    {.name = "budget",
     .metavar = "N",
     OPTION_NUMBER(struct exec_request, job.limits.instructions),
     .most = INT64_MAX,
     .help = "instructions that may be executed (default: 2^31 - 1)"},
    {.name = "memory",
     .metavar = "SIZE",
     OPTION_TEXT(struct exec_request, memory),
     .help = "what the runtime may hold at once (default: 1 MiB)"},
    {.name = "stack",
     .metavar = "SIZE",
     OPTION_TEXT(struct exec_request, stack),
     .help = "Wasm stack of an instance (default: 16 KiB)"},
    {.name = "depth",
     .metavar = "N",
     OPTION_NUMBER(struct exec_request, depth),
     .least = 1,
     .most = EXEC_DEPTH_MAX,
     .help = "tasklets on the way down (default: 64)"},
    {.name = "sub-calls",
     .metavar = "N",
     OPTION_NUMBER(struct exec_request, job.limits.sub_calls),
     .most = INT64_MAX,
     .help = "sub-calls that may be made (default: 1000000)"},
    {.name = "timeout",
     .metavar = "TIME",
     OPTION_TEXT(struct exec_request, timeout),
     .help = "of this host, when it is stopped (default: 60 s)"},
    {.name = "save",
     .metavar = "FILE",
     OPTION_TEXT(struct exec_request, job.save),
     .help = "stop at the first sub-call, and write the state there"},
    {.name = "resume",
     .metavar = "FILE",
     OPTION_TEXT(struct exec_request, job.resume),
     .help = "go on from a state, with the sub-call's --result"},
    {.name = "result",
     .metavar = "VALUE",
     OPTION_LIST(struct exec_request, results),
     .help = "what the sub-call that a state waits for has returned"},
    VERB_FORCE(struct exec_request, job.force, "replace an earlier state"),
    VERB_JSON(struct exec_request, job.json, "print one JSON object"),
};

static const char notes[] =
    "Arguments are written as the entry's type wants them: 7, -7 or 0x7 for i32 and i64, 0.5\n"
    "for f32 and f64. Before one with a minus, write -- behind the options. What a tasklet\n"
    "imports are its sub-tasklets, by name; module names do not matter.\n"
    "\n"
    "Modes: nested runs a sub-tasklet in a second instance; suspended saves the caller's state,\n"
    "frees its memory, loads it again and restores it afterwards (the default); kept does so, but\n"
    "keeps what loading gave, as the paper does; reexecuted runs the caller again with the "
    "results\n"
    "so far.\n"
    "\n"
    "A state is held against the module's code before it is believed. It belongs to that module\n"
    "and to the program that saved it: another build may refuse it.\n"
    "\n"
    "Exit codes: 0 returned or saved; 1 trapped, out of budget, out of memory, too deep, too\n"
    "late, or --save without a sub-call; 65 a broken module, state or index; 66 a file is\n"
    "missing; 70 there is no Wasm runtime in here.\n";

static const struct option_command command = {
    .verb = "exec",
    .operands = "MODULE.wasm [ARGUMENT]...",
    .summary = "Runs a tasklet in the embedded Wasm runtime, with all that it calls, and prints\n"
               "its result, what it executed, the memory that it took, and times of this host.",
    .example = "nimblesim exec build/tests/tasklets/chain.wasm 7 --tasklets build/tests/tasklets\n"
               "nimblesim exec chain.wasm 7 --save chain.state\n"
               "nimblesim exec chain.wasm --resume chain.state --result 15 --save next.state",
    .notes = notes,
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1 + EXEC_VALUES_MAX,
};

int cmd_exec(int argc, char **argv)
{
    struct exec_request request = {
        .job = {.limits = execute_limits_default(), .mode = EXECUTE_SUSPENDED}};
    request.depth = request.job.limits.depth;
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &request, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        code = exec_as_asked(&request, &operands);
    }
    option_list_deinit(&request.results);
    return code;
}
