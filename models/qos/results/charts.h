/* charts.h - the pictures of a result: its energy, where any was counted. */
#ifndef MODELS_QOS_RESULTS_CHARTS_H
#define MODELS_QOS_RESULTS_CHARTS_H

#include "models/chart.h"

enum { QOS_CHARTS = 1 };
extern const struct model_chart qos_charts[QOS_CHARTS];

#endif
