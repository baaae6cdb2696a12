/*
 * measures.h - the numbers that a run ends with, and what two runs make together.
 */
#ifndef MODELS_QOS_MEASURES_H
#define MODELS_QOS_MEASURES_H

#include "models/qos/compose.h"

enum qos_measure {
    QOS_CALLS,
    QOS_COMPLETED,
    QOS_FAILED,
    QOS_REFUSED,
    QOS_REFUSED_CAPACITY,
    QOS_REFUSED_THRESHOLD,
    QOS_REFUSED_NETWORK,
    QOS_REFUSED_PORTS,
    QOS_NOT_READY,
    QOS_PENDING,
    QOS_ANSWERED_SHARE,
    QOS_FRAMES,
    QOS_FRAMES_ANSWERED,
    QOS_FRAMES_MISSED,
    QOS_FRAMES_OUTSTANDING,
    QOS_MISSES_MEAN,
    QOS_STREAMS_LOST,
    QOS_STREAMS_HURT,
    QOS_FPS_MEAN,
    QOS_FPS_SD,
    QOS_FPS_MIN,
    QOS_FPS_MAX,
    QOS_LATENCY_MEAN,
    QOS_LATENCY_SD,
    QOS_LATENCY_MIN,
    QOS_LATENCY_MAX,
    QOS_DEPLOY_MEAN,
    QOS_DEPLOY_MEDIAN,
    QOS_PROBES,
    QOS_PROBE_MEAN,
    QOS_CPU_LOAD,
    QOS_PODS_MOST,
    QOS_ENERGY,
    QOS_ENERGY_FRAME,
    QOS_COMPUTE_J,
    QOS_IDLE_J,
    QOS_SENT_J,
    QOS_RECEIVED_J,
    QOS_MEASURES
};
extern const struct model_measure qos_measures[QOS_MEASURES];

enum { QOS_CONTRASTS = 6 };
extern const struct model_contrast qos_contrasts[QOS_CONTRASTS];
enum { QOS_HEADLINES = 4 };
extern const struct model_headline qos_headlines[QOS_HEADLINES];

/* Of a cluster whose books are closed. scratch: a time a client. */
void qos_measure(double measure[QOS_MEASURES], const struct cluster *c,
                 const struct cluster_plan *plan, sim_time *scratch);

#endif
