/*
 * capture.h - a run's messages as bytes, link by link, for a capture that Wireshark reads.
 *
 * A listener that hears frames is told every copy that a link carries, twice: when it leaves, with
 * whether the link loses it, and when it comes. The bytes are those of the model's codec, as a
 * daemon sends them.
 *
 * Order: by time, and what happens at once as the run has it: the same for every compiler, and for
 *   simulator and testbed.
 * Ownership: bytes and texts are the model's; they last until the listener returns.
 */
#ifndef MODELS_CAPTURE_H
#define MODELS_CAPTURE_H

#include "sim/engine/base.h"

enum model_frame_fate {
    MODEL_FRAME_SENT,
    MODEL_FRAME_LOST, /* sent, and will not come */
    MODEL_FRAME_CAME,
    MODEL_FRAME_OVERFLOWED, /* came, and found no room */
};

struct model_frame {
    sim_time at;
    uint32_t link; /* a direction of a link: below links() */
    enum model_frame_fate fate;
    uint32_t attempt; /* 0: sent for the first time */
    /* What of it is known: a header, and what it carries. */
    const unsigned char *head, *body;
    size_t head_bytes, body_bytes;
    size_t bytes;      /* of the whole frame, at least these */
    const char *about; /* for people; NULL: nothing to add */
};

struct model_capture {
    uint32_t (*links)(const void *system);
    /* "node 1 > node 2" */
    void (*name_link)(const void *system, uint32_t link, char *text, size_t bytes);
};

#endif
