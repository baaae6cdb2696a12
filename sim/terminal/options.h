/*
 * options.h - one table a command: its options, its help, its usage errors.
 *
 * A command describes itself in a struct option_command and calls
 * options_parse(), which writes the values through the pointers of the table.
 * What the user does not give keeps the value that it had, so the defaults are
 * the initialisers of the command's own variables. --help (-h) is added to
 * every table. Options and operands may come in any order; "--" ends the
 * options; a long name may be shortened as long as it stays unique.
 *
 *     bool json = false;
 *     uint64_t threads = 1;
 *     struct option_list sets = {0};
 *     const struct option_spec specs[] = {
 *         {.name = "json", .flag = &json, .help = "print one JSON object"},
 *         {.name = "threads", .letter = 'j', .metavar = "N", .number = &threads,
 *          .least = 1, .most = 256, .help = "use N threads"},
 *         {.name = "set", .metavar = "KEY=VALUE", .list = &sets, .help = "override a key"},
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

/* Exactly one of flag, text, number and list is set; it makes the option's type. */
struct option_spec {
    const char *name;         /* long name, without dashes */
    char letter;              /* short name, or 0 */
    const char *metavar;      /* the value's name in the help; NULL for a flag */
    const char *help;         /* one line, lower case, no full stop */
    bool *flag;               /* set to true */
    const char **text;        /* the value as given; the last one wins */
    uint64_t *number;         /* decimal, least to most; the last one wins */
    struct option_list *list; /* every value */
    uint64_t least, most;     /* most 0: no upper limit */
};

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
 * Reads argv[1] to argv[argc - 1]; argv[0] is the verb itself. argv may be
 * permuted. Anything but OPTIONS_CONTINUE is the exit code to leave with.
 */
SIM_MUST_CHECK enum option_end options_parse(const struct option_command *command, int argc,
                                             char **argv, struct option_operands *operands);

/* The help text: example first, then usage, summary and the options in two columns. */
void options_print_help(const struct option_command *command, FILE *to);

/*
 * Reads a whole decimal integer: no sign, no space, nothing behind it. False
 * if it is none or lies outside [least, most]; *value is then left alone.
 */
SIM_MUST_CHECK bool options_read_number(const char *text, uint64_t least, uint64_t most,
                                        uint64_t *value);

#endif
