/*
 * A run from edge to edge of the bins in which it is counted, and what it came to.
 */
#include "models/nimblenet/world/ahead.h"
#include "models/nimblenet/world/express.h"
#include "models/nimblenet/world/world_state.h"

/* Every node hears what is said up to then. */
static void hear_all(struct world *w, sim_time until)
{
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        ahead_hear(w, &w->node[i], until);
    }
}

/* Brings what is read of the cores up to now. */
static enum sim_status look(struct world *w, sim_time now)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < w->spec.setup->node_count && status == SIM_OK; i++) {
        status = w->driver.look(w->driver.context, i, now, &w->node[i].core);
    }
    return status;
}

static void note_backlog(struct world *w)
{
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        backlog_note(&w->backlog, i, &w->node[i].core);
    }
    backlog_pass_edge(&w->backlog);
}

/* Tells the observer of every node as it is at the end of a bin. */
static void tell_nodes(struct world *w, sim_time now)
{
    ASSERT(now > w->told_until);
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const struct world_account account = world_account(w, i);
        w->spec.observer.node(w->spec.observer.context, now, &account);
    }
    w->told_until = now;
}

/* When the observer wants to hear of nodes next. */
static sim_time next_telling(const struct world *w)
{
    const sim_time end = w->spec.duration_ns;
    return w->spec.observer.node != NULL && end - w->told_until > w->spec.bin_ns
               ? w->told_until + w->spec.bin_ns
               : end;
}

static enum sim_status pass_edges(struct world *w, sim_time now)
{
    const enum sim_status status = look(w, now);
    if (status != SIM_OK) {
        return status;
    }
    if (w->backlog.node != NULL && !backlog_is_complete(&w->backlog) &&
        now == backlog_next_edge(&w->backlog)) {
        note_backlog(w);
    }
    if (w->spec.observer.node != NULL && w->told_until < now && now == next_telling(w)) {
        tell_nodes(w, now);
    }
    return SIM_OK;
}

enum sim_status world_run(struct world *w, uint64_t limit, bool *done)
{
    if (!w->started) {
        world_start(w);
    }
    const uint64_t last =
        limit < UINT64_MAX - w->engine.events ? w->engine.events + limit : UINT64_MAX;
    *done = false;
    while (!*done) {
        const sim_time edge = backlog_next_edge(&w->backlog);
        const sim_time telling = next_telling(w);
        const sim_time until = edge < telling ? edge : telling;
        bool reached;
        enum sim_status status = engine_run(&w->engine, until, last - w->engine.events, &reached);
        if (status == SIM_OK && w->words_wait) {
            hear_all(w, reached ? until : w->engine.now - 1);
            status = w->engine.status;
        }
        if (status == SIM_OK && !reached && w->spec.driver != NULL) {
            return look(w, w->engine.now); /* the user may leave here, and ask for the figures */
        }
        if (status != SIM_OK || !reached) {
            return status;
        }
        const enum sim_status passed = pass_edges(w, until);
        if (passed != SIM_OK) {
            return passed;
        }
        *done = until == w->spec.duration_ns;
    }
    return SIM_OK;
}

static void close_calls(struct world *w, const struct world_node *n)
{
    for (uint32_t i = 0; i < n->open.fresh; i++) {
        const struct world_call *call = pool_at(&n->open, i);
        if (call->status == WORLD_PENDING) {
            w->totals.pending++;
            world_tell_call(w, call);
        }
    }
}

static void add_up_bin(struct world_bin *sum, const struct world_bin *bin)
{
    sum->bytes += bin->bytes;
    sum->rx_bytes += bin->rx_bytes;
    sum->busy_ns += bin->busy_ns;
    sum->completed += bin->completed;
    sum->response_ns += bin->response_ns;
    sum->queueing_ns += bin->queueing_ns;
    sum->acquisition_ns += bin->acquisition_ns;
}

/* The registry takes no calls, and what is sent to and from it others send and receive. */
static void add_up_node(struct world *w, const struct world_node *n, bool is_counted)
{
    struct world_totals *t = &w->totals;
    t->calls += n->calls;
    t->completed += n->sums.completed;
    t->failed += n->sums.failed;
    t->refused += n->sums.refused;
    t->stale += n->sums.stale;
    t->failed_down += n->sums.failed_down;
    t->response_ns += n->sums.response_ns;
    t->queueing_ns += n->sums.queueing_ns;
    t->acquisition_ns += n->sums.acquisition_ns;
    if (n->bin == w->bin) {
        return; /* bins and responses are added up already */
    }
    /* Behind its last event a node may still compute, without a gap. */
    const uint32_t bins = is_counted ? w->bin_count : 0;
    for (uint32_t i = 0; i < bins && (&n->bin[i] <= n->bin_now || n->bin[i].busy_ns > 0); i++) {
        add_up_bin(&w->bin[i], &n->bin[i]);
    }
    for (uint32_t i = n->shortest; i <= n->longest; i++) {
        w->responses[i] += n->responses[i];
    }
}

void world_close(struct world *w)
{
    if (w->express != NULL) {
        express_settle(w);
    }
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        close_calls(w, &w->node[i]);
        add_up_node(w, &w->node[i], world_is_counted(w, i));
    }
    for (uint32_t i = 0; i < w->spec.robots.count; i++) {
        w->totals.triggers += w->robot[i].triggers;
        w->totals.out_of_contact += w->robot[i].out_of_contact;
    }
}
