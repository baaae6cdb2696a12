/* nimblesim sweep: a scenario at every point of its axes. */
#include "sim/cli/verbs.h"
#include "sim/sweep/points.h"

static const struct option_spec specs[] = {
    VERB_OUT(struct points_request, out, "DIR",
             "the sweep's folder (default: the scenario's name with .sweep, here)"),
    VERB_JOBS(struct points_request, jobs,
              "processes at once; changes no result (default: all processors; slurm: one a task)"),
    {.name = "dry-run",
     .letter = 'n',
     OPTION_FLAG(struct points_request, dry_run),
     .help = "list the points and what they are expected to take; run nothing"},
    {.name = "points",
     .metavar = "A-B",
     OPTION_TEXT(struct points_request, points),
     .help = "only these points, counted from 1"},
    {.name = "point",
     .metavar = "K",
     OPTION_NUMBER(struct points_request, point),
     .least = 1,
     .most = SWEEP_POINTS_MAX,
     .help = "only this point"},
    {.name = "launcher",
     .metavar = "local|slurm",
     OPTION_TEXT(struct points_request, launcher),
     .help = "run here (default), or submit a job array to Slurm"},
    {.name = "tasks",
     .metavar = "N",
     OPTION_NUMBER(struct points_request, tasks),
     .least = 1,
     .most = 100000,
     .help = "slurm: tasks of the array (default: at most 100)"},
    {.name = "sbatch",
     .metavar = "OPTION",
     OPTION_LIST(struct points_request, sbatch),
     .help = "slurm: one more option for sbatch, as in --partition=long; may be repeated"},
    VERB_SEED(struct points_request, seed),
    VERB_REPLICATIONS(struct points_request, replications),
    VERB_SET(struct points_request, sets, "override a key at every point; may be repeated"),
    VERB_JSON(struct points_request, json, "print one JSON object"),
    VERB_QUIET(struct points_request, quiet, "no sum, no progress"),
};

static const char notes[] =
    "The axes stand in the scenario; each key of it can be one:\n"
    "  sweep:\n"
    "    nodes.cache: {from: 8 KiB, to: 64 KiB, step: x2}    # or step: 4 KiB\n"
    "    protocol.coalesce: [true, false]\n"
    "    robots.count: [10, 20, 40]\n"
    "  where:\n"
    "    - robots.count * 2 <= taskset.chains\n"
    "    - robots.count != 40 or nodes.cache >= 16 KiB\n"
    "\n"
    "Points that are in the folder already are kept: an interrupted sweep goes on where it\n"
    "stopped, a changed axis runs what is new. Exit code 1: points failed, all others ran.";

static const struct option_command command = {
    .verb = "sweep",
    .operands = "SCENARIO.yaml",
    .summary = "Runs a scenario at every point of the axes that its sweep: names, a database a\n"
               "point. All points draw from the same seeds.",
    .example = "nimblesim sweep my-sweep.yaml --dry-run\n"
               "nimblesim sweep my-sweep.yaml --out results/my.sweep\n"
               "nimblesim merge results/my.sweep --out results/my.db",
    .notes = notes,
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_sweep(int argc, char **argv)
{
    struct points_request request = {.seed = UINT64_MAX, .launcher = "local"};
    struct option_operands operands;
    int code = (int)options_parse(&command, argc, argv, &request, &operands);
    if (code == (int)OPTIONS_CONTINUE) {
        request.path = operands.item[0];
        code = points_sweep(&request);
    }
    option_list_deinit(&request.sets);
    option_list_deinit(&request.sbatch);
    return code;
}
