#include "models/nimblenet/compose.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/compose_cost.h"
#include "models/nimblenet/compose_outages.h"
#include "models/nimblenet/world/purposes.h"

_Static_assert(PURPOSES_ROBOTS == PURPOSES_TASKSET + TASKSET_PURPOSES &&
                   PURPOSES_LINK_LOSS == PURPOSES_ROBOTS + ROBOT_PURPOSES,
               "no two streams share a purpose");

const char *const compose_forms[] = {
    [NIMBLENET_FORM_NIMBLE] = "nimble", [NIMBLENET_FORM_MONOLITHIC] = "monolithic", NULL};

enum sim_status compose_fail(struct model_error *error, enum sim_status status, const char *key,
                             const char *format, ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    error->key = key;
    return status;
}

/* ---- the system: mesh and floor ---- */

/* Row-major places, node 1 half a spacing from the corner (paper, section 5.2 and figure 5). */
static void place_on_grid(const struct nimblenet_config *c, struct floor_point *point,
                          uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t column = i % c->nodes.columns;
        const uint32_t row = i / c->nodes.columns;
        point[i].x_m = (column + 0.5) * c->nodes.spacing_m;
        point[i].y_m = (row + 0.5) * c->nodes.spacing_m;
    }
}

/* "office.graphml:12: ", where the mistake is in a file. */
static const char *place_in_file(char text[128], const struct nimblenet_config *c, uint32_t line)
{
    text[0] = '\0';
    if (c->mesh.links.word == NULL && line > 0) {
        (void)snprintf(text, 128, "%.100s:%u: ", c->mesh.links.written, line);
    } else if (c->mesh.links.word == NULL) {
        (void)snprintf(text, 128, "%.100s: ", c->mesh.links.written);
    }
    return text;
}

static enum sim_status check_places(const struct compose_system *m, const struct floor_point *point,
                                    uint32_t count, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    for (uint32_t i = 0; i < count; i++) {
        if (point[i].x_m < 0 || point[i].x_m > c->floor.width_m || point[i].y_m < 0 ||
            point[i].y_m > c->floor.height_m) {
            char place[128] = "";
            const bool from_file = m->mesh.x_m != NULL;
            return compose_fail(
                error, SIM_ERR_INVALID, from_file ? "mesh.links" : "nodes.spacing",
                "%snode %u stands at (%g m, %g m), off the floor of %g m x %g m",
                from_file ? place_in_file(place, c, m->mesh.line != NULL ? m->mesh.line[i] : 0)
                          : "",
                i + 1, point[i].x_m, point[i].y_m, c->floor.width_m, c->floor.height_m);
        }
    }
    return SIM_OK;
}

static enum sim_status make_floor(struct compose_system *m, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    const uint32_t count = mesh_nodes(&m->mesh);
    struct floor_point *point = calloc(count, sizeof *point);
    if (point == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %u nodes", count);
    }
    if (m->mesh.x_m != NULL) {
        for (uint32_t i = 0; i < count; i++) {
            point[i] = (struct floor_point){m->mesh.x_m[i], m->mesh.y_m[i]};
        }
    } else {
        place_on_grid(c, point, count);
    }
    enum sim_status status = check_places(m, point, count, error);
    if (status == SIM_OK) {
        status = floor_init(&m->floor, c->floor.width_m, c->floor.height_m,
                            c->nodes.contact_radius_m, point, count);
        if (status != SIM_OK) {
            (void)compose_fail(error, status, NULL, "no memory for the floor");
        }
    }
    free(point);
    return status;
}

static bool is_default(const char *path, uint32_t count)
{
    for (size_t i = 0; i < NIMBLENET_KEYS; i++) {
        if (strcmp(nimblenet_keys[i].path, path) == 0) {
            return strtoul(nimblenet_keys[i].value, NULL, 10) == count;
        }
    }
    return false;
}

/* A graph may bring other places than the grid's default; not others than the user asked for. */
static bool is_default_grid(const struct nimblenet_config *c)
{
    return is_default("nodes.columns", c->nodes.columns) && is_default("nodes.rows", c->nodes.rows);
}

static enum sim_status check_node_count(const struct compose_system *m, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    const uint32_t nodes = mesh_nodes(&m->mesh);
    const uint64_t places = (uint64_t)c->nodes.columns * c->nodes.rows;
    char place[128];
    if (c->mesh.links.word != NULL || nodes == places) {
        return SIM_OK;
    }
    if (m->mesh.x_m == NULL) {
        return compose_fail(
            error, SIM_ERR_INVALID, "mesh.links",
            "%sthe graph has %u nodes and no positions (vertex attributes x and y), but "
            "nodes.columns x nodes.rows gives %" PRIu64 " places",
            place_in_file(place, c, 0), nodes, places);
    }
    if (!is_default_grid(c)) {
        return compose_fail(error, SIM_ERR_INVALID, "nodes.columns",
                            "nodes.columns x nodes.rows gives %" PRIu64
                            " nodes, but the graph of mesh.links has %u",
                            places, nodes);
    }
    return SIM_OK;
}

static enum sim_status make_mesh(struct compose_system *m, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    const struct scenario_file *links = &c->mesh.links;
    const struct scenario_list *attached = &c->registry.attached_to;
    uint32_t *at = calloc((size_t)attached->count + 1, sizeof *at);
    if (at == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory left");
    }
    for (uint32_t i = 0; i < attached->count; i++) {
        at[i] = ((const uint32_t *)attached->item)[i] - 1;
    }
    const struct mesh_registries registries = {at, attached->count, attached->every};
    struct mesh_error mesh_error = {0, {0}};
    char place[128];
    enum sim_status status;
    if (links->word != NULL) {
        status =
            mesh_init_grid(&m->mesh, c->nodes.columns, c->nodes.rows, &registries, &mesh_error);
    } else if (links->bytes == NULL) {
        free(at);
        return compose_fail(error, SIM_ERR_NOTFOUND, "mesh.links", "%s cannot be read",
                            links->path);
    } else {
        status = mesh_init_graphml(&m->mesh, links->bytes, links->length, &registries, &mesh_error);
    }
    free(at);
    if (status != SIM_OK) {
        return compose_fail(error, status, "mesh.links", "%s%s",
                            place_in_file(place, c, mesh_error.line), mesh_error.text);
    }
    if (mesh_nodes(&m->mesh) > NIMBLENET_NODES_MAX) {
        return compose_fail(error, SIM_ERR_INVALID, "mesh.links", "%s%u nodes; at most %u",
                            place_in_file(place, c, 0), mesh_nodes(&m->mesh),
                            (unsigned)NIMBLENET_NODES_MAX);
    }
    return check_node_count(m, error);
}

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

static enum sim_status check_noise(const struct nimblenet_config *c, struct model_error *error)
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

static struct traffic_spec traffic_of(const struct nimblenet_config *c)
{
    return (struct traffic_spec){
        .overhead_bytes = c->protocol.overhead_real
                              ? traffic_real_overhead((uint64_t)c->protocol.lower_header_bytes)
                              : (uint64_t)c->protocol.overhead_bytes,
        .mtu_bytes = (uint64_t)c->mesh.mtu_bytes,
        .broadcast = c->protocol.accounting == NIMBLENET_ACCOUNT_BROADCAST,
        .first_hop_is_free = c->mesh.hop_delay_on == NIMBLENET_HOP_FORWARDED,
        .hop_delay_ns = c->mesh.hop_delay_ns.low,
        .hop_delay = c->mesh.hop_delay_ns,
        .bandwidth_bps = (uint64_t)c->mesh.bandwidth_bps,
        .loss = c->mesh.loss,
        .corruption = c->mesh.corruption,
        .duplication = c->mesh.duplication,
        .reordering = c->mesh.reordering,
        .reordering_ns = c->mesh.reordering_time_ns,
        .falsehood = c->nodes.falsehood,
        .retries = c->mesh.retries,
        .ack_bytes = (uint64_t)c->mesh.ack_bytes,
        .ack_ns = c->mesh.ack_time_ns,
        .frame_ns = c->nodes.frame_time_ns,
        .queue_frames = c->nodes.receive_queue,
        .chatter_gap = c->mesh.housekeeping.interval_ns,
        .chatter_bytes = (uint64_t)c->mesh.housekeeping.size_bytes,
    };
}

static enum sim_status check_words(const struct nimblenet_config *c, struct model_error *error)
{
    if (policies_find(c->nodes.eviction) == NULL) {
        return compose_fail(error, SIM_ERR_INVALID, "nodes.eviction", "there is no policy %s",
                            c->nodes.eviction);
    }
    const struct traffic_spec t = traffic_of(c);
    if (t.mtu_bytes != 0 && t.mtu_bytes <= t.overhead_bytes) {
        return compose_fail(error, SIM_ERR_INVALID, "mesh.mtu",
                            "%" PRIu64 " B leave no room behind the overhead of %" PRIu64
                            " B a packet",
                            t.mtu_bytes, t.overhead_bytes);
    }
    return SIM_OK;
}

enum sim_status compose_system_init(struct compose_system *m, const struct model_head *head,
                                    const struct nimblenet_config *config,
                                    struct model_error *error)
{
    *m = (struct compose_system){.head = head, .config = config};
    enum sim_status status = check_noise(config, error);
    if (status == SIM_OK) {
        status = check_words(config, error);
    }
    if (status == SIM_OK) {
        status = make_mesh(m, error);
    }
    if (status == SIM_OK) {
        status = make_floor(m, error);
    }
    if (status == SIM_OK) {
        status = compose_cost_load(m, error);
    }
    if (status == SIM_OK) {
        status = compose_outages_check(m, error);
    }
    if (status != SIM_OK) {
        compose_system_deinit(m);
    }
    return status;
}

void compose_system_deinit(struct compose_system *m)
{
    calibration_deinit(&m->calibration);
    floor_deinit(&m->floor);
    mesh_deinit(&m->mesh);
}

/* ---- the plan: a taskset, and the node's setup around it ---- */

static enum sim_status check_needs(const struct compose_plan *p, const struct nimblenet_config *c,
                                   struct model_error *error)
{
    if (c->protocol.preload != NIMBLENET_PRELOAD_NONE && p->taskset.need_max > 64) {
        return compose_fail(error, SIM_ERR_INVALID, "protocol.preload",
                            "a chain with %u sub-tasklets below it; at most 64 can be preloaded",
                            p->taskset.need_max);
    }
    return SIM_OK;
}

static enum sim_status view_taskset(struct compose_plan *p, struct model_error *error)
{
    const struct taskset *t = &p->taskset;
    p->tasklet = calloc(t->count, sizeof *p->tasklet);
    if (p->tasklet == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %u tasklets", t->count);
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

static struct node_search search_of(const struct nimblenet_search *s)
{
    return (struct node_search){.ttl = s->ttl, .timeout_ns = s->timeout_ns};
}

static struct node_protocol protocol_of(const struct nimblenet_config *c)
{
    static const enum node_preload preload[] = {
        [NIMBLENET_PRELOAD_NONE] = NODE_PRELOAD_NONE,
        [NIMBLENET_PRELOAD_SEQUENTIAL] = NODE_PRELOAD_SEQUENTIAL,
        [NIMBLENET_PRELOAD_PARALLEL] = NODE_PRELOAD_PARALLEL,
    };
    return (struct node_protocol){
        .attempts = c->protocol.attempts,
        .local = search_of(&c->protocol.local),
        .global = search_of(&c->protocol.global),
        .flood_back = c->protocol.flood_back,
        .holder_forwards = c->protocol.holder_forwards,
        .registry_answers = c->protocol.registry_answers,
        .first_answer_wins = c->protocol.first_answer_wins,
        .deadline_accepts = c->protocol.deadline_tie == NIMBLENET_TIE_ACCEPT,
        .metadata_exchange = c->protocol.metadata_exchange,
        .fallback_exchange = c->protocol.fallback_exchange,
        .announces_updates = c->updates.notice == NIMBLENET_NOTICE_FLOOD,
        .coalesce = c->protocol.coalesce,
        .no_room = c->protocol.no_room == NIMBLENET_ROOM_WAIT ? NODE_ROOM_WAIT : NODE_ROOM_RETRY,
        .preload = preload[c->protocol.preload],
        .order = c->execution.order == NIMBLENET_ORDER_YIELD ? NODE_ORDER_YIELD : NODE_ORDER_FIFO,
    };
}

/* The longest that a frame takes from one core to the next; SIM_TIME_NEVER where none can be told:
 * on links of finite bandwidth it waits for what is before it, and so it does in a queue. */
static sim_time hop_greatest(const struct compose_system *m)
{
    const struct nimblenet_config *c = m->config;
    const sim_time delay = dist_greatest(&c->mesh.hop_delay_ns);
    const sim_time held_back = c->mesh.reordering > 0 ? c->mesh.reordering_time_ns : 0;
    const bool waits = c->nodes.frame_time_ns > 0 && c->nodes.receive_queue == 0;
    if (m->mesh.traits != NULL || c->mesh.bandwidth_bps > 0 || waits ||
        delay > SIM_TIME_NEVER / 1024) {
        return SIM_TIME_NEVER;
    }
    /* Each key's most is an hour; a queue's a million: 2^62 ns are enough. */
    const sim_time tries = (sim_time)c->mesh.retries + 1;
    return tries * (delay + held_back) + (tries - 1) * c->mesh.ack_time_ns +
           c->nodes.frame_time_ns * c->nodes.receive_queue;
}

/* The longest that a copy of a query is under way; 0 where none can be told. */
static sim_time flood_life_of(const struct compose_system *m)
{
    const struct nimblenet_config *c = m->config;
    const uint32_t local = c->protocol.local.ttl;
    const uint32_t global = c->protocol.global.ttl;
    const sim_time hops = (sim_time)(local > global ? local : global) + 1;
    const sim_time hop = hop_greatest(m);
    return hop < SIM_TIME_NEVER / hops ? hops * hop : 0;
}

/* The longest message: the largest binary on its way. */
static uint64_t largest_bytes(const struct traffic_spec *traffic, const struct taskset *t)
{
    struct wire_message m = {.kind = WIRE_DATA, .status = WIRE_HERE};
    for (uint32_t i = 0; i < t->count; i++) {
        m.size = t->tasklet[i].size_bytes > m.size ? t->tasklet[i].size_bytes : m.size;
    }
    return traffic_bytes(traffic, &m);
}

/* What a hop's delay hardly passes: where it is unbounded four times its middle, since the hops of
 * a way add up. */
static double delay_to_expect(const struct dist *delay_ns)
{
    const int64_t greatest = dist_greatest(delay_ns);
    return greatest < INT64_MAX ? (double)greatest : 4 * (double)delay_ns->low;
}

/* A copy of so many bits over a link, which its file may say more of. */
static double try_to_expect(const struct nimblenet_config *c, const struct mesh_traits *link,
                            double bits)
{
    const bool has_delay = link != NULL && link->delay_s >= 0;
    const bool has_rate = link != NULL && link->bandwidth_bps >= 0;
    const double rate_bps =
        has_rate ? link->bandwidth_bps : (double)traffic_of(c).bandwidth_bps; /* 0: unlimited */
    return (has_delay ? link->delay_s * 1e9 : delay_to_expect(&c->mesh.hop_delay_ns)) +
           (rate_bps > 0 ? bits * 1e9 / rate_bps : 0);
}

/* Over the slowest link. */
static double longest_try(const struct compose_system *m, double bits)
{
    double longest_ns = try_to_expect(m->config, NULL, bits);
    const uint32_t links = m->mesh.traits != NULL ? m->mesh.first[m->mesh.node_count] : 0;
    for (uint32_t l = 0; l < links; l++) {
        const double try_ns = try_to_expect(m->config, &m->mesh.traits[l], bits);
        longest_ns = try_ns > longest_ns ? try_ns : longest_ns;
    }
    return longest_ns;
}

/*
 * How long an answer may be under way, the longest way there and back: every hop takes its delay
 * and the time of the largest message, as often as a link may send it, the waits between and the
 * time that a core needs for a frame. What waits in a link or a queue for what was before it is not
 * foreseen.
 */
static sim_time longest_round(const struct compose_system *m, const struct taskset *t)
{
    const struct nimblenet_config *c = m->config;
    const struct traffic_spec traffic = traffic_of(c);
    const double bits = (double)largest_bytes(&traffic, t) * 8;
    const double held_back_ns = c->mesh.reordering > 0 ? (double)c->mesh.reordering_time_ns : 0;
    const double hop_ns = (longest_try(m, bits) + held_back_ns) * (1.0 + c->mesh.retries) +
                          (double)c->mesh.retries * (double)c->mesh.ack_time_ns +
                          (double)c->nodes.frame_time_ns;
    const double round_ns = 2.0 * m->mesh.diameter_hops * hop_ns;
    const sim_time most_ns = SIM_TIME_NEVER / 4; /* far from where adding it could overflow */
    return round_ns < (double)most_ns ? (sim_time)round_ns : most_ns;
}

/* The scenario's own, or as long as any answer may take, and never under 5 s. */
static sim_time request_timeout_of(const struct nimblenet_config *c, sim_time round_ns)
{
    const sim_time least_ns = 5 * SIM_S;
    if (c->protocol.request_timeout_ns > 0) {
        return c->protocol.request_timeout_ns;
    }
    return round_ns > least_ns ? round_ns : least_ns;
}

/* Lists of caches and executors begin again, each by itself. */
static enum sim_status make_means(struct compose_plan *p, const struct compose_system *m,
                                  struct model_error *error)
{
    const struct scenario_list *caches = &m->config->nodes.cache_bytes;
    const struct scenario_list *executors = &m->config->nodes.executors;
    if (caches->count == 1 && executors->count == 1) {
        return SIM_OK;
    }
    const uint32_t nodes = m->mesh.node_count;
    p->means = calloc(nodes, sizeof *p->means);
    if (p->means == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for %u nodes", nodes);
    }
    p->means_count = nodes;
    for (uint32_t i = 0; i < nodes; i++) {
        p->means[i] = (struct node_means){
            .cache_bytes = (uint64_t)((const int64_t *)caches->item)[i % caches->count],
            .executors = ((const uint32_t *)executors->item)[i % executors->count],
        };
    }
    return SIM_OK;
}

static struct node_setup setup_of(const struct compose_system *m)
{
    const struct nimblenet_config *c = m->config;
    return (struct node_setup){
        .policy = policies_find(c->nodes.eviction),
        .protocol = protocol_of(c),
        .node_count = m->mesh.node_count,
        .registry = mesh_nodes(&m->mesh),
        .registry_of = m->mesh.registry_of,
        .executors = *(const uint32_t *)c->nodes.executors.item,
        .calls_max = c->nodes.calls_max,
        .cache_bytes = (uint64_t)nimblenet_largest_cache(c),
        .flood_life_ns = flood_life_of(m),
    };
}

/* What of the scenario asks to see each hop when it happens: energy, as it is spent. */
static const char *full_path_for(const struct compose_system *m)
{
    const struct energy_rates *rates = &m->config->energy;
    const bool is_told = m->head->record >= 1; /* a node and bin */
    return m->head->full_path                     ? "--transport"
           : m->head->captures                    ? "--pcap"
           : is_told && rates->sent_bit_j > 0     ? "mesh.energy.send"
           : is_told && rates->received_bit_j > 0 ? "mesh.energy.receive"
                                                  : NULL;
}

const char *compose_obstacle(const struct compose_system *m)
{
    const struct node_setup setup = setup_of(m);
    const struct world_spec spec = {
        .mesh = &m->mesh,
        .setup = &setup,
        .traffic = traffic_of(m->config),
        .full_path_for = full_path_for(m),
        .updates = (uint32_t)m->config->updates.at.count,
    };
    return world_obstacle(&spec);
}

static void fill(struct compose_plan *p, const struct compose_system *m, uint32_t replication)
{
    const struct nimblenet_config *c = m->config;
    p->program = (struct cpu_program){
        .catalogue = &p->catalogue,
        .segment_ns = p->taskset.segment_ns,
        .cost = p->cost,
    };
    p->setup = setup_of(m);
    p->setup.catalogue = &p->catalogue;
    p->setup.means = p->means;
    p->setup.means_count = p->means_count;
    p->longest_round_ns = longest_round(m, &p->taskset);
    p->setup.protocol.request_timeout_ns = request_timeout_of(c, p->longest_round_ns);
    p->world = (struct world_spec){
        .duration_ns = m->head->duration_ns,
        .bin_ns = m->head->bin_ns,
        .floor = &m->floor,
        .mesh = &m->mesh,
        .setup = &p->setup,
        .program = &p->program,
        .robots = compose_robots(m->head, c, replication),
        .traffic = traffic_of(c),
        .outages = p->outages.things > 0 ? &p->outages : NULL,
        .full_path_for = full_path_for(m),
    };
}

/* Whom a new version of an algorithm changes: itself, or all chains that it is inlined in. */
static bool is_changed(const struct taskset *nimble, const bool *holds, uint32_t tasklet,
                       enum nimblenet_form form, uint32_t algorithm)
{
    return form == NIMBLENET_FORM_NIMBLE ? tasklet == nimble->chains + algorithm : holds[tasklet];
}

/* Which of nimble's tasklets call an algorithm, themselves or through others. */
static void mark_callers(const struct taskset *nimble, uint32_t algorithm, bool *holds)
{
    for (uint32_t i = 0; i < nimble->count; i++) {
        holds[i] = i == nimble->chains + algorithm;
    }
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (uint32_t i = 0; i < nimble->count; i++) {
            const struct taskset_tasklet *t = &nimble->tasklet[i];
            bool calls = holds[i];
            for (uint32_t k = 0; k < t->call_count; k++) {
                calls |= holds[nimble->call[t->first_call + k]];
            }
            has_changed |= calls != holds[i];
            holds[i] = calls;
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const struct world_update *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
                          : (x->tasklet > y->tasklet) - (x->tasklet < y->tasklet);
}

static void list_updates(struct compose_plan *p, const struct nimblenet_config *c,
                         const struct taskset *nimble, bool *holds)
{
    const sim_time *at = c->updates.at.item;
    const uint32_t *algorithm = c->updates.algorithm.item;
    for (uint32_t u = 0; u < c->updates.at.count; u++) {
        const uint32_t which = algorithm[u % c->updates.algorithm.count] - 1;
        mark_callers(nimble, which, holds);
        for (uint32_t i = 0; i < p->taskset.count; i++) {
            if (is_changed(nimble, holds, i, c->taskset.form, which)) {
                p->update[p->world.updates++] = (struct world_update){at[u], i};
                p->versions[i]++;
            }
        }
    }
    qsort(p->update, p->world.updates, sizeof *p->update, by_time);
}

/* The scenario's updates as those of the tasklets of this form. */
static enum sim_status make_updates(struct compose_plan *p, const struct compose_system *m,
                                    uint32_t replication, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    if (c->updates.at.count == 0) {
        return SIM_OK;
    }
    struct nimblenet_config nimble_config = *c;
    struct taskset nimble;
    nimble_config.taskset.form = NIMBLENET_FORM_NIMBLE;
    enum sim_status status = compose_taskset(&nimble, m->head, &nimble_config, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    bool *holds = calloc(nimble.count, sizeof *holds);
    p->update = calloc((size_t)c->updates.at.count * p->taskset.count, sizeof *p->update);
    p->versions = calloc(p->taskset.count, sizeof *p->versions);
    if (holds == NULL || p->update == NULL || p->versions == NULL) {
        status = compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for the updates");
    } else {
        list_updates(p, c, &nimble, holds);
        p->world.update = p->update;
        p->catalogue.updates = p->versions;
    }
    free(holds);
    taskset_deinit(&nimble);
    return status;
}

/* The oracle's knowledge, where the policy asks for it. */
static enum sim_status foresee(struct compose_plan *p, struct model_error *error)
{
    if (p->setup.policy != &policy_belady) {
        return SIM_OK;
    }
    const enum sim_status status = future_create(&p->future, &p->world);
    if (status != SIM_OK) {
        return compose_fail(error, status, "nodes.eviction",
                            "no memory for all that %s must foresee",
                            policies_name(p->setup.policy));
    }
    p->setup.policy_context = p->future.node;
    return SIM_OK;
}

enum sim_status compose_plan_init(struct compose_plan *p, const struct compose_system *m,
                                  uint32_t replication, struct model_error *error)
{
    *p = (struct compose_plan){.energy = &m->config->energy};
    enum sim_status status = compose_taskset(&p->taskset, m->head, m->config, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    status = check_needs(p, m->config, error);
    if (status == SIM_OK) {
        status = compose_cost_make(&p->cost, &p->taskset, m, replication, error);
    }
    if (status == SIM_OK) {
        status = view_taskset(p, error);
    }
    if (status == SIM_OK) {
        status = make_means(p, m, error);
    }
    if (status == SIM_OK) {
        status = compose_outages(&p->outages, m, replication, error);
    }
    if (status == SIM_OK) {
        fill(p, m, replication);
        status = make_updates(p, m, replication, error);
    }
    if (status == SIM_OK) {
        status = foresee(p, error);
    }
    if (status != SIM_OK) {
        compose_plan_deinit(p);
    }
    return status;
}

void compose_plan_deinit(struct compose_plan *p)
{
    future_destroy(&p->future);
    outage_plan_deinit(&p->outages);
    free(p->means);
    free(p->cost);
    free(p->tasklet);
    free(p->update);
    free(p->versions);
    taskset_deinit(&p->taskset);
    *p = (struct compose_plan){0};
}
