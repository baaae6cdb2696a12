/* nimblesim paper: does a result say what the paper says, number by number? */
#include "sim/results/paper.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/options.h"

    int
    cmd_paper(int argc, char **argv)
{
    struct paper_request request = {0};
    const struct option_spec specs[] = {
        {.name = "out",
         .letter = 'o',
         .metavar = "FOLDER",
         .text = &request.out,
         .help = "store the table and the figures' data in this folder"},
        {.name = "json", .flag = &request.json, .help = "print one JSON object"},
        {.name = "quiet", .letter = 'q', .flag = &request.quiet, .help = "print no table"},
    };
    const struct option_command command = {
        .verb = "paper",
        .operands = "RESULT.db...",
        .summary =
            "Holds results beside every number that their model's paper prints about its\n"
            "evaluation: paper, ours, 95 % interval, band, verdict. A row is taken from the\n"
            "first result, or point of a merged sweep, that has its variant and settings.\n"
            "With --out it stores this table and the data of the figures, tab-separated.",
        .example = "nimblesim run scenarios/factory.yaml --set record=calls --out factory.db\n"
                   "nimblesim paper factory.db --out results/paper",
        .notes = "`make paper` does all of this and draws the figures.\n"
                 "Exit codes: 0 every band is met, 1 one is missed, 65 the result lacks a variant\n"
                 "or its calls.",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 1,
        .operands_most = SIZE_MAX,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    request.path = (const char *const *)operands.item;
    request.paths = operands.count;
    return paper_tell(&request);
}
