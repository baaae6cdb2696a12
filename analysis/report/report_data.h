/*
 * report_data.h - what a report shows, read from a result database as aggregates.
 *
 * Memory is bounded whatever the database holds: time series are thinned to
 * REPORT_POINTS_MAX points, nodes to the REPORT_NODES_MAX with most traffic,
 * warnings to the first REPORT_WARNINGS_MAX; calls are counted into a histogram
 * as they stream by; events are not read. Runs count if they are complete.
 *
 * Estimates are means over the replications of a variant with 95 % intervals.
 * The comparison pairs the variants "nimble" and "monolithic" replication by
 * replication: both have seen the same calls.
 *
 * Units: *_s seconds, *_m metres; metrics and nodes as the database has them.
 * Ownership: all of it belongs to struct report_data until report_data_deinit().
 * Errors: as store.h; SIM_ERR_INVALID also where no run is complete.
 * Order: variants and replications as numbered by the runs; nothing depends on
 *   the order in which rows were written.
 */
#ifndef ANALYSIS_REPORT_REPORT_DATA_H
#define ANALYSIS_REPORT_REPORT_DATA_H

#include "analysis/statistics/stats.h"
#include "analysis/store/store.h"

#define REPORT_LEVEL 0.95

enum {
    REPORT_VARIANTS_MAX = 6,
    REPORT_POINTS_MAX = 720,
    REPORT_NODES_MAX = 200,
    REPORT_WARNINGS_MAX = 50,
    REPORT_SHARES = 400, /* points of a distribution */
};

/* The time series. The last four are sliding windows of 100 s, from 100 s on. */
enum report_track {
    REPORT_LOAD, /* bytes sent plus received so far */
    REPORT_RESPONSE,
    REPORT_ACQUISITION,
    REPORT_EXECUTION,
    REPORT_QUEUEING,
    REPORT_TRACKS,
};

enum report_node_figure {
    REPORT_TX_BYTES,
    REPORT_RX_BYTES,
    REPORT_CALLS,
    REPORT_HITS,
    REPORT_EVICTIONS,
    REPORT_CACHE_HIGH_BYTES,
    REPORT_BUSY, /* executors kept busy, on average over the run */
    REPORT_NODE_FIGURES,
};

enum report_comparison {
    REPORT_GATEWAY_RATIO,     /* bytes sent by the gateway, monolithic / nimble */
    REPORT_TRAFFIC_RATIO,     /* bytes sent and received, monolithic / nimble */
    REPORT_BREAK_EVEN,        /* s: from then on nimble has moved fewer bytes; NaN: never */
    REPORT_RESPONSE_GAIN,     /* s: mean response, monolithic - nimble */
    REPORT_ACQUISITION_RATIO, /* time, nimble / monolithic */
    REPORT_EXECUTION_EXTRA,   /* s: execution, nimble - monolithic */
    REPORT_GLOBAL_SHARE,      /* of nimble's acquisitions over the network */
    REPORT_REGISTRY_SHARE,
    REPORT_COMPARISONS,
};

/* Texts of the invocation's row, in the words of the database. */
struct report_origin {
    const char *state, *version, *commit, *compiler, *compiler_flags, *host, *arguments;
    const char *scenario_path, *scenario_resolved, *scenario_hash, *seed;
    const char *started, *ended; /* UTC; ended is "" if it has not */
    const char *libraries;       /* "gsl 2.7.1, igraph 0.10.2" */
};

struct report_run {
    int64_t run_id;
    uint32_t variant; /* index */
    uint32_t replication;
    bool is_complete;
    const char *state, *seed, *digest, *trace_digest; /* digests "" until the run has ended */
    int64_t events;
    double wall_s;
};

struct report_metric {
    const char *name, *unit;
    struct stats_estimate of[REPORT_VARIANTS_MAX];
};

struct report_node {
    int64_t node;
    const char *role;
    double x_m, y_m; /* NaN: no place */
    struct stats_estimate of[REPORT_VARIANTS_MAX][REPORT_NODE_FIGURES];
};

struct report_warning {
    const char *variant, *text;
    uint32_t replication;
    double t_s;
};

/* The share of completed calls that were answered within within_s[i]. */
struct report_distribution {
    uint64_t calls[REPORT_VARIANTS_MAX];
    double within_s[REPORT_SHARES];
    double share[REPORT_VARIANTS_MAX][REPORT_SHARES]; /* NaN: no call of the variant */
    double median_s[REPORT_VARIANTS_MAX], p95_s[REPORT_VARIANTS_MAX], p99_s[REPORT_VARIANTS_MAX];
};

struct report_block; /* memory, given back all at once */

struct report_data {
    struct report_origin origin;

    const char *variant[REPORT_VARIANTS_MAX];
    uint32_t variant_count;
    uint32_t replications; /* the most that a variant has complete */
    struct report_run *run;
    size_t run_count;

    struct report_metric *metric; /* by name */
    size_t metric_count;

    size_t point_count;
    double bin_s;      /* width of the bins in the database; 0 without any */
    uint32_t stride;   /* every stride-th bin is a point */
    double duration_s; /* end of the last bin */
    double *t_s;
    struct stats_estimate *track[REPORT_VARIANTS_MAX][REPORT_TRACKS]; /* NaN where nothing is */

    struct report_node *node; /* by number */
    size_t node_count, node_total;

    struct report_distribution *distribution; /* NULL if no calls were recorded */

    bool has_comparison;
    struct stats_estimate comparison[REPORT_COMPARISONS];

    struct report_warning *warning;
    size_t warning_count, warning_total;

    struct report_block *blocks;
};

/* Told now and then how much of total is done. May be NULL. */
typedef void report_progress(void *context, double done, double total);

/* Reads all of it. On failure there is nothing to end, and *error says why. */
SIM_MUST_CHECK enum sim_status report_data_init(struct report_data *data, struct store *store,
                                                report_progress *progress, void *context,
                                                struct store_error *error);
void report_data_deinit(struct report_data *data);

/* The metric of that name, or NULL. */
const struct report_metric *report_find_metric(const struct report_data *data, const char *name);

#endif
