#include <inttypes.h>
#include <stdio.h>

#include "models/qos/world/cluster_inside.h"

static bool calls_balance(const struct cluster *c, char *text, size_t bytes)
{
    const struct cluster_totals *t = &c->totals;
    uint64_t ends = 0;
    for (size_t i = 0; i <= CLUSTER_NOT_READY; i++) {
        ends += t->state[i];
    }
    uint64_t reasons = 0;
    for (size_t i = 0; i <= ADMISSION_PORTS; i++) {
        reasons += t->refused[i];
    }
    if (t->calls == ends && t->state[CLUSTER_REFUSED] == reasons) {
        return true;
    }
    (void)snprintf(text, bytes,
                   "%" PRIu64 " requests, %" PRIu64 " ends, of them %" PRIu64
                   " refused for %" PRIu64 " reasons",
                   t->calls, ends, t->state[CLUSTER_REFUSED], reasons);
    return false;
}

static bool frames_balance(const struct cluster *c, char *text, size_t bytes)
{
    const struct cluster_totals *t = &c->totals;
    uint64_t served = 0;
    uint64_t arrived = 0;
    for (uint32_t i = 0; i < c->plan->nodes; i++) {
        const struct cluster_node_state *n = &c->node[i];
        if (n->received != n->served + n->dropped) {
            (void)snprintf(text, bytes,
                           "node %" PRIu32 ": %" PRIu64 " frames taken, %" PRIu64
                           " worked off, %" PRIu64 " dropped",
                           i + 1, n->received, n->served, n->dropped);
            return false;
        }
        served += n->served;
        arrived += n->received + n->report.lost;
    }
    if (t->frames == t->answered + t->missed + t->outstanding && t->answered <= served &&
        arrived <= t->frames) {
        return true;
    }
    (void)snprintf(text, bytes,
                   "%" PRIu64 " frames sent, %" PRIu64 " arrived, %" PRIu64 " worked off, %" PRIu64
                   " answered, %" PRIu64 " missed, %" PRIu64 " outstanding",
                   t->frames, arrived, served, t->answered, t->missed, t->outstanding);
    return false;
}

static bool processors_balance(const struct cluster *c, char *text, size_t bytes)
{
    for (uint32_t i = 0; i < c->plan->nodes; i++) {
        const struct cluster_node_report *r = &c->node[i].report;
        if (r->busy_ns < 0 || r->busy_ns > c->engine.now) {
            (void)snprintf(text, bytes, "node %" PRIu32 ": busy for %" PRId64 " of %" PRId64 " ns",
                           i + 1, r->busy_ns, c->engine.now);
            return false;
        }
    }
    return true;
}

void cluster_audit(const struct cluster *c, char *text, size_t bytes)
{
    ASSERT(bytes > 0);
    text[0] = '\0';
    if (calls_balance(c, text, bytes) && frames_balance(c, text, bytes)) {
        (void)processors_balance(c, text, bytes);
    }
}
