#include "analysis/executions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/query.h"
#include "analysis/store_sql.h"
#include "sim/engine/digest.h"

enum sim_status executions_are_there(bool *there, struct store *store, struct store_error *error)
{
    *there = false;
    int64_t tables = 0;
    enum sim_status status = query_one_int(store,
                                           "SELECT count(*) FROM sqlite_schema WHERE type = "
                                           "'table' AND name IN ('replay', 'execution')",
                                           0, &tables, error);
    int64_t rows = 0;
    if (status == SIM_OK && tables == 2) {
        status = query_one_int(store, "SELECT EXISTS (SELECT * FROM execution)", 0, &rows, error);
    }
    *there = rows == 1;
    return status;
}

enum sim_status executions_never_began(bool *never, struct store *store, struct store_error *error)
{
    int64_t rows = 0;
    const enum sim_status status =
        query_one_int(store,
                      "SELECT count(*) FROM invocation WHERE state <> 'complete' AND "
                      "arguments LIKE 'nimblesim replay %' AND NOT EXISTS (SELECT * FROM run)",
                      0, &rows, error);
    *never = rows == 1;
    return status;
}

/* Makes room for one more row behind count. */
static bool grow(void **rows, size_t count, size_t row_bytes)
{
    if (count != 0 && (count & (count - 1)) != 0) {
        return true; /* doubled at powers of two */
    }
    void *larger = realloc(*rows, (count == 0 ? 1 : 2 * count) * row_bytes);
    if (larger != NULL) {
        *rows = larger;
    }
    return larger != NULL;
}

static enum sim_status no_memory(struct query *q, const struct store *store,
                                 struct store_error *error)
{
    query_drop(q);
    store_error_set(error, "%s: no memory left to read its executions", store->path);
    return SIM_ERR_NOMEM;
}

/* ---- runs ---- */

static void read_run(const struct query *q, struct executions_run *run)
{
    *run = (struct executions_run){
        .run_id = query_int(q, 0),
        .replication = (uint32_t)query_int(q, 2),
        .sample_ppm = (uint32_t)query_int(q, 6),
        .calls = (uint32_t)query_int(q, 7),
    };
    query_copy_text(q, 1, run->variant, sizeof run->variant);
    query_copy_text(q, 3, run->run_digest, sizeof run->run_digest);
    query_copy_text(q, 4, run->trace_digest, sizeof run->trace_digest);
    query_copy_text(q, 5, run->mode, sizeof run->mode);
    query_copy_text(q, 8, run->binaries, sizeof run->binaries);
    query_copy_text(q, 9, run->platform, sizeof run->platform);
    query_copy_text(q, 10, run->digest, sizeof run->digest);
}

enum sim_status executions_runs(struct executions_run **runs, size_t *count, struct store *store,
                                struct store_error *error)
{
    *runs = NULL;
    *count = 0;
    int64_t tables = 0;
    struct query *q = NULL;
    enum sim_status status = query_one_int(
        store, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'replay'", 0,
        &tables, error);
    if (status != SIM_OK || tables == 0) {
        return status;
    }
    status = query_open(&q, store,
                        "SELECT run_id, variant, replication, run.digest, trace_digest, mode, "
                        "sample_ppm, calls, binaries, platform, replay.digest FROM replay "
                        "JOIN run USING (run_id) ORDER BY run_id",
                        error);
    if (status != SIM_OK) {
        return status;
    }
    void *rows = NULL;
    while (query_next(q)) {
        if (!grow(&rows, *count, sizeof **runs)) {
            free(rows);
            return no_memory(q, store, error);
        }
        read_run(q, (struct executions_run *)rows + (*count)++);
    }
    status = query_close(q, error);
    if (status != SIM_OK) {
        free(rows);
        return status;
    }
    *runs = rows;
    return SIM_OK;
}

enum sim_status executions_done(int64_t **call_id, size_t *count, struct store *store,
                                int64_t run_id, struct store_error *error)
{
    *call_id = NULL;
    *count = 0;
    struct query *q = NULL;
    enum sim_status status = query_open(
        &q, store, "SELECT call_id FROM execution WHERE run_id = ? ORDER BY call_id", error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    void *rows = NULL;
    while (query_next(q)) {
        if (!grow(&rows, *count, sizeof **call_id)) {
            free(rows);
            return no_memory(q, store, error);
        }
        ((int64_t *)rows)[(*count)++] = query_int(q, 0);
    }
    status = query_close(q, error);
    if (status != SIM_OK) {
        free(rows);
        return status;
    }
    *call_id = rows;
    return SIM_OK;
}

enum sim_status executions_digest(uint64_t *digest, struct store *store, int64_t run_id,
                                  struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT call_id, result, instructions, loads, suspensions FROM execution "
                   "WHERE run_id = ? ORDER BY call_id",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    uint64_t folded = DIGEST_START;
    while (query_next(q)) {
        for (unsigned i = 0; i < query_columns(q); i++) {
            folded = digest_word(folded, (uint64_t)query_int(q, i));
        }
    }
    *digest = digest_finish(folded);
    return query_close(q, error);
}

/* ---- variants ---- */

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
    "run_host_ns, suspend_host_ns, resume_host_ns, chain FROM execution JOIN call USING (run_id, "
    "call_id) "
    "JOIN run USING (run_id) ORDER BY run_id, call_id";

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
static struct executions_variant *find_variant(void **variants, size_t *count, const char *name)
{
    struct executions_variant *row = *variants;
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(row[i].variant, name) == 0) {
            return &row[i];
        }
    }
    if (!grow(variants, *count, sizeof *row)) {
        return NULL;
    }
    row = *variants;
    row[*count] = (struct executions_variant){.runs = 0};
    const size_t length = strnlen(name, sizeof row->variant - 1);
    memcpy(row[*count].variant, name, length);
    return &row[(*count)++];
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
    void *rows = NULL;
    while (query_next(q)) {
        const uint32_t replication = (uint32_t)query_int(q, 1);
        struct executions_variant *v = find_variant(&rows, count, query_text(q, 0));
        if (v == NULL) {
            free(rows);
            return no_memory(q, store, error);
        }
        if (v->runs == 0 || v->last_replication != replication) {
            v->runs++;
            v->last_replication = replication;
        }
        add_call(v, q);
    }
    status = query_close(q, error);
    if (status != SIM_OK) {
        free(rows);
        return status;
    }
    *variants = rows;
    return SIM_OK;
}

/* ---- twins ---- */

static const char pairs_sql[] =
    "SELECT a.replication, x.call_id, a.variant, x.result, b.variant, y.result "
    "FROM run AS a JOIN run AS b ON b.replication = a.replication AND b.run_id > a.run_id "
    "JOIN execution AS x ON x.run_id = a.run_id "
    "JOIN execution AS y ON y.run_id = b.run_id AND y.call_id = x.call_id "
    "ORDER BY a.run_id, b.run_id, x.call_id";

enum sim_status executions_pairs(struct executions_pairs *pairs, struct store *store,
                                 struct store_error *error)
{
    *pairs = (struct executions_pairs){.compared = 0};
    struct query *q = NULL;
    const enum sim_status status = query_open(&q, store, pairs_sql, error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) {
        pairs->compared++;
        if (query_int(q, 3) == query_int(q, 5)) {
            pairs->equal++;
        } else if (pairs->mismatch_count < EXECUTIONS_MISMATCHES) {
            struct executions_mismatch *m = &pairs->mismatch[pairs->mismatch_count++];
            *m = (struct executions_mismatch){
                .replication = (uint32_t)query_int(q, 0),
                .call_id = query_int(q, 1),
                .result = {(uint32_t)query_int(q, 3), (uint32_t)query_int(q, 5)},
            };
            query_copy_text(q, 2, m->variant[0], sizeof m->variant[0]);
            query_copy_text(q, 4, m->variant[1], sizeof m->variant[1]);
        }
    }
    return query_close(q, error);
}

enum sim_status executions_one(struct executions_one *one, struct store *store, int64_t run_id,
                               int64_t call_id, struct store_error *error)
{
    bool there = false;
    enum sim_status status = executions_are_there(&there, store, error);
    struct query *q = NULL;
    if (status == SIM_OK && there) {
        status = query_open(&q, store,
                            "SELECT result, instructions, memory_bytes, state_bytes, loads, "
                            "suspensions, platform_ns / 1e9 FROM execution "
                            "WHERE run_id = ? AND call_id = ?",
                            error);
    }
    if (status != SIM_OK || !there) {
        return status == SIM_OK ? SIM_ERR_NOTFOUND : status;
    }
    query_bind_int(q, run_id);
    query_bind_int(q, call_id);
    const bool found = query_next(q);
    if (found) {
        *one = (struct executions_one){
            .result = (uint32_t)query_int(q, 0),
            .instructions = (uint64_t)query_int(q, 1),
            .memory_bytes = (uint64_t)query_int(q, 2),
            .state_bytes = (uint64_t)query_int(q, 3),
            .loads = (uint32_t)query_int(q, 4),
            .suspensions = (uint32_t)query_int(q, 5),
            .executed_s = query_real(q, 6),
        };
    }
    status = query_close(q, error);
    return status == SIM_OK && !found ? SIM_ERR_NOTFOUND : status;
}
