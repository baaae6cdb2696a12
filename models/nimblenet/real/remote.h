/*
 * remote.h - the driver of the access point: each node's core is a daemon of its own.
 *
 * The world's engine stays the clock, and its links the only way from one node to another. For
 * each event the access point grants its daemon a step, takes the messages that the core wants sent
 * as datagrams, and hands them to the world's transport, which decides when and whether they
 * come. A daemon names a port of its own, never an address: so it reaches its neighbours alone.
 *
 * Ownership: remote_destroy() ends every process. The spec and the request belong to the caller and
 *   outlive it.
 * Errors: remote_complaint() has the text of what has gone wrong: a daemon that ended or was
 *   killed, one that computes for 10 s of its own processor time without an answer, one that
 *   answers what no core would. One that is stopped is waited for.
 * Threads: belongs to one thread, from remote_start() on.
 */
#ifndef MODELS_NIMBLENET_REAL_REMOTE_H
#define MODELS_NIMBLENET_REAL_REMOTE_H

#include "models/nimblenet/real/grant.h"
#include "models/nimblenet/real/outfit.h"
#include "models/nimblenet/world/driver.h"
#include "models/nimblenet/world/world.h"
#include "models/real.h"

struct remote;

/* Why a run of that spec cannot have daemons: the key, and a text. True if it can. */
bool remote_suits(const struct world_spec *spec, const char **key, char text[256]);

/* A call that was really executed. */
struct remote_execution {
    uint64_t call_id;
    uint32_t chain;
    struct grant_word word; /* the last one: its result and counts */
};

struct remote_listener {
    void *context;
    void (*executed)(void *context, const struct remote_execution *e); /* or NULL */
};

/* Takes memory; starts nobody. work.binary NULL: tasklets are not run. SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status remote_create(struct remote **r, const struct world_spec *spec,
                                             const struct model_real_request *request,
                                             const struct outfit_work *work,
                                             const struct remote_listener *listener);
/* Before the first step: the world that it drives, whose calls it is asked about. */
void remote_attend(struct remote *r, const struct world *w);
void remote_destroy(struct remote *r);

/* Starts the daemons and equips them. */
SIM_MUST_CHECK enum sim_status remote_start(struct remote *r);
struct driver remote_driver(struct remote *r);

/* "node 7's daemon was killed by signal 9"; "" where nothing has gone wrong. */
const char *remote_complaint(const struct remote *r);

/* The bytes that a data message has come with; NULL where none did. They stay. */
const unsigned char *remote_binary(const struct remote *r, const struct wire_message *m);

/* Whether a step was given up because the user wanted to leave: the run goes no further. */
bool remote_is_left(const struct remote *r);

#endif
