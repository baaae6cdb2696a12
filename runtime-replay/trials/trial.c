#include "runtime-replay/trials/trial.h"

#include <math.h>
#include <stdlib.h>

#include "runtime-replay/host_clock.h"
#include "sim/engine/rng.h"

const char *const trial_end_word[5] = {
    [TRIAL_RUNS] = "running",
    [TRIAL_DONE] = "all blocks",
    [TRIAL_SETTLED] = "settled",
    [TRIAL_OUT_OF_TIME] = "out of time",
    [TRIAL_INTERRUPTED] = "interrupted",
};

/* ---- order ---- */

/*
 * The b-th row of a square in which each arm has each place once: a permutation, shifted. A new
 * square, with a permutation and an order of its shifts drawn for it, every `arms` blocks.
 */
void trial_order(const struct trial_plan *plan, uint32_t block, size_t *arm)
{
    size_t base[TRIAL_ARMS_MAX];
    size_t shift[TRIAL_ARMS_MAX];
    const size_t n = plan->arms;
    ASSERT(n >= 1 && n <= TRIAL_ARMS_MAX);
    for (size_t i = 0; i < n; i++) {
        base[i] = shift[i] = i;
    }
    struct rng rng;
    rng_init(&rng, plan->seed, 0, block / n, TRIAL_ORDER);
    for (size_t left = n; left > 1; left--) {
        const size_t one = (size_t)rng_below(&rng, left);
        const size_t other = (size_t)rng_below(&rng, left);
        const size_t kept[2] = {base[one], shift[other]};
        base[one] = base[left - 1];
        base[left - 1] = kept[0];
        shift[other] = shift[left - 1];
        shift[left - 1] = kept[1];
    }
    for (size_t i = 0; i < n; i++) {
        arm[i] = base[(i + shift[block % n]) % n];
    }
}

/* ---- storage ---- */

enum sim_status trial_init(struct trial *t, const struct trial_plan *plan)
{
    ASSERT(plan->arms >= 2 && plan->arms <= TRIAL_ARMS_MAX);
    ASSERT(plan->metrics >= 1 && plan->metrics <= TRIAL_METRICS_MAX);
    ASSERT(plan->baseline < plan->arms && plan->again < plan->arms);
    ASSERT(plan->baseline != plan->again && plan->blocks >= 1);
    ASSERT(plan->looks >= 1 && plan->looks <= TRIAL_LOOKS_MAX);
    *t = (struct trial){
        .plan = plan,
        .value = calloc((size_t)plan->blocks * plan->arms * plan->metrics, sizeof *t->value),
    };
    return t->value != NULL ? SIM_OK : SIM_ERR_NOMEM;
}

void trial_deinit(struct trial *t)
{
    free(t->value);
    *t = (struct trial){0};
}

/* ---- blocks ---- */

/* Whether the blocks done are as many as one of the looks wants, the last one aside. */
static bool is_look(const struct trial *t)
{
    const struct trial_plan *p = t->plan;
    for (uint32_t i = 0; i + 1 < p->looks; i++) {
        const double share = 0.5 + 0.5 * i / (p->looks - 1.0);
        if (t->blocks == (uint32_t)ceil(share * p->blocks)) {
            return true;
        }
    }
    return false;
}

/* Whether every arm but the baseline's second run has its verdict, by every metric. */
static enum sim_status find_settled(const struct trial *t, bool *settled)
{
    const struct trial_plan *p = t->plan;
    *settled = true;
    for (size_t i = 0; i < p->arms * p->metrics && *settled; i++) {
        const size_t arm = i / p->metrics;
        if (arm == p->baseline || arm == p->again) {
            continue;
        }
        struct trial_finding f;
        const enum sim_status status = trial_find(t, arm, i % p->metrics, &f);
        if (status != SIM_OK) {
            return status;
        }
        *settled = f.verdict != TRIAL_NOT_RESOLVED;
    }
    return SIM_OK;
}

/* Whether a block of the length that blocks have had until now would end too late. */
static bool is_out_of_time(const struct trial *t, int64_t begun_ns)
{
    const int64_t spent = host_clock_ns() - begun_ns;
    return t->plan->budget_ns > 0 && t->blocks > 0 &&
           spent + spent / t->blocks > t->plan->budget_ns;
}

static bool is_interrupted(const struct trial_hands *hands)
{
    return hands->is_interrupted != NULL && hands->is_interrupted(hands->context);
}

/* One block. *whole: none of its arms was left out. */
static enum sim_status run_block(struct trial *t, const struct trial_hands *hands, bool *whole,
                                 char text[TRIAL_TEXT_MAX])
{
    const struct trial_plan *p = t->plan;
    size_t order[TRIAL_ARMS_MAX];
    size_t place[TRIAL_ARMS_MAX] = {0};
    double *value = &t->value[t->blocks * p->arms * p->metrics];
    trial_order(p, t->blocks, order);
    *whole = false;
    for (size_t i = 0; i < p->arms; i++) {
        if (is_interrupted(hands)) {
            return SIM_OK;
        }
        double *of_arm = &value[order[i] * p->metrics];
        for (size_t m = 0; m < p->metrics; m++) {
            of_arm[m] = (double)NAN;
        }
        const enum sim_status status =
            hands->run(hands->context, order[i], t->blocks, of_arm, text);
        if (is_interrupted(hands)) {
            return SIM_OK; /* what ends early because the user leaves is no failure, nor a value */
        }
        if (status != SIM_OK) {
            return status;
        }
        place[order[i]] = i;
        if (hands->progress != NULL) {
            hands->progress(hands->context, (double)(t->blocks * p->arms + i + 1),
                            (double)(p->blocks * p->arms));
        }
    }
    *whole = true;
    return hands->keep == NULL ? SIM_OK : hands->keep(hands->context, t->blocks, value, place);
}

enum sim_status trial_run_blocks(struct trial *t, const struct trial_hands *hands,
                                 char text[TRIAL_TEXT_MAX])
{
    const int64_t begun_ns = host_clock_ns();
    text[0] = '\0';
    while (t->end == TRIAL_RUNS) {
        bool whole = false;
        enum sim_status status = run_block(t, hands, &whole, text);
        if (status != SIM_OK) {
            return status;
        }
        if (!whole) {
            t->end = TRIAL_INTERRUPTED;
            return SIM_OK;
        }
        t->blocks++;
        bool settled = false;
        status = is_look(t) ? find_settled(t, &settled) : SIM_OK;
        if (status != SIM_OK) {
            return status;
        }
        if (t->blocks == t->plan->blocks) {
            t->end = TRIAL_DONE;
        } else if (settled) {
            t->end = TRIAL_SETTLED;
        } else if (is_out_of_time(t, begun_ns)) {
            t->end = TRIAL_OUT_OF_TIME;
        }
    }
    return SIM_OK;
}
