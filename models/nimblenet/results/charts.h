/* charts.h - the pictures of a result: its energy, where any was counted. */
#ifndef MODELS_NIMBLENET_RESULTS_CHARTS_H
#define MODELS_NIMBLENET_RESULTS_CHARTS_H

#include "models/chart.h"

enum { NIMBLENET_CHARTS = 1 };
extern const struct model_chart nimblenet_charts[NIMBLENET_CHARTS];

#endif
