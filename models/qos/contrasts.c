/* What another variant changes against the scenario's first: differences, since a ratio of misses
 * to none says nothing. */
#include <math.h>

#include "models/qos/measures.h"

static double difference(const struct model_result *a, const struct model_result *b,
                         enum qos_measure m)
{
    return a->measure[m] - b->measure[m];
}

static double misses(const struct model_result *a, const struct model_result *b)
{
    return difference(a, b, QOS_MISSES_MEAN);
}

static double lost(const struct model_result *a, const struct model_result *b)
{
    return difference(a, b, QOS_STREAMS_LOST);
}

static double completed(const struct model_result *a, const struct model_result *b)
{
    return difference(a, b, QOS_COMPLETED);
}

/* Streams that miss nothing: what a provider can promise. */
static double whole_streams(const struct model_result *r)
{
    return r->measure[QOS_COMPLETED] - r->measure[QOS_STREAMS_LOST] - r->measure[QOS_STREAMS_HURT];
}

static double whole(const struct model_result *a, const struct model_result *b)
{
    return whole_streams(a) - whole_streams(b);
}

static double latency(const struct model_result *a, const struct model_result *b)
{
    return difference(a, b, QOS_LATENCY_MEAN);
}

static double deploy(const struct model_result *a, const struct model_result *b)
{
    return difference(a, b, QOS_DEPLOY_MEAN);
}

#define CONTRAST(f, u, l)                                                                          \
    {                                                                                              \
        .name = #f "_difference", .unit = (u), .label = (l), .value = (f)                          \
    }

const struct model_contrast qos_contrasts[QOS_CONTRASTS] = {
    CONTRAST(misses, "", "misses a stream"),          CONTRAST(lost, "", "streams lost whole"),
    CONTRAST(whole, "", "streams that miss nothing"), CONTRAST(completed, "", "streams"),
    CONTRAST(latency, "s", "latency of a stream"),    CONTRAST(deploy, "s", "request to ready"),
};

const struct model_headline qos_headlines[QOS_HEADLINES] = {
    {"misses_difference", "misses a stream", "", 1, 1},
    {"whole_difference", "whole streams", "", 1, 2},
    {"latency_difference", "latency", "ms", 1e3, 1},
    {"deploy_difference", "deployment", "s", 1, 2},
};
