/* nimblesim run: simulate a scenario, compare its variants, keep the result. */
#include "sim/cli/verbs.h"
#include "sim/study/run.h"
#include "sim/terminal/interrupt.h"

struct values {
    struct run_request request;
    struct load_changes changes;
    struct option_list sets;
};

static const struct option_spec specs[] = {
    VERB_OUT(struct values, request.out, "FILE.db", "store everything in a new SQLite file"),
    VERB_FORCE(struct values, request.force, "replace an earlier result, an earlier capture"),
    VERB_PCAP(struct values, request.pcap),
    VERB_SEED(struct values, changes.seed),
    VERB_REPLICATIONS(struct values, changes.replications),
    VERB_SET(struct values, sets, "override a key, as in nodes.cache='64 KiB'; may be repeated"),
    VERB_REPLICATION(struct values, request.replication, 1000000, "run the K-th replication alone"),
    VERB_THREADS(struct values, request.threads),
    {.name = "transport",
     .metavar = "auto|full",
     OPTION_TEXT(struct values, request.transport),
     .help = "full: no short cuts, for the same results (default: auto)"},
    VERB_JSON(struct values, request.json, "print one JSON object"),
    VERB_QUIET(struct values, request.quiet, "no table, no progress"),
};

static const struct option_command command = {
    .verb = "run",
    .operands = "SCENARIO.yaml",
    .summary = "Simulates every variant of a scenario in every replication, and prints them\n"
               "side by side with 95 % intervals.",
    .example = "nimblesim run scenarios/factory.yaml --out results/factory.db\n"
               "nimblesim run scenarios/factory.yaml --set nodes.cache='16 KiB' --json",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_run(int argc, char **argv)
{
    interrupt_watch();
    struct values v = {
        .request = {.threads = processors_online(), .argc = argc, .argv = argv},
        .changes = {.seed = UINT64_MAX},
    };
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &v, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        v.request.path = operands.item[0];
        v.changes.sets = &v.sets;
        code = run_tell(&v.request, &v.changes);
    }
    option_list_deinit(&v.sets);
    return code;
}
