/*
 * real.h - a model's real half: its nodes as processes of this host, in virtual time.
 *
 * A run that is begun with a request (model_head.real) has its nodes' decisions made by processes
 * that are this program, started once more. All else is the simulation's, and so is what the
 * run comes to: the same events, numbers, rows and digest.
 *
 * Ownership: a request outlives the runs that are begun with it.
 * Threads: a run's processes are started by its first advance(), and ended by its end(), which must
 *   be called by the same thread.
 */
#ifndef MODELS_REAL_H
#define MODELS_REAL_H

#include <stdbool.h>
#include <stdint.h>

struct model_real_request {
    /* Of a process's own clock, in nanoseconds, within which it must answer; 0: 10 s. */
    int64_t patience_ns;
    bool executes;   /* tasklets are really run; else an executor only takes the scenario's time */
    bool is_metered; /* and the clock is charged what they took, not what the scenario says */
    /* Whether the user wants to leave; asked while a process is waited for. */
    bool (*is_interrupted)(void);
};

struct model_trial; /* models/trial.h */

struct model_real {
    const char *nodes; /* what is a process each, for people: "nodes and the registry"; NULL: no
                          run of the simulation has any */
    const struct model_trial *trial; /* experiments in the host's own time; at most one of them has
                                        arms with variants */
    size_t trials;
    /* What a process that was started does, with its lines inherited. Exit code. */
    int (*serve)(void);
};

/* The word by which the program knows that it was started as one; the model's name follows. */
#define MODEL_REAL_WORD "testbed-node"

#endif
