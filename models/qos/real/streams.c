#include "models/qos/real/streams.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/qos/real/inferd.h"
#include "models/qos/real/stage.h"

enum { MISSES, COMPLETED, LATENCY, FPS, DEPLOY };
enum { LOADS = 6, ROUNDS_MAX = 12 };

const struct trial_arm streams_arm[STREAMS_ARMS] = {
    {"k8s", "k8s"},           {"k8s-again", "k8s"},         {"qos", "qos"},
    {"cap-only", "cap-only"}, {"probe-only", "probe-only"},
};

/* Misses are means: half of the blocks may have none, and the median would hide the others. */
const struct trial_metric streams_metric[STREAMS_METRICS] = {
    [MISSES] = {"misses", "", "misses a stream", TRIAL_MEAN, "frames_missed", "completed"},
    [COMPLETED] = {"completed", "", "streams admitted", TRIAL_MEAN, "completed", NULL},
    [LATENCY] = {"latency", "s", "latency", TRIAL_MEDIAN, "latency_mean_s", NULL},
    [FPS] = {"fps", "/s", "frames a second", TRIAL_MEDIAN, "fps_mean", NULL},
    [DEPLOY] = {"deploy", "s", "request to ready", TRIAL_MEDIAN, "deploy_mean_s", NULL},
};

struct bench {
    struct stage stage;
    struct model_trial_request kept;
    uint64_t runs;
    bool has_laws;
};

/* ---- what the simulation is told ---- */

static double median_of(const int64_t *ns, size_t count, double *cv)
{
    double value[LOADS * ROUNDS_MAX];
    ASSERT(count >= 1 && count <= sizeof value / sizeof value[0]);
    for (size_t i = 0; i < count; i++) {
        value[i] = (double)ns[i];
    }
    if (cv != NULL) {
        *cv = count > 1 ? gsl_stats_sd(value, 1, count) / gsl_stats_mean(value, 1, count) : 0;
    }
    gsl_sort(value, 1, count);
    return gsl_stats_median_from_sorted_data(value, 1, count);
}

/* A picture's points: so long a round of k inferences took in the mean, in those of one alone. */
static void tell_rounds(const struct bench *b, uint32_t k, uint32_t rounds,
                        const int64_t *latency_ns, double alone_ns)
{
    for (uint32_t r = 0; r < rounds; r++) {
        double sum = 0;
        for (uint32_t i = 0; i < k; i++) {
            sum += (double)latency_ns[r * k + i];
        }
        b->kept.point(b->kept.context, "phi", "this host", k, sum / k / alone_ns);
    }
}

/* How an inference slows down with others beside it, at the first node: phi(1) .. phi(6). */
static enum sim_status measure_sharing(struct bench *b, uint32_t rounds, char text[CREW_TEXT_MAX])
{
    double phi[LOADS];
    double alone = 0;
    for (uint32_t k = 1; k <= LOADS; k++) {
        int64_t latency[LOADS * ROUNDS_MAX];
        const enum sim_status status = stage_load(&b->stage, 0, k, rounds, latency, text);
        if (status != SIM_OK) {
            return status;
        }
        const double median = median_of(latency, (size_t)k * rounds, NULL);
        alone = k == 1 ? median : alone;
        phi[k - 1] = median / alone;
        tell_rounds(b, k, rounds, latency, alone);
    }
    model_trial_set(&b->kept, "sharing.table=[1, %.4f, %.4f, %.4f, %.4f, %.4f]", phi[1], phi[2],
                    phi[3], phi[4], phi[5]);
    model_trial_set(&b->kept, "sharing.hiccup=0 %%");
    model_trial_tell(&b->kept, "phi(1) to phi(6)", "1, %.3f, %.3f, %.3f, %.3f, %.3f", phi[1],
                     phi[2], phi[3], phi[4], phi[5]);
    return SIM_OK;
}

/* An inference alone, and the way to it: *idle_ns is the slowest node's latency. */
static enum sim_status measure_nodes(struct bench *b, uint32_t rounds, double *idle_ns,
                                     char text[CREW_TEXT_MAX])
{
    double service[STAGE_NODES];
    int64_t way[STAGE_NODES];
    double cv_most = 0;
    *idle_ns = 0;
    for (uint32_t i = 0; i < STAGE_NODES; i++) {
        int64_t latency[ROUNDS_MAX];
        double cv = 0;
        enum sim_status status = stage_ping(&b->stage, i, &way[i], text);
        status = status == SIM_OK ? stage_load(&b->stage, i, 1, rounds, latency, text) : status;
        if (status != SIM_OK) {
            return status;
        }
        const double median = median_of(latency, rounds, &cv);
        service[i] = fmax(median - 2 * (double)way[i], 1000);
        cv_most = fmax(cv_most, cv);
        *idle_ns = fmax(*idle_ns, median);
    }
    model_trial_set(&b->kept, "nodes.count=%d", STAGE_NODES);
    model_trial_set(&b->kept, "nodes.service=[%.0f ns, %.0f ns, %.0f ns]", service[0], service[1],
                    service[2]);
    model_trial_set(&b->kept, "nodes.service_cv=%.2f %%", 100 * fmin(cv_most, 1));
    model_trial_set(&b->kept, "nodes.network=[%" PRId64 " ns, %" PRId64 " ns, %" PRId64 " ns]",
                    way[0], way[1], way[2]);
    model_trial_tell(&b->kept, "an inference alone",
                     "%.1f, %.1f, %.1f ms, deviation at most %.1f %%", service[0] / 1e6,
                     service[1] / 1e6, service[2] / 1e6, 100 * cv_most);
    model_trial_tell(&b->kept, "network, one way", "%.3f, %.3f, %.3f ms", (double)way[0] / 1e6,
                     (double)way[1] / 1e6, (double)way[2] / 1e6);
    return SIM_OK;
}

/* The paper's Table 3 gives 295 MB and 2.69 s, 242 MB and none, 475 MB and 2.62 s. */
static enum sim_status measure_starts(struct bench *b, char text[CREW_TEXT_MAX])
{
    int64_t took[5];
    int64_t bytes = 0;
    double cv = 0;
    const int64_t bare = crew_resident_bytes(&b->stage.crew, 1);
    for (size_t i = 0; i < 5; i++) {
        const enum sim_status status = stage_start(&b->stage, 1, &took[i], &bytes, text);
        if (status != SIM_OK) {
            return status;
        }
    }
    const double median = median_of(took, 5, &cv);
    model_trial_set(&b->kept, "pods.cold_start=%.0f ns", fmax(median, 1));
    model_trial_set(&b->kept, "pods.cold_start_cv=%.1f %%", 100 * fmin(cv, 1));
    model_trial_tell(&b->kept, "idle worker, wasm",
                     "%.2f MB resident, a pod starts in %.3f ms (paper: 295 MB, 2.69 s)",
                     (double)bytes / 1e6, median / 1e6);
    model_trial_tell(&b->kept, "idle worker, before a pod starts",
                     "%.2f MB resident (paper, standalone: 242 MB)", (double)bare / 1e6);
    model_trial_tell(&b->kept, "idle worker, docker",
                     "not measured: no container is made here (paper: 475 MB, 2.62 s)");
    return SIM_OK;
}

/* The paper's times, scaled to a node on which an inference takes so long. */
static void set_clients(const struct bench *b, double idle_ns)
{
    if (b->kept.is_small) {
        model_trial_set(&b->kept, "clients.arrivals=[0 s, 0 s, 0 s, 50 ms, 100 ms, 150 ms]");
        model_trial_set(&b->kept, "clients.jitter={uniform: [0 ms, 10 ms]}");
        model_trial_set(&b->kept, "clients.frames=6");
        model_trial_set(&b->kept, "admission.lifetime=1 h");
        model_trial_set(&b->kept, "replications=10");
    } else {
        model_trial_set(
            &b->kept,
            "clients.arrivals=[0 s, 0 s, 0 s, 0.5 s, 1 s, 1.5 s, 1.5 s, 2.5 s, 2.5 s, 4 s]");
        model_trial_set(&b->kept, "clients.jitter={uniform: [0 ms, 20 ms]}");
        model_trial_set(&b->kept, "clients.frames=19");
        model_trial_set(&b->kept, "admission.lifetime=4.5 s");
    }
    model_trial_set(&b->kept, "clients.timeout=%.0f ns", 2.25 * idle_ns);
    model_trial_set(&b->kept, "admission.inference_threshold=%.0f ns", 1.6 * idle_ns);
    model_trial_tell(&b->kept, "timeout, threshold",
                     "%.1f ms, %.1f ms: 2.25 and 1.6 times the idle latency", 2.25e-6 * idle_ns,
                     1.6e-6 * idle_ns);
}

static void tell_workers(const struct bench *b)
{
    char hash[KERNEL_HASH_BYTES];
    const struct stage *s = &b->stage;
    kernel_hash(INFERD_WORK, hash);
    model_trial_tell(&b->kept, "work", "%s(%" PRIu32 ") x %" PRIu32 ", SHA-256 %s",
                     kernel_word[INFERD_WORK], s->n, s->slices, hash);
    model_trial_tell(&b->kept, "limit", "%.1f %% of a processor a worker, by %s", 100 * s->share,
                     s->is_limited_by_kernel ? "cgroup v2 cpu.max" : "a duty cycle of its own");
    model_trial_tell(&b->kept, "pinned", "%s, to processors %d, %d, %d",
                     s->is_pinned ? "all" : "not all", s->processor[0], s->processor[1],
                     s->processor[2]);
}

enum sim_status streams_open(void **bench, const struct model_trial_request *request,
                             char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = calloc(1, sizeof *b);
    if (b == NULL) {
        return SIM_ERR_NOMEM;
    }
    b->kept = *request;
    b->stage.is_interrupted = request->is_interrupted;
    b->stage.context = request->context;
    const uint32_t rounds = request->is_small ? 3 : 8;
    double idle_ns = 0;
    enum sim_status status = stage_open(&b->stage, (request->is_small ? 4 : 15) * SIM_MS, text);
    if (status != SIM_OK) {
        free(b);
        return status;
    }
    status = measure_nodes(b, rounds, &idle_ns, text);
    status = status == SIM_OK ? measure_starts(b, text) : status;
    status = status == SIM_OK ? measure_sharing(b, rounds, text) : status;
    if (status != SIM_OK) {
        streams_close(b);
        return status;
    }
    set_clients(b, idle_ns);
    tell_workers(b);
    b->stage.migrations = 0;
    *bench = b;
    return SIM_OK;
}

/* ---- an arm ---- */

static void count(const struct cluster_plan *plan, const struct stage_result *r, double *value)
{
    double missed = 0;
    double sum[STREAMS_METRICS] = {0};
    double of[STREAMS_METRICS] = {0};
    for (uint32_t i = 0; i < r->clients; i++) {
        const struct cluster_stream *s = &r->stream[i];
        if (s->state == CLUSTER_COMPLETED) {
            of[MISSES]++;
            missed += s->missed;
        }
        if (s->ready != SIM_TIME_NEVER) {
            of[DEPLOY]++;
            sum[DEPLOY] += (double)(s->ready - s->asked) * 1e-9;
        }
        if (s->answered > 0) {
            of[LATENCY]++;
            sum[LATENCY] += cluster_stream_latency_s(s);
            sum[FPS] += cluster_stream_fps(s, plan->timeout_ns);
        }
    }
    value[COMPLETED] = of[MISSES];
    value[MISSES] = of[MISSES] > 0 ? missed / of[MISSES] : (double)NAN;
    value[LATENCY] = of[LATENCY] > 0 ? sum[LATENCY] / of[LATENCY] : (double)NAN;
    value[FPS] = of[LATENCY] > 0 ? sum[FPS] / of[LATENCY] : (double)NAN;
    value[DEPLOY] = of[DEPLOY] > 0 ? sum[DEPLOY] / of[DEPLOY] : (double)NAN;
}

/* Beside what was measured: what is simulated, and what would be with the scenario's own law. */
static void tell_laws(const struct bench *b, const struct cluster_plan *plan)
{
    struct server_sharing law = plan->sharing;
    law.knee = plan->node[0].knee;
    for (uint32_t k = 1; k <= LOADS; k++) {
        if (law.law == SERVER_LAW_TABLE && k <= law.count) {
            b->kept.point(b->kept.context, "phi", "as simulated", k, law.phi[k - 1]);
        }
        b->kept.point(b->kept.context, "phi", "the scenario's law", k, server_knee_phi(&law, k));
    }
}

enum sim_status streams_run(void *bench, const struct cluster_plan *plan, uint32_t block,
                            double *value, char text[MODEL_TRIAL_TEXT_MAX])
{
    struct bench *b = bench;
    struct stage_result result;
    if (!b->has_laws) {
        b->has_laws = true;
        tell_laws(b, plan);
    }
    const enum sim_status status = stage_play(&b->stage, plan, b->kept.seed, block, &result, text);
    if (status == SIM_OK) {
        b->runs++;
        count(plan, &result, value);
    }
    return status;
}

void streams_conclude(void *bench)
{
    const struct bench *b = bench;
    const struct stage *s = &b->stage;
    model_trial_tell(&b->kept, "answers", "%" PRIu64 ", each the one that the work has",
                     s->answers);
    model_trial_tell(&b->kept, "migrations", "%" PRIu64 " slices began on another processor",
                     s->migrations);
    model_trial_tell(
        &b->kept, "processor time while working", "%.2f %% of a processor, of %.2f %% allowed",
        s->held_ns > 0 ? 100 * (double)s->worked_ns / (double)s->held_ns : 0.0, 100 * s->share);
}

void streams_close(void *bench)
{
    struct bench *b = bench;
    stage_close(&b->stage);
    free(b);
}
