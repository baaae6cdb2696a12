/*
 * A contextual bandit in a table, some hundred bytes a context, a table a device. A context is the
 * task's class, the target, and how much of the deadline the target's queue and run would take.
 * It learns what choosing a target came to, wherever the task ended up.
 */
#include "models/choreography/core/placement.h"

#define HOPE 0.6 /* what an untried context is thought better than it was */
enum { MEMORY = 40 };

const struct choreo_cell choreo_fresh_cell = {.mean = 0, .bonus = HOPE, .tries = 0};

uint32_t choreo_context(const struct choreo_question *q, enum choreo_target target)
{
    const struct choreo_option *o = &q->option[target];
    const double load = (double)(o->backlog_ns + o->run_ns) / (double)q->deadline_ns;
    const uint32_t bin = load < 0.3 ? 0 : load < 0.8 ? 1 : 2;
    return (q->class * CHOREO_TARGETS + target) * CHOREO_BINS + bin;
}

static void choose(const struct choreo_question *q, struct choreo_answer *a)
{
    ASSERT(q->cell != NULL);
    for (uint32_t t = 0; t < CHOREO_TARGETS; t++) {
        const struct choreo_cell *cell = &q->cell[choreo_context(q, (enum choreo_target)t)];
        const double off = q->option[t].is_backed_off ? CHOREO_BACKED_OFF : 0;
        a->estimate[t] =
            q->option[t].is_there ? cell->mean - cell->bonus + off : CHOREO_NO_ESTIMATE;
    }
    a->has_explored = q->chance[0] < q->explore;
    a->target = a->has_explored ? choreo_uniform(q, q->chance[1]) : choreo_least(a->estimate);
}

/* By Newton from above, so that no library is needed; x is 1 or more. */
static double square_root(double x)
{
    double root = x;
    double next = (x + 1) / 2;
    while (next < root) {
        root = next;
        next = (root + x / root) / 2;
    }
    return root;
}

void choreo_learn(struct choreo_cell *cell, double cost)
{
    cell->tries += cell->tries < UINT32_MAX;
    cell->mean += (cost - cell->mean) / (cell->tries < MEMORY ? cell->tries : MEMORY);
    cell->bonus = HOPE / square_root(1 + (double)cell->tries);
}

const struct choreo_policy choreo_bandit = {
    .name = "bandit",
    .summary = "learns what each target costs from what it came to",
    .learns = true,
    .choose = choose,
};
