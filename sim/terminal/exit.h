/*
 * exit.h - what the program exits with: a contract, scripts rely on it.
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

#endif
