/* A task's placement: what its decider sees, what becomes of the choice, and the booking. */
#include "models/choreography/world/world.h"

static uint32_t node_of(const struct choreo_world *w, enum choreo_tier tier, uint32_t domain,
                        uint32_t number)
{
    const struct choreo_spec *s = w->spec;
    const uint32_t edges = s->tier[CHOREO_EDGE].count, clouds = s->tier[CHOREO_CLOUD].count;
    switch (tier) {
    case CHOREO_DEVICE:
        return domain * s->tier[CHOREO_DEVICE].count + number;
    case CHOREO_EDGE:
        return w->devices + domain * (edges + clouds) + number;
    case CHOREO_CLOUD:
        return w->devices + domain * (edges + clouds) + edges + number;
    case CHOREO_TIERS:
        break;
    }
    ASSERT(false);
    return 0;
}

static uint32_t lan_of(const struct choreo_world *w, uint32_t domain, uint32_t edge)
{
    return domain * (w->spec->tier[CHOREO_EDGE].count + 1) + edge;
}

static uint32_t wan_of(const struct choreo_world *w, uint32_t domain)
{
    return lan_of(w, domain, w->spec->tier[CHOREO_EDGE].count);
}

/* The links of a path, two at most. */
static uint32_t links_of(const struct choreo_world *w, const struct choreo_task *task,
                         enum choreo_target target, uint32_t node, uint32_t link[2])
{
    const uint32_t own = w->node[task->device].domain;
    switch (target) {
    case CHOREO_OWN_EDGE:
        link[0] = lan_of(w, own, w->node[node].number);
        return 1;
    case CHOREO_OWN_CLOUD:
        link[0] = wan_of(w, own);
        return 1;
    case CHOREO_FOREIGN_EDGE:
    case CHOREO_FOREIGN_CLOUD:
        link[0] = wan_of(w, own);
        link[1] = wan_of(w, w->node[node].domain);
        return 2;
    case CHOREO_OWN_DEVICE:
    case CHOREO_TARGETS:
        break;
    }
    return 0;
}

static bool is_path_down(struct choreo_world *w, const struct choreo_task *task,
                         enum choreo_target target, uint32_t node, sim_time now)
{
    uint32_t link[2];
    const uint32_t links = links_of(w, task, target, node, link);
    bool is_down = false;
    for (uint32_t i = 0; i < links; i++) {
        is_down |= outage_is_down(&w->link[link[i]], now);
    }
    return is_down;
}

static sim_time delay_of(const struct choreo_spec *s, enum choreo_target target)
{
    return target == CHOREO_OWN_DEVICE  ? 0
           : target == CHOREO_OWN_EDGE  ? s->lan.delay_ns
           : target == CHOREO_OWN_CLOUD ? s->wan.delay_ns
                                        : s->foreign_ns;
}

static sim_time transfer_of(const struct choreo_spec *s, const struct choreo_task *task,
                            enum choreo_target target)
{
    const int64_t rate = target == CHOREO_OWN_EDGE ? s->lan.rate_bps : s->wan.rate_bps;
    return target == CHOREO_OWN_DEVICE
               ? 0
               : (sim_time)((double)s->class[task->class].data_bytes * 8e9 / (double)rate);
}

static sim_time run_of(const struct choreo_world *w, const struct choreo_task *task, uint32_t node)
{
    return (sim_time)((double)task->work_ns / w->spec->tier[w->node[node].tier].speed);
}

/* Of the core that computes it, and of its bits: on one link, or on both domains' WAN. */
static double compute_of(const struct choreo_world *w, const struct choreo_task *task,
                         uint32_t node)
{
    return (double)run_of(w, task, node) / 1e9 * w->spec->tier[w->node[node].tier].power_w;
}

static double bits_of(const struct choreo_spec *s, const struct choreo_task *task,
                      enum choreo_target target)
{
    const double bits = 8 * (double)s->class[task->class].data_bytes;
    return target == CHOREO_OWN_DEVICE  ? 0
           : target == CHOREO_OWN_EDGE  ? bits * s->lan.bit_j
           : target == CHOREO_OWN_CLOUD ? bits * s->wan.bit_j
                                        : 2 * bits * s->wan.bit_j;
}

/* ---- what a decider sees ---- */

struct eyes {
    const struct choreo_task *task;
    sim_time now;
    const sim_time *view; /* NULL: exact queues */
    bool sees_links;
};

static void look(struct choreo_world *w, const struct eyes *e, enum choreo_target target,
                 uint32_t domain, struct choreo_option *best)
{
    const enum choreo_tier tier =
        target == CHOREO_OWN_EDGE || target == CHOREO_FOREIGN_EDGE ? CHOREO_EDGE : CHOREO_CLOUD;
    for (uint32_t i = 0; i < w->spec->tier[tier].count; i++) {
        const uint32_t node = node_of(w, tier, domain, i);
        const sim_time backlog = e->view != NULL ? e->view[node] : choreo_backlog(w, node, e->now);
        if (best->is_there && backlog >= best->backlog_ns) {
            continue; /* the lowest number among equals */
        }
        if (e->sees_links && is_path_down(w, e->task, target, node, e->now)) {
            continue;
        }
        best->is_there = true;
        best->node = node;
        best->backlog_ns = backlog;
    }
}

static struct choreo_option option_of(struct choreo_world *w, const struct eyes *e,
                                      enum choreo_target target)
{
    const struct choreo_spec *s = w->spec;
    const uint32_t device = e->task->device, own = w->node[device].domain;
    struct choreo_option o = {.is_there = false};
    if (target == CHOREO_OWN_DEVICE) {
        o.is_there = true;
        o.node = device;
        o.backlog_ns = choreo_backlog(w, device, e->now);
    } else if (target <= CHOREO_OWN_CLOUD) {
        look(w, e, target, own, &o);
    } else {
        for (uint32_t d = 0; d < s->domains; d++) {
            if (d != own && (s->refuses >> d & 1) == 0) {
                look(w, e, target, d, &o);
            }
        }
    }
    if (o.is_there) {
        o.run_ns = run_of(w, e->task, o.node);
        o.path_ns = 2 * delay_of(s, target) + transfer_of(s, e->task, target);
        o.energy_j = compute_of(w, e->task, o.node) + bits_of(s, e->task, target);
        /* Who sees the links never runs into one. */
        o.is_backed_off =
            !e->sees_links && w->backed_off[device * CHOREO_TARGETS + target] > e->now;
    }
    return o;
}

/* ---- what becomes of it ---- */

/* Transfers one at a time on their links: when this one is through. */
static sim_time send(struct choreo_world *w, const struct choreo_task *task, sim_time now)
{
    const sim_time transfer = transfer_of(w->spec, task, task->target);
    uint32_t link[2];
    const uint32_t links = links_of(w, task, task->target, task->node, link);
    sim_time start = now;
    for (uint32_t i = 0; w->spec->queueing && i < links; i++) {
        start = w->link_free[link[i]] > start ? w->link_free[link[i]] : start;
    }
    for (uint32_t i = 0; i < links; i++) {
        w->link_free[link[i]] = start + transfer;
        w->link_bytes[link[i]] += w->spec->class[task->class].data_bytes;
    }
    return start + transfer;
}

static void book(struct choreo_world *w, struct choreo_task *task, sim_time now)
{
    const struct choreo_spec *s = w->spec;
    struct choreo_node *node = &w->node[task->node];
    const sim_time delay = delay_of(s, task->target);
    const sim_time ready = send(w, task, now) + delay, run = run_of(w, task, task->node);
    sim_time *core = node->core;
    for (uint32_t i = 1; i < s->tier[node->tier].cores; i++) {
        core = node->core[i] < *core ? &node->core[i] : core;
    }
    const sim_time start = *core > ready ? *core : ready;
    *core = start + run;
    node->busy_ns += run;
    node->tasks++;
    task->end_ns = start + run + delay;
    task->placed_ns = now;
    task->phase = CHOREO_PLACED;
    const double compute = compute_of(w, task, task->node), bits = bits_of(s, task, task->target);
    task->energy_j = compute + bits;
    w->count.compute_j += compute;
    w->count.bits_j += bits;
    w->count.placed++;
    w->count.by_target[task->target]++;
    w->count.fallbacks += task->has_fallen_back;
    w->count.sent_bytes += task->target == CHOREO_OWN_DEVICE ? 0 : s->class[task->class].data_bytes;
}

static bool try_node(struct choreo_world *w, struct choreo_task *task, enum choreo_target target,
                     uint32_t node, sim_time at, sim_time *spent)
{
    if (is_path_down(w, task, target, node, at)) {
        task->connects++;
        w->count.connect_failed++;
        *spent += w->spec->connect_ns;
        return false;
    }
    task->target = target;
    task->node = node;
    return true;
}

/* Own edges in order, then own clouds, each once, then the own device. */
static void retreat(struct choreo_world *w, struct choreo_task *task, uint32_t tried, sim_time now,
                    sim_time *spent)
{
    const uint32_t own = w->node[task->device].domain;
    task->has_fallen_back = true;
    for (uint32_t t = CHOREO_OWN_EDGE; t <= CHOREO_OWN_CLOUD; t++) {
        const enum choreo_tier tier = t == CHOREO_OWN_EDGE ? CHOREO_EDGE : CHOREO_CLOUD;
        const uint32_t count = w->spec->tier[tier].count;
        /* One link leads to all of a domain's clouds. */
        for (uint32_t i = 0; i < (tier == CHOREO_CLOUD && count > 1 ? 1 : count); i++) {
            const uint32_t node = node_of(w, tier, own, i);
            if (node != tried && try_node(w, task, (enum choreo_target)t, node, now, spent)) {
                return;
            }
        }
    }
    task->target = CHOREO_OWN_DEVICE;
    task->node = task->device;
}

/* The state of the links at the decision counts, however long finding out takes. */
static void connect(struct choreo_world *w, struct choreo_task *task, enum choreo_target target,
                    uint32_t node, sim_time now)
{
    sim_time spent = 0;
    if (!try_node(w, task, target, node, now, &spent)) {
        w->backed_off[task->device * CHOREO_TARGETS + target] = now + w->spec->backoff_ns;
        retreat(w, task, node, now, &spent);
    }
    book(w, task, now + spent);
}

static void ask(struct choreo_world *w, const struct eyes *e, sim_time answer_ns,
                struct choreo_question *q)
{
    const struct choreo_spec *s = w->spec;
    const struct choreo_task *task = e->task;
    *q = (struct choreo_question){
        .class = task->class,
        .deadline_ns = s->class[task->class].deadline_ns,
        .spent_ns = e->now + answer_ns - task->at,
        .fee = s->fee,
        .explore = s->explore,
        .chance = {task->chance[0], task->chance[1]},
        .cell = w->cell != NULL ? &w->cell[(size_t)task->device * CHOREO_CELLS] : NULL,
    };
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        q->option[t] = option_of(w, e, (enum choreo_target)t);
    }
}

/* From the controller to the device. */
static sim_time answer_delay(const struct choreo_world *w, const struct choreo_task *task)
{
    const struct choreo_spec *s = w->spec;
    return s->lan.delay_ns + s->wan.delay_ns +
           (w->node[task->device].domain == s->controller ? 0 : s->foreign_ns);
}

void choreo_place(struct choreo_world *w, struct choreo_task *task, sim_time now)
{
    const struct choreo_spec *s = w->spec;
    const struct choreo_policy *policy = choreo_policies[s->placement];
    const uint32_t domain = w->node[task->device].domain;
    const uint32_t from = policy->asks_controller ? s->controller : domain;
    const bool exact = policy->asks_controller && s->controller_state == CHOREO_STATE_EXACT;
    const struct eyes eyes = {
        .task = task,
        .now = now,
        .view = exact ? NULL : &w->view[(size_t)from * w->nodes],
        .sees_links = policy->asks_controller,
    };
    const sim_time answer = policy->asks_controller ? answer_delay(w, task) : 0;
    struct choreo_question q;
    ask(w, &eyes, answer, &q);
    policy->choose(&q, &task->answer);
    task->has_answer = true;
    task->context = choreo_context(&q, task->answer.target);
    w->count.refused_foreign += s->refuses != 0 && s->domains > 1 &&
                                !q.option[CHOREO_FOREIGN_EDGE].is_there &&
                                !q.option[CHOREO_FOREIGN_CLOUD].is_there;
    const enum choreo_target target = task->answer.target;
    if (policy->asks_controller) {
        task->target = target;
        task->node = q.option[target].node;
        book(w, task, now + answer);
    } else {
        connect(w, task, target, q.option[target].node, now);
    }
}

bool choreo_is_cut_off(struct choreo_world *w, const struct choreo_task *task, sim_time now)
{
    const bool own = outage_is_down(&w->link[wan_of(w, w->node[task->device].domain)], now);
    return outage_is_down(&w->link[wan_of(w, w->spec->controller)], now) || own;
}

void choreo_fall_back(struct choreo_world *w, struct choreo_task *task, sim_time now)
{
    const uint32_t own = w->node[task->device].domain;
    const struct eyes eyes = {.task = task, .now = now, .view = &w->view[(size_t)own * w->nodes]};
    const struct choreo_option edge = option_of(w, &eyes, CHOREO_OWN_EDGE);
    task->has_fallen_back = true;
    if (w->spec->fallback == CHOREO_FALL_EDGE && edge.is_there) {
        connect(w, task, CHOREO_OWN_EDGE, edge.node, now);
    } else {
        connect(w, task, CHOREO_OWN_DEVICE, task->device, now);
    }
}

/* ---- for world.c ---- */

bool choreo_has_path_failed(struct choreo_world *w, const struct choreo_task *task, sim_time now)
{
    uint32_t link[2];
    const uint32_t links = links_of(w, task, task->target, task->node, link);
    bool has_failed = false;
    for (uint32_t i = 0; i < links; i++) {
        has_failed |= outage_has_failed(&w->link[link[i]], task->placed_ns, now);
    }
    return has_failed;
}

/* Do a node's state messages reach a domain? Its own devices over its LAN or WAN, others over both
 * WANs. */
bool choreo_is_heard(struct choreo_world *w, uint32_t node, uint32_t domain, sim_time now)
{
    const struct choreo_node *n = &w->node[node];
    const struct choreo_task listener = {.device = node_of(w, CHOREO_DEVICE, domain, 0)};
    const enum choreo_target as = n->domain != domain      ? CHOREO_FOREIGN_CLOUD
                                  : n->tier == CHOREO_EDGE ? CHOREO_OWN_EDGE
                                                           : CHOREO_OWN_CLOUD;
    return !is_path_down(w, &listener, as, node, now);
}
