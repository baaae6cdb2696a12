/*
 * recorder.h - takes notes of calls, acquisitions and events while a run goes on, and hands
 * them to the store in batches between two slices of the run.
 *
 * Ownership: the recorder owns its buffers; the store is the caller's.
 * Errors: the first failure of the store stays and is returned by recorder_flush().
 * Threads: one recorder a run.
 */
#ifndef SIM_STUDY_RECORDER_H
#define SIM_STUDY_RECORDER_H

#include "analysis/store/store.h"
#include "models/nimblenet/world/world.h"

struct recorder {
    struct store *store;
    int64_t run_id;
    struct result_call *call;
    size_t call_count, call_capacity;
    struct result_acquisition *acquisition;
    size_t acquisition_count, acquisition_capacity;
    int64_t acquisitions; /* so far: the next one's sequence number */
    struct result_event *event;
    size_t event_count, event_capacity;
    int64_t sequence; /* of the next event */
    bool out_of_memory;
};

/* Notes calls and acquisitions, and events too if asked for. Fills observer. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status recorder_init(struct recorder *r, struct store *store,
                                             int64_t run_id, bool events,
                                             struct world_observer *observer);
void recorder_deinit(struct recorder *r);

/* Hands over what was noted. Cheap while the batch is small: nothing is written below least rows.
 */
SIM_MUST_CHECK enum sim_status recorder_flush(struct recorder *r, size_t least);

#endif
