/*
 * hold.h - the binaries that a daemon holds: what came with data messages, and nothing else.
 *
 * One stretch of memory of a size that is fixed at the start. A binary that goes leaves a hole;
 * where the end is reached, the others are moved together. The orchestration stores and drops; the
 * executor takes a copy of what it is about to load. Of a tasklet that is being changed there are
 * several versions, of which one is the present one: what was put last, until it is dropped.
 *
 * Errors: hold_put() returns false where there is no room, which a core that counted never sees.
 * Threads: any; each call takes the lock.
 */
#ifndef MODELS_NIMBLENET_REAL_HOLD_H
#define MODELS_NIMBLENET_REAL_HOLD_H

#include <pthread.h>

#include "sim/engine/base.h"

struct hold_place {
    size_t at, length; /* length 0: not held */
};

struct hold {
    unsigned char *bytes;
    size_t room, end;
    struct hold_place *place; /* a version of a tasklet each, those of one behind each other */
    uint32_t *first;          /* tasklet -> the place of its version 0 */
    uint32_t *present;        /* tasklet -> the version that was put last */
    uint32_t count, tasklets;
    pthread_mutex_t lock;
};

/* updates: how many versions each has beyond the first; NULL: none has. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status hold_init(struct hold *h, uint32_t tasklets, const uint32_t *updates,
                                         size_t room);
void hold_deinit(struct hold *h);

/* In place of what there was under these numbers. length > 0. */
bool hold_put(struct hold *h, uint32_t tasklet, uint32_t version, const unsigned char *bytes,
              size_t length);
/* The present one; or that one. */
void hold_drop(struct hold *h, uint32_t tasklet);
void hold_drop_version(struct hold *h, uint32_t tasklet, uint32_t version);
void hold_drop_all(struct hold *h);

/* Copies it into room bytes; 0 where it is not held, or longer. */
size_t hold_copy(struct hold *h, uint32_t tasklet, uint32_t version, unsigned char *bytes,
                 size_t room);

#endif
