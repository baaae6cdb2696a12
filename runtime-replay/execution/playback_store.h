/*
 * playback_store.h - which node holds which binary. Private to the playback.
 *
 * Ownership: struct playback_store belongs to the caller, copies of binaries to the store.
 * Threads: once filled it is only read.
 */
#ifndef RUNTIME_REPLAY_EXECUTION_PLAYBACK_STORE_H
#define RUNTIME_REPLAY_EXECUTION_PLAYBACK_STORE_H

#include "runtime-replay/execution/playback.h"

/* Of one run. */
struct playback_store {
    const struct playback_run *run;
    uint8_t **copy;      /* [node * binary_count + tasklet]; NULL: the node never got it */
    uint32_t *got;       /* tasklets that calls acquired, call by call */
    uint32_t *first_got; /* [call], and one more: where a call's start in got */
};

/* Lets the binaries travel. Errors as playback_create(). */
SIM_MUST_CHECK enum sim_status playback_store_fill(struct playback_store *s,
                                                   const struct playback_run *run,
                                                   char error[PLAYBACK_ERROR_MAX]);
void playback_store_deinit(struct playback_store *s);

/* Finds one of the binaries that a call acquired, by its name, where the call runs. */
SIM_MUST_CHECK bool playback_store_find(const struct playback_store *s, uint32_t call,
                                        const char *name, struct execute_binary *out);

#endif
