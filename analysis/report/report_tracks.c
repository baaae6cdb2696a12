/*
 * The time series: every stride-th bin is a point, so that a run of a month takes
 * no more memory than one of an hour. Values are cumulative or sliding already;
 * a point that is left out hides nothing but itself.
 */
#include "analysis/report/report_read.h"

#include <math.h>

struct tracks {
    struct stats_stream *stream; /* by variant, track and point */
    size_t points;
};

static struct stats_stream *stream_at(const struct tracks *t, uint32_t variant, int track,
                                      size_t point)
{
    return &t->stream[((size_t)variant * REPORT_TRACKS + (size_t)track) * t->points + point];
}

/* How wide the bins are and how many there are. False where nothing was stored. */
static bool measure_bins(struct report_reader *reader, size_t *bins)
{
    struct report_data *data = reader->data;
    const int64_t first_ns = report_ask(reader, "SELECT min(t_ns) FROM load_bin");
    const int64_t last_ns = report_ask(reader, "SELECT max(t_ns) FROM load_bin");
    if (first_ns <= 0 || last_ns < first_ns) {
        return false;
    }
    data->bin_s = (double)first_ns / (double)SIM_S;
    data->duration_s = (double)last_ns / (double)SIM_S;
    *bins = (size_t)((last_ns + first_ns - 1) / first_ns);
    data->stride = (uint32_t)((*bins + REPORT_POINTS_MAX - 1) / REPORT_POINTS_MAX);
    return true;
}

/* The point that the bin ending at t_s is, or the number of points if it is left out. */
static size_t point_of(const struct report_data *data, double t_s)
{
    const double bins = t_s / data->bin_s;
    const size_t bin = (size_t)llround(ceil(bins - 1e-6));
    const bool is_point = bin > 0 && bin % data->stride == 0;
    return is_point && bin / data->stride <= data->point_count ? bin / data->stride - 1
                                                               : data->point_count;
}

static void read_run(struct report_reader *reader, const struct tracks *t,
                     const struct report_run *run)
{
    struct report_data *data = reader->data;
    struct report_query q;
    report_query_open_for(&q, reader,
                          "SELECT t_s, cumulative_bytes FROM v_load WHERE run_id = ? ORDER BY t_s",
                          run->run_id);
    while (report_query_next(&q)) {
        const size_t point = point_of(data, query_real(q.rows, 0));
        if (point < data->point_count) {
            data->t_s[point] = query_real(q.rows, 0);
            stats_add(stream_at(t, run->variant, REPORT_LOAD, point), query_real(q.rows, 1));
        }
    }
    report_query_close(&q);

    report_query_open_for(&q, reader,
                          "SELECT t_s, response_s, acquisition_s, execution_s, queueing_s"
                          " FROM v_response_split WHERE run_id = ? ORDER BY t_s",
                          run->run_id);
    while (report_query_next(&q)) {
        const size_t point = point_of(data, query_real(q.rows, 0));
        for (unsigned i = 0; point < data->point_count && i < 4; i++) {
            stats_add(stream_at(t, run->variant, REPORT_RESPONSE + (int)i, point),
                      query_real(q.rows, i + 1));
        }
    }
    report_query_close(&q);
}

void report_read_tracks(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    size_t bins = 0;
    if (!measure_bins(reader, &bins)) {
        return;
    }
    data->point_count = bins / data->stride;
    data->t_s = report_allocate(reader, data->point_count, sizeof *data->t_s);
    const size_t tracks = (size_t)data->variant_count * REPORT_TRACKS;
    const struct tracks t = {
        .stream = report_allocate(reader, tracks * data->point_count, sizeof *t.stream),
        .points = data->point_count,
    };
    for (size_t i = 0; i < data->run_count && reader->status == SIM_OK; i++) {
        if (data->run[i].is_complete) {
            read_run(reader, &t, &data->run[i]);
        }
    }
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (int track = 0; track < REPORT_TRACKS; track++) {
            struct stats_estimate *e = report_allocate(reader, data->point_count, sizeof *e);
            for (size_t i = 0; e != NULL && i < data->point_count; i++) {
                e[i] = stats_stream_estimate(stream_at(&t, v, track, i), REPORT_LEVEL);
            }
            data->track[v][track] = e;
        }
    }
}
