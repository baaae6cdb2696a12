/* The table of this system, and how a run of it is begun, advanced and ended. */
#include "models/nimblenet/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/capture.h"
#include "models/nimblenet/compose_price.h"
#include "models/nimblenet/compose_work.h"
#include "models/nimblenet/delays.h"
#include "models/nimblenet/real/noded.h"
#include "models/nimblenet/real/remote.h"
#include "models/nimblenet/results/charts.h"

extern const char nimblenet_ledger_tsv[]; /* results/ledger.tsv, which the build puts in */

struct run {
    const struct compose_system *system;
    struct compose_plan plan;
    struct nimblenet_rows rows;
    struct model_listener listener;
    struct world *world;
    struct remote *remote;    /* the nodes' daemons; NULL: the world has the nodes itself */
    struct driver driver;     /* theirs */
    struct compose_work work; /* what they run; or of which a captured frame is made */
    struct compose_price price;
    struct nimblenet_capture capture;
    struct delays delays;
    bool has_daemons; /* they have been started */
    bool is_done;
};

/* ---- a config ---- */

static enum sim_status open_system(void **out, const struct model_head *head, const void *config,
                                   struct model_error *error)
{
    struct compose_system *s = malloc(sizeof *s);
    if (s == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory left");
    }
    const enum sim_status status = compose_system_init(s, head, config, error);
    if (status != SIM_OK) {
        free(s);
        return status;
    }
    *out = s;
    return SIM_OK;
}

static void close_system(void *system)
{
    compose_system_deinit(system);
    free(system);
}

static double mean_of(const struct dist *d)
{
    double sum = 0;
    for (uint32_t i = 0; i < d->values; i++) {
        sum += (double)d->value[i];
    }
    if (d->kind == DIST_EMPIRICAL) {
        return sum / d->values;
    }
    return d->kind == DIST_UNIFORM ? ((double)d->low + (double)d->high) / 2 : (double)d->low;
}

/*
 * A call takes some events itself, and so does what it fetches.
 * That half of the chains have to be fetched, and a tenth of the algorithms, which are shared, is
 * what the shipped scenarios come to.
 */
static double estimate_path(const struct compose_system *s, bool is_full)
{
    const struct nimblenet_config *c = s->config;
    const double chains_fetched = 0.5;
    const double algorithms_fetched = 0.1;
    const double calls = (double)c->robots.count * (double)s->head->duration_ns /
                         fmax(mean_of(&c->robots.trigger_ns), 1);
    const bool is_whole = c->taskset.form == NIMBLENET_FORM_MONOLITHIC;
    const double algorithms = is_whole ? 0 : mean_of(&c->taskset.algorithms_per_chain);
    /* Over the full path a search floods every link and its answers come back; else its timeouts
     * and what it is told are all. */
    const double a_fetch =
        is_full ? s->mesh.first[s->mesh.node_count] + 4 * sqrt(s->mesh.node_count) : 4;
    /* Words that only their own node hears, of two a sub-tasklet, wait for others (ahead.h). */
    const bool words_wait = !is_full && s->head->record == 0;
    const double a_call = (words_wait ? 2 : 5 + 2 * algorithms) +
                          (chains_fetched + algorithms * algorithms_fetched) * a_fetch;
    return calls * a_call;
}

/* What world_create() will find of a run that nobody watches. */
static const char *obstacle_of(const struct compose_system *s)
{
    if (s->head->record >= 2) {
        return "record";
    }
    return compose_obstacle(s);
}

static uint64_t estimate(const void *system)
{
    const double events = estimate_path(system, obstacle_of(system) != NULL);
    return events < 1e18 ? (uint64_t)events : UINT64_C(1000000000000000000);
}

static const char *obstacle(const void *system, double *times)
{
    *times = estimate_path(system, true) / fmax(estimate_path(system, false), 1);
    return obstacle_of(system);
}

static void describe(const void *system, char *text, size_t bytes)
{
    const struct compose_system *s = system;
    const struct nimblenet_config *c = s->config;
    const uint32_t nodes = mesh_nodes(&s->mesh);
    char graph[320] = "";
    if (c->mesh.links.word == NULL) {
        (void)snprintf(graph, sizeof graph, " of %.100s%s%s%s", c->mesh.links.written,
                       s->mesh.unread[0] != '\0' ? " (not read: " : "", s->mesh.unread,
                       s->mesh.unread[0] != '\0' ? ")" : "");
    }
    (void)snprintf(text, bytes, "%u node%s%s, %u robot%s", nodes, nodes == 1 ? "" : "s", graph,
                   c->robots.count, c->robots.count == 1 ? "" : "s");
}

/* ---- a run ---- */

static void drop_run(struct run *run)
{
    if (run->world != NULL) {
        world_destroy(run->world);
    }
    remote_destroy(run->remote);
    compose_price_deinit(&run->price);
    compose_work_deinit(&run->work);
    compose_plan_deinit(&run->plan);
    nimblenet_capture_deinit(&run->capture);
    delays_deinit(&run->delays);
    free(run->rows.name);
    free(run->rows.outcomes.item);
    free(run);
}

/* What daemons run, and what that would take where the scenario says; rows have the price. */
static enum sim_status provide_work(struct run *run, uint32_t replication,
                                    struct model_error *error)
{
    const enum sim_status status =
        compose_work_init(&run->work, run->system, &run->plan, replication, error);
    if (status != SIM_OK || !nimblenet_tells_executed(&run->rows)) {
        return status;
    }
    run->rows.price = &run->price;
    return compose_price_init(&run->price, run->system->config, &run->work.set, &run->plan.taskset,
                              error);
}

/* Has the nodes of a run be daemons, which nothing starts before its first event. */
static enum sim_status provide_daemons(struct run *run, uint32_t replication,
                                       struct model_error *error)
{
    struct world_spec *spec = &run->plan.world;
    const struct model_real_request *request = run->system->head->real;
    const struct remote_listener listener = {&run->rows, nimblenet_tell_executed};
    const char *key;
    char text[256];
    if (!remote_suits(spec, &key, text)) {
        return compose_fail(error, SIM_ERR_INVALID, key, "%s", text);
    }
    enum sim_status status = SIM_OK;
    if (request->executes) {
        status = provide_work(run, replication, error);
        if (status != SIM_OK) {
            return status;
        }
    }
    run->work.outfit.is_metered = request->executes && request->is_metered;
    run->work.outfit.instruction_ns = run->system->config->platform.instruction_time_ns;
    status = remote_create(&run->remote, spec, request, &run->work.outfit, &listener);
    if (status != SIM_OK) {
        return compose_fail(error, status, NULL, "no memory left for the testbed");
    }
    run->driver = remote_driver(run->remote);
    spec->driver = &run->driver;
    spec->full_path_for = "testbed";
    return SIM_OK;
}

/* Frames are told as daemons send them, or as they would. */
static enum sim_status begin_capture(struct run *run, uint32_t replication,
                                     struct model_error *error)
{
    if (run->listener.frame == NULL) {
        return SIM_OK;
    }
    run->capture = (struct nimblenet_capture){
        .listener = &run->listener,
        .set = &run->work.set,
        .remote = run->remote,
    };
    run->rows.capture = &run->capture;
    return run->remote != NULL ? SIM_OK
                               : compose_work_emit(&run->work, run->system, replication, error);
}

/* Where messages can be late at all, what they carry is followed. */
static enum sim_status begin_delays(struct run *run)
{
    const struct world_spec *spec = &run->plan.world;
    const bool is_plain = traffic_is_plain(&spec->traffic) && spec->mesh->traits == NULL;
    run->rows.mesh = spec->mesh;
    if (is_plain || !nimblenet_tells_delays(&run->rows)) {
        return SIM_OK;
    }
    run->rows.delays = &run->delays;
    return delays_init(&run->delays, spec->mesh, spec->setup->protocol.first_answer_wins);
}

static enum sim_status start(struct run *run)
{
    struct world_spec *spec = &run->plan.world;
    enum sim_status status = begin_delays(run);
    spec->observer = nimblenet_observer(&run->rows);
    spec->counts_links = run->listener.row != NULL;
    if (status == SIM_OK) {
        status = nimblenet_tell_tasklets(&run->rows, &run->plan.taskset, run->plan.cost);
    }
    if (status == SIM_OK) {
        status = world_create(&run->world, spec);
    }
    if (status == SIM_OK && run->remote != NULL) {
        remote_attend(run->remote, run->world);
    }
    return status;
}

/* Calls that variants share: more of them than so many, 32 MB, each run finds for itself. */
enum { CALLS_MOST = 1 << 20 };

static enum sim_status draw(void **work, const void *system, uint32_t replication)
{
    const struct compose_system *s = system;
    const struct robot_spec robots = compose_robots(s->head, s->config, replication);
    *work = NULL;
    const double calls = (double)robots.count * (double)s->head->duration_ns /
                         fmax(mean_of(&s->config->robots.trigger_ns), 1);
    if (calls > CALLS_MOST) {
        return SIM_OK;
    }
    struct calls *c = malloc(sizeof *c);
    const enum sim_status status =
        c != NULL ? calls_draw(c, &robots, &s->floor, CALLS_MOST) : SIM_ERR_NOMEM;
    if (status != SIM_OK) {
        free(c);
        return status == SIM_ERR_FULL ? SIM_OK : status;
    }
    *work = c;
    return SIM_OK;
}

static bool alike(const void *system, const void *other)
{
    return compose_calls_alike(system, other);
}

static void discard(void *work)
{
    calls_forget(work);
    free(work);
}

static enum sim_status begin(void **out, const void *system, const void *work, uint32_t replication,
                             const struct model_listener *listener, struct model_error *error)
{
    const struct compose_system *s = system;
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL) {
        return compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory left");
    }
    run->system = s;
    run->listener = *listener;
    run->rows = (struct nimblenet_rows){
        .listener = &run->listener, .rates = &s->config->energy, .record = s->head->record};
    enum sim_status status = compose_plan_init(&run->plan, s, replication, error);
    run->plan.world.calls = work;
    if (status == SIM_OK) {
        nimblenet_forewarn(&run->plan, &run->listener);
        status = s->head->real != NULL ? provide_daemons(run, replication, error) : SIM_OK;
    }
    if (status == SIM_OK) {
        status = begin_capture(run, replication, error);
    }
    if (status == SIM_OK) {
        status = start(run);
        if (status != SIM_OK) {
            (void)compose_fail(error, status, NULL, "no memory left for the run");
        }
    }
    if (status != SIM_OK) {
        drop_run(run);
        return status;
    }
    *out = run;
    return SIM_OK;
}

static enum sim_status advance(void *opaque, uint64_t events, sim_time *now, bool *done)
{
    struct run *run = opaque;
    enum sim_status status = SIM_OK;
    *done = false;
    if (run->remote != NULL && !run->has_daemons) {
        run->has_daemons = true;
        status = remote_start(run->remote);
    }
    if (status == SIM_OK) {
        status = world_run(run->world, events, done);
        const enum sim_status told = nimblenet_capture_tell(&run->capture);
        status = status == SIM_OK ? told : status;
        status = status == SIM_OK && run->delays.out_of_memory ? SIM_ERR_NOMEM : status;
    }
    if (status != SIM_OK && run->remote != NULL && remote_is_left(run->remote)) {
        status = SIM_OK; /* interrupted in the middle of an event */
    }
    *now = world_now(run->world);
    run->is_done = *done;
    return status;
}

static const char *complaint(const void *opaque)
{
    const struct run *run = opaque;
    return run->remote != NULL ? remote_complaint(run->remote) : "";
}

static size_t list_memory(const void *opaque, struct model_part part[MODEL_PARTS_MAX])
{
    const struct run *run = opaque;
    const struct world_parts p = world_parts(run->world);
    const struct world_memory m = world_memory(run->world);
    const size_t known = p.core.cache + p.core.flood + p.core.calls + p.core.fetches +
                         p.core.leading + p.core.newest + p.core.crowds + p.itself + p.executor +
                         p.calls + p.bins + p.responses;
    const struct model_part parts[] = {
        {"node", "itself", p.itself},
        {"node", "cache and policy", p.core.cache},
        {"node", "searches seen", p.core.flood},
        {"node", "calls", p.core.calls},
        {"node", "fetches", p.core.fetches},
        {"node", "leaders of fetches", p.core.leading},
        {"node", "who waits for room", p.core.crowds},
        {"node", "newest versions", p.core.newest},
        {"node", "executors", p.executor},
        {"node", "records of calls", p.calls},
        {"node", "sums by bin", p.bins},
        {"node", "histogram of responses", p.responses},
        {"node", "links, segments, alignment", m.node_reserved - known},
        {"robot", "track and calls", m.robot},
        {"event", "while it is pending", m.pending_event},
    };
    memcpy(part, parts, sizeof parts);
    return sizeof parts / sizeof parts[0];
}

static void add_gauge(struct model_result *r, const char *name, const char *unit, uint64_t value)
{
    ASSERT(r->gauges < MODEL_GAUGES_MAX);
    r->gauge[r->gauges++] = (struct model_gauge){name, unit, value};
}

static void fill_gauges(const struct world *w, struct model_result *r)
{
    const struct world_pools pools = world_pools(w);
    const struct world_memory memory = world_memory(w);
    r->gauges = 0;
    add_gauge(r, "open_calls_high_water", "", pools.open_calls);
    add_gauge(r, "node_calls_high_water", "", pools.node_calls);
    add_gauge(r, "node_fetches_high_water", "", pools.node_fetches);
    add_gauge(r, "node_bytes", "B", memory.node_touched);
    add_gauge(r, "node_reserved_bytes", "B", memory.node_reserved);
    add_gauge(r, "robot_bytes", "B", memory.robot);
    add_gauge(r, "reserved_bytes", "B", memory.total_reserved);
}

/* Hands the outcomes over, in the order of their numbers. */
static void fill_outcomes(struct nimblenet_outcomes *o, struct model_result *r)
{
    size_t count = 0;
    for (size_t i = 0; i < o->end; i++) {
        if (o->item[i].response_ns != 0) {
            o->item[count++] = o->item[i];
        }
    }
    r->outcome = o->item;
    r->outcomes = count;
    *o = (struct nimblenet_outcomes){.item = NULL};
}

/* Responses fall into few of the bins; the others are zero already. */
static void fill_histogram(const uint64_t *responses, uint64_t *histogram)
{
    for (uint32_t i = 0; i < BINS_COUNT; i++) {
        if (responses[i] > 0) {
            histogram[i] = responses[i];
        }
    }
}

static enum sim_status fill_result(struct run *run, struct model_result *r)
{
    struct world *w = run->world;
    world_close(w);
    r->digest = world_digest(w);
    r->work_digest = world_trace_digest(w);
    r->engine = world_report(w);
    r->bin_ns = run->plan.world.bin_ns;
    nimblenet_measure(w, &run->plan, r->measure);
    nimblenet_fill_bins(w, &run->plan, r->bin);
    fill_histogram(world_responses(w), r->histogram);
    fill_gauges(w, r);
    r->books[0] = '\0';
    if (run->is_done) {
        (void)world_audit(w, r->books, sizeof r->books);
    }
    nimblenet_tell_nodes(&run->rows, run->system, w);
    if (run->rows.outcomes.out_of_memory) {
        return SIM_ERR_NOMEM;
    }
    fill_outcomes(&run->rows.outcomes, r);
    return nimblenet_diagnose(w, &run->plan, r, &run->listener);
}

static enum sim_status end(void *opaque, struct model_result *result)
{
    struct run *run = opaque;
    const enum sim_status status = result != NULL ? fill_result(run, result) : SIM_OK;
    drop_run(run);
    return status;
}

static const struct model_real real = {
    .nodes = "nodes and the registry",
    .serve = noded_main,
};

const struct model nimblenet_model = {
    .schema = NIMBLENET_SCHEMA(nimblenet_measure_names),
    .title = "what splitting changes",
    .measure = nimblenet_measures,
    .contrast = nimblenet_contrasts,
    .crossover = nimblenet_crossovers,
    .series = nimblenet_series,
    .distribution = nimblenet_distributions,
    .table = nimblenet_tables,
    .measures = NIMBLENET_MEASURES,
    .contrasts = NIMBLENET_CONTRASTS,
    .crossovers = NIMBLENET_CROSSOVERS,
    .series_count = NIMBLENET_SERIES,
    .distributions = NIMBLENET_DISTRIBUTIONS,
    .tables = NIMBLENET_TABLES,
    .detours = world_obstacles,
    .views = nimblenet_views,
    .reading = nimblenet_readings,
    .readings = NIMBLENET_READINGS,
    .mechanism = nimblenet_mechanisms,
    .mechanisms = NIMBLENET_MECHANISMS,
    .cause = nimblenet_causes,
    .causes = NIMBLENET_CAUSES,
    .ledger_tsv = nimblenet_ledger_tsv,
    .headline = nimblenet_headlines,
    .headlines = NIMBLENET_HEADLINES,
    .chart = nimblenet_charts,
    .charts = NIMBLENET_CHARTS,
    .paper = &nimblenet_paper,
    .open = open_system,
    .close = close_system,
    .estimate = estimate,
    .describe = describe,
    .obstacle = obstacle,
    .draw = draw,
    .alike = alike,
    .discard = discard,
    .begin = begin,
    .advance = advance,
    .end = end,
    .complaint = complaint,
    .memory = list_memory,
    .places = &nimblenet_places,
    .story = &nimblenet_story,
    .tasklets = &nimblenet_tasklets,
    .real = &real,
    .capture = &nimblenet_capture_table,
};
