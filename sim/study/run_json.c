/*
 * The JSON object of nimblesim run --json.
 */
#include <string.h>

#include "sim/study/estimates.h"
#include "sim/study/precision.h"
#include "sim/study/run.h"
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

static void put_metrics(struct json *j, const struct study *s, const struct study_run *run)
{
    json_key(j, "metrics");
    json_object_open(j);
    for (size_t m = 0; m < s->model->measures && run->result.measure != NULL; m++) {
        json_field_double(j, s->model->measure[m].name, run->result.measure[m]);
    }
    json_object_close(j);
}

static void put_gauges(struct json *j, const struct study_run *run, bool memory)
{
    for (size_t i = 0; i < run->result.gauges; i++) {
        const struct model_gauge *g = &run->result.gauge[i];
        if ((strcmp(g->unit, "B") == 0) == memory) {
            json_field_uint(j, g->name, g->value);
        }
    }
}

static void put_engine(struct json *j, const struct study_run *run)
{
    const struct engine_report *e = &run->result.engine;
    json_key(j, "engine");
    json_object_open(j);
    json_field_uint(j, "ties", e->ties);
    json_field_uint(j, "cancelled", e->cancelled);
    json_field_uint(j, "left_over", e->left_over);
    json_field_uint(j, "pending_high_water", e->pending_high_water);
    json_field_uint(j, "pending_capacity", e->pending_capacity);
    put_gauges(j, run, false);
    json_object_close(j);
}

/* Bytes an entity: reserved address space and what the run touched of it. */
static void put_memory(struct json *j, const struct study_run *run)
{
    json_key(j, "memory");
    json_object_open(j);
    json_field_uint(j, "entity_bytes", run->result.engine.bytes_per_entity);
    json_field_uint(j, "pending_event_bytes", run->result.engine.bytes_per_pending);
    put_gauges(j, run, true);
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
    json_field_string(j, "variant", s->scenario->variant[run->variant].name);
    json_field_uint(j, "replication", run->replication);
    json_field_uint(j, "seed", s->scenario->seed);
    json_field_string(j, "state", state_name(run->state));
    json_field_digest(j, "digest", run->result.digest);
    json_field_digest(j, "work_digest", run->result.work_digest);
    json_field_uint(j, "events", run->result.engine.events);
    json_field_double(j, "wall_s", run->wall_s);
    json_field_bool(j, "books_balance", run->result.books[0] == '\0');
    put_metrics(j, s, run);
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
            json_field_double(j, scenario->variant[v].name, precision_reached(s, v));
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

static bool put_warmup(struct json *j, const struct study *s, uint32_t variant, size_t series)
{
    const struct model_series *shape = &s->model->series[series];
    struct mser warmup;
    if (series_of_variant(s, variant, series, &warmup) != SIM_OK) {
        return false;
    }
    json_key(j, shape->warmup);
    json_object_open(j);
    json_field_string(j, "unit", series_unit(shape));
    json_field_string(j, "verdict", verdict_name(warmup.verdict));
    json_field_double(j, "warmup_s", series_warmup_s(s, &warmup));
    json_field_double(j, "steady_mean", warmup.mean);
    json_object_close(j);
    return true;
}

/* The warm-up of each variant's series, over all its replications; null where there is none. */
static bool put_series(struct json *j, const struct study *s)
{
    bool written = true;
    json_key(j, "series");
    json_object_open(j);
    json_field_double(j, "bin_s", (double)s->head.bin_ns / (double)SIM_S);
    json_field_string(j, "warmup_by", "MSER-5");
    for (uint32_t v = 0; v < s->scenario->variant_count && written; v++) {
        json_key(j, s->scenario->variant[v].name);
        json_object_open(j);
        for (size_t i = 0; i < s->model->series_count && written; i++) {
            written = s->model->series[i].warmup == NULL || put_warmup(j, s, v, i);
        }
        json_object_close(j);
    }
    json_object_close(j);
    return written;
}

static void put_estimate(struct json *j, const struct stats_estimate *e)
{
    json_field_double(j, "mean", e->mean);
    json_field_double(j, "low", e->low);
    json_field_double(j, "high", e->high);
    json_field_uint(j, "n", e->n);
}

/* Those that name their variants, by their names; with the crossovers behind. */
static void put_comparison(struct json *j, const struct contrasts *c)
{
    json_key(j, "comparison");
    json_object_open(j);
    for (size_t i = 0; i < c->rows; i++) {
        if (c->row[i].of->a != NULL) {
            json_key(j, c->row[i].of->name);
            json_object_open(j);
            put_estimate(j, &c->row[i].estimate);
            json_object_close(j);
        }
    }
    for (size_t i = 0; i < c->crossovers; i++) {
        json_field_double(j, c->crossover[i].of->name, c->crossover[i].from_s);
        json_field_double(j, c->crossover[i].of->share_name, c->crossover[i].share);
    }
    json_object_close(j);
}

/* All contrasts, each with its variants. */
static void put_contrasts(struct json *j, const struct contrasts *c)
{
    json_key(j, "contrasts");
    json_array_open(j);
    for (size_t i = 0; i < c->rows; i++) {
        const struct contrasts_row *row = &c->row[i];
        json_object_open(j);
        json_field_string(j, "name", row->of->name);
        json_field_string(j, "a", c->variant[row->a]);
        json_field_string(j, "b", c->variant[row->b]);
        json_field_string(j, "unit", row->of->unit);
        json_field_bool(j, "paired", row->is_paired);
        put_estimate(j, &row->estimate);
        json_object_close(j);
    }
    json_array_close(j);
}

static void put_effects(struct json *j, const struct contrasts *c)
{
    json_key(j, "effects");
    json_object_open(j);
    for (size_t i = 0; i < c->effects; i++) {
        json_key(j, c->effect[i].of->name);
        json_object_open(j);
        put_estimate(j, &c->effect[i].estimate);
        json_object_close(j);
    }
    json_object_close(j);
}

bool run_print_json(const struct study *s, FILE *to)
{
    char hash[65];
    if (scenario_hash(s->scenario, hash) != SIM_OK) {
        return false;
    }
    struct json j;
    json_begin(&j, to);
    json_object_open(&j);
    json_field_string(&j, "scenario", s->scenario->name);
    json_field_int(&j, "format", 1);
    json_field_string(&j, "model", s->model->schema.name);
    json_field_string(&j, "scenario_hash", hash);
    json_field_digest(&j, "digest", study_digest(s));
    put_replications(&j, s);
    json_key(&j, "runs");
    json_array_open(&j);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        for (uint32_t k = 0; k < study_replications(s); k++) {
            put_run(&j, s, study_find(s, v, k));
        }
    }
    json_array_close(&j);
    if (!put_series(&j, s)) {
        return false;
    }
    if (study_is_complete(s)) {
        put_comparison(&j, &s->contrasts);
        put_contrasts(&j, &s->contrasts);
        put_effects(&j, &s->contrasts);
    }
    json_object_close(&j);
    return json_end(&j);
}
