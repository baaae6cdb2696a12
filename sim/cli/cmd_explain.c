/* nimblesim explain: what does a scenario's key mean, where is it from, what does it change? */
#include "sim/cli/verbs.h"
#include "sim/ledger/explain.h"

struct values {
    const char *model;
    bool json;
};

static const struct option_spec specs[] = {
    {.name = "model",
     .metavar = "NAME",
     OPTION_TEXT(struct values, model),
     .help = "the keys of this model's scenarios (default: the first that has all KEYs)"},
    VERB_JSON(struct values, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "explain",
    .operands = "[KEY...]",
    .summary = "Explains keys of a scenario: meaning, bounds, default, where the default is\n"
               "from; and, where the paper leaves the key open, how else it can be read and\n"
               "what each reading changes. A section lists its keys, no KEY at all lists all.",
    .example = "nimblesim explain protocol.coalesce\n"
               "nimblesim explain robots.noise",
    VERB_SPECS(specs),
    .operands_most = SIZE_MAX,
};

int cmd_explain(int argc, char **argv)
{
    struct values v = {.json = false};
    struct option_operands words;
    const enum option_end end = options_parse(&command, argc, argv, &v, &words);
    return end != OPTIONS_CONTINUE ? (int)end : explain_words(v.model, &words, v.json);
}
