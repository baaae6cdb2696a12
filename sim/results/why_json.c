#include "sim/results/why.h"
#include "sim/terminal/json.h"

static void field_optional(struct json *j, const char *key, int64_t value)
{
    json_key(j, key);
    if (value == RESULT_NONE) {
        json_null(j);
    } else {
        json_int(j, value);
    }
}

static const char *kind_word(enum story_kind kind)
{
    switch (kind) {
    case STORY_ACQUIRE:
        return "acquire";
    case STORY_PRELOAD:
        return "preload";
    case STORY_QUEUE:
        return "queue";
    case STORY_RUN:
        return "run";
    case STORY_RESUME:
        return "resume";
    case STORY_OPEN:
        return "open";
    }
    return "";
}

static enum sim_status write_messages(struct json *j, const struct why *w,
                                      const struct story_acquisition *a, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        story_messages(&q, w->archive->store, w->run->run_id, w->call.node, a, error);
    if (status != SIM_OK) {
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

static enum sim_status write_acquisition(struct json *j, const struct why *w,
                                         const struct story_acquisition *a,
                                         struct store_error *error)
{
    json_field_string(j, "served", a->served);
    field_optional(j, "source", a->source);
    json_field_int(j, "attempts", a->attempts);
    json_field_int(j, "evicted", a->evicted);
    json_key(j, "stages_ns");
    json_object_open(j);
    for (int i = 0; i < STORY_STAGES; i++) {
        json_field_int(j, story_stage_name(i), a->stage_ns[i]);
    }
    json_object_close(j);
    return write_messages(j, w, a, error);
}

static enum sim_status write_step(struct json *j, const struct why *w,
                                  const struct story_step *step, struct store_error *error)
{
    enum sim_status status = SIM_OK;
    json_object_open(j);
    json_field_string(j, "kind", kind_word(step->kind));
    json_field_uint(j, "level", step->level);
    field_optional(j, "tasklet", step->tasklet);
    json_field_string(j, "name", program_name(&w->program, step->tasklet));
    json_field_int(j, "start_ns", step->start_ns);
    json_field_int(j, "duration_ns", step->duration_ns);
    json_field_int(j, "overhead_ns", step->overhead_ns);
    json_field_int(j, "suspend_ns", step->suspend_ns);
    json_field_bool(j, "counts", step->counts);
    if (step->acquisition != NULL) {
        status = write_acquisition(j, w, step->acquisition, error);
    }
    json_object_close(j);
    return status;
}

static void write_call(struct json *j, const struct why *w)
{
    const struct story_call *c = &w->call;
    json_field_string(j, "scenario", w->archive->runs.scenario);
    json_field_int(j, "run", w->run->run_id);
    json_field_string(j, "variant", w->run->variant);
    json_field_uint(j, "replication", w->run->replication);
    json_field_int(j, "call", c->call_id);
    json_field_int(j, "robot", c->robot);
    field_optional(j, "node", c->node);
    json_field_int(j, "chain", c->chain);
    json_field_string(j, "status", c->status);
    json_field_int(j, "t_ns", c->t_ns);
    field_optional(j, "response_ns", c->response_ns);
    field_optional(j, "queueing_ns", c->queueing_ns);
    field_optional(j, "acquisition_ns", c->acquisition_ns);
    field_optional(j, "execution_ns", c->execution_ns);
    json_field_int(j, "total_ns", w->story.total_ns);
    json_field_bool(j, "exact", w->story.is_exact);
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
    json_field_uint(j, "memory_bytes", e->memory_bytes);
    json_field_double(j, "platform_s", e->executed_s);
    json_object_close(j);
}

enum sim_status why_print_json(const struct why *w, FILE *to, struct store_error *error)
{
    struct json j;
    enum sim_status status = SIM_OK;
    json_begin(&j, to);
    json_object_open(&j);
    write_call(&j, w);
    write_execution(&j, w);
    json_key(&j, "steps");
    json_array_open(&j);
    for (size_t i = 0; status == SIM_OK && i < w->story.count; i++) {
        status = write_step(&j, w, &w->story.step[i], error);
    }
    json_array_close(&j);
    json_object_close(&j);
    const bool written = json_end(&j);
    (void)written; /* the caller looks at the stream */
    return status;
}
