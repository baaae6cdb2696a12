/*
 * trial.h - one run of a scenario written in the test: text in, world out.
 *
 * Goes the way of the program: scenario_parse(), compose, world. A name stands for the file in
 * messages.
 *
 * Ownership: the caller owns struct trial and ends it with trial_close(); the world's observer is
 *   the caller's. Errors: fails the running Criterion test, or says why in *refused.
 */
#ifndef TESTS_SUPPORT_TRIAL_H
#define TESTS_SUPPORT_TRIAL_H

#include "models/nimblenet/compose.h"
#include "models/nimblenet/world/world_state.h"
#include "tests/support/checker.h"

struct trial {
    struct scenario scenario;
    struct model_head head;
    const struct nimblenet_config *config; /* of the variant */
    struct compose_system system;
    struct compose_plan plan;
    struct world *world;
};

/* What every scenario has, as a model is told it. */
struct model_head trial_head(const struct scenario *s);

/* The config of a variant, which must be there. */
const struct nimblenet_config *trial_config(const struct scenario *s, const char *variant);

/* In two steps, for a test that changes plan.world between them. */
void trial_prepare(struct trial *t, const char *name, const char *text, const char *variant,
                   uint32_t replication);
void trial_begin(struct trial *t);

/* Ready to run. The whole text must be fit to run. */
void trial_open(struct trial *t, const char *name, const char *text, const char *variant,
                uint32_t replication, const struct world_observer *observer);

/* Runs to the end, and closes the world's account of calls. */
void trial_run(struct trial *t);
void trial_close(struct trial *t);

/* All of it at once, of the nimble variant over the full path, while a checker looks on: the test
 * fails with what it finds. trial_close_checked() ends both. */
void trial_run_checked(struct trial *t, struct checker *c, const char *name, const char *text);
void trial_close_checked(struct trial *t, struct checker *c);

#endif
