#include "models/robot.h"

#include <math.h>

#include "sim/engine/digest.h"

static double seconds(sim_time t)
{
    return (double)t / (double)SIM_S;
}

static double half_diagonal(double width_m, double height_m)
{
    return sqrt(width_m * width_m + height_m * height_m) / 2;
}

/* Greatest speed by position with gradients up to 1. */
static double speed_bound(const struct robot_spec *spec, double width_m, double height_m)
{
    return half_diagonal(width_m, height_m) * spec->amplitude * noise_slope_max(spec->octaves) /
           spec->feature_s;
}

double robot_feature_least_s(const struct robot_spec *spec, double width_m, double height_m)
{
    return speed_bound(spec, width_m, height_m) * spec->feature_s / spec->speed_max_mps / 2;
}

/* spec->chains of chains_all, without repeats: Floyd's method, by rejection of what is there. */
static void choose_chains(const struct robot_spec *spec, uint32_t number, uint32_t *chains)
{
    struct rng r;
    rng_init(&r, spec->seed, spec->replication, number, RNG_ROBOT_CHAINS);
    for (uint32_t i = 0; i < spec->chains; i++) {
        const uint32_t last = spec->chains_all - spec->chains + i;
        uint32_t chosen = (uint32_t)rng_below(&r, (uint64_t)last + 1);
        for (uint32_t j = 0; j < i; j++) {
            if (chains[j] == chosen) {
                chosen = last;
                break;
            }
        }
        chains[i] = chosen;
    }
}

static void start_by_heading(struct robot *r, const struct robot_spec *spec,
                             const struct floor_plan *floor)
{
    struct rng start;
    rng_init(&start, spec->seed, spec->replication, r->number, RNG_ROBOT_MOVEMENT);
    r->from.x_m = rng_unit(&start) * floor->width_m;
    r->from.y_m = rng_unit(&start) * floor->height_m;
    r->step_s = -1;
}

/* The first trigger comes between the start and the longest interval. */
static sim_time first_trigger(const struct robot_spec *spec, struct rng *r)
{
    struct dist first = spec->trigger_ns;
    if (first.kind != DIST_EXPONENTIAL) {
        first = (struct dist){DIST_UNIFORM, 0, spec->trigger_ns.high};
    }
    return dist_draw(&first, r);
}

void robot_init(struct robot *r, const struct robot_spec *spec, const struct floor_plan *floor,
                uint32_t number, uint32_t *chains)
{
    *r = (struct robot){.number = number, .digest = DIGEST_START};
    rng_init(&r->rng, spec->seed, spec->replication, number, RNG_ROBOT_TRIGGER);
    rng_init(&r->contact, spec->seed, spec->replication, number, RNG_ROBOT_CONTACT);
    choose_chains(spec, number, chains);

    double limit = 1;
    if (spec->movement == ROBOT_BY_POSITION) {
        const double bound = speed_bound(spec, floor->width_m, floor->height_m);
        limit = bound > spec->speed_max_mps ? spec->speed_max_mps / bound : 1;
    }
    for (uint32_t track = 0; track < ROBOT_TRACKS; track++) {
        noise_init(&r->noise[track], spec->seed, spec->replication, number, track, spec->octaves,
                   spec->feature_s, limit);
    }
    if (spec->movement == ROBOT_BY_HEADING) {
        start_by_heading(r, spec, floor);
    }
    r->trigger = first_trigger(spec, &r->rng);
}

static double clip(double value, double high)
{
    return value < 0 ? 0 : value > high ? high : value;
}

/* Folds the endless plane onto [0, extent]: a walk there is one reflected at the walls. */
static double fold(double value, double extent)
{
    const double period = 2 * extent;
    const double rest = value - floor(value / period) * period;
    return rest <= extent ? rest : period - rest;
}

static void step_to(struct robot *r, const struct robot_spec *spec, int64_t second)
{
    while (r->step_s < second) {
        if (r->step_s >= 0) {
            r->from.x_m += r->velocity.x_m;
            r->from.y_m += r->velocity.y_m;
        }
        r->step_s++;
        const double t_s = (double)r->step_s;
        const double x = noise_at(&r->noise[0], t_s);
        const double y = noise_at(&r->noise[1], t_s);
        const double length = sqrt(x * x + y * y);
        const double speed = clip(0.5 + noise_at(&r->noise[2], t_s), 1) * spec->speed_max_mps;
        if (length > 0) {
            r->velocity.x_m = x / length * speed;
            r->velocity.y_m = y / length * speed;
        }
    }
}

struct floor_point robot_position(struct robot *r, const struct robot_spec *spec,
                                  const struct floor_plan *floor, sim_time t)
{
    const double width = floor->width_m;
    const double height = floor->height_m;
    struct floor_point p = {0, 0};
    switch (spec->movement) {
    case ROBOT_BY_POSITION: {
        const double x = noise_at(&r->noise[0], seconds(t));
        const double y = noise_at(&r->noise[1], seconds(t));
        p.x_m = clip(width / 2 * (1 + spec->amplitude * x), width);
        p.y_m = clip(height / 2 * (1 + spec->amplitude * y), height);
        break;
    }
    case ROBOT_BY_HEADING: {
        step_to(r, spec, t / SIM_S);
        const double rest_s = seconds(t % SIM_S);
        p.x_m = fold(r->from.x_m + r->velocity.x_m * rest_s, width);
        p.y_m = fold(r->from.y_m + r->velocity.y_m * rest_s, height);
        break;
    }
    }
    return p;
}

struct robot_trigger robot_next(struct robot *r, const struct robot_spec *spec,
                                const struct floor_plan *floor, const uint32_t *chains)
{
    struct robot_trigger t = {
        .call_id = r->triggers * spec->count + r->number,
        .at = r->trigger,
        .robot = r->number,
        .chain = chains[rng_below(&r->rng, spec->chains)],
    };
    t.position = robot_position(r, spec, floor, t.at);
    t.node = floor_contact(floor, t.position, spec->contact, &r->contact);
    r->digest = digest_word(r->digest, (uint64_t)t.at);
    r->digest = digest_word(r->digest, (uint64_t)t.node << 32 | t.chain);
    r->triggers++;
    const int64_t wait = dist_draw(&spec->trigger_ns, &r->rng);
    r->trigger = wait < SIM_TIME_NEVER - r->trigger ? r->trigger + wait : SIM_TIME_NEVER;
    return t;
}
