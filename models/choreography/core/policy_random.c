/* Uniform over the targets that are there: what not knowing costs. */
#include "models/choreography/core/placement.h"

static void choose(const struct choreo_question *q, struct choreo_answer *a)
{
    choreo_estimate(q, a->estimate);
    a->target = choreo_uniform(q, q->chance[1]);
    a->has_explored = false;
}

const struct choreo_policy choreo_random = {
    .name = "random",
    .summary = "any target, each as likely",
    .asks_controller = false,
    .choose = choose,
};
