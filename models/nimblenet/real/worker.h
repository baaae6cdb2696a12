/*
 * worker.h - the daemon's second thread: its executor, which runs tasklets word by word.
 *
 * The orchestration tells it what to run and goes on serving; it runs one after the other, in the
 * order in which they came, and keeps each word until it is asked for. It finds binaries in the
 * hold alone, in the version that it is told; a call goes on with what it began with. A tasklet
 * that loops burns the budget of its call here, beside a node that serves.
 *
 * Ownership: worker_stop() ends the thread, behind the word that it is busy with.
 * Errors: worker_start() returns SIM_ERR_NOMEM, or SIM_ERR_NOTFOUND where there is no Wasm runtime.
 * Threads: one tells and asks, the worker's own runs.
 */
#ifndef MODELS_NIMBLENET_REAL_WORKER_H
#define MODELS_NIMBLENET_REAL_WORKER_H

#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/hold.h"
#include "models/nimblenet/real/outfit.h"
#include "runtime-replay/execution/execute.h"

struct worker_spec {
    struct hold *hold;
    const struct outfit_binary *binary; /* a tasklet each: their names */
    uint32_t tasklets, slots, depth;
    uint64_t instructions; /* of a call */
    size_t binary_bytes;   /* of the longest one */
};

struct worker;

SIM_MUST_CHECK enum sim_status worker_start(struct worker **w, const struct worker_spec *spec);
void worker_stop(struct worker *w);

/* Slot's call begins, its sub-tasklet starts, or its caller goes on. False where the slot has not
 * been asked for its last word, or has nothing to go on with. */
SIM_MUST_CHECK bool worker_call(struct worker *w, uint32_t slot, uint32_t tasklet, uint32_t version,
                                uint32_t argument);
SIM_MUST_CHECK bool worker_sub_call(struct worker *w, uint32_t slot, uint32_t version);
SIM_MUST_CHECK bool worker_resume(struct worker *w, uint32_t slot, uint32_t version);

/* Waits for the slot's word. False where it runs nothing. */
SIM_MUST_CHECK bool worker_word(struct worker *w, uint32_t slot, struct grant_word *word);

/* The same, without taking it: it is there to be asked for afterwards. */
SIM_MUST_CHECK bool worker_foresee(struct worker *w, uint32_t slot, struct grant_word *word);

/* Waits until nothing runs, and forgets all calls. */
void worker_forget(struct worker *w);

#endif
