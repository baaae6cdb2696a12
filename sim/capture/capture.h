/*
 * capture.h - a study's messages in a file that Wireshark reads: an interface for each run
 * and direction of a link. Wireshark 4.0 mixes up the interfaces of several sections: there is one.
 *
 * Frames are written between two slices of a run, never by a handler of its events.
 *
 * Ownership: the caller owns struct capture; after capture_open() capture_close() must follow. The
 *   path outlives it.
 * Errors: told on stderr, with the exit code; what fails on the way is found by
 *   capture_is_sound() and told at the end.
 * Threads: one run at a time.
 */
#ifndef SIM_CAPTURE_CAPTURE_H
#define SIM_CAPTURE_CAPTURE_H

#include "models/capture.h"
#include "sim/terminal/output.h"

struct capture {
    struct output output;
    uint32_t first_link, links; /* interfaces of the run that goes on */
    uint64_t frames;
};

/* An existing file is refused unless replace is set; as all outputs. */
SIM_MUST_CHECK int capture_open(struct capture *c, const char *path, bool replace);

/* What comes from now on is of this run: "factory: nimble, replication 1, seed 1". */
void capture_begin_run(struct capture *c, const struct model_capture *of, const void *system,
                       const char *title);
void capture_put(struct capture *c, const struct model_frame *f);

/* Whether all that was written until now could be. */
bool capture_is_sound(const struct capture *c);

/* Gives the file its name, or, if it is not kept, leaves no trace. Exit code. */
SIM_MUST_CHECK int capture_close(struct capture *c, bool is_kept);

#endif
