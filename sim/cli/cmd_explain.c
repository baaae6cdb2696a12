/* nimblesim explain: what does a scenario's key mean, where is it from, what does it change? */
#include "sim/ledger/explain.h"
#include "sim/terminal/options.h"

int cmd_explain(int argc, char **argv)
{
    bool json = false;
    const char *model = NULL;
    const struct option_spec specs[] = {
        {.name = "model",
         .metavar = "NAME",
         .text = &model,
         .help = "the keys of this model's scenarios (default: the first that has all KEYs)"},
        {.name = "json", .flag = &json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "explain",
        .operands = "[KEY...]",
        .summary = "Explains keys of a scenario: meaning, bounds, default, where the default is\n"
                   "from; and, where the paper leaves the key open, how else it can be read and\n"
                   "what each reading changes. A section lists its keys, no KEY at all lists all.",
        .example = "nimblesim explain protocol.coalesce\n"
                   "nimblesim explain robots.noise",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_most = SIZE_MAX,
    };
    struct option_operands words;
    const enum option_end end = options_parse(&command, argc, argv, &words);
    return end != OPTIONS_CONTINUE ? (int)end : explain_words(model, &words, json);
}
