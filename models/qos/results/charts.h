/* charts.h - the pictures of a result: its energy, where any was counted; and of an
 * experiment, how inferences share a processor of its host. */
#ifndef MODELS_QOS_RESULTS_CHARTS_H
#define MODELS_QOS_RESULTS_CHARTS_H

#include "models/chart.h"

enum { QOS_CHARTS = 2 };
extern const struct model_chart qos_charts[QOS_CHARTS];

#endif
