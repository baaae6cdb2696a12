/* charts.h - the pictures of a result: how a version spreads over the grid, and what it costs;
 * and what a swap and a layer take on a host that was asked. */
#ifndef MODELS_WASMTUBE_RESULTS_CHARTS_H
#define MODELS_WASMTUBE_RESULTS_CHARTS_H

#include "models/chart.h"

enum { WASMTUBE_CHARTS = 6 };
extern const struct model_chart wasmtube_charts[WASMTUBE_CHARTS];

#endif
