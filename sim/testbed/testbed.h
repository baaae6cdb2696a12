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

/* What the user asks for beside what `run` knows. */
struct testbed_wish {
    bool executes;      /* tasklets are really run; of nodes as processes */
    const char *charge; /* what the clock is charged: "scenario", NULL, or "metered" */
    /* Of experiments, see experiment.h: */
    uint64_t blocks, minutes;
    const char *part;
    bool is_small;
};

/*
 * Runs it as asked: its nodes as processes in virtual time, or where the model's real half is
 * experiments in the host's own time, those. Exit code.
 */
SIM_MUST_CHECK int testbed_tell(const struct run_request *request,
                                const struct load_changes *changes,
                                const struct testbed_wish *wish);

/* What a process does that the program has started of itself for a model of that name. Exit code.
 */
int testbed_serve(const char *name);

#endif
