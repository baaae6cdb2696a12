/*
 * figures.h - which figures a report has, made from its data: a track for each series of the model,
 * a curve for each distribution, and bars for what its entities counted.
 *
 * Ownership: struct figures belongs to the caller and ends with figures_deinit(); it points into
 *   the data, which must outlive it.
 * Errors: SIM_ERR_NOMEM, with nothing to end.
 */
#ifndef ANALYSIS_REPORT_FIGURES_H
#define ANALYSIS_REPORT_FIGURES_H

#include "analysis/report/chart.h"
#include "analysis/report/report_data.h"

enum {
    FIGURES_BARS_MAX = 48,    /* entities that a figure of bars takes of many */
    FIGURES_BARS_ALL = 60,    /* as many are not worth a choice */
    FIGURES_BARS_HALF = 48,   /* bars that half of the page's width takes */
    FIGURES_COLUMNS_MAX = 12, /* numbers of an entity that have a figure */
};

struct figures_block; /* memory, given back all at once */

struct figures {
    struct chart *chart;
    size_t count, capacity;
    struct figures_block *blocks;
    bool is_full; /* no memory was left */
};

SIM_MUST_CHECK enum sim_status figures_init(struct figures *f, const struct report_data *data);
void figures_deinit(struct figures *f);

#endif
