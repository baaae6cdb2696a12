/* What splitting saves, replication by replication: figures 8 to 10 of the paper in numbers. */
#include "analysis/report/report_read.h"
#include "models/nimblenet/results/break_even.h"

#include <math.h>
#include <string.h>

struct pair {
    const struct report_run *nimble, *monolithic;
};

static double divide(double a, double b)
{
    return b > 0 || b < 0 ? a / b : (double)NAN;
}

static double metric_of(struct report_reader *reader, const struct report_run *run,
                        const char *name)
{
    struct report_query q;
    report_query_open_for(&q, reader, "SELECT value FROM v_metric WHERE run_id = ? AND name = ?",
                          run->run_id);
    if (q.rows != NULL) {
        query_bind_text(q.rows, name);
    }
    const double value = report_query_next(&q) ? query_real(q.rows, 0) : (double)NAN;
    report_query_close(&q);
    return value;
}

/* The end of the bin after the last in which nimble had moved more bytes; NaN: it stays behind. */
static double break_even_s(struct report_reader *reader, const struct pair *pair)
{
    struct report_query q;
    report_query_open_for(&q, reader,
                          "SELECT a.t_ns / 1e9, a.bytes, b.bytes FROM load_bin AS a"
                          " JOIN load_bin AS b ON b.t_ns = a.t_ns"
                          " WHERE a.run_id = ? AND b.run_id = ? ORDER BY a.t_ns",
                          pair->nimble->run_id);
    if (q.rows != NULL) {
        query_bind_int(q.rows, pair->monolithic->run_id);
    }
    struct break_even load;
    break_even_init(&load);
    while (report_query_next(&q)) {
        break_even_add(&load, query_real(q.rows, 0), query_int(q.rows, 1), query_int(q.rows, 2));
    }
    report_query_close(&q);
    return load.since_s;
}

static double total_bytes(struct report_reader *reader, const struct report_run *run)
{
    return metric_of(reader, run, "tx_bytes") + metric_of(reader, run, "rx_bytes");
}

static double fetched(struct report_reader *reader, const struct report_run *run)
{
    return metric_of(reader, run, "served_neighbour") + metric_of(reader, run, "served_global") +
           metric_of(reader, run, "served_registry");
}

static double figure_of(struct report_reader *reader, enum report_comparison figure,
                        const struct pair *pair)
{
    const struct report_run *n = pair->nimble;
    const struct report_run *m = pair->monolithic;
    switch (figure) {
    case REPORT_GATEWAY_RATIO:
        return divide(metric_of(reader, m, "gateway_tx_bytes"),
                      metric_of(reader, n, "gateway_tx_bytes"));
    case REPORT_TRAFFIC_RATIO:
        return divide(total_bytes(reader, m), total_bytes(reader, n));
    case REPORT_BREAK_EVEN:
        return break_even_s(reader, pair);
    case REPORT_RESPONSE_GAIN:
        return metric_of(reader, m, "response_mean_s") - metric_of(reader, n, "response_mean_s");
    case REPORT_ACQUISITION_RATIO:
        return divide(metric_of(reader, n, "acquisition_mean_s"),
                      metric_of(reader, m, "acquisition_mean_s"));
    case REPORT_EXECUTION_EXTRA:
        return metric_of(reader, n, "execution_mean_s") - metric_of(reader, m, "execution_mean_s");
    case REPORT_GLOBAL_SHARE:
        return divide(metric_of(reader, n, "served_global"), fetched(reader, n));
    case REPORT_REGISTRY_SHARE:
        return divide(metric_of(reader, n, "served_registry"), fetched(reader, n));
    case REPORT_COMPARISONS:
        break;
    }
    return (double)NAN;
}

static const struct report_run *find_run(const struct report_data *data, const char *variant,
                                         uint32_t replication)
{
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *run = &data->run[i];
        if (run->is_complete && run->replication == replication &&
            strcmp(data->variant[run->variant], variant) == 0) {
            return run;
        }
    }
    return NULL;
}

void report_read_comparison(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    struct stats_stream stream[REPORT_COMPARISONS] = {0};
    for (size_t i = 0; i < data->run_count && reader->status == SIM_OK; i++) {
        const struct pair pair = {
            .nimble = &data->run[i],
            .monolithic = find_run(data, "monolithic", data->run[i].replication),
        };
        if (!pair.nimble->is_complete || pair.monolithic == NULL ||
            strcmp(data->variant[pair.nimble->variant], "nimble") != 0) {
            continue;
        }
        data->has_comparison = true;
        for (int f = 0; f < REPORT_COMPARISONS; f++) {
            stats_add(&stream[f], figure_of(reader, (enum report_comparison)f, &pair));
        }
    }
    for (int f = 0; f < REPORT_COMPARISONS; f++) {
        data->comparison[f] = stats_stream_estimate(&stream[f], REPORT_LEVEL);
    }
}
