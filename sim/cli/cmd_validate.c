/* nimblesim validate: is a scenario fit to run, and what does it say in full? */
#include <inttypes.h>
#include <stdlib.h>

#include "scenarios/language/scenario.h"
#include "scenarios/sweep/sweep.h"
#include "sim/study/load.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

enum form { FORM_LINES, FORM_YAML, FORM_JSON };

static void print_line(const char *path, const struct scenario *s)
{
    uint64_t nodes = (uint64_t)s->nodes.columns * s->nodes.rows;

    char replications[32];

    if (s->precision.half_width > 0) {
        snprintf(replications, sizeof(replications), "%" PRIu32 " to %" PRIu32, s->precision.least,
                 s->precision.most);
    } else {
        snprintf(replications, sizeof(replications), "%" PRIu32, s->replications);
    }
    printf("%s: ok: %s, %" PRIu64 " nodes, %" PRIu32 " robots, %" PRIu32
           " x %s runs, hash %016" PRIx64 "\n",
           path, s->name, nodes, s->robots.count, s->variant_count, replications, scenario_hash(s));
}

static void write_json(struct json *j, const char *path, const struct scenario *s,
                       const struct scenario_errors *errors)
{
    json_object_open(j);
    json_field_string(j, "scenario", path);
    json_field_bool(j, "ok", s != NULL);
    if (s != NULL) {
        json_field_string(j, "name", s->name);
        json_field_digest(j, "hash", scenario_hash(s));
    }
    json_key(j, "errors");
    json_array_open(j);
    for (size_t i = 0; i < errors->count; i++) {
        json_string(j, errors->line[i]);
    }
    json_array_close(j);
    json_object_close(j);
}

/* The axes of a file that has some, at every point. */
static enum sim_status check_sweep(const struct scenario *s, const struct option_list *sets,
                                   struct scenario_errors *errors)
{
    struct scenario_override *override = calloc(sets->count + 1, sizeof(*override));
    struct sweep sweep;

    if (override == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < sets->count; i++) {
        override[i].text = sets->item[i];
    }
    enum sim_status status = sweep_read(&sweep, s, override, sets->count, errors);
    if (status == SIM_OK) {
        status = sweep_resolve(&sweep, errors);
        sweep_deinit(&sweep);
    }
    free(override);
    return status;
}

/* Loads one file and shows what came of it. Data go to stdout, mistakes to stderr or into j. */
static int validate_file(const char *path, const struct option_list *sets, enum form form,
                         struct json *j)
{
    struct scenario s;
    struct scenario_errors errors = {0};
    enum sim_status status = load_scenario_quietly(&s, path, sets, NULL, &errors);

    if (status == SIM_OK && sweep_is_in(&s)) {
        status = check_sweep(&s, sets, &errors);
        if (status != SIM_OK) {
            scenario_deinit(&s);
        }
    }
    if (status == SIM_ERR_NOMEM) {
        message_error("%s: %s", path, sim_status_text(status));
    }
    switch (form) {
    case FORM_JSON:
        write_json(j, path, status == SIM_OK ? &s : NULL, &errors);
        break;
    case FORM_LINES:
        if (status == SIM_OK) {
            print_line(path, &s);
        }
        scenario_errors_print(&errors, stderr);
        break;
    case FORM_YAML:
        if (status == SIM_OK) {
            scenario_print(&s, stdout);
        }
        scenario_errors_print(&errors, stderr);
        break;
    }
    if (status == SIM_OK) {
        scenario_deinit(&s);
    }
    scenario_errors_deinit(&errors);
    return load_exit_code(status);
}

/* Every file is looked at; the first that fails decides the exit code. */
static int validate_all(const struct option_operands *files, const struct option_list *sets,
                        enum form form)
{
    struct json j;
    bool written = true;
    int code = EXIT_OK;

    if (form == FORM_JSON) {
        json_begin(&j, stdout);
        json_object_open(&j);
        json_key(&j, "files");
        json_array_open(&j);
    }
    for (size_t i = 0; i < files->count; i++) {
        if (form == FORM_YAML && files->count > 1) {
            printf("--- # %s\n", files->item[i]);
        }
        int found = validate_file(files->item[i], sets, form, &j);
        code = code == EXIT_OK ? found : code;
    }
    if (form == FORM_JSON) {
        json_array_close(&j);
        json_object_close(&j);
        written = json_end(&j);
    }
    const int ended = output_end_standard(written);
    return ended == EXIT_OK ? code : ended;
}

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
        code = validate_all(&files, &sets, json ? FORM_JSON : print ? FORM_YAML : FORM_LINES);
    }
    option_list_deinit(&sets);
    return code;
}
