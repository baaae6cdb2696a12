/*
 * why.h - one call's story, for people and for programs. Internal to the why verb.
 */
#ifndef SIM_RESULTS_WHY_H
#define SIM_RESULTS_WHY_H

#include <stdio.h>

#include "analysis/store/executions.h"
#include "models/nimblenet/results/story.h"
#include "sim/study/archive.h"

struct why {
    const struct archive *archive;
    const struct runs_row *run;
    struct program program;
    struct story_call call;
    struct story story;
    struct executions_one executed; /* for real, if the result is a replay */
    bool is_executed;
};

/* Both return SIM_OK, or why the messages could not be read; a failed stream shows in ferror(). */
SIM_MUST_CHECK enum sim_status why_print_text(const struct why *w, FILE *to,
                                              struct store_error *error);
SIM_MUST_CHECK enum sim_status why_print_json(const struct why *w, FILE *to,
                                              struct store_error *error);

#endif
