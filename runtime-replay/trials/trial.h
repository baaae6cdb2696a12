/*
 * trial.h - an experiment on this host that knows what it can resolve.
 *
 * Arms are run in blocks: every arm once a block, in an order that chance draws and in which over
 * as many blocks as there are arms each arm has every place once. One arm, the baseline, is run a
 * second time under another name: what differs between those two is the host's noise (A/A). An arm
 * is held against the baseline of its own block, so whatever a block has in common cancels.
 *
 * A difference is the median (or the mean) of the paired differences, with a bootstrap interval;
 * the verdict is `lower` or `higher` where the interval leaves out 0, reaches out of the A/A's own
 * interval, and there are blocks enough that such a thing is no chance of signs alone; else it is
 * `not resolved`.
 *
 * Looking again and again finds something in the end. So blocks are looked at `looks` times at the
 * most, first when half of them are done; each look, and the last interval too, has the level that
 * keeps all of them together at 95 % (Pocock 1977). An experiment that looks once stops never early
 * and has an interval of 95 %.
 *
 * Units: of each metric its own. NaN is a value that does not exist; its pair is left out.
 * Ownership: the caller owns struct trial and ends it with trial_deinit(); tables outlive it.
 * Errors: as run() says, with its text.
 * Threads: one at a time.
 */
#ifndef RUNTIME_REPLAY_TRIALS_TRIAL_H
#define RUNTIME_REPLAY_TRIALS_TRIAL_H

#include "sim/engine/base.h"

enum { TRIAL_ARMS_MAX = 16, TRIAL_METRICS_MAX = 16, TRIAL_LOOKS_MAX = 5, TRIAL_TEXT_MAX = 256 };
/* What chance is used for, beside a seed of the experiment's own. */
enum { TRIAL_ORDER = 2001, TRIAL_BOOTSTRAP };

enum trial_centre { TRIAL_MEDIAN, TRIAL_MEAN };

/* What is measured of an arm in a block: one number. */
struct trial_metric {
    const char *name, *unit, *label; /* "misses", "", "frames missed a stream" */
    enum trial_centre centre;
    const char *measure; /* the simulation's that it stands beside, or NULL */
    const char *per;     /* the measure that that one is divided by, or NULL */
};

struct trial_arm {
    const char *name;    /* "k8s-again" */
    const char *variant; /* of the scenario: "k8s"; NULL: nothing is simulated */
};

struct trial_plan {
    const struct trial_arm *arm;
    size_t arms, baseline, again; /* the last two are arms: the A/A */
    const struct trial_metric *metric;
    size_t metrics;
    uint64_t seed;
    uint32_t blocks;   /* the most */
    uint32_t looks;    /* 1: all blocks are run */
    int64_t budget_ns; /* no block begins that will hardly be done by then; 0: no limit */
};

/* Who runs an arm, and who wants to know. */
struct trial_hands {
    void *context;
    /* Fills in a value a metric, which are NaN. Anything but SIM_OK ends the experiment. */
    enum sim_status (*run)(void *context, size_t arm, uint32_t block, double *value,
                           char text[TRIAL_TEXT_MAX]);
    /* A block is whole: its values by arm, then metric, and each arm's place in its order. */
    enum sim_status (*keep)(void *context, uint32_t block, const double *value,
                            const size_t *place);               /* NULL: nobody */
    void (*progress)(void *context, double done, double total); /* in arms; NULL: nobody */
    bool (*is_interrupted)(void *context);                      /* NULL: never */
};

enum trial_end { TRIAL_RUNS, TRIAL_DONE, TRIAL_SETTLED, TRIAL_OUT_OF_TIME, TRIAL_INTERRUPTED };

struct trial {
    const struct trial_plan *plan;
    double *value; /* by block, then arm, then metric: of whole blocks */
    uint32_t blocks;
    enum trial_end end;
};

/* SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status trial_init(struct trial *t, const struct trial_plan *plan);
void trial_deinit(struct trial *t);

/* The order of a block: a permutation of the arms. */
void trial_order(const struct trial_plan *plan, uint32_t block, size_t *arm);

/* Runs all blocks, or as many as are needed or possible. Interrupted, whole blocks stay. */
SIM_MUST_CHECK enum sim_status trial_run_blocks(struct trial *t, const struct trial_hands *hands,
                                                char text[TRIAL_TEXT_MAX]);

/* ---- what came of it: trial_find.c ---- */

enum trial_verdict { TRIAL_NOT_RESOLVED, TRIAL_LOWER, TRIAL_HIGHER };
extern const char *const trial_verdict_word[3]; /* "not resolved", "lower", "higher" */
extern const char *const trial_end_word[5];

struct trial_finding {
    uint32_t pairs;         /* blocks in which both have a value */
    double value, baseline; /* the centres of the two; NaN of no value */
    double difference;      /* the centre of the differences */
    double low, high;       /* its interval; NaN below two pairs */
    enum trial_verdict verdict;
};

/* The level that one interval has, so that all looks together have 95 %. */
double trial_level(const struct trial_plan *plan);

/*
 * Holds an arm against the baseline in the blocks that are done. Of the second run of the baseline
 * the verdict says whether the host differs from itself, as one in twenty times it seems to.
 */
SIM_MUST_CHECK enum sim_status trial_find(const struct trial *t, size_t arm, size_t metric,
                                          struct trial_finding *finding);

/* ---- the host: trial_machine.c ---- */

/* What decides how far a clock on this host can be believed. */
struct trial_machine {
    char clock_source[32]; /* "tsc"; "" where nobody tells */
    char kernel[96];
    char priority[64]; /* "nice 0"; and its session's, where sessions share processors evenly */
    uint32_t cores, allowed; /* there are; may be used by this process */
    double load;             /* processes that want to run, over a minute; NaN: unknown */
    /* Jiffies of all processors since the host's start: in all, and taken by other machines. */
    uint64_t jiffies, stolen, idle;
};

void trial_machine_look(struct trial_machine *m);

/* Between two looks: the share of the processors' time that was stolen, and that was used. NaN
 * where nobody tells. */
double trial_machine_stolen(const struct trial_machine *begin, const struct trial_machine *end);
double trial_machine_busy(const struct trial_machine *begin, const struct trial_machine *end);

#endif
