#include "models/nimblenet/core/executor.h"

#include "models/nimblenet/core/call.h"

static bool one_is_free(const struct node *n)
{
    return n->executors == 0 || n->executors_busy < n->executors;
}

/* Between two changes queue and executors are as they are, so a sum over changes is exact. */
void node_settle(struct node *n, sim_time now)
{
    ASSERT(now >= n->settled_at);
    const uint64_t span_ns = (uint64_t)(now - n->settled_at);
    n->stats.queue_area_ns += span_ns * n->queue_count;
    n->stats.executor_busy_ns += span_ns * n->executors_busy;
    n->settled_at = now;
}

void executor_queue(struct node *n, uint32_t slot, sim_time now, const struct node_sink *out)
{
    node_settle(n, now);
    n->stats.executor_asked++;
    if (one_is_free(n)) {
        n->executors_busy++;
        n->stats.executor_granted++;
        executor_granted(n, slot, now, out);
        return;
    }
    call_at(n, slot)->next = POOL_NONE;
    if (n->queue_count++ > 0) {
        call_at(n, n->queue_last)->next = slot;
    } else {
        n->queue_first = slot;
    }
    n->queue_last = slot;
    if (n->queue_count > n->stats.queue_high_water) {
        n->stats.queue_high_water = n->queue_count;
    }
}

void executor_free(struct node *n, sim_time now, const struct node_sink *out)
{
    ASSERT(n->executors_busy > 0);
    node_settle(n, now);
    n->executors_busy--;
    if (n->queue_count > 0) {
        const uint32_t slot = n->queue_first;
        n->queue_first = call_at(n, slot)->next;
        n->queue_count--;
        n->executors_busy++;
        n->stats.executor_granted++;
        executor_granted(n, slot, now, out);
    }
}
