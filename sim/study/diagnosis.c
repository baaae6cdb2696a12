#include "sim/study/diagnosis.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "analysis/statistics/stationarity.h"
#include "sim/study/series.h"

void diagnosis_warn(struct study_run *run, sim_time at, const char *format, ...)
{
    if (run->warning_count == sizeof run->warning / sizeof run->warning[0]) {
        return;
    }
    va_list list;
    va_start(list, format);
    (void)vsnprintf(run->warning[run->warning_count].text, sizeof run->warning[0].text, format,
                    list);
    va_end(list);
    run->warning[run->warning_count++].at = at;
}

/* ---- queues that are not stationary ---- */

static struct stationarity judge_node(const struct world *w, uint32_t i)
{
    const struct backlog_node *b = &w->backlog.node[i];
    const sim_time half_ns = w->spec.duration_ns - w->spec.duration_ns / 2;
    double queue[BACKLOG_SPANS];
    for (uint32_t k = 0; k < BACKLOG_SPANS; k++) {
        queue[k] = (double)b->queue[k];
    }
    const struct stationarity_input input = {
        .servers = w->spec.setup->executors,
        .asked = b->asked,
        .granted = b->granted,
        .busy = (double)b->busy_ns / (double)half_ns,
        .queue = queue,
        .spans = BACKLOG_SPANS,
    };
    return stationarity_judge(&input, DIAGNOSIS_LEVEL / w->spec.setup->node_count);
}

/* One warning a run: the worst node in figures, and how many there are. */
static void tell_saturation(struct study_run *run, const struct world *w, uint32_t worst,
                            const struct stationarity *s, uint32_t nodes)
{
    const uint32_t executors = w->spec.setup->executors;
    const double half_s = (double)w->spec.duration_ns / (double)SIM_S / 2;
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
    diagnosis_warn(run, w->spec.duration_ns,
                   "node %u %s executor%s, and its queue went from %.1f calls in the third quarter "
                   "to %.1f in the last: the response time is not stationary%s",
                   worst + 1, cause, executors == 1 ? "" : "s", s->queue_before, s->queue_after,
                   others);
}

static void look_at_queues(struct study_run *run, const struct world *w)
{
    uint32_t nodes = 0;
    uint32_t worst = 0;
    struct stationarity of_worst = {0};
    for (uint32_t i = 0; backlog_is_complete(&w->backlog) && i < w->spec.setup->node_count; i++) {
        const struct stationarity s = judge_node(w, i);
        if (s.verdict == STATIONARITY_HOLDS) {
            continue;
        }
        if (nodes++ == 0 || s.queue_after > of_worst.queue_after) {
            worst = i;
            of_worst = s;
        }
    }
    run->value[METRIC_SATURATED_NODES] = nodes;
    if (nodes > 0) {
        tell_saturation(run, w, worst, &of_worst, nodes);
    }
}

/* ---- the protocol's own limits ---- */

static void look_at_nodes(struct study_run *run, const struct world *w)
{
    uint64_t forgotten = 0;
    for (uint32_t i = 0; i < w->spec.setup->node_count; i++) {
        const struct node *n = &w->node[i].core;
        forgotten += n->flood.forgotten;
        if (n->stalled_since != SIM_TIME_NEVER) {
            diagnosis_warn(run, n->stalled_since,
                           "node %u has been stalled since %.3f s: %u calls wait for room that "
                           "only they could free",
                           i + 1, (double)n->stalled_since / (double)SIM_S, n->calls.in_use);
        }
    }
    if (w->totals.refused > 0) {
        diagnosis_warn(run, w->spec.duration_ns,
                       "%" PRIu64
                       " calls were refused by nodes that held nodes.calls_max of them already",
                       w->totals.refused);
    }
    if (forgotten > 0) {
        diagnosis_warn(run, w->spec.duration_ns,
                       "%" PRIu64
                       " searches were forgotten too early: more origins than a node remembers",
                       forgotten);
    }
}

enum sim_status diagnosis_make(struct study_run *run, const struct world *w)
{
    struct mser warmup[SERIES_COUNT];
    const enum sim_status status = series_of_run(run, w->spec.duration_ns, warmup);
    if (status != SIM_OK) {
        return status;
    }
    run->value[METRIC_WARMUP_RESPONSE] = series_warmup_s(&warmup[SERIES_RESPONSE]);
    run->value[METRIC_WARMUP_LOAD] = series_warmup_s(&warmup[SERIES_LOAD]);
    look_at_queues(run, w); /* first: where there is no room for all warnings, it has some */
    look_at_nodes(run, w);
    return SIM_OK;
}
