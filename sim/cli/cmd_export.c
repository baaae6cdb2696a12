/* nimblesim export: a result's rows, and traces for other tools. */
#include "sim/cli/verbs.h"
#include "sim/results/export.h"

static const struct option_spec specs[] = {
    {.name = "format",
     .metavar = "csv|json",
     OPTION_TEXT(struct export_request, format),
     .help = "of rows; csv if not given"},
    VERB_OUT(struct export_request, out, "FILE",
             "write to a file, which appears whole or not at all"),
    VERB_FORCE(struct export_request, force, "replace an earlier export"),
    VERB_RUN(struct export_request, choice.run_id, "only the run of this number"),
    VERB_VARIANT(struct export_request, choice.variant, "only the (first) run of this variant"),
    VERB_REPLICATION(struct export_request, choice.replication, UINT32_MAX,
                     "only the (first) run of this replication"),
    {.name = "step",
     .metavar = "TIME",
     OPTION_TEXT(struct export_request, step),
     .help = "between two points of a track (default: 1 s)"},
    VERB_JSON(struct export_request, json, "the same as --format json"),
};

static const struct option_command command = {
    .verb = "export",
    .operands = "RESULT.db [WHAT]",
    .summary = "Writes the rows of a view or table of a result, the call trace for a testbed, or\n"
               "a trace for another tool. Without WHAT it lists what there is.",
    .example = "nimblesim export results/factory.db v_response --out response.csv\n"
               "nimblesim export results/factory.db trace --format json\n"
               "nimblesim export results/factory.db perfetto --replication 1 --out run.json\n"
               "nimblesim export results/factory.db bonnmotion --step '1 s' --out robots.movements",
    .notes = "CSV is RFC 4180: CR LF, a missing value is nothing, an empty text is \"\".\n"
             "The columns of trace: replication, call_id, t_ns (of the trigger), robot, node\n"
             "(missing: out of contact), chain, x_m, y_m; in order of replication and time.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 2,
};

int cmd_export(int argc, char **argv)
{
    struct export_request r = {.json = false};
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &r, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    r.path = operands.item[0];
    r.what = operands.count == 2 ? operands.item[1] : NULL;
    return export_result(&r);
}
