/* All calls of a variant that were executed, added up; and the chains' calls that differ most. */
#include <math.h>
#include <string.h>

#include "analysis/store/executions.h"
#include "analysis/store/query_rows.h"

static double size_of(const struct executions_largest *call)
{
    return fabs(call->executed_s - call->simulated_s);
}

/* Takes the call of the same chain out, if it is smaller. False: it is there, and as large. */
static bool replace_chain(struct executions_variant *v, const struct executions_largest *call)
{
    for (size_t i = 0; i < v->largest_count; i++) {
        const struct executions_largest *there = &v->largest[i];
        if (there->replication != call->replication || there->chain != call->chain) {
            continue;
        }
        if (size_of(there) >= size_of(call)) {
            return false;
        }
        v->largest_count--;
        memmove(&v->largest[i], &v->largest[i + 1], (v->largest_count - i) * sizeof v->largest[0]);
        return true;
    }
    return true;
}

/* Keeps the largest differences, largest first; the earlier one where two are as large. */
static void note_largest(struct executions_variant *v, const struct executions_largest *call)
{
    if (!replace_chain(v, call)) {
        return;
    }
    size_t at = v->largest_count;
    while (at > 0 && size_of(&v->largest[at - 1]) < size_of(call)) {
        at--;
    }
    if (at == EXECUTIONS_LARGEST) {
        return;
    }
    v->largest_count += v->largest_count < EXECUTIONS_LARGEST;
    memmove(&v->largest[at + 1], &v->largest[at],
            (v->largest_count - at - 1) * sizeof v->largest[0]);
    v->largest[at] = *call;
}

static const char calls_sql[] =
    "SELECT variant, replication, call_id, execution_ns / 1e9, platform_ns / 1e9, instructions, "
    "own_instructions, loads, sub_calls, suspensions, state_bytes, memory_bytes, load_host_ns, "
    "run_host_ns, suspend_host_ns, resume_host_ns, chain FROM execution "
    "JOIN call USING (run_id, call_id) JOIN run USING (run_id) ORDER BY run_id, call_id";

static void add_call(struct executions_variant *v, const struct query *q)
{
    const struct executions_largest call = {
        .replication = (uint32_t)query_int(q, 1),
        .call_id = query_int(q, 2),
        .chain = query_int(q, 16),
        .simulated_s = query_real(q, 3),
        .executed_s = query_real(q, 4),
    };
    v->calls++;
    v->instructions += (uint64_t)query_int(q, 5);
    v->own_instructions += (uint64_t)query_int(q, 6);
    v->loads += (uint64_t)query_int(q, 7);
    v->sub_calls += (uint64_t)query_int(q, 8);
    v->suspensions += (uint64_t)query_int(q, 9);
    v->state_bytes += (uint64_t)query_int(q, 10);
    const uint64_t memory = (uint64_t)query_int(q, 11);
    v->memory_bytes_max = memory > v->memory_bytes_max ? memory : v->memory_bytes_max;
    v->load_host_ns += query_int(q, 12);
    v->run_host_ns += query_int(q, 13);
    v->suspend_host_ns += query_int(q, 14);
    v->resume_host_ns += query_int(q, 15);
    stats_add(&v->simulated_s, call.simulated_s);
    if (!isnan(call.executed_s)) {
        stats_add(&v->executed_s, call.executed_s);
        stats_add(&v->extra_s, call.executed_s - call.simulated_s);
        note_largest(v, &call);
    }
}

/* The place of a variant, in the order in which variants come first. NULL: no memory. */
static struct executions_variant *find_variant(struct query_rows *variants, const char *name)
{
    struct executions_variant *row = variants->row;
    for (size_t i = 0; i < variants->count; i++) {
        if (strcmp(row[i].variant, name) == 0) {
            return &row[i];
        }
    }
    row = query_rows_add(variants);
    if (row != NULL) {
        *row = (struct executions_variant){.runs = 0};
        memcpy(row->variant, name, strnlen(name, sizeof row->variant - 1));
    }
    return row;
}

static void add_row(struct executions_variant *v, const struct query *q)
{
    const uint32_t replication = (uint32_t)query_int(q, 1);
    if (v->runs == 0 || v->last_replication != replication) {
        v->runs++;
        v->last_replication = replication;
    }
    add_call(v, q);
}

enum sim_status executions_variants(struct executions_variant **variants, size_t *count,
                                    struct store *store, struct store_error *error)
{
    *variants = NULL;
    *count = 0;
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store, calls_sql, error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof **variants};
    bool has_memory = true;
    while (has_memory && query_next(q)) {
        struct executions_variant *v = find_variant(&rows, query_text(q, 0));
        has_memory = v != NULL;
        if (has_memory) {
            add_row(v, q);
        }
    }
    status = query_rows_close(&rows, q, has_memory, error);
    *variants = rows.row;
    *count = rows.count;
    return status;
}
