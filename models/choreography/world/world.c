#include "models/choreography/world/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARRIVAL, ASKED, SILENCE, DONE, GOSSIP, OVERDUE }; /* kinds of events */
enum { ARRIVALS = 1, KINDS, POLICY, OUTAGES };           /* purposes of random streams */
enum { TASKS_FIRST = 4096, SPREAD_PERCENT = 25 };

sim_time choreo_backlog(const struct choreo_world *w, uint32_t node, sim_time now)
{
    const struct choreo_node *n = &w->node[node];
    sim_time free = n->core[0];
    for (uint32_t i = 1; i < w->spec->tier[n->tier].cores; i++) {
        free = n->core[i] < free ? n->core[i] : free;
    }
    return free > now ? free - now : 0;
}

static void schedule(struct choreo_world *w, sim_time at, uint32_t kind, uint32_t arg)
{
    (void)engine_schedule(&w->engine, 0, 0, at, EV_ANY_ORDER, kind, arg, NULL, 0);
}

/* ---- the world: what comes, whoever decides ---- */

/* Poisson with a rate that changes at every hot period: an exponential area under the rate. */
static void schedule_arrival(struct choreo_world *w, uint32_t device, sim_time now)
{
    const struct choreo_spec *s = w->spec;
    double left = rng_exponential(&w->source[device].arrival);
    while (now < w->end_ns) {
        const sim_time period = now / s->hot_period_ns;
        const sim_time border = (period + 1) * s->hot_period_ns;
        const bool is_hot = period % s->domains == w->node[device].domain;
        const double rate = s->rate * (is_hot ? s->hot : s->cold) / 1e9;
        const double area = rate * (double)(border - now);
        if (left < area) {
            /* Of two at the same time the lower device is first, whatever else goes on. */
            (void)engine_schedule(&w->engine, device + 1, 0, now + 1 + (sim_time)(left / rate),
                                  EV_ANY_ORDER, ARRIVAL, device, NULL, 0);
            return;
        }
        left -= area;
        now = border;
    }
}

static uint32_t draw_class(const struct choreo_spec *s, double chance)
{
    double sum = 0;
    for (uint32_t i = 0; i < CHOREO_CLASSES; i++) {
        sum += s->class[i].share;
    }
    double at = chance * sum;
    for (uint32_t i = 0; i + 1 < CHOREO_CLASSES; i++) {
        if (at < s->class[i].share) {
            return i;
        }
        at -= s->class[i].share;
    }
    return CHOREO_CLASSES - 1;
}

static struct choreo_task *draw_task(struct choreo_world *w, uint32_t device, sim_time now)
{
    if (w->count.calls == w->room) {
        struct choreo_task *wider = realloc(w->task, 2 * w->room * sizeof *wider);
        if (wider == NULL) {
            engine_overflow(&w->engine);
            return NULL;
        }
        w->task = wider;
        w->room *= 2;
    }
    struct choreo_source *source = &w->source[device];
    const uint32_t class = draw_class(w->spec, rng_unit(&source->kind));
    const sim_time median = w->spec->class[class].work_ns;
    const struct dist work = {
        .kind = DIST_LOGNORMAL, .low = median, .high = median, .spread = SPREAD_PERCENT / 100.0};
    struct choreo_task *task = &w->task[w->count.calls++];
    *task = (struct choreo_task){.at = now, .device = device, .class = class};
    task->work_ns = dist_draw(&work, &source->kind);
    task->chance[0] = rng_unit(&source->policy);
    task->chance[1] = rng_unit(&source->policy);
    w->work_digest = digest_three(w->work_digest, (uint64_t)now, (uint64_t)device << 8 | class,
                                  (uint64_t)task->work_ns);
    w->digest = digest_three(w->digest, (uint64_t)now, ARRIVAL, (uint64_t)task->work_ns);
    return task;
}

/* ---- what happens ---- */

static sim_time deadline_of(const struct choreo_world *w, const struct choreo_task *task)
{
    return task->at + w->spec->class[task->class].deadline_ns;
}

bool choreo_is_missed(const struct choreo_world *w, const struct choreo_task *task)
{
    switch (task->phase) {
    case CHOREO_UNDECIDED:
    case CHOREO_PLACED:
        return w->end_ns > deadline_of(w, task);
    case CHOREO_COMPLETED:
        return task->end_ns > deadline_of(w, task);
    case CHOREO_LOST_TASK:
        break;
    }
    return true;
}

static void follow(struct choreo_world *w, const struct choreo_task *task, uint32_t id)
{
    const struct choreo_spec *s = w->spec;
    w->digest = digest_three(w->digest, (uint64_t)task->placed_ns,
                             (uint64_t)task->target << 32 | task->node, (uint64_t)task->end_ns);
    schedule(w, task->end_ns, DONE, id);
    const sim_time overdue = deadline_of(w, task) + 1;
    const bool can_miss = task->end_ns >= overdue || s->in_flight == CHOREO_LOST;
    if (w->cell != NULL && s->feedback == CHOREO_AT_DEADLINE && can_miss) {
        schedule(w, overdue > w->engine.now ? overdue : w->engine.now, OVERDUE, id);
    }
}

static void learn(struct choreo_world *w, const struct choreo_task *task, bool is_missed)
{
    choreo_learn(&w->cell[(size_t)task->device * CHOREO_CELLS + task->context],
                 choreo_cost(is_missed, task->energy_j, task->target, w->spec->fee));
}

static void on_arrival(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct choreo_world *w = context;
    const struct choreo_spec *s = w->spec;
    const uint32_t device = ev->arg, id = (uint32_t)w->count.calls;
    struct choreo_task *task = draw_task(w, device, ev->now);
    if (task == NULL) {
        return;
    }
    schedule_arrival(w, device, ev->now);
    if (!choreo_policies[s->placement]->asks_controller) {
        choreo_place(w, task, ev->now);
        follow(w, task, id);
        return;
    }
    w->count.control_bytes += s->request_bytes;
    if (choreo_is_cut_off(w, task, ev->now)) {
        schedule(w, ev->now + s->controller_timeout_ns, SILENCE, id);
        return;
    }
    const bool is_near = w->node[device].domain == s->controller;
    schedule(w, ev->now + s->lan.delay_ns + s->wan.delay_ns + (is_near ? 0 : s->foreign_ns), ASKED,
             id);
}

static void on_asked(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct choreo_world *w = context;
    choreo_place(w, &w->task[ev->arg], ev->now);
    follow(w, &w->task[ev->arg], ev->arg);
}

static void on_silence(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct choreo_world *w = context;
    choreo_fall_back(w, &w->task[ev->arg], ev->now);
    follow(w, &w->task[ev->arg], ev->arg);
}

static void on_done(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct choreo_world *w = context;
    const struct choreo_spec *s = w->spec;
    struct choreo_task *task = &w->task[ev->arg];
    const bool is_lost = s->in_flight == CHOREO_LOST && choreo_has_path_failed(w, task, ev->now);
    const int64_t data = task->target == CHOREO_OWN_DEVICE ? 0 : s->class[task->class].data_bytes;
    task->phase = is_lost ? CHOREO_LOST_TASK : CHOREO_COMPLETED;
    w->count.lost += is_lost;
    w->count.completed += !is_lost;
    w->count.lost_bytes += is_lost ? data : 0;
    w->count.received_bytes += is_lost ? 0 : data;
    const bool is_missed = choreo_is_missed(w, task);
    if (w->cell != NULL && (!is_missed || s->feedback == CHOREO_AT_ANSWER)) {
        learn(w, task, is_missed);
    }
    const uint64_t lost_bit = is_lost ? UINT64_C(1) << 32 : 0;
    w->digest = digest_three(w->digest, (uint64_t)ev->now, DONE, lost_bit | ev->arg);
    if (w->observer.ended != NULL) {
        w->observer.ended(w->observer.context, task, ev->arg);
    }
}

/* A miss is known as the deadline passes: a device that waited for a late answer to learn from it
 * would meanwhile send more tasks the same way. */
static void on_overdue(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct choreo_world *w = context;
    const struct choreo_task *task = &w->task[ev->arg];
    if (task->phase == CHOREO_PLACED || choreo_is_missed(w, task)) {
        learn(w, task, true);
    }
}

/* Every edge and cloud says its backlog to its domain's devices and to the other brokers. */
static void on_gossip(struct engine *e, void *context, const struct engine_event *ev)
{
    (void)e;
    struct choreo_world *w = context;
    const struct choreo_spec *s = w->spec;
    for (uint32_t node = w->devices; node < w->nodes; node++) {
        const sim_time backlog = choreo_backlog(w, node, ev->now);
        for (uint32_t d = 0; d < s->domains; d++) {
            if (!s->gossip_needs_link || choreo_is_heard(w, node, d, ev->now)) {
                w->view[(size_t)d * w->nodes + node] = backlog;
            }
        }
    }
    const uint64_t receivers = (uint64_t)s->tier[CHOREO_DEVICE].count + s->domains - 1;
    w->count.control_bytes += (int64_t)((w->nodes - w->devices) * receivers) * s->gossip_bytes;
    schedule(w, ev->now + s->gossip_ns, GOSSIP, 0);
}

/* ---- a run ---- */

static bool take_memory(struct choreo_world *w)
{
    const struct choreo_spec *s = w->spec;
    size_t cores = 0;
    for (uint32_t t = 0; t < CHOREO_TIERS; t++) {
        cores += (size_t)s->domains * s->tier[t].count * s->tier[t].cores;
    }
    w->node = calloc(w->nodes, sizeof *w->node);
    w->cores = calloc(cores, sizeof *w->cores);
    w->view = calloc((size_t)s->domains * w->nodes, sizeof *w->view);
    w->link = calloc(w->links, sizeof *w->link);
    w->link_free = calloc(w->links, sizeof *w->link_free);
    w->link_bytes = calloc(w->links, sizeof *w->link_bytes);
    w->backed_off = calloc((size_t)w->devices * CHOREO_TARGETS, sizeof *w->backed_off);
    w->source = calloc(w->devices, sizeof *w->source);
    w->task = calloc(w->room, sizeof *w->task);
    const size_t cells = (size_t)w->devices * CHOREO_CELLS;
    const bool learns = choreo_policies[s->placement]->learns;
    w->cell = learns ? calloc(cells, sizeof *w->cell) : NULL;
    for (size_t i = 0; w->cell != NULL && i < cells; i++) {
        w->cell[i] = choreo_fresh_cell;
    }
    return w->node != NULL && w->cores != NULL && w->view != NULL && w->link != NULL &&
           w->link_free != NULL && w->link_bytes != NULL && w->backed_off != NULL &&
           w->source != NULL && w->task != NULL && (!learns || w->cell != NULL) &&
           engine_init(&w->engine, w->devices + 1, 4 * w->devices) == SIM_OK;
}

/* Devices of all domains, then each domain's edges and clouds. */
static void lay_out(struct choreo_world *w)
{
    const struct choreo_spec *s = w->spec;
    struct choreo_node *node = w->node;
    sim_time *core = w->cores;
    for (uint32_t part = 0; part < 2; part++) {
        for (uint32_t d = 0; d < s->domains; d++) {
            for (uint32_t t = part; t <= (part == 0 ? CHOREO_DEVICE : CHOREO_CLOUD); t++) {
                for (uint32_t i = 0; i < s->tier[t].count; i++, node++) {
                    *node = (struct choreo_node){(enum choreo_tier)t, d, i, core, 0, 0};
                    core += s->tier[t].cores;
                }
            }
        }
    }
    ASSERT(node == w->node + w->nodes);
}

void choreo_link_outages(const struct choreo_world *w, uint32_t link, struct outage *o)
{
    outage_init(o, w->spec->mtbf_ns, w->spec->mttr_ns, w->seed, w->replication, link, OUTAGES);
}

static void begin(struct choreo_world *w)
{
    static engine_fn *const on[] = {on_arrival, on_asked,  on_silence,
                                    on_done,    on_gossip, on_overdue};
    for (uint32_t i = 0; i < sizeof on / sizeof *on; i++) {
        engine_handle(&w->engine, i, on[i], w);
    }
    for (uint32_t i = 0; i < w->links; i++) {
        choreo_link_outages(w, i, &w->link[i]);
    }
    schedule(w, 0, GOSSIP, 0);
    for (uint32_t i = 0; i < w->devices; i++) {
        rng_init(&w->source[i].arrival, w->seed, w->replication, i, ARRIVALS);
        rng_init(&w->source[i].kind, w->seed, w->replication, i, KINDS);
        rng_init(&w->source[i].policy, w->seed, w->replication, i, POLICY);
        schedule_arrival(w, i, 0);
    }
}

enum sim_status choreo_world_create(struct choreo_world *w, const struct choreo_spec *spec,
                                    uint64_t seed, uint64_t replication, sim_time end_ns,
                                    const struct choreo_observer *observer)
{
    ASSERT(spec->domains >= 1 && spec->controller < spec->domains);
    const uint32_t edges = spec->tier[CHOREO_EDGE].count, clouds = spec->tier[CHOREO_CLOUD].count;
    *w = (struct choreo_world){
        .spec = spec,
        .observer = *observer,
        .seed = seed,
        .replication = replication,
        .end_ns = end_ns,
        .devices = spec->domains * spec->tier[CHOREO_DEVICE].count,
        .nodes = spec->domains * (spec->tier[CHOREO_DEVICE].count + edges + clouds),
        .links = spec->domains * (edges + 1),
        .room = TASKS_FIRST,
        .digest = DIGEST_START,
        .work_digest = DIGEST_START,
    };
    if (!take_memory(w)) {
        choreo_world_destroy(w);
        return SIM_ERR_NOMEM;
    }
    lay_out(w);
    begin(w);
    return SIM_OK;
}

void choreo_world_destroy(struct choreo_world *w)
{
    engine_deinit(&w->engine);
    free(w->node);
    free(w->cores);
    free(w->view);
    free(w->link);
    free(w->link_free);
    free(w->link_bytes);
    free(w->backed_off);
    free(w->cell);
    free(w->source);
    free(w->task);
    *w = (struct choreo_world){0};
}

enum sim_status choreo_world_run(struct choreo_world *w, uint64_t events, bool *done)
{
    return engine_run(&w->engine, w->end_ns - 1, events, done);
}

void choreo_world_finish(struct choreo_world *w)
{
    double share = 0;
    for (uint32_t i = 0; i < w->links; i++) {
        const sim_time down = outage_total(&w->link[i], w->end_ns);
        w->work_digest = digest_three(w->work_digest, i, (uint64_t)down, OUTAGES);
        share += (double)down / (double)w->end_ns / w->links;
    }
    w->link_down_share = share;
    for (size_t i = 0; i < w->count.calls; i++) {
        w->count.missed += choreo_is_missed(w, &w->task[i]);
    }
    const struct choreo_counts *c = &w->count;
    w->digest = digest_three(w->digest, c->calls, c->placed, c->completed);
    w->digest = digest_three(w->digest, c->missed, c->connect_failed, c->fallbacks);
    w->digest = digest_three(w->digest, (uint64_t)c->sent_bytes, (uint64_t)c->received_bytes,
                             (uint64_t)c->control_bytes);
}

struct energy choreo_node_energy(const struct choreo_world *w, uint32_t node)
{
    const struct choreo_node *n = &w->node[node];
    const struct choreo_tier_spec *tier = &w->spec->tier[n->tier];
    const struct energy_rates rates = {.compute_w = tier->power_w, .idle_w = tier->idle_w};
    const sim_time cores_ns = w->end_ns * (sim_time)tier->cores;
    const struct energy_use use = {
        .busy_ns = n->busy_ns,
        .idle_ns = cores_ns > n->busy_ns ? cores_ns - n->busy_ns : 0,
    };
    return energy_of(&rates, &use);
}

double choreo_world_idle_j(const struct choreo_world *w)
{
    double joules = 0;
    for (uint32_t i = 0; i < w->nodes; i++) {
        joules += choreo_node_energy(w, i).idle_j;
    }
    return joules;
}

double choreo_link_j(const struct choreo_world *w, uint32_t link)
{
    const uint32_t a_domain = w->spec->tier[CHOREO_EDGE].count + 1;
    const bool is_wan = link % a_domain == a_domain - 1;
    const struct energy_rates rates = {.sent_bit_j =
                                           is_wan ? w->spec->wan.bit_j : w->spec->lan.bit_j};
    return energy_of_link(&rates, w->link_bytes[link], 0);
}

/* What nodes and links took for tasks, each asked by itself. */
static double energy_of_places(const struct choreo_world *w)
{
    double joules = 0;
    for (uint32_t i = 0; i < w->nodes; i++) {
        joules += choreo_node_energy(w, i).compute_j;
    }
    for (uint32_t i = 0; i < w->links; i++) {
        joules += choreo_link_j(w, i);
    }
    return joules;
}

void choreo_world_audit(const struct choreo_world *w, char *text, size_t bytes)
{
    const struct choreo_counts *c = &w->count;
    uint64_t phase[CHOREO_LOST_TASK + 1] = {0}, placed = 0;
    int64_t under_way = 0;
    double energy = 0;
    for (size_t i = 0; i < c->calls; i++) {
        const struct choreo_task *task = &w->task[i];
        phase[task->phase]++;
        energy += task->energy_j;
        under_way += task->phase == CHOREO_PLACED && task->target != CHOREO_OWN_DEVICE
                         ? w->spec->class[task->class].data_bytes
                         : 0;
    }
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        placed += c->by_target[t];
    }
    text[0] = '\0';
    if (c->calls != placed + phase[CHOREO_UNDECIDED]) {
        snprintf(text, bytes, "%" PRIu64 " calls, but %" PRIu64 " placed and %" PRIu64 " undecided",
                 c->calls, placed, phase[CHOREO_UNDECIDED]);
    } else if (placed != c->completed + c->lost + phase[CHOREO_PLACED]) {
        snprintf(text, bytes, "%" PRIu64 " placed, but %" PRIu64 " ended and %" PRIu64 " pending",
                 placed, c->completed + c->lost, phase[CHOREO_PLACED]);
    } else if (c->sent_bytes != c->received_bytes + c->lost_bytes + under_way) {
        snprintf(text, bytes, "%" PRId64 " B sent are not received, lost or under way",
                 c->sent_bytes);
    } else if (!energy_is_near(energy, c->compute_j + c->bits_j) ||
               !energy_is_near(energy, energy_of_places(w))) {
        snprintf(text, bytes, "the tasks' energy is %.9g J, its parts are %.9g J, by place %.9g J",
                 energy, c->compute_j + c->bits_j, energy_of_places(w));
    }
}
