/*
 * runner.h - a worker of the node as a process: it runs one task after another, each a real Wasm
 * kernel as often as its time demands, in as much memory as it is said to have.
 *
 * Orders and answers are one struct, as it lies in memory, over the line of orders.
 */
#ifndef MODELS_PI5_REAL_RUNNER_H
#define MODELS_PI5_REAL_RUNNER_H

#include "sim/engine/base.h"

enum runner_kind {
    RUNNER_PLACE = 1, /* worker: it and n = 1 are to be pinned to that processor; n = 0: to none */
    RUNNER_PLACED,    /* n: 1 where the kernel says that it is so */
    RUNNER_RUN,       /* task, work, n, rounds, bytes */
    RUNNER_DONE,      /* task, digest; migrations: changes of processor since it was placed */
    RUNNER_FAILED,    /* task: the runtime did */
};

struct runner_word {
    uint32_t kind, worker, task, work;
    uint32_t n, rounds, bytes, digest;
    uint32_t migrations, unused;
};
_Static_assert(sizeof(struct runner_word) == 40, "no gaps: it is sent as it lies");

/* With its lines inherited: serves until the starter is gone. Exit code. */
int runner_main(void);

#endif
