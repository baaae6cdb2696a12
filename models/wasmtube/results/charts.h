/* charts.h - the pictures of a result: how a version spreads over the grid, and what it costs. */
#ifndef MODELS_WASMTUBE_RESULTS_CHARTS_H
#define MODELS_WASMTUBE_RESULTS_CHARTS_H

#include "models/chart.h"

enum { WASMTUBE_CHARTS = 3 };
extern const struct model_chart wasmtube_charts[WASMTUBE_CHARTS];

#endif
