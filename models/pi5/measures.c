/* What a run comes to, and what two runs and the whole factorial are compared by. */
#include <math.h>
#include <stdlib.h>

#include "models/pi5/config.h"

#define JOULES(n, l)                                                                               \
    {                                                                                              \
        .name = (n), .unit = "J", .label = (l), .is_hidden_at_zero = true                          \
    }
const struct model_measure pi5_measures[PI5_MEASURES] = {
    [PI5_CALLS] = {.name = "calls", .unit = "", .label = "tasks"},
    [PI5_DONE_CALLS] = {.name = "completed", .unit = "", .label = "completed"},
    [PI5_FAILED] = {.name = "failed",
                    .unit = "",
                    .label = "failed",
                    .is_hidden_at_zero = true,
                    .is_bad_above_zero = true},
    [PI5_PENDING] = {.name = "pending",
                     .unit = "",
                     .label = "not done when the run ended",
                     .is_hidden_at_zero = true},
    [PI5_ANSWERED] = {.name = "answered_share", .unit = "", .label = "answered"},
    [PI5_MEAN] = {.name = "response_mean_s",
                  .unit = "s",
                  .label = "mean completion time",
                  .verb = "completes",
                  .lower = "sooner",
                  .higher = "later"},
    [PI5_P50] = {.name = "response_p50_s", .unit = "s", .label = "half complete within"},
    [PI5_P95] = {.name = "response_p95_s", .unit = "s", .label = "95 % complete within"},
    [PI5_P99] = {.name = "response_p99_s", .unit = "s", .label = "99 % complete within"},
    [PI5_MAKESPAN] = {.name = "makespan_s",
                      .unit = "s",
                      .label = "until the last has completed",
                      .verb = "is through",
                      .lower = "sooner",
                      .higher = "later"},
    [PI5_THROUGHPUT] = {.name = "throughput_per_s", .unit = "1/s", .label = "completed a second"},
    [PI5_START_FAILURES] = {.name = "start_failures", .unit = "", .label = "failed starts"},
    [PI5_SEQUENTIAL] = {.name = "sequential", .unit = "", .label = "run alone at the end"},
    [PI5_OVERTAKEN] = {.name = "overtaken",
                       .unit = "",
                       .label = "passed over for want of memory",
                       .is_hidden_at_zero = true},
    [PI5_PEAK] = {.name = "memory_peak_bytes", .unit = "B", .label = "most memory in use"},
    [PI5_MIGRATIONS] = {.name = "migrations", .unit = "", .label = "changes of core"},
    [PI5_LOAD] = {.name = "cpu_load", .unit = "", .label = "cores busy"},
    [PI5_ENERGY] = JOULES("energy_j", "energy of the node, until the last has completed"),
    [PI5_ENERGY_CALL] = JOULES("energy_per_call_j", "  a completed task"),
    [PI5_COMPUTE_J] = JOULES("compute_j", "  of it computing"),
    [PI5_IDLE_J] = JOULES("idle_j", "  of it being on"),
};

const struct model_series pi5_series[PI5_SERIES] = {
    {"response_ns", "ns", "completion time", "completed", NULL},
    {"completed", "", "completed tasks", NULL, NULL},
    {"energy", "nJ", "energy of the node", NULL, NULL},
};

const struct model_distribution pi5_distributions[1] = {{"response", "ns", "completion time"}};

/* ---- of two runs ---- */

static double gain(const struct model_result *a, const struct model_result *b, enum pi5_measure m)
{
    return 1 - a->measure[m] / b->measure[m];
}

static double gain_response(const struct model_result *a, const struct model_result *b)
{
    return gain(a, b, PI5_MEAN);
}

static double gain_makespan(const struct model_result *a, const struct model_result *b)
{
    return gain(a, b, PI5_MAKESPAN);
}

const struct model_contrast pi5_contrasts[PI5_CONTRASTS] = {
    {"gain_response", "", "shorter mean completion", NULL, NULL, 0, gain_response},
    {"gain_makespan", "", "sooner through", NULL, NULL, 0, gain_makespan},
};

const struct model_headline pi5_headlines[PI5_HEADLINES] = {
    {"gain_response", "gain", "%", 100, 1},
};

/* ---- of the 2^3 factorial ---- */

/*
 * A main effect: the mean of the four arms with a policy less that of the four without. An
 * interaction: half of what one policy's effect changes by when the other is on.
 */
#define TERMS(base, p, m, s, pm, ps, ms, all)                                                      \
    ((const struct model_term[]){{"base", (base) / 4.},                                            \
                                 {"pin", (p) / 4.},                                                \
                                 {"memory", (m) / 4.},                                             \
                                 {"sort", (s) / 4.},                                               \
                                 {"pin+memory", (pm) / 4.},                                        \
                                 {"pin+sort", (ps) / 4.},                                          \
                                 {"memory+sort", (ms) / 4.},                                       \
                                 {"all", (all) / 4.}}),                                            \
        8

const struct model_effect pi5_effects[PI5_EFFECTS] = {
    {"effect_pin", "pinning", "response_mean_s", TERMS(-1, 1, -1, -1, 1, 1, -1, 1)},
    {"effect_memory", "memory", "response_mean_s", TERMS(-1, -1, 1, -1, 1, -1, 1, 1)},
    {"effect_sort", "sorting", "response_mean_s", TERMS(-1, -1, -1, 1, -1, 1, 1, 1)},
    {"effect_pin_memory", "pinning x memory", "response_mean_s", TERMS(1, -1, -1, 1, 1, -1, -1, 1)},
    {"effect_pin_sort", "pinning x sorting", "response_mean_s", TERMS(1, -1, 1, -1, -1, 1, -1, 1)},
    {"effect_memory_sort", "memory x sorting", "response_mean_s",
     TERMS(1, 1, -1, -1, -1, -1, 1, 1)},
    {"effect_pin_memory_sort", "all three", "response_mean_s", TERMS(-1, 1, 1, 1, -1, -1, -1, 1)},
};

/* ---- of one run ---- */

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static uint32_t overtaken(const struct pi5_queue *q)
{
    uint32_t tasks = 0;
    for (uint32_t i = 0; i < q->places; i++) {
        tasks += q->place[i].overtaken > 0;
    }
    return tasks;
}

static double sum_up(const struct pi5_world *w, struct model_result *result)
{
    double sum_s = 0;
    for (uint32_t i = 0; i < w->batch->count; i++) {
        if (w->outcome[i].phase != PI5_COMPLETED) {
            continue;
        }
        const int64_t end = w->outcome[i].end_ns; /* all were submitted at 0 */
        int64_t *bin = result->bin + end / result->bin_ns * PI5_SERIES;
        bin[PI5_SERIES_RESPONSE] += end;
        bin[PI5_SERIES_COMPLETED]++;
        result->histogram[bins_index(end)]++;
        result->outcome[result->outcomes++] =
            (struct model_outcome){.work_id = i, .response_ns = end};
        sum_s += seconds(end);
    }
    return sum_s;
}

struct energy pi5_energy(const struct pi5_world *w)
{
    const struct energy_use use = {.busy_ns = w->server.core_ns, .idle_ns = w->server.now};
    return energy_of(&w->spec->energy, &use);
}

void pi5_fill_energy(const struct pi5_world *w, const struct energy_bins *bins, int64_t *bin)
{
    energy_spend(bins, 0, w->server.now, pi5_energy(w).idle_j);
    for (size_t i = 0; i < bins->bins; i++) {
        if (bins->bin_j[i] > 0) {
            bin[i * PI5_SERIES + PI5_SERIES_ENERGY] = energy_nj(bins->bin_j[i]);
        }
    }
}

static void measure_energy(const struct pi5_world *w, double *m)
{
    const struct energy e = pi5_energy(w);
    m[PI5_ENERGY] = energy_total(&e);
    m[PI5_ENERGY_CALL] = m[PI5_ENERGY] / m[PI5_DONE_CALLS];
    m[PI5_COMPUTE_J] = e.compute_j;
    m[PI5_IDLE_J] = e.idle_j;
}

enum sim_status pi5_measure(const struct pi5_world *w, struct model_result *result)
{
    result->outcomes = 0;
    result->outcome = malloc((w->batch->count + (size_t)1) * sizeof *result->outcome);
    if (result->outcome == NULL) {
        return SIM_ERR_NOMEM;
    }
    const double completed = w->completed;
    const double makespan_s = completed > 0 ? seconds(w->makespan_ns) : (double)NAN;
    double *m = result->measure;
    m[PI5_CALLS] = w->batch->count;
    m[PI5_DONE_CALLS] = completed;
    m[PI5_FAILED] = 0; /* a start can fail, a task cannot: it is tried again until it runs */
    m[PI5_PENDING] = m[PI5_CALLS] - completed;
    m[PI5_ANSWERED] = completed > 0 ? 1 : (double)NAN;
    m[PI5_MEAN] = sum_up(w, result) / completed;
    m[PI5_P50] = bins_quantile(result->histogram, 0, 0.5) / 1e9;
    m[PI5_P95] = bins_quantile(result->histogram, 0, 0.95) / 1e9;
    m[PI5_P99] = bins_quantile(result->histogram, 0, 0.99) / 1e9;
    m[PI5_MAKESPAN] = makespan_s;
    m[PI5_THROUGHPUT] = completed / makespan_s;
    m[PI5_START_FAILURES] = w->scheduler.start_failures;
    m[PI5_SEQUENTIAL] = w->sequential;
    m[PI5_OVERTAKEN] = overtaken(&w->scheduler.queue);
    m[PI5_PEAK] = (double)w->peak_bytes;
    m[PI5_MIGRATIONS] = w->migrations;
    m[PI5_LOAD] = seconds(w->server.core_ns) / (w->spec->cores * seconds(w->server.now));
    measure_energy(w, m);
    return SIM_OK;
}
