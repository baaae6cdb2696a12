/*
 * robot.h - one robot: its trajectory, and the calls that it triggers.
 *
 * What a robot does depends on (seed, replication, robot) and the scenario alone,
 * never on the network: the sequence of its triggers is the call trace that
 * every variant and the testbed share (paper, section 5.1). It is computed as it
 * goes and always the same, so memory does not grow with simulated time.
 *
 * Ownership: the caller owns everything. Threads: one robot, one thread.
 */
#ifndef MODELS_PARTS_ROBOT_H
#define MODELS_PARTS_ROBOT_H

#include "models/parts/trajectory.h"
#include "sim/engine/dist.h"

/* A robot's random streams, counted from the spec's first purpose; they move by MOVEMENT's. */
enum { ROBOT_CHAINS, ROBOT_TRIGGERS, ROBOT_MOVEMENT, ROBOT_CONTACT, ROBOT_PURPOSES };

struct robot_spec {
    uint64_t seed, replication;
    uint64_t purpose; /* the first of ROBOT_PURPOSES; trajectory.purpose is one of these */
    uint32_t count;
    struct trajectory_spec trajectory;
    uint32_t chains;     /* that each robot uses */
    uint32_t chains_all; /* that there are */
    struct dist trigger_ns;
    enum floor_choice contact;
    sim_time end_ns; /* of the run: nobody asks where a robot is behind it; 0: it has none */
};

struct robot {
    uint32_t number;
    uint64_t triggers;  /* so far */
    uint64_t digest;    /* of its trace */
    sim_time trigger;   /* when the next one is */
    struct rng rng;     /* intervals and chains */
    struct rng contact; /* choice among overlapping discs */
    struct trajectory trajectory;
};

/* One line of the call trace. */
struct robot_trigger {
    uint64_t call_id; /* trigger's number * robots + robot: unique, the same in every variant */
    sim_time at;
    uint32_t robot, chain;
    uint32_t node; /* FLOOR_NOBODY: out of contact */
    struct floor_point position;
};

/* chains: spec->chains numbers, drawn here, distinct. */
void robot_init(struct robot *r, const struct robot_spec *spec, uint32_t number, uint32_t *chains);

/*
 * The next trigger, and moves on to the one behind it. One behind the run's end reaches nobody: its
 * position is not looked for, and the trace's digest is without it.
 */
struct robot_trigger robot_next(struct robot *r, const struct robot_spec *spec,
                                const struct floor_plan *floor, const uint32_t *chains);

/* A trace's digest, once a trigger has become part of it. */
uint64_t robot_fold(uint64_t digest, const struct robot_trigger *t);

#endif
