/* nimblesim schema: what a scenario may say, for editors and for people. */
#include "sim/cli/verbs.h"
#include "sim/study/describe.h"

struct values {
    const char *model;
    bool reference, json;
};

static const struct option_spec specs[] = {
    {.name = "reference",
     OPTION_FLAG(struct values, reference),
     .help = "print the page of all keys, defaults and sources in Markdown instead"},
    {.name = "model",
     .metavar = "NAME",
     OPTION_TEXT(struct values, model),
     .help = "with --reference: of this model's scenarios (default: the first model's)"},
    VERB_JSON(struct values, json, "print the JSON Schema (the default)"),
};

static const struct option_command command = {
    .verb = "schema",
    .summary = "Prints the JSON Schema (draft-07) of scenario files, for editors that\n"
               "complete and check YAML.",
    .example = "nimblesim schema > scenario.schema.json",
    VERB_SPECS(specs),
};

int cmd_schema(int argc, char **argv)
{
    struct values v = {.json = false};
    struct option_operands none;
    const enum option_end end = options_parse(&command, argc, argv, &v, &none);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    return v.reference ? describe_keys(v.model) : describe_schema();
}
