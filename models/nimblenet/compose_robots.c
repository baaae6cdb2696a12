/* How robots move and call; and whether those of two configs do the same. */
#include "models/nimblenet/compose_parts.h"

#include <string.h>

#include "models/nimblenet/world/purposes.h"

static struct trajectory_spec trajectory_of(const struct nimblenet_config *c)
{
    return (struct trajectory_spec){
        .purpose = PURPOSES_ROBOTS + ROBOT_MOVEMENT,
        .kind = c->robots.movement == NIMBLENET_MOVE_NOISE ? TRAJECTORY_BY_POSITION
                                                           : TRAJECTORY_BY_HEADING,
        .width_m = c->floor.width_m,
        .height_m = c->floor.height_m,
        .speed_max_mps = c->robots.speed_max_mps,
        .octaves = c->robots.noise.octaves,
        .feature_s = (double)c->robots.noise.feature_ns / (double)SIM_S,
        .amplitude = c->robots.noise.amplitude,
    };
}

struct robot_spec compose_robots(const struct model_head *head, const struct nimblenet_config *c,
                                 uint32_t replication)
{
    return (struct robot_spec){
        .seed = head->seed,
        .replication = replication,
        .purpose = PURPOSES_ROBOTS,
        .count = c->robots.count,
        .trajectory = trajectory_of(c),
        .chains = c->robots.chains,
        .chains_all = c->taskset.chains,
        .end_ns = head->duration_ns,
        .trigger_ns = c->robots.trigger_ns,
        .contact = c->nodes.contact == NIMBLENET_CONTACT_NEAREST ? FLOOR_NEAREST : FLOOR_RANDOM,
    };
}

static bool dists_are_equal(const struct dist *a, const struct dist *b)
{
    return a->kind == b->kind && a->low == b->low && a->high == b->high &&
           !(a->spread < b->spread) && !(a->spread > b->spread);
}

static bool numbers_are_equal(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i] < b[i] || a[i] > b[i]) {
            return false;
        }
    }
    return true;
}

static bool floors_are_equal(const struct floor_plan *a, const struct floor_plan *b)
{
    const double extent[] = {a->width_m, a->height_m, a->radius_m};
    const double other[] = {b->width_m, b->height_m, b->radius_m};
    bool are_equal = a->node_count == b->node_count && numbers_are_equal(extent, other, 3);
    for (uint32_t i = 0; are_equal && i < a->node_count; i++) {
        const double place[] = {a->node[i].x_m, a->node[i].y_m};
        const double place_there[] = {b->node[i].x_m, b->node[i].y_m};
        are_equal = numbers_are_equal(place, place_there, 2);
    }
    return are_equal;
}

static bool tracks_are_equal(const struct trajectory_spec *a, const struct trajectory_spec *b)
{
    const double number[] = {a->width_m, a->height_m, a->speed_max_mps, a->feature_s, a->amplitude};
    const double other[] = {b->width_m, b->height_m, b->speed_max_mps, b->feature_s, b->amplitude};
    return a->purpose == b->purpose && a->kind == b->kind && a->octaves == b->octaves &&
           numbers_are_equal(number, other, sizeof number / sizeof number[0]);
}

bool compose_calls_alike(const struct compose_system *m, const struct compose_system *other)
{
    const struct robot_spec a = compose_robots(m->head, m->config, 1);
    const struct robot_spec b = compose_robots(other->head, other->config, 1);
    return a.seed == b.seed && a.purpose == b.purpose && a.count == b.count &&
           a.chains == b.chains && a.chains_all == b.chains_all && a.contact == b.contact &&
           a.end_ns == b.end_ns && dists_are_equal(&a.trigger_ns, &b.trigger_ns) &&
           tracks_are_equal(&a.trajectory, &b.trajectory) &&
           floors_are_equal(&m->floor, &other->floor);
}

enum sim_status compose_robots_check(const struct nimblenet_config *c, struct model_error *error)
{
    if (c->robots.noise.octaves > NOISE_OCTAVES_MAX) {
        return compose_fail(error, SIM_ERR_INVALID, "robots.noise.octaves",
                            "%u, of which at most %u can be summed", c->robots.noise.octaves,
                            NOISE_OCTAVES_MAX);
    }
    const struct trajectory_spec spec = trajectory_of(c);
    const double least = trajectory_feature_least_s(&spec);
    if (spec.feature_s >= least) {
        return SIM_OK;
    }
    return compose_fail(
        error, SIM_ERR_INVALID, "robots.noise.feature",
        "%g s would need robots far faster than robots.speed_max (%g m/s) on this floor; at least "
        "%.0f s, or a smaller robots.noise.amplitude",
        spec.feature_s, spec.speed_max_mps, least + 0.5);
}
