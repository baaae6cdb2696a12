#include "analysis/report/swept_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/report/report_read.h"
#include "analysis/report/swept_choice.h"

/* What all steps here work on. */
struct swept_reader {
    struct report_reader base;
    struct swept_data *data;
    struct contrasts contrasts; /* which rows there are, and how their numbers are made */
    struct swept_run *run;
    size_t run_count;
    size_t next; /* of whatever is being taken */
};

/* A complete run of a point. */
struct swept_run {
    int64_t run_id, point_id;
    uint32_t replication, variant;
    char work_digest[17];
};

enum sim_status swept_data_is_merged(struct store *store, bool *is_merged,
                                     struct store_error *error)
{
    size_t points = 0;
    const enum sim_status status = readout_point_count(store, &points, error);
    *is_merged = status == SIM_OK && points > 0;
    return status;
}

/* ---- axes and points ---- */

/* "nodes: cache size" of nodes.cache_size. */
static const char *words_of(struct report_reader *r, const char *key)
{
    char text[160];
    size_t used = 0;
    for (; *key != '\0' && used + 3 < sizeof text; key++) {
        if (*key == '.') {
            text[used++] = ':';
        }
        text[used++] = *key == '.' || *key == '_' ? ' ' : *key;
    }
    text[used] = '\0';
    return report_copy(r, text);
}

static void take_axis(void *context, const struct readout_axis *from)
{
    struct swept_reader *reader = context;
    struct swept_data *data = reader->data;
    if (data->axis_count == SWEPT_AXES_MAX) {
        return;
    }
    data->axis[data->axis_count++] = (struct swept_axis){
        .key = report_copy(&reader->base, from->key),
        .label = words_of(&reader->base, from->key),
        .unit = report_copy(&reader->base, from->unit),
        .is_number = true,
        .value = report_allocate(&reader->base, from->values, sizeof(struct swept_axis_value)),
        .count = from->values,
    };
}

static void take_value(void *context, const char *text, double number)
{
    struct swept_reader *reader = context;
    struct swept_axis *axis = &reader->data->axis[reader->data->axis_count];
    if (reader->next < axis->count && reader->base.status == SIM_OK) {
        axis->value[reader->next++] =
            (struct swept_axis_value){.text = report_copy(&reader->base, text), .number = number};
        axis->is_number = axis->is_number && !isnan(number);
    }
}

static void read_axes(struct swept_reader *reader)
{
    struct report_reader *r = &reader->base;
    struct swept_data *data = reader->data;
    report_note(r, readout_axes(r->store, take_axis, reader, r->error));
    const size_t axes = data->axis_count;
    for (data->axis_count = 0; data->axis_count < axes && r->status == SIM_OK; data->axis_count++) {
        reader->next = 0;
        report_note(r, readout_values(r->store, data->axis_count, take_value, reader, r->error));
    }
}

static uint32_t value_index(const struct swept_axis *axis, const char *text)
{
    for (size_t v = 0; v < axis->count; v++) {
        if (strcmp(axis->value[v].text, text) == 0) {
            return (uint32_t)v;
        }
    }
    return 0; /* all values were read, in the same transaction */
}

static void take_point(void *context, int64_t point_id, const char *value)
{
    struct swept_reader *reader = context;
    struct swept_data *data = reader->data;
    if (reader->next < data->point_count * data->axis_count) {
        const size_t axis = reader->next % data->axis_count;
        data->point_id[reader->next / data->axis_count] = point_id;
        data->at[reader->next] = value_index(&data->axis[axis], value);
    }
    reader->next++;
}

static void read_points(struct swept_reader *reader)
{
    struct report_reader *r = &reader->base;
    struct swept_data *data = reader->data;
    if (r->status == SIM_OK) {
        report_note(r, readout_point_count(r->store, &data->point_count, r->error));
    }
    if (data->point_count > SWEPT_ROWS_MAX) {
        report_refuse(r, "the sweep has %zu points, and a page takes %d", data->point_count,
                      SWEPT_ROWS_MAX);
    }
    data->point_id = report_allocate(r, data->point_count, sizeof *data->point_id);
    data->at = report_allocate(r, data->point_count * data->axis_count, sizeof *data->at);
    reader->next = 0;
    if (r->status == SIM_OK) {
        report_note(r, readout_points(r->store, take_point, reader, r->error));
    }
    if (reader->next != data->point_count * data->axis_count) {
        report_refuse(r, "the sweep has points without a value for each axis");
    }
    double combinations = 1;
    for (size_t a = 0; a < data->axis_count; a++) {
        combinations *= (double)data->axis[a].count;
    }
    data->is_full = combinations <= (double)data->point_count;
}

/* ---- runs ---- */

static void count_run(void *context, const struct readout_run *run)
{
    struct swept_reader *reader = context;
    reader->run_count += run->is_complete && run->point_id > 0;
}

static uint32_t variant_index(struct swept_reader *reader, const char *name)
{
    struct report_data *result = &reader->data->result;
    uint32_t v = 0;
    while (v < result->variant_count && strcmp(result->variant[v], name) != 0) {
        v++;
    }
    if (v == result->variant_count) {
        result->variant[result->variant_count++] = report_copy(&reader->base, name);
    }
    return v;
}

static void take_run(void *context, const struct readout_run *from)
{
    struct swept_reader *reader = context;
    if (!from->is_complete || from->point_id <= 0 || reader->base.status != SIM_OK) {
        return;
    }
    struct swept_run *run = &reader->run[reader->run_count++];
    run->run_id = from->run_id;
    run->point_id = from->point_id;
    run->replication = from->replication;
    run->variant = variant_index(reader, from->variant);
    (void)snprintf(run->work_digest, sizeof run->work_digest, "%s", from->work_digest);
}

static int by_point(const void *a, const void *b)
{
    const struct swept_run *x = a;
    const struct swept_run *y = b;
    if (x->point_id != y->point_id) {
        return x->point_id < y->point_id ? -1 : 1;
    }
    if (x->replication != y->replication) {
        return x->replication < y->replication ? -1 : 1;
    }
    return (x->variant > y->variant) - (x->variant < y->variant);
}

static bool is_first_of_row(const struct swept_reader *reader, size_t i)
{
    return i == 0 || reader->run[i].point_id != reader->run[i - 1].point_id ||
           reader->run[i].replication != reader->run[i - 1].replication;
}

static void read_runs(struct swept_reader *reader)
{
    struct report_reader *r = &reader->base;
    struct swept_data *data = reader->data;
    if (r->status == SIM_OK) {
        report_note(r, readout_runs(r->store, count_run, reader, r->error));
    }
    if (reader->run_count == 0) {
        report_refuse(r, "the sweep holds no complete run: there is nothing to report");
    }
    reader->run = report_allocate(r, reader->run_count, sizeof *reader->run);
    data->result.variant = report_allocate(r, reader->run_count, sizeof *data->result.variant);
    reader->run_count = 0;
    if (r->status == SIM_OK) {
        report_note(r, readout_runs(r->store, take_run, reader, r->error));
    }
    if (r->status != SIM_OK) {
        return;
    }
    qsort(reader->run, reader->run_count, sizeof *reader->run, by_point);
    size_t rows = 0;
    for (size_t i = 0; i < reader->run_count; i++) {
        rows += is_first_of_row(reader, i);
    }
    if (rows > SWEPT_ROWS_MAX) {
        report_refuse(r, "the sweep has %zu points and replications, and a page takes %d", rows,
                      SWEPT_ROWS_MAX);
    }
    data->row_count = rows;
}

/* ---- rows ---- */

/* The worst of what is bad above zero, as a part of the calls; NaN where there are none. */
static double bad_share(const struct model *m, const struct model_result *result)
{
    const size_t calls = model_measure_find(m, "calls");
    double worst = 0;
    if (result == NULL || calls == m->measures || !(result->measure[calls] > 0)) {
        return (double)NAN;
    }
    for (size_t i = 0; i < m->measures; i++) {
        if (m->measure[i].is_bad_above_zero && m->measure[i].unit[0] == '\0') {
            worst = fmax(worst, result->measure[i] / result->measure[calls]);
        }
    }
    return worst;
}

static void fill_contrast(const struct swept_reader *reader, const struct swept_figure *figure,
                          const struct model_result *const *result, double *value)
{
    uint32_t column = figure->column;
    for (size_t i = 0; i < reader->contrasts.rows; i++) {
        const struct contrasts_row *row = &reader->contrasts.row[i];
        if (strcmp(row->of->name, figure->name) == 0) {
            value[column++] = contrasts_value(row, result);
        }
    }
}

/* One row of all columns from what each variant came to. */
static void fill_row(const struct swept_reader *reader, const struct model_result *const *result,
                     double *value)
{
    const struct swept_data *data = reader->data;
    const struct model *m = data->result.model;
    for (size_t f = 0; f < data->figure_count; f++) {
        const struct swept_figure *figure = &data->figure[f];
        if (!figure->is_measure) {
            fill_contrast(reader, figure, result, value);
            continue;
        }
        const size_t measure = model_measure_find(m, figure->name);
        for (uint32_t v = 0; v < figure->columns; v++) {
            value[figure->column + v] =
                result[v] != NULL ? result[v]->measure[measure] : (double)NAN;
        }
    }
    for (uint32_t v = 0; v < data->result.variant_count; v++) {
        value[data->bad_column + v] = bad_share(m, result[v]);
    }
}

static void note_strangers(struct swept_reader *reader, const struct model_result *const *result)
{
    for (size_t i = 0; i < reader->contrasts.rows; i++) {
        const struct model_result *a = result[reader->contrasts.row[i].a];
        const struct model_result *b = result[reader->contrasts.row[i].b];
        if (a != NULL && b != NULL && a->work_digest != b->work_digest) {
            reader->data->has_strangers = true;
        }
    }
}

/* From the first run of a row to its last. Returns the run behind it. */
static size_t read_row(struct swept_reader *reader, const struct stored *s, size_t run,
                       struct model_result *result, const struct model_result **given)
{
    struct report_reader *r = &reader->base;
    struct swept_data *data = reader->data;
    struct swept_row *row = &data->row[data->row_count];
    const uint32_t variants = data->result.variant_count;
    memset(given, 0, variants * sizeof(struct model_result *));
    do {
        const struct swept_run *one = &reader->run[run];
        if (r->status == SIM_OK) {
            report_note(
                r, stored_read(s, one->run_id, one->work_digest, &result[one->variant], r->error));
            given[one->variant] = &result[one->variant];
        }
        row->replication = one->replication;
        run++;
    } while (run < reader->run_count && !is_first_of_row(reader, run));
    while (data->point_id[reader->next] < reader->run[run - 1].point_id &&
           reader->next + 1 < data->point_count) {
        reader->next++;
    }
    row->point = (uint32_t)reader->next;
    if (r->status == SIM_OK) {
        fill_row(reader, given, &data->value[data->row_count * data->column_count]);
        note_strangers(reader, given);
        data->row_count++;
    }
    for (uint32_t v = 0; v < variants; v++) {
        stored_free(&result[v]);
    }
    report_advance(r, 1);
    return run;
}

static void read_rows(struct swept_reader *reader)
{
    struct report_reader *r = &reader->base;
    struct swept_data *data = reader->data;
    struct stored s = {0};
    const uint32_t variants = data->result.variant_count;
    data->row = report_allocate(r, data->row_count, sizeof *data->row);
    data->value = report_allocate(r, data->row_count * data->column_count, sizeof *data->value);
    struct model_result *result = report_allocate(r, variants, sizeof *result);
    const struct model_result **given = report_allocate(r, variants, sizeof(struct model_result *));
    r->total = (double)data->row_count;
    data->row_count = 0;
    reader->next = 0;
    if (r->status == SIM_OK) {
        report_note(r, stored_init(&s, r->store, data->result.model, r->error));
    }
    for (size_t run = 0; run < reader->run_count && r->status == SIM_OK;) {
        run = read_row(reader, &s, run, result, given);
    }
    stored_deinit(&s);
}

/* ---- the whole ---- */

static void count_replications(struct swept_data *data)
{
    uint32_t here = 0;
    for (size_t i = 0; i < data->row_count; i++) {
        here = i > 0 && data->row[i].point == data->row[i - 1].point ? here + 1 : 1;
        data->result.replications =
            here > data->result.replications ? here : data->result.replications;
        if (data->row[i].replication > data->last_replication) {
            data->last_replication = data->row[i].replication;
        }
    }
}

static void read_all(struct swept_reader *reader, const char *lead)
{
    struct report_reader *r = &reader->base;
    struct swept_data *data = reader->data;
    struct report_data *result = &data->result;
    report_read_origin(r);
    if (r->status == SIM_OK) {
        read_axes(reader);
    }
    read_points(reader);
    read_runs(reader);
    if (r->status != SIM_OK) {
        return;
    }
    result->baseline =
        stored_baseline(result->origin.scenario_resolved, result->variant, result->variant_count);
    report_note(r, contrasts_init(&reader->contrasts, result->model, result->variant,
                                  result->variant_count, result->baseline));
    if (r->status == SIM_OK) {
        swept_choose(data, r, &reader->contrasts, lead);
        read_rows(reader);
        contrasts_deinit(&reader->contrasts);
    }
    swept_drop_empty(data);
    count_replications(data);
    report_read_drawn(r, NULL);
}

enum sim_status swept_data_init(struct swept_data *data, struct store *store,
                                const struct model *model, const char *lead,
                                report_progress *progress, void *context, struct store_error *error)
{
    *data = (struct swept_data){.result = {.model = model}};
    struct swept_reader reader = {
        .base = {.data = &data->result,
                 .store = store,
                 .error = error,
                 .progress = progress,
                 .context = context},
        .data = data,
    };
    report_note(&reader.base, readout_begin(store, error));
    if (reader.base.status == SIM_OK) {
        read_all(&reader, lead);
        readout_end(store);
    }
    if (reader.base.status != SIM_OK) {
        if (reader.base.status == SIM_ERR_NOMEM) {
            (void)strcpy(error->text, "no memory left for the report");
        }
        swept_data_deinit(data);
    }
    return reader.base.status;
}

void swept_data_deinit(struct swept_data *data)
{
    report_data_deinit(&data->result);
}
