/*
 * trajectory.h - where a robot is at a time: continuous, pseudo-random, bounded in speed.
 *
 * By position: two noises, one an axis, around the middle of the floor, cut off
 *   at its edges (paper, section 5.2, "continuous noise functions"). Where the noise
 *   would carry the robot faster than the greatest speed it follows the same
 *   course at that speed, second by second, and is late from then on. Within such a
 *   second it bends with the noise, by at most 3 % of that speed with two octaves and
 *   8 % with four.
 * By heading: a unit vector and a speed from noise, integrated second by second
 *   from a uniform place, reflected at the walls: positions are uniform.
 *
 * Order: times must not fall. Where the robot is does not depend on which times were
 *   asked for before. Determinism: no library function but sqrt(), which IEEE 754
 *   defines to the last bit.
 */
#ifndef MODELS_PARTS_TRAJECTORY_H
#define MODELS_PARTS_TRAJECTORY_H

#include "models/parts/floor.h"
#include "models/parts/noise.h"

enum trajectory_kind { TRAJECTORY_BY_POSITION, TRAJECTORY_BY_HEADING };

struct trajectory_spec {
    uint64_t purpose; /* of its random stream and its noise */
    enum trajectory_kind kind;
    double width_m, height_m; /* of the floor */
    double speed_max_mps;
    uint32_t octaves;
    double feature_s;
    double amplitude; /* by position: in halves of the floor's extent */
};

#define TRAJECTORY_TRACKS 3u /* x, y; or heading x, heading y, speed */

struct trajectory {
    struct noise noise[TRAJECTORY_TRACKS];
    sim_time asked;                  /* the latest time that was asked for */
    double late_s;                   /* by position: behind the noise at step_s */
    double bound_from_s, bound_to_s; /* by position: as long as the noise's bounds are the same, */
    bool bound_is_slow;              /* and whether the robot can follow there */
    struct floor_point from;         /* by heading: where it was at step_s, unfolded */
    struct floor_point velocity;     /* by heading: metres a second, from there on */
    int64_t step_s; /* whole seconds that are done; by heading -1 before the first */
};

void trajectory_init(struct trajectory *t, const struct trajectory_spec *spec, uint64_t seed,
                     uint64_t replication, uint64_t entity);

/* Where the robot is at time at, not before any time asked for earlier. */
struct floor_point trajectory_at(struct trajectory *t, const struct trajectory_spec *spec,
                                 sim_time at);

/*
 * The feature length below which robots would be held back most of the time,
 * so that the movement would be more limit than noise. 0 by heading.
 */
double trajectory_feature_least_s(const struct trajectory_spec *spec);

#endif
