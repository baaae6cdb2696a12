/* nimblesim report: a result as one page to look at, to send and to print. */
#include "sim/cli/verbs.h"
#include "sim/results/page.h"

static const struct option_spec specs[] = {
    VERB_OUT(struct page_request, out, "FILE.html",
             "write the page here (default: beside the database)"),
    {.name = "by",
     .metavar = "NAME",
     OPTION_TEXT(struct page_request, by),
     .help = "rank the axes of a sweep by this metric or contrast"},
    {.name = "incomplete",
     OPTION_FLAG(struct page_request, incomplete),
     .help = "report what is complete of a result that is not"},
    {.name = "open",
     OPTION_FLAG(struct page_request, open),
     .help = "show the page in the desktop's browser"},
    VERB_FORCE(struct page_request, force, "replace an earlier page, as is done without it"),
    VERB_JSON(struct page_request, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "report",
    .operands = "RESULT.db",
    .summary = "Writes a result as one HTML file that needs no network: figures, tables with\n"
               "95 % intervals, nodes, scenario and provenance; of a merged sweep the figures\n"
               "over its axes, and the axes by effect. Prints the file's name.",
    .example = "nimblesim report results/factory.db",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = 1,
};

int cmd_report(int argc, char **argv)
{
    struct page_request request = {.json = false};
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &request, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    request.database = operands.item[0];
    return page_write(&request);
}
