#include "models/nimblenet/real/remote_state.h"

#include <inttypes.h>

#include "runtime-replay/execution/execute.h"

enum { TRIES = 3 };

/* What a daemon is to do, and how that ends if all is well. */
struct request {
    struct grant grant;
    bool is_spoilt; /* its frame: this bit of message and binary */
    uint32_t spoilt_bit;
    enum grant_status wanted;
};

static void spoil(unsigned char *frame, size_t length, uint32_t bit)
{
    const size_t at = GRANT_ENVELOPE_BYTES + bit / 8;
    ASSERT(at < length);
    frame[at] = (unsigned char)(frame[at] ^ 1U << bit % 8);
}

/* Sends a frame to its daemon, with what it carries; also once more, should this host lose it. */
static enum sim_status send_frame(struct remote *r, uint32_t node, const struct request *q)
{
    const struct node_event *ev = &q->grant.event;
    struct grant_frame f = {
        .envelope = {.number = r->node[node].frames_out, .port = ev->port},
        .message = *ev->frame,
    };
    if (wire_payload_length(&f.message) > 0) {
        const struct cargo_blob *b = cargo_find(&r->cargo, &f.message);
        ASSERT(b != NULL); /* take_frame() has put it there */
        f.binary = b->bytes;
        f.binary_bytes = b->length;
    }
    struct pack p = {.bytes = r->frame, .room = sizeof r->frame};
    grant_put_frame(&p, &f);
    ASSERT(!p.overflowed);
    if (q->is_spoilt) {
        spoil(r->frame, p.length, q->spoilt_bit);
    }
    return process_line_send(&r->process[node].line, r->frame, p.length) == SIM_OK
               ? SIM_OK
               : remote_complain_of_end(r, node);
}

static enum sim_status judge(struct remote *r, uint32_t node, enum grant_status status,
                             enum grant_status wanted)
{
    if (status == wanted) {
        return SIM_OK;
    }
    return remote_complain(r, node,
                           wanted == GRANT_WELL ? "refuses what it is granted"
                                                : "takes for a message what is none");
}

/* Grants, and hears out. */
static enum sim_status grant(struct remote *r, uint32_t node, struct request *q,
                             const struct node_sink *out, struct grant_answer *a)
{
    struct grant *g = &q->grant;
    const bool has_frame = g->kind == GRANT_STEP && g->event.kind == NODE_FRAME;
    for (int i = 0; i < TRIES; i++) {
        enum sim_status status = remote_wake(r, node);
        if (status == SIM_OK && has_frame) {
            status = send_frame(r, node, q);
        }
        g->number = ++r->node[node].number;
        if (status == SIM_OK) {
            status = remote_order(r, node, g);
        }
        if (status == SIM_OK) {
            status = remote_hear_out(r, node, out, a);
        }
        if (status != SIM_OK) {
            return status;
        }
        if (a->status != GRANT_NO_FRAME) {
            r->node[node].frames_out += has_frame;
            return judge(r, node, a->status, q->wanted);
        }
    }
    return remote_complain(r, node, "was sent a frame that this host has lost, again and again");
}

static enum sim_status step(void *context, uint32_t node, sim_time now, const struct node_event *ev,
                            const struct node_sink *out, sim_time *timeout)
{
    struct remote *r = context;
    struct request q = {.grant = {.kind = GRANT_STEP, .now = now, .event = *ev}};
    struct grant_answer a;
    if (ev->kind == NODE_CALL) {
        ASSERT(ev->call_id < r->open_max);
        r->node[node].is_open[ev->call_id] = true;
        q.grant.argument = execute_argument((uint32_t)r->spec->robots.replication,
                                            (int64_t)remote_call_id(r, node, ev->call_id));
    }
    const enum sim_status status = grant(r, node, &q, out, &a);
    *timeout = status == SIM_OK ? a.timeout : SIM_TIME_NEVER;
    return status;
}

/* A core wants nothing of what never came to it. */
static void want_nothing(void *context, const struct node_action *a)
{
    (void)a;
    *(bool *)context = true;
}

static enum sim_status refuse(void *context, uint32_t node, sim_time now, uint16_t port,
                              enum driver_refusal why, uint32_t spoilt_bit,
                              const struct wire_message *m)
{
    struct remote *r = context;
    struct request q = {
        .grant = {.kind = GRANT_STEP,
                  .now = now,
                  .event = {.kind = NODE_FRAME, .port = port, .frame = m}},
        .is_spoilt = why == DRIVER_SPOILT, /* a false binary has been so since it left its source */
        .spoilt_bit = spoilt_bit,
        .wanted = GRANT_SPOILT,
    };
    bool wants = false;
    const struct node_sink sink = {want_nothing, &wants};
    struct grant_answer a;
    const enum sim_status status = grant(r, node, &q, &sink, &a);
    r->node[node].refused++;
    return status == SIM_OK && wants ? remote_complain(r, node, "wants what no core would")
                                     : status;
}

/* The copies that a node holds, where their versions matter. cache NULL: it can hold none. */
static bool take_held(struct unpack *u, const struct grant_bounds *b, uint32_t count,
                      struct cache *cache)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t tasklet = unpack_u32(u);
        const uint32_t held = unpack_u32(u);
        if (u->ran_out || cache == NULL || tasklet >= b->tasklets || cache->count == b->tasklets) {
            return false;
        }
        cache->entry[cache->count++] = (struct cache_entry){.tasklet = tasklet, .version = held};
    }
    return true;
}

static void take_over(struct node *core, const struct grant_figures *f, sim_time now)
{
    core->stats = f->stats;
    core->settled_at = now;
    core->cache.used_bytes = f->cache_bytes;
    core->cache.high_water_bytes = f->cache_high_bytes;
    core->flood.forgotten = f->flood_forgotten;
    core->stalled_since = f->stalled_since;
    core->calls.in_use = f->calls_in_use;
    core->calls_running = f->calls_running;
    core->queue_count = f->queued;
    /* Nothing is ever taken from these pools here: only their marks are read. */
    core->calls.fresh =
        f->calls_fresh < core->calls.capacity ? f->calls_fresh : core->calls.capacity;
    core->fetches.fresh =
        f->fetches_fresh < core->fetches.capacity ? f->fetches_fresh : core->fetches.capacity;
}

/* The figures; and what it holds, in *cache; NULL: it holds nothing. */
static enum sim_status take_figures(struct remote *r, uint32_t node, sim_time now,
                                    struct cache *cache, struct grant_figures *f)
{
    struct grant g = {.kind = GRANT_LOOK, .now = now};
    struct grant_answer a = {.kind = GRANT_PART};
    struct unpack u;
    enum sim_status status = remote_wake(r, node);
    g.number = ++r->node[node].number;
    while (status == SIM_OK && a.kind != GRANT_FIGURES) {
        status = remote_order(r, node, &g);
        if (status == SIM_OK) {
            status = remote_take_answer(r, node, &u, &a);
        }
        if (status == SIM_OK && (a.kind == GRANT_DONE || a.status != GRANT_WELL ||
                                 !take_held(&u, &r->bounds, a.count, cache))) {
            status = remote_complain(r, node, "answers what no daemon would");
        }
        g.kind = GRANT_GO_ON;
    }
    if (status == SIM_OK && (grant_take_figures(&u, f) != SIM_OK || !unpack_is_whole(&u))) {
        status = remote_complain(r, node, "answers what no daemon would");
    }
    return status;
}

static enum sim_status look(void *context, uint32_t node, sim_time now, struct node *core)
{
    struct remote *r = context;
    struct grant_figures f;
    core->cache.count = 0;
    const enum sim_status status = take_figures(r, node, now, &core->cache, &f);
    if (status == SIM_OK) {
        take_over(core, &f, now);
        r->node[node].undecodable = f.undecodable;
        memcpy(r->node[node].books, f.books, sizeof f.books);
    }
    return status;
}

/*
 * A node that fails is a process that is killed. Its last breath is for the books alone: which
 * calls it takes with it, and what it had done so far, nobody could ask it afterwards. A registry
 * keeps what it serves, and so its process.
 */
static enum sim_status restart(void *context, uint32_t node, sim_time now,
                               const struct node_sink *out)
{
    struct remote *r = context;
    struct remote_node *n = &r->node[node];
    struct request q = {.grant = {.kind = GRANT_RESTART, .now = now}};
    struct grant_answer a;
    struct grant_figures f;
    enum sim_status status = grant(r, node, &q, out, &a);
    if (status != SIM_OK || node >= r->spec->setup->registry) {
        return status;
    }
    status = take_figures(r, node, now, NULL, &f);
    if (status != SIM_OK) {
        return status;
    }
    if (f.undecodable != n->refused) {
        return remote_complain(r, node, "was sent frames that are no messages");
    }
    n->refused = 0;
    n->down_since = now;
    n->past = (struct grant_past){
        .epoch = n->past.epoch + 1,
        .stats = f.stats,
        .flood_forgotten = f.flood_forgotten,
        .cache_high_bytes = f.cache_high_bytes,
    };
    remote_kill(r, node);
    return SIM_OK;
}

static const char *audit(void *context, uint32_t node)
{
    const struct remote_node *n = &((const struct remote *)context)->node[node];
    if (n->undecodable != n->refused) {
        return "its daemon was sent frames that are no messages";
    }
    return n->books[0] != '\0' ? n->books : NULL;
}

/* What the daemon's executor wants, now that the clock has come to it. */
static enum sim_status hear_word(struct remote *r, uint32_t node, uint32_t slot,
                                 struct grant_word *word)
{
    const struct grant g = {.kind = GRANT_WORD, .number = ++r->node[node].number, .slot = slot};
    struct grant_answer a = {.kind = GRANT_DONE};
    struct unpack u;
    enum sim_status status = remote_order(r, node, &g);
    if (status == SIM_OK) {
        r->computes = true;
        status = remote_take_answer(r, node, &u, &a);
        r->computes = false;
    }
    if (status != SIM_OK) {
        return status;
    }
    if (a.kind != GRANT_SPOKEN || grant_take_word(&u, word) != SIM_OK || !unpack_is_whole(&u)) {
        return remote_complain(r, node, "answers what no daemon would");
    }
    return SIM_OK;
}

/* The tasklets of a run do what the scenario says that they do, in the version that the core says:
 * else it is another run. */
static enum sim_status compare_words(struct remote *r, uint32_t node, uint32_t slot,
                                     const struct grant_word *word,
                                     const struct driver_word *foretold)
{
    const uint32_t version = remote_running_at(r, node, slot)->version;
    if (word->version != version && word->kind != NODE_EXEC_TRAPPED) {
        return remote_complain(r, node,
                               "has run version %" PRIu32 " of a tasklet, where its core wants "
                               "version %" PRIu32,
                               word->version, version);
    }
    if (word->kind == NODE_EXEC_TRAPPED) {
        return remote_complain(r, node, "has a tasklet that traps");
    }
    if (word->kind != foretold->kind || word->callee != foretold->callee) {
        return remote_complain(r, node, "has a tasklet that does not call what the scenario says");
    }
    return SIM_OK;
}

/* A call that is over has taken no more instructions than its chain declares. */
static enum sim_status close_call(struct remote *r, uint32_t node, const struct cpu *cost,
                                  uint32_t slot, struct remote_execution *e)
{
    const uint32_t chain = cpu_frame_at(cost, slot, 0)->tasklet;
    const uint64_t declared = r->work.binary[chain].instructions;
    if (e->word.instructions > declared) {
        return remote_complain(r, node,
                               "has a tasklet that takes %" PRIu64 " instructions, where %" PRIu64
                               " are declared",
                               e->word.instructions, declared);
    }
    if (r->listener.executed != NULL) {
        e->chain = chain;
        e->call_id = remote_call_id(r, node, remote_running_at(r, node, slot)->call);
        r->listener.executed(r->listener.context, e);
    }
    return SIM_OK;
}

static enum sim_status speak(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                             struct driver_word *word)
{
    struct remote *r = context;
    const bool is_last = cpu_slot_at(cost, slot)->level == 0;
    struct remote_execution e = {.call_id = 0};
    *word = driver_foretold(cost, slot);
    if (r->work.binary == NULL) {
        return SIM_OK;
    }
    enum sim_status status = hear_word(r, node, slot, &e.word);
    if (status == SIM_OK) {
        status = compare_words(r, node, slot, &e.word, word);
    }
    if (status == SIM_OK && is_last && word->kind == NODE_EXEC_FINISHED) {
        status = close_call(r, node, cost, slot, &e);
    }
    return status;
}

/* Instead of what the scenario says of a tasklet's own work: what that came to. */
static sim_time charge_metered(const struct remote *r, uint32_t node, struct cpu *cost,
                               uint32_t slot, sim_time told)
{
    const uint64_t most = (uint64_t)(SIM_TIME_NEVER / 4 / r->work.instruction_ns);
    const uint64_t metered = r->node[node].metered < most ? r->node[node].metered : most;
    const sim_time more = (sim_time)metered * r->work.instruction_ns - cpu_segment_ns(cost, slot);
    cost->busy_ns += more;
    return told + more;
}

static sim_time run_metered(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                            uint32_t level, uint32_t tasklet)
{
    const sim_time told = cpu_run(cost, slot, level, tasklet);
    return charge_metered(context, node, cost, slot, told);
}

static sim_time resume_metered(void *context, uint32_t node, struct cpu *cost, uint32_t slot,
                               uint32_t level)
{
    const sim_time told = cpu_resume(cost, slot, level);
    return charge_metered(context, node, cost, slot, told);
}

struct driver remote_driver(struct remote *r)
{
    return (struct driver){
        .context = r,
        .step = step,
        .refuse = refuse,
        .restart = restart,
        .run = r->work.is_metered ? run_metered : driver_run_as_told,
        .resume = r->work.is_metered ? resume_metered : driver_resume_as_told,
        .speak = speak,
        .look = look,
        .audit = audit,
    };
}

const unsigned char *remote_binary(const struct remote *r, const struct wire_message *m)
{
    const struct cargo_blob *b = cargo_find(&r->cargo, m);
    return b != NULL ? b->bytes : NULL;
}
