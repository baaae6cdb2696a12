/*
 * price.h - what a call of a Wasm function costs this host, beside the same in C.
 *
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_TASKLETS_PRICE_H
#define SIM_TASKLETS_PRICE_H

#include "sim/engine/base.h"

/* Measures each case in so many samples, and prints a table or one JSON object. */
SIM_MUST_CHECK int price_calls(uint64_t rounds, bool json);

#endif
