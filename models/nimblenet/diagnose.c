/* What a reader of a run's numbers has to know, in measures and in words. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/statistics/mser.h"
#include "analysis/statistics/stationarity.h"
#include "models/nimblenet/model.h"

/* Level of significance for a run's queues together: divided by the number of nodes for each. */
#define LEVEL 0.001

/* Of the calls that ended; fewer unanswered ones do not move a mean. */
#define FAILED_SHARE_MOST 0.01

struct diagnosis {
    const struct world *world;
    const struct compose_plan *plan;
    double *measure;
    const struct model_listener *listener;
};

SIM_PRINTF(3, 4)
static void warn(const struct diagnosis *d, sim_time at, const char *format, ...)
{
    char text[256];
    if (d->listener == NULL || d->listener->warn == NULL) {
        return;
    }
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    d->listener->warn(d->listener->context, at, text);
}

/* ---- before the run ---- */

static void look_at_request_timeout(const struct diagnosis *d)
{
    const sim_time timeout_ns = d->plan->setup.protocol.request_timeout_ns;
    const sim_time round_ns = d->plan->longest_round_ns;
    if (timeout_ns < round_ns) {
        warn(d, 0,
             "protocol.request_timeout (%g s) is below the longest way there and back, %g s: "
             "answers "
             "on their way are taken for lost; automatic is long enough",
             (double)timeout_ns / (double)SIM_S, (double)round_ns / (double)SIM_S);
    }
}

/* What a chain keeps in the cache at once, at least: itself, and what it calls or preloads. */
static uint64_t needed_bytes(const struct compose_plan *p, uint32_t chain)
{
    const struct taskset_tasklet *t = &p->taskset.tasklet[chain];
    uint64_t sum = 0;
    uint64_t most = 0;
    for (uint32_t i = 0; i < t->need_count; i++) {
        const uint64_t size = p->taskset.tasklet[p->taskset.need[t->first_need + i]].size_bytes;
        sum += size;
        most = size > most ? size : most;
    }
    return t->size_bytes + (p->setup.protocol.preload != NODE_PRELOAD_NONE ? sum : most);
}

static void look_at_sizes(const struct diagnosis *d)
{
    uint32_t chains = 0;
    uint64_t most = 0;
    for (uint32_t i = 0; i < d->plan->taskset.chains; i++) {
        const uint64_t needed = needed_bytes(d->plan, i);
        chains += needed > d->plan->setup.cache_bytes;
        most = needed > most ? needed : most;
    }
    if (chains > 0) {
        warn(d, 0,
             "%u of %u chains can never run, and their calls fail: nodes.cache (%" PRIu64
             " B) cannot hold what a chain needs at once, up to %" PRIu64 " B",
             chains, d->plan->taskset.chains, d->plan->setup.cache_bytes, most);
    }
}

void nimblenet_forewarn(const struct compose_plan *p, const struct model_listener *listener)
{
    const struct diagnosis d = {.plan = p, .listener = listener};
    look_at_sizes(&d);
    look_at_request_timeout(&d);
}

/* ---- warm-up ---- */

/* A bin that is cut short by the end is left out. */
static size_t whole_bins(const struct diagnosis *d)
{
    return (size_t)(d->plan->world.duration_ns / d->plan->world.bin_ns);
}

static double warmup_of(const double *value, const struct diagnosis *d)
{
    const struct mser warmup = mser_detect(value, whole_bins(d));
    return warmup.verdict == MSER_STEADY
               ? (double)warmup.first * (double)d->plan->world.bin_ns / (double)SIM_S
               : (double)NAN;
}

static enum sim_status look_at_warmup(const struct diagnosis *d, const int64_t *bin)
{
    const size_t count = whole_bins(d);
    double *value = calloc(count + 1, sizeof *value);
    if (value == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const int64_t *row = &bin[i * NIMBLENET_SERIES];
        const int64_t calls = row[NIMBLENET_BIN_COMPLETED];
        value[i] = calls > 0 ? (double)row[NIMBLENET_RESPONSE_NS] / (double)SIM_S / (double)calls
                             : (double)NAN;
    }
    d->measure[NIMBLENET_WARMUP_RESPONSE] = warmup_of(value, d);
    for (size_t i = 0; i < count; i++) {
        value[i] = (double)bin[i * NIMBLENET_SERIES + NIMBLENET_BYTES];
    }
    d->measure[NIMBLENET_WARMUP_LOAD] = warmup_of(value, d);
    free(value);
    return SIM_OK;
}

/* ---- queues that are not stationary ---- */

static struct stationarity judge_node(const struct diagnosis *d, uint32_t node,
                                      const struct backlog_node *b)
{
    const sim_time half_ns = d->plan->world.duration_ns - d->plan->world.duration_ns / 2;
    double queue[BACKLOG_SPANS];
    for (uint32_t k = 0; k < BACKLOG_SPANS; k++) {
        queue[k] = (double)b->queue[k];
    }
    const struct stationarity_input input = {
        .servers = node_means_of(&d->plan->setup, node).executors,
        .asked = b->asked,
        .granted = b->granted,
        .busy = (double)b->busy_ns / (double)half_ns,
        .queue = queue,
        .spans = BACKLOG_SPANS,
    };
    return stationarity_judge(&input, LEVEL / d->plan->setup.node_count);
}

/* One warning a run: the worst node in figures, and how many there are. */
static void tell_saturation(const struct diagnosis *d, uint32_t worst, const struct stationarity *s,
                            uint32_t nodes)
{
    const uint32_t executors = node_means_of(&d->plan->setup, worst).executors;
    const double half_s = (double)d->plan->world.duration_ns / (double)SIM_S / 2;
    char others[64] = "";
    if (nodes > 1) {
        (void)snprintf(others, sizeof others, " (and %u more node%s)", nodes - 1,
                       nodes > 2 ? "s" : "");
    }
    char cause[96];
    if (s->verdict == STATIONARITY_OVERLOADED) {
        (void)snprintf(cause, sizeof cause, "is saturated: from %g s on its calls need %.2f of %u",
                       half_s, s->offered, executors);
    } else {
        (void)snprintf(cause, sizeof cause,
                       "has a queue that grows (p = %.1g) at a load of %.2f of %u", s->p,
                       s->offered, executors);
    }
    warn(d, d->plan->world.duration_ns,
         "node %u %s executor%s, and its queue went from %.1f calls in the third quarter "
         "to %.1f in the last: the response time is not stationary%s",
         worst + 1, cause, executors == 1 ? "" : "s", s->queue_before, s->queue_after, others);
}

static void look_at_queues(const struct diagnosis *d)
{
    uint32_t nodes = 0;
    uint32_t worst = 0;
    struct stationarity of_worst = {0};
    for (uint32_t i = 0; i < d->plan->setup.node_count; i++) {
        const struct backlog_node *backlog = world_backlog(d->world, i);
        if (backlog == NULL) {
            break;
        }
        if (node_means_of(&d->plan->setup, i).executors == 0) {
            continue;
        }
        const struct stationarity s = judge_node(d, i, backlog);
        if (s.verdict == STATIONARITY_HOLDS) {
            continue;
        }
        if (nodes++ == 0 || s.queue_after > of_worst.queue_after) {
            worst = i;
            of_worst = s;
        }
    }
    d->measure[NIMBLENET_SATURATED_NODES] = nodes;
    if (nodes > 0) {
        tell_saturation(d, worst, &of_worst, nodes);
    }
}

/* ---- links that cannot keep up ---- */

/* A link is saturated where what waits for it at the end is not what has just been sent: it takes
 * more than this share of the run, and a second. */
#define LINK_BACKLOG_SHARE 0.01

struct busy_link {
    uint32_t node, port;
    sim_time backlog_ns;
};

static const char *name_node(const struct diagnosis *d, uint32_t node, char text[32])
{
    const uint32_t registry = d->plan->setup.registry;
    if (node < registry) {
        (void)snprintf(text, 32, "node %u", node + 1);
    } else if (d->plan->setup.node_count - registry == 1) {
        return "the registry";
    } else {
        (void)snprintf(text, 32, "registry %u", node - registry + 1);
    }
    return text;
}

/* One warning a run: the link with the most to send, and how many there are. */
static void tell_link(const struct diagnosis *d, const struct busy_link *worst, uint32_t links)
{
    const struct mesh *mesh = d->plan->world.mesh;
    const uint32_t link = mesh->first[worst->node] + worst->port;
    const uint32_t to = mesh->link[link].to;
    const double wait_s = (double)worst->backlog_ns / (double)SIM_S;
    const bool is_own = mesh->traits != NULL && mesh->traits[link].bandwidth_bps >= 0;
    const double rate_bps =
        is_own ? mesh->traits[link].bandwidth_bps : (double)d->plan->world.traffic.bandwidth_bps;
    const double bytes = wait_s * rate_bps / 8;
    char others[64] = "";
    char from_text[32], to_text[32];
    if (links > 1) {
        (void)snprintf(others, sizeof others, " (and %u more link%s)", links - 1,
                       links > 2 ? "s" : "");
    }
    warn(d, d->plan->world.duration_ns,
         "the link from %s to %s is saturated: at the end %.4g kB wait to be sent over it, %.4g s "
         "of its bandwidth%s",
         name_node(d, worst->node, from_text), name_node(d, to, to_text), bytes / 1e3, wait_s,
         others);
}

static void look_at_links(const struct diagnosis *d)
{
    const sim_time duration = d->plan->world.duration_ns;
    const sim_time share = (sim_time)((double)duration * LINK_BACKLOG_SHARE);
    const sim_time most = share > SIM_S ? share : SIM_S;
    struct busy_link worst = {0};
    uint32_t links = 0;
    for (uint32_t i = 0; i < d->plan->setup.node_count; i++) {
        for (uint32_t port = 0; port < mesh_degree(d->plan->world.mesh, i); port++) {
            const sim_time backlog = world_link_backlog(d->world, i, port);
            links += backlog > most;
            if (backlog > most && backlog > worst.backlog_ns) {
                worst = (struct busy_link){i, port, backlog};
            }
        }
    }
    if (links > 0) {
        tell_link(d, &worst, links);
    }
}

/* ---- calls without an answer, and the protocol's own limits ---- */

static void look_at_failures(const struct diagnosis *d)
{
    const struct world_totals *t = world_totals(d->world);
    const uint64_t ended = t->completed + t->failed;
    if ((double)t->failed <= FAILED_SHARE_MOST * (double)ended) {
        return;
    }
    warn(d, d->plan->world.duration_ns,
         "%.1f %% of the calls found no answer (%" PRIu64 " of %" PRIu64
         "): response times tell only of those that did",
         100.0 * (double)t->failed / (double)ended, t->failed, ended);
}

static void look_at_nodes(const struct diagnosis *d)
{
    const struct world_totals *t = world_totals(d->world);
    const sim_time end = d->plan->world.duration_ns;
    uint64_t forgotten = 0;
    for (uint32_t i = 0; i < d->plan->setup.node_count; i++) {
        const struct world_account a = world_account(d->world, i);
        forgotten += a.searches_forgotten;
        if (a.stalled_since != SIM_TIME_NEVER) {
            warn(d, a.stalled_since,
                 "node %u has been stalled since %.3f s: %u calls wait for room that "
                 "only they could free",
                 i + 1, (double)a.stalled_since / (double)SIM_S, a.held);
        }
    }
    if (t->refused > 0) {
        warn(d, end,
             "%" PRIu64 " calls were refused by nodes that held nodes.calls_max of them already",
             t->refused);
    }
    if (forgotten > 0) {
        warn(d, end,
             "%" PRIu64 " searches were forgotten too early: more origins than a node remembers",
             forgotten);
    }
}

enum sim_status nimblenet_diagnose(const struct world *w, const struct compose_plan *p,
                                   struct model_result *result,
                                   const struct model_listener *listener)
{
    const struct diagnosis d = {w, p, result->measure, listener};
    const enum sim_status status = look_at_warmup(&d, result->bin);
    if (status != SIM_OK) {
        return status;
    }
    look_at_failures(&d); /* the gravest first */
    look_at_queues(&d);
    look_at_links(&d);
    look_at_nodes(&d);
    return SIM_OK;
}
