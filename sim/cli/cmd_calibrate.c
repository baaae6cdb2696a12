/* nimblesim calibrate: run every tasklet of a scenario for real, and write what it costs. */
#include "sim/cli/verbs.h"
#include "sim/tasklets/calibrate.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"

struct values {
    struct calibrate_request request;
    struct load_changes changes;
    struct option_list sets;
};

static const struct option_spec specs[] = {
    VERB_OUT(struct values, request.out, "FILE.tsv",
             "write a table, for a scenario's platform.calibration"),
    VERB_FORCE(struct values, request.force, "replace an earlier table"),
    {.name = "platform",
     .metavar = "NAME|FILE",
     OPTION_TEXT(struct values, request.platform),
     .help = "a platform's table (default: platform.table of the scenario)"},
    VERB_MODE(struct values, request.mode,
              "sub-calls: suspended (default), kept, nested or reexecuted"),
    VERB_REPLICATION(struct values, request.replication, 1000000,
                     "the tasklets of the K-th replication alone"),
    {.name = "sample",
     .metavar = "N",
     OPTION_NUMBER(struct values, request.sample),
     .least = 1,
     .most = UINT32_MAX,
     .help = "the first N chains with all that they call; not with --out"},
    VERB_SEED(struct values, changes.seed),
    VERB_SET(struct values, sets, "override a key, as in taskset.chains=10; may be repeated"),
    VERB_JOBS(struct values, request.jobs,
              "tasklets at once; changes no result (default: all processors)"),
    VERB_JSON(struct values, request.json, "print one JSON object with all rows"),
    VERB_QUIET(struct values, request.quiet, "no table, no progress"),
};

static const struct option_command command = {
    .verb = "calibrate",
    .operands = "SCENARIO.yaml",
    .summary =
        "Makes the Wasm binary of every tasklet of a scenario, runs it in the embedded runtime\n"
        "with all that it calls, checks that it executes what it was made for and that every\n"
        "form of a chain returns the same, and counts what each tasklet costs on a platform:\n"
        "work, load, suspend, resume.",
    .example = "nimblesim calibrate scenarios/factory.yaml --out factory.tsv\n"
               "nimblesim run scenarios/factory.yaml --set platform.calibration=factory.tsv",
    .notes = "The file holds no time of this host: the same scenario gives the same bytes.\n"
             "Exit codes: 1 a tasklet did something else, 70 there is no Wasm runtime in here.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_calibrate(int argc, char **argv)
{
    interrupt_watch();
    struct values v = {
        .request = {.jobs = processors_online(), .mode = "suspended"},
        .changes = {.seed = UINT64_MAX},
    };
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &v, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        v.request.path = operands.item[0];
        v.changes.sets = &v.sets;
        code = calibrate_scenario(&v.request, &v.changes);
    }
    option_list_deinit(&v.sets);
    return code;
}
