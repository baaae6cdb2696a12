/* nimblesim: the program. Finds the verb and hands over to it. */
#include <stdio.h>
#include <string.h>

#include "sim/cli/verbs.h"
#include "sim/engine/text.h"
#include "sim/study/provenance.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

static const struct verb {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} verbs[] = {
    {"run", cmd_run, "simulate a scenario and compare its variants"},
    {"sweep", cmd_sweep, "run a scenario at every point of its axes"},
    {"merge", cmd_merge, "put the points of a sweep into one database"},
    {"taskgen", cmd_taskgen, "print or store the tasklets that a scenario's runs use"},
    {"calibrate", cmd_calibrate, "run tasklets for real and count what they cost"},
    {"exec", cmd_exec, "run one Wasm tasklet for real, with all that it calls"},
    {"replay", cmd_replay, "execute a result's calls for real, in the Wasm runtime"},
    {"testbed", cmd_testbed, "run a scenario over real processes, in virtual time"},
    {"bench-call", cmd_bench_call, "measure what a Wasm call costs this host, beside C"},
    {"report", cmd_report, "write a result as one HTML page with figures"},
    {"paper", cmd_paper, "hold a result beside every number that the paper prints"},
    {"explain", cmd_explain, "explain a key of a scenario, its readings and their effects"},
    {"ledger", cmd_ledger, "measure what each reading of the paper changes"},
    {"compare", cmd_compare, "tell two results, or two variants of one, apart"},
    {"why", cmd_why, "tell the story of one call, from trigger to answer"},
    {"export", cmd_export, "write rows of a result, or a trace for another tool"},
    {"validate", cmd_validate, "check scenarios without running them"},
    {"schema", cmd_schema, "print the scenario format as JSON Schema or reference"},
};
#define VERBS (sizeof verbs / sizeof verbs[0])

static void print_help(FILE *to)
{
    (void)fputs("Examples:\n"
                "  nimblesim run scenarios/factory.yaml --out results/factory.db\n"
                "  nimblesim validate my-factory.yaml\n"
                "\n"
                "Usage: nimblesim VERB [OPTION]... [OPERAND]...\n"
                "\n"
                "Simulates WebAssembly tasklets that spread over a mesh of constrained nodes.\n"
                "\n",
                to);
    for (size_t i = 0; i < VERBS; i++) {
        (void)fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
    }
    (void)fputs("\n"
                "  nimblesim VERB --help    what a verb does, an example first\n"
                "  nimblesim --version      version, commit, compiler, Wasm runtime\n",
                to);
}

static int misused(const char *word)
{
    const char *names[VERBS];
    for (size_t i = 0; i < VERBS; i++) {
        names[i] = verbs[i].name;
    }
    const char *nearest = text_nearest(word, names, VERBS);
    message_error("there is no verb '%s'", word);
    if (nearest != NULL) {
        message_hint("did you mean '%s'?", nearest);
    } else {
        message_hint("nimblesim --help lists them");
    }
    return EXIT_USAGE;
}

static const struct verb *find_verb(const char *word)
{
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(word, verbs[i].name) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

/* `help VERB` is `VERB --help`; without a verb, and as --help, the list of all. */
static int help(int argc, char **argv)
{
    if (argc < 3 || strcmp(argv[1], "help") != 0) {
        print_help(stdout);
        return output_end_standard(true);
    }
    const struct verb *verb = find_verb(argv[2]);
    char option[] = "--help";
    char *asked[] = {argv[2], option, NULL};
    return verb != NULL ? verb->run(2, asked) : misused(argv[2]);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        return help(argc, argv);
    }
    if (strcmp(word, "--version") == 0) {
        provenance_print(stdout);
        return output_end_standard(true);
    }
    if (strcmp(word, "testbed-node") == 0) {
        return cmd_testbed_node(argc - 1, argv + 1); /* of our own: needs none of the libraries */
    }
    interrupt_begin();
    provenance_begin();
    const struct verb *verb = find_verb(word);
    return verb != NULL ? verb->run(argc - 1, argv + 1) : misused(word);
}
