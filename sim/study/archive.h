/*
 * archive.h - a stored result, opened for reading by a verb.
 *
 * Ownership: an archive that was opened ends with archive_close().
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_STUDY_ARCHIVE_H
#define SIM_STUDY_ARCHIVE_H

#include "analysis/store/runs.h"
#include "models/story.h"
#include "scenarios/language/scenario.h"

struct archive {
    const char *path;
    struct store *store;
    struct runs runs;
};

/* Refuses what is missing, foreign, damaged, newer or incomplete. */
SIM_MUST_CHECK int archive_open(struct archive *a, const char *path);
void archive_close(struct archive *a);

/* EXIT_OK; or says that the file is a sweep, where replications of many points cannot be told
 * apart. */
SIM_MUST_CHECK int archive_check_single(const struct archive *a);

/* Tells a failure of reading it, and gives the exit code for it. */
int archive_failed(const struct archive *a, enum sim_status status,
                   const struct store_error *error);

/* The run that the user named; the first one where nothing was said. */
SIM_MUST_CHECK int archive_choose(const struct archive *a, const struct runs_choice *choice,
                                  const struct runs_row **run);

/* The scenario that was run, with every override. It belongs to the caller. */
SIM_MUST_CHECK int archive_scenario(const struct archive *a, struct scenario *s);

/* The same of its text, as a point of a merged sweep has one. */
SIM_MUST_CHECK int archive_scenario_of(const struct archive *a, const char *text,
                                       struct scenario *s);

/* What a scenario says of all its runs, as its model is told it. */
struct model_head archive_head(const struct scenario *s);

/*
 * Has the model of a result open the stories of a run. Ends with (*of)->close(*teller) and
 * scenario_deinit(). Exit code.
 */
SIM_MUST_CHECK int archive_story(const struct archive *a, const struct runs_row *run,
                                 struct scenario *scenario, const struct model_story **of,
                                 void **teller);

#endif
