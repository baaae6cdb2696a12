#include "models/qos/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/qos/measures.h"
#include "models/qos/paper.h"
#include "models/qos/readings.h"
#include "models/qos/real/inferd.h"
#include "models/qos/real/streams.h"
#include "models/qos/results/charts.h"
#include "models/qos/results/story.h"
#include "models/qos/rows.h"
#include "models/real.h"

extern const char qos_views[];      /* views.sql, and */
extern const char qos_ledger_tsv[]; /* results/ledger.tsv, which the build puts in */

enum { LATENCY_NS, ANSWERED, MISSED, ENERGY, SERIES }; /* of bins */
enum { LATENCY, DEPLOY, MISSES, DISTRIBUTIONS };       /* of histograms */

struct run {
    const struct qos_system *system;
    const struct model_listener *listener;
    struct cluster *cluster;
    int64_t *bin; /* bins x SERIES */
    uint64_t *histogram;
    size_t bins;
    struct energy_bins energy;
};

/* ---- a system ---- */

static enum sim_status open(void **system, const struct model_head *head, const void *config,
                            struct model_error *error)
{
    struct qos_system *s = malloc(sizeof *s);
    if (s == NULL) {
        return SIM_ERR_NOMEM;
    }
    const enum sim_status status = qos_compose(s, head, config, error);
    if (status != SIM_OK) {
        free(s);
        return status;
    }
    *system = s;
    return SIM_OK;
}

static void close(void *system)
{
    qos_compose_release(system);
    free(system);
}

static uint64_t estimate(const void *system)
{
    return cluster_estimate(&((const struct qos_system *)system)->plan);
}

static void describe(const void *system, char *text, size_t bytes)
{
    const struct cluster_plan *plan = &((const struct qos_system *)system)->plan;
    (void)snprintf(text, bytes,
                   "%" PRIu32 " nodes, %" PRIu32 " clients with %" PRIu32 " frames each",
                   plan->nodes, plan->clients, plan->frames);
}

/* ---- a run hears what happens ---- */

static int64_t *bin_at(struct run *r, sim_time at)
{
    const size_t bin = (size_t)(at / r->system->plan.bin_ns);
    return r->bin + (bin < r->bins ? bin : r->bins - 1) * SERIES;
}

static void on_frame(void *context, const struct cluster_sent *frame)
{
    struct run *r = context;
    int64_t *bin = bin_at(r, frame->at);
    if (frame->latency_ns == SIM_TIME_NEVER) {
        bin[MISSED]++;
    } else {
        bin[LATENCY_NS] += frame->latency_ns;
        bin[ANSWERED]++;
        r->histogram[LATENCY * BINS_COUNT + bins_index(frame->latency_ns)]++;
    }
    if (r->system->head.record >= qos_tables[QOS_FRAME].least_record) {
        qos_tell_frame(r->listener, frame);
    }
}

static void on_stream(void *context, const struct cluster_stream *s)
{
    const struct run *r = context;
    qos_tell_stream(r->listener, s, r->system->plan.timeout_ns);
}

static void on_pod(void *context, const struct cluster_pod *pod)
{
    const struct run *r = context;
    qos_tell_pod(r->listener, pod);
}

static void on_used(void *context, uint32_t node, sim_time from, sim_time until,
                    const struct energy_use *use)
{
    const struct run *r = context;
    const struct energy e = energy_of(&r->system->plan.node[node].energy, use);
    energy_spend(&r->energy, from, until, energy_total(&e));
}

static void on_finding(void *context, const struct cluster_finding *finding)
{
    const struct run *r = context;
    qos_tell_decision(r->listener, finding);
}

/* ---- a run ---- */

static enum sim_status leave(struct run *r, enum sim_status status)
{
    cluster_destroy(r->cluster);
    free(r->bin);
    free(r->energy.bin_j);
    free(r->histogram);
    free(r);
    return status;
}

/* Rows finer than the record are not asked for. */
static struct cluster_observer observer_of(struct run *r, unsigned record)
{
    struct cluster_observer o = {
        .context = r, .stream = on_stream, .frame = on_frame, .used = on_used};
    if (record >= qos_tables[QOS_POD].least_record) {
        o.pod = on_pod;
    }
    if (record >= qos_tables[QOS_DECISION].least_record) {
        o.finding = on_finding;
    }
    return o;
}

static enum sim_status begin(void **run, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error)
{
    (void)work;
    (void)error;
    const struct qos_system *s = system;
    struct run *r = calloc(1, sizeof *r);
    if (r == NULL) {
        return SIM_ERR_NOMEM;
    }
    r->system = s;
    r->listener = listener;
    r->bins = (size_t)((s->head.duration_ns + s->head.bin_ns - 1) / s->head.bin_ns);
    r->bin = calloc(r->bins * SERIES, sizeof *r->bin);
    r->histogram = calloc((size_t)DISTRIBUTIONS * BINS_COUNT, sizeof *r->histogram);
    r->energy = (struct energy_bins){calloc(r->bins, sizeof(double)), r->bins, s->head.bin_ns};
    if (r->bin == NULL || r->histogram == NULL || r->energy.bin_j == NULL) {
        return leave(r, SIM_ERR_NOMEM);
    }
    const struct cluster_observer observer = observer_of(r, s->head.record);
    const enum sim_status status = cluster_create(&r->cluster, &s->plan, replication, &observer);
    if (status != SIM_OK) {
        return leave(r, status);
    }
    *run = r;
    return SIM_OK;
}

static enum sim_status advance(void *run, uint64_t events, sim_time *now, bool *done)
{
    struct run *r = run;
    const enum sim_status status = cluster_run(r->cluster, events, done);
    *now = *done ? r->system->head.duration_ns : cluster_now(r->cluster);
    return status;
}

/* ---- what it came to ---- */

/* A stream stands for a call; how long its frames took on average is its response. */
static enum sim_status give_outcomes(struct run *r, struct model_result *result)
{
    const uint32_t clients = r->system->plan.clients;
    result->outcome = malloc(clients * sizeof *result->outcome);
    if (result->outcome == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t i = 0; i < clients; i++) {
        const struct cluster_stream *s = cluster_stream(r->cluster, i);
        const bool is_served = s->state == CLUSTER_COMPLETED && s->answered > 0;
        if (s->asked <= r->system->plan.duration_ns) {
            result->outcome[result->outcomes++] = (struct model_outcome){
                .work_id = (int64_t)i + 1,
                .response_ns = is_served ? s->latency_ns / s->answered : STORE_MISSING,
            };
        }
        if (s->state == CLUSTER_COMPLETED) {
            r->histogram[MISSES * BINS_COUNT + bins_index(s->missed)]++;
        }
        if (s->ready != SIM_TIME_NEVER) {
            r->histogram[DEPLOY * BINS_COUNT + bins_index(s->ready - s->asked)]++;
        }
    }
    return SIM_OK;
}

static void give_energy(const struct run *r, struct model_result *result)
{
    for (uint32_t i = 0; i < r->system->plan.nodes; i++) {
        energy_spend(&r->energy, 0, cluster_now(r->cluster),
                     cluster_node_energy(r->cluster, i).idle_j);
    }
    for (size_t i = 0; i < result->bins && i < r->bins; i++) {
        result->bin[i * SERIES + ENERGY] = energy_nj(r->energy.bin_j[i]);
    }
}

static void give_counts(const struct run *r, struct model_result *result)
{
    memcpy(result->histogram, r->histogram,
           (size_t)DISTRIBUTIONS * BINS_COUNT * sizeof *r->histogram);
    const size_t bins = result->bins < r->bins ? result->bins : r->bins;
    memcpy(result->bin, r->bin, bins * SERIES * sizeof *r->bin);
    give_energy(r, result);
    result->digest = cluster_digest(r->cluster);
    result->work_digest = cluster_work_digest(r->cluster);
    result->engine = cluster_engine(r->cluster);
    result->gauge[0] = (struct model_gauge){"node_bytes", "B", cluster_bytes_per_node()};
    result->gauge[1] = (struct model_gauge){"client_bytes", "B", cluster_bytes_per_client()};
    result->gauges = 2;
    cluster_audit(r->cluster, result->books, sizeof result->books);
}

static enum sim_status end(void *run, struct model_result *result)
{
    struct run *r = run;
    if (result == NULL) {
        return leave(r, SIM_OK);
    }
    const struct cluster_plan *plan = &r->system->plan;
    cluster_close(r->cluster);
    for (uint32_t i = 0; i < plan->nodes; i++) {
        const struct cluster_node_report report = cluster_node(r->cluster, i);
        const struct energy energy = cluster_node_energy(r->cluster, i);
        qos_tell_node(r->listener, i, &report, &energy);
    }
    sim_time *scratch = malloc(plan->clients * sizeof *scratch);
    if (scratch == NULL || give_outcomes(r, result) != SIM_OK) {
        free(scratch);
        return leave(r, SIM_ERR_NOMEM);
    }
    qos_measure(result->measure, r->cluster, plan, scratch);
    free(scratch);
    give_counts(r, result);
    return leave(r, SIM_OK);
}

/* ---- for real ---- */

static enum sim_status run_arm(void *bench, size_t arm, const void *system, uint32_t block,
                               double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    (void)arm;
    return streams_run(bench, &((const struct qos_system *)system)->plan, block, value, text);
}

static const struct model_trial trials[] = {
    {
        .name = "streams",
        .about = "camera streams over loopback, admitted or refused for real",
        .arm = streams_arm,
        .arms = STREAMS_ARMS,
        .baseline = 0,
        .again = 1,
        .metric = streams_metric,
        .metrics = STREAMS_METRICS,
        .blocks = STREAMS_BLOCKS,
        .small_blocks = STREAMS_BLOCKS_SMALL,
        .open = streams_open,
        .run = run_arm,
        .conclude = streams_conclude,
        .close = streams_close,
    },
};

static const struct model_real real = {
    .trial = trials,
    .trials = sizeof trials / sizeof trials[0],
    .serve = inferd_main,
};

/* ---- the table ---- */

static const struct model_series series[SERIES] = {
    [LATENCY_NS] = {"latency_ns", "ns", "mean latency of a frame", "answered", NULL},
    [ANSWERED] = {"answered", "", "frames answered", NULL, NULL},
    [MISSED] = {"missed", "", "frames missed", NULL, NULL},
    [ENERGY] = {"energy", "nJ", "energy of the nodes", NULL, NULL},
};

static const struct model_distribution distributions[DISTRIBUTIONS] = {
    [LATENCY] = {"latency", "ns", "latency of a frame"},
    [DEPLOY] = {"deploy", "ns", "request to ready"},
    [MISSES] = {"misses", "", "frames missed by a stream"},
};

static const char *const precisions[] = {
    "misses_mean", "fps_mean", "latency_mean_s", "deploy_mean_s", "completed", "cpu_load", NULL,
};

const struct model qos_model = {
    .schema =
        {
            .name = "qos",
            .summary = "camera streams ask an edge cluster for inference; probes decide who is "
                       "admitted",
            .config_bytes = sizeof(struct qos_config),
            .key = qos_keys,
            .key_count = QOS_KEYS,
            .check = qos_check,
            .preset = qos_presets,
            .preset_count = QOS_PRESETS,
            .variants = "[k8s, qos]",
            .bin = "10 s",
            .duration = "600 s",
            .replications = "100",
            .precision_of = "misses_mean",
            .measure = precisions,
        },
    .title = "what admission changes",
    .measure = qos_measures,
    .measures = QOS_MEASURES,
    .contrast = qos_contrasts,
    .contrasts = QOS_CONTRASTS,
    .series = series,
    .series_count = SERIES,
    .distribution = distributions,
    .distributions = DISTRIBUTIONS,
    .table = qos_tables,
    .tables = QOS_TABLES,
    .views = qos_views,
    .chart = qos_charts,
    .charts = QOS_CHARTS,
    .reading = qos_readings,
    .readings = QOS_READINGS,
    .ledger_tsv = qos_ledger_tsv,
    .headline = qos_headlines,
    .headlines = QOS_HEADLINES,
    .paper = &qos_paper,
    .story = &qos_story,
    .real = &real,
    .open = open,
    .close = close,
    .estimate = estimate,
    .describe = describe,
    .begin = begin,
    .advance = advance,
    .end = end,
};
