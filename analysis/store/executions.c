#include "analysis/store/executions.h"

#include <stdio.h>

#include "analysis/store/query_rows.h"
#include "sim/engine/digest.h"

/* ---- where they are ---- */

/* The tables of a replay; or the one of a testbed, whose nodes executed their calls as they came.
 */
enum place { NOWHERE, IN_REPLAY, IN_TESTBED };

/* What a testbed's table has of a replay's, under its name. */
static const char as_in_replay[] =
    "WITH execution AS (SELECT run_id, call_id, result, instructions, 0 AS own_instructions, "
    "loads, sub_calls, suspensions, state_bytes, 0 AS memory_bytes, platform_ns, "
    "0 AS load_host_ns, 0 AS run_host_ns, 0 AS suspend_host_ns, 0 AS resume_host_ns "
    "FROM executed_call) ";

/* Whether the table is one of executed calls, and has some. */
static enum sim_status look_into(bool *there, bool *has_rows, struct store *store,
                                 const char *table, const char *any, struct store_error *error)
{
    int64_t rows = 0;
    enum sim_status status = query_has(there, store, table, "platform_ns", error);
    if (status == SIM_OK && *there) {
        status = query_one_int(store, any, 0, &rows, error);
    }
    *has_rows = rows == 1;
    return status;
}

static enum sim_status find(enum place *place, struct store *store, struct store_error *error)
{
    bool there;
    bool has_rows;
    enum sim_status status = look_into(&there, &has_rows, store, "execution",
                                       "SELECT EXISTS (SELECT * FROM execution)", error);
    *place = has_rows ? IN_REPLAY : NOWHERE;
    if (status == SIM_OK && !there) {
        status = look_into(&there, &has_rows, store, "executed_call",
                           "SELECT EXISTS (SELECT * FROM executed_call)", error);
        *place = has_rows ? IN_TESTBED : NOWHERE;
    }
    return status;
}

/* A query of the table execution, wherever the executions are. SIM_ERR_NOTFOUND: nowhere. */
static enum sim_status open_query(struct query **q, struct store *store, const char *sql,
                                  struct store_error *error)
{
    char text[1024];
    enum place place;
    const enum sim_status status = find(&place, store, error);
    if (status != SIM_OK || place == NOWHERE) {
        return status != SIM_OK ? status : SIM_ERR_NOTFOUND;
    }
    const int length =
        snprintf(text, sizeof text, "%s%s", place == IN_TESTBED ? as_in_replay : "", sql);
    ASSERT(length < (int)sizeof text);
    return query_open(q, store, text, error);
}

enum sim_status executions_are_there(bool *there, struct store *store, struct store_error *error)
{
    enum place place;
    const enum sim_status status = find(&place, store, error);
    *there = status == SIM_OK && place != NOWHERE;
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

/* ---- runs ---- */

static void read_run(const struct query *q, void *row)
{
    struct executions_run *run = row;
    *run = (struct executions_run){
        .run_id = query_int(q, 0),
        .replication = (uint32_t)query_int(q, 2),
        .sample_ppm = (uint32_t)query_int(q, 6),
        .calls = (uint32_t)query_int(q, 7),
    };
    query_copy_text(q, 1, run->variant, sizeof run->variant);
    query_copy_text(q, 3, run->run_digest, sizeof run->run_digest);
    query_copy_text(q, 4, run->work_digest, sizeof run->work_digest);
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
    bool is_replay;
    struct query *q = NULL;
    enum sim_status status = query_has(&is_replay, store, "replay", NULL, error);
    if (status != SIM_OK || !is_replay) {
        return status;
    }
    status = query_open(&q, store,
                        "SELECT run_id, variant, replication, run.digest, work_digest, mode, "
                        "sample_ppm, calls, binaries, platform, replay.digest FROM replay "
                        "JOIN run USING (run_id) ORDER BY run_id",
                        error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof **runs};
    status = query_rows_read(&rows, q, read_run, error);
    *runs = rows.row;
    *count = rows.count;
    return status;
}

static void read_call_id(const struct query *q, void *row)
{
    *(int64_t *)row = query_int(q, 0);
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
    struct query_rows rows = {.row_bytes = sizeof **call_id};
    status = query_rows_read(&rows, q, read_call_id, error);
    *call_id = rows.row;
    *count = rows.count;
    return status;
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

static struct executions_call read_call(const struct query *q)
{
    return (struct executions_call){
        .variant = query_text(q, 0),
        .replication = (uint32_t)query_int(q, 1),
        .call_id = query_int(q, 2),
        .simulated_s = query_real(q, 3),
        .executed_s = query_real(q, 4),
        .instructions = (uint64_t)query_int(q, 5),
        .own_instructions = (uint64_t)query_int(q, 6),
        .loads = (uint64_t)query_int(q, 7),
        .sub_calls = (uint64_t)query_int(q, 8),
        .suspensions = (uint64_t)query_int(q, 9),
        .state_bytes = (uint64_t)query_int(q, 10),
        .memory_bytes = (uint64_t)query_int(q, 11),
        .load_host_ns = query_int(q, 12),
        .run_host_ns = query_int(q, 13),
        .suspend_host_ns = query_int(q, 14),
        .resume_host_ns = query_int(q, 15),
        .chain = query_int(q, 16),
    };
}

static const char calls_sql[] =
    "SELECT variant, replication, call_id, execution_ns / 1e9, platform_ns / 1e9, instructions, "
    "own_instructions, loads, sub_calls, suspensions, state_bytes, memory_bytes, load_host_ns, "
    "run_host_ns, suspend_host_ns, resume_host_ns, chain FROM execution "
    "JOIN call USING (run_id, call_id) JOIN run USING (run_id) ORDER BY run_id, call_id";

enum sim_status executions_calls(struct store *store, executions_call_fn *tell, void *context,
                                 struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = open_query(&q, store, calls_sql, error);
    if (status != SIM_OK) {
        return status == SIM_ERR_NOTFOUND ? SIM_OK : status;
    }
    while (query_next(q)) {
        const struct executions_call call = read_call(q);
        tell(context, &call);
    }
    return query_close(q, error);
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
    const enum sim_status status = open_query(&q, store, pairs_sql, error);
    if (status != SIM_OK) {
        return status == SIM_ERR_NOTFOUND ? SIM_OK : status;
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
    struct query *q = NULL;
    enum sim_status status =
        open_query(&q, store,
                   "SELECT result, instructions, memory_bytes, state_bytes, loads, suspensions, "
                   "platform_ns / 1e9 FROM execution WHERE run_id = ? AND call_id = ?",
                   error);
    if (status != SIM_OK) {
        return status;
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
