/*
 * recorder.h - takes notes of the rows that a run tells, and hands them to the store in batches
 * between two slices of the run. What it warns of goes into the run, its frames into the capture.
 *
 * Ownership: the recorder owns its buffers; the store is the caller's.
 * Errors: running out of memory stays and is returned by recorder_flush(), as is the first failure
 *   of the store.
 * Threads: one recorder a run.
 */
#ifndef SIM_STUDY_RECORDER_H
#define SIM_STUDY_RECORDER_H

#include "sim/study/study.h"

struct recorder {
    struct model_listener listener; /* for the model's begin() */
    struct study_run *run;
    const struct model *model;
    struct store *store; /* NULL: nobody keeps rows */
    int64_t run_id;
    unsigned record;
    struct capture *capture; /* NULL: nobody wants frames */
    struct recorder_table {
        union store_cell *cell; /* row after row */
        size_t rows, capacity;
    } * table;
    bool out_of_memory;
};

/* A recorder must not move until it ends: the listener points at it. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status recorder_init(struct recorder *r, const struct study *s,
                                             struct study_run *run);
void recorder_deinit(struct recorder *r);

/* Hands over what was noted of each table that has at least so many rows, or one. */
SIM_MUST_CHECK enum sim_status recorder_flush(struct recorder *r, size_t least);

#endif
