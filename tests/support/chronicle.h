/*
 * chronicle.h - what happened in a run, told one line an event, for people.
 *
 *     12.300 000 000 s  node 2            robot 1 calls chain 4
 *     12.300 000 000 s  node 2 -> node 1  query algorithm 7 (ttl 1), 88 B
 *     12.340 000 000 s  node 2            stores algorithm 7
 *
 * Nodes and robots count from 1, as users count them; the registry is the last node. Arrivals are
 * not told, since each follows its departure by the hop delay; nor are wake-ups to which nothing
 * follows.
 *
 * Ownership: the caller owns struct chronicle and the stream. Errors: those of the stream.
 */
#ifndef TESTS_SUPPORT_CHRONICLE_H
#define TESTS_SUPPORT_CHRONICLE_H

#include <stdio.h>

#include "models/nimblenet/world/world_state.h"

struct chronicle {
    FILE *to;
    const struct world *world;
    uint32_t chains; /* tasklets below this number are chains, the others algorithms */
    bool wakes;      /* a wake-up not told yet: something may follow */
    struct world_event wake;
};

struct world_observer chronicle_observer(struct chronicle *s);

#endif
