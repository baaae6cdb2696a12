/*
 * A line a step: when it began, how long it took to the nanosecond, and what it was,
 * indented by how deep its subject is nested. The column of durations adds up.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/results/why.h"

#define MS(t_ns) ((double)(t_ns) / (double)SIM_MS)
#define SECONDS(t_ns) ((double)(t_ns) / (double)SIM_S)
#define COLUMNS 32 /* in front of what a step was */

static enum sim_status print_messages(const struct why *w, size_t step, int indent, FILE *to,
                                      struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = w->of->messages(&q, w->teller, w->story, step, error);
    if (status != SIM_OK || q == NULL) {
        return status;
    }
    while (query_next(q)) {
        const char *kind = query_text(q, 1);
        (void)fprintf(to, "%*s%.9f s  %s %s node %" PRId64 ", %" PRId64 " B\n", indent, "",
                      SECONDS(query_int(q, 0)), kind,
                      strncmp(kind, "received", 8) == 0 ? "from" : "to", query_int(q, 2),
                      query_int(q, 3));
    }
    return query_close(q, error);
}

static enum sim_status print_step(const struct why *w, size_t index, FILE *to,
                                  struct store_error *error)
{
    const struct story_step *step = &w->story->step[index];
    const int indent = 2 * (int)step->level;
    char took[32];
    (void)snprintf(took, sizeof took, step->counts ? "%.6f" : "(%.6f)", MS(step->duration_ns));
    if (step->is_open && step->duration_ns == 0) {
        took[0] = '\0';
    }
    (void)fprintf(to, "%14.9f %15s  %*s%s\n", SECONDS(step->start_ns), took, indent, "",
                  step->words);
    if (step->detail[0] != '\0') {
        (void)fprintf(to, "%*s%s\n", COLUMNS + indent + 2, "", step->detail);
    }
    return print_messages(w, index, COLUMNS + indent + 2, to, error);
}

static void print_head(const struct why *w, FILE *to)
{
    (void)fprintf(to, "%s %" PRId64 " of %s: %s, replication %" PRIu32 " (run %" PRId64 ")\n%s\n",
                  w->of->work, w->story->id, w->archive->runs.scenario, w->run->variant,
                  w->run->replication, w->run->run_id, w->story->words);
}

static void print_total(const struct why *w, FILE *to)
{
    (void)fprintf(to, "%30s\n", "---------------");
    (void)fprintf(to, "%14s %15.6f  in all%s%s\n", "", MS(w->story->total_ns),
                  w->story->sum[0] != '\0' ? " " : "", w->story->sum);
}

/* What the simulated time is to be held against. */
static void print_execution(const struct why *w, FILE *to)
{
    const struct executions_one *e = &w->executed;
    if (!w->is_executed) {
        return;
    }
    (void)fprintf(to,
                  "executed for real: %" PRIu64 " instructions, %" PRIu32 " module%s loaded, "
                  "%" PRIu32 " suspension%s",
                  e->instructions, e->loads, e->loads == 1 ? "" : "s", e->suspensions,
                  e->suspensions == 1 ? "" : "s");
    if (e->memory_bytes > 0) { /* a testbed's daemon does not say */
        (void)fprintf(to, ", %" PRIu64 " B at most", e->memory_bytes);
    }
    (void)fprintf(to, "; it returned %" PRIu32 "\n", e->result);
    if (!isnan(e->executed_s)) {
        (void)fprintf(to, "%14s %15.6f  on the platform\n", "", e->executed_s * 1e3);
    }
}

enum sim_status why_print_text(const struct why *w, FILE *to, struct store_error *error)
{
    print_head(w, to);
    if (w->story->place == STORE_MISSING) {
        return SIM_OK;
    }
    (void)fprintf(to, "\n%14s %15s\n", "at, s", "took, ms");
    enum sim_status status = SIM_OK;
    for (size_t i = 0; status == SIM_OK && i < w->story->count; i++) {
        status = print_step(w, i, to, error);
    }
    if (status == SIM_OK) {
        print_total(w, to);
        print_execution(w, to);
    }
    return status;
}
