/* Which field goes into which column. */
#include "analysis/store/store_sql.h"

#include <math.h>

const char *result_state_word(enum result_state state)
{
    switch (state) {
    case RESULT_RUNNING:
        return "running";
    case RESULT_COMPLETE:
        return "complete";
    case RESULT_INTERRUPTED:
        return "interrupted";
    case RESULT_FAILED:
        return "failed";
    }
    return ""; /* not an enumerator: the schema refuses it */
}

static const char *role_word(enum result_role role)
{
    switch (role) {
    case RESULT_NODE:
        return "node";
    case RESULT_GATEWAY:
        return "gateway";
    case RESULT_REGISTRY:
        return "registry";
    }
    return "";
}

static const char *kind_word(enum result_kind kind)
{
    switch (kind) {
    case RESULT_CHAIN:
        return "chain";
    case RESULT_ALGORITHM:
        return "algorithm";
    }
    return "";
}

static const char *status_word(enum result_status status)
{
    switch (status) {
    case RESULT_OUT_OF_CONTACT:
        return "out_of_contact";
    case RESULT_CALL_COMPLETED:
        return "completed";
    case RESULT_CALL_FAILED:
        return "failed";
    case RESULT_CALL_PENDING:
        return "pending";
    }
    return "";
}

static enum sim_status put_tasklet(struct store *store, int64_t run_id,
                                   const struct result_tasklet *tasklet)
{
    struct row row = row_of(store, SQL_TASKLET);
    row_int(&row, run_id);
    row_int(&row, tasklet->tasklet);
    row_text(&row, kind_word(tasklet->kind));
    row_text(&row, tasklet->name);
    row_int(&row, tasklet->size_bytes);
    row_int(&row, tasklet->time_ns);
    row_optional(&row, tasklet->load_ns);
    row_optional(&row, tasklet->suspend_ns);
    row_optional(&row, tasklet->resume_ns);
    return row_put(store, &row);
}

enum sim_status store_tasklets(struct store *store, int64_t run_id,
                               const struct result_tasklet *tasklets, size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_tasklet(store, run_id, &tasklets[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_tasklet_call(struct store *store, int64_t run_id,
                                        const struct result_tasklet_call *call)
{
    struct row row = row_of(store, SQL_TASKLET_CALL);
    row_int(&row, run_id);
    row_int(&row, call->tasklet);
    row_int(&row, call->position);
    row_int(&row, call->callee);
    row_int(&row, call->after_ns);
    return row_put(store, &row);
}

enum sim_status store_tasklet_calls(struct store *store, int64_t run_id,
                                    const struct result_tasklet_call *calls, size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_tasklet_call(store, run_id, &calls[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_call(struct store *store, int64_t run_id, const struct result_call *call)
{
    struct row row = row_of(store, SQL_CALL);
    row_int(&row, run_id);
    row_int(&row, call->call_id);
    row_int(&row, call->t_ns);
    row_int(&row, call->robot);
    row_optional(&row, call->node);
    row_int(&row, call->chain);
    row_text(&row, status_word(call->status));
    row_optional(&row, call->response_ns);
    row_optional(&row, call->queueing_ns);
    row_optional(&row, call->acquisition_ns);
    row_optional(&row, call->execution_ns);
    row_real(&row, call->x_m);
    row_real(&row, call->y_m);
    return row_put(store, &row);
}

enum sim_status store_calls(struct store *store, int64_t run_id, const struct result_call *calls,
                            size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_call(store, run_id, &calls[i]);
    }
    return sql_end(store, status);
}

static const char *served_word(enum result_served served)
{
    switch (served) {
    case RESULT_FROM_CACHE:
        return "cache";
    case RESULT_FROM_NEIGHBOUR:
        return "neighbour";
    case RESULT_FROM_GLOBAL:
        return "global";
    case RESULT_FROM_REGISTRY:
        return "registry";
    case RESULT_NOT_SERVED:
        return "failed";
    }
    return "";
}

static enum sim_status put_acquisition(struct store *store, int64_t run_id,
                                       const struct result_acquisition *a)
{
    struct row row = row_of(store, SQL_ACQUISITION);
    row_int(&row, run_id);
    row_int(&row, a->seq);
    row_int(&row, a->call_id);
    row_int(&row, a->node);
    row_int(&row, a->tasklet);
    row_int(&row, a->t_ns);
    row_int(&row, a->done_ns);
    row_text(&row, served_word(a->served));
    row_optional(&row, a->source);
    row_int(&row, a->attempts);
    row_int(&row, a->evicted);
    row_int(&row, a->local_search_ns);
    row_int(&row, a->global_search_ns);
    row_int(&row, a->registry_ns);
    row_int(&row, a->metadata_ns);
    row_int(&row, a->room_ns);
    row_int(&row, a->transfer_ns);
    row_int(&row, a->follow_ns);
    return row_put(store, &row);
}

enum sim_status store_acquisitions(struct store *store, int64_t run_id,
                                   const struct result_acquisition *acquisitions, size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_acquisition(store, run_id, &acquisitions[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_event(struct store *store, int64_t run_id,
                                 const struct result_event *event)
{
    struct row row = row_of(store, SQL_EVENT);
    row_int(&row, run_id);
    row_int(&row, event->seq);
    row_int(&row, event->t_ns);
    row_int(&row, event->node);
    row_text(&row, event->kind);
    row_optional(&row, event->call_id);
    row_optional(&row, event->tasklet);
    row_optional(&row, event->peer);
    row_optional(&row, event->bytes);
    return row_put(store, &row);
}

enum sim_status store_events(struct store *store, int64_t run_id, const struct result_event *events,
                             size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_event(store, run_id, &events[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_axis(struct store *store, int64_t number, const struct result_axis *a)
{
    struct row row = row_of(store, SQL_AXIS);
    row_int(&row, number);
    row_text(&row, a->key);
    row_text(&row, a->unit);
    enum sim_status status = row_put(store, &row);
    if (status != SIM_OK) {
        return status;
    }
    const double exact = 9007199254740992.0; /* beyond it a double need not be the number meant */
    row = row_of(store, SQL_POINT_AXIS);
    row_int(&row, number);
    row_text(&row, a->value);
    if (fabs(a->number) < exact && !(floor(a->number) < a->number)) {
        row_int(&row, (int64_t)a->number);
    } else {
        row_real(&row, isfinite(a->number) ? a->number : (double)NAN);
    }
    return row_put(store, &row);
}

enum sim_status store_axes(struct store *store, const struct result_axis *axes, size_t count)
{
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_axis(store, (int64_t)i + 1, &axes[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_metric(struct store *store, int64_t run_id,
                                  const struct result_metric *metric)
{
    struct row row = row_of(store, SQL_METRIC);
    row_int(&row, run_id);
    row_text(&row, metric->name);
    row_real(&row, metric->value);
    row_text(&row, metric->unit);
    return row_put(store, &row);
}

static enum sim_status put_node(struct store *store, int64_t run_id, const struct result_node *node)
{
    struct row row = row_of(store, SQL_NODE);
    row_int(&row, run_id);
    row_int(&row, node->node);
    row_real(&row, node->x_m);
    row_real(&row, node->y_m);
    row_text(&row, role_word(node->role));
    enum sim_status status = row_put(store, &row);
    if (status != SIM_OK) {
        return status;
    }
    row = row_of(store, SQL_NODE_TRAFFIC);
    row_int(&row, run_id);
    row_int(&row, node->node);
    row_int(&row, node->tx_bytes);
    row_int(&row, node->rx_bytes);
    row_int(&row, node->tx_messages);
    row_int(&row, node->rx_messages);
    row_int(&row, node->calls);
    row_int(&row, node->hits);
    row_int(&row, node->evictions);
    row_int(&row, node->cache_high_bytes);
    row_int(&row, node->busy_ns);
    return row_put(store, &row);
}

static enum sim_status put_bin(struct store *store, int64_t run_id, const struct result_bin *bin)
{
    struct row row = row_of(store, SQL_LOAD_BIN);
    row_int(&row, run_id);
    row_int(&row, bin->t_ns);
    row_int(&row, bin->bytes);
    enum sim_status status = row_put(store, &row);
    if (status != SIM_OK) {
        return status;
    }
    row = row_of(store, SQL_RESPONSE_BIN);
    row_int(&row, run_id);
    row_int(&row, bin->t_ns);
    row_int(&row, bin->completed);
    row_int(&row, bin->response_ns);
    row_int(&row, bin->acquisition_ns);
    row_int(&row, bin->execution_ns);
    row_int(&row, bin->queueing_ns);
    return row_put(store, &row);
}

static enum sim_status put_warning(struct store *store, int64_t run_id, size_t seq,
                                   const struct result_warning *warning)
{
    struct row row = row_of(store, SQL_WARNING);
    row_int(&row, run_id);
    row_int(&row, (int64_t)seq);
    row_int(&row, warning->t_ns);
    row_text(&row, warning->text);
    return row_put(store, &row);
}

static enum sim_status put_run_end(struct store *store, const struct run_summary *summary)
{
    struct row row = row_of(store, SQL_RUN_END);
    row_int(&row, summary->run.run_id);
    row_text(&row, result_state_word(summary->state));
    row_u64(&row, summary->digest);
    row_u64(&row, summary->trace_digest);
    row_u64(&row, summary->events);
    row_real(&row, summary->wall_s);
    enum sim_status status = row_put(store, &row);
    /* The caller's bug, not the world's: this run has never begun. */
    ASSERT(status != SIM_OK || sqlite3_changes(store->db) == 1);
    return status;
}

enum sim_status store_end_run(struct store *store, const struct run_summary *summary)
{
    ASSERT(summary->state != RESULT_RUNNING);
    const int64_t run_id = summary->run.run_id;
    enum sim_status status = sql_begin(store);
    if (status == SIM_OK) {
        status = put_run_end(store, summary);
    }
    for (size_t i = 0; status == SIM_OK && i < summary->metric_count; i++) {
        status = put_metric(store, run_id, &summary->metrics[i]);
    }
    for (size_t i = 0; status == SIM_OK && i < summary->node_count; i++) {
        status = put_node(store, run_id, &summary->nodes[i]);
    }
    for (size_t i = 0; status == SIM_OK && i < summary->bin_count; i++) {
        status = put_bin(store, run_id, &summary->bins[i]);
    }
    for (size_t i = 0; status == SIM_OK && i < summary->warning_count; i++) {
        status = put_warning(store, run_id, i, &summary->warnings[i]);
    }
    if (status == SIM_OK) {
        ASSERT(store->runs_open > 0);
        store->runs_open--;
    }
    return sql_end(store, status);
}
