#include "sim/study/study_store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- the taskset ---- */

/* cost NULL: they were drawn and did not run. */
static enum sim_status store_tasklet_rows(struct store *store, int64_t run_id,
                                          const struct taskset *t, const struct cpu_cost *cost)
{
    enum { NAME_BYTES = 24 };
    struct result_tasklet *row = calloc(t->count, sizeof *row);
    char(*name)[NAME_BYTES] = calloc(t->count, sizeof *name);
    enum sim_status status = SIM_ERR_NOMEM;
    if (row != NULL && name != NULL) {
        for (uint32_t i = 0; i < t->count; i++) {
            const bool is_chain = i < t->chains;
            (void)snprintf(name[i], NAME_BYTES, is_chain ? "chain %u" : "algorithm %u",
                           is_chain ? i : i - t->chains);
            row[i] = (struct result_tasklet){
                .tasklet = i,
                .kind = is_chain ? RESULT_CHAIN : RESULT_ALGORITHM,
                .name = name[i],
                .size_bytes = t->tasklet[i].size_bytes,
                .time_ns = t->tasklet[i].own_ns,
                .load_ns = cost != NULL ? cost[i].load_ns : RESULT_NONE,
                .suspend_ns = cost != NULL ? cost[i].suspend_ns : RESULT_NONE,
                .resume_ns = cost != NULL ? cost[i].resume_ns : RESULT_NONE,
            };
        }
        status = store_tasklets(store, run_id, row, t->count);
    }
    free(name);
    free(row);
    return status;
}

static enum sim_status store_call_rows(struct store *store, int64_t run_id, const struct taskset *t)
{
    struct result_tasklet_call *row = calloc(t->call_count + 1u, sizeof *row);
    if (row == NULL) {
        return SIM_ERR_NOMEM;
    }
    size_t rows = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        sim_time after_ns = 0;
        for (uint32_t c = 0; c < t->tasklet[i].call_count; c++) {
            after_ns += t->segment_ns[taskset_first_segment(t, i) + c];
            row[rows++] = (struct result_tasklet_call){
                .tasklet = i,
                .position = c,
                .callee = t->call[t->tasklet[i].first_call + c],
                .after_ns = after_ns,
            };
        }
    }
    const enum sim_status status = store_tasklet_calls(store, run_id, row, rows);
    free(row);
    return status;
}

enum sim_status study_store_taskset(struct store *store, int64_t run_id, const struct taskset *t,
                                    const struct cpu_cost *cost)
{
    const enum sim_status status = store_tasklet_rows(store, run_id, t, cost);
    return status == SIM_OK ? store_call_rows(store, run_id, t) : status;
}

/* ---- a run ---- */

static struct result_run name_of(int64_t run_id, const struct scenario *s,
                                 const struct study_run *run)
{
    return (struct result_run){
        .run_id = run_id,
        .variant = compose_variant_name(run->variant),
        .replication = run->replication,
        .seed = s->seed,
    };
}

enum sim_status study_store_begin(struct store *store, int64_t run_id, const struct scenario *s,
                                  const struct study_run *run, const struct compose_plan *plan)
{
    const struct result_run row = name_of(run_id, s, run);
    const enum sim_status status = store_begin_run(store, &row);
    if (status != SIM_OK || s->record == SCENARIO_RECORD_SUMMARY) {
        return status;
    }
    return study_store_taskset(store, run_id, &plan->taskset, plan->cost);
}

static void fill_nodes(struct result_node *row, const struct scenario *s, const struct world *w)
{
    const uint32_t nodes = w->spec.setup->node_count;
    for (uint32_t i = 0; i < nodes; i++) {
        const struct world_node *n = &w->node[i];
        const bool on_floor = i < w->spec.floor->node_count;
        row[i] = (struct result_node){
            .node = (int64_t)i + 1,
            .x_m = on_floor ? w->spec.floor->node[i].x_m : (double)NAN,
            .y_m = on_floor ? w->spec.floor->node[i].y_m : (double)NAN,
            .role = !on_floor                          ? RESULT_REGISTRY
                    : i + 1 == s->registry.attached_to ? RESULT_GATEWAY
                                                       : RESULT_NODE,
            .tx_bytes = (int64_t)n->traffic.tx_bytes,
            .rx_bytes = (int64_t)n->traffic.rx_bytes,
            .tx_messages = (int64_t)n->traffic.tx_messages,
            .rx_messages = (int64_t)n->traffic.rx_messages,
            .calls = (int64_t)n->calls,
            .hits = (int64_t)n->core.stats.served[NODE_SERVED_LOCAL],
            .evictions = (int64_t)n->core.stats.evictions,
            .cache_high_bytes = (int64_t)n->core.cache.high_water_bytes,
            .busy_ns = n->cpu.busy_ns,
        };
    }
}

static void fill_bins(struct result_bin *row, const struct study_run *run)
{
    for (uint32_t i = 0; i < run->bin_count; i++) {
        const struct world_bin *b = &run->bin[i];
        row[i] = (struct result_bin){
            .t_ns = (sim_time)(i + 1) * WORLD_BIN_NS,
            .bytes = (int64_t)b->bytes,
            .completed = (int64_t)b->completed,
            .response_ns = b->response_ns,
            .acquisition_ns = b->acquisition_ns,
            .execution_ns = b->response_ns - b->queueing_ns - b->acquisition_ns,
            .queueing_ns = b->queueing_ns,
        };
    }
}

static enum result_state state_of(const struct study_run *run)
{
    switch (run->state) {
    case STUDY_DONE:
        return run->books[0] == '\0' ? RESULT_COMPLETE : RESULT_FAILED;
    case STUDY_FAILED:
        return RESULT_FAILED;
    case STUDY_WAITING:
    case STUDY_RUNNING:
    case STUDY_INTERRUPTED:
        break;
    }
    return RESULT_INTERRUPTED;
}

enum sim_status study_store_end(struct store *store, int64_t run_id, const struct scenario *s,
                                const struct study_run *run, const struct world *w)
{
    const uint32_t nodes = w->spec.setup->node_count;
    struct result_metric metric[METRIC_COUNT];
    for (int m = 0; m < METRIC_COUNT; m++) {
        const struct metric_info *info = metric_info((enum metric)m);
        metric[m] = (struct result_metric){info->name, info->unit, run->value[m]};
    }
    struct result_warning warning[sizeof run->warning / sizeof run->warning[0]];
    for (uint32_t i = 0; i < run->warning_count; i++) {
        warning[i] = (struct result_warning){run->warning[i].at, run->warning[i].text};
    }
    struct result_node *node = calloc(nodes, sizeof *node);
    struct result_bin *bin = calloc(run->bin_count + 1u, sizeof *bin);
    enum sim_status status = SIM_ERR_NOMEM;
    if (node != NULL && bin != NULL) {
        fill_nodes(node, s, w);
        fill_bins(bin, run);
        const struct run_summary summary = {
            .run = name_of(run_id, s, run),
            .state = state_of(run),
            .digest = run->digest,
            .trace_digest = run->trace_digest,
            .events = run->engine.events,
            .wall_s = run->wall_s,
            .metrics = metric,
            .metric_count = METRIC_COUNT,
            .nodes = node,
            .node_count = nodes,
            .bins = bin,
            .bin_count = run->bin_count,
            .warnings = warning,
            .warning_count = run->warning_count,
        };
        status = store_end_run(store, &summary);
    }
    free(bin);
    free(node);
    return status;
}
