/*
 * capture.h - a run's messages as the bytes that a daemon sends, for who captures them.
 *
 * A handler only notes what a link carries; nimblenet_capture_tell() makes bytes of it between
 * two slices of the run. Behind the header of a data message is the tasklet's binary: the one that
 * a daemon has sent, in a simulation the one that it would send.
 *
 * Ownership: struct nimblenet_capture belongs to the run; deinit gives its memory back. All that it
 *   points at outlives it.
 * Errors: a note for which there is no memory is lost, and nimblenet_capture_tell() says so.
 */
#ifndef MODELS_NIMBLENET_CAPTURE_H
#define MODELS_NIMBLENET_CAPTURE_H

#include "models/capture.h"
#include "models/model.h"
#include "models/nimblenet/compose_work.h"
#include "models/nimblenet/real/remote.h"

struct nimblenet_capture {
    const struct model_listener *listener; /* NULL: nobody captures */
    const struct module_set *set;          /* of a simulation's tasklets */
    const struct remote *remote;           /* of a testbed; NULL: a simulation */
    struct nimblenet_capture_note {
        struct world_frame frame;
        struct wire_message message; /* frame's own pointer is no more */
    } * note;
    size_t notes, capacity;
    unsigned char *altered; /* a binary that is not what it was */
    size_t altered_room;
    bool out_of_memory;
};

void nimblenet_capture_note(struct nimblenet_capture *c, const struct world_frame *frame);

/* Tells the listener of what was noted, in its order. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status nimblenet_capture_tell(struct nimblenet_capture *c);
void nimblenet_capture_deinit(struct nimblenet_capture *c);

extern const struct model_capture nimblenet_capture_table;

#endif
