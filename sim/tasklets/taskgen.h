/*
 * taskgen.h - a taskset for people and for programs, and the work of the taskgen verb.
 *
 * Tasklets have the numbers that they have in the database and in the call trace:
 * chains from 0, then the algorithms.
 *
 * Errors: a stream that fails is the caller's to ask about.
 */
#ifndef SIM_TASKLETS_TASKGEN_H
#define SIM_TASKLETS_TASKGEN_H

#include <stdio.h>

#include "sim/study/load.h"
#include "sim/terminal/json.h"
#include "taskgen/taskset.h"

/* A summary, then a line a tasklet. SIM_ERR_NOMEM with nothing written. */
SIM_MUST_CHECK enum sim_status taskgen_print_table(const struct taskset *t, const char *variant,
                                                   FILE *to);

/* One object: the same, exact. SIM_ERR_NOMEM with nothing written. */
SIM_MUST_CHECK enum sim_status taskgen_print_json(const struct taskset *t, const char *variant,
                                                  struct json *j);

/* Folds the hashes of all tasklets: two tasksets that differ anywhere differ here. */
uint64_t taskgen_digest(const struct taskset *t);

/* What the user asks of the verb, and all of its work. Exit code. */
struct taskgen_request {
    const char *path, *out, *wasm;
    const char *only_form; /* NULL: all */
    bool force, json, quiet;
    uint64_t replication;
    int argc;
    char **argv;
};
SIM_MUST_CHECK int taskgen_scenario(const struct taskgen_request *request,
                                    const struct load_changes *changes);

#endif
