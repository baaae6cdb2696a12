/* Nobody is asked: what working alone costs. */
#include "models/choreography/core/placement.h"

static void choose(const struct choreo_question *q, struct choreo_answer *a)
{
    choreo_estimate(q, a->estimate);
    a->target = CHOREO_OWN_DEVICE;
    a->has_explored = false;
}

const struct choreo_policy choreo_local = {
    .name = "local",
    .summary = "the own device, always",
    .asks_controller = false,
    .choose = choose,
};
