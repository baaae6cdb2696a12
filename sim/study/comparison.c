#include "sim/study/comparison.h"

#include <math.h>
#include <stdlib.h>

#include "models/nimblenet/results/break_even.h"

static const struct comparison_info info[COMPARISON_FIGURES] = {
    [COMPARISON_GATEWAY_RATIO] = {"gateway_tx_ratio", "", "gateway sends, monolithic / nimble"},
    [COMPARISON_TRAFFIC_RATIO] = {"traffic_ratio", "", "all traffic, monolithic / nimble"},
    [COMPARISON_BREAK_EVEN] = {"break_even_s", "s", "all traffic breaks even at"},
    [COMPARISON_EXECUTION_EXTRA] = {"execution_extra_s", "s", "execution, nimble - monolithic"},
    [COMPARISON_ACQUISITION_RATIO] = {"acquisition_ratio", "", "acquisition, nimble / monolithic"},
    [COMPARISON_RESPONSE_GAIN] = {"response_gain_s", "s", "response, monolithic - nimble"},
    [COMPARISON_NEIGHBOUR_SHARE] = {"neighbour_share", "", "nimble tasklets found next door"},
    [COMPARISON_GLOBAL_SHARE] = {"global_share", "", "nimble tasklets found by global search"},
    [COMPARISON_REGISTRY_SHARE] = {"registry_share", "", "nimble tasklets from the registry"},
};

const struct comparison_info *comparison_info(enum comparison_figure figure)
{
    ASSERT(figure < COMPARISON_FIGURES);
    return &info[figure];
}

static double divide(double a, double b)
{
    return b > 0 || b < 0 ? a / b : (double)NAN;
}

static double break_even_s(const struct study_run *nimble, const struct study_run *monolithic)
{
    struct break_even load;
    break_even_init(&load);
    for (uint32_t i = 0; i < nimble->bin_count; i++) {
        const double end_s = (double)(i + 1) * (double)WORLD_BIN_NS / (double)SIM_S;
        break_even_add(&load, end_s, (int64_t)nimble->bin[i].bytes,
                       (int64_t)monolithic->bin[i].bytes);
    }
    return load.since_s;
}

static double figure_of(enum comparison_figure figure, const struct study_run *nimble,
                        const struct study_run *monolithic)
{
    const double *n = nimble->value;
    const double *m = monolithic->value;
    const double fetched =
        n[METRIC_SERVED_NEIGHBOUR] + n[METRIC_SERVED_GLOBAL] + n[METRIC_SERVED_REGISTRY];
    switch (figure) {
    case COMPARISON_GATEWAY_RATIO:
        return divide(m[METRIC_GATEWAY_TX_BYTES], n[METRIC_GATEWAY_TX_BYTES]);
    case COMPARISON_TRAFFIC_RATIO:
        return divide(m[METRIC_TX_BYTES] + m[METRIC_RX_BYTES],
                      n[METRIC_TX_BYTES] + n[METRIC_RX_BYTES]);
    case COMPARISON_BREAK_EVEN:
        return break_even_s(nimble, monolithic);
    case COMPARISON_EXECUTION_EXTRA:
        return n[METRIC_EXECUTION_MEAN] - m[METRIC_EXECUTION_MEAN];
    case COMPARISON_ACQUISITION_RATIO:
        return divide(n[METRIC_ACQUISITION_MEAN], m[METRIC_ACQUISITION_MEAN]);
    case COMPARISON_RESPONSE_GAIN:
        return m[METRIC_RESPONSE_MEAN] - n[METRIC_RESPONSE_MEAN];
    case COMPARISON_NEIGHBOUR_SHARE:
        return divide(n[METRIC_SERVED_NEIGHBOUR], fetched);
    case COMPARISON_GLOBAL_SHARE:
        return divide(n[METRIC_SERVED_GLOBAL], fetched);
    case COMPARISON_REGISTRY_SHARE:
        return divide(n[METRIC_SERVED_REGISTRY], fetched);
    case COMPARISON_FIGURES:
        break;
    }
    return (double)NAN;
}

double comparison_value(const struct study *s, enum comparison_figure figure, uint32_t k)
{
    return figure_of(figure, study_find(s, SCENARIO_NIMBLE, k),
                     study_find(s, SCENARIO_MONOLITHIC, k));
}

/* A variant's mean response over the window that ends with bin i, all replications together. */
static double window_mean(const struct study *s, enum scenario_variant variant, uint32_t i)
{
    sim_time sum = 0;
    uint64_t calls = 0;
    for (uint32_t k = 0; k < study_replications(s); k++) {
        const struct study_run *run = study_find(s, variant, k);
        for (uint32_t b = i + 1 - COMPARISON_WINDOW_BINS; b <= i; b++) {
            sum += run->bin[b].response_ns;
            calls += run->bin[b].completed;
        }
    }
    return calls > 0 ? (double)sum / (double)calls : (double)NAN;
}

static void compare_windows(struct comparison *c, const struct study *s)
{
    const uint32_t bins = study_find(s, SCENARIO_NIMBLE, 0)->bin_count;
    uint32_t first = UINT32_MAX;
    uint32_t windows = 0;
    uint32_t faster = 0;
    for (uint32_t i = COMPARISON_WINDOW_BINS - 1; i < bins; i++) {
        const bool is_faster =
            window_mean(s, SCENARIO_NIMBLE, i) < window_mean(s, SCENARIO_MONOLITHIC, i);
        first = is_faster && first == UINT32_MAX ? i : first;
        windows += first != UINT32_MAX;
        faster += first != UINT32_MAX && is_faster;
    }
    const double bin_s = (double)WORLD_BIN_NS / (double)SIM_S;
    c->faster_from_s = first == UINT32_MAX ? (double)NAN : ((double)first + 1) * bin_s;
    c->faster_share = windows == 0 ? (double)NAN : (double)faster / (double)windows;
}

bool comparison_make(struct comparison *c, const struct study *s)
{
    if (!study_is_complete(s) || study_find(s, SCENARIO_NIMBLE, 0) == NULL ||
        study_find(s, SCENARIO_MONOLITHIC, 0) == NULL) {
        return false;
    }
    const uint32_t replications = study_replications(s);
    double *value = calloc(replications, sizeof *value);
    if (value == NULL) {
        return false;
    }
    for (int f = 0; f < COMPARISON_FIGURES; f++) {
        for (uint32_t k = 0; k < replications; k++) {
            value[k] = comparison_value(s, (enum comparison_figure)f, k);
        }
        c->figure[f] = stats_mean_estimate(value, replications, COMPARISON_LEVEL);
    }
    free(value);
    compare_windows(c, s);
    return true;
}
