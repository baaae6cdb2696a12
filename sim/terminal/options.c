#include "sim/terminal/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/text.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

/* getopt_long() answers with this plus the option's index, so that letters stay letters. */
enum { CODE_BASE = 1000, HELP_CODE = CODE_BASE - 1 };

enum { SPECS_MAX = 64 };

/* What getopt_long() wants, made from our table. */
struct getopt_tables {
    struct option longs[SPECS_MAX + 2]; /* --help and the end mark besides */
    char shorts[2 * SPECS_MAX + 4];
};

/* ---- numbers and lists ---- */

bool options_read_number(const char *text, uint64_t least, uint64_t most, uint64_t *value)
{
    /* strtoull() takes spaces and signs; an option's value has none. */
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < least || number > most) {
        return false;
    }
    *value = number;
    return true;
}

void option_list_deinit(struct option_list *list)
{
    free(list->item);
    *list = (struct option_list){0};
}

static bool list_push(struct option_list *list, const char *value)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 8 : 2 * list->capacity;
        const char **item = realloc(list->item, capacity * sizeof *item);
        if (item == NULL) {
            message_error("no memory left for the command line");
            return false;
        }
        list->item = item;
        list->capacity = capacity;
    }
    list->item[list->count++] = value;
    return true;
}

/* ---- the table, for getopt_long() ---- */

static bool takes_value(const struct option_spec *spec)
{
    return spec->kind != OPTION_IS_FLAG;
}

static void check_spec(const struct option_spec *spec)
{
    ASSERT(spec->name != NULL && spec->help != NULL);
    ASSERT(takes_value(spec) == (spec->metavar != NULL));
}

static void tables_init(struct getopt_tables *t, const struct option_command *command)
{
    ASSERT(command->spec_count <= SPECS_MAX);
    *t = (struct getopt_tables){0};
    char *letter = t->shorts;
    *letter++ = ':'; /* tell a missing value from an unknown option */
    *letter++ = 'h';
    for (size_t i = 0; i < command->spec_count; i++) {
        const struct option_spec *spec = &command->specs[i];
        check_spec(spec);
        t->longs[i] = (struct option){
            .name = spec->name,
            .has_arg = takes_value(spec) ? required_argument : no_argument,
            .val = CODE_BASE + (int)i,
        };
        if (spec->letter != 0) {
            *letter++ = spec->letter;
            if (takes_value(spec)) {
                *letter++ = ':';
            }
        }
    }
    t->longs[command->spec_count] = (struct option){.name = "help", .val = HELP_CODE};
}

static const struct option_spec *spec_of_code(const struct option_command *command, int code)
{
    if (code >= CODE_BASE) {
        return &command->specs[code - CODE_BASE];
    }
    for (size_t i = 0; i < command->spec_count; i++) {
        if (code != 0 && command->specs[i].letter == code) {
            return &command->specs[i];
        }
    }
    return NULL;
}

/* ---- mistakes ---- */

static void say_where_help_is(const struct option_command *command)
{
    message_hint("nimblesim %s%s--help shows all options", command->verb ? command->verb : "",
                 command->verb ? " " : "");
}

/* A long option as typed, without dashes and without "=value". */
static void report_unknown(const struct option_command *command, const char *typed, int letter)
{
    if (letter > 0 && letter < CODE_BASE - 1) {
        message_error("unknown option -%c", letter);
        return;
    }
    char word[64];
    snprintf(word, sizeof word, "%s", typed + strspn(typed, "-"));
    word[strcspn(word, "=")] = '\0';

    const char *names[SPECS_MAX + 1];
    size_t starting = 0;
    for (size_t i = 0; i < command->spec_count; i++) {
        names[i] = command->specs[i].name;
        starting += strncmp(names[i], word, strlen(word)) == 0;
    }
    names[command->spec_count] = "help";
    const char *nearest = text_nearest(word, names, command->spec_count + 1);
    if (starting > 1) {
        message_error("--%s may mean several options", word);
    } else if (nearest != NULL) {
        message_error("unknown option --%s; did you mean --%s?", word, nearest);
    } else {
        message_error("unknown option --%s", word);
    }
}

static void report_number(const struct option_spec *spec, const char *value)
{
    if (spec->most == 0) {
        message_error("--%s: '%s' is not a whole number of %llu or more", spec->name, value,
                      (unsigned long long)spec->least);
    } else {
        message_error("--%s: '%s' is not a whole number from %llu to %llu", spec->name, value,
                      (unsigned long long)spec->least, (unsigned long long)spec->most);
    }
}

/* ---- parsing ---- */

static bool read_value(const struct option_spec *spec, const char *value, uint64_t *number)
{
    uint64_t most = spec->most == 0 ? UINT64_MAX : spec->most;
    bool is_number = options_read_number(value, spec->least, most, number);
    if (!is_number) {
        report_number(spec, value);
    }
    return is_number;
}

static bool accept(const struct option_spec *spec, const char *value, void *values)
{
    ASSERT(spec != NULL); /* getopt_long() only knows our table */
    void *place = (char *)values + spec->offset;
    switch (spec->kind) {
    case OPTION_IS_FLAG:
        *(bool *)place = true;
        return true;
    case OPTION_IS_TEXT:
        *(const char **)place = value;
        return true;
    case OPTION_IS_NUMBER:
        return read_value(spec, value, place);
    case OPTION_IS_LIST:
        return list_push(place, value);
    }
    return false;
}

/* What getopt_long() could not take: code is '?' or ':'. */
static void report_refused(const struct option_command *command, int code, const char *typed)
{
    const struct option_spec *spec = spec_of_code(command, optopt);
    if (code == ':' && spec != NULL) {
        message_error("--%s needs a value: --%s %s", spec->name, spec->name, spec->metavar);
    } else if (spec != NULL || optopt == HELP_CODE) {
        message_error("--%s takes no value", spec != NULL ? spec->name : "help");
    } else {
        report_unknown(command, typed, optopt);
    }
}

static bool check_operand_count(const struct option_command *command, size_t count, char **item)
{
    if (count > command->operands_most) {
        message_error("what to do with '%s'?", item[command->operands_most]);
        return false;
    }
    if (count < command->operands_least) {
        message_error("missing: %s", command->operands != NULL ? command->operands : "operand");
        return false;
    }
    return true;
}

enum option_end options_parse(const struct option_command *command, int argc, char **argv,
                              void *values, struct option_operands *operands)
{
    ASSERT(argc >= 1);
    ASSERT(command->specs != NULL || command->spec_count == 0);
    struct getopt_tables tables;
    tables_init(&tables, command);
    optind = 0; /* glibc's way to start anew: another command line may have been read before */
    opterr = 0;

    int code;
    while ((code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
        if (code == 'h' || code == HELP_CODE) {
            options_print_help(command, stdout);
            return output_end_standard(true) == EXIT_OK ? OPTIONS_HELPED : OPTIONS_UNHEARD;
        }
        if (code == '?' || code == ':') {
            report_refused(command, code, argv[optind - 1]);
            say_where_help_is(command);
            return OPTIONS_MISUSED;
        }
        if (!accept(spec_of_code(command, code), optarg, values)) {
            return OPTIONS_MISUSED;
        }
    }
    operands->item = argv + optind;
    operands->count = (size_t)(argc - optind);
    if (!check_operand_count(command, operands->count, operands->item)) {
        say_where_help_is(command);
        return OPTIONS_MISUSED;
    }
    return OPTIONS_CONTINUE;
}

/* ---- help ---- */

/* "  -j, --threads N" into text; returns its length. */
static int format_option(char *text, size_t size, char letter, const char *name,
                         const char *metavar)
{
    char shorter[5] = "    ";
    if (letter != 0) {
        snprintf(shorter, sizeof shorter, "-%c, ", letter);
    }
    return snprintf(text, size, "  %s--%s%s%s", shorter, name, metavar != NULL ? " " : "",
                    metavar != NULL ? metavar : "");
}

/* Prints text with every line indented by two. */
static void print_indented(FILE *to, const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        fprintf(to, "  %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_options(const struct option_command *command, FILE *to)
{
    char text[96];
    int width = format_option(text, sizeof text, 'h', "help", NULL);
    for (size_t i = 0; i < command->spec_count; i++) {
        const struct option_spec *spec = &command->specs[i];
        int length = format_option(text, sizeof text, spec->letter, spec->name, spec->metavar);
        width = length > width ? length : width;
    }
    for (size_t i = 0; i < command->spec_count; i++) {
        const struct option_spec *spec = &command->specs[i];
        format_option(text, sizeof text, spec->letter, spec->name, spec->metavar);
        fprintf(to, "%-*s  %s\n", width, text, spec->help);
    }
    format_option(text, sizeof text, 'h', "help", NULL);
    fprintf(to, "%-*s  %s\n", width, text, "show this help");
}

void options_print_help(const struct option_command *command, FILE *to)
{
    fputs("Example:\n", to);
    print_indented(to, command->example);
    fprintf(to, "\nUsage: nimblesim%s%s%s%s [options]\n\n", command->verb != NULL ? " " : "",
            command->verb != NULL ? command->verb : "", command->operands != NULL ? " " : "",
            command->operands != NULL ? command->operands : "");
    fprintf(to, "%s\n\nOptions:\n", command->summary);
    print_options(command, to);
    if (command->notes != NULL) {
        fprintf(to, "\n%s\n", command->notes);
    }
}
