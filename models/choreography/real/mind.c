#include "models/choreography/real/mind.h"

uint32_t mind_wan(const struct choreo_world *w, uint32_t domain)
{
    const uint32_t edges = w->spec->tier[CHOREO_EDGE].count;
    return UINT32_C(1) << (domain * (edges + 1) + edges);
}

enum choreo_target mind_target(const struct choreo_world *w, uint32_t device, uint32_t node)
{
    const struct choreo_node *n = &w->node[node];
    const bool is_own = n->domain == w->node[device].domain;
    if (n->tier == CHOREO_DEVICE) {
        ASSERT(node == device);
        return CHOREO_OWN_DEVICE;
    }
    if (n->tier == CHOREO_EDGE) {
        return is_own ? CHOREO_OWN_EDGE : CHOREO_FOREIGN_EDGE;
    }
    return is_own ? CHOREO_OWN_CLOUD : CHOREO_FOREIGN_CLOUD;
}

uint32_t mind_links(const struct choreo_world *w, uint32_t device, uint32_t node)
{
    const struct choreo_node *n = &w->node[node];
    const uint32_t own = w->node[device].domain;
    switch (mind_target(w, device, node)) {
    case CHOREO_OWN_EDGE:
        return UINT32_C(1) << (own * (w->spec->tier[CHOREO_EDGE].count + 1) + n->number);
    case CHOREO_OWN_CLOUD:
    case CHOREO_FOREIGN_EDGE:
    case CHOREO_FOREIGN_CLOUD:
        return mind_wan(w, own) | mind_wan(w, n->domain);
    case CHOREO_OWN_DEVICE:
    case CHOREO_TARGETS:
        break;
    }
    return 0;
}

sim_time mind_delay(const struct choreo_spec *s, enum choreo_target target)
{
    return target == CHOREO_OWN_DEVICE  ? 0
           : target == CHOREO_OWN_EDGE  ? s->lan.delay_ns
           : target == CHOREO_OWN_CLOUD ? s->wan.delay_ns
                                        : s->foreign_ns;
}

sim_time mind_transfer(const struct choreo_spec *s, const struct choreo_task *task,
                       enum choreo_target target)
{
    const int64_t rate = target == CHOREO_OWN_EDGE ? s->lan.rate_bps : s->wan.rate_bps;
    return target == CHOREO_OWN_DEVICE
               ? 0
               : (sim_time)((double)s->class[task->class].data_bytes * 8e9 / (double)rate);
}

sim_time mind_run(const struct choreo_world *w, const struct choreo_task *task, uint32_t node)
{
    return (sim_time)((double)task->work_ns / w->spec->tier[w->node[node].tier].speed);
}

static double energy_of_target(const struct choreo_world *w, const struct choreo_task *task,
                               enum choreo_target target, uint32_t node)
{
    const struct choreo_spec *s = w->spec;
    const double compute =
        (double)mind_run(w, task, node) / 1e9 * s->tier[w->node[node].tier].power_w;
    const double bits = 8 * (double)s->class[task->class].data_bytes;
    return compute + (target == CHOREO_OWN_DEVICE  ? 0
                      : target == CHOREO_OWN_EDGE  ? bits * s->lan.bit_j
                      : target == CHOREO_OWN_CLOUD ? bits * s->wan.bit_j
                                                   : 2 * bits * s->wan.bit_j);
}

static bool is_refused(const struct mind *m, uint32_t node, enum choreo_target target)
{
    const bool is_foreign = target >= CHOREO_FOREIGN_EDGE;
    return (is_foreign && (m->world->spec->refuses >> m->world->node[node].domain & 1) != 0) ||
           (mind_links(m->world, m->task->device, node) & m->down) != 0;
}

/* Each target's member with the least backlog; the lowest number among equals. */
static void look(const struct mind *m, struct choreo_option option[CHOREO_TARGETS])
{
    const struct choreo_world *w = m->world;
    const uint32_t device = m->task->device;
    option[CHOREO_OWN_DEVICE] =
        (struct choreo_option){.is_there = true, .node = device, .backlog_ns = m->own_backlog_ns};
    for (uint32_t node = w->devices; node < w->nodes; node++) {
        const enum choreo_target target = mind_target(w, device, node);
        struct choreo_option *o = &option[target];
        if (is_refused(m, node, target) || (o->is_there && m->backlog[node] >= o->backlog_ns)) {
            continue;
        }
        *o = (struct choreo_option){.is_there = true, .node = node, .backlog_ns = m->backlog[node]};
    }
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        struct choreo_option *o = &option[t];
        const enum choreo_target target = (enum choreo_target)t;
        if (o->is_there) {
            o->run_ns = mind_run(w, m->task, o->node);
            o->path_ns = 2 * mind_delay(w->spec, target) + mind_transfer(w->spec, m->task, target);
            o->energy_j = energy_of_target(w, m->task, target, o->node);
            o->is_backed_off = m->backed_off != NULL && m->backed_off[t] > m->now;
        }
    }
}

struct choreo_answer mind_decide(const struct mind *m, const struct choreo_policy *policy,
                                 uint32_t *node)
{
    const struct choreo_spec *s = m->world->spec;
    ASSERT(!policy->learns);
    struct choreo_question q = {
        .class = m->task->class,
        .deadline_ns = s->class[m->task->class].deadline_ns,
        .spent_ns = m->now + m->answer_ns - m->task->at,
        .fee = s->fee,
        .explore = s->explore,
        .chance = {m->task->chance[0], m->task->chance[1]},
    };
    struct choreo_answer answer;
    look(m, q.option);
    policy->choose(&q, &answer);
    *node = q.option[answer.target].node;
    return answer;
}

enum choreo_target mind_nearest(const struct mind *m, uint32_t *node)
{
    struct choreo_option option[CHOREO_TARGETS] = {{0}};
    look(m, option);
    const enum choreo_target target =
        m->world->spec->fallback == CHOREO_FALL_EDGE && option[CHOREO_OWN_EDGE].is_there
            ? CHOREO_OWN_EDGE
            : CHOREO_OWN_DEVICE;
    *node = option[target].node;
    return target;
}
