/*
 * tasklets.h - the hand-written tasklets of tests/tasklets/, as the build has assembled them.
 *
 * Found in the folder $TASKLETS, or build/tests/tasklets. NAME.wasm is the tasklet itself,
 * NAME.inlined.wasm its twin with its sub-tasklets' code inside.
 */
#ifndef TESTS_SUPPORT_TASKLETS_H
#define TESTS_SUPPORT_TASKLETS_H

#include "runtime-replay/execution/execute.h"

/* A source that finds them by name and keeps them in memory until the program ends. */
struct execute_source tasklets_source(void);

/* The bytes of one; it must be there. */
struct execute_binary tasklets_binary(const char *name);

#endif
