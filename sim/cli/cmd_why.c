/* nimblesim why: the story of one call, from its trigger to its answer. */
#include "sim/results/why.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"

int cmd_why(int argc, char **argv)
{
    struct runs_choice choice = {.run_id = 0};
    bool json = false;
    const struct option_spec specs[] = {
        {.name = "run",
         .metavar = "N",
         .number = &choice.run_id,
         .least = 1,
         .most = INT64_MAX,
         .help = "in the run of this number"},
        {.name = "variant",
         .metavar = "NAME",
         .text = &choice.variant,
         .help = "in this variant (default: the first)"},
        {.name = "replication",
         .metavar = "K",
         .number = &choice.replication,
         .least = 1,
         .most = UINT32_MAX,
         .help = "in this replication (default: the first)"},
        {.name = "json", .flag = &json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "why",
        .operands = "RESULT.db CALL",
        .summary = "Tells how a call got its answer, and what took how long: cache or search, who\n"
                   "sent the binary, what was evicted, waiting, running. The durations add up to\n"
                   "the response time.",
        .example = "nimblesim why results/factory.db 1860 --variant monolithic",
        .notes = "Needs a result that was run with --set record=calls; with record=events the\n"
                 "messages are shown too. A call has the same number in every variant.",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_least = 2,
        .operands_most = 2,
    };
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    uint64_t call_id = 0;
    if (!options_read_number(operands.item[1], 0, INT64_MAX, &call_id)) {
        message_error("CALL: '%s' is not the number of a call", operands.item[1]);
        return EXIT_USAGE;
    }
    return why_tell(operands.item[0], (int64_t)call_id, &choice, json);
}
