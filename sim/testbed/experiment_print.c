/* What an experiment came to: simulated beside measured, and what could be resolved. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/format.h"
#include "analysis/statistics/stats.h"
#include "sim/terminal/json.h"
#include "sim/testbed/experiment.h"

/* ---- the simulation's part ---- */

/* A measure's sum over the replications of a variant in which it exists, and in how many. */
static double sum_of(const struct study *s, uint32_t variant, const char *measure, uint32_t *n)
{
    double sum = 0;
    *n = 0;
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        const double value = model_measure_of(s->model, &run->result, measure);
        sum += isnan(value) ? 0 : value;
        *n += isnan(value) ? 0 : 1;
    }
    return sum;
}

static double simulated(const struct experiment *x, const char *variant,
                        const struct trial_metric *metric)
{
    if (variant == NULL || metric->measure == NULL || !x->has_study ||
        !study_is_complete(&x->study)) {
        return (double)NAN;
    }
    const uint32_t v = scenario_variant_find(&x->scenario, variant);
    uint32_t n = 0;
    const double sum = sum_of(&x->study, v, metric->measure, &n);
    const double by = metric->per != NULL ? sum_of(&x->study, v, metric->per, &n) : (double)n;
    return by > 0 ? sum / by : (double)NAN;
}

void experiment_simulated(const struct experiment *x, const struct experiment_part *p, size_t arm,
                          size_t metric, struct experiment_finding *finding)
{
    const struct trial_metric *m = &p->plan.metric[metric];
    finding->simulated = simulated(x, p->plan.arm[arm].variant, m);
    finding->simulated_difference =
        finding->simulated - simulated(x, p->plan.arm[p->plan.baseline].variant, m);
}

/* ---- for people ---- */

static bool is_simulated(const struct experiment_part *p)
{
    return p->plan.arm[p->plan.baseline].variant != NULL;
}

static void print_finding(const struct experiment_part *p, size_t arm, size_t metric, FILE *to)
{
    const struct experiment_finding *f = &p->finding[arm][metric];
    const struct trial_finding *m = &f->measured;
    const char *unit = p->plan.metric[metric].unit;
    const struct format_scale scale =
        format_scale_of(unit, fmax(fabs(m->value), fabs(m->baseline)));
    char simulated[FORMAT_BYTES] = "";
    char value[FORMAT_BYTES];
    if (is_simulated(p)) {
        format_value(simulated, f->simulated, unit);
    }
    format_value(value, m->value, unit);
    (void)fprintf(to, "  %-16s %12s %12s", p->plan.arm[arm].name, simulated, value);
    if (arm == p->plan.baseline) {
        (void)fputc('\n', to);
    } else if (isnan(m->low)) {
        (void)fprintf(to, "   %s\n", trial_verdict_word[m->verdict]);
    } else {
        (void)fprintf(to, "  %+10.*f [%+.*f, %+.*f]  %s%s\n", scale.decimals + 1,
                      m->difference / scale.divisor, scale.decimals + 1, m->low / scale.divisor,
                      scale.decimals + 1, m->high / scale.divisor, trial_verdict_word[m->verdict],
                      arm == p->plan.again ? " from itself" : "");
    }
}

/* What the host does to itself is the measure of all else: said where it seems to differ. */
static void print_part(const struct experiment_part *p, FILE *to)
{
    (void)fprintf(to, "%s: %s\n", p->of->name, p->of->about);
    (void)fprintf(to, "%" PRIu32 " blocks of %zu arms (%s), intervals of %.1f %%, against %s\n",
                  p->trial.blocks, p->plan.arms, trial_end_word[p->trial.end],
                  100 * trial_level(&p->plan), p->plan.arm[p->plan.baseline].name);
    for (size_t m = 0; m < p->plan.metrics; m++) {
        (void)fprintf(to, "\n%-18s %12s %12s  difference\n", p->plan.metric[m].label,
                      is_simulated(p) ? "simulated" : "", "measured");
        for (size_t a = 0; a < p->plan.arms; a++) {
            print_finding(p, a, m, to);
        }
    }
    (void)fputc('\n', to);
    for (size_t i = 0; i < p->facts; i++) {
        (void)fprintf(to, "%s: %s\n", p->fact[i].name, p->fact[i].value);
    }
}

void experiment_print_table(const struct experiment *x, FILE *to)
{
    for (size_t i = 0; i < x->parts; i++) {
        if (i > 0) {
            (void)fputc('\n', to);
        }
        print_part(&x->part[i], to);
    }
}

/* ---- for programs ---- */

static void put_finding(struct json *j, const struct experiment_part *p, size_t arm, size_t metric)
{
    const struct experiment_finding *f = &p->finding[arm][metric];
    json_object_open(j);
    json_field_string(j, "arm", p->plan.arm[arm].name);
    json_field_string(j, "variant", p->plan.arm[arm].variant);
    json_field_string(j, "metric", p->plan.metric[metric].name);
    json_field_string(j, "unit", p->plan.metric[metric].unit);
    json_field_double(j, "simulated", f->simulated);
    json_field_double(j, "measured", f->measured.value);
    json_field_double(j, "difference", f->measured.difference);
    json_field_double(j, "low", f->measured.low);
    json_field_double(j, "high", f->measured.high);
    json_field_uint(j, "pairs", f->measured.pairs);
    json_field_string(j, "verdict", trial_verdict_word[f->measured.verdict]);
    json_object_close(j);
}

static void put_part(struct json *j, const struct experiment_part *p)
{
    json_object_open(j);
    json_field_string(j, "part", p->of->name);
    json_field_uint(j, "blocks", p->trial.blocks);
    json_field_string(j, "ended", trial_end_word[p->trial.end]);
    json_field_double(j, "level", trial_level(&p->plan));
    json_field_string(j, "baseline", p->plan.arm[p->plan.baseline].name);
    json_field_string(j, "again", p->plan.arm[p->plan.again].name);
    json_key(j, "findings");
    json_array_open(j);
    for (size_t i = 0; i < p->plan.arms * p->plan.metrics; i++) {
        put_finding(j, p, i / p->plan.metrics, i % p->plan.metrics);
    }
    json_array_close(j);
    json_key(j, "facts");
    json_object_open(j);
    for (size_t i = 0; i < p->facts; i++) {
        json_field_string(j, p->fact[i].name, p->fact[i].value);
    }
    json_object_close(j);
    json_object_close(j);
}

bool experiment_print_json(const struct experiment *x, FILE *to)
{
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "scenario", x->scenario.name);
    json_field_string(&j, "model", x->model->schema.name);
    json_key(&j, "trials");
    json_array_open(&j);
    for (size_t i = 0; i < x->parts; i++) {
        put_part(&j, &x->part[i]);
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}
