/*
 * What a run comes to: whether its books balance, its digests, its memory.
 */
#include <inttypes.h>
#include <stdio.h>

#include "models/nimblenet/world/express.h"
#include "models/nimblenet/world/world_state.h"

/* ---- the books ---- */

/* What is between a sender and a receiver now. */
struct on_their_way {
    uint64_t bytes;
    uint64_t acks; /* that the senders of it have been promised */
    uint64_t held; /* frames in the hands of nodes */
};

static struct on_their_way look_between(const struct world *w)
{
    struct on_their_way sum = {0, 0, 0};
    if (w->express != NULL) {
        sum.bytes = express_bytes_on_their_way(w->express);
        return sum;
    }
    const struct ev_queue *q = &w->engine.queue;
    for (uint32_t i = 0; i < q->slot_fresh; i++) {
        const struct ev_slot *slot = &q->slot[i];
        if (ev_slot_is_pending(slot) && slot->kind == WORLD_FRAME) {
            struct wire_message m;
            memcpy(&m, slot->payload, sizeof m);
            sum.bytes += traffic_copy_bytes(&w->spec.traffic, &m);
            sum.acks += traffic_is_acknowledged(&w->spec.traffic, &m);
        }
        sum.held += ev_slot_is_pending(slot) && slot->kind == WORLD_HANDLED;
    }
    return sum;
}

static bool bytes_balance(const struct world *w, char *text, size_t text_bytes)
{
    uint64_t sent = 0;
    uint64_t received = 0;
    uint64_t lost = 0;
    uint64_t overflowed = 0;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        sent += w->node[i].traffic.copies_bytes;
        received += w->node[i].traffic.rx_bytes;
        lost += w->node[i].traffic.lost_bytes;
        overflowed += w->node[i].traffic.overflowed_bytes;
    }
    const uint64_t on_their_way = look_between(w).bytes;
    if (sent == received + lost + overflowed + on_their_way) {
        return true;
    }
    (void)snprintf(text, text_bytes,
                   "bytes: %" PRIu64 " sent, but %" PRIu64 " received + %" PRIu64 " lost + %" PRIu64
                   " without room + %" PRIu64 " on their way",
                   sent, received, lost, overflowed, on_their_way);
    return false;
}

/* Who got an acknowledgement got one that was sent, and every frame taken in is handled. */
static bool frames_balance(const struct world *w, char *text, size_t text_bytes)
{
    uint64_t sent = 0;
    uint64_t received = 0;
    uint64_t held = 0;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        sent += w->node[i].traffic.acks_sent;
        received += w->node[i].traffic.acks_received;
        held += (uint64_t)w->node[i].inbox.held + w->node[i].inbox.forsaken;
    }
    const struct on_their_way between = look_between(w);
    if (received == sent + between.acks && held == between.held) {
        return true;
    }
    (void)snprintf(text, text_bytes,
                   "frames: %" PRIu64 " acknowledgements sent + %" PRIu64 " to come, but %" PRIu64
                   " received; %" PRIu64 " held, but %" PRIu64 " in hands",
                   sent, between.acks, received, held, between.held);
    return false;
}

static bool calls_balance(const struct world *w, char *text, size_t text_bytes)
{
    const struct world_totals *t = &w->totals;
    uint64_t at_nodes = 0;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        at_nodes += w->node[i].core.calls.in_use + w->node[i].held_calls;
    }
    const uint64_t ends = t->out_of_contact + t->completed + t->failed + t->pending;
    if (t->triggers == ends && t->calls == t->triggers - t->out_of_contact &&
        t->pending == at_nodes) {
        return true;
    }
    (void)snprintf(text, text_bytes,
                   "calls: %" PRIu64 " triggered, but %" PRIu64 " out of contact + %" PRIu64
                   " completed + %" PRIu64 " failed + %" PRIu64 " pending (%" PRIu64 " at nodes)",
                   t->triggers, t->out_of_contact, t->completed, t->failed, t->pending, at_nodes);
    return false;
}

/* No node has computed for longer than its executors were there. */
static bool executors_balance(const struct world *w, char *text, size_t text_bytes)
{
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const uint32_t executors = w->node[i].core.executors;
        if (executors == 0) {
            continue;
        }
        const sim_time busy = w->node[i].cpu.busy_ns;
        /* divided rather than multiplied, which could overflow */
        const bool fits = busy / executors < w->spec.duration_ns ||
                          (busy / executors == w->spec.duration_ns && busy % executors == 0);
        if (busy < 0 || !fits) {
            (void)snprintf(text, text_bytes,
                           "node %u: computed for %" PRId64 " ns, but %u executors for %" PRId64
                           " ns are all it has",
                           i + 1, busy, executors, w->spec.duration_ns);
            return false;
        }
    }
    return true;
}

bool world_audit(const struct world *w, char *text, size_t text_bytes)
{
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const char *wrong = w->driver.audit(w->driver.context, i);
        if (wrong != NULL) {
            (void)snprintf(text, text_bytes, "node %u: %s", i + 1, wrong);
            return false;
        }
    }
    return bytes_balance(w, text, text_bytes) && frames_balance(w, text, text_bytes) &&
           calls_balance(w, text, text_bytes) && executors_balance(w, text, text_bytes);
}

/* ---- digests ---- */

/*
 * Messages that are still under way are in the account of whom they left last. Their order in the
 * queue says nothing, so they are added up.
 */
static uint64_t under_way(const struct world *w)
{
    if (w->express != NULL) {
        return express_under_way(w->express);
    }
    uint64_t sum = 0;
    const struct ev_queue *q = &w->engine.queue;
    for (uint32_t i = 0; i < q->slot_fresh; i++) {
        const struct ev_slot *slot = &q->slot[i];
        if (ev_slot_is_pending(slot) && slot->kind == WORLD_FRAME) {
            struct wire_message m;
            memcpy(&m, slot->payload, sizeof m);
            const uint64_t weight = happenings_weight_under_way(slot->source, m.kind);
            sum += happenings_traffic(weight, traffic_copy_bytes(&w->spec.traffic, &m));
        }
    }
    return sum;
}

uint64_t world_digest(const struct world *w)
{
    uint64_t digest = DIGEST_START;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        digest = happenings_fold(digest, &w->node[i].happenings);
    }
    return digest_finish(digest_word(digest, under_way(w)));
}

uint64_t world_trace_digest(const struct world *w)
{
    uint64_t digest = DIGEST_START;
    for (uint32_t i = 0; i < w->spec.robots.count; i++) {
        const struct world_robot *r = &w->robot[i];
        digest =
            digest_word(digest, w->spec.calls != NULL ? r->told.digest : r->track->robot.digest);
    }
    return digest_finish(digest);
}

/* ---- what the face reads ---- */

sim_time world_now(const struct world *w)
{
    return w->engine.now;
}

struct engine_report world_report(const struct world *w)
{
    return engine_report(&w->engine);
}

const struct world_totals *world_totals(const struct world *w)
{
    return &w->totals;
}

const struct world_bin *world_bins(const struct world *w, uint32_t *count)
{
    *count = w->bin_count;
    return w->bin;
}

const uint64_t *world_responses(const struct world *w)
{
    return w->responses;
}

uint32_t world_version_at(const struct world *w, uint32_t tasklet, sim_time at)
{
    uint32_t version = 0;
    for (uint32_t i = 0; i < w->spec.updates && w->spec.update[i].at <= at; i++) {
        version += w->spec.update[i].tasklet == tasklet;
    }
    return version;
}

uint32_t world_old_copies(const struct world *w, uint32_t node, sim_time now)
{
    const struct cache *c = &w->node[node].core.cache;
    uint32_t old = 0;
    for (uint32_t i = 0; w->spec.updates > 0 && i < c->count; i++) {
        old += c->entry[i].version < world_version_at(w, c->entry[i].tasklet, now);
    }
    return old;
}

struct world_account world_account(const struct world *w, uint32_t node)
{
    const struct world_node *n = &w->node[node];
    const struct node_stats *s = &n->core.stats;
    const uint64_t ack_bytes = w->spec.traffic.ack_bytes;
    struct world_account a = {
        .node = node,
        .tx_bytes = n->traffic.tx_bytes + n->traffic.acks_sent * ack_bytes,
        .rx_bytes = n->traffic.rx_bytes + n->traffic.acks_received * ack_bytes,
        .lost_bytes = n->traffic.lost_bytes,
        .tx_messages = n->traffic.tx_messages,
        .rx_messages = n->traffic.rx_messages,
        .overflowed_bytes = n->traffic.overflowed_bytes,
        .overflowed = n->traffic.overflowed,
        .corrupted = n->traffic.corrupted,
        .duplicated = n->traffic.duplicated,
        .reordered = n->traffic.reordered,
        .false_told = n->traffic.false_told,
        .resent = n->traffic.resent,
        .chatter_bytes = n->traffic.chatter_bytes,
        .outages = n->boots,
        .down_ns =
            w->spec.outages != NULL ? outage_plan_total(w->spec.outages, node, w->engine.now) : 0,
        .pauses = n->pauses,
        .paused_ns = pause_total(w, node, w->engine.now),
        .frames = n->inbox.handled,
        .frames_waited_ns = n->inbox.waited_ns,
        .calls = n->calls,
        .evictions = s->evictions,
        .outdated = s->outdated,
        .retired = s->retired,
        .older = s->older,
        .attempts_lost = s->attempts_lost,
        .no_room = s->no_room,
        .too_large = s->too_large,
        .searches_forgotten = n->core.flood.forgotten,
        .cache_bytes = n->core.cache.used_bytes,
        .cache_high_bytes = n->core.cache.high_water_bytes,
        .busy_ns = n->cpu.busy_ns,
        .stalled_since = n->core.stalled_since,
        .queued = n->core.queue_count,
        .running = n->core.calls_running,
        .held = n->core.calls.in_use,
        .old_copies = world_old_copies(w, node, w->engine.now),
    };
    memcpy(a.served, s->served, sizeof a.served);
    return a;
}

struct world_link world_link(const struct world *w, uint32_t node, uint32_t port)
{
    ASSERT(w->spec.counts_links && port < mesh_degree(w->spec.mesh, node));
    return w->node[node].link[port];
}

sim_time world_link_backlog(const struct world *w, uint32_t node, uint32_t port)
{
    ASSERT(port < mesh_degree(w->spec.mesh, node));
    const sim_time end = w->spec.duration_ns;
    const bool has_clock = w->node[node].link_free != NULL;
    const sim_time free = has_clock ? w->node[node].link_free[port] : 0;
    return free > end ? free - end : 0;
}

const struct backlog_node *world_backlog(const struct world *w, uint32_t node)
{
    return backlog_is_complete(&w->backlog) ? &w->backlog.node[node] : NULL;
}

/* ---- memory ---- */

/* Of bins, responses and records of calls. */
static size_t counted_bytes(const struct world *w, const struct world_node *n)
{
    const bool shares = w->shares_sums;
    const size_t bins = shares ? 0 : (size_t)(n->bin_now - n->bin) + 1;
    const size_t responses =
        !shares && n->longest >= n->shortest ? n->longest - n->shortest + (size_t)1 : 0;
    return bins * sizeof *n->bin + responses * sizeof *n->responses +
           pool_high_water(&n->open) * sizeof(struct world_call);
}

static size_t node_touched(const struct world *w)
{
    const struct node_setup *s = w->spec.setup;
    const struct node_memory m = node_memory(s);
    const size_t call_bytes = m.calls / s->calls_max + cpu_slot_bytes(w->spec.program);
    size_t bytes = 0;
    ASSERT(s->node_count > 0);
    for (uint32_t i = 0; i < s->node_count; i++) {
        const struct node *n = &w->node[i].core;
        bytes += sizeof w->node[i] + flood_memory_bytes(s->node_count) +
                 s->catalogue->count * sizeof(uint32_t) +
                 n->cache.count * sizeof(struct cache_entry) +
                 pool_high_water(&n->calls) * call_bytes +
                 pool_high_water(&n->fetches) * (m.fetches / n->fetches.capacity) +
                 counted_bytes(w, &w->node[i]);
    }
    return bytes / s->node_count;
}

struct world_memory world_memory(const struct world *w)
{
    return (struct world_memory){
        .node_reserved = w->node_bytes,
        .node_touched = node_touched(w),
        .robot = w->robot_bytes,
        .pending_event = engine_report(&w->engine).bytes_per_pending,
        .total_reserved = w->memory_bytes + w->engine.queue.memory_bytes +
                          (w->express != NULL ? express_memory_bytes(w->express) : 0),
    };
}

struct world_parts world_parts(const struct world *w)
{
    const struct node_setup *s = w->spec.setup;
    return (struct world_parts){
        .core = node_memory(s),
        .itself = sizeof *w->node,
        .executor = s->calls_max * cpu_slot_bytes(w->spec.program),
        .calls = (s->calls_max + (size_t)1) * sizeof(struct world_call),
        .bins = (w->shares_sums ? 0 : w->bin_count) * sizeof *w->node->bin,
        .responses = (w->shares_sums ? 0 : BINS_COUNT) * sizeof *w->node->responses,
    };
}

struct world_pools world_pools(const struct world *w)
{
    struct world_pools most = {.open_calls = 0};
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const uint32_t calls = pool_high_water(&w->node[i].core.calls);
        const uint32_t fetches = pool_high_water(&w->node[i].core.fetches);
        most.open_calls += pool_high_water(&w->node[i].open);
        most.node_calls = calls > most.node_calls ? calls : most.node_calls;
        most.node_fetches = fetches > most.node_fetches ? fetches : most.node_fetches;
    }
    return most;
}
