/* The robots' ways over the floor. Nothing but the config decides them: no graph, no calibration.
 */
#include <stdlib.h>

#include "models/nimblenet/model.h"

struct map {
    struct robot_spec robots;
};

struct followed {
    struct trajectory trajectory;
    const struct map *map;
};

static enum sim_status open_map(void **out, const struct model_head *head, const void *config,
                                uint32_t replication, struct model_error *error)
{
    struct map *map = malloc(sizeof *map);
    if (map == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory left");
    }
    map->robots = compose_robots(head, config, replication);
    *out = map;
    return SIM_OK;
}

static void close_map(void *map)
{
    free(map);
}

static struct model_place extent_of(const void *map)
{
    const struct trajectory_spec *spec = &((const struct map *)map)->robots.trajectory;
    return (struct model_place){spec->width_m, spec->height_m};
}

static uint32_t count_robots(const void *map)
{
    return ((const struct map *)map)->robots.count;
}

static void *follow(const void *map, uint32_t robot)
{
    const struct robot_spec *spec = &((const struct map *)map)->robots;
    struct followed *f = malloc(sizeof *f);
    if (f != NULL) {
        f->map = map;
        trajectory_init(&f->trajectory, &spec->trajectory, spec->seed, spec->replication, robot);
    }
    return f;
}

static struct model_place place_at(void *followed, sim_time now)
{
    struct followed *f = followed;
    const struct floor_point p = trajectory_at(&f->trajectory, &f->map->robots.trajectory, now);
    return (struct model_place){p.x_m, p.y_m};
}

const struct model_places nimblenet_places = {
    .mover = "robot",
    .open = open_map,
    .close = close_map,
    .extent = extent_of,
    .movers = count_robots,
    .follow = follow,
    .at = place_at,
    .leave = free,
};
