/* charts.h - the pictures of a result: energy by tier, and links as they come and go. */
#ifndef MODELS_CHOREOGRAPHY_RESULTS_CHARTS_H
#define MODELS_CHOREOGRAPHY_RESULTS_CHARTS_H

#include "models/chart.h"

enum { CHOREO_CHARTS = 2 };
extern const struct model_chart choreo_charts[CHOREO_CHARTS];

#endif
