/*
 * placement.h - where a device's task goes: five policies, pure functions of what is known, the
 * task and random numbers that come with the event.
 *
 * A policy leaves what it thought of each target beside its choice, so that it can be asked why.
 *
 * Units: *_ns nanoseconds; costs are plain numbers, 10 for a missed deadline.
 * Ownership: everything is the caller's. Only choreo_learn() changes a cell.
 */
#ifndef MODELS_CHOREOGRAPHY_CORE_PLACEMENT_H
#define MODELS_CHOREOGRAPHY_CORE_PLACEMENT_H

#include "sim/engine/base.h"

enum choreo_target {
    CHOREO_OWN_DEVICE,
    CHOREO_OWN_EDGE,
    CHOREO_OWN_CLOUD,
    CHOREO_FOREIGN_EDGE,
    CHOREO_FOREIGN_CLOUD,
    CHOREO_TARGETS
};

enum { CHOREO_CLASSES = 3, CHOREO_BINS = 3 };

/* What a missed deadline and a target that is backed off cost; and a joule. */
#define CHOREO_MISS 10.0
#define CHOREO_BACKED_OFF 20.0
#define CHOREO_JOULE 0.02

/* A target as the decider sees it: its member with the least backlog. */
struct choreo_option {
    bool is_there; /* false: it has no member, or the decider knows it to be cut off */
    bool is_backed_off;
    uint32_t node;
    int64_t backlog_ns, run_ns;
    int64_t path_ns; /* transfer, and both ways' delay */
    double energy_j;
};

/* What the bandit knows of one context. */
struct choreo_cell {
    double mean, bonus; /* of the costs seen; 0.6 / sqrt(tries + 1) */
    uint32_t tries;
};

struct choreo_question {
    struct choreo_option option[CHOREO_TARGETS]; /* the snapshot; the own device is always there */
    uint32_t class;
    int64_t deadline_ns;            /* from the task's arrival */
    int64_t spent_ns;               /* of that, before this question */
    double fee;                     /* of a foreign target */
    double explore;                 /* the bandit's share of uniform choices */
    double chance[2];               /* in [0, 1): whether to explore; where to */
    const struct choreo_cell *cell; /* the device's own, CHOREO_CELLS; NULL: nobody learns */
};

enum { CHOREO_CELLS = CHOREO_CLASSES * CHOREO_TARGETS * CHOREO_BINS };

struct choreo_answer {
    enum choreo_target target;
    bool has_explored;
    double estimate[CHOREO_TARGETS]; /* costs; where a target is not there, CHOREO_NO_ESTIMATE */
};
#define CHOREO_NO_ESTIMATE (-1000.0)

/* In the order of the scenario's words. */
enum choreo_policy_kind {
    CHOREO_RANDOM,
    CHOREO_LOCAL,
    CHOREO_GREEDY,
    CHOREO_BANDIT,
    CHOREO_CENTRAL,
    CHOREO_POLICIES
};

struct choreo_policy {
    const char *name, *summary;
    bool asks_controller, learns;
    void (*choose)(const struct choreo_question *q, struct choreo_answer *a);
};
extern const struct choreo_policy choreo_random, choreo_local, choreo_greedy, choreo_bandit,
    choreo_central;
extern const struct choreo_policy *const choreo_policies[CHOREO_POLICIES];

/* NULL if there is none of that name. */
const struct choreo_policy *choreo_policy_find(const char *name);

/* What an outcome costs. */
double choreo_cost(bool is_missed, double energy_j, enum choreo_target target, double fee);

/* For policies: every target's cost by the snapshot; the least of them, the first among equals; and
 * one that is there, each as likely. */
void choreo_estimate(const struct choreo_question *q, double estimate[CHOREO_TARGETS]);
enum choreo_target choreo_least(const double estimate[CHOREO_TARGETS]);
enum choreo_target choreo_uniform(const struct choreo_question *q, double chance);

/* The bandit's context of a target, below CHOREO_CELLS; a fresh cell; and what it learns. */
uint32_t choreo_context(const struct choreo_question *q, enum choreo_target target);
extern const struct choreo_cell choreo_fresh_cell;
void choreo_learn(struct choreo_cell *cell, double cost);

#endif
