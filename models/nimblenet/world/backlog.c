#include "models/nimblenet/world/backlog.h"

/* Edge 0 is half time, the last one the end. */
static sim_time edge_at(const struct backlog *b, uint32_t edge)
{
    ASSERT(edge <= BACKLOG_SPANS && b->duration_ns >= 0);
    const sim_time half = b->duration_ns / 2;
    return half + (b->duration_ns - half) / BACKLOG_SPANS * edge +
           (b->duration_ns - half) % BACKLOG_SPANS * edge / BACKLOG_SPANS;
}

sim_time backlog_next_edge(const struct backlog *b)
{
    return b->node == NULL || b->edges > BACKLOG_SPANS ? b->duration_ns : edge_at(b, b->edges);
}

void backlog_note(struct backlog *b, uint32_t index, struct node *n)
{
    ASSERT(b->node != NULL && b->edges <= BACKLOG_SPANS);
    struct backlog_node *record = &b->node[index];
    const struct node_stats *s = &n->stats;
    const sim_time now = edge_at(b, b->edges);
    node_settle(n, now);
    if (b->edges > 0) {
        const sim_time span_ns = now - edge_at(b, b->edges - 1);
        const uint64_t area_ns = s->queue_area_ns - record->queue_area_ns;
        record->queue[b->edges - 1] = span_ns > 0 ? (float)area_ns / (float)span_ns : 0.0F;
    }
    record->queue_area_ns = s->queue_area_ns;
    if (b->edges == 0) {
        record->asked = s->executor_asked;
        record->granted = s->executor_granted;
        record->busy_ns = s->executor_busy_ns;
    } else if (b->edges == BACKLOG_SPANS) {
        record->asked = s->executor_asked - record->asked;
        record->granted = s->executor_granted - record->granted;
        record->busy_ns = s->executor_busy_ns - record->busy_ns;
    }
}

void backlog_pass_edge(struct backlog *b)
{
    ASSERT(b->edges <= BACKLOG_SPANS);
    b->edges++;
}
