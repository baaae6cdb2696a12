/*
 * runtime.h - what the verbs that run real tasklets say where there is no Wasm runtime.
 *
 * Errors: told on stderr. A verb that gets false leaves with EXIT_INTERNAL.
 */
#ifndef SIM_CLI_RUNTIME_H
#define SIM_CLI_RUNTIME_H

#include "sim/engine/base.h"

/* False, with an error and a hint, in a program that was built by 'make WASM=none'. */
SIM_MUST_CHECK bool runtime_is_there(void);

#endif
