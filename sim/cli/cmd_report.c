/* nimblesim report: a result as one page to look at, to send and to print. */
#include "sim/results/page.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/options.h"

int cmd_report(int argc, char **argv)
{
    struct page_request request = {0};
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FILE.html",
         .text = &request.out,
         .help = "write the page here (default: beside the database)"},
        {.name = "by",
         .metavar = "NAME",
         .text = &request.by,
         .help = "rank the axes of a sweep by this metric or contrast"},
        {.name = "incomplete",
         .flag = &request.incomplete,
         .help = "report what is complete of a result that is not"},
        {.name = "force", .flag = &request.force, .help = "replace a file that is no report"},
        {.name = "json", .flag = &request.json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "report",
        .operands = "RESULT.db",
        .summary = "Writes a result as one HTML file that needs no network: figures, tables with\n"
                   "95 % intervals, nodes, scenario and provenance; of a merged sweep the figures\n"
                   "over its axes, and the axes by effect. Prints the file's name.",
        .example = "nimblesim report results/factory.db",
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
    request.database = operands.item[0];
    return page_write(&request);
}
