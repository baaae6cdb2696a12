#include "analysis/report/report_read.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- where it is from ---- */

static void take_origin(void *context, const struct readout_origin *from)
{
    struct report_reader *reader = context;
    struct report_origin *o = &reader->data->origin;
    const struct {
        const char **to;
        const char *text;
    } texts[] = {
        {&o->state, from->state},
        {&o->version, from->version},
        {&o->commit, from->commit},
        {&o->compiler, from->compiler},
        {&o->compiler_flags, from->compiler_flags},
        {&o->host, from->host},
        {&o->arguments, from->arguments},
        {&o->scenario_path, from->scenario_path},
        {&o->scenario_resolved, from->scenario_resolved},
        {&o->scenario_hash, from->scenario_hash},
        {&o->seed, from->seed},
        {&o->started, from->started},
        {&o->ended, from->ended},
        {&o->libraries, from->libraries},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        *texts[i].to = report_copy(reader, texts[i].text);
    }
}

void report_read_origin(struct report_reader *reader)
{
    if (reader->status == SIM_OK) {
        report_note(reader, readout_origin(reader->store, take_origin, reader, reader->error));
    }
}

/* ---- runs and variants ---- */

static void count_run(void *context, const struct readout_run *run)
{
    struct report_reader *reader = context;
    (void)run;
    reader->data->run_count++;
}

static uint32_t variant_index(struct report_data *data, const char *name)
{
    uint32_t v = 0;
    while (v < data->variant_count && strcmp(data->variant[v], name) != 0) {
        v++;
    }
    return v;
}

static void take_run(void *context, const struct readout_run *from)
{
    struct report_reader *reader = context;
    struct report_data *data = reader->data;
    const uint32_t v = variant_index(data, from->variant);
    if (reader->status == SIM_OK && v == data->variant_count) {
        data->variant[data->variant_count++] = report_copy(reader, from->variant);
    }
    const struct report_run run = {
        .run_id = from->run_id,
        .variant = v,
        .replication = from->replication,
        .is_complete = from->is_complete,
        .state = report_copy(reader, from->state),
        .seed = report_copy(reader, from->seed),
        .digest = report_copy(reader, from->digest),
        .work_digest = report_copy(reader, from->work_digest),
        .events = from->events,
        .wall_s = from->wall_s,
    };
    if (reader->status == SIM_OK) {
        data->run[data->run_count++] = run;
    }
}

static void count_replications(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        uint32_t complete = 0;
        for (size_t i = 0; i < data->run_count; i++) {
            complete += data->run[i].variant == v && data->run[i].is_complete;
        }
        data->replications = complete > data->replications ? complete : data->replications;
    }
    if (reader->status == SIM_OK && data->replications == 0) {
        (void)snprintf(reader->error->text, sizeof reader->error->text,
                       "the result holds no complete run: there is nothing to report");
        reader->status = SIM_ERR_INVALID;
    }
}

static void read_runs(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    if (reader->status != SIM_OK) {
        return;
    }
    report_note(reader, readout_runs(reader->store, count_run, reader, reader->error));
    data->run = report_allocate(reader, data->run_count, sizeof *data->run);
    data->variant = report_allocate(reader, data->run_count, sizeof(char *));
    data->run_count = 0;
    if (reader->status == SIM_OK) {
        report_note(reader, readout_runs(reader->store, take_run, reader, reader->error));
    }
    if (reader->status == SIM_OK) {
        count_replications(reader);
        data->baseline =
            stored_baseline(data->origin.scenario_resolved, data->variant, data->variant_count);
    }
}

/* ---- what they came to, a replication at a time ---- */

static int by_replication(const void *a, const void *b)
{
    const struct report_run *x = *(const struct report_run *const *)a;
    const struct report_run *y = *(const struct report_run *const *)b;
    if (x->replication != y->replication) {
        return x->replication < y->replication ? -1 : 1;
    }
    return (x->variant > y->variant) - (x->variant < y->variant);
}

/* The complete runs, by replication and variant; NULL behind the last. */
static const struct report_run **sorted_runs(struct report_reader *reader)
{
    const struct report_data *data = reader->data;
    const struct report_run **order =
        report_allocate(reader, data->run_count + 1, sizeof(struct report_run *));
    size_t count = 0;
    for (size_t i = 0; i < data->run_count && order != NULL; i++) {
        if (data->run[i].is_complete) {
            order[count++] = &data->run[i];
        }
    }
    if (order != NULL) {
        qsort(order, count, sizeof(struct report_run *), by_replication);
    }
    return order;
}

/* Room for the results of a replication, one a variant. */
struct replication {
    struct model_result *result;
    const struct model_result **given; /* NULL where a variant has none */
};

static void read_replication(struct report_reader *reader, const struct stored *s,
                             struct report_sums *sums, const struct replication *r,
                             const struct report_run *const *run)
{
    struct report_data *data = reader->data;
    const uint32_t replication = run[0]->replication;
    memset(r->given, 0, data->variant_count * sizeof(struct model_result *));
    for (size_t i = 0; run[i] != NULL && run[i]->replication == replication; i++) {
        struct model_result *result = &r->result[run[i]->variant];
        if (reader->status == SIM_OK) {
            report_note(reader,
                        stored_read(s, run[i]->run_id, run[i]->work_digest, result, reader->error));
        }
        if (reader->status == SIM_OK) {
            r->given[run[i]->variant] = result;
            report_sums_add(reader, sums, run[i]->variant, result);
        }
        report_advance(reader, 1);
    }
    if (reader->status == SIM_OK) {
        report_note(reader, contrasts_add(&data->contrasts, r->given));
    }
    for (uint32_t v = 0; v < data->variant_count; v++) {
        stored_free(&r->result[v]);
    }
}

static void read_results(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    struct report_sums sums;
    struct stored s = {0};
    report_sums_begin(reader, &sums);
    const struct report_run **run = sorted_runs(reader);
    const struct replication r = {
        .result = report_allocate(reader, data->variant_count, sizeof *r.result),
        .given = report_allocate(reader, data->variant_count, sizeof(struct model_result *)),
    };
    if (reader->status == SIM_OK) {
        report_note(reader, stored_init(&s, reader->store, data->model, reader->error));
    }
    if (reader->status == SIM_OK) {
        report_note(reader, contrasts_init(&data->contrasts, data->model, data->variant,
                                           data->variant_count, data->baseline));
    }
    for (size_t i = 0; reader->status == SIM_OK && run[i] != NULL; i++) {
        if (i == 0 || run[i]->replication != run[i - 1]->replication) {
            read_replication(reader, &s, &sums, &r, &run[i]);
        }
    }
    stored_deinit(&s);
    if (reader->status == SIM_OK) {
        contrasts_finish(&data->contrasts);
        report_sums_finish(reader, &sums);
    }
}

void report_measure_title(const struct model *model, size_t measure, char text[REPORT_TITLE_BYTES])
{
    const char *label = model->measure[measure].label;
    const size_t depth = strspn(label, " ");
    size_t whole = measure;
    while (whole > 0 && depth > 0 && strspn(model->measure[whole].label, " ") >= depth) {
        whole--;
    }
    const char *of = model->measure[whole].label;
    const bool is_part = whole != measure;
    (void)snprintf(text, REPORT_TITLE_BYTES, "%.80s%s%.80s", is_part ? of + strspn(of, " ") : "",
                   is_part ? ": " : "", label + depth);
    text[0] = (char)toupper((unsigned char)text[0]);
}

const struct report_measure *report_find_measure(const struct report_data *data, const char *name)
{
    const size_t i = model_measure_find(data->model, name);
    return i < data->measure_count ? &data->measure[i] : NULL;
}

/* ---- warnings ---- */

static void take_warning(void *context, const struct readout_warning *from)
{
    struct report_reader *reader = context;
    const struct report_warning warning = {
        .variant = report_copy(reader, from->variant),
        .text = report_copy(reader, from->text),
        .replication = from->replication,
        .t_s = from->t_s,
    };
    if (reader->status == SIM_OK) {
        reader->data->warning[reader->data->warning_count++] = warning;
    }
}

static void read_warnings(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    data->warning = report_allocate(reader, REPORT_WARNINGS_MAX, sizeof *data->warning);
    if (reader->status == SIM_OK) {
        report_note(reader, readout_warnings(reader->store, REPORT_WARNINGS_MAX, take_warning,
                                             reader, &data->warning_total, reader->error));
    }
}

/* ---- all of it ---- */

static void read_all(struct report_reader *reader)
{
    struct runs_model *shape = NULL;
    report_note(reader, runs_model_read(&shape, reader->store, reader->error));
    if (reader->status == SIM_OK) {
        reader->shape = runs_model_shape(shape);
        report_read_origin(reader);
        read_runs(reader);
    }
    if (reader->status == SIM_OK) {
        reader->total = 2 * (double)reader->data->run_count;
        read_warnings(reader);
        read_results(reader);
        report_read_entities(reader);
        report_read_drawn(reader, &reader->data->contrasts);
    }
    if (reader->status == SIM_OK) {
        report_note(reader, measured_read(&reader->data->measured, reader->store, reader->error));
    }
    if (reader->status == SIM_OK) {
        report_note(reader,
                    executed_variants(&reader->data->executed, &reader->data->executed_count,
                                      reader->store, reader->error));
    }
    runs_model_destroy(shape);
}

enum sim_status report_data_init(struct report_data *data, struct store *store,
                                 const struct model *model, report_progress *progress,
                                 void *context, struct store_error *error)
{
    *data = (struct report_data){.model = model};
    struct report_reader reader = {
        .data = data,
        .store = store,
        .error = error,
        .progress = progress,
        .context = context,
    };
    report_note(&reader, readout_begin(store, error));
    if (reader.status == SIM_OK) {
        read_all(&reader);
        readout_end(store);
    }
    if (reader.status != SIM_OK) {
        if (reader.status == SIM_ERR_NOMEM) {
            (void)strcpy(error->text, "no memory left for the report");
        }
        report_data_deinit(data);
    }
    return reader.status;
}
