/* nimblesim validate: is a scenario fit to run, and what does it say in full? */
#include "sim/study/validate.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"

int cmd_validate(int argc, char **argv)
{
    bool json = false;
    bool print = false;
    struct option_list sets = {0};
    const struct option_spec specs[] = {
        load_option_set(&sets, "override a key, as in robots.count=40; may be repeated"),
        {.name = "print",
         .flag = &print,
         .help = "print every key with its value in force, as canonical YAML"},
        {.name = "json", .flag = &json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "validate",
        .operands = "SCENARIO.yaml...",
        .summary =
            "Checks scenario files and lists every mistake as FILE:LINE:COLUMN: KEY: what is\n"
            "wrong. Mistakes in --set stand under --set:N:COLUMN, N counting the overrides.",
        .example = "nimblesim validate scenarios/factory.yaml --set robots.count=40 --print",
        .notes = "Exit codes: 0 all are fit to run, 65 one is not, 66 one does not exist.",
        .specs = specs,
        .spec_count = sizeof(specs) / sizeof(specs[0]),
        .operands_least = 1,
        .operands_most = SIZE_MAX,
    };
    struct option_operands files;
    enum option_end end = options_parse(&command, argc, argv, &files);
    int code = (int)end;

    if (end == OPTIONS_CONTINUE && json && print) {
        message_error("--print and --json cannot go together");
        code = OPTIONS_MISUSED;
    } else if (end == OPTIONS_CONTINUE) {
        const struct load_changes changes = {.sets = &sets, .seed = UINT64_MAX};
        code = validate_files(&files, &changes,
                              json    ? VALIDATE_JSON
                              : print ? VALIDATE_YAML
                                      : VALIDATE_LINES);
    }
    option_list_deinit(&sets);
    return code;
}
