/*
 * measured.h - what experiments on a host came to, beside what was simulated under the same keys;
 * of any result, which may have none.
 *
 * Ownership: measured_deinit() ends what was read.
 */
#ifndef ANALYSIS_REPORT_MEASURED_H
#define ANALYSIS_REPORT_MEASURED_H

#include <stdio.h>

#include "analysis/store/store_trial.h"

struct measured {
    struct trials_row *row; /* by part, then metric; the baseline first, its second run behind it */
    size_t rows;
    struct trials_fact *fact;
    size_t facts;
};

SIM_MUST_CHECK enum sim_status measured_read(struct measured *m, struct store *store,
                                             struct store_error *error);
void measured_deinit(struct measured *m);

/* For people; nothing where there is nothing. */
void measured_print(const struct measured *m, FILE *to);
/* A section of a page whose heading has that level, 2 or 3; nothing where there is nothing. */
void measured_put(const struct measured *m, const char *anchor, int level, FILE *to);

#endif
