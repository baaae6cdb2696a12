/* What a replay came to, for people. */
#include <inttypes.h>
#include <math.h>

#include "analysis/report/contrast.h"
#include "sim/terminal/amount.h"
#include "sim/testbed/replay.h"

#define LABEL_WIDTH 36
#define CELL_WIDTH 22

static int64_t host_ns(const struct executed_variant *v)
{
    return v->load_host_ns + v->run_host_ns + v->suspend_host_ns + v->resume_host_ns;
}

/* A part of a whole; NaN of nothing. */
static double share(double part, uint64_t whole)
{
    return whole == 0 ? (double)NAN : part / (double)whole;
}

/* What a line of the table shows of a variant. */
enum line {
    LINE_CALLS,
    LINE_INSTRUCTIONS,
    LINE_HOST,
    LINE_PER_INSTRUCTION,
    LINE_LOADS,
    LINE_LOAD,
    LINE_SUSPENSIONS,
    LINE_SUSPEND,
    LINE_RESUME,
    LINE_STATE,
    LINE_MEMORY,
    LINE_SIMULATED,
    LINE_EXECUTED,
    LINE_EXTRA,
    LINES,
};

static const char *const label[LINES] = {
    [LINE_CALLS] = "calls executed",
    [LINE_INSTRUCTIONS] = "instructions",
    [LINE_HOST] = "time on this host",
    [LINE_PER_INSTRUCTION] = "  an instruction",
    [LINE_LOADS] = "modules loaded",
    [LINE_LOAD] = "  each on this host",
    [LINE_SUSPENSIONS] = "suspensions",
    [LINE_SUSPEND] = "  suspending, each on this host",
    [LINE_RESUME] = "  resuming",
    [LINE_STATE] = "  state saved, mean",
    [LINE_MEMORY] = "memory held at once, at most",
    [LINE_SIMULATED] = "execution of a call, simulated",
    [LINE_EXECUTED] = "  executed, on the platform",
    [LINE_EXTRA] = "  executed - simulated",
};

static void write_amount(char cell[AMOUNT_BYTES], const char *unit, double value)
{
    amount_write(cell, amount_scale(unit, fabs(value)), value);
}

static void write_estimate(char cell[AMOUNT_BYTES], const struct stats_stream *stream)
{
    const struct stats_estimate e = stats_stream_estimate(stream, CONTRAST_LEVEL);
    const double half_width = e.has_interval ? e.half_width : 0;
    const struct amount_scale scale = amount_scale_difference("s", e.mean, half_width);
    char mean[AMOUNT_BYTES];
    char width[AMOUNT_BYTES];
    amount_write_bare(mean, scale, e.mean);
    amount_write(width, scale, half_width);
    (void)snprintf(cell, AMOUNT_BYTES, "%.15s \u00b1 %.20s", mean, width);
}

static void write_cell(char cell[AMOUNT_BYTES], const struct executed_variant *v, enum line line)
{
    switch (line) {
    case LINE_CALLS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->calls);
        return;
    case LINE_INSTRUCTIONS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->instructions);
        return;
    case LINE_HOST:
        write_amount(cell, "s", (double)host_ns(v) * 1e-9);
        return;
    case LINE_PER_INSTRUCTION:
        (void)snprintf(cell, AMOUNT_BYTES, "%.3f ns", share((double)host_ns(v), v->instructions));
        return;
    case LINE_LOADS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->loads);
        return;
    case LINE_LOAD:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f us",
                       share((double)v->load_host_ns * 1e-3, v->loads));
        return;
    case LINE_SUSPENSIONS:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64, v->suspensions);
        return;
    case LINE_SUSPEND:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f us",
                       share((double)v->suspend_host_ns * 1e-3, v->suspensions));
        return;
    case LINE_RESUME:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f us",
                       share((double)v->resume_host_ns * 1e-3, v->suspensions));
        return;
    case LINE_STATE:
        (void)snprintf(cell, AMOUNT_BYTES, "%.1f B", share((double)v->state_bytes, v->suspensions));
        return;
    case LINE_MEMORY:
        (void)snprintf(cell, AMOUNT_BYTES, "%" PRIu64 " B", v->memory_bytes_max);
        return;
    case LINE_SIMULATED:
        write_amount(cell, "s", stats_mean(&v->simulated_s));
        return;
    case LINE_EXECUTED:
        write_amount(cell, "s", stats_mean(&v->executed_s));
        return;
    case LINE_EXTRA:
        write_estimate(cell, &v->extra_s);
        return;
    case LINES:
        break;
    }
    cell[0] = '\0';
}

/* Of something that a variant does not do there is nothing to show. */
static bool is_shown(const struct executed_variant *v, enum line line)
{
    switch (line) {
    case LINE_SUSPEND:
    case LINE_RESUME:
    case LINE_STATE:
        return v->suspensions > 0;
    case LINE_EXECUTED:
    case LINE_EXTRA:
        return v->executed_s.n > 0;
    case LINE_CALLS:
    case LINE_INSTRUCTIONS:
    case LINE_HOST:
    case LINE_PER_INSTRUCTION:
    case LINE_LOADS:
    case LINE_LOAD:
    case LINE_SUSPENSIONS:
    case LINE_MEMORY:
    case LINE_SIMULATED:
    case LINES:
        break;
    }
    return true;
}

static void print_line(const struct replay_summary *s, enum line line, FILE *to)
{
    bool shown = false;
    for (size_t i = 0; i < s->variant_count; i++) {
        shown = shown || is_shown(&s->variant[i], line);
    }
    if (!shown) {
        return;
    }
    (void)fprintf(to, "%-*s", LABEL_WIDTH, label[line]);
    for (size_t i = 0; i < s->variant_count; i++) {
        char cell[AMOUNT_BYTES] = "-";
        if (is_shown(&s->variant[i], line)) {
            write_cell(cell, &s->variant[i], line);
        }
        amount_print_right(cell, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
}

static void print_pairs(const struct replay_summary *s, FILE *to)
{
    const struct executions_pairs *p = &s->pairs;
    if (p->compared == 0) {
        (void)fputs("\nno call was executed in two variants: there are no results to compare\n",
                    to);
        return;
    }
    (void)fprintf(to, "\n%" PRIu64 " of %" PRIu64 " calls gave the same result in both variants\n",
                  p->equal, p->compared);
}

static void print_time(const struct replay_summary *s, FILE *to)
{
    if (s->calls == 0) {
        (void)fputs("nothing was left to execute\n", to);
        return;
    }
    (void)fprintf(
        to,
        "%" PRIu64 " calls, %" PRIu64 " instructions executed in %.2f s on %" PRIu64 " thread%s",
        s->calls, s->instructions, s->wall_s, s->request->jobs, s->request->jobs == 1 ? "" : "s");
    if (isfinite(replay_ratio(s))) {
        (void)fprintf(to,
                      ": %.2f x the bare interpreter\n(%.3f ns an instruction in its loops; in "
                      "processor time %.2f x)",
                      replay_ratio(s), replay_bare_ns(s), replay_processor_ratio(s));
    }
    (void)fputc('\n', to);
}

/* Why there is nothing to show. */
static void print_emptiness(const struct replay_summary *s, FILE *to)
{
    if (s->completed == 0) {
        (void)fputs("no call had completed: there is nothing to execute\n", to);
    } else {
        (void)fprintf(to,
                      "a sample of %g %% has none of the %" PRIu64 " calls that completed: there "
                      "is nothing to execute\n",
                      s->request->sample_ppm / 1e4, s->completed);
    }
}

void replay_print_text(const struct replay_summary *s, FILE *to)
{
    (void)fprintf(to, "%s: sub-calls %s, seed %" PRIu64 ", digest %016" PRIx64 "\n\n", s->out,
                  execute_mode_name(s->request->mode), s->seed, s->digest);
    if (s->chosen == 0) {
        print_emptiness(s, to);
        return;
    }
    (void)fprintf(to, "%-*s", LABEL_WIDTH, "");
    for (size_t i = 0; i < s->variant_count; i++) {
        amount_print_right(s->variant[i].variant, CELL_WIDTH, to);
    }
    (void)fputc('\n', to);
    for (enum line line = LINE_CALLS; line < LINES; line++) {
        print_line(s, line, to);
    }
    print_pairs(s, to);
    print_time(s, to);
}
