/* The numbers that a run ends with, and those of two runs. */
#include <math.h>

#include "models/wasmtube/config.h"

#define MEASURE(n, u, l)                                                                           \
    {                                                                                              \
        .name = (n), .unit = (u), .label = (l)                                                     \
    }
#define COMPARED(n, u, l, v)                                                                       \
    {                                                                                              \
        .name = (n), .unit = (u), .label = (l), .verb = (v), .lower = "less", .higher = "more"     \
    }
#define JOULES(n, l)                                                                               \
    {                                                                                              \
        .name = (n), .unit = "J", .label = (l), .is_hidden_at_zero = true                          \
    }

const struct model_measure wasmtube_measures[WASMTUBE_MEASURES] = {
    [WASMTUBE_CALLS] = MEASURE("calls", "", "calls"),
    [WASMTUBE_CALLS_AFTER] = MEASURE("calls_after", "", "calls from the update on"),
    [WASMTUBE_CALLS_FRESH] = MEASURE("fresh", "", "  answered by the new version"),
    [WASMTUBE_CALLS_STALE] = MEASURE("stale", "", "  answered by the old version"),
    [WASMTUBE_CALLS_LOST] = MEASURE("lost", "", "  lost"),
    [WASMTUBE_CALLS_PENDING] = MEASURE("pending", "", "  still pending"),
    [WASMTUBE_DELAYED] = MEASURE("delayed", "", "calls that waited for the swap"),
    [WASMTUBE_DELAY_MEAN] = MEASURE("delay_mean_s", "s", "mean delay of these"),
    [WASMTUBE_UPDATE_BYTES] = COMPARED("update_bytes", "B", "bytes times hops", "sends"),
    [WASMTUBE_UPDATED_AFTER] = MEASURE("updated_s", "s", "last node updated after"),
    [WASMTUBE_NODES_UPDATED] = MEASURE("nodes_updated", "", "nodes updated"),
    [WASMTUBE_TX_BYTES] = {.name = "tx_bytes",
                           .unit = "B",
                           .label = "bytes sent",
                           .is_hidden = true},
    [WASMTUBE_RX_BYTES] = {.name = "rx_bytes",
                           .unit = "B",
                           .label = "bytes received",
                           .is_hidden = true},
    [WASMTUBE_LOST_BYTES] = {.name = "lost_bytes",
                             .unit = "B",
                             .label = "bytes that a link failed under, sent anew",
                             .is_hidden_at_zero = true},
    [WASMTUBE_LINK_DOWN] = {.name = "link_down_share",
                            .unit = "",
                            .label = "time that a link is down",
                            .is_hidden_at_zero = true},
    [WASMTUBE_ENERGY] = JOULES("energy_j", "energy of the nodes"),
    [WASMTUBE_COMPUTE_J] = JOULES("compute_j", "  of it swaps and reboots"),
    [WASMTUBE_IDLE_J] = JOULES("idle_j", "  of it being on"),
    [WASMTUBE_SENT_J] = JOULES("sent_j", "  of it bits sent"),
    [WASMTUBE_RECEIVED_J] = JOULES("received_j", "  of it bits received"),
};

const struct model_series wasmtube_series[WASMTUBE_SERIES] = {
    [WASMTUBE_SERIES_BYTES] = {"bytes", "B", "bytes sent", NULL, NULL},
    [WASMTUBE_SERIES_STALE] = {"stale", "", "stale answers", NULL, NULL},
    [WASMTUBE_SERIES_LOST] = {"lost", "", "lost calls", NULL, NULL},
    [WASMTUBE_SERIES_UPDATED] = {"updated", "", "nodes updated", NULL, NULL},
    [WASMTUBE_SERIES_ENERGY] = {"energy", "nJ", "energy of the nodes", NULL, NULL},
};
const struct model_distribution wasmtube_distributions[1] = {{"delay", "ns", "delay by the swap"}};

static double ratio(const struct model_result *a, const struct model_result *b,
                    enum wasmtube_measure m)
{
    return b->measure[m] > 0 ? a->measure[m] / b->measure[m] : (double)NAN;
}

static double bytes_ratio(const struct model_result *a, const struct model_result *b)
{
    return ratio(a, b, WASMTUBE_UPDATE_BYTES);
}

static double time_ratio(const struct model_result *a, const struct model_result *b)
{
    return ratio(a, b, WASMTUBE_UPDATED_AFTER);
}

static double stale_more(const struct model_result *a, const struct model_result *b)
{
    return a->measure[WASMTUBE_CALLS_STALE] - b->measure[WASMTUBE_CALLS_STALE];
}

const struct model_contrast wasmtube_contrasts[WASMTUBE_CONTRASTS] = {
    {"bytes_ratio", "", "bytes times hops, as a ratio", NULL, NULL, 1, bytes_ratio},
    {"updated_ratio", "", "last node updated, as a ratio", NULL, NULL, 1, time_ratio},
    {"stale_more", "", "more stale answers", NULL, NULL, 0, stale_more},
};
const struct model_headline wasmtube_headlines[WASMTUBE_HEADLINES] = {
    {"stale_more", "more stale answers", "", 1, 1},
    {"bytes_ratio", "bytes ratio", "", 1, 1},
    {"updated_ratio", "time ratio", "", 1, 2},
};

static void measure_energy(const struct wasmtube_world *w, double *m)
{
    struct energy sum = {0, 0, 0, 0};
    for (uint32_t i = 0; i < w->nodes; i++) {
        const struct energy e = wasmtube_node_energy(w, i);
        energy_add(&sum, &e);
    }
    m[WASMTUBE_ENERGY] = energy_total(&sum);
    m[WASMTUBE_COMPUTE_J] = sum.compute_j;
    m[WASMTUBE_IDLE_J] = sum.idle_j;
    m[WASMTUBE_SENT_J] = sum.sent_j;
    m[WASMTUBE_RECEIVED_J] = sum.received_j;
}

void wasmtube_measure(const struct wasmtube_world *w, struct model_result *result)
{
    double *m = result->measure;
    m[WASMTUBE_CALLS] = (double)w->calls;
    m[WASMTUBE_CALLS_AFTER] = (double)w->calls_after;
    m[WASMTUBE_CALLS_FRESH] = (double)w->fresh;
    m[WASMTUBE_CALLS_STALE] = (double)w->stale;
    m[WASMTUBE_CALLS_LOST] = (double)w->lost;
    m[WASMTUBE_CALLS_PENDING] = (double)wasmtube_world_pending(w);
    m[WASMTUBE_DELAYED] = (double)w->delayed;
    m[WASMTUBE_DELAY_MEAN] =
        w->delayed > 0 ? (double)w->delay_ns / 1e9 / (double)w->delayed : (double)NAN;
    m[WASMTUBE_UPDATE_BYTES] = m[WASMTUBE_TX_BYTES] = (double)w->tx_bytes;
    m[WASMTUBE_RX_BYTES] = (double)w->rx_bytes;
    m[WASMTUBE_LOST_BYTES] = (double)w->lost_bytes;
    m[WASMTUBE_LINK_DOWN] = wasmtube_world_link_down_share(w);
    m[WASMTUBE_UPDATED_AFTER] =
        w->updated > 0 ? (double)(w->last_ns - w->spec->at_ns) / 1e9 : (double)NAN;
    m[WASMTUBE_NODES_UPDATED] = w->updated;
    measure_energy(w, m);
}
