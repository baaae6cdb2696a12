#include "models/qos/measures.h"

#include <math.h>
#include <stdlib.h>

#define JOULES(n, l)                                                                               \
    {                                                                                              \
        .name = (n), .unit = "J", .label = (l), .is_hidden_at_zero = true                          \
    }
const struct model_measure qos_measures[QOS_MEASURES] = {
    [QOS_CALLS] = {.name = "calls", .unit = "", .label = "requests"},
    [QOS_COMPLETED] = {.name = "completed", .unit = "", .label = "streams run to the end"},
    [QOS_FAILED] = {.name = "failed", .unit = "", .label = "failed", .is_hidden = true},
    [QOS_REFUSED] = {.name = "refused", .unit = "", .label = "refused"},
    [QOS_REFUSED_CAPACITY] = {.name = "refused_capacity",
                              .unit = "",
                              .label = "refused: no capacity",
                              .is_hidden_at_zero = true},
    [QOS_REFUSED_THRESHOLD] = {.name = "refused_threshold",
                               .unit = "",
                               .label = "refused: above the threshold",
                               .is_hidden_at_zero = true},
    [QOS_REFUSED_NETWORK] = {.name = "refused_network",
                             .unit = "",
                             .label = "refused: no node near",
                             .is_hidden_at_zero = true},
    [QOS_REFUSED_PORTS] = {.name = "refused_ports",
                           .unit = "",
                           .label = "refused: no port left",
                           .is_hidden_at_zero = true},
    [QOS_NOT_READY] = {.name = "not_ready",
                       .unit = "",
                       .label = "never got a pod",
                       .is_hidden_at_zero = true},
    [QOS_PENDING] = {.name = "pending",
                     .unit = "",
                     .label = "unfinished at the end",
                     .is_hidden_at_zero = true},
    [QOS_ANSWERED_SHARE] = {.name = "answered_share", .unit = "", .label = "requests served"},
    [QOS_FRAMES] = {.name = "frames", .unit = "", .label = "frames sent"},
    [QOS_FRAMES_ANSWERED] = {.name = "frames_answered", .unit = "", .label = "frames answered"},
    [QOS_FRAMES_MISSED] = {.name = "frames_missed",
                           .unit = "",
                           .label = "frames missed",
                           .verb = "misses",
                           .lower = "fewer",
                           .higher = "more"},
    [QOS_FRAMES_OUTSTANDING] = {.name = "frames_outstanding",
                                .unit = "",
                                .label = "frames outstanding",
                                .is_hidden_at_zero = true},
    [QOS_MISSES_MEAN] = {.name = "misses_mean", .unit = "", .label = "misses a stream"},
    [QOS_STREAMS_LOST] = {.name = "streams_lost",
                          .unit = "",
                          .label = "streams lost whole",
                          .is_bad_above_zero = true},
    [QOS_STREAMS_HURT] = {.name = "streams_hurt", .unit = "", .label = "streams that miss some"},
    [QOS_FPS_MEAN] = {.name = "fps_mean", .unit = "/s", .label = "frames a second"},
    [QOS_FPS_SD] = {.name = "fps_sd", .unit = "/s", .label = "frames a second, deviation"},
    [QOS_FPS_MIN] = {.name = "fps_min", .unit = "/s", .label = "frames a second, slowest"},
    [QOS_FPS_MAX] = {.name = "fps_max", .unit = "/s", .label = "frames a second, fastest"},
    [QOS_LATENCY_MEAN] = {.name = "latency_mean_s", .unit = "s", .label = "latency of a stream"},
    [QOS_LATENCY_SD] = {.name = "latency_sd_s",
                        .unit = "s",
                        .label = "latency of a stream, deviation"},
    [QOS_LATENCY_MIN] = {.name = "latency_min_s",
                         .unit = "s",
                         .label = "latency of a stream, least"},
    [QOS_LATENCY_MAX] = {.name = "latency_max_s",
                         .unit = "s",
                         .label = "latency of a stream, most"},
    [QOS_DEPLOY_MEAN] = {.name = "deploy_mean_s", .unit = "s", .label = "request to ready"},
    [QOS_DEPLOY_MEDIAN] = {.name = "deploy_median_s",
                           .unit = "s",
                           .label = "request to ready, median"},
    [QOS_PROBES] = {.name = "probes", .unit = "", .label = "probes", .is_hidden_at_zero = true},
    [QOS_PROBE_MEAN] = {.name = "probe_mean_s", .unit = "s", .label = "a probe's answer takes"},
    [QOS_CPU_LOAD] = {.name = "cpu_load", .unit = "", .label = "processors busy"},
    [QOS_PODS_MOST] = {.name = "pods_most", .unit = "", .label = "most pods on a node"},
    [QOS_ENERGY] = {.name = "energy_j",
                    .unit = "J",
                    .label = "energy of the nodes",
                    .verb = "spends",
                    .lower = "less",
                    .higher = "more",
                    .is_hidden_at_zero = true},
    [QOS_ENERGY_FRAME] = JOULES("energy_per_frame_j", "  an answered frame"),
    [QOS_COMPUTE_J] = JOULES("compute_j", "  of it inferring"),
    [QOS_IDLE_J] = JOULES("idle_j", "  of it being on"),
    [QOS_SENT_J] = JOULES("sent_j", "  of it bits sent"),
    [QOS_RECEIVED_J] = JOULES("received_j", "  of it bits received"),
};

/* ---- a run ---- */

/* Mean, deviation and range of numbers that come one by one. */
struct spread {
    uint32_t n;
    double sum, squares, least, most;
};

static void take(struct spread *s, double x)
{
    if (isnan(x)) {
        return; /* a lost stream has no frames a second, and none is not 0 */
    }
    s->least = s->n == 0 || x < s->least ? x : s->least;
    s->most = s->n == 0 || x > s->most ? x : s->most;
    s->n++;
    s->sum += x;
    s->squares += x * x;
}

/* Four measures in a row. */
static void give(const struct spread *s, double *measure)
{
    if (s->n == 0) {
        return; /* NaN, as they came */
    }
    const double mean = s->sum / s->n;
    const double rest = s->squares - s->sum * mean;
    measure[0] = mean;
    if (s->n > 1) {
        measure[1] = sqrt(rest > 0 ? rest / (s->n - 1) : 0);
    }
    measure[2] = s->least;
    measure[3] = s->most;
}

static int by_time(const void *a, const void *b)
{
    const sim_time x = *(const sim_time *)a;
    const sim_time y = *(const sim_time *)b;
    return x < y ? -1 : x > y;
}

static void measure_deploys(double *measure, sim_time *deploy, uint32_t n)
{
    if (n == 0) {
        return;
    }
    qsort(deploy, n, sizeof *deploy, by_time);
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        sum += (double)deploy[i];
    }
    const size_t lower = (n - 1) / 2;
    const size_t upper = n / 2;
    measure[QOS_DEPLOY_MEAN] = sum / n / 1e9;
    measure[QOS_DEPLOY_MEDIAN] = ((double)deploy[lower] + (double)deploy[upper]) / 2 / 1e9;
}

static void measure_streams(double *measure, const struct cluster *c,
                            const struct cluster_plan *plan, sim_time *scratch)
{
    struct spread fps = {0};
    struct spread latency = {0};
    uint32_t ready = 0;
    measure[QOS_STREAMS_LOST] = measure[QOS_STREAMS_HURT] = 0;
    for (uint32_t i = 0; i < plan->clients; i++) {
        const struct cluster_stream *s = cluster_stream(c, i);
        if (s->ready != SIM_TIME_NEVER) {
            scratch[ready++] = s->ready - s->asked;
        }
        if (s->state == CLUSTER_COMPLETED) {
            measure[QOS_STREAMS_LOST] += s->missed == s->frames;
            measure[QOS_STREAMS_HURT] += s->missed > 0 && s->missed < s->frames;
            take(&fps, cluster_stream_fps(s, plan->timeout_ns));
            take(&latency, cluster_stream_latency_s(s));
        }
    }
    give(&fps, &measure[QOS_FPS_MEAN]);
    give(&latency, &measure[QOS_LATENCY_MEAN]);
    measure_deploys(measure, scratch, ready);
}

static void measure_nodes(double *measure, const struct cluster *c, const struct cluster_plan *plan)
{
    double busy = 0;
    measure[QOS_PODS_MOST] = 0;
    for (uint32_t i = 0; i < plan->nodes; i++) {
        const struct cluster_node_report r = cluster_node(c, i);
        busy += (double)r.busy_ns;
        measure[QOS_PODS_MOST] =
            r.pods_most > measure[QOS_PODS_MOST] ? r.pods_most : measure[QOS_PODS_MOST];
    }
    measure[QOS_CPU_LOAD] = busy / plan->nodes / (double)cluster_now(c);
}

static void measure_energy(double *m, const struct cluster *c, const struct cluster_plan *plan)
{
    struct energy sum = {0, 0, 0, 0};
    for (uint32_t i = 0; i < plan->nodes; i++) {
        const struct energy e = cluster_node_energy(c, i);
        energy_add(&sum, &e);
    }
    m[QOS_ENERGY] = energy_total(&sum);
    m[QOS_COMPUTE_J] = sum.compute_j;
    m[QOS_IDLE_J] = sum.idle_j;
    m[QOS_SENT_J] = sum.sent_j;
    m[QOS_RECEIVED_J] = sum.received_j;
    if (m[QOS_FRAMES_ANSWERED] > 0) {
        m[QOS_ENERGY_FRAME] = m[QOS_ENERGY] / m[QOS_FRAMES_ANSWERED];
    }
}

static void measure_calls(double *m, const struct cluster_totals *t)
{
    m[QOS_CALLS] = (double)t->calls;
    m[QOS_COMPLETED] = (double)t->state[CLUSTER_COMPLETED];
    m[QOS_REFUSED] = (double)t->state[CLUSTER_REFUSED];
    m[QOS_REFUSED_CAPACITY] = (double)t->refused[ADMISSION_CAPACITY];
    m[QOS_REFUSED_THRESHOLD] = (double)t->refused[ADMISSION_THRESHOLD];
    m[QOS_REFUSED_NETWORK] = (double)t->refused[ADMISSION_NETWORK];
    m[QOS_REFUSED_PORTS] = (double)t->refused[ADMISSION_PORTS];
    m[QOS_NOT_READY] = m[QOS_FAILED] = (double)t->state[CLUSTER_NOT_READY];
    m[QOS_PENDING] = (double)t->state[CLUSTER_PENDING];
    m[QOS_ANSWERED_SHARE] =
        m[QOS_COMPLETED] / (m[QOS_COMPLETED] + m[QOS_REFUSED] + m[QOS_NOT_READY]);
}

void qos_measure(double measure[QOS_MEASURES], const struct cluster *c,
                 const struct cluster_plan *plan, sim_time *scratch)
{
    const struct cluster_totals *t = cluster_totals(c);
    for (int i = 0; i < QOS_MEASURES; i++) {
        measure[i] = (double)NAN;
    }
    measure_calls(measure, t);
    measure[QOS_FRAMES] = (double)t->frames;
    measure[QOS_FRAMES_ANSWERED] = (double)t->answered;
    measure[QOS_FRAMES_MISSED] = (double)t->missed;
    measure[QOS_FRAMES_OUTSTANDING] = (double)t->outstanding;
    if (t->state[CLUSTER_COMPLETED] > 0) {
        measure[QOS_MISSES_MEAN] = (double)t->missed / (double)t->state[CLUSTER_COMPLETED];
    }
    measure_streams(measure, c, plan, scratch);
    measure[QOS_PROBES] = (double)t->probes;
    if (t->probes_answered > 0) {
        measure[QOS_PROBE_MEAN] = (double)t->probe_ns / (double)t->probes_answered / 1e9;
    }
    measure_nodes(measure, c, plan);
    measure_energy(measure, c, plan);
}
