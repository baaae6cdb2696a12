/* nimblesim schema: what a scenario may say, for editors and for people. */
#include "scenarios/language/scenario.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

int cmd_schema(int argc, char **argv)
{
    bool json = false;
    bool reference = false;
    const struct option_spec specs[] = {
        {.name = "reference",
         .flag = &reference,
         .help = "print the page of all keys, defaults and sources in Markdown instead"},
        {.name = "json", .flag = &json, .help = "print the JSON Schema (the default)"},
    };
    const struct option_command command = {
        .verb = "schema",
        .summary = "Prints the JSON Schema (draft 2020-12) of scenario files, for editors that\n"
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
    if (reference) {
        scenario_print_reference(stdout);
    } else {
        scenario_print_schema(stdout);
    }
    return output_end_standard(true);
}
