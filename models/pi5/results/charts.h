/* charts.h - the pictures of a result: gains, effects, interactions, one batch on its cores,
 * energy. */
#ifndef MODELS_PI5_RESULTS_CHARTS_H
#define MODELS_PI5_RESULTS_CHARTS_H

#include "models/chart.h"

enum { PI5_CHARTS = 5 };
extern const struct model_chart pi5_charts[PI5_CHARTS];

#endif
