#include "sim/results/why.h"
#include "sim/terminal/json.h"

static void field_optional(struct json *j, const char *key, int64_t value)
{
    json_key(j, key);
    if (value == STORE_MISSING) {
        json_null(j);
    } else {
        json_int(j, value);
    }
}

static void write_field(struct json *j, const struct story_field *f)
{
    switch (f->type) {
    case STORY_INTEGER:
    case STORY_TIME:
        field_optional(j, f->key, f->number);
        return;
    case STORY_TEXT:
        json_field_string(j, f->key, f->text);
        return;
    case STORY_BOOL:
        json_field_bool(j, f->key, f->number != 0);
        return;
    }
}

/* Neighbours of one group share an object. */
static void write_fields(struct json *j, const struct story_field *field, size_t fields)
{
    const char *group = NULL;
    for (size_t i = 0; i < fields; i++) {
        if (field[i].group != group) {
            if (group != NULL) {
                json_object_close(j);
            }
            group = field[i].group;
            if (group != NULL) {
                json_key(j, group);
                json_object_open(j);
            }
        }
        write_field(j, &field[i]);
    }
    if (group != NULL) {
        json_object_close(j);
    }
}

static enum sim_status write_messages(struct json *j, const struct why *w, size_t step,
                                      struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = w->of->messages(&q, w->teller, w->story, step, error);
    if (status != SIM_OK || q == NULL) {
        return status;
    }
    json_key(j, "messages");
    json_array_open(j);
    while (query_next(q)) {
        json_object_open(j);
        json_field_int(j, "t_ns", query_int(q, 0));
        json_field_string(j, "kind", query_text(q, 1));
        field_optional(j, "peer", query_int(q, 2));
        field_optional(j, "bytes", query_int(q, 3));
        json_object_close(j);
    }
    json_array_close(j);
    return query_close(q, error);
}

static enum sim_status write_step(struct json *j, const struct why *w, size_t index,
                                  struct store_error *error)
{
    const struct story_step *step = &w->story->step[index];
    json_object_open(j);
    json_field_string(j, "kind", step->kind);
    json_field_uint(j, "level", step->level);
    field_optional(j, "subject", step->subject);
    json_field_string(j, "name", step->name);
    json_field_int(j, "start_ns", step->start_ns);
    json_field_int(j, "duration_ns", step->duration_ns);
    json_field_bool(j, "counts", step->counts);
    write_fields(j, step->field, step->fields);
    const enum sim_status status = write_messages(j, w, index, error);
    json_object_close(j);
    return status;
}

static void write_work(struct json *j, const struct why *w)
{
    const struct story *s = w->story;
    json_field_string(j, "scenario", w->archive->runs.scenario);
    json_field_string(j, "model", w->archive->runs.model);
    json_field_int(j, "run", w->run->run_id);
    json_field_string(j, "variant", w->run->variant);
    json_field_uint(j, "replication", w->run->replication);
    json_field_int(j, w->of->work, s->id);
    field_optional(j, "node", s->place);
    json_field_int(j, "t_ns", s->t_ns);
    write_fields(j, s->field, s->fields);
    json_field_int(j, "total_ns", s->total_ns);
    json_field_bool(j, "exact", s->is_exact);
}

static void write_execution(struct json *j, const struct why *w)
{
    const struct executions_one *e = &w->executed;
    json_key(j, "executed");
    if (!w->is_executed) {
        json_null(j);
        return;
    }
    json_object_open(j);
    json_field_uint(j, "result", e->result);
    json_field_uint(j, "instructions", e->instructions);
    json_field_uint(j, "loads", e->loads);
    json_field_uint(j, "suspensions", e->suspensions);
    json_field_uint(j, "state_bytes", e->state_bytes);
    if (e->memory_bytes > 0) {
        json_field_uint(j, "memory_bytes", e->memory_bytes);
    } else {
        json_key(j, "memory_bytes");
        json_null(j);
    }
    json_field_double(j, "platform_s", e->executed_s);
    json_object_close(j);
}

enum sim_status why_print_json(const struct why *w, FILE *to, struct store_error *error)
{
    struct json j;
    enum sim_status status = SIM_OK;
    json_begin(&j, to);
    json_object_open(&j);
    write_work(&j, w);
    write_execution(&j, w);
    json_key(&j, "steps");
    json_array_open(&j);
    for (size_t i = 0; status == SIM_OK && i < w->story->count; i++) {
        status = write_step(&j, w, i, error);
    }
    json_array_close(&j);
    json_object_close(&j);
    const bool written = json_end(&j);
    (void)written; /* the caller looks at the stream */
    return status;
}
