/*
 * robot.h - one robot: its trajectory, and the calls that it triggers.
 *
 * What a robot does depends on (seed, replication, robot) and the scenario alone,
 * never on the network: the sequence of its triggers is the call trace that
 * every variant and the testbed share (paper, section 5.1). It is computed as it
 * goes and always the same, so memory does not grow with simulated time.
 *
 * Movement, position: two noises, one an axis, around the middle of the floor,
 *   cut off at its edges (section 5.2, "continuous noise functions"). Gradients are
 *   limited so that no robot can exceed the greatest speed.
 * Movement, heading: a unit vector and a speed from noise, integrated in steps of
 *   one second from a uniform place, reflected at the walls: positions are uniform.
 *
 * Ownership: the caller owns everything. Threads: one robot, one thread.
 */
#ifndef MODELS_ROBOT_H
#define MODELS_ROBOT_H

#include "models/floor.h"
#include "models/noise.h"
#include "sim/engine/dist.h"

enum robot_movement { ROBOT_BY_POSITION, ROBOT_BY_HEADING };

struct robot_spec {
    uint64_t seed, replication;
    uint32_t count;
    double speed_max_mps;
    enum robot_movement movement;
    uint32_t octaves;
    double feature_s;
    double amplitude;    /* of position, in halves of the floor's extent */
    uint32_t chains;     /* that each robot uses */
    uint32_t chains_all; /* that there are */
    struct dist trigger_ns;
    enum floor_choice contact;
};

#define ROBOT_TRACKS 3u /* x, y; or heading x, heading y, speed */

struct robot {
    uint32_t number;
    uint64_t triggers;  /* so far */
    sim_time trigger;   /* when the next one is */
    struct rng rng;     /* intervals and chains */
    struct rng contact; /* choice among overlapping discs */
    struct noise noise[ROBOT_TRACKS];
    struct floor_point from; /* by heading: where it was at step_s seconds, unfolded */
    struct floor_point velocity;
    int64_t step_s;
    uint64_t digest; /* of its trace */
};

/* One line of the call trace. */
struct robot_trigger {
    uint64_t call_id; /* trigger's number * robots + robot: unique, the same in every variant */
    sim_time at;
    uint32_t robot, chain;
    uint32_t node; /* FLOOR_NOBODY: out of contact */
    struct floor_point position;
};

/*
 * The least feature length, in seconds, for which gradients need not be
 * limited to under half: below it the movement would be more limit than noise.
 */
double robot_feature_least_s(const struct robot_spec *spec, double width_m, double height_m);

/* chains: spec->chains numbers, drawn here, distinct. */
void robot_init(struct robot *r, const struct robot_spec *spec, const struct floor_plan *floor,
                uint32_t number, uint32_t *chains);

/* Where the robot is. By heading: t must not lie before an earlier question's second. */
struct floor_point robot_position(struct robot *r, const struct robot_spec *spec,
                                  const struct floor_plan *floor, sim_time t);

/* The next trigger, and moves on to the one behind it. */
struct robot_trigger robot_next(struct robot *r, const struct robot_spec *spec,
                                const struct floor_plan *floor, const uint32_t *chains);

#endif
