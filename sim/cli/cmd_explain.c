/* nimblesim explain: what does a scenario's key mean, where is it from, what does it change? */
#include "sim/cli/verbs.h"
#include "sim/ledger/explain.h"
#include "sim/study/footprint.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

struct values {
    const char *model, *memory;
    struct option_list sets;
    bool json;
};

static const struct option_spec specs[] = {
    {.name = "model",
     .metavar = "NAME",
     OPTION_TEXT(struct values, model),
     .help = "the keys of this model's scenarios (default: the first that has all KEYs)"},
    {.name = "memory",
     .metavar = "SCENARIO.yaml",
     OPTION_TEXT(struct values, memory),
     .help = "what each node of this scenario keeps in memory, part by part"},
    VERB_SET(struct values, sets, "with --memory: override a key of the scenario"),
    VERB_JSON(struct values, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "explain",
    .operands = "[KEY...]",
    .summary = "Explains keys of a scenario: meaning, bounds, default, where the default is\n"
               "from; and, where the paper leaves the key open, how else it can be read and\n"
               "what each reading changes. A section lists its keys, no KEY at all lists all.",
    .example = "nimblesim explain protocol.coalesce\n"
               "nimblesim explain robots.noise\n"
               "nimblesim explain --memory scenarios/factory.yaml",
    VERB_SPECS(specs),
    .operands_most = SIZE_MAX,
};

static int explain(const struct values *v, const struct option_operands *words)
{
    if (v->memory == NULL && v->sets.count == 0) {
        return explain_words(v->model, words, v->json);
    }
    if (v->memory == NULL || words->count > 0 || v->model != NULL) {
        message_error("--memory goes with --set and --json alone, and --set with --memory");
        return EXIT_USAGE;
    }
    const struct load_changes changes = {.sets = &v->sets, .seed = UINT64_MAX};
    return footprint_explain(v->memory, &changes, v->json);
}

int cmd_explain(int argc, char **argv)
{
    struct values v = {.json = false};
    struct option_operands words;
    const enum option_end end = options_parse(&command, argc, argv, &v, &words);
    const int code = end == OPTIONS_CONTINUE ? explain(&v, &words) : (int)end;
    option_list_deinit(&v.sets);
    return code;
}
