/* nimblesim testbed: a scenario over real processes. */
#include "sim/cli/verbs.h"
#include "sim/terminal/interrupt.h"
#include "sim/testbed/testbed.h"

struct values {
    struct run_request request;
    struct load_changes changes;
    struct option_list sets;
    struct testbed_wish wish;
    bool no_exec;
};

static const struct option_spec specs[] = {
    VERB_OUT(struct values, request.out, "FILE.db", "store everything in a new SQLite file"),
    VERB_FORCE(struct values, request.force, "replace an earlier result, an earlier capture"),
    VERB_PCAP(struct values, request.pcap),
    VERB_SEED(struct values, changes.seed),
    VERB_REPLICATIONS(struct values, changes.replications),
    VERB_SET(struct values, sets, "override a key, as in nodes.cache='64 KiB'; may be repeated"),
    VERB_REPLICATION(struct values, request.replication, 1000000, "run the K-th replication alone"),
    {.name = "threads",
     .letter = 'j',
     .metavar = "N",
     OPTION_NUMBER(struct values, request.threads),
     .least = 1,
     .most = PROCESSORS_MAX,
     .help = "testbeds at once, each with all its processes; changes no result (default: 1)"},
    {.name = "no-exec",
     OPTION_FLAG(struct values, no_exec),
     .help = "run no tasklet: an executor only takes the scenario's time"},
    {.name = "charge",
     .metavar = "WHAT",
     OPTION_TEXT(struct values, wish.charge),
     .help =
         "of the clock: scenario (default), or metered, what each execution's instructions take"},
    {.name = "blocks",
     .metavar = "N",
     OPTION_NUMBER(struct values, wish.blocks),
     .least = 1,
     .most = 10000,
     .help = "of an experiment: so many blocks, and no early end"},
    {.name = "minutes",
     .metavar = "N",
     OPTION_NUMBER(struct values, wish.minutes),
     .least = 1,
     .most = 100000,
     .help = "of an experiment: begin no block that would end later"},
    {.name = "part",
     .metavar = "NAME",
     OPTION_TEXT(struct values, wish.part),
     .help = "of the experiments: this one alone"},
    {.name = "small",
     OPTION_FLAG(struct values, wish.is_small),
     .help = "of an experiment: as little as shows that it works"},
    VERB_JSON(struct values, request.json, "print one JSON object"),
    VERB_QUIET(struct values, request.quiet, "no table, no progress"),
};

static const struct option_command command = {
    .verb = "testbed",
    .operands = "SCENARIO.yaml|RESULT.db",
    .summary =
        "Runs a scenario over real processes in virtual time: a daemon for each node, a\n"
        "datagram over loopback for each message and hop, and the tasklets' real binaries,\n"
        "executed. Work, links, numbers, rows and digest are those of nimblesim run. The runs\n"
        "of a result are made again, and their digests compared.\n"
        "Where a model's real half is an experiment, it is run in this host's own time:\n"
        "arms in blocks of random order, one of them twice, beside the simulation of the same\n"
        "keys; with a verdict, lower, higher or not resolved, for each.",
    .example = "nimblesim testbed scenarios/smoke.yaml\n"
               "nimblesim testbed scenarios/factory.yaml --replication 1 --out results/testbed.db\n"
               "nimblesim testbed results/factory.db --no-exec\n"
               "nimblesim testbed experiment.yaml --minutes 10 --out results/measured.db",
    .notes =
        "Exit code 1: a run of a result comes to another digest.\n"
        "The clock is charged what the scenario says, whatever an execution takes here; with\n"
        "--charge metered its instructions: the same each time, but not the simulation's run.\n"
        "With record: calls v_executed_call has each one's result, counts and price on the "
        "platform.\n"
        "Ports are the kernel's choice, on 127.0.0.1; no process outlives this one.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_testbed(int argc, char **argv)
{
    interrupt_watch();
    struct values v = {
        .request = {.threads = 1, .argc = argc, .argv = argv},
        .changes = {.seed = UINT64_MAX},
    };
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &v, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        v.request.path = operands.item[0];
        v.changes.sets = &v.sets;
        v.wish.executes = !v.no_exec;
        code = testbed_tell(&v.request, &v.changes, &v.wish);
    }
    option_list_deinit(&v.sets);
    return code;
}

/* Not in any list: the program starts itself so. */
int cmd_testbed_node(int argc, char **argv)
{
    return testbed_serve(argc > 1 ? argv[1] : NULL);
}
