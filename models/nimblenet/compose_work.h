/*
 * compose_work.h - what daemons run: the binaries of a run's tasklets, and how much of them a call
 * may execute.
 */
#ifndef MODELS_NIMBLENET_COMPOSE_WORK_H
#define MODELS_NIMBLENET_COMPOSE_WORK_H

#include "models/nimblenet/compose.h"
#include "models/nimblenet/real/outfit.h"

struct compose_work {
    struct outfit_work outfit; /* points into set */
    struct module_set set;
};

/* SIM_ERR_INVALID with a key and a text, SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status compose_work_init(struct compose_work *w,
                                                 const struct compose_system *m,
                                                 const struct compose_plan *p, uint32_t replication,
                                                 struct model_error *error);
/* The binaries alone, of which nothing is run. */
SIM_MUST_CHECK enum sim_status compose_work_emit(struct compose_work *w,
                                                 const struct compose_system *m,
                                                 uint32_t replication, struct model_error *error);
void compose_work_deinit(struct compose_work *w);

#endif
