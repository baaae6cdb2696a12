#include "analysis/report/report_read.h"

#include <string.h>

/* ---- where it is from ---- */

void report_read_origin(struct report_reader *reader)
{
    struct report_origin *o = &reader->data->origin;
    struct report_query q;
    report_query_open(&q, reader,
                      "SELECT state, program_version, program_commit, compiler, compiler_flags,"
                      " host, arguments, scenario_path, scenario_resolved, scenario_hash,"
                      " printf('%u', seed),"
                      " datetime(started_unix_ns / 1000000000, 'unixepoch') || ' UTC',"
                      " datetime(ended_unix_ns / 1000000000, 'unixepoch') || ' UTC'"
                      " FROM invocation");
    const char **const text[] = {
        &o->state, &o->version,   &o->commit,        &o->compiler,          &o->compiler_flags,
        &o->host,  &o->arguments, &o->scenario_path, &o->scenario_resolved, &o->scenario_hash,
        &o->seed,  &o->started,   &o->ended,
    };
    const bool found = report_query_next(&q);
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        *text[i] = found ? report_text(&q, (unsigned)i) : "";
    }
    report_query_close(&q);

    report_query_open(&q, reader,
                      "SELECT group_concat(name || ' ' || version, ', ')"
                      " FROM (SELECT name, version FROM library ORDER BY name)");
    o->libraries = report_query_next(&q) ? report_text(&q, 0) : "";
    report_query_close(&q);
}

/* ---- runs and variants ---- */

static uint32_t variant_index(struct report_reader *reader, const char *name)
{
    struct report_data *data = reader->data;
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (strcmp(data->variant[v], name) == 0) {
            return v;
        }
    }
    if (data->variant_count == REPORT_VARIANTS_MAX) {
        if (reader->status == SIM_OK) {
            store_error_set(reader->error, "%s has more than %d variants: too many for one report",
                            reader->store->path, REPORT_VARIANTS_MAX);
            reader->status = SIM_ERR_INVALID;
        }
        return 0;
    }
    data->variant[data->variant_count] = name;
    return data->variant_count++;
}

static void read_runs(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    const int64_t count = report_ask(reader, "SELECT count(*) FROM run");
    data->run = report_allocate(reader, (size_t)count, sizeof *data->run);
    uint32_t complete[REPORT_VARIANTS_MAX] = {0};
    struct report_query q;
    report_query_open(&q, reader,
                      "SELECT run_id, variant, replication, state, printf('%u', seed), digest,"
                      " trace_digest, events, wall_s FROM run ORDER BY run_id");
    while (data->run_count < (size_t)count && report_query_next(&q)) {
        const char *variant = report_text(&q, 1);
        const char *state = report_text(&q, 3);
        const struct report_run run = {
            .run_id = query_int(q.rows, 0),
            .variant = variant_index(reader, variant),
            .replication = (uint32_t)query_int(q.rows, 2),
            .is_complete = strcmp(state, "complete") == 0,
            .state = state,
            .seed = report_text(&q, 4),
            .digest = report_text(&q, 5),
            .trace_digest = report_text(&q, 6),
            .events = query_type(q.rows, 7) == QUERY_NULL ? 0 : query_int(q.rows, 7),
            .wall_s = query_real(q.rows, 8),
        };
        complete[run.variant] += run.is_complete;
        data->run[data->run_count++] = run;
    }
    report_query_close(&q);
    for (uint32_t v = 0; v < data->variant_count; v++) {
        if (complete[v] > data->replications) {
            data->replications = complete[v];
        }
    }
    if (reader->status == SIM_OK && data->replications == 0) {
        store_error_set(reader->error, "%s holds no complete run: there is nothing to report",
                        reader->store->path);
        reader->status = SIM_ERR_INVALID;
    }
}

/* ---- metrics ---- */

static struct report_metric *find_metric(const struct report_data *data, const char *name)
{
    for (size_t i = 0; i < data->metric_count; i++) {
        if (strcmp(data->metric[i].name, name) == 0) {
            return &data->metric[i];
        }
    }
    return NULL;
}

const struct report_metric *report_find_metric(const struct report_data *data, const char *name)
{
    return find_metric(data, name);
}

/* Rows come sorted by name, so that each stream of values is complete before the next begins. */
static void read_metrics(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    const int64_t count = report_ask(reader, "SELECT count(DISTINCT name) FROM v_metric");
    data->metric = report_allocate(reader, (size_t)count, sizeof *data->metric);
    struct stats_stream stream[REPORT_VARIANTS_MAX] = {0};
    struct report_metric *metric = NULL;
    struct report_query q;
    report_query_open(&q, reader,
                      "SELECT name, unit, run.variant, value FROM v_metric JOIN run USING (run_id)"
                      " WHERE state = 'complete' ORDER BY name, run_id");
    while (report_query_next(&q)) {
        const char *name = query_text(q.rows, 0);
        if (metric == NULL || strcmp(metric->name, name) != 0) {
            ASSERT(data->metric_count < (size_t)count); /* one transaction: nothing has changed */
            metric = &data->metric[data->metric_count++];
            metric->name = report_text(&q, 0);
            metric->unit = report_text(&q, 1);
            memset(stream, 0, sizeof stream);
        }
        const uint32_t v = variant_index(reader, query_text(q.rows, 2));
        stats_add(&stream[v], query_real(q.rows, 3));
        for (uint32_t i = 0; i < data->variant_count; i++) {
            metric->of[i] = stats_stream_estimate(&stream[i], REPORT_LEVEL);
        }
    }
    report_query_close(&q);
}

/* ---- warnings ---- */

static void read_warnings(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    data->warning_total = (size_t)report_ask(reader, "SELECT count(*) FROM warning");
    data->warning = report_allocate(reader, REPORT_WARNINGS_MAX, sizeof *data->warning);
    struct report_query q;
    report_query_open_for(&q, reader,
                          "SELECT variant, replication, t_ns / 1e9, text"
                          " FROM warning JOIN run USING (run_id) ORDER BY run_id, seq LIMIT ?",
                          REPORT_WARNINGS_MAX);
    while (report_query_next(&q)) {
        data->warning[data->warning_count++] = (struct report_warning){
            .variant = report_text(&q, 0),
            .replication = (uint32_t)query_int(q.rows, 1),
            .t_s = query_real(q.rows, 2),
            .text = report_text(&q, 3),
        };
    }
    report_query_close(&q);
}

/* ---- all of it ---- */

/*
 * Rows are the unit of work: a call streams by in well under a microsecond, and
 * the other steps are about as much as ten thousand calls a run.
 */
static double work_to_do(const struct report_data *data)
{
    const struct report_metric *triggers = find_metric(data, "triggers");
    double calls = 0;
    for (uint32_t v = 0; triggers != NULL && v < data->variant_count; v++) {
        calls += triggers->of[v].n > 0 ? triggers->of[v].mean * (double)triggers->of[v].n : 0;
    }
    return calls + 10000.0 * (double)data->run_count;
}

static void read_all(struct report_reader *reader)
{
    report_read_origin(reader);
    read_runs(reader);
    read_metrics(reader);
    if (reader->status != SIM_OK) {
        return;
    }
    reader->total = work_to_do(reader->data);
    read_warnings(reader);
    report_read_tracks(reader);
    report_read_nodes(reader);
    report_read_comparison(reader);
    report_advance(reader, 10000.0 * (double)reader->data->run_count);
    report_read_calls(reader);
}

enum sim_status report_data_init(struct report_data *data, struct store *store,
                                 report_progress *progress, void *context,
                                 struct store_error *error)
{
    *data = (struct report_data){0};
    struct report_reader reader = {
        .data = data,
        .store = store,
        .error = error,
        .progress = progress,
        .context = context,
    };
    /* One transaction: the file is seen as it is now, whoever else may write. */
    (void)report_ask(&reader, "BEGIN");
    read_all(&reader);
    const enum sim_status status = reader.status;
    reader.status = SIM_OK;
    struct store_error ignored; /* nothing was written that a failure could lose */
    reader.error = &ignored;
    (void)report_ask(&reader, "ROLLBACK");
    if (status != SIM_OK) {
        report_data_deinit(data);
    }
    return status;
}
