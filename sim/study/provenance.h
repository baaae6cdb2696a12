/*
 * provenance.h - where a result is from, so that it can be made again.
 */
#ifndef SIM_STUDY_PROVENANCE_H
#define SIM_STUDY_PROVENANCE_H

#include <stdio.h>

#include "sim/study/study_store.h"

#define PROVENANCE_VERSION "0.1.0"

/* Makes the libraries ready, once, before anything else: their errors are codes from here on. */
void provenance_begin(void);

/* What the program is made of, for a person: version, commit, compiler, Wasm runtime. */
void provenance_print(FILE *to);

struct provenance {
    struct result_invocation row;   /* points into this struct and the scenario */
    struct study_store_model store; /* what the store is told of the scenario's model */
    struct result_library library[4];
    char host[256];
    char *arguments;
    char *resolved;
    char hash[65];
    struct result_input *input; /* the files that the scenario reads */
    size_t input_count, input_capacity;
    bool out_of_memory;
};

/* SIM_ERR_NOMEM. The scenario must outlive it. */
SIM_MUST_CHECK enum sim_status provenance_init(struct provenance *p, const struct scenario *s,
                                               int argc, char **argv);
/*
 * A verb's command line as it can be typed again, words quoted where a shell needs it. free() it;
 * NULL: no memory.
 */
char *provenance_command(int argc, char **argv);
void provenance_deinit(struct provenance *p);

#endif
