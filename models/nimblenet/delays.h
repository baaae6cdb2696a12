/*
 * delays.h - where the time of a run's acquisitions went, cause by cause, from what links carried.
 *
 * What a fetch waits for is one chain of messages after the other: a search that goes out until it
 * finds a holder, whose answer comes back; then questions and their answers. Each hop of the chain
 * takes its link's time, and more where a copy was lost and sent again, and where the node that
 * takes it in has other frames in its hands. This file follows the chains of each fetch under
 * way and adds up these parts; a search branches, so it keeps them for each node that has
 * heard it. What ended by a timeout the core itself knows.
 *
 * Units: nanoseconds. The parts of an acquisition are never negative and add up to the time that
 *   it took; what cannot be told apart is travel.
 * Ownership: struct delays belongs to the run and grows with the fetches that are under way at
 *   once; deinit gives its memory back. The mesh outlives it.
 */
#ifndef MODELS_NIMBLENET_DELAYS_H
#define MODELS_NIMBLENET_DELAYS_H

#include "models/nimblenet/world/world.h"

/* Of a chain, what is more than the links' own time. */
struct delays_parts {
    sim_time resent_ns;       /* until a copy that was lost, or found no room, was sent again */
    sim_time handling_ns;     /* in nodes' hands and before them, but for the next */
    sim_time housekeeping_ns; /* waiting for housekeeping that was there before */
};

struct delays {
    const struct mesh *mesh;
    bool first_answer_wins;
    struct delays_node *node;     /* by who asks */
    struct delays_resent *resent; /* copies of searches: the latest of them */
    uint32_t resents;
    bool out_of_memory;
};

/* An acquisition's time, all of it. */
struct delays_account {
    uint32_t hops; /* to the node that sent the binary; UINT32_MAX where none did */
    sim_time timeout_ns;
    struct delays_parts parts;
    sim_time travel_ns;
    sim_time waiting_ns; /* for room, or for another acquisition */
};

/* SIM_ERR_NOMEM. */
SIM_MUST_CHECK enum sim_status delays_init(struct delays *d, const struct mesh *mesh,
                                           bool first_answer_wins);
void delays_deinit(struct delays *d);

void delays_note(struct delays *d, const struct world_frame *f);

/* An acquisition has ended. d NULL: links are plain, and no message was ever late. */
struct delays_account delays_end(struct delays *d, const struct mesh *mesh,
                                 const struct world_acquisition *a);

#endif
