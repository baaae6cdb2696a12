/*
 * study_work.h - what is asked of a replication, drawn once for all variants that are alike in it.
 *
 * Whoever needs it first draws it, and who needs it last gives it back: so much memory is used as
 * there are replications under way. A variant that nobody is like finds it on the way, for nothing
 * is gained.
 */
#ifndef SIM_STUDY_STUDY_WORK_H
#define SIM_STUDY_STUDY_WORK_H

#include "sim/study/study.h"

/* Of the systems that have been opened. False without memory. */
SIM_MUST_CHECK bool study_work_init(struct study *s);
void study_work_deinit(struct study *s);

/* NULL: the run finds it for itself. Each run takes once, and gives once it has ended. */
const void *study_work_take(struct study *s, const struct study_run *run);
void study_work_give(struct study *s, const struct study_run *run);

#endif
