/*
 * swept_choice.h - private to the sweep's data: which numbers of a model its page shows as
 * figures, what is best looked at first, and which of them turn out to say nothing.
 */
#ifndef ANALYSIS_REPORT_SWEPT_CHOICE_H
#define ANALYSIS_REPORT_SWEPT_CHOICE_H

#include "analysis/report/report_read.h"
#include "analysis/report/swept_data.h"

/*
 * Fills figures and columns, lead (or NULL) before all others. Needs the variants and how many rows
 * there will be. Errors go to the reader.
 */
void swept_choose(struct swept_data *data, struct report_reader *reader,
                  const struct contrasts *contrasts, const char *lead);

/* Once the values are there: a figure without one is dropped, and one that is the same everywhere.
 */
void swept_drop_empty(struct swept_data *data);

#endif
