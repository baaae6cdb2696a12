#include "models/choreography/core/placement.h"

#include <string.h>

const struct choreo_policy *const choreo_policies[CHOREO_POLICIES] = {
    [CHOREO_RANDOM] = &choreo_random,   [CHOREO_LOCAL] = &choreo_local,
    [CHOREO_GREEDY] = &choreo_greedy,   [CHOREO_BANDIT] = &choreo_bandit,
    [CHOREO_CENTRAL] = &choreo_central,
};

const struct choreo_policy *choreo_policy_find(const char *name)
{
    for (size_t i = 0; i < CHOREO_POLICIES; i++) {
        if (strcmp(choreo_policies[i]->name, name) == 0) {
            return choreo_policies[i];
        }
    }
    return NULL;
}

double choreo_cost(bool is_missed, double energy_j, enum choreo_target target, double fee)
{
    return (is_missed ? CHOREO_MISS : 0) + CHOREO_JOULE * energy_j +
           (target >= CHOREO_FOREIGN_EDGE ? fee : 0);
}

void choreo_estimate(const struct choreo_question *q, double estimate[CHOREO_TARGETS])
{
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        const struct choreo_option *o = &q->option[t];
        const int64_t response_ns = q->spent_ns + o->backlog_ns + o->run_ns + o->path_ns;
        estimate[t] = !o->is_there ? CHOREO_NO_ESTIMATE
                                   : choreo_cost(response_ns > q->deadline_ns, o->energy_j,
                                                 (enum choreo_target)t, q->fee) +
                                         (o->is_backed_off ? CHOREO_BACKED_OFF : 0);
    }
}

/* Ties are common where nobody waits: the first target wins. */
enum choreo_target choreo_least(const double estimate[CHOREO_TARGETS])
{
    uint32_t best = CHOREO_OWN_DEVICE;
    ASSERT(estimate[best] > CHOREO_NO_ESTIMATE);
    for (uint32_t t = best + 1; t < CHOREO_TARGETS; t++) {
        if (estimate[t] > CHOREO_NO_ESTIMATE && estimate[t] < estimate[best]) {
            best = t;
        }
    }
    return (enum choreo_target)best;
}

enum choreo_target choreo_uniform(const struct choreo_question *q, double chance)
{
    uint32_t there[CHOREO_TARGETS] = {CHOREO_OWN_DEVICE}, count = 0;
    ASSERT(q->option[CHOREO_OWN_DEVICE].is_there && chance >= 0 && chance < 1);
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        if (q->option[t].is_there) {
            there[count++] = t;
        }
    }
    return (enum choreo_target)there[(uint32_t)(chance * count)];
}
