/*
 * relayd.h - the network as a process: it delays what passes, and drops what would pass a link that
 * is down by the outages that it was told.
 */
#ifndef MODELS_CHOREOGRAPHY_REAL_RELAYD_H
#define MODELS_CHOREOGRAPHY_REAL_RELAYD_H

#include "runtime-replay/processes/process.h"

/* Serves until the starter is gone. Exit code. */
int relayd_serve(const struct process_line *line);

#endif
