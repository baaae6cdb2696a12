/* figures_make.h - private to the figures: memory, texts and places of those being made. */
#ifndef ANALYSIS_REPORT_FIGURES_MAKE_H
#define ANALYSIS_REPORT_FIGURES_MAKE_H

#include "analysis/report/figures.h"

/* Zeroed. NULL without memory, which f remembers. */
void *figures_take(struct figures *f, size_t count, size_t size);
SIM_PRINTF(2, 3) const char *figures_say(struct figures *f, const char *format, ...);
/* "Mean response" of "  mean response". */
const char *figures_as_title(struct figures *f, const char *label);
void figures_add(struct figures *f, const struct chart *chart);

/* figures_drawn.c: those that the model describes, a figure a panel but for spans and cells. */
void figures_add_drawn(struct figures *f, const struct report_data *data);

#endif
