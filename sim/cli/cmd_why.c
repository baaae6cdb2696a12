/* nimblesim why: the story of one call, from its trigger to its answer. */
#include "sim/cli/verbs.h"
#include "sim/results/why.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

struct values {
    struct runs_choice choice;
    bool json;
};

static const struct option_spec specs[] = {
    VERB_RUN(struct values, choice.run_id, "in the run of this number"),
    VERB_VARIANT(struct values, choice.variant, "in this variant (default: the first)"),
    VERB_REPLICATION(struct values, choice.replication, UINT32_MAX,
                     "in this replication (default: the first)"),
    VERB_JSON(struct values, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "why",
    .operands = "RESULT.db CALL",
    .summary = "Tells how a call got its answer, and what took how long: cache or search, who\n"
               "sent the binary, what was evicted, waiting, running. The durations add up to\n"
               "the response time.",
    .example = "nimblesim why results/factory.db 1860 --replication 2",
    .notes = "Needs a result that was run with --set record=calls; with record=events the\n"
             "messages are shown too. A call has the same number in every variant.",
    VERB_SPECS(specs),
    .operands_least = 2,
    .operands_most = 2,
};

int cmd_why(int argc, char **argv)
{
    struct values v = {.json = false};
    struct option_operands operands;
    const enum option_end end = options_parse(&command, argc, argv, &v, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    uint64_t call_id = 0;
    if (!options_read_number(operands.item[1], 0, INT64_MAX, &call_id)) {
        message_error("CALL: '%s' is not the number of a call", operands.item[1]);
        return EXIT_USAGE;
    }
    return why_tell(operands.item[0], (int64_t)call_id, &v.choice, v.json);
}
