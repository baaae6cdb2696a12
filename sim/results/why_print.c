/*
 * A line a step: when it began, how long it took to the nanosecond, and what it was,
 * indented by how deep the tasklet is nested. The column of durations adds up.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/results/why.h"

#define MS(t_ns) ((double)(t_ns) / (double)SIM_MS)
#define SECONDS(t_ns) ((double)(t_ns) / (double)SIM_S)

static const char *name_of(const struct why *w, int64_t tasklet)
{
    return program_name(&w->program, tasklet);
}

/* ---- an acquisition ---- */

static void print_served(const struct story_acquisition *a, int64_t node, FILE *to)
{
    if (strcmp(a->served, "cache") == 0) {
        (void)fputs(a->done_ns > a->t_ns ? ": in the cache in the end" : ": in the cache", to);
    } else if (strcmp(a->served, "failed") == 0) {
        (void)fputs(": given up", to);
    } else if (strcmp(a->served, "registry") == 0) {
        (void)fprintf(to, ": from the registry, node %" PRId64, a->source);
    } else if (strcmp(a->served, "neighbour") == 0) {
        (void)fprintf(to, ": from node %" PRId64 ", a neighbour of node %" PRId64, a->source, node);
    } else {
        (void)fprintf(to, ": from node %" PRId64 ", first to answer the global search", a->source);
    }
    if (a->attempts > 1) {
        (void)fprintf(to, ", at the %" PRId64 "%s attempt", a->attempts,
                      a->attempts == 2   ? "nd"
                      : a->attempts == 3 ? "rd"
                                         : "th");
    }
    if (a->evicted > 0) {
        (void)fprintf(to, ", %" PRId64 " evicted for it", a->evicted);
    }
    (void)fputc('\n', to);
}

static void print_stages(const struct story_acquisition *a, int indent, FILE *to)
{
    const char *between = "";
    for (int i = 0; i < STORY_STAGES; i++) {
        if (a->stage_ns[i] > 0) {
            if (between[0] == '\0') {
                (void)fprintf(to, "%*s", indent, "");
            }
            (void)fprintf(to, "%s%s %.10g ms", between, story_stage_name(i), MS(a->stage_ns[i]));
            between = ", ";
        }
    }
    if (between[0] != '\0') {
        (void)fputc('\n', to);
    }
}

static enum sim_status print_messages(const struct why *w, const struct story_acquisition *a,
                                      int indent, FILE *to, struct store_error *error)
{
    if (a->done_ns == a->t_ns) {
        return SIM_OK;
    }
    struct query *q = NULL;
    const enum sim_status status =
        story_messages(&q, w->archive->store, w->run->run_id, w->call.node, a, error);
    if (status != SIM_OK) {
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

/* ---- the steps ---- */

#define COLUMNS 32 /* in front of what a step was */

/* The end of a line. */
static void print_suspension(const struct story_step *step, FILE *to)
{
    if (step->suspend_ns > 0) {
        (void)fprintf(to, " and %.10g ms to suspend", MS(step->suspend_ns));
    }
    (void)fputc('\n', to);
}

static void print_what(const struct why *w, const struct story_step *step, FILE *to)
{
    const char *name = name_of(w, step->tasklet);
    switch (step->kind) {
    case STORY_ACQUIRE:
        (void)fprintf(to, "acquire %s", name);
        print_served(step->acquisition, w->call.node, to);
        return;
    case STORY_PRELOAD:
        (void)fprintf(to, "acquire all that %s calls, before it starts\n", name);
        return;
    case STORY_QUEUE:
        (void)fputs("wait for an executor\n", to);
        return;
    case STORY_RUN:
        (void)fprintf(to, "run %s, %.10g ms of it to load", name, MS(step->overhead_ns));
        print_suspension(step, to);
        return;
    case STORY_RESUME:
        (void)fprintf(to, "go on with %s, %.10g ms of it to resume", name, MS(step->overhead_ns));
        print_suspension(step, to);
        return;
    case STORY_OPEN:
        if (step->duration_ns > 0) {
            (void)fputs("run, in a way that the taskset does not explain\n", to);
        } else if (strcmp(w->call.status, "pending") == 0) {
            (void)fputs("not answered when the run ended\n", to);
        } else {
            (void)fputs("ended here\n", to);
        }
        return;
    }
}

static enum sim_status print_step(const struct why *w, const struct story_step *step, FILE *to,
                                  struct store_error *error)
{
    const int indent = 2 * (int)step->level;
    char took[32];
    (void)snprintf(took, sizeof took, step->counts ? "%.6f" : "(%.6f)", MS(step->duration_ns));
    if (step->kind == STORY_OPEN && step->duration_ns == 0) {
        took[0] = '\0';
    }
    (void)fprintf(to, "%14.9f %15s  %*s", SECONDS(step->start_ns), took, indent, "");
    print_what(w, step, to);
    if (step->acquisition == NULL) {
        return SIM_OK;
    }
    print_stages(step->acquisition, COLUMNS + indent + 2, to);
    return print_messages(w, step->acquisition, COLUMNS + indent + 2, to, error);
}

static void print_head(const struct why *w, FILE *to)
{
    const struct story_call *c = &w->call;
    (void)fprintf(to, "call %" PRId64 " of %s: %s, replication %" PRIu32 " (run %" PRId64 ")\n",
                  c->call_id, w->archive->runs.scenario, w->run->variant, w->run->replication,
                  w->run->run_id);
    (void)fprintf(to, "robot %" PRId64 " at (%.1f m, %.1f m) calls %s after %.9f s", c->robot,
                  c->x_m, c->y_m, name_of(w, c->chain), SECONDS(c->t_ns));
    if (c->node == RESULT_NONE) {
        (void)fputs(", out of contact: no node in reach, nothing happens\n", to);
        return;
    }
    (void)fprintf(to, " from node %" PRId64 ": %s\n", c->node, c->status);
}

static void print_total(const struct why *w, FILE *to)
{
    const struct story_call *c = &w->call;
    (void)fprintf(to, "%30s\n", "---------------");
    (void)fprintf(to, "%14s %15.6f  in all", "", MS(w->story.total_ns));
    if (c->response_ns == RESULT_NONE) {
        (void)fputc('\n', to);
        return;
    }
    (void)fprintf(to, " = response time: queueing %.6f, acquisition %.6f, execution %.6f\n",
                  MS(c->queueing_ns), MS(c->acquisition_ns), MS(c->execution_ns));
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
                  "%" PRIu32 " suspension%s, %" PRIu64 " B at most; it returned %" PRIu32 "\n",
                  e->instructions, e->loads, e->loads == 1 ? "" : "s", e->suspensions,
                  e->suspensions == 1 ? "" : "s", e->memory_bytes, e->result);
    if (!isnan(e->executed_s)) {
        (void)fprintf(to, "%14s %15.6f  on the platform\n", "", e->executed_s * 1e3);
    }
}

enum sim_status why_print_text(const struct why *w, FILE *to, struct store_error *error)
{
    print_head(w, to);
    if (w->call.node == RESULT_NONE) {
        return SIM_OK;
    }
    (void)fprintf(to, "\n%14s %15s\n", "at, s", "took, ms");
    enum sim_status status = SIM_OK;
    for (size_t i = 0; status == SIM_OK && i < w->story.count; i++) {
        status = print_step(w, &w->story.step[i], to, error);
    }
    if (status == SIM_OK) {
        print_total(w, to);
        print_execution(w, to);
    }
    return status;
}
