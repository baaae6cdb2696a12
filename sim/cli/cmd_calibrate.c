/* nimblesim calibrate: run every tasklet of a scenario for real, and write what it costs. */
#include "sim/tasklets/calibrate.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/options.h"
#include "sim/terminal/processors.h"

static int parse_and_calibrate(int argc, char **argv, struct calibrate_request *request,
                               struct option_list *sets)
{
    uint64_t seed = UINT64_MAX;
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.tsv",
         .text = &request->out,
         .help = "write a table, for a scenario's platform.calibration"},
        {.name = "force", .flag = &request->force, .help = "replace an earlier file"},
        {.name = "platform",
         .metavar = "NAME|FILE",
         .text = &request->platform,
         .help = "a platform's table (default: platform.table of the scenario)"},
        {.name = "mode",
         .metavar = "MODE",
         .text = &request->mode,
         .help = "sub-calls: suspended (default), nested or reexecuted"},
        {.name = "replication",
         .metavar = "K",
         .number = &request->replication,
         .least = 1,
         .most = 1000000,
         .help = "the tasklets of the K-th replication alone"},
        {.name = "sample",
         .metavar = "N",
         .number = &request->sample,
         .least = 1,
         .most = UINT32_MAX,
         .help = "the first N chains with all that they call; not with --out"},
        load_option_seed(&seed),
        load_option_set(sets, "override a key, as in taskset.chains=10; may be repeated"),
        {.name = "jobs",
         .letter = 'j',
         .metavar = "N",
         .number = &request->jobs,
         .least = 1,
         .most = PROCESSORS_MAX,
         .help = "tasklets at once; changes no result (default: all processors)"},
        {.name = "json", .flag = &request->json, .help = "print one JSON object with all rows"},
        {.name = "quiet", .letter = 'q', .flag = &request->quiet, .help = "no table, no progress"},
    };
    const struct option_command command = {
        .verb = "calibrate",
        .operands = "SCENARIO.yaml",
        .summary =
            "Makes the Wasm binary of every tasklet of a scenario, runs it in the embedded "
            "runtime\n"
            "with all that it calls, checks that it executes what it was made for and that chains\n"
            "return what their monolithic twins return, and counts what each tasklet costs on a\n"
            "platform: work, load, suspend, resume.",
        .example = "nimblesim calibrate scenarios/factory.yaml --out factory.tsv\n"
                   "nimblesim run scenarios/factory.yaml --set platform.calibration=factory.tsv",
        .notes = "The file holds no time of this host: the same scenario gives the same bytes.\n"
                 "Exit codes: 1 a tasklet did something else, 70 there is no Wasm runtime in here.",
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
    return calibrate_scenario(request, &changes);
}

int cmd_calibrate(int argc, char **argv)
{
    interrupt_watch();
    struct calibrate_request request = {.jobs = processors_online(), .mode = "suspended"};
    struct option_list sets = {0};
    const int code = parse_and_calibrate(argc, argv, &request, &sets);
    option_list_deinit(&sets);
    return code;
}
