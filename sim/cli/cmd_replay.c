/* nimblesim replay: the calls of a stored result, executed for real. */
#include "sim/cli/verbs.h"
#include "sim/terminal/interrupt.h"
#include "sim/testbed/replay.h"

struct values {
    struct replay_request request;
    const char *mode, *sample;
};

static const struct option_spec specs[] = {
    VERB_OUT(struct values, request.out, "FILE.db", "the new database (default: RESULT.replay.db)"),
    VERB_JOBS(struct values, request.jobs,
              "nodes at once; changes no result (default: all processors)"),
    {.name = "sample",
     .metavar = "P%",
     OPTION_TEXT(struct values, sample),
     .help = "execute so many of the calls, the same in every variant"},
    VERB_VARIANT(struct values, request.variant, "this variant alone"),
    VERB_REPLICATION(struct values, request.replication, UINT32_MAX, "the K-th replication alone"),
    VERB_MODE(struct values, mode, "sub-calls: suspended (default), kept, nested or reexecuted"),
    VERB_FORCE(struct values, request.force, "replace an earlier result"),
    VERB_JSON(struct values, request.json, "print one JSON object"),
    VERB_QUIET(struct values, request.quiet, "no table, no progress"),
};

static const struct option_command command = {
    .verb = "replay",
    .operands = "RESULT.db",
    .summary =
        "Executes every completed call of a result for real, in the Wasm runtime: load, run,\n"
        "suspend, sub-call, resume, one executor a node, with the binaries that the nodes\n"
        "had fetched. Stores what it took beside what was simulated, and checks that a call\n"
        "gives the same result in every variant.",
    .example = "nimblesim run scenarios/factory.yaml --set record=calls --out results/f.db\n"
               "nimblesim replay results/f.db --replication 1\n"
               "nimblesim compare results/f.replay.db",
    .notes = "Interrupted or killed, the same command goes on where it stopped.\n"
             "Exit codes: 1 results differ, 70 there is no Wasm runtime in here.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_replay(int argc, char **argv)
{
    interrupt_watch();
    struct values v = {
        .request = {.jobs = processors_online(),
                    .mode = EXECUTE_SUSPENDED,
                    .sample_ppm = REPLAY_ALL_PPM,
                    .argc = argc,
                    .argv = argv},
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &v, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    v.request.source = operands.item[0];
    return replay_as_asked(&v.request, v.mode, v.sample);
}
