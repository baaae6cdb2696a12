/* The greedy rule with the controller's knowledge: the question holds exact queues, and a target
 * that is cut off is not there. */
#include "models/choreography/core/placement.h"

static void choose(const struct choreo_question *q, struct choreo_answer *a)
{
    choreo_estimate(q, a->estimate);
    a->target = choreo_least(a->estimate);
    a->has_explored = false;
}

const struct choreo_policy choreo_central = {
    .name = "central",
    .summary = "a controller that knows queues and links decides",
    .asks_controller = true,
    .choose = choose,
};
