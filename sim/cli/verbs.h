/*
 * verbs.h - the verbs of the program, one cmd_<verb>.c each, and the options that several share.
 *
 * A verb gets its own argv, argv[0] being the verb, and returns the exit code. It reads its options
 * through a constant table into a struct of its own, calls one room, and leaves.
 */
#ifndef SIM_CLI_VERBS_H
#define SIM_CLI_VERBS_H

#include "sim/terminal/options.h"
#include "sim/terminal/processors.h"

int cmd_bench_call(int argc, char **argv);
int cmd_calibrate(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_paper(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_taskgen(int argc, char **argv);
int cmd_testbed(int argc, char **argv);
int cmd_testbed_node(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_why(int argc, char **argv);

/* ---- rows of a verb's table: type is its struct, field where the value goes ---- */

#define VERB_OUT(type, field, what, text)                                                          \
    {                                                                                              \
        .name = "out", .letter = 'o', .metavar = (what), OPTION_TEXT(type, field), .help = (text)  \
    }
#define VERB_FORCE(type, field, text)                                                              \
    {                                                                                              \
        .name = "force", OPTION_FLAG(type, field), .help = (text)                                  \
    }
#define VERB_JSON(type, field, text)                                                               \
    {                                                                                              \
        .name = "json", OPTION_FLAG(type, field), .help = (text)                                   \
    }
#define VERB_QUIET(type, field, text)                                                              \
    {                                                                                              \
        .name = "quiet", .letter = 'q', OPTION_FLAG(type, field), .help = (text)                   \
    }

/* The messages of its runs, for Wireshark. */
#define VERB_PCAP(type, field)                                                                     \
    {                                                                                              \
        .name = "pcap", .metavar = "FILE.pcapng", OPTION_TEXT(type, field),                        \
        .help = "capture every message of every hop, one run after the other; no short cuts"       \
    }

/* What a scenario is changed by. */
#define VERB_SET(type, field, text)                                                                \
    {                                                                                              \
        .name = "set", .metavar = "KEY=VALUE", OPTION_LIST(type, field), .help = (text)            \
    }
#define VERB_SEED(type, field)                                                                     \
    {                                                                                              \
        .name = "seed", .metavar = "N", OPTION_NUMBER(type, field), .most = INT64_MAX,             \
        .help = "use this seed instead of the scenario's"                                          \
    }
#define VERB_REPLICATIONS(type, field)                                                             \
    {                                                                                              \
        .name = "replications", .metavar = "N", OPTION_NUMBER(type, field), .least = 1,            \
        .most = 1000000, .help = "run so many instead of the scenario's"                           \
    }

/* Which of the runs, or of those that would be. */
#define VERB_RUN(type, field, text)                                                                \
    {                                                                                              \
        .name = "run", .metavar = "N", OPTION_NUMBER(type, field), .least = 1, .most = INT64_MAX,  \
        .help = (text)                                                                             \
    }
#define VERB_VARIANT(type, field, text)                                                            \
    {                                                                                              \
        .name = "variant", .metavar = "NAME", OPTION_TEXT(type, field), .help = (text)             \
    }
#define VERB_REPLICATION(type, field, last, text)                                                  \
    {                                                                                              \
        .name = "replication", .metavar = "K", OPTION_NUMBER(type, field), .least = 1,             \
        .most = (last), .help = (text)                                                             \
    }

/* How much at once. It changes no result. */
#define VERB_JOBS(type, field, text)                                                               \
    {                                                                                              \
        .name = "jobs", .letter = 'j', .metavar = "N", OPTION_NUMBER(type, field), .least = 1,     \
        .most = PROCESSORS_MAX, .help = (text)                                                     \
    }
#define VERB_THREADS(type, field)                                                                  \
    {                                                                                              \
        .name = "threads", .letter = 'j', .metavar = "N", OPTION_NUMBER(type, field), .least = 1,  \
        .most = PROCESSORS_MAX,                                                                    \
        .help = "runs at once; changes no result (default: all processors)"                        \
    }

/* The mode of a sub-call. */
#define VERB_MODE(type, field, text)                                                               \
    {                                                                                              \
        .name = "mode", .metavar = "MODE", OPTION_TEXT(type, field), .help = (text)                \
    }

/* The end of a verb's table. */
#define VERB_SPECS(table) .specs = (table), .spec_count = sizeof(table) / sizeof((table)[0])

#endif
