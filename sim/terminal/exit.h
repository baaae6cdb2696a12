/*
 * cmd.h - the verbs of the program, one cmd_<verb>.c each.
 *
 * A verb gets its own argv, argv[0] being the verb, and returns the exit code.
 */
#ifndef SIM_TERMINAL_EXIT_H
#define SIM_TERMINAL_EXIT_H

enum exit_code {
    EXIT_OK = 0,
    EXIT_CHECK_FAILED = 1, /* books that do not balance, an expectation not met */
    EXIT_USAGE = 2,
    EXIT_BAD_DATA = 65,
    EXIT_NO_INPUT = 66,
    EXIT_INTERNAL = 70,
    EXIT_CANNOT_CREATE = 73,
    EXIT_IO = 74,
    EXIT_INTERRUPTED = 130,
};

int cmd_bench_call(int argc, char **argv);
int cmd_calibrate(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_ledger(int argc, char **argv);
int cmd_paper(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_schema(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_taskgen(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_why(int argc, char **argv);

#endif
