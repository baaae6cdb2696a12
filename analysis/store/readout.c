#include "analysis/store/readout.h"

#include <string.h>

enum sim_status readout_begin(struct store *store, struct store_error *error)
{
    int64_t nothing = 0;
    return query_one_int(store, "BEGIN", 0, &nothing, error);
}

void readout_end(struct store *store)
{
    int64_t nothing = 0;
    struct store_error ignored; /* nothing was written that a failure could lose */
    const enum sim_status status = query_one_int(store, "ROLLBACK", 0, &nothing, &ignored);
    (void)status;
}

static const char *text_of(const struct query *q, unsigned column)
{
    const char *text = query_text(q, column);
    return text != NULL ? text : "";
}

/* ---- the invocation ---- */

enum sim_status readout_origin(struct store *store, readout_origin_fn *tell, void *context,
                               struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(
        &q, store,
        "SELECT state, program_version, program_commit, compiler, compiler_flags, host, arguments,"
        " model, scenario_path, scenario_resolved, scenario_hash, printf('%u', seed),"
        " datetime(started_unix_ns / 1000000000, 'unixepoch') || ' UTC',"
        " datetime(ended_unix_ns / 1000000000, 'unixepoch') || ' UTC',"
        " (SELECT group_concat(name || ' ' || version, ', ')"
        "  FROM (SELECT name, version FROM library ORDER BY name)) FROM invocation",
        error);
    if (status != SIM_OK) {
        return status;
    }
    if (query_next(q)) {
        const struct readout_origin origin = {
            .state = text_of(q, 0),
            .version = text_of(q, 1),
            .commit = text_of(q, 2),
            .compiler = text_of(q, 3),
            .compiler_flags = text_of(q, 4),
            .host = text_of(q, 5),
            .arguments = text_of(q, 6),
            .model = text_of(q, 7),
            .scenario_path = text_of(q, 8),
            .scenario_resolved = text_of(q, 9),
            .scenario_hash = text_of(q, 10),
            .seed = text_of(q, 11),
            .started = text_of(q, 12),
            .ended = text_of(q, 13),
            .libraries = text_of(q, 14),
        };
        tell(context, &origin);
    }
    return query_close(q, error);
}

/* ---- runs ---- */

enum sim_status readout_runs(struct store *store, readout_run_fn *tell, void *context,
                             struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT run_id, point_id, variant, state, printf('%u', seed), digest,"
                   " work_digest, replication, events, wall_s FROM run ORDER BY run_id",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    while (query_next(q)) {
        const struct readout_run run = {
            .run_id = query_int(q, 0),
            .point_id = query_int(q, 1),
            .variant = text_of(q, 2),
            .state = text_of(q, 3),
            .seed = text_of(q, 4),
            .digest = text_of(q, 5),
            .work_digest = text_of(q, 6),
            .replication = (uint32_t)query_int(q, 7),
            .is_complete = strcmp(text_of(q, 3), "complete") == 0,
            .events = query_type(q, 8) == QUERY_NULL ? 0 : query_int(q, 8),
            .wall_s = query_real(q, 9),
        };
        tell(context, &run);
    }
    return query_close(q, error);
}

enum sim_status readout_metrics(struct store *store, const char *variant, readout_metric_fn *tell,
                                void *context, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(&q, store,
                                              "SELECT DISTINCT name, unit FROM metric"
                                              " JOIN run USING (run_id) WHERE variant = ?"
                                              " ORDER BY name",
                                              error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, variant);
    while (query_next(q)) {
        tell(context, text_of(q, 0), text_of(q, 1));
    }
    return query_close(q, error);
}

enum sim_status readout_warnings(struct store *store, size_t most, readout_warning_fn *tell,
                                 void *context, size_t *total, struct store_error *error)
{
    int64_t count = 0;
    struct query *q = NULL;
    enum sim_status status = query_one_int(store, "SELECT count(*) FROM warning", 0, &count, error);
    *total = (size_t)count;
    if (status == SIM_OK) {
        status = query_open(&q, store,
                            "SELECT variant, text, replication, t_ns / 1e9 FROM warning"
                            " JOIN run USING (run_id) ORDER BY run_id, seq LIMIT ?",
                            error);
    }
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, (int64_t)most);
    while (query_next(q)) {
        const struct readout_warning warning = {
            .variant = text_of(q, 0),
            .text = text_of(q, 1),
            .replication = (uint32_t)query_int(q, 2),
            .t_s = query_real(q, 3),
        };
        tell(context, &warning);
    }
    return query_close(q, error);
}
