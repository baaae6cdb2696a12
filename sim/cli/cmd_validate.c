/* nimblesim validate: is a scenario fit to run, and what does it say in full? */
#include "sim/cli/verbs.h"
#include "sim/study/validate.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"

struct values {
    struct option_list sets;
    bool print, json;
};

static const struct option_spec specs[] = {
    VERB_SET(struct values, sets, "override a key, as in robots.count=40; may be repeated"),
    {.name = "print",
     OPTION_FLAG(struct values, print),
     .help = "print every key with its value in force, as canonical YAML"},
    VERB_JSON(struct values, json, "print one JSON object"),
};

static const struct option_command command = {
    .verb = "validate",
    .operands = "SCENARIO.yaml...",
    .summary = "Checks scenario files and lists every mistake as FILE:LINE:COLUMN: KEY: what is\n"
               "wrong. Mistakes in --set stand under --set:N:COLUMN, N counting the overrides.",
    .example = "nimblesim validate scenarios/factory.yaml --set robots.count=40 --print",
    .notes = "Exit codes: 0 all are fit to run, 65 one is not, 66 one does not exist.",
    VERB_SPECS(specs),
    .operands_least = 1,
    .operands_most = SIZE_MAX,
};

static int validate(const struct values *v, const struct option_operands *files)
{
    if (v->json && v->print) {
        message_error("--print and --json cannot go together");
        return EXIT_USAGE;
    }
    const struct load_changes changes = {.sets = &v->sets, .seed = UINT64_MAX};
    return validate_files(files, &changes,
                          v->json    ? VALIDATE_JSON
                          : v->print ? VALIDATE_YAML
                                     : VALIDATE_LINES);
}

int cmd_validate(int argc, char **argv)
{
    struct values v = {.json = false};
    struct option_operands files;
    const enum option_end end = options_parse(&command, argc, argv, &v, &files);
    const int code = end == OPTIONS_CONTINUE ? validate(&v, &files) : (int)end;
    option_list_deinit(&v.sets);
    return code;
}
