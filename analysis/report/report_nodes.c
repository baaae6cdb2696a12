/* Node by node: of many nodes those with the most traffic. */
#include "analysis/report/report_read.h"

#include <math.h>

/* Chosen by traffic, shown by number. */
static void choose_nodes(struct report_reader *reader)
{
    struct report_data *data = reader->data;
    data->node_total = (size_t)report_ask(reader, "SELECT count(DISTINCT node) FROM node");
    data->node = report_allocate(reader, REPORT_NODES_MAX, sizeof *data->node);
    struct report_query q;
    report_query_open_for(&q, reader,
                          "SELECT node FROM (SELECT node FROM node_traffic GROUP BY node"
                          " ORDER BY sum(tx_bytes + rx_bytes) DESC, node LIMIT ?) ORDER BY node",
                          REPORT_NODES_MAX);
    while (report_query_next(&q)) {
        data->node[data->node_count++].node = query_int(q.rows, 0);
    }
    report_query_close(&q);
}

static void read_node(struct report_reader *reader, struct report_node *node)
{
    struct stats_stream stream[REPORT_VARIANTS_MAX][REPORT_NODE_FIGURES] = {0};
    struct report_data *data = reader->data;
    const double duration_ns = data->duration_s * (double)SIM_S;
    node->x_m = node->y_m = (double)NAN;
    node->role = "";
    for (size_t i = 0; i < data->run_count; i++) {
        const struct report_run *run = &data->run[i];
        if (!run->is_complete) {
            continue;
        }
        struct report_query q;
        report_query_open_for(&q, reader,
                              "SELECT tx_bytes, rx_bytes, calls, hits, evictions,"
                              " cache_high_bytes, busy_ns, role, x_m, y_m"
                              " FROM node_traffic JOIN node USING (run_id, node)"
                              " WHERE run_id = ? AND node = ?",
                              run->run_id);
        if (q.rows != NULL) {
            query_bind_int(q.rows, node->node);
        }
        if (report_query_next(&q)) {
            for (unsigned f = 0; f < REPORT_NODE_FIGURES; f++) {
                const double value = query_real(q.rows, f);
                stats_add(&stream[run->variant][f],
                          f == REPORT_BUSY && duration_ns > 0 ? value / duration_ns : value);
            }
            node->role = node->role[0] == '\0' ? report_text(&q, 7) : node->role;
            node->x_m = query_real(q.rows, 8);
            node->y_m = query_real(q.rows, 9);
        }
        report_query_close(&q);
    }
    for (uint32_t v = 0; v < data->variant_count; v++) {
        for (int f = 0; f < REPORT_NODE_FIGURES; f++) {
            node->of[v][f] = stats_stream_estimate(&stream[v][f], REPORT_LEVEL);
        }
    }
}

void report_read_nodes(struct report_reader *reader)
{
    choose_nodes(reader);
    for (size_t i = 0; i < reader->data->node_count && reader->status == SIM_OK; i++) {
        read_node(reader, &reader->data->node[i]);
    }
}
