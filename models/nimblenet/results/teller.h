/*
 * teller.h - stories of a stored run's calls in words and fields that need no knowledge of what a
 * tasklet is: models/story.h.
 */
#ifndef MODELS_NIMBLENET_RESULTS_TELLER_H
#define MODELS_NIMBLENET_RESULTS_TELLER_H

#include "models/story.h"

/* What the run's config adds to what the database has. */
struct teller_setting {
    sim_time end_ns;             /* of the run */
    sim_time load_ns, resume_ns; /* where the database has no costs */
    bool preloads;
    bool pauses; /* its nodes may */
};

/* The functions of struct model_story; SIM_ERR_INVALID where no calls were recorded. */
SIM_MUST_CHECK enum sim_status teller_open(void **teller, struct store *store, int64_t run_id,
                                           const struct teller_setting *setting,
                                           struct store_error *error);
void teller_close(void *teller);
SIM_MUST_CHECK enum sim_status teller_tell(void *teller, int64_t id, const struct story **story,
                                           struct store_error *error);
SIM_MUST_CHECK enum sim_status teller_nearest(void *teller, int64_t id, int64_t near[4],
                                              size_t *count, struct store_error *error);
SIM_MUST_CHECK enum sim_status teller_next(void *teller, const struct story **story,
                                           struct store_error *error);
SIM_MUST_CHECK enum sim_status teller_messages(struct query **q, void *teller,
                                               const struct story *story, size_t step,
                                               struct store_error *error);
SIM_MUST_CHECK enum sim_status teller_places(struct query **q, void *teller,
                                             struct store_error *error);

#endif
