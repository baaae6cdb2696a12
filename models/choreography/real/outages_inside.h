/*
 * outages_inside.h - what the experiment's two files share: its workers, and what they are told.
 */
#ifndef MODELS_CHOREOGRAPHY_REAL_OUTAGES_INSIDE_H
#define MODELS_CHOREOGRAPHY_REAL_OUTAGES_INSIDE_H

#include "models/choreography/real/outages.h"
#include "models/choreography/real/word.h"
#include "runtime-replay/processes/crew.h"

enum { OUTAGES_MISSED, OUTAGES_RESPONSE, OUTAGES_FALLBACKS, OUTAGES_FOREIGN };

/* Devices of both domains, then each domain's edge and cloud, as the world has them; and the relay
 * between all of them. */
enum { OUTAGES_DOMAINS = 2, OUTAGES_DEVICES = 4, OUTAGES_NODES = 8, OUTAGES_RELAY = OUTAGES_NODES };
_Static_assert((int)OUTAGES_NODES < (int)CREW_MAX, "a worker a node, and the relay");

static inline enum choreo_tier outages_tier(uint32_t node)
{
    return node < OUTAGES_DEVICES              ? CHOREO_DEVICE
           : (node - OUTAGES_DEVICES) % 2 == 0 ? CHOREO_EDGE
                                               : CHOREO_CLOUD;
}

extern const double outages_unit_share; /* a device's, of a processor */
extern const double outages_speed[CHOREO_TIERS];

struct outages {
    struct crew crew;
    struct model_trial_request kept;
    uint32_t n, run;
    int64_t slice_ns; /* processor time */
    uint32_t answer[WORD_SEEDS];
    uint64_t answers, tasks, dropped, migrations;
    uint64_t slices[OUTAGES_NODES];
    int64_t held_ns[OUTAGES_NODES]; /* while a worker had something to do */
};

/* Over a worker's line of orders, which loses nothing; as a datagram. One that is gone is told by
 * the next wait. */
void outages_order(struct outages *b, uint32_t worker, const struct word *word);
void outages_send(struct outages *b, uint32_t worker, const struct word *word);

/* What comes next from any worker, until that moment: SIM_ERR_NOTFOUND. */
SIM_MUST_CHECK enum sim_status outages_hear(struct outages *b, int64_t until_ns, uint32_t *worker,
                                            struct word *word, char text[CREW_TEXT_MAX]);

/* One word of that kind from every worker; others are dropped. */
SIM_MUST_CHECK enum sim_status outages_gather(struct outages *b, enum word_kind kind,
                                              struct word all[OUTAGES_NODES + 1],
                                              char text[CREW_TEXT_MAX]);

/* Plays the tasks of a world whose clock has run out; a value for each metric. */
SIM_MUST_CHECK enum sim_status outages_play(struct outages *b, struct choreo_world *world,
                                            double *value, char text[CREW_TEXT_MAX]);

#endif
