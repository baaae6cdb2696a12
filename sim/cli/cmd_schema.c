/* nimblesim schema: what a scenario may say, for editors and for people. */
#include "models/model.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

int cmd_schema(int argc, char **argv)
{
    bool json = false;
    bool reference = false;
    const char *name = NULL;
    const struct option_spec specs[] = {
        {.name = "reference",
         .flag = &reference,
         .help = "print the page of all keys, defaults and sources in Markdown instead"},
        {.name = "model",
         .metavar = "NAME",
         .text = &name,
         .help = "with --reference: of this model's scenarios (default: the first model's)"},
        {.name = "json", .flag = &json, .help = "print the JSON Schema (the default)"},
    };
    const struct option_command command = {
        .verb = "schema",
        .summary = "Prints the JSON Schema (draft-07) of scenario files, for editors that\n"
                   "complete and check YAML.",
        .example = "nimblesim schema > scenario.schema.json",
        .specs = specs,
        .spec_count = sizeof(specs) / sizeof(specs[0]),
    };
    struct option_operands none;
    enum option_end end = options_parse(&command, argc, argv, &none);

    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    const struct model *model = name != NULL ? model_find(name) : models[0];
    if (model == NULL) {
        message_error("--model: there is no model '%s'", name);
        return EXIT_USAGE;
    }
    bool written = true;
    if (reference) {
        scenario_print_reference(load_registry(), &model->schema, stdout);
    } else {
        written = scenario_print_schema(load_registry(), stdout);
    }
    return output_end_standard(written);
}
