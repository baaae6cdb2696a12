#include "analysis/report/swept_data.h"

#include <math.h>
#include <string.h>

#include "analysis/report/report_read.h"

/* What is read of a run. Those of the figures by variant come first, in the figures' order. */
enum metric_read { RESPONSE, TRAFFIC, GATEWAY_TX, ACQUISITION, METRICS_READ };

enum sim_status swept_data_is_merged(struct store *store, bool *is_merged,
                                     struct store_error *error)
{
    int64_t count = 0;
    *is_merged = false;
    enum sim_status status = query_one_int(
        store, "SELECT count(*) FROM sqlite_master WHERE name = 'point' AND type = 'table'", 0,
        &count, error);
    if (status == SIM_OK && count > 0) {
        status = query_one_int(store, "SELECT count(*) FROM point", 0, &count, error);
        *is_merged = status == SIM_OK && count > 0;
    }
    return status;
}

/* ---- axes and points ---- */

static void read_axes(struct report_reader *reader, struct swept_data *data)
{
    struct report_query q;
    report_query_open(&q, reader,
                      "SELECT key, unit, (SELECT count(DISTINCT value) FROM point_axis AS p"
                      " WHERE p.axis = a.axis AND point_id > 0)"
                      " FROM axis AS a ORDER BY axis LIMIT 12");
    while (data->axis_count < SWEPT_AXES_MAX && report_query_next(&q)) {
        const size_t values = (size_t)query_int(q.rows, 2);
        data->axis[data->axis_count++] = (struct swept_axis){
            .key = report_text(&q, 0),
            .unit = report_text(&q, 1),
            .is_number = true,
            .value = report_allocate(reader, values, sizeof(struct swept_axis_value)),
            .count = values,
        };
    }
    report_query_close(&q);
}

/* By number; words after numbers, as the points have them. */
static void read_values(struct report_reader *reader, struct swept_data *data)
{
    for (size_t a = 0; a < data->axis_count && reader->status == SIM_OK; a++) {
        struct swept_axis *axis = &data->axis[a];
        struct report_query q;
        report_query_open_for(&q, reader,
                              "SELECT value, max(number) FROM point_axis"
                              " WHERE axis = (SELECT axis FROM axis ORDER BY axis LIMIT 1 OFFSET ?)"
                              " AND point_id > 0 GROUP BY value"
                              " ORDER BY max(number) IS NULL, max(number), min(point_id)",
                              (int64_t)a);
        for (size_t v = 0; v < axis->count && report_query_next(&q); v++) {
            axis->value[v] = (struct swept_axis_value){
                .text = report_text(&q, 0),
                .number = query_real(q.rows, 1),
            };
            axis->is_number = axis->is_number && !isnan(axis->value[v].number);
        }
        report_query_close(&q);
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

static void read_points(struct report_reader *reader, struct swept_data *data)
{
    const size_t count = (size_t)report_ask(reader, "SELECT count(*) FROM point");
    if (count > SWEPT_ROWS_MAX && reader->status == SIM_OK) {
        store_error_set(reader->error, "%s has %zu points, and a page takes %d",
                        reader->store->path, count, SWEPT_ROWS_MAX);
        reader->status = SIM_ERR_INVALID;
    }
    data->point_id = report_allocate(reader, count, sizeof *data->point_id);
    data->at = report_allocate(reader, count * data->axis_count, sizeof *data->at);
    struct report_query q;
    report_query_open(&q, reader,
                      "SELECT point_id, value FROM point JOIN point_axis USING (point_id)"
                      " ORDER BY point_id, axis");
    size_t values = 0;
    while (values < count * data->axis_count && report_query_next(&q)) {
        const size_t axis = values % data->axis_count;
        data->point_id[values / data->axis_count] = query_int(q.rows, 0);
        data->at[values] = value_index(&data->axis[axis], query_text(q.rows, 1));
        values++;
    }
    report_query_close(&q);
    data->point_count = count;
    if (reader->status == SIM_OK && values != count * data->axis_count) {
        store_error_set(reader->error, "%s has points without a value for each axis",
                        reader->store->path);
        reader->status = SIM_ERR_INVALID;
    }
    double combinations = 1;
    for (size_t a = 0; a < data->axis_count; a++) {
        combinations *= (double)data->axis[a].count;
    }
    data->is_full = combinations <= (double)count;
}

/* ---- figures ---- */

static void read_variants(struct report_reader *reader, struct swept_data *data)
{
    struct report_data *result = &data->result;
    struct report_query q;
    report_query_open(&q, reader,
                      "SELECT variant, max(replication) FROM run WHERE state = 'complete'"
                      " AND point_id > 0 GROUP BY variant ORDER BY min(run_id)");
    while (result->variant_count < REPORT_VARIANTS_MAX && report_query_next(&q)) {
        result->variant[result->variant_count++] = report_text(&q, 0);
        const uint32_t last = (uint32_t)query_int(q.rows, 1);
        data->last_replication = last > data->last_replication ? last : data->last_replication;
    }
    report_query_close(&q);
    if (reader->status == SIM_OK && result->variant_count == 0) {
        store_error_set(reader->error, "%s holds no complete run: there is nothing to report",
                        reader->store->path);
        reader->status = SIM_ERR_INVALID;
    }
}

static size_t find_variant(const struct swept_data *data, const char *name)
{
    size_t v = 0;
    while (v < data->result.variant_count && strcmp(data->result.variant[v], name) != 0) {
        v++;
    }
    return v;
}

static bool has_pairs(const struct swept_data *data)
{
    const size_t none = data->result.variant_count;
    return find_variant(data, "nimble") < none && find_variant(data, "monolithic") < none;
}

static void choose_figures(struct swept_data *data)
{
    static const struct swept_figure compared[SWEPT_COMPARED] = {
        {.id = "gateway-ratio",
         .title = "Sent by the gateway, monolithic to nimble",
         .label = "bytes, ratio",
         .neutral = 1},
        {.id = "traffic-ratio",
         .title = "All traffic, monolithic to nimble",
         .label = "bytes, ratio",
         .neutral = 1},
        {.id = "response-gain",
         .title = "Response, monolithic minus nimble",
         .label = "time saved",
         .unit = "s",
         .neutral = 0},
        {.id = "acquisition-ratio",
         .title = "Acquisition, nimble to monolithic",
         .label = "time, ratio",
         .neutral = 1},
    };
    static const struct swept_figure metrics[SWEPT_METRICS] = {
        {.id = "response", .title = "Mean response", .label = "response", .unit = "s"},
        {.id = "traffic", .title = "All traffic", .label = "sent and received", .unit = "B"},
    };
    for (size_t i = 0; i < SWEPT_COMPARED && has_pairs(data); i++) {
        data->figure[data->figure_count] = compared[i];
        data->figure[data->figure_count++].column = data->column_count++;
    }
    for (size_t i = 0; i < SWEPT_METRICS; i++) {
        data->figure[data->figure_count] = metrics[i];
        data->figure[data->figure_count].is_variants = true;
        data->figure[data->figure_count].neutral = (double)NAN;
        data->figure[data->figure_count++].column = data->column_count;
        data->column_count += data->result.variant_count;
    }
    for (size_t i = 0; i < data->figure_count; i++) {
        struct swept_figure *f = &data->figure[i];
        f->unit = f->unit == NULL ? "" : f->unit;
        f->columns = f->is_variants ? data->result.variant_count : 1;
    }
}

static double divide(double a, double b)
{
    return b > 0 || b < 0 ? a / b : (double)NAN;
}

/* One row of all columns from what each variant measured. */
static void fill_row(const struct swept_data *data,
                     double read[REPORT_VARIANTS_MAX + 1][METRICS_READ], double *value)
{
    const uint32_t variants = data->result.variant_count;
    uint32_t column = 0;
    if (has_pairs(data)) {
        const double *n = read[find_variant(data, "nimble")];
        const double *m = read[find_variant(data, "monolithic")];
        value[column++] = divide(m[GATEWAY_TX], n[GATEWAY_TX]);
        value[column++] = divide(m[TRAFFIC], n[TRAFFIC]);
        value[column++] = m[RESPONSE] - n[RESPONSE];
        value[column++] = divide(n[ACQUISITION], m[ACQUISITION]);
    }
    for (size_t metric = 0; metric < SWEPT_METRICS; metric++) {
        for (uint32_t v = 0; v < variants; v++) {
            value[column++] = read[v][metric];
        }
    }
}

static void clear(double read[REPORT_VARIANTS_MAX + 1][METRICS_READ])
{
    for (size_t v = 0; v <= REPORT_VARIANTS_MAX; v++) {
        for (size_t m = 0; m < METRICS_READ; m++) {
            read[v][m] = (double)NAN;
        }
    }
}

static void read_rows(struct report_reader *reader, struct swept_data *data)
{
    const size_t count =
        (size_t)report_ask(reader, "SELECT count(*) FROM (SELECT DISTINCT point_id, replication"
                                   " FROM run WHERE state = 'complete' AND point_id > 0)");
    if (reader->status == SIM_OK && count > SWEPT_ROWS_MAX) {
        store_error_set(reader->error, "%s has %zu points and replications, and a page takes %d",
                        reader->store->path, count, SWEPT_ROWS_MAX);
        reader->status = SIM_ERR_INVALID;
    }
    data->row = report_allocate(reader, count, sizeof *data->row);
    data->value = report_allocate(reader, count * data->column_count, sizeof *data->value);
    reader->total = (double)count;
    struct report_query q;
    report_query_open(
        &q, reader,
        "SELECT point_id, replication, variant,"
        " max(value) FILTER (WHERE name = 'response_mean_s'),"
        " sum(value) FILTER (WHERE name IN ('tx_bytes', 'rx_bytes')),"
        " max(value) FILTER (WHERE name = 'gateway_tx_bytes'),"
        " max(value) FILTER (WHERE name = 'acquisition_mean_s')"
        " FROM run JOIN metric USING (run_id) WHERE state = 'complete' AND point_id > 0"
        " GROUP BY point_id, replication, variant ORDER BY point_id, replication, variant");
    double read[REPORT_VARIANTS_MAX + 1][METRICS_READ];
    size_t point = 0;
    struct swept_row *row = NULL;
    while (report_query_next(&q)) {
        const int64_t id = query_int(q.rows, 0);
        const uint32_t replication = (uint32_t)query_int(q.rows, 1);
        while (point + 1 < data->point_count && data->point_id[point] < id) {
            point++;
        }
        if (row == NULL || row->point != point || row->replication != replication) {
            if (data->row_count == count) {
                break;
            }
            row = &data->row[data->row_count++];
            *row = (struct swept_row){.point = (uint32_t)point, .replication = replication};
            clear(read);
            report_advance(reader, 1);
        }
        double *of = read[find_variant(data, query_text(q.rows, 2))]; /* too many: the one more */
        for (unsigned m = 0; m < METRICS_READ; m++) {
            of[m] = query_real(q.rows, 3 + m);
        }
        fill_row(data, read, &data->value[(data->row_count - 1) * data->column_count]);
    }
    report_query_close(&q);
}

static bool has_value(const struct swept_data *data, const struct swept_figure *figure)
{
    for (size_t i = 0; i < data->row_count; i++) {
        for (uint32_t c = 0; c < figure->columns; c++) {
            if (!isnan(data->value[i * data->column_count + figure->column + c])) {
                return true;
            }
        }
    }
    return false;
}

/* A figure without a value anywhere is none, as the gateway's where there is no gateway. */
static void drop_empty_figures(struct swept_data *data)
{
    size_t kept = 0;
    for (size_t f = 0; f < data->figure_count; f++) {
        if (has_value(data, &data->figure[f]) || (kept == 0 && f + 1 == data->figure_count)) {
            data->figure[kept++] = data->figure[f]; /* at least one stays to lead */
        }
    }
    data->figure_count = kept;
}

static void count_replications(struct swept_data *data)
{
    uint32_t here = 0;
    for (size_t i = 0; i < data->row_count; i++) {
        here = i > 0 && data->row[i].point == data->row[i - 1].point ? here + 1 : 1;
        data->result.replications =
            here > data->result.replications ? here : data->result.replications;
    }
}

enum sim_status swept_data_init(struct swept_data *data, struct store *store,
                                report_progress *progress, void *context, struct store_error *error)
{
    *data = (struct swept_data){0};
    struct report_reader reader = {
        .data = &data->result,
        .store = store,
        .error = error,
        .progress = progress,
        .context = context,
    };
    /* One transaction: the file is seen as it is now, whoever else may write. */
    (void)report_ask(&reader, "BEGIN");
    report_read_origin(&reader);
    read_axes(&reader, data);
    read_values(&reader, data);
    read_points(&reader, data);
    read_variants(&reader, data);
    choose_figures(data);
    read_rows(&reader, data);
    drop_empty_figures(data);
    count_replications(data);
    const enum sim_status status = reader.status;
    reader.status = SIM_OK;
    struct store_error ignored; /* nothing was written that a failure could lose */
    reader.error = &ignored;
    (void)report_ask(&reader, "ROLLBACK");
    if (status != SIM_OK) {
        swept_data_deinit(data);
    }
    return status;
}

void swept_data_deinit(struct swept_data *data)
{
    report_data_deinit(&data->result);
}
