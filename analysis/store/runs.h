/*
 * runs.h - which runs a database holds.
 *
 * Ownership: struct runs belongs to the caller and ends with runs_deinit().
 * Order: that of run_id.
 */
#ifndef ANALYSIS_STORE_RUNS_H
#define ANALYSIS_STORE_RUNS_H

#include "analysis/store/store.h"

struct runs_row {
    int64_t run_id;
    char variant[48];
    uint32_t replication;
    int64_t seed;
    char digest[17], trace_digest[17];
};

struct runs {
    struct runs_row *row;
    size_t count;
    int64_t points;         /* of a sweep, merged into the file; 0: the runs of one scenario */
    char scenario[256];     /* its path */
    char scenario_hash[17]; /* of all keys in force */
};

SIM_MUST_CHECK enum sim_status runs_read(struct runs *r, struct store *store,
                                         struct store_error *error);
void runs_deinit(struct runs *r);

/* NULL where there is none. */
const struct runs_row *runs_find(const struct runs *r, const char *variant, uint32_t replication);

/* What a user may name a run by; 0 and NULL leave it open. */
struct runs_choice {
    uint64_t run_id;
    const char *variant;
    uint64_t replication;
};

/*
 * The first run that fits the choice. SIM_ERR_NOTFOUND, with a text that says what there is.
 */
SIM_MUST_CHECK enum sim_status runs_choose(const struct runs *r, const struct runs_choice *choice,
                                           const struct runs_row **run, struct store_error *error);

/* The scenario that was run, with every key in force, as YAML. free() it. */
SIM_MUST_CHECK enum sim_status runs_scenario(char **text, struct store *store,
                                             struct store_error *error);

#endif
