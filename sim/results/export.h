/*
 * export.h - what the export verb can write, one file a format. Internal to the verb.
 *
 * All of it streams: memory does not grow with the rows. Each returns the exit code,
 * EXIT_INTERRUPTED where the user stopped it; the output is then not to be kept.
 */
#ifndef SIM_RESULTS_EXPORT_H
#define SIM_RESULTS_EXPORT_H

#include <stdio.h>

#include "analysis/store/view.h"
#include "sim/study/archive.h"
#include "sim/terminal/progress.h"

/* What the user asks of the verb, and all of its work. */
struct export_request {
    const char *path, *what, *out, *format, *step; /* what NULL: list what there is */
    bool force, json;
    struct runs_choice choice;
};
SIM_MUST_CHECK int export_result(const struct export_request *request);

struct export_job {
    const struct archive *archive;
    const struct runs_row *run; /* NULL: all runs */
    FILE *to;
    const char *label; /* for the progress shown; NULL: none */
    bool json;         /* else CSV */
    sim_time step_ns;  /* between two points of a track */
};

/* Begins to show progress, or to show none where the job has no label. */
void export_progress(const struct export_job *job, struct progress *p, double total);

/* The rows of a view. */
SIM_MUST_CHECK int export_rows(const struct export_job *job, const struct view *view);

/*
 * A run as a trace for ui.perfetto.dev and chrome://tracing (Trace Event Format, JSON): nodes are
 * processes, their calls slices on as many lanes as there are calls at once, with what each
 * call waits for and runs nested inside; fetches are flows to the node that served them; what rises
 * and falls there (caches, queues, running calls) are counters.
 */
SIM_MUST_CHECK int export_perfetto(const struct export_job *job);

/*
 * The robots' tracks of a replication as BonnMotion's .movements: a line a robot,
 * "t x y" over and over, seconds and metres.
 */
SIM_MUST_CHECK int export_bonnmotion(const struct export_job *job);

/* The .params file that goes with them. */
SIM_MUST_CHECK int export_bonnmotion_params(const struct export_job *job);

#endif
