/* nimblesim taskgen: the tasklets that a scenario's runs use, printed, stored, or made real. */
#include "sim/cli/verbs.h"
#include "sim/tasklets/taskgen.h"

struct values {
    struct taskgen_request request;
    struct load_changes changes;
    struct option_list sets;
};

static const struct option_spec specs[] = {
    VERB_OUT(struct values, request.out, "FILE.db", "store them in a new SQLite file, too"),
    {.name = "wasm",
     .metavar = "DIR",
     OPTION_TEXT(struct values, request.wasm),
     .help = "write the real binaries into a new folder, and report on them"},
    VERB_FORCE(struct values, request.force, "replace an earlier result, or earlier binaries"),
    VERB_VARIANT(struct values, request.only_form, "one form of the tasklets alone (default: all)"),
    VERB_REPLICATION(struct values, request.replication, 1000000,
                     "the tasksets of the K-th replication (default: 1)"),
    VERB_SEED(struct values, changes.seed),
    VERB_SET(struct values, sets, "override a key, as in taskset.chains=10; may be repeated"),
    VERB_JSON(struct values, request.json, "print one JSON object, times in ns"),
    VERB_QUIET(struct values, request.quiet, "print nothing"),
};

static const struct option_command command = {
    .verb = "taskgen",
    .operands = "SCENARIO.yaml",
    .summary = "Draws a scenario's tasksets as its runs do, and prints a summary and every\n"
               "tasklet: size, own time, time with all it calls, chains that share it, calls.\n"
               "With --wasm, makes them real: Wasm modules of the drawn size and work.",
    .example = "nimblesim taskgen scenarios/factory.yaml --replication 2\n"
               "nimblesim taskgen scenarios/factory.yaml --out tasksets.db --quiet\n"
               "nimblesim taskgen scenarios/factory.yaml --wasm binaries",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_taskgen(int argc, char **argv)
{
    struct values v = {
        .request = {.replication = 1, .argc = argc, .argv = argv},
        .changes = {.seed = UINT64_MAX},
    };
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &v, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        v.request.path = operands.item[0];
        v.changes.sets = &v.sets;
        code = taskgen_scenario(&v.request, &v.changes);
    }
    option_list_deinit(&v.sets);
    return code;
}
