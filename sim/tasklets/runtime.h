/*
 * runtime.h - what the verbs that run real tasklets share: no runtime, and --mode.
 *
 * Errors: told on stderr. A verb that gets false leaves with EXIT_INTERNAL.
 */
#ifndef SIM_TASKLETS_RUNTIME_H
#define SIM_TASKLETS_RUNTIME_H

#include "runtime-replay/execution/execute.h"

/* False, with an error and a hint, in a program that was built by 'make WASM=none'. */
SIM_MUST_CHECK bool runtime_is_there(void);

/* The word behind --mode. EXIT_OK, or EXIT_USAGE once it is told what modes there are. */
SIM_MUST_CHECK int runtime_read_mode(const char *word, enum execute_mode *mode);

#endif
