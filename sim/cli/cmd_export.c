/* nimblesim export: a result's rows, and traces for other tools. */
#include "sim/results/export.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/options.h"

    int
    cmd_export(int argc, char **argv)
{
    struct export_request r = {.json = false};
    const struct option_spec specs[] = {
        {.name = "format",
         .metavar = "csv|json",
         .text = &r.format,
         .help = "of rows; csv if not given"},
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE",
         .text = &r.out,
         .help = "write to a file, which appears whole or not at all"},
        {.name = "force", .flag = &r.force, .help = "replace an existing file"},
        {.name = "run",
         .metavar = "N",
         .number = &r.choice.run_id,
         .least = 1,
         .most = INT64_MAX,
         .help = "only the run of this number"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &r.choice.variant,
         .help = "only the (first) run of this variant"},
        {.name = "replication",
         .metavar = "K",
         .number = &r.choice.replication,
         .least = 1,
         .most = UINT32_MAX,
         .help = "only the (first) run of this replication"},
        {.name = "step",
         .metavar = "TIME",
         .text = &r.step,
         .help = "between two points of a track (default: 1 s)"},
        {.name = "json", .flag = &r.json, .help = "the same as --format json"},
    };
    const struct option_command command = {
        .verb = "export",
        .operands = "RESULT.db [WHAT]",
        .summary =
            "Writes the rows of a view or table of a result, the call trace for a testbed, or\n"
            "a trace for another tool. Without WHAT it lists what there is.",
        .example =
            "nimblesim export results/factory.db v_response --out response.csv\n"
            "nimblesim export results/factory.db trace --format json\n"
            "nimblesim export results/factory.db perfetto --variant nimble --out nimble.json\n"
            "nimblesim export results/factory.db bonnmotion --step '1 s' --out robots.movements",
        .notes = "CSV is RFC 4180: CR LF, a missing value is nothing, an empty text is \"\".\n"
                 "The columns of trace: replication, call_id, t_ns (of the trigger), robot, node\n"
                 "(missing: out of contact), chain, x_m, y_m; in order of replication and time.",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 1,
        .operands_most = 2,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    r.path = operands.item[0];
    r.what = operands.count == 2 ? operands.item[1] : NULL;
    return export_result(&r);
}
