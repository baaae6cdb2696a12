/*
 * admission.h - Algorithm 1: may a client's workload run, and where?
 *
 * The nodes that the client can reach are asked in list order, one after another. A node that is
 * full is passed over; any other is probed, which takes as long as it takes, so the caller does it
 * and says what came of it. In the end the fastest node that answered within the threshold is
 * taken, or the client is refused with a reason. A pure function of what it is told: it opens no
 * socket, reads no clock, draws nothing and allocates nothing, so a real orchestrator can link it.
 *
 *     admission_begin(&a, threshold);
 *     while (step = admission_next(&a, node, count), step.verdict is ADMISSION_SKIP or _PROBE)
 *         if it is _PROBE: admission_heard(&a, what the probe took);
 *
 * The nodes may change between two calls, as pods come and go; their number and order may not.
 * A node is looked at when its turn comes and not again at the end, as Algorithm 1 is printed: only
 * who decides one request at a time is sure that no capacity is exceeded.
 *
 * Ties: strictly faster wins, so of equal nodes the earlier. Both bounds are inclusive.
 */
#ifndef MODELS_QOS_CORE_ADMISSION_H
#define MODELS_QOS_CORE_ADMISSION_H

#include "sim/engine/base.h"

#define ADMISSION_UNLIMITED UINT32_MAX
#define ADMISSION_NOWHERE UINT32_MAX

/* A node as the orchestrator's own books have it. */
struct admission_node {
    uint32_t pods;     /* that count against its capacity, left-over ones too */
    uint32_t capacity; /* ADMISSION_UNLIMITED: no bound */
    bool is_near;      /* the client's ping came back in time */
    bool has_room;     /* in its memory, for one pod more */
};

enum admission_verdict {
    ADMISSION_SKIP,   /* `node` is passed over, for `reason` */
    ADMISSION_PROBE,  /* measure `node`, then admission_heard() */
    ADMISSION_PLACE,  /* on `node` */
    ADMISSION_REFUSE, /* for `reason` */
};

enum admission_reason {
    ADMISSION_NO_REASON,
    ADMISSION_NETWORK,   /* no node is near */
    ADMISSION_CAPACITY,  /* no near node had a place, so none was probed */
    ADMISSION_THRESHOLD, /* no probe was answered within the threshold */
    ADMISSION_PORTS,     /* the node that was chosen has no port left; for the caller to say */
};

struct admission_step {
    enum admission_verdict verdict;
    enum admission_reason reason;
    uint32_t node;
};

/* What a probe's answer is worth. */
enum admission_worth {
    ADMISSION_FASTEST, /* of those until now, and eligible */
    ADMISSION_SLOWER,  /* eligible, but another is as fast or faster */
    ADMISSION_ABOVE,   /* the threshold */
    ADMISSION_LATE,    /* no answer while somebody waited */
};

/* One decision under way. */
struct admission {
    sim_time threshold_ns; /* SIM_TIME_NEVER: unlimited */
    uint32_t next;         /* the first node not yet looked at */
    uint32_t near, probed;
    uint32_t chosen;   /* ADMISSION_NOWHERE: none yet */
    sim_time least_ns; /* of the chosen one */
    bool is_waiting;   /* for the probe of node next - 1 */
};

/* Whether a client keeps a node that answered its ping after rtt_ns. */
static inline bool admission_is_near(sim_time rtt_ns, sim_time network_threshold_ns)
{
    return rtt_ns <= network_threshold_ns;
}

void admission_begin(struct admission *a, sim_time threshold_ns);

/* What to do now. Not while a probe is under way. */
struct admission_step admission_next(struct admission *a, const struct admission_node *node,
                                     uint32_t count);

/* What the probe asked for took; SIM_TIME_NEVER where it was not answered in time. */
enum admission_worth admission_heard(struct admission *a, sim_time latency_ns);

#endif
