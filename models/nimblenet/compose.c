#include "models/nimblenet/compose.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "models/nimblenet/compose_cost.h"

enum sim_status compose_fail(struct compose_error *error, enum sim_status status,
                             const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
}

const char *compose_variant_name(enum scenario_variant variant)
{
    switch (variant) {
    case SCENARIO_NIMBLE:
        return "nimble";
    case SCENARIO_MONOLITHIC:
        return "monolithic";
    }
    return "unknown";
}

/* ---- the model: mesh and floor ---- */

/* Row-major places, node 1 half a spacing from the corner (paper, section 5.2 and figure 5). */
static void place_on_grid(const struct scenario *s, struct floor_point *point, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t column = i % s->nodes.columns;
        const uint32_t row = i / s->nodes.columns;
        point[i].x_m = (column + 0.5) * s->nodes.spacing_m;
        point[i].y_m = (row + 0.5) * s->nodes.spacing_m;
    }
}

static enum sim_status check_places(const struct scenario *s, const struct floor_point *point,
                                    uint32_t count, struct compose_error *error)
{
    for (uint32_t i = 0; i < count; i++) {
        if (point[i].x_m < 0 || point[i].x_m > s->floor.width_m || point[i].y_m < 0 ||
            point[i].y_m > s->floor.height_m) {
            return compose_fail(
                error, SIM_ERR_INVALID,
                "%s: nodes: node %u stands at (%g m, %g m), off the floor of %g m x %g m", s->path,
                i + 1, point[i].x_m, point[i].y_m, s->floor.width_m, s->floor.height_m);
        }
    }
    return SIM_OK;
}

static enum sim_status make_floor(struct compose_model *m, struct compose_error *error)
{
    const struct scenario *s = m->scenario;
    const uint32_t count = m->mesh.node_count - 1;
    struct floor_point *point = calloc(count, sizeof *point);
    if (point == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, "no memory for %u nodes", count);
    }
    if (m->mesh.x_m != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            point[i] = (struct floor_point){m->mesh.x_m[i], m->mesh.y_m[i]};
        }
    } else {
        place_on_grid(s, point, count);
    }
    enum sim_status status = check_places(s, point, count, error);
    if (status == SIM_OK) {
        status = floor_init(&m->floor, s->floor.width_m, s->floor.height_m,
                            s->nodes.contact_radius_m, point, count);
        if (status != SIM_OK) {
            (void)compose_fail(error, status, "no memory for the floor");
        }
    }
    free(point);
    return status;
}

static enum sim_status make_mesh(struct compose_model *m, struct compose_error *error)
{
    const struct scenario *s = m->scenario;
    const uint32_t registry_at = s->registry.attached_to - 1;
    struct mesh_error mesh_error = {{0}};
    enum sim_status status;
    if (s->mesh.links == SCENARIO_LINKS_GRID) {
        status =
            mesh_init_grid(&m->mesh, s->nodes.columns, s->nodes.rows, registry_at, &mesh_error);
    } else {
        status = mesh_init_graphml(&m->mesh, s->mesh.graphml, registry_at, &mesh_error);
    }
    if (status != SIM_OK) {
        return compose_fail(error, status, "%s: mesh.links: %s", s->path, mesh_error.text);
    }
    const uint32_t places = s->nodes.columns * s->nodes.rows;
    if (m->mesh.x_m == NULL && m->mesh.node_count - 1 != places) {
        return compose_fail(
            error, SIM_ERR_INVALID,
            "%s: mesh.links: the graph has %u nodes and no positions (vertex attributes x "
            "and y), but nodes.columns x nodes.rows gives %u places",
            s->path, m->mesh.node_count - 1, places);
    }
    return SIM_OK;
}

static struct trajectory_spec trajectory_of(const struct scenario *s)
{
    return (struct trajectory_spec){
        .kind = s->robots.movement == SCENARIO_MOVE_NOISE ? TRAJECTORY_BY_POSITION
                                                          : TRAJECTORY_BY_HEADING,
        .width_m = s->floor.width_m,
        .height_m = s->floor.height_m,
        .speed_max_mps = s->robots.speed_max_mps,
        .octaves = s->robots.noise.octaves,
        .feature_s = (double)s->robots.noise.feature_ns / (double)SIM_S,
        .amplitude = s->robots.noise.amplitude,
    };
}

static struct robot_spec robots_of(const struct scenario *s, uint32_t replication)
{
    return (struct robot_spec){
        .seed = s->seed,
        .replication = replication,
        .count = s->robots.count,
        .trajectory = trajectory_of(s),
        .chains = s->robots.chains,
        .chains_all = s->taskset.chains,
        .trigger_ns = s->robots.trigger_ns,
        .contact = s->nodes.contact == SCENARIO_CONTACT_NEAREST ? FLOOR_NEAREST : FLOOR_RANDOM,
    };
}

static enum sim_status check_noise(const struct scenario *s, struct compose_error *error)
{
    if (s->robots.noise.octaves > NOISE_OCTAVES_MAX) {
        return compose_fail(error, SIM_ERR_INVALID,
                            "%s: robots.noise.octaves: %u, of which at most %u can be summed",
                            s->path, s->robots.noise.octaves, NOISE_OCTAVES_MAX);
    }
    const struct trajectory_spec spec = trajectory_of(s);
    const double least = trajectory_feature_least_s(&spec);
    if (spec.feature_s >= least) {
        return SIM_OK;
    }
    return compose_fail(
        error, SIM_ERR_INVALID,
        "%s: robots.noise.feature: %g s would need robots far faster than robots.speed_max "
        "(%g m/s) on this floor; at least %.0f s, or a smaller robots.noise.amplitude",
        s->path, spec.feature_s, spec.speed_max_mps, least + 0.5);
}

enum sim_status compose_model_init(struct compose_model *m, const struct scenario *s,
                                   struct compose_error *error)
{
    *m = (struct compose_model){.scenario = s};
    enum sim_status status = check_noise(s, error);
    if (status == SIM_OK) {
        status = make_mesh(m, error);
    }
    if (status == SIM_OK) {
        status = make_floor(m, error);
    }
    if (status == SIM_OK) {
        status = compose_cost_load(&m->calibration, s, error);
    }
    if (status != SIM_OK) {
        compose_model_deinit(m);
    }
    return status;
}

void compose_model_deinit(struct compose_model *m)
{
    calibration_deinit(&m->calibration);
    floor_deinit(&m->floor);
    mesh_deinit(&m->mesh);
}

/* ---- the plan: a taskset, and the node's setup around it ---- */

/* A tasklet that cannot fit into an empty cache could never run. */
static enum sim_status check_sizes(const struct compose_plan *p, const struct scenario *s,
                                   enum scenario_variant variant, uint32_t replication,
                                   struct compose_error *error)
{
    for (uint32_t i = 0; i < p->taskset.count; i++) {
        const uint32_t size = p->taskset.tasklet[i].size_bytes;
        if ((int64_t)size > s->nodes.cache_bytes) {
            return compose_fail(
                error, SIM_ERR_INVALID,
                "%s: nodes.cache: %" PRId64 " B cannot hold tasklet %u of the %s taskset "
                "(replication %u), which is %u B",
                s->path, s->nodes.cache_bytes, i, compose_variant_name(variant), replication, size);
        }
    }
    if (s->protocol.preload != SCENARIO_PRELOAD_NONE && p->taskset.need_max > 64) {
        return compose_fail(
            error, SIM_ERR_INVALID,
            "%s: protocol.preload: a chain with %u sub-tasklets below it; at most 64 can be "
            "preloaded",
            s->path, p->taskset.need_max);
    }
    return SIM_OK;
}

static enum sim_status view_taskset(struct compose_plan *p, struct compose_error *error)
{
    const struct taskset *t = &p->taskset;
    p->tasklet = calloc(t->count, sizeof *p->tasklet);
    if (p->tasklet == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, "no memory for %u tasklets", t->count);
    }
    for (uint32_t i = 0; i < t->count; i++) {
        p->tasklet[i] = (struct tasklet){
            .size_bytes = t->tasklet[i].size_bytes,
            .first_call = t->tasklet[i].first_call,
            .call_count = t->tasklet[i].call_count,
            .first_need = t->tasklet[i].first_need,
            .need_count = t->tasklet[i].need_count,
            .hash = t->tasklet[i].hash,
        };
    }
    p->catalogue = (struct catalogue){
        .tasklet = p->tasklet,
        .count = t->count,
        .call = t->call,
        .need = t->need,
        .need_max = t->need_max,
        .depth = t->depth,
    };
    return SIM_OK;
}

static struct node_search search_of(const struct scenario_search *s)
{
    return (struct node_search){.ttl = s->ttl, .timeout_ns = s->timeout_ns};
}

static struct node_protocol protocol_of(const struct scenario *s)
{
    static const enum node_preload preload[] = {
        [SCENARIO_PRELOAD_NONE] = NODE_PRELOAD_NONE,
        [SCENARIO_PRELOAD_SEQUENTIAL] = NODE_PRELOAD_SEQUENTIAL,
        [SCENARIO_PRELOAD_PARALLEL] = NODE_PRELOAD_PARALLEL,
    };
    return (struct node_protocol){
        .attempts = s->protocol.attempts,
        .local = search_of(&s->protocol.local),
        .global = search_of(&s->protocol.global),
        .request_timeout_ns = s->protocol.request_timeout_ns,
        .flood_back = s->protocol.flood_back,
        .holder_forwards = s->protocol.holder_forwards,
        .registry_answers = s->protocol.registry_answers,
        .first_answer_wins = s->protocol.first_answer_wins,
        .deadline_accepts = s->protocol.deadline_tie == SCENARIO_TIE_ACCEPT,
        .metadata_exchange = s->protocol.metadata_exchange,
        .fallback_exchange = s->protocol.fallback_exchange,
        .coalesce = s->protocol.coalesce,
        .no_room = s->protocol.no_room == SCENARIO_ROOM_WAIT ? NODE_ROOM_WAIT : NODE_ROOM_RETRY,
        .preload = preload[s->protocol.preload],
        .order = s->execution.order == SCENARIO_ORDER_YIELD ? NODE_ORDER_YIELD : NODE_ORDER_FIFO,
    };
}

static struct traffic_spec traffic_of(const struct scenario *s)
{
    return (struct traffic_spec){
        .overhead_bytes = s->protocol.overhead_real
                              ? traffic_real_overhead((uint64_t)s->protocol.lower_header_bytes)
                              : (uint64_t)s->protocol.overhead_bytes,
        .mtu_bytes = (uint64_t)s->mesh.mtu_bytes,
        .broadcast = s->protocol.accounting == SCENARIO_ACCOUNT_BROADCAST,
        .first_hop_is_free = s->mesh.hop_delay_on == SCENARIO_HOP_FORWARDED,
        .hop_delay_ns = s->mesh.hop_delay_ns,
        .bandwidth_bps = (uint64_t)s->mesh.bandwidth_bps,
        .loss = s->mesh.loss,
    };
}

static void fill(struct compose_plan *p, const struct compose_model *m, uint32_t replication)
{
    const struct scenario *s = m->scenario;
    p->program = (struct cpu_program){
        .catalogue = &p->catalogue,
        .segment_ns = p->taskset.segment_ns,
        .cost = p->cost,
    };
    p->setup = (struct node_setup){
        .catalogue = &p->catalogue,
        .policy = cache_policy_find(s->nodes.eviction),
        .protocol = protocol_of(s),
        .node_count = m->mesh.node_count,
        .registry = m->mesh.node_count - 1,
        .executors = s->nodes.executors,
        .calls_max = s->nodes.calls_max,
        .cache_bytes = (uint64_t)s->nodes.cache_bytes,
    };
    p->world = (struct world_spec){
        .duration_ns = s->duration_ns,
        .floor = &m->floor,
        .mesh = &m->mesh,
        .setup = &p->setup,
        .program = &p->program,
        .robots = robots_of(s, replication),
        .traffic = traffic_of(s),
    };
}

static enum sim_status check_plan(const struct compose_plan *p, const struct scenario *s,
                                  struct compose_error *error)
{
    if (p->setup.policy == NULL) {
        return compose_fail(error, SIM_ERR_INVALID, "%s: nodes.eviction: there is no policy %s",
                            s->path, s->nodes.eviction);
    }
    const struct traffic_spec *t = &p->world.traffic;
    if (t->mtu_bytes != 0 && t->mtu_bytes <= t->overhead_bytes) {
        return compose_fail(error, SIM_ERR_INVALID,
                            "%s: mesh.mtu: %" PRIu64
                            " B leave no room behind the overhead of %" PRIu64 " B a packet",
                            s->path, t->mtu_bytes, t->overhead_bytes);
    }
    return SIM_OK;
}

/* The oracle's knowledge, where the policy asks for it. */
static enum sim_status foresee(struct compose_plan *p, const struct scenario *s,
                               struct compose_error *error)
{
    if (!p->setup.policy->needs_future) {
        return SIM_OK;
    }
    const enum sim_status status = future_create(&p->future, &p->world);
    if (status != SIM_OK) {
        return compose_fail(error, status,
                            "%s: nodes.eviction: no memory for all that %s must foresee", s->path,
                            p->setup.policy->name);
    }
    p->setup.future = p->future.node;
    return SIM_OK;
}

enum sim_status compose_plan_init(struct compose_plan *p, const struct compose_model *m,
                                  enum scenario_variant variant, uint32_t replication,
                                  struct compose_error *error)
{
    *p = (struct compose_plan){0};
    enum sim_status status = compose_taskset(&p->taskset, m->scenario, variant, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    status = check_sizes(p, m->scenario, variant, replication, error);
    if (status == SIM_OK) {
        status = compose_cost_make(&p->cost, &p->taskset, m, variant, replication, error);
    }
    if (status == SIM_OK) {
        status = view_taskset(p, error);
    }
    if (status == SIM_OK) {
        fill(p, m, replication);
        status = check_plan(p, m->scenario, error);
    }
    if (status == SIM_OK) {
        status = foresee(p, m->scenario, error);
    }
    if (status != SIM_OK) {
        compose_plan_deinit(p);
    }
    return status;
}

void compose_plan_deinit(struct compose_plan *p)
{
    future_destroy(&p->future);
    free(p->cost);
    free(p->tasklet);
    taskset_deinit(&p->taskset);
    *p = (struct compose_plan){0};
}
