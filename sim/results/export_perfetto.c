#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/results/story.h"
#include "sim/results/export.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/interrupt.h"
#include "sim/terminal/json.h"
#include "sim/terminal/message.h"

enum {
    CALLS_A_LOOK = 256, /* between two looks at the clock and for signals */
    LANE_SERVES = 0,    /* a node's track of what it sends to others; calls follow from 1 */
    MARK_NS = 1, /* a flow needs a slice to hold on to: long enough for that, and no longer */
};

/* When each lane of a node is free again. */
struct node_lanes {
    sim_time *free_at;
    uint32_t count;
    bool serves; /* its LANE_SERVES has been named */
};

struct perfetto {
    struct json j;
    struct program program;
    struct node_lanes *node; /* by node number */
    int64_t node_count;
    sim_time end_ns; /* of the run */
    int64_t flows;
};

/* ---- events ---- */

/* Opens an event; whoever opens it closes the object. Times are microseconds in this format. */
static void event_open(struct perfetto *p, const char *phase, const char *name,
                       const char *category, int64_t node, int64_t lane, sim_time at)
{
    json_object_open(&p->j);
    json_field_string(&p->j, "ph", phase);
    if (name != NULL) {
        json_field_string(&p->j, "name", name);
        json_field_string(&p->j, "cat", category);
    }
    json_field_int(&p->j, "pid", node);
    json_field_int(&p->j, "tid", lane);
    json_field_double(&p->j, "ts", (double)at / 1000);
}

static void args_open(struct perfetto *p)
{
    json_key(&p->j, "args");
    json_object_open(&p->j);
}

static void args_and_event_close(struct perfetto *p)
{
    json_object_close(&p->j);
    json_object_close(&p->j);
}

static void write_name(struct perfetto *p, const char *what, int64_t node, int64_t lane,
                       const char *name)
{
    event_open(p, "M", what, "__metadata", node, lane, 0);
    args_open(p);
    json_field_string(&p->j, "name", name);
    args_and_event_close(p);
}

static void slice_begin(struct perfetto *p, const char *name, const char *category, int64_t node,
                        int64_t lane, sim_time at)
{
    event_open(p, "B", name, category, node, lane, at);
    json_object_close(&p->j);
}

static void slice_end(struct perfetto *p, int64_t node, int64_t lane, sim_time at)
{
    event_open(p, "E", NULL, NULL, node, lane, at);
    json_object_close(&p->j);
}

static void flow(struct perfetto *p, const char *phase, int64_t node, int64_t lane, sim_time at)
{
    event_open(p, phase, "fetch", "fetch", node, lane, at);
    json_field_int(&p->j, "id", p->flows);
    if (phase[0] == 'f') {
        json_field_string(&p->j, "bp", "e"); /* ends in the slice that is there, not in the next */
    }
    json_object_close(&p->j);
}

/* ---- lanes ---- */

/* The first lane of a node that is free at start; it is then taken until end. -1: no memory. */
static int64_t take_lane(struct perfetto *p, int64_t node, sim_time start, sim_time end)
{
    struct node_lanes *n = &p->node[node];
    uint32_t lane = 0;
    while (lane < n->count && n->free_at[lane] > start) {
        lane++;
    }
    if (lane == n->count) {
        sim_time *larger = realloc(n->free_at, (n->count + 1u) * sizeof *larger);
        if (larger == NULL) {
            return -1;
        }
        n->free_at = larger;
        n->count++;
        char name[32];
        (void)snprintf(name, sizeof name, "calls, lane %" PRIu32, lane + 1);
        write_name(p, "thread_name", node, (int64_t)lane + 1, name);
    }
    n->free_at[lane] = end;
    return (int64_t)lane + 1;
}

/* ---- a call ---- */

/*
 * The request goes from the acquisition to the node that served it and back. When that
 * node sent the binary is not recorded: half-way through the transfer is close.
 */
static void write_fetch(struct perfetto *p, const struct story_step *step, int64_t node,
                        int64_t lane)
{
    const struct story_acquisition *a = step->acquisition;
    if (a->source <= 0 || a->source >= p->node_count || a->source == node) {
        return;
    }
    struct node_lanes *server = &p->node[a->source];
    if (!server->serves) {
        server->serves = true;
        write_name(p, "thread_name", a->source, LANE_SERVES, "serves others");
    }
    char name[48];
    (void)snprintf(name, sizeof name, "sends %s", program_name(&p->program, a->tasklet));
    const sim_time sent_ns = a->done_ns - a->stage_ns[5] / 2;
    event_open(p, "X", name, "fetch", a->source, LANE_SERVES, sent_ns);
    json_field_double(&p->j, "dur", (double)MARK_NS / 1000);
    args_open(p);
    json_field_int(&p->j, "to_node", node);
    args_and_event_close(p);
    p->flows++;
    flow(p, "s", node, lane, a->t_ns);
    flow(p, "t", a->source, LANE_SERVES, sent_ns);
    flow(p, "f", node, lane, a->done_ns);
}

static void write_acquisition_args(struct perfetto *p, const struct story_acquisition *a)
{
    args_open(p);
    json_field_string(&p->j, "served", a->served);
    if (a->source != RESULT_NONE) {
        json_field_int(&p->j, "source", a->source);
    }
    json_field_int(&p->j, "attempts", a->attempts);
    json_field_int(&p->j, "evicted", a->evicted);
    for (int i = 0; i < STORY_STAGES; i++) {
        if (a->stage_ns[i] > 0) {
            char key[32];
            (void)snprintf(key, sizeof key, "%s ms", story_stage_name(i));
            json_field_double(&p->j, key, (double)a->stage_ns[i] / (double)SIM_MS);
        }
    }
    json_object_close(&p->j);
}

static const char *step_name(enum story_kind kind)
{
    switch (kind) {
    case STORY_ACQUIRE:
        return "acquire";
    case STORY_PRELOAD:
        return "preload";
    case STORY_QUEUE:
        return "wait for an executor";
    case STORY_RUN:
        return "run";
    case STORY_RESUME:
        return "resume";
    case STORY_OPEN:
        return "run";
    }
    return "";
}

static void write_step(struct perfetto *p, const struct story_step *step, int64_t node,
                       int64_t lane)
{
    event_open(p, "X", step_name(step->kind), step->acquisition != NULL ? "acquisition" : "run",
               node, lane, step->start_ns);
    json_field_double(&p->j, "dur", (double)step->duration_ns / 1000);
    if (step->acquisition != NULL) {
        write_acquisition_args(p, step->acquisition);
    }
    json_object_close(&p->j);
    if (step->acquisition != NULL) {
        write_fetch(p, step, node, lane);
    }
}

/*
 * A tasklet's slice opens when it is asked for and closes where a lower level goes
 * on: open counts the slices of tasklets below the chain's.
 */
static void write_steps(struct perfetto *p, const struct story *s, int64_t node, int64_t lane,
                        sim_time end)
{
    uint32_t open = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct story_step *step = &s->step[i];
        if (step->kind == STORY_OPEN) {
            continue; /* nothing to show */
        }
        if (!step->counts) { /* preloads overlap, so only their requests are shown */
            write_fetch(p, step, node, lane);
            continue;
        }
        const bool enters = step->kind == STORY_ACQUIRE && step->level > 0;
        const uint32_t level = enters ? step->level - 1 : step->level;
        for (; open > level; open--) {
            slice_end(p, node, lane, step->start_ns);
        }
        if (enters) {
            slice_begin(p, program_name(&p->program, step->tasklet), "tasklet", node, lane,
                        step->start_ns);
            open++;
        }
        write_step(p, step, node, lane);
    }
    for (; open > 0; open--) {
        slice_end(p, node, lane, end);
    }
}

/* When a call left its node, as far as we know. */
static sim_time end_of(const struct perfetto *p, const struct story_call *c, const struct story *s)
{
    if (c->response_ns != RESULT_NONE) {
        return c->t_ns + c->response_ns;
    }
    return strcmp(c->status, "pending") == 0 ? p->end_ns : c->t_ns + s->total_ns;
}

static bool write_call(struct perfetto *p, const struct story_call *c, const struct story *s)
{
    ASSERT(c->node > 0 && c->node < p->node_count); /* the schema's foreign keys say so */
    const sim_time end = end_of(p, c, s);
    const int64_t lane = take_lane(p, c->node, c->t_ns, end);
    if (lane < 0) {
        return false;
    }
    event_open(p, "B", program_name(&p->program, c->chain), "call", c->node, lane, c->t_ns);
    args_open(p);
    json_field_int(&p->j, "call", c->call_id);
    json_field_int(&p->j, "robot", c->robot);
    json_field_string(&p->j, "status", c->status);
    args_and_event_close(p);
    write_steps(p, s, c->node, lane, end);
    slice_end(p, c->node, lane, end);
    return true;
}

/* ---- the trace ---- */

static enum sim_status name_nodes(struct perfetto *p, const struct export_job *job,
                                  struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status =
        view_open(&q, view_find("node"), job->archive->store, job->run->run_id, error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) { /* run_id, node, x_m, y_m, role */
        char name[64];
        const char *role = query_text(q, 4);
        const bool plain = strcmp(role, "node") == 0;
        (void)snprintf(name, sizeof name, "node %" PRId64 "%s%s%s", query_int(q, 1),
                       plain ? "" : " (", plain ? "" : role, plain ? "" : ")");
        write_name(p, "process_name", query_int(q, 1), 0, name);
        p->node_count = query_int(q, 1) + 1;
    }
    status = query_close(q, error);
    p->node = calloc((size_t)p->node_count + 1, sizeof *p->node);
    return status == SIM_OK && p->node == NULL ? SIM_ERR_NOMEM : status;
}

static enum sim_status write_calls(struct perfetto *p, const struct export_job *job,
                                   bool *interrupted, struct store_error *error)
{
    struct story_reader reader = {0};
    enum sim_status status =
        story_reader_open(&reader, job->archive->store, job->run->run_id, error);
    if (status != SIM_OK) {
        return status;
    }
    struct progress progress;
    export_progress(job, &progress, (double)p->end_ns);
    struct story_call call = {0};
    struct story story = {0};
    uint64_t calls = 0;
    while (status == SIM_OK && !*interrupted && story_reader_next(&reader, &call)) {
        status = story_tell(&story, &call, &p->program);
        if (status == SIM_OK && !write_call(p, &call, &story)) {
            status = SIM_ERR_NOMEM;
        }
        if (++calls % CALLS_A_LOOK == 0) {
            *interrupted = interrupt_requested();
            progress_update(&progress, (double)call.t_ns, 0);
        }
    }
    progress_finish(&progress);
    story_deinit(&story);
    story_call_deinit(&call);
    const enum sim_status closed = story_reader_close(&reader, error);
    if (status != SIM_OK) {
        (void)snprintf(error->text, sizeof error->text, "no memory left");
    }
    return status == SIM_OK ? closed : status;
}

static void write_head(struct perfetto *p, const struct export_job *job)
{
    json_object_open(&p->j);
    json_field_string(&p->j, "displayTimeUnit", "ms");
    json_key(&p->j, "otherData");
    json_object_open(&p->j);
    json_field_string(&p->j, "scenario", job->archive->runs.scenario);
    json_field_string(&p->j, "variant", job->run->variant);
    json_field_int(&p->j, "replication", job->run->replication);
    json_field_string(&p->j, "digest", job->run->digest);
    json_object_close(&p->j);
    json_key(&p->j, "traceEvents");
    json_array_open(&p->j);
}

static int write_trace(struct perfetto *p, const struct export_job *job)
{
    struct store_error error = {{0}};
    bool interrupted = false;
    json_begin(&p->j, job->to);
    json_lines(&p->j, 2); /* an event a line */
    write_head(p, job);
    enum sim_status status = name_nodes(p, job, &error);
    if (status == SIM_OK) {
        status = write_calls(p, job, &interrupted, &error);
    }
    if (status != SIM_OK) {
        return archive_failed(job->archive, status, &error);
    }
    if (interrupted) {
        return EXIT_INTERRUPTED;
    }
    json_array_close(&p->j);
    json_object_close(&p->j);
    const bool written = json_end(&p->j);
    (void)written; /* a failed stream is told by its owner */
    return EXIT_OK;
}

int export_perfetto(const struct export_job *job)
{
    struct scenario scenario;
    int code = archive_scenario(job->archive, &scenario);
    if (code != EXIT_OK) {
        return code;
    }
    struct perfetto p = {.end_ns = scenario.duration_ns};
    struct store_error error;
    const enum sim_status status =
        program_read(&p.program, job->archive->store, job->run->run_id, &error);
    if (status == SIM_OK) {
        program_assume(&p.program, scenario.execution.load_time_ns,
                       scenario.execution.resume_time_ns);
        p.program.preloads = scenario.protocol.preload != SCENARIO_PRELOAD_NONE;
        code = write_trace(&p, job);
        for (int64_t i = 0; p.node != NULL && i < p.node_count; i++) {
            free(p.node[i].free_at);
        }
        free(p.node);
        program_deinit(&p.program);
    } else {
        code = archive_failed(job->archive, status, &error);
    }
    scenario_deinit(&scenario);
    return code;
}
