/* Which settings a result has, for the rows of the paper's table. */
#include "models/choreography/paper.h"

#include <string.h>

#include "models/choreography/config.h"
#include "models/choreography/results/paper.h"

static bool is_near(double a, double b)
{
    return a >= b * (1 - 1e-9) && a <= b * (1 + 1e-9);
}

static bool is_class(const struct choreo_class_spec *c, sim_time work, sim_time deadline,
                     int64_t bytes)
{
    return c->work_ns == work && c->deadline_ns == deadline && c->data_bytes == bytes;
}

static bool is_same_load(const struct choreo_spec *s)
{
    return is_near(s->rate, 0.25) && is_near(s->hot, 3) && is_near(s->cold, 0.6) &&
           s->hot_period_ns == 600 * SIM_S && is_near(s->class[1].share / s->class[0].share, 0.5) &&
           is_near(s->class[2].share / s->class[1].share, 1.0 / 3) &&
           is_class(&s->class[0], 400 * SIM_MS, SIM_S, 20000) &&
           is_class(&s->class[1], 3 * SIM_S, 2 * SIM_S, 300000) &&
           is_class(&s->class[2], 20 * SIM_S, 6 * SIM_S, 900000);
}

static bool is_tier(const struct choreo_tier_spec *t, uint32_t count, uint32_t cores, double speed,
                    double power_w)
{
    return t->count == count && t->cores == cores && is_near(t->speed, speed) &&
           is_near(t->power_w, power_w);
}

static bool is_same_place(const struct choreo_spec *s)
{
    return s->domains == 3 && is_tier(&s->tier[CHOREO_DEVICE], 6, 1, 1, 2) &&
           is_tier(&s->tier[CHOREO_EDGE], 2, 2, 6, 12) &&
           is_tier(&s->tier[CHOREO_CLOUD], 1, 4, 24, 60) && s->lan.delay_ns == 4 * SIM_MS &&
           s->wan.delay_ns == 40 * SIM_MS && s->foreign_ns == 60 * SIM_MS &&
           s->lan.rate_bps == 20000000 && s->wan.rate_bps == 8000000 && !s->queueing &&
           s->in_flight == CHOREO_KEPT;
}

static bool is_same_policy(const struct choreo_config *c)
{
    const struct choreo_spec *s = &c->spec;
    return s->gossip_ns == 2 * SIM_S && !s->gossip_needs_link && is_near(s->fee, 0.3) &&
           is_near(s->explore, 0.05) && c->refuse.count == 0 && c->controller == 1 &&
           s->controller_state == CHOREO_STATE_EXACT && s->controller_timeout_ns == SIM_S &&
           s->fallback == CHOREO_FALL_EDGE && s->connect_ns == 250 * SIM_MS &&
           s->backoff_ns == 5 * SIM_S && s->feedback == CHOREO_AT_DEADLINE;
}

static bool fits(const void *config, const char *when)
{
    const struct choreo_config *c = config;
    const bool never_fails = strcmp(when, CHOREO_WHOLE) == 0;
    const bool is_right = never_fails
                              ? c->spec.mtbf_ns == 0
                              : c->spec.mtbf_ns == 120 * SIM_S && c->spec.mttr_ns == 20 * SIM_S;
    return is_right && is_same_load(&c->spec) && is_same_place(&c->spec) && is_same_policy(c);
}

static const struct paper_gap gaps[] = {
    {"any number of the paper",
     "it is an architecture and has no experiment: what is printed here are orders that its claims "
     "imply"},
};

const struct model_paper choreo_paper = {
    .title = "the paper on choreography, an architecture without numbers",
    .gap = gaps,
    .gaps = sizeof gaps / sizeof *gaps,
    .quantity = choreo_quantities,
    .quantities = CHOREO_PAPER_QUANTITIES,
    .block = choreo_blocks,
    .blocks = CHOREO_PAPER_BLOCKS,
    .reading = choreo_honest_reading,
    .fits = fits,
};
