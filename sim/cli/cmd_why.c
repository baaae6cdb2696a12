/* nimblesim why: the story of one piece of work, from its beginning to its end. */
#include <string.h>

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

static const char notes[] =
    "Needs a result that was run with --set record=calls; with record=events the\n"
    "messages are shown too. What is told, by the scenario's model:\n";

static const struct option_command why = {
    .verb = "why",
    .operands = "RESULT.db WORK",
    .summary = "Tells how one piece of work came to its end, step by step, who had a part in it\n"
               "and what took how long. The durations add up to the response time. WORK is a\n"
               "number, the same in every variant.",
    .example = "nimblesim why results/factory.db 1860 --replication 2",
    VERB_SPECS(specs),
    .operands_least = 2,
    .operands_most = 2,
};

int cmd_why(int argc, char **argv)
{
    struct values v = {.json = false};
    struct option_operands operands;
    struct option_command command = why;
    char text[2048];
    memcpy(text, notes, sizeof notes);
    why_list_works(text + sizeof notes - 1, sizeof text - (sizeof notes - 1));
    command.notes = text;
    const enum option_end end = options_parse(&command, argc, argv, &v, &operands);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    uint64_t id = 0;
    if (!options_read_number(operands.item[1], 0, INT64_MAX, &id)) {
        message_error("WORK: '%s' is not the number of a piece of work", operands.item[1]);
        return EXIT_USAGE;
    }
    return why_tell(operands.item[0], (int64_t)id, &v.choice, v.json);
}
