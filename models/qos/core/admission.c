#include "models/qos/core/admission.h"

void admission_begin(struct admission *a, sim_time threshold_ns)
{
    ASSERT(threshold_ns >= 0);
    *a = (struct admission){
        .threshold_ns = threshold_ns,
        .chosen = ADMISSION_NOWHERE,
        .least_ns = SIM_TIME_NEVER,
    };
}

static struct admission_step skip(uint32_t node, enum admission_reason reason)
{
    return (struct admission_step){ADMISSION_SKIP, reason, node};
}

/* Lines 12 to 18 of Algorithm 1, with the reason that it leaves out. */
static struct admission_step conclude(const struct admission *a)
{
    if (a->chosen != ADMISSION_NOWHERE) {
        return (struct admission_step){ADMISSION_PLACE, ADMISSION_NO_REASON, a->chosen};
    }
    const enum admission_reason reason = a->near == 0     ? ADMISSION_NETWORK
                                         : a->probed == 0 ? ADMISSION_CAPACITY
                                                          : ADMISSION_THRESHOLD;
    return (struct admission_step){ADMISSION_REFUSE, reason, ADMISSION_NOWHERE};
}

struct admission_step admission_next(struct admission *a, const struct admission_node *node,
                                     uint32_t count)
{
    ASSERT(!a->is_waiting && a->next <= count);
    if (a->next == count) {
        return conclude(a);
    }
    const uint32_t turn = a->next++;
    const struct admission_node *n = &node[turn];
    if (!n->is_near) {
        return skip(turn, ADMISSION_NETWORK);
    }
    a->near++;
    if (n->pods >= n->capacity || !n->has_room) {
        return skip(turn, ADMISSION_CAPACITY);
    }
    a->probed++;
    a->is_waiting = true;
    return (struct admission_step){ADMISSION_PROBE, ADMISSION_NO_REASON, turn};
}

enum admission_worth admission_heard(struct admission *a, sim_time latency_ns)
{
    ASSERT(a->is_waiting && latency_ns >= 0);
    a->is_waiting = false;
    if (latency_ns == SIM_TIME_NEVER) {
        return ADMISSION_LATE;
    }
    if (latency_ns > a->threshold_ns) {
        return ADMISSION_ABOVE;
    }
    if (latency_ns >= a->least_ns) {
        return ADMISSION_SLOWER;
    }
    a->least_ns = latency_ns;
    a->chosen = a->next - 1;
    return ADMISSION_FASTEST;
}
