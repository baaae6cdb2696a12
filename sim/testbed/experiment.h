/*
 * experiment.h - a model's experiments on this host, beside the simulation of the same keys: the
 * work of the testbed verb for models whose real half is one.
 *
 *     the host is measured; the scenario is loaded with what it says; the arms' variants are
 *     simulated; the arms are run in blocks; all of it is stored, and printed.
 */
#ifndef SIM_TESTBED_EXPERIMENT_H
#define SIM_TESTBED_EXPERIMENT_H

#include "analysis/store/store_trial.h"
#include "models/trial.h"
#include "runtime-replay/trials/trial.h"
#include "sim/study/run.h"
#include "sim/terminal/progress.h"

struct experiment_request {
    const struct run_request *run;
    const struct load_changes *changes;
    uint64_t blocks;  /* exactly as many; 0: until all verdicts stand, or the part's own most */
    uint64_t minutes; /* for all parts together; 0: no limit */
    const char *part; /* NULL: all */
    bool is_small;
};

/* Exit code. */
SIM_MUST_CHECK int experiment_tell(const struct model *model,
                                   const struct experiment_request *request);

/* ---- shared by the files of this room ---- */

enum { EXPERIMENT_PARTS_MAX = 8, EXPERIMENT_FACTS_MAX = 64 };

struct experiment_fact {
    char name[48], value[208];
};

struct experiment_finding {
    struct trial_finding measured;
    double simulated, simulated_difference; /* NaN: nothing */
};

struct experiment_part {
    struct experiment *whole;
    const struct model_trial *of;
    void *bench;
    struct trial_plan plan;
    struct trial trial;
    bool has_trial;
    struct experiment_fact fact[EXPERIMENT_FACTS_MAX];
    size_t facts;
    struct result_trial_point *point;
    size_t points, points_room;
    struct trial_machine begin;
    struct experiment_finding finding[TRIAL_ARMS_MAX][TRIAL_METRICS_MAX];
    struct progress progress;
};

struct experiment {
    const struct model *model;
    const struct experiment_request *request;
    struct experiment_part part[EXPERIMENT_PARTS_MAX];
    size_t parts;
    struct option_list sets; /* what the host says, then what the user does */
    char **text;             /* those of them that are ours */
    size_t texts;
    struct scenario scenario;
    struct study study;
    bool has_scenario, has_study;
    struct store *store;
};

/* What an arm's variant was simulated to, and how it differs from the baseline's. */
void experiment_simulated(const struct experiment *x, const struct experiment_part *p, size_t arm,
                          size_t metric, struct experiment_finding *finding);

void experiment_print_table(const struct experiment *x, FILE *to);
SIM_MUST_CHECK bool experiment_print_json(const struct experiment *x, FILE *to);

#endif
