/* nimblesim paper: does a result say what the paper says, number by number? */
#include "sim/cli/verbs.h"
#include "sim/results/paper.h"

static const struct option_spec specs[] = {
    VERB_OUT(struct paper_request, out, "FOLDER",
             "store the table and the figures' data in this folder"),
    {.name = "page",
     .metavar = "FILE.html",
     OPTION_TEXT(struct paper_request, page),
     .help = "write one page instead: a tab a paper, results of several models"},
    VERB_FORCE(struct paper_request, force, "replace an earlier page, as is done without it"),
    VERB_JSON(struct paper_request, json, "print one JSON object"),
    VERB_QUIET(struct paper_request, quiet, "print no table"),
};

static const struct option_command command = {
    .verb = "paper",
    .operands = "RESULT.db...",
    .summary = "Holds results beside every number that their model's paper prints about its\n"
               "evaluation: paper, ours, 95 % interval, band, verdict. A row is taken from the\n"
               "first result, or point of a merged sweep, that has its variant and settings.\n"
               "With --out it stores this table and the data of the figures, tab-separated.",
    .example = "nimblesim run scenarios/factory.yaml --set record=calls --out factory.db\n"
               "nimblesim paper factory.db --out results/paper",
    .notes =
        "`make paper` does all of this, draws the figures, and writes one page of all papers.\n"
        "Exit codes: 0 every band is met, 1 one is missed, 65 the result lacks a variant\n"
        "or its calls.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = SIZE_MAX,
};

int cmd_paper(int argc, char **argv)
{
    struct paper_request request = {0};
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &request, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    request.path = (const char *const *)operands.item;
    request.paths = operands.count;
    return request.page != NULL ? paper_tell_page(&request) : paper_tell(&request);
}
