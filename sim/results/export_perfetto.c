#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

/* When each lane of a place is free again. */
struct place_lanes {
    sim_time *free_at;
    uint32_t count;
    bool serves; /* its LANE_SERVES has been named */
};

struct perfetto {
    struct json j;
    const struct model_story *of;
    void *teller;
    struct place_lanes *place; /* by its number */
    int64_t place_count;
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
    struct place_lanes *n = &p->place[node];
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

/* ---- a piece of work ---- */

/* A helper was asked when the step began, did its part at some time, and was done at its end. */
static void write_fetch(struct perfetto *p, const struct story_step *step, int64_t place,
                        int64_t lane)
{
    const int64_t helper = step->helper.place;
    if (helper == STORE_MISSING || helper <= 0 || helper >= p->place_count || helper == place) {
        return;
    }
    struct place_lanes *server = &p->place[helper];
    if (!server->serves) {
        server->serves = true;
        write_name(p, "thread_name", helper, LANE_SERVES, "serves others");
    }
    char name[128];
    (void)snprintf(name, sizeof name, "%s %s", step->helper.verb, step->name);
    event_open(p, "X", name, "fetch", helper, LANE_SERVES, step->helper.at);
    json_field_double(&p->j, "dur", (double)MARK_NS / 1000);
    args_open(p);
    json_field_int(&p->j, "to_node", place);
    args_and_event_close(p);
    p->flows++;
    flow(p, "s", place, lane, step->start_ns);
    flow(p, "t", helper, LANE_SERVES, step->helper.at);
    flow(p, "f", place, lane, step->start_ns + step->duration_ns);
}

/* What is nothing is left out; times are told in milliseconds. */
static void write_arg(struct perfetto *p, const struct story_field *f)
{
    char key[48];
    switch (f->type) {
    case STORY_INTEGER:
        if (f->number != STORE_MISSING) {
            json_field_int(&p->j, f->key, f->number);
        }
        return;
    case STORY_TIME:
        if (f->number != STORE_MISSING && f->number > 0) {
            const int unit = strlen(f->key) > 3 && strcmp(f->key + strlen(f->key) - 3, "_ns") == 0;
            (void)snprintf(key, sizeof key, "%.*s ms", (int)strlen(f->key) - 3 * unit, f->key);
            json_field_double(&p->j, key, (double)f->number / (double)SIM_MS);
        }
        return;
    case STORY_TEXT:
        json_field_string(&p->j, f->key, f->text);
        return;
    case STORY_BOOL:
        json_field_bool(&p->j, f->key, f->number != 0);
        return;
    }
}

static void write_args(struct perfetto *p, const struct story_field *field, size_t fields)
{
    args_open(p);
    for (size_t i = 0; i < fields; i++) {
        write_arg(p, &field[i]);
    }
    json_object_close(&p->j);
}

static void write_step(struct perfetto *p, const struct story_step *step, int64_t place,
                       int64_t lane)
{
    event_open(p, "X", step->label, step->group, place, lane, step->start_ns);
    json_field_double(&p->j, "dur", (double)step->duration_ns / 1000);
    if (step->fields > 0) {
        write_args(p, step->field, step->fields);
    }
    json_object_close(&p->j);
    write_fetch(p, step, place, lane);
}

/*
 * A subject's slice opens when it is entered and closes where a lower level goes
 * on: open counts the slices of subjects below the work itself.
 */
static void write_steps(struct perfetto *p, const struct story *s, int64_t lane)
{
    uint32_t open = 0;
    for (size_t i = 0; i < s->count; i++) {
        const struct story_step *step = &s->step[i];
        if (step->is_open) {
            continue; /* nothing to show */
        }
        if (!step->counts) { /* these overlap, so only their requests are shown */
            write_fetch(p, step, s->place, lane);
            continue;
        }
        const uint32_t level = step->enters && step->level > 0 ? step->level - 1 : step->level;
        for (; open > level; open--) {
            slice_end(p, s->place, lane, step->start_ns);
        }
        if (step->enters && step->level > 0) {
            slice_begin(p, step->name, "tasklet", s->place, lane, step->start_ns);
            open++;
        }
        write_step(p, step, s->place, lane);
    }
    for (; open > 0; open--) {
        slice_end(p, s->place, lane, s->end_ns);
    }
}

static bool write_work(struct perfetto *p, const struct story *s)
{
    ASSERT(s->place > 0 && s->place < p->place_count); /* the schema's foreign keys say so */
    const int64_t lane = take_lane(p, s->place, s->t_ns, s->end_ns);
    if (lane < 0) {
        return false;
    }
    event_open(p, "B", s->name, p->of->work, s->place, lane, s->t_ns);
    args_open(p);
    json_field_int(&p->j, p->of->work, s->id);
    for (size_t i = 0; i < s->fields; i++) {
        if (s->field[i].type != STORY_TIME) {
            write_arg(p, &s->field[i]);
        }
    }
    args_and_event_close(p);
    write_steps(p, s, lane);
    slice_end(p, s->place, lane, s->end_ns);
    return true;
}

/* ---- the trace ---- */

static enum sim_status name_places(struct perfetto *p, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status = p->of->places(&q, p->teller, error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) { /* number, name */
        write_name(p, "process_name", query_int(q, 0), 0, query_text(q, 1));
        p->place_count = query_int(q, 0) + 1;
    }
    status = query_close(q, error);
    p->place = calloc((size_t)p->place_count + 1, sizeof *p->place);
    return status == SIM_OK && p->place == NULL ? SIM_ERR_NOMEM : status;
}

/* ---- what rises and falls ---- */

/* Columns behind the place, a counter each. */
static void write_levels_of(struct perfetto *p, const struct query *q, unsigned first)
{
    const int64_t at = query_int(q, first), place = query_int(q, first + 1);
    for (unsigned i = first + 2; i < query_columns(q); i++) {
        if (query_type(q, i) == QUERY_NULL) {
            continue;
        }
        event_open(p, "C", query_name(q, i), "level", place, LANE_SERVES, at);
        args_open(p);
        json_field_double(&p->j, "value", query_real(q, i));
        args_and_event_close(p);
    }
}

/* What the report's floor draws as rings and curves (scene.h), from t_ns on. Place 0 is all of the
 * model's places together. */
static enum sim_status write_levels(struct perfetto *p, const struct export_job *job,
                                    const struct view *view, struct store_error *error)
{
    struct query *q = NULL;
    unsigned first = 0;
    enum sim_status status = view_open(&q, view, job->archive->store, job->run->run_id, error);
    if (status != SIM_OK) {
        return status;
    }
    while (first < query_columns(q) && strcmp(query_name(q, first), "t_ns") != 0) {
        first++;
    }
    for (bool is_first = true; query_next(q); is_first = false) {
        if (is_first && query_int(q, first + 1) == 0) {
            write_name(p, "process_name", 0, LANE_SERVES, "together");
        }
        write_levels_of(p, q, first);
    }
    return query_close(q, error);
}

static enum sim_status find_levels(struct perfetto *p, const struct export_job *job,
                                   struct store_error *error)
{
    struct views views;
    enum sim_status status = views_read(&views, job->archive->store, error);
    if (status != SIM_OK) {
        return status;
    }
    const struct view *view = views_find(&views, "v_floor_level");
    if (view != NULL) {
        status = write_levels(p, job, view, error);
    }
    views_deinit(&views);
    return status;
}

/* ---- all of it ---- */

static enum sim_status write_all(struct perfetto *p, const struct export_job *job,
                                 bool *interrupted, struct store_error *error)
{
    struct progress progress;
    const struct story *story = NULL;
    uint64_t told = 0;
    export_progress(job, &progress, (double)p->end_ns);
    enum sim_status status = p->of->next(p->teller, &story, error);
    while (status == SIM_OK && !*interrupted && story != NULL) {
        if (!write_work(p, story)) {
            (void)snprintf(error->text, sizeof error->text, "no memory left");
            status = SIM_ERR_NOMEM;
            break;
        }
        if (++told % CALLS_A_LOOK == 0) {
            *interrupted = interrupt_requested();
            progress_update(&progress, (double)story->t_ns, 0);
        }
        status = p->of->next(p->teller, &story, error);
    }
    progress_finish(&progress);
    return status;
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
    enum sim_status status = name_places(p, &error);
    if (status == SIM_OK) {
        status = find_levels(p, job, &error);
    }
    if (status == SIM_OK) {
        status = write_all(p, job, &interrupted, &error);
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
    struct perfetto p = {.place_count = 0};
    int code = archive_story(job->archive, job->run, &scenario, &p.of, &p.teller);
    if (code != EXIT_OK) {
        return code;
    }
    p.end_ns = scenario.duration_ns;
    code = write_trace(&p, job);
    for (int64_t i = 0; p.place != NULL && i < p.place_count; i++) {
        free(p.place[i].free_at);
    }
    free(p.place);
    p.of->close(p.teller);
    scenario_deinit(&scenario);
    return code;
}
