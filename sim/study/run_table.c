/*
 * The table that nimblesim run prints: a metric a line, a variant a column, mean
 * and half width of the 95 % interval over the replications.
 */
#include <inttypes.h>
#include <math.h>

#include "sim/study/estimates.h"
#include "sim/study/precision.h"
#include "sim/study/run.h"
#include "sim/study/series.h"
#include "sim/terminal/amount.h"

#define LABEL_WIDTH 36
#define CELL_WIDTH 24
#define CELL_BYTES 64
#define TOLD_BELOW 0.99 /* share of answered calls */

/* ---- one value ---- */

static void write_estimate(char cell[CELL_BYTES], const struct stats_estimate *e, const char *unit)
{
    if (isnan(e->mean)) {
        (void)snprintf(cell, CELL_BYTES, "-");
        return;
    }
    const struct amount_scale s = amount_scale(unit, e->mean);
    if (!e->has_interval) {
        const bool whole = unit[0] == '\0' && floor(e->mean) >= e->mean;
        (void)snprintf(cell, CELL_BYTES, "%.*f%s", whole ? 0 : s.decimals, e->mean / s.divisor,
                       s.unit);
        return;
    }
    (void)snprintf(cell, CELL_BYTES, "%.*f \u00b1 %.*f%s", s.decimals, e->mean / s.divisor,
                   s.decimals, e->half_width / s.divisor, s.unit);
}

/* ---- the table ---- */

/* Not what is told elsewhere, nor zeros that only say that nothing went wrong. */
static bool is_worth_a_line(const struct study *s, size_t measure)
{
    const struct model_measure *m = &s->model->measure[measure];
    return !m->is_hidden && (!m->is_hidden_at_zero || estimates_any_above_zero(s, measure));
}

static void print_head(const struct study *s, FILE *to)
{
    const uint32_t replications = study_replications(s);
    (void)fprintf(
        to, "%s: %g s, %" PRIu32 " replication%s, seed %" PRIu64 ", digest %016" PRIx64 "\n\n",
        s->scenario->name, (double)s->scenario->duration_ns / (double)SIM_S, replications,
        replications == 1 ? "" : "s", s->scenario->seed, study_digest(s));
    (void)fprintf(to, "%-*s", LABEL_WIDTH, "");
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        amount_print_right(s->scenario->variant[v].name, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

static void print_measure(const struct study *s, size_t measure, FILE *to)
{
    const struct model_measure *m = &s->model->measure[measure];
    (void)fprintf(to, "%-*s", LABEL_WIDTH, m->label);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        const struct stats_estimate e = estimates_of_measure(s, v, measure, ESTIMATES_LEVEL);
        char cell[CELL_BYTES];
        write_estimate(cell, &e, m->unit);
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

/* ---- how far to trust them ---- */

static void write_warmup(char cell[CELL_BYTES], const struct study *s, const struct mser *warmup)
{
    switch (warmup->verdict) {
    case MSER_STEADY:
        if (warmup->first == 0) {
            (void)snprintf(cell, CELL_BYTES, "none");
        } else {
            (void)snprintf(cell, CELL_BYTES, "first %g s", series_warmup_s(s, warmup));
        }
        break;
    case MSER_NOT_STEADY:
        (void)snprintf(cell, CELL_BYTES, "no steady state");
        break;
    case MSER_TOO_SHORT:
        (void)snprintf(cell, CELL_BYTES, "too short to tell");
        break;
    }
}

static void print_warmup_of(const struct study *s, size_t series, FILE *to)
{
    (void)fprintf(to, "  %-*s", LABEL_WIDTH - 2, s->model->series[series].warmup);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        struct mser warmup;
        char cell[CELL_BYTES] = "-";
        if (series_of_variant(s, v, series, &warmup) == SIM_OK) {
            write_warmup(cell, s, &warmup);
        }
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

static void print_warmup(const struct study *s, FILE *to)
{
    bool is_first = true;
    for (size_t i = 0; i < s->model->series_count; i++) {
        if (s->model->series[i].warmup == NULL) {
            continue;
        }
        if (is_first) {
            (void)fputs("\nwarm-up to leave out (MSER-5 on all replications together)\n", to);
        }
        is_first = false;
        print_warmup_of(s, i, to);
    }
}

/* What was asked of a scenario that leaves the number of replications to the result. */
static void print_precision(const struct study *s, FILE *to)
{
    (void)fprintf(to, "\nreplications until %s is known to %g %% with %g %% confidence: %s\n",
                  s->scenario->precision.of, 100 * s->scenario->precision.half_width,
                  100 * s->scenario->precision.level,
                  precision_is_enough(s) ? "reached" : "not reached");
    (void)fprintf(to, "  %-*s", LABEL_WIDTH - 2, "half width over mean");
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        char cell[CELL_BYTES];
        (void)snprintf(cell, CELL_BYTES, "%.2f %%", 100 * precision_reached(s, v));
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

/* ---- what one changes against another ---- */

static void print_line(const char *label, const struct stats_estimate *e, const char *unit,
                       FILE *to)
{
    char cell[CELL_BYTES];
    write_estimate(cell, e, unit);
    (void)fprintf(to, "%-*s", LABEL_WIDTH + 8, label);
    amount_print_right(cell, CELL_WIDTH - 8, to);
    (void)fputc('\n', to);
}

static void print_crossover(const struct contrasts_crossover *c, FILE *to)
{
    if (isnan(c->from_s)) {
        (void)fprintf(to, "%-*s%*s\n", LABEL_WIDTH + 8, c->of->label, CELL_WIDTH - 8, "never");
    } else {
        (void)fprintf(to, "%-*s    from %.0f s on, in %.1f %% of the windows\n", LABEL_WIDTH + 8,
                      c->of->label, c->from_s, 100 * c->share);
    }
}

static void print_contrasts(const struct contrasts *c, FILE *to)
{
    if (c->rows == 0) {
        return;
    }
    bool is_of_the_model = false; /* its own question, or only what differs from the baseline? */
    for (size_t i = 0; i < c->rows; i++) {
        is_of_the_model = is_of_the_model || c->row[i].of->a != NULL;
    }
    if (is_of_the_model || c->model->contrast[0].a == NULL) {
        (void)fprintf(to, "\n%s\n", c->model->title);
    } else {
        (void)fprintf(to, "\nwhat differs from %s\n", c->variant[c->baseline]);
    }
    for (size_t i = 0; i < c->rows; i++) {
        char label[CONTRASTS_TEXT_BYTES];
        contrasts_label(c, &c->row[i], label);
        print_line(label, &c->row[i].estimate, c->row[i].of->unit, to);
    }
    for (size_t i = 0; i < c->crossovers; i++) {
        print_crossover(&c->crossover[i], to);
    }
    if (contrasts_has_strangers(c)) {
        (void)fputs("  (some variants have other work than those they are compared with: their "
                    "replications are no pairs)\n",
                    to);
    }
}

static void print_effects(const struct contrasts *c, FILE *to)
{
    (void)fputs(c->effects > 0 ? "\neffects\n" : "", to);
    for (size_t i = 0; i < c->effects; i++) {
        const struct contrasts_effect *e = &c->effect[i];
        print_line(e->of->label, &e->estimate, e->measure->unit, to);
    }
}

/* What the engine says at the end: all runs together, and the fullest any of them was. */
static void print_effort(const struct study *s, FILE *to)
{
    struct engine_report all = {0};
    double wall_s = 0;
    for (uint32_t i = 0; i < s->run_count; i++) {
        const struct engine_report *e = &s->run[i].result.engine;
        all.events += e->events;
        all.ties += e->ties;
        all.cancelled += e->cancelled;
        all.left_over += e->left_over;
        if (e->pending_high_water > all.pending_high_water) {
            all.pending_high_water = e->pending_high_water;
        }
        wall_s += s->run[i].wall_s;
    }
    (void)fprintf(to,
                  "\n%" PRIu64 " events, %" PRIu64 " of them tied, %" PRIu64 " cancelled, %" PRIu64
                  " left over, at most %" PRIu32
                  " pending\n%.3f s of run time, %.1f million events "
                  "a second\n",
                  all.events, all.ties, all.cancelled, all.left_over, all.pending_high_water,
                  wall_s, wall_s > 0 ? (double)all.events / wall_s / 1e6 : 0);
}

/* Calls that nobody answered are told where nobody looks for them, too. */
static void print_answered(const struct study *s, FILE *to)
{
    const size_t answered = model_measure_find(s->model, "answered_share");
    bool all = true;
    for (uint32_t v = 0; v < s->scenario->variant_count && answered < s->model->measures; v++) {
        all = all && !(estimates_of_measure(s, v, answered, ESTIMATES_LEVEL).mean < TOLD_BELOW);
    }
    if (all || answered == s->model->measures) {
        return;
    }
    (void)fputs("\nanswered:", to);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        const struct stats_estimate e = estimates_of_measure(s, v, answered, ESTIMATES_LEVEL);
        (void)fprintf(to, "%s %s %.1f %%", v > 0 ? "," : "", s->scenario->variant[v].name,
                      100 * e.mean);
    }
    (void)fputs(" of the calls that ended; means of times are over these\n", to);
}

void run_print_table(const struct study *s, FILE *to)
{
    print_head(s, to);
    for (size_t m = 0; m < s->model->measures; m++) {
        if (is_worth_a_line(s, m)) {
            print_measure(s, m, to);
        }
    }
    print_answered(s, to);
    print_warmup(s, to);
    if (s->is_sequential) {
        print_precision(s, to);
    }
    print_contrasts(&s->contrasts, to);
    print_effects(&s->contrasts, to);
    print_effort(s, to);
}
