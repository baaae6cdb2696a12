/*
 * stored.h - runs read again as their model handed them over, so that what holds for a result in
 * memory holds for one in a database.
 *
 *     stored_init(&s, store, model);
 *     stored_read(&s, run_id, work_digest, &result, &error);    ... stored_free(&result);
 *     stored_deinit(&s);
 *
 * A stored result has measures, bins, histograms and the work's digest; the engine's report,
 * outcomes and gauges are empty. What the file does not have is NaN or zero, as in a result that
 * told nothing.
 *
 * Ownership: the caller's, each as shown.
 * Errors: those of query.h and SIM_ERR_NOMEM, with a text.
 */
#ifndef ANALYSIS_REPORT_STORED_H
#define ANALYSIS_REPORT_STORED_H

#include "analysis/report/contrasts.h"
#include "analysis/store/runs.h"

struct stored {
    struct store *store;
    const struct model *model;
    const char **measure, **series; /* their names */
};

SIM_MUST_CHECK enum sim_status stored_init(struct stored *s, struct store *store,
                                           const struct model *model, struct store_error *error);
void stored_deinit(struct stored *s);

/* work_digest: as the run's row has it, in hexadecimal digits; "" is 0. */
SIM_MUST_CHECK enum sim_status stored_read(const struct stored *s, int64_t run_id,
                                           const char *work_digest, struct model_result *result,
                                           struct store_error *error);
void stored_free(struct model_result *result);

/* The model that made the file. SIM_ERR_INVALID with a text: this program does not know it. */
SIM_MUST_CHECK enum sim_status stored_model(const struct model **model, struct store *store,
                                            struct store_error *error);

/* The index of the variant that the scenario, as it was resolved, names as the baseline; else 0. */
uint32_t stored_baseline(const char *scenario, const char *const *variant, uint32_t variants);

/*
 * All contrasts of a result, over the replications in which both runs are complete. The names in *c
 * are those of runs, which must outlive it.
 */
SIM_MUST_CHECK enum sim_status stored_contrasts(struct contrasts *c, struct store *store,
                                                const struct model *model, const struct runs *runs,
                                                struct store_error *error);

#endif
