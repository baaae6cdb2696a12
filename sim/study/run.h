/*
 * run.h - the work of the run verb; a finished study for people, and for programs.
 */
#ifndef SIM_STUDY_RUN_H
#define SIM_STUDY_RUN_H

#include <stdio.h>

#include "sim/study/load.h"
#include "sim/study/study.h"

/* What the user asks for. Texts are not owned. */
struct run_request {
    const char *path;
    const char *out;  /* NULL: nothing is stored */
    const char *pcap; /* where frames are captured; NULL: nowhere */
    bool force, json, quiet;
    const char *transport;                 /* "auto", "full"; NULL: as auto */
    uint64_t threads, replication;         /* replication 0: all */
    const struct model_real_request *real; /* nodes are processes; NULL: simulated */
    /* Asked when all runs have ended and their books balance: the exit code. NULL: nobody. */
    int (*judge)(void *context, const struct study *s);
    void *judge_context;
    int argc;
    char **argv;
};

/* Simulates, stores, prints, and tells what went wrong. Exit code. */
SIM_MUST_CHECK int run_tell(const struct run_request *request, const struct load_changes *changes);

/* The same of a scenario that has been loaded. */
SIM_MUST_CHECK int run_tell_scenario(const struct scenario *scenario,
                                     const struct run_request *request);

/* The variants side by side with 95 % intervals, and what changes from one to another. */
void run_print_table(const struct study *s, FILE *to);

/* One JSON object. False if the stream failed. */
SIM_MUST_CHECK bool run_print_json(const struct study *s, FILE *to);

#endif
