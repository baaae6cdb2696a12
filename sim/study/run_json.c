/*
 * The JSON object of nimblesim run --json.
 */

#include "sim/study/comparison.h"
#include "sim/study/precision.h"
#include "sim/study/run_print.h"
#include "sim/study/series.h"
#include "sim/terminal/json.h"

static const char *state_name(enum study_state state)
{
    switch (state) {
    case STUDY_DONE:
        return "complete";
    case STUDY_WAITING:
    case STUDY_RUNNING:
    case STUDY_INTERRUPTED:
        return "interrupted";
    case STUDY_FAILED:
        return "failed";
    }
    return "unknown";
}

static void put_metrics(struct json *j, const struct study_run *run)
{
    json_key(j, "metrics");
    json_object_open(j);
    for (int m = 0; m < METRIC_COUNT; m++) {
        json_field_double(j, metric_info((enum metric)m)->name, run->value[m]);
    }
    json_object_close(j);
}

static void put_engine(struct json *j, const struct study_run *run)
{
    const struct engine_report *e = &run->engine;
    json_key(j, "engine");
    json_object_open(j);
    json_field_uint(j, "ties", e->ties);
    json_field_uint(j, "cancelled", e->cancelled);
    json_field_uint(j, "left_over", e->left_over);
    json_field_uint(j, "pending_high_water", e->pending_high_water);
    json_field_uint(j, "pending_capacity", e->pending_capacity);
    json_field_uint(j, "open_calls_high_water", run->pools.open_calls);
    json_field_uint(j, "node_calls_high_water", run->pools.node_calls);
    json_field_uint(j, "node_fetches_high_water", run->pools.node_fetches);
    json_object_close(j);
}

/* Bytes an entity: reserved address space and what the run touched of it. */
static void put_memory(struct json *j, const struct study_run *run)
{
    const struct world_memory *m = &run->memory;
    json_key(j, "memory");
    json_object_open(j);
    json_field_uint(j, "node_bytes", m->node_touched);
    json_field_uint(j, "node_reserved_bytes", m->node_reserved);
    json_field_uint(j, "robot_bytes", m->robot);
    json_field_uint(j, "pending_event_bytes", m->pending_event);
    json_field_uint(j, "entity_bytes", run->engine.bytes_per_entity);
    json_field_uint(j, "reserved_bytes", m->total_reserved);
    json_object_close(j);
}

static void put_warnings(struct json *j, const struct study_run *run)
{
    json_key(j, "warnings");
    json_array_open(j);
    for (uint32_t i = 0; i < run->warning_count; i++) {
        json_string(j, run->warning[i].text);
    }
    json_array_close(j);
}

static void put_run(struct json *j, const struct study *s, const struct study_run *run)
{
    json_object_open(j);
    json_field_string(j, "variant", compose_variant_name(run->variant));
    json_field_uint(j, "replication", run->replication);
    json_field_uint(j, "seed", s->scenario->seed);
    json_field_string(j, "state", state_name(run->state));
    json_field_digest(j, "digest", run->digest);
    json_field_digest(j, "trace_digest", run->trace_digest);
    json_field_uint(j, "events", run->engine.events);
    json_field_double(j, "wall_s", run->wall_s);
    json_field_bool(j, "books_balance", run->books[0] == '\0');
    put_metrics(j, run);
    put_engine(j, run);
    put_memory(j, run);
    put_warnings(j, run);
    json_object_close(j);
}

/* How many replications, and where a precision decides: what was asked and what was reached. */
static void put_replications(struct json *j, const struct study *s)
{
    const struct scenario *scenario = s->scenario;
    json_key(j, "replications");
    json_object_open(j);
    json_field_uint(j, "n", study_replications(s));
    if (s->is_sequential) {
        json_key(j, "asked");
        json_object_open(j);
        json_field_double(j, "precision", scenario->precision.half_width);
        json_field_string(j, "of", scenario->precision.of);
        json_field_uint(j, "min", scenario->precision.least);
        json_field_uint(j, "max", scenario->precision.most);
        json_field_double(j, "level", scenario->precision.level);
        json_object_close(j);
        json_field_bool(j, "reached", precision_is_enough(s));
        json_key(j, "precision");
        json_object_open(j);
        for (uint32_t v = 0; v < scenario->variant_count; v++) {
            json_field_double(j, compose_variant_name(scenario->variants[v]),
                              precision_reached(s, scenario->variants[v]));
        }
        json_object_close(j);
    }
    json_object_close(j);
}

static const char *verdict_name(enum mser_verdict verdict)
{
    switch (verdict) {
    case MSER_STEADY:
        return "steady";
    case MSER_NOT_STEADY:
        return "not steady";
    case MSER_TOO_SHORT:
        return "too short";
    }
    return "unknown";
}

/* The warm-up of each variant's series, over all its replications; null where there is none. */
static bool put_series(struct json *j, const struct study *s)
{
    json_key(j, "series");
    json_object_open(j);
    json_field_double(j, "bin_s", (double)WORLD_BIN_NS / (double)SIM_S);
    json_field_string(j, "warmup_by", "MSER-5");
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        struct mser warmup[SERIES_COUNT];
        if (series_of_variant(s, s->scenario->variants[v], warmup) != SIM_OK) {
            return false;
        }
        json_key(j, compose_variant_name(s->scenario->variants[v]));
        json_object_open(j);
        for (int i = 0; i < SERIES_COUNT; i++) {
            json_key(j, series_info((enum series)i)->name);
            json_object_open(j);
            json_field_string(j, "unit", series_info((enum series)i)->unit);
            json_field_string(j, "verdict", verdict_name(warmup[i].verdict));
            json_field_double(j, "warmup_s", series_warmup_s(&warmup[i]));
            json_field_double(j, "steady_mean", warmup[i].mean);
            json_object_close(j);
        }
        json_object_close(j);
    }
    json_object_close(j);
    return true;
}

static void put_comparison(struct json *j, const struct comparison *c)
{
    json_key(j, "comparison");
    json_object_open(j);
    for (int f = 0; f < COMPARISON_FIGURES; f++) {
        const struct stats_estimate *e = &c->figure[f];
        json_key(j, comparison_info((enum comparison_figure)f)->name);
        json_object_open(j);
        json_field_double(j, "mean", e->mean);
        json_field_double(j, "low", e->low);
        json_field_double(j, "high", e->high);
        json_field_uint(j, "n", e->n);
        json_object_close(j);
    }
    json_field_double(j, "faster_from_s", c->faster_from_s);
    json_field_double(j, "faster_share", c->faster_share);
    json_object_close(j);
}

bool run_print_json(const struct study *s, FILE *to)
{
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "scenario", s->scenario->name);
    json_field_int(&j, "format", 1);
    json_field_digest(&j, "scenario_hash", scenario_hash(s->scenario));
    json_field_digest(&j, "digest", study_digest(s));
    put_replications(&j, s);
    json_key(&j, "runs");
    json_array_open(&j);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        for (uint32_t k = 0; k < study_replications(s); k++) {
            put_run(&j, s, study_find(s, s->scenario->variants[v], k));
        }
    }
    json_array_close(&j);
    if (!put_series(&j, s)) {
        return false;
    }
    struct comparison c;
    if (comparison_make(&c, s)) {
        put_comparison(&j, &c);
    }
    json_object_close(&j);
    return json_end(&j);
}
