/* The least estimated cost from the last snapshot; the first target among equals. */
#include "models/choreography/core/placement.h"

static void choose(const struct choreo_question *q, struct choreo_answer *a)
{
    choreo_estimate(q, a->estimate);
    a->target = choreo_least(a->estimate);
    a->has_explored = false;
}

const struct choreo_policy choreo_greedy = {
    .name = "greedy",
    .summary = "the least estimated cost by the gossiped queues",
    .asks_controller = false,
    .choose = choose,
};
