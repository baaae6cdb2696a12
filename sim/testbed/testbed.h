/*
 * testbed.h - a scenario, or a result's, run over real processes in virtual time: the work of the
 * testbed verb. What was stored of a result's runs is held against what they come to here.
 *
 * Each node is a process of this host, each message a datagram; the clock is the simulation's, and
 * so are the work, the links, the rows and the digest.
 */
#ifndef SIM_TESTBED_TESTBED_H
#define SIM_TESTBED_TESTBED_H

#include "sim/study/run.h"

/* Runs it as request and changes ask; executes: tasklets are really run. Exit code. */
SIM_MUST_CHECK int testbed_tell(const struct run_request *request,
                                const struct load_changes *changes, bool executes);

/* What a process does that the program has started of itself for a model of that name. Exit code.
 */
int testbed_serve(const char *name);

#endif
