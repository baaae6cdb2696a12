/* What an experiment's blocks say: centres, intervals, verdicts. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

#include "runtime-replay/trials/trial.h"
#include "sim/engine/rng.h"

enum { RESAMPLES = 2000 };

const char *const trial_verdict_word[3] = {
    [TRIAL_NOT_RESOLVED] = "not resolved",
    [TRIAL_LOWER] = "lower",
    [TRIAL_HIGHER] = "higher",
};

/* Pocock's nominal levels: so far in the tails each of so many looks, 5 % in all. His looks are
 * evenly spaced; ours begin at half of the blocks, hang together more, and so err less. */
double trial_level(const struct trial_plan *plan)
{
    static const double tail[TRIAL_LOOKS_MAX] = {0.05, 0.0294, 0.0221, 0.0182, 0.0158};
    return 1 - tail[plan->looks - 1];
}

static double centre(enum trial_centre how, double *value, size_t n)
{
    if (n == 0) {
        return (double)NAN;
    }
    if (how == TRIAL_MEAN) {
        return gsl_stats_mean(value, 1, n);
    }
    gsl_sort(value, 1, n);
    return gsl_stats_median_from_sorted_data(value, 1, n);
}

/* ---- the bootstrap ---- */

struct sample {
    const double *value;
    size_t n;
    double *drawn;  /* n: one resample */
    double *centre; /* RESAMPLES */
    struct rng rng;
};

static void draw(struct sample *s)
{
    for (size_t i = 0; i < s->n; i++) {
        s->drawn[i] = s->value[rng_below(&s->rng, s->n)];
    }
}

/*
 * The quantiles of the resamples' centres, as far out as Student's t is wider than the normal
 * distribution: plain ones are those of a sample whose spread is too small by n - 1 over n, and
 * with twenty values they err half as often again as they say (Hesterberg 2015, "expanded").
 */
static void interval(struct sample *s, enum trial_centre how, double tail, struct trial_finding *f)
{
    const double n = (double)s->n;
    const double wider = gsl_cdf_ugaussian_P(-sqrt(n / (n - 1)) * gsl_cdf_tdist_Qinv(tail, n - 1));
    for (size_t r = 0; r < RESAMPLES; r++) {
        draw(s);
        s->centre[r] = centre(how, s->drawn, s->n);
    }
    gsl_sort(s->centre, 1, RESAMPLES);
    f->low = gsl_stats_quantile_from_sorted_data(s->centre, 1, RESAMPLES, wider);
    f->high = gsl_stats_quantile_from_sorted_data(s->centre, 1, RESAMPLES, 1 - wider);
}

/* ---- an arm against the baseline ---- */

struct pairs {
    double *difference, *value, *baseline, *drawn, *centre;
    size_t n;
};

static enum sim_status pairs_init(struct pairs *p, uint32_t blocks)
{
    const size_t room = blocks > 0 ? blocks : 1;
    double *all = calloc(4 * room + RESAMPLES, sizeof *all);
    *p = (struct pairs){.difference = all};
    if (all == NULL) {
        return SIM_ERR_NOMEM;
    }
    p->value = all + room;
    p->baseline = all + 2 * room;
    p->drawn = all + 3 * room;
    p->centre = all + 4 * room;
    return SIM_OK;
}

static void collect(const struct trial *t, size_t arm, size_t metric, struct pairs *p)
{
    const struct trial_plan *plan = t->plan;
    p->n = 0;
    for (uint32_t b = 0; b < t->blocks; b++) {
        const double *block = &t->value[b * plan->arms * plan->metrics];
        const double mine = block[arm * plan->metrics + metric];
        const double theirs = block[plan->baseline * plan->metrics + metric];
        if (!isnan(mine) && !isnan(theirs)) {
            p->value[p->n] = mine;
            p->baseline[p->n] = theirs;
            p->difference[p->n++] = mine - theirs;
        }
    }
}

/* Center and interval, no verdict yet. */
static enum sim_status measure(const struct trial *t, size_t arm, size_t metric,
                               struct trial_finding *f)
{
    struct pairs p;
    const enum sim_status status = pairs_init(&p, t->blocks);
    if (status != SIM_OK) {
        return status;
    }
    const enum trial_centre how = t->plan->metric[metric].centre;
    collect(t, arm, metric, &p);
    *f = (struct trial_finding){
        .pairs = (uint32_t)p.n,
        .value = centre(how, p.value, p.n),
        .baseline = centre(how, p.baseline, p.n),
        .difference = centre(how, p.difference, p.n),
        .low = (double)NAN,
        .high = (double)NAN,
    };
    struct sample s = {.value = p.difference, .n = p.n, .drawn = p.drawn, .centre = p.centre};
    rng_init(&s.rng, t->plan->seed, t->blocks, arm * TRIAL_METRICS_MAX + metric, TRIAL_BOOTSTRAP);
    const double tail = (1 - trial_level(t->plan)) / 2;
    if (p.n >= 2) {
        interval(&s, how, tail, f);
    }
    free(p.difference);
    return SIM_OK;
}

/* With so few pairs all of them have the same sign too often by chance alone. */
static bool are_enough(const struct trial_finding *f, double level)
{
    return f->pairs >= 2 && ldexp(1, 1 - (int)(f->pairs < 1000 ? f->pairs : 1000)) <= 1 - level;
}

enum sim_status trial_find(const struct trial *t, size_t arm, size_t metric,
                           struct trial_finding *finding)
{
    ASSERT(arm < t->plan->arms && metric < t->plan->metrics);
    enum sim_status status = measure(t, arm, metric, finding);
    if (status != SIM_OK || !are_enough(finding, trial_level(t->plan))) {
        return status;
    }
    bool is_noise = false;
    if (arm != t->plan->again) {
        struct trial_finding aa = {0};
        status = measure(t, t->plan->again, metric, &aa);
        is_noise = finding->low >= aa.low && finding->high <= aa.high;
    }
    if (is_noise || status != SIM_OK) {
        return status;
    }
    if (finding->high < 0) {
        finding->verdict = TRIAL_LOWER;
    } else if (finding->low > 0) {
        finding->verdict = TRIAL_HIGHER;
    }
    return SIM_OK;
}
