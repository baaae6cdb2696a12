/*
 * figures.h - which figures a report has, made from its data.
 *
 * Ownership: struct figures belongs to the caller and ends with figures_deinit();
 *   it points into the data, which must outlive it.
 * Errors: SIM_ERR_NOMEM, with nothing to end.
 */
#ifndef ANALYSIS_REPORT_FIGURES_H
#define ANALYSIS_REPORT_FIGURES_H

#include "analysis/report/chart.h"
#include "analysis/report/report_data.h"

enum {
    FIGURES_MAX = 10,
    FIGURES_BARS_MAX = 48, /* nodes that a figure of bars takes */
    FIGURES_BARS_HALF = 24 /* nodes that half of the page's width takes */
};

struct figures {
    struct chart chart[FIGURES_MAX];
    size_t count;
    double *numbers; /* all arrays of all charts */
    size_t used, capacity;
    struct report_node *node; /* those that the bars show, by number */
    size_t node_count;
    char texts[FIGURES_MAX][512]; /* captions and labels */
    size_t text_used[FIGURES_MAX];
};

SIM_MUST_CHECK enum sim_status figures_init(struct figures *f, const struct report_data *data);
void figures_deinit(struct figures *f);

#endif
