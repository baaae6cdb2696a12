/*
 * why.h - one piece of work's story, for people and for programs. Internal to the why verb.
 */
#ifndef SIM_RESULTS_WHY_H
#define SIM_RESULTS_WHY_H

#include <stdio.h>

#include "analysis/store/executions.h"
#include "models/story.h"
#include "sim/study/archive.h"

struct why {
    const struct archive *archive;
    const struct runs_row *run;
    const struct model_story *of;
    void *teller;
    const struct story *story;
    struct executions_one executed; /* for real, if the result is a replay */
    bool is_executed;
};

/* What a user asks: the story of work number id, in the run of that choice. Exit code. */
SIM_MUST_CHECK int why_tell(const char *path, int64_t id, const struct runs_choice *choice,
                            bool json);

/* A line for each system whose work has a story: what a piece of it is and what is told. */
void why_list_works(char *text, size_t bytes);

/* Both return SIM_OK, or why the messages could not be read; a failed stream shows in ferror(). */
SIM_MUST_CHECK enum sim_status why_print_text(const struct why *w, FILE *to,
                                              struct store_error *error);
SIM_MUST_CHECK enum sim_status why_print_json(const struct why *w, FILE *to,
                                              struct store_error *error);

#endif
