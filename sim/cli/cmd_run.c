/* nimblesim run: simulate a scenario, compare its variants, keep the result. */
#include "sim/study/run.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/options.h"
#include "sim/terminal/processors.h"

    static int
    parse_and_run(int argc, char **argv, struct run_request *request, struct option_list *sets)
{
    uint64_t seed = UINT64_MAX;
    uint64_t replications = 0;
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.db",
         .text = &request->out,
         .help = "store everything in a new SQLite file"},
        {.name = "force", .flag = &request->force, .help = "replace an earlier result"},
        load_option_seed(&seed),
        load_option_replications(&replications),
        load_option_set(sets, "override a key, as in nodes.cache='64 KiB'; may be repeated"),
        {.name = "replication",
         .metavar = "K",
         .number = &request->replication,
         .least = 1,
         .most = 1000000,
         .help = "run the K-th replication alone"},
        {.name = "threads",
         .letter = 'j',
         .metavar = "N",
         .number = &request->threads,
         .least = 1,
         .most = PROCESSORS_MAX,
         .help = "runs at once; changes no result (default: all processors)"},
        {.name = "json", .flag = &request->json, .help = "print one JSON object"},
        {.name = "quiet", .letter = 'q', .flag = &request->quiet, .help = "no table, no progress"},
    };
    const struct option_command command = {
        .verb = "run",
        .operands = "SCENARIO.yaml",
        .summary = "Simulates every variant of a scenario in every replication, and prints them\n"
                   "side by side with 95 % intervals.",
        .example = "nimblesim run scenarios/factory.yaml --out results/factory.db\n"
                   "nimblesim run scenarios/factory.yaml --set nodes.cache='16 KiB' --json",
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
    const struct load_changes changes = {.sets = sets, .seed = seed, .replications = replications};
    return run_tell(request, &changes);
}

int cmd_run(int argc, char **argv)
{
    interrupt_watch();
    struct run_request request = {.threads = processors_online(), .argc = argc, .argv = argv};
    struct option_list sets = {0};
    const int code = parse_and_run(argc, argv, &request, &sets);
    option_list_deinit(&sets);
    return code;
}
