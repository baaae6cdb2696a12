/*
 * options.h - one table a command: its options, its help, its usage errors.
 *
 * A command describes itself in a constant struct option_command, whose options say in which field
 * of the command's own struct of values they put what the user gives. What is not given keeps the
 * value that it had, so the defaults are that struct's initialisers. --help (-h) is added to
 * every table. Options and operands may come in any order; "--" ends the options; a long name may
 * be shortened as long as it stays unique.
 *
 *     struct values {
 *         bool json;
 *         uint64_t threads;
 *         struct option_list sets;
 *     };
 *     static const struct option_spec specs[] = {
 *         {.name = "json", OPTION_FLAG(struct values, json), .help = "print one JSON object"},
 *         {.name = "threads", .letter = 'j', .metavar = "N", OPTION_NUMBER(struct values, threads),
 *          .least = 1, .most = 256, .help = "use N threads"},
 *         {.name = "set", .metavar = "KEY=VALUE", OPTION_LIST(struct values, sets),
 *          .help = "override a key"},
 *     };
 *
 * Ownership: texts point into argv. A list owns its array of pointers and ends
 *   with option_list_deinit(), also after a failed parse.
 * Errors: usage errors are reported on stderr by options_parse() itself.
 * Threads: main thread only; getopt_long() underneath keeps global state.
 */
#ifndef SIM_TERMINAL_OPTIONS_H
#define SIM_TERMINAL_OPTIONS_H

#include <stdio.h>

#include "sim/engine/base.h"

/* Values of an option that may be repeated, in the order given. Zero-initialise. */
struct option_list {
    const char **item;
    size_t count, capacity;
};
void option_list_deinit(struct option_list *list);

enum option_kind {
    OPTION_IS_FLAG,   /* bool, set to true */
    OPTION_IS_TEXT,   /* const char *, the value as given; the last one wins */
    OPTION_IS_NUMBER, /* uint64_t, decimal, least to most; the last one wins */
    OPTION_IS_LIST,   /* struct option_list, every value */
};

struct option_spec {
    const char *name;    /* long name, without dashes */
    const char *metavar; /* the value's name in the help; NULL for a flag */
    const char *help;    /* one line, lower case, no full stop */
    char letter;         /* short name, or 0 */
    enum option_kind kind;
    size_t offset;        /* of the value in the command's struct */
    uint64_t least, most; /* most 0: no upper limit */
};

/* The kind and the place of a spec: a field of the command's struct. One of another type does not
 * compile. */
#define OPTION_FLAG(type, field) OPTION_PLACE(OPTION_IS_FLAG, type, field, bool *)
#define OPTION_TEXT(type, field) OPTION_PLACE(OPTION_IS_TEXT, type, field, const char **)
#define OPTION_NUMBER(type, field) OPTION_PLACE(OPTION_IS_NUMBER, type, field, uint64_t *)
#define OPTION_LIST(type, field) OPTION_PLACE(OPTION_IS_LIST, type, field, struct option_list *)
#define OPTION_PLACE(what, type, field, pointer)                                                   \
    .kind = (what),                                                                                \
    .offset = offsetof(type, field) +                                                              \
              0 * sizeof(_Generic(&((type *)NULL)->field, pointer : 0)) /* NOLINT: a type */

/* A verb of the program, as its help shows it. */
struct option_command {
    const char *verb;     /* "run"; NULL for the program itself */
    const char *operands; /* "SCENARIO.yaml", as in the usage line; NULL if there are none */
    const char *summary;  /* a sentence or a few, with line breaks */
    const char *example;  /* shown first; lines without indentation */
    const char *notes;    /* shown last, as it is; NULL if there are none */
    const struct option_spec *specs;
    size_t spec_count;
    size_t operands_least, operands_most;
};

/* What remains of the command line: operands, in the order given. Points into argv. */
struct option_operands {
    char **item;
    size_t count;
};

enum option_end {
    OPTIONS_CONTINUE = -1, /* all is read: go on */
    OPTIONS_HELPED = 0,    /* --help was printed: leave with this exit code */
    OPTIONS_MISUSED = 2,   /* a usage error was reported: leave with this exit code */
    OPTIONS_UNHEARD = 74,  /* --help could not be printed: leave with this exit code */
};

/*
 * Reads argv[1] to argv[argc - 1] into the command's struct of values; argv[0] is the verb itself.
 * argv may be permuted. Anything but OPTIONS_CONTINUE is the exit code to leave with.
 */
SIM_MUST_CHECK enum option_end options_parse(const struct option_command *command, int argc,
                                             char **argv, void *values,
                                             struct option_operands *operands);

/* The help text: example first, then usage, summary and the options in two columns. */
void options_print_help(const struct option_command *command, FILE *to);

/*
 * Reads a whole decimal integer: no sign, no space, nothing behind it. False
 * if it is none or lies outside [least, most]; *value is then left alone.
 */
SIM_MUST_CHECK bool options_read_number(const char *text, uint64_t least, uint64_t most,
                                        uint64_t *value);

#endif
