/*
 * The table that nimblesim run prints: a metric a line, a variant a column, mean
 * and half width of the 95 % interval over the replications.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/statistics/stats.h"
#include "sim/study/comparison.h"
#include "sim/study/precision.h"
#include "sim/study/run_print.h"
#include "sim/study/series.h"
#include "sim/terminal/amount.h"

#define LABEL_WIDTH 36
#define CELL_WIDTH 24
#define CELL_BYTES 64

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

static struct stats_estimate estimate_of(const struct study *s, enum scenario_variant variant,
                                         enum metric metric)
{
    struct stats_stream stream = {0};
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        if (run->state == STUDY_DONE) {
            stats_add(&stream, run->value[metric]);
        }
    }
    return stats_stream_estimate(&stream, COMPARISON_LEVEL);
}

/* Not the warm-up, which has lines of its own, nor zeros that only say that nothing went wrong. */
static bool is_worth_a_line(const struct study *s, enum metric metric)
{
    if (metric == METRIC_WARMUP_RESPONSE || metric == METRIC_WARMUP_LOAD) {
        return false;
    }
    if (metric != METRIC_REFUSED && metric != METRIC_LOST_BYTES && metric != METRIC_STALLED_NODES &&
        metric != METRIC_SATURATED_NODES && metric != METRIC_NO_ROOM &&
        metric != METRIC_QUEUEING_MEAN) {
        return true;
    }
    for (uint32_t i = 0; i < s->run_count; i++) {
        if (s->run[i].value[metric] > 0) {
            return true;
        }
    }
    return false;
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
        amount_print_right(compose_variant_name(s->scenario->variants[v]), CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

static void print_metric(const struct study *s, enum metric metric, FILE *to)
{
    const struct metric_info *info = metric_info(metric);
    (void)fprintf(to, "%-*s", LABEL_WIDTH, info->label);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        const struct stats_estimate e = estimate_of(s, s->scenario->variants[v], metric);
        char cell[CELL_BYTES];
        write_estimate(cell, &e, info->unit);
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

/* ---- how far to trust them ---- */

static void write_warmup(char cell[CELL_BYTES], const struct mser *warmup)
{
    switch (warmup->verdict) {
    case MSER_STEADY:
        if (warmup->first == 0) {
            (void)snprintf(cell, CELL_BYTES, "none");
        } else {
            (void)snprintf(cell, CELL_BYTES, "first %g s", series_warmup_s(warmup));
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

static void print_warmup(const struct study *s, FILE *to)
{
    char cell[SERIES_COUNT][2][CELL_BYTES];
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        struct mser warmup[SERIES_COUNT];
        if (series_of_variant(s, s->scenario->variants[v], warmup) != SIM_OK) {
            return; /* no memory for it: the table does without */
        }
        for (int i = 0; i < SERIES_COUNT; i++) {
            write_warmup(cell[i][v], &warmup[i]);
        }
    }
    (void)fputs("\nwarm-up to leave out (MSER-5 on all replications together)\n", to);
    for (int i = 0; i < SERIES_COUNT; i++) {
        (void)fprintf(to, "  %-*s", LABEL_WIDTH - 2, series_info((enum series)i)->label);
        for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
            amount_print_right(cell[i][v], CELL_WIDTH, to);
        }
        (void)fputc('\n', to);
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
        (void)snprintf(cell, CELL_BYTES, "%.2f %%",
                       100 * precision_reached(s, s->scenario->variants[v]));
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

static void print_comparison(const struct comparison *c, FILE *to)
{
    (void)fputs("\nwhat splitting changes\n", to);
    for (int f = 0; f < COMPARISON_FIGURES; f++) {
        const struct comparison_info *info = comparison_info((enum comparison_figure)f);
        char cell[CELL_BYTES];
        write_estimate(cell, &c->figure[f], info->unit);
        (void)fprintf(to, "%-*s", LABEL_WIDTH + 8, info->label);
        amount_print_right(cell, CELL_WIDTH - 8, to);
        (void)fputc('\n', to);
    }
    if (isnan(c->faster_from_s)) {
        (void)fprintf(to, "%-*s%*s\n", LABEL_WIDTH + 8, "nimble answers faster (100 s window)",
                      CELL_WIDTH - 8, "never");
    } else {
        (void)fprintf(to, "%-*s    from %.0f s on, in %.1f %% of the windows\n", LABEL_WIDTH + 8,
                      "nimble answers faster (100 s window)", c->faster_from_s,
                      100 * c->faster_share);
    }
}

/* What the engine says at the end: all runs together, and the fullest any of them was. */
static void print_effort(const struct study *s, FILE *to)
{
    struct engine_report all = {0};
    double wall_s = 0;
    for (uint32_t i = 0; i < s->run_count; i++) {
        const struct engine_report *e = &s->run[i].engine;
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

void run_print_table(const struct study *s, FILE *to)
{
    print_head(s, to);
    for (int m = 0; m < METRIC_COUNT; m++) {
        if (is_worth_a_line(s, (enum metric)m)) {
            print_metric(s, (enum metric)m, to);
        }
    }
    print_warmup(s, to);
    if (s->is_sequential) {
        print_precision(s, to);
    }
    struct comparison c;
    if (comparison_make(&c, s)) {
        print_comparison(&c, to);
    }
    print_effort(s, to);
}
