/*
 * calls.h - the calls of all robots of a replication, found once for whoever runs it several times.
 *
 * What robots do depends on seed and scenario alone, so variants that agree in these share it. It
 * costs memory by call: 32 bytes.
 *
 * Ownership: the caller owns struct calls. Threads: read only once drawn.
 */
#ifndef MODELS_PARTS_CALLS_H
#define MODELS_PARTS_CALLS_H

#include "models/parts/robot.h"
#include "sim/engine/digest.h"

struct calls_one {
    sim_time at;
    struct floor_point position;
    uint32_t chain, node;
};

struct calls {
    struct calls_one *one;
    size_t *first; /* robot i's are one[first[i] .. first[i + 1]) */
};

/*
 * All calls up to spec->end_ns, which must be known. SIM_ERR_FULL where there are more than most,
 * and SIM_ERR_NOMEM; then c is empty.
 */
SIM_MUST_CHECK enum sim_status calls_draw(struct calls *c, const struct robot_spec *spec,
                                          const struct floor_plan *floor, size_t most);
void calls_forget(struct calls *c);

/* How far the calls of a robot have been told. */
struct calls_told {
    uint64_t triggers; /* so far */
    uint64_t digest;   /* of its trace */
    size_t next, end;  /* in calls.one: what is left */
    uint32_t robot;
};

static inline struct calls_told calls_of(const struct calls *c, uint32_t robot)
{
    return (struct calls_told){
        .robot = robot,
        .next = c->first[robot],
        .end = c->first[robot + 1],
        .digest = DIGEST_START,
    };
}

/* As robot_next(), of a robot that moves nowhere itself; behind the last call one at
 * SIM_TIME_NEVER. */
struct robot_trigger calls_next(const struct calls *c, struct calls_told *told,
                                const struct robot_spec *spec);

#endif
