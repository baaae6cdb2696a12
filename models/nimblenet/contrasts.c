/* What two runs of a replication say about each other: what splitting changes, and what any other
 * variant changes against the baseline. */
#include <math.h>

#include "models/nimblenet/model.h"
#include "models/nimblenet/results/break_even.h"

#define NO_NEUTRAL ((double)NAN)

static double divide(double a, double b)
{
    return b > 0 || b < 0 ? a / b : (double)NAN;
}

static double all_bytes(const struct model_result *r)
{
    return r->measure[NIMBLENET_TX_BYTES] + r->measure[NIMBLENET_RX_BYTES];
}

/* ---- monolithic against nimble, which of them comes first as the label says ---- */

static double gateway_ratio(const struct model_result *a, const struct model_result *b)
{
    return divide(a->measure[NIMBLENET_GATEWAY_TX_BYTES], b->measure[NIMBLENET_GATEWAY_TX_BYTES]);
}

static double traffic_ratio(const struct model_result *a, const struct model_result *b)
{
    return divide(all_bytes(a), all_bytes(b));
}

/* a is nimble. */
static double break_even(const struct model_result *a, const struct model_result *b)
{
    struct break_even load;
    break_even_init(&load);
    for (size_t i = 0; i < a->bins && i < b->bins; i++) {
        const double end_s = (double)(i + 1) * (double)a->bin_ns / (double)SIM_S;
        break_even_add(&load, end_s, a->bin[i * NIMBLENET_SERIES + NIMBLENET_BYTES],
                       b->bin[i * NIMBLENET_SERIES + NIMBLENET_BYTES]);
    }
    return load.since_s;
}

static double execution_extra(const struct model_result *a, const struct model_result *b)
{
    return a->measure[NIMBLENET_EXECUTION_MEAN] - b->measure[NIMBLENET_EXECUTION_MEAN];
}

static double acquisition_ratio(const struct model_result *a, const struct model_result *b)
{
    return divide(a->measure[NIMBLENET_ACQUISITION_MEAN], b->measure[NIMBLENET_ACQUISITION_MEAN]);
}

static double response_difference(const struct model_result *a, const struct model_result *b)
{
    return a->measure[NIMBLENET_RESPONSE_MEAN] - b->measure[NIMBLENET_RESPONSE_MEAN];
}

static int64_t response_of(const struct model_outcome *o)
{
    return o->response_ns;
}

static int64_t execution_of(const struct model_outcome *o)
{
    return o->execution_ns;
}

/* The mean difference of the calls that both have answered: those that one of them could not answer
 * would flatter it. Outcomes are in order of the calls' numbers. */
static double difference_both(const struct model_result *a, const struct model_result *b,
                              int64_t (*part)(const struct model_outcome *))
{
    double sum = 0;
    uint64_t calls = 0;
    for (size_t i = 0, k = 0; i < a->outcomes && k < b->outcomes;) {
        const struct model_outcome *x = &a->outcome[i];
        const struct model_outcome *y = &b->outcome[k];
        if (x->work_id == y->work_id && x->response_ns != STORE_MISSING &&
            y->response_ns != STORE_MISSING) {
            sum += (double)(part(x) - part(y));
            calls++;
        }
        i += x->work_id <= y->work_id;
        k += y->work_id <= x->work_id;
    }
    return calls > 0 ? sum / (double)SIM_S / (double)calls : (double)NAN;
}

static double response_difference_both(const struct model_result *a, const struct model_result *b)
{
    return difference_both(a, b, response_of);
}

static double execution_difference_both(const struct model_result *a, const struct model_result *b)
{
    return difference_both(a, b, execution_of);
}

/* A part of what a fetched over the network. */
static double share_of_fetched(const struct model_result *a, enum nimblenet_measure part)
{
    const double *m = a->measure;
    return divide(m[part], m[NIMBLENET_SERVED_NEIGHBOUR] + m[NIMBLENET_SERVED_GLOBAL] +
                               m[NIMBLENET_SERVED_REGISTRY]);
}

static double neighbour_share(const struct model_result *a, const struct model_result *b)
{
    (void)b;
    return share_of_fetched(a, NIMBLENET_SERVED_NEIGHBOUR);
}

static double global_share(const struct model_result *a, const struct model_result *b)
{
    (void)b;
    return share_of_fetched(a, NIMBLENET_SERVED_GLOBAL);
}

static double registry_share(const struct model_result *a, const struct model_result *b)
{
    (void)b;
    return share_of_fetched(a, NIMBLENET_SERVED_REGISTRY);
}

/* ---- any variant against the baseline ---- */

static double response_ratio(const struct model_result *a, const struct model_result *b)
{
    return divide(a->measure[NIMBLENET_RESPONSE_MEAN], b->measure[NIMBLENET_RESPONSE_MEAN]);
}

static double hit_ratio_difference(const struct model_result *a, const struct model_result *b)
{
    return a->measure[NIMBLENET_HIT_RATIO] - b->measure[NIMBLENET_HIT_RATIO];
}

static double answered_difference(const struct model_result *a, const struct model_result *b)
{
    return a->measure[NIMBLENET_ANSWERED_SHARE] - b->measure[NIMBLENET_ANSWERED_SHARE];
}

const struct model_contrast nimblenet_contrasts[NIMBLENET_CONTRASTS] = {
    {"gateway_tx_ratio", "", "gateway sends, monolithic / nimble", "monolithic", "nimble", 1,
     gateway_ratio},
    {"traffic_ratio", "", "all traffic, monolithic / nimble", "monolithic", "nimble", 1,
     traffic_ratio},
    {"break_even_s", "s", "all traffic breaks even at", "nimble", "monolithic", NO_NEUTRAL,
     break_even},
    {"execution_extra_s", "s", "execution, nimble - monolithic", "nimble", "monolithic", 0,
     execution_extra},
    {"execution_extra_both_s", "s", "  of calls that both answered", "nimble", "monolithic", 0,
     execution_difference_both},
    {"acquisition_ratio", "", "acquisition, nimble / monolithic", "nimble", "monolithic", 1,
     acquisition_ratio},
    {"response_gain_s", "s", "response, monolithic - nimble", "monolithic", "nimble", 0,
     response_difference},
    {"response_gain_both_s", "s", "  of calls that both answered", "monolithic", "nimble", 0,
     response_difference_both},
    {"neighbour_share", "", "nimble tasklets found next door", "nimble", "monolithic", NO_NEUTRAL,
     neighbour_share},
    {"global_share", "", "nimble tasklets found by global search", "nimble", "monolithic",
     NO_NEUTRAL, global_share},
    {"registry_share", "", "nimble tasklets from the registry", "nimble", "monolithic", NO_NEUTRAL,
     registry_share},
    {"response_ratio", "", "response, ratio", NULL, NULL, 1, response_ratio},
    {"response_difference_s", "s", "response, difference", NULL, NULL, 0, response_difference},
    {"response_both_s", "s", "response of calls that both answered", NULL, NULL, 0,
     response_difference_both},
    {"execution_both_s", "s", "execution of calls that both answered", NULL, NULL, 0,
     execution_difference_both},
    {"answered_difference", "", "answered share, difference", NULL, NULL, 0, answered_difference},
    {"bytes_ratio", "", "all traffic, ratio", NULL, NULL, 1, traffic_ratio},
    {"gateway_bytes_ratio", "", "gateway sends, ratio", NULL, NULL, 1, gateway_ratio},
    {"hit_ratio_difference", "", "hit ratio, difference", NULL, NULL, 0, hit_ratio_difference},
};

const struct model_crossover nimblenet_crossovers[NIMBLENET_CROSSOVERS] = {
    {"faster_from_s", "faster_share", "nimble answers faster (100 s window)", "response_ns",
     "nimble", "monolithic", 10},
};

const struct model_headline nimblenet_headlines[NIMBLENET_HEADLINES] = {
    {"gateway_tx_ratio", "gateway ratio", "", 1, 2},
    {"break_even_s", "break-even", "s", 1, 0},
    {"response_gain_s", "response gain", "ms", 1000, 0},
    {"execution_extra_s", "execution extra", "ms", 1000, 1},
    {"neighbour_share", "by neighbours", "%", 100, 1},
    {"global_share", "by global search", "%", 100, 1},
};
