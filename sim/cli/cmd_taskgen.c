/* nimblesim taskgen: the tasklets that a scenario's runs use, printed, stored, or made real. */
#include "sim/tasklets/taskgen.h"
#include "sim/terminal/options.h"

static int parse_and_generate(int argc, char **argv, struct taskgen_request *request,
                              struct option_list *sets)
{
    uint64_t seed = UINT64_MAX;
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.db",
         .text = &request->out,
         .help = "store them in a new SQLite file, too"},
        {.name = "wasm",
         .metavar = "DIR",
         .text = &request->wasm,
         .help = "write the real binaries into a new folder, and report on them"},
        {.name = "force",
         .flag = &request->force,
         .help = "replace an earlier result, or earlier binaries"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &request->only_form,
         .help = "one form of the tasklets alone (default: all)"},
        {.name = "replication",
         .metavar = "K",
         .number = &request->replication,
         .least = 1,
         .most = 1000000,
         .help = "the tasksets of the K-th replication (default: 1)"},
        load_option_seed(&seed),
        load_option_set(sets, "override a key, as in taskset.chains=10; may be repeated"),
        {.name = "json", .flag = &request->json, .help = "print one JSON object, times in ns"},
        {.name = "quiet", .letter = 'q', .flag = &request->quiet, .help = "print nothing"},
    };
    const struct option_command command = {
        .verb = "taskgen",
        .operands = "SCENARIO.yaml",
        .summary = "Draws a scenario's tasksets as its runs do, and prints a summary and every\n"
                   "tasklet: size, own time, time with all it calls, chains that share it, calls.\n"
                   "With --wasm, makes them real: Wasm modules of the drawn size and work.",
        .example = "nimblesim taskgen scenarios/factory.yaml --variant nimble\n"
                   "nimblesim taskgen scenarios/factory.yaml --out tasksets.db --quiet\n"
                   "nimblesim taskgen scenarios/factory.yaml --wasm binaries",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 1,
        .operands_most = 1,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    request->path = operands.item[0];
    const struct load_changes changes = {.sets = sets, .seed = seed};
    return taskgen_scenario(request, &changes);
}

int cmd_taskgen(int argc, char **argv)
{
    struct taskgen_request request = {.replication = 1, .argc = argc, .argv = argv};
    struct option_list sets = {0};
    const int code = parse_and_generate(argc, argv, &request, &sets);
    option_list_deinit(&sets);
    return code;
}
