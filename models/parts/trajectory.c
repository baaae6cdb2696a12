#include "models/parts/trajectory.h"

#include <math.h>

static double seconds(sim_time t)
{
    return (double)t / (double)SIM_S;
}

static double length(double x, double y)
{
    return sqrt(x * x + y * y);
}

static double clip(double value, double high)
{
    return value < 0 ? 0 : value > high ? high : value;
}

/* Greatest speed that the noise could ask for. */
static double speed_bound(const struct trajectory_spec *s)
{
    return length(s->width_m, s->height_m) / 2 * s->amplitude * noise_slope_max(s->octaves) /
           s->feature_s;
}

double trajectory_feature_least_s(const struct trajectory_spec *spec)
{
    if (spec->kind == TRAJECTORY_BY_HEADING) {
        return 0;
    }
    return speed_bound(spec) * spec->feature_s / spec->speed_max_mps / 2;
}

void trajectory_init(struct trajectory *t, const struct trajectory_spec *spec, uint64_t seed,
                     uint64_t replication, uint64_t entity)
{
    *t = (struct trajectory){.step_s = spec->kind == TRAJECTORY_BY_HEADING ? -1 : 0};
    for (uint32_t track = 0; track < TRAJECTORY_TRACKS; track++) {
        noise_init(&t->noise[track], seed, replication, entity, spec->purpose, track, spec->octaves,
                   spec->feature_s);
    }
    t->bound_to_s = -1;
    struct rng start;
    rng_init(&start, seed, replication, entity, spec->purpose);
    t->from.x_m = rng_unit(&start) * spec->width_m;
    t->from.y_m = rng_unit(&start) * spec->height_m;
}

/* ---- by position ---- */

/* Before it is cut off at the edges. */
static struct floor_point course_at(struct trajectory *t, const struct trajectory_spec *s,
                                    double noise_s)
{
    return (struct floor_point){
        s->width_m / 2 * (1 + s->amplitude * noise_at(&t->noise[0], noise_s)),
        s->height_m / 2 * (1 + s->amplitude * noise_at(&t->noise[1], noise_s)),
    };
}

static bool is_slow(struct trajectory *t, const struct trajectory_spec *s, double from_s,
                    double to_s)
{
    const double x = noise_slope_bound(&t->noise[0], from_s, to_s) * s->width_m;
    const double y = noise_slope_bound(&t->noise[1], from_s, to_s) * s->height_m;
    return length(x, y) / 2 * s->amplitude <= s->speed_max_mps;
}

/* Looks anew at the bounds from there on, as long as they are the same. */
static SIM_NOINLINE void look_ahead(struct trajectory *t, const struct trajectory_spec *s,
                                    double from_s)
{
    const double x = noise_bound_holds_until(&t->noise[0], from_s);
    const double y = noise_bound_holds_until(&t->noise[1], from_s);
    t->bound_from_s = from_s;
    t->bound_to_s = x < y ? x : y;
    t->bound_is_slow = is_slow(t, s, from_s, from_s);
}

static bool is_slow_between(struct trajectory *t, const struct trajectory_spec *s, double from_s,
                            double to_s)
{
    if (from_s < t->bound_from_s || from_s > t->bound_to_s) {
        look_ahead(t, s, from_s);
    }
    return to_s <= t->bound_to_s ? t->bound_is_slow : is_slow(t, s, from_s, to_s);
}

/*
 * How much of the course's next second, from from_s on, the robot makes in a second: all of it, or
 * as far as the greatest speed reaches. The second look makes up for the course's bend.
 */
static double pace_at(struct trajectory *t, const struct trajectory_spec *s, double from_s)
{
    const struct floor_point here = course_at(t, s, from_s);
    double pace = 1;
    for (int look = 0; look < 2; look++) {
        const struct floor_point there = course_at(t, s, from_s + pace);
        const double way = length(there.x_m - here.x_m, there.y_m - here.y_m);
        if (way > s->speed_max_mps) {
            pace *= s->speed_max_mps / way;
        }
    }
    return pace;
}

/* Whole seconds from the start, so that the way does not depend on the times asked for. */
static void follow_to(struct trajectory *t, const struct trajectory_spec *s, int64_t second)
{
    if (is_slow_between(t, s, (double)t->step_s - t->late_s, (double)second - t->late_s)) {
        t->step_s = second;
    }
    for (; t->step_s < second; t->step_s++) {
        t->late_s += 1 - pace_at(t, s, (double)t->step_s - t->late_s);
    }
}

static struct floor_point by_position(struct trajectory *t, const struct trajectory_spec *s,
                                      sim_time at)
{
    follow_to(t, s, at / SIM_S);
    const double from_s = (double)t->step_s - t->late_s;
    const double pace = is_slow_between(t, s, from_s, from_s + 1) ? 1 : pace_at(t, s, from_s);
    const struct floor_point p = course_at(t, s, from_s + pace * seconds(at % SIM_S));
    return (struct floor_point){clip(p.x_m, s->width_m), clip(p.y_m, s->height_m)};
}

/* ---- by heading ---- */

/* Folds the endless plane onto [0, extent]: a walk there is one reflected at the walls. */
static double fold(double value, double extent)
{
    const double period = 2 * extent;
    const double rest = value - floor(value / period) * period;
    return rest <= extent ? rest : period - rest;
}

static void step_to(struct trajectory *t, const struct trajectory_spec *s, int64_t second)
{
    while (t->step_s < second) {
        if (t->step_s >= 0) {
            t->from.x_m += t->velocity.x_m;
            t->from.y_m += t->velocity.y_m;
        }
        t->step_s++;
        const double t_s = (double)t->step_s;
        const double x = noise_at(&t->noise[0], t_s);
        const double y = noise_at(&t->noise[1], t_s);
        const double speed = clip(0.5 + noise_at(&t->noise[2], t_s), 1) * s->speed_max_mps;
        const double norm = length(x, y);
        if (norm > 0) { /* else it keeps its heading */
            t->velocity.x_m = x / norm * speed;
            t->velocity.y_m = y / norm * speed;
        }
    }
}

static struct floor_point by_heading(struct trajectory *t, const struct trajectory_spec *s,
                                     sim_time at)
{
    step_to(t, s, at / SIM_S);
    const double rest_s = seconds(at % SIM_S);
    return (struct floor_point){
        fold(t->from.x_m + t->velocity.x_m * rest_s, s->width_m),
        fold(t->from.y_m + t->velocity.y_m * rest_s, s->height_m),
    };
}

struct floor_point trajectory_at(struct trajectory *t, const struct trajectory_spec *spec,
                                 sim_time at)
{
    ASSERT(at >= t->asked);
    struct floor_point p = {0, 0};
    switch (spec->kind) {
    case TRAJECTORY_BY_POSITION:
        p = by_position(t, spec, at);
        break;
    case TRAJECTORY_BY_HEADING:
        p = by_heading(t, spec, at);
        break;
    }
    t->asked = at;
    return p;
}
