#include "sim/study/metrics.h"

#include <math.h>
#include <string.h>

static const struct metric_info info[METRIC_COUNT] = {
    [METRIC_TRIGGERS] = {"triggers", "", "calls triggered"},
    [METRIC_OUT_OF_CONTACT] = {"out_of_contact", "", "  out of contact"},
    [METRIC_CALLS] = {"calls", "", "  reached a node"},
    [METRIC_COMPLETED] = {"completed", "", "  completed"},
    [METRIC_FAILED] = {"failed", "", "  failed"},
    [METRIC_REFUSED] = {"refused", "", "    of these refused by a full node"},
    [METRIC_PENDING] = {"pending", "", "  pending at the end"},
    [METRIC_RESPONSE_MEAN] = {"response_mean_s", "s", "mean response"},
    [METRIC_QUEUEING_MEAN] = {"queueing_mean_s", "s", "  queueing"},
    [METRIC_ACQUISITION_MEAN] = {"acquisition_mean_s", "s", "  acquisition"},
    [METRIC_EXECUTION_MEAN] = {"execution_mean_s", "s", "  execution"},
    [METRIC_TX_BYTES] = {"tx_bytes", "B", "bytes sent"},
    [METRIC_RX_BYTES] = {"rx_bytes", "B", "bytes received"},
    [METRIC_LOST_BYTES] = {"lost_bytes", "B", "bytes lost on links"},
    [METRIC_GATEWAY_TX_BYTES] = {"gateway_tx_bytes", "B", "bytes sent by the gateway"},
    [METRIC_TX_VARIATION] = {"tx_bytes_cv", "", "variation of bytes sent over nodes"},
    [METRIC_TX_MESSAGES] = {"tx_messages", "", "messages sent"},
    [METRIC_SERVED_LOCAL] = {"served_local", "", "acquired from the own cache"},
    [METRIC_SERVED_NEIGHBOUR] = {"served_neighbour", "", "  from a neighbour"},
    [METRIC_SERVED_GLOBAL] = {"served_global", "", "  by global search"},
    [METRIC_SERVED_REGISTRY] = {"served_registry", "", "  from the registry"},
    [METRIC_EVICTIONS] = {"evictions", "", "evictions"},
    [METRIC_ATTEMPTS_LOST] = {"attempts_lost", "", "acquisition attempts lost"},
    [METRIC_NO_ROOM] = {"no_room", "", "  for want of room"},
    [METRIC_EXECUTOR_LOAD] = {"executor_load", "", "executors kept busy, a node"},
    [METRIC_STALLED_NODES] = {"stalled_nodes", "", "nodes stalled at the end"},
    [METRIC_SATURATED_NODES] = {"saturated_nodes", "", "nodes whose queue is not stationary"},
    [METRIC_WARMUP_RESPONSE] = {"warmup_response_s", "s", "warm-up of the response (MSER-5)"},
    [METRIC_WARMUP_LOAD] = {"warmup_load_s", "s", "warm-up of the load (MSER-5)"},
    [METRIC_CHAIN_SIZE] = {"chain_size_mean_bytes", "B", "mean chain with all that it calls"},
    [METRIC_CHAIN_TIME] = {"chain_time_mean_s", "s", "  its run time"},
};

const struct metric_info *metric_info(enum metric metric)
{
    ASSERT(metric < METRIC_COUNT);
    return &info[metric];
}

enum metric metric_find(const char *name)
{
    int m = 0;
    while (m < METRIC_COUNT && strcmp(info[m].name, name) != 0) {
        m++;
    }
    return (enum metric)m;
}

static double seconds_a_call(sim_time sum, uint64_t calls)
{
    return calls > 0 ? (double)sum / (double)SIM_S / (double)calls : (double)NAN;
}

static void collect_calls(const struct world_totals *t, double value[METRIC_COUNT])
{
    const sim_time execution_ns = t->response_ns - t->queueing_ns - t->acquisition_ns;
    value[METRIC_TRIGGERS] = (double)t->triggers;
    value[METRIC_OUT_OF_CONTACT] = (double)t->out_of_contact;
    value[METRIC_CALLS] = (double)t->calls;
    value[METRIC_COMPLETED] = (double)t->completed;
    value[METRIC_FAILED] = (double)t->failed;
    value[METRIC_REFUSED] = (double)t->refused;
    value[METRIC_PENDING] = (double)t->pending;
    value[METRIC_RESPONSE_MEAN] = seconds_a_call(t->response_ns, t->completed);
    value[METRIC_QUEUEING_MEAN] = seconds_a_call(t->queueing_ns, t->completed);
    value[METRIC_ACQUISITION_MEAN] = seconds_a_call(t->acquisition_ns, t->completed);
    value[METRIC_EXECUTION_MEAN] = seconds_a_call(execution_ns, t->completed);
}

static void add_node(const struct world_node *n, double value[METRIC_COUNT])
{
    const struct node_stats *s = &n->core.stats;
    value[METRIC_TX_BYTES] += (double)n->traffic.tx_bytes;
    value[METRIC_RX_BYTES] += (double)n->traffic.rx_bytes;
    value[METRIC_LOST_BYTES] += (double)n->traffic.lost_bytes;
    value[METRIC_TX_MESSAGES] += (double)n->traffic.tx_messages;
    value[METRIC_SERVED_LOCAL] += (double)s->served[NODE_SERVED_LOCAL];
    value[METRIC_SERVED_NEIGHBOUR] += (double)s->served[NODE_SERVED_NEIGHBOUR];
    value[METRIC_SERVED_GLOBAL] += (double)s->served[NODE_SERVED_GLOBAL];
    value[METRIC_SERVED_REGISTRY] += (double)s->served[NODE_SERVED_REGISTRY];
    value[METRIC_EVICTIONS] += (double)s->evictions;
    value[METRIC_ATTEMPTS_LOST] += (double)s->attempts_lost;
    value[METRIC_NO_ROOM] += (double)s->no_room;
    value[METRIC_EXECUTOR_LOAD] += (double)n->cpu.busy_ns;
    value[METRIC_STALLED_NODES] += n->core.stalled_since != SIM_TIME_NEVER;
}

/* Standard deviation of the nodes' bytes sent over their mean: 0 is perfectly even. */
static double variation_of_tx(const struct world *w, uint32_t nodes, double sum)
{
    const double mean = sum / nodes;
    double squares = 0;
    for (uint32_t i = 0; i < nodes; i++) {
        const double off = (double)w->node[i].traffic.tx_bytes - mean;
        squares += off * off;
    }
    return mean > 0 ? sqrt(squares / nodes) / mean : (double)NAN;
}

static void collect_taskset(const struct taskset *t, double value[METRIC_COUNT])
{
    for (uint32_t i = 0; i < t->chains; i++) {
        value[METRIC_CHAIN_SIZE] += (double)t->tasklet[i].total_bytes / t->chains;
        value[METRIC_CHAIN_TIME] += (double)t->tasklet[i].total_ns / (double)SIM_S / t->chains;
    }
}

void metrics_collect(const struct world *w, const struct taskset *t, double value[METRIC_COUNT])
{
    const uint32_t nodes = w->spec.setup->node_count - 1; /* the registry is the last */
    for (int m = 0; m < METRIC_COUNT; m++) {
        value[m] = 0;
    }
    collect_calls(&w->totals, value);
    collect_taskset(t, value);
    for (uint32_t i = 0; i < nodes; i++) {
        add_node(&w->node[i], value);
    }
    const uint32_t registry = w->spec.setup->registry;
    const uint32_t gateway = w->spec.mesh->link[w->spec.mesh->first[registry]].to;
    value[METRIC_GATEWAY_TX_BYTES] = (double)w->node[gateway].traffic.tx_bytes;
    value[METRIC_TX_VARIATION] = variation_of_tx(w, nodes, value[METRIC_TX_BYTES]);
    value[METRIC_EXECUTOR_LOAD] /= (double)w->spec.duration_ns * nodes;
}
