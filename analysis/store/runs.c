#include "analysis/store/runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store/query_rows.h"

static void read_run(const struct query *q, void *to)
{
    struct runs_row *row = to;
    *row = (struct runs_row){
        .run_id = query_int(q, 0),
        .replication = (uint32_t)query_int(q, 2),
        .seed = query_int(q, 3),
    };
    query_copy_text(q, 1, row->variant, sizeof row->variant);
    query_copy_text(q, 4, row->digest, sizeof row->digest);
    query_copy_text(q, 5, row->work_digest, sizeof row->work_digest);
}

static enum sim_status read_scenario(struct runs *r, struct store *store, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT scenario_path, scenario_hash, (SELECT count(*) FROM point), model "
                   "FROM invocation",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    if (query_next(q)) {
        query_copy_text(q, 0, r->scenario, sizeof r->scenario);
        query_copy_text(q, 1, r->scenario_hash, sizeof r->scenario_hash);
        r->points = query_int(q, 2);
        query_copy_text(q, 3, r->model, sizeof r->model);
    }
    return query_close(q, error);
}

static bool is_listed(const struct runs *r, const char *variant)
{
    for (size_t i = 0; i < r->variant_count; i++) {
        ASSERT(r->variant[i] != NULL);
        if (strcmp(r->variant[i], variant) == 0) {
            return true;
        }
    }
    return false;
}

static enum sim_status list_variants(struct runs *r, struct store_error *error)
{
    r->variant = calloc(r->count + 1, sizeof *r->variant);
    if (r->variant == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory left for the runs");
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < r->count; i++) {
        if (!is_listed(r, r->row[i].variant)) {
            r->variant[r->variant_count++] = r->row[i].variant;
        }
    }
    return SIM_OK;
}

enum sim_status runs_read(struct runs *r, struct store *store, struct store_error *error)
{
    *r = (struct runs){0};
    struct query *q = NULL;
    enum sim_status status = query_open(&q, store,
                                        "SELECT run_id, variant, replication, seed, digest, "
                                        "work_digest FROM run ORDER BY run_id",
                                        error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof *r->row};
    status = query_rows_read(&rows, q, read_run, error);
    r->row = rows.row;
    r->count = rows.count;
    if (status == SIM_OK) {
        status = list_variants(r, error);
    }
    if (status == SIM_OK) {
        status = read_scenario(r, store, error);
    }
    if (status != SIM_OK) {
        runs_deinit(r);
    }
    return status;
}

void runs_deinit(struct runs *r)
{
    free(r->variant);
    free(r->row);
    *r = (struct runs){0};
}

const struct runs_row *runs_find(const struct runs *r, const char *variant, uint32_t replication)
{
    for (size_t i = 0; i < r->count; i++) {
        if (r->row[i].replication == replication && strcmp(r->row[i].variant, variant) == 0) {
            return &r->row[i];
        }
    }
    return NULL;
}

static bool fits(const struct runs_row *row, const struct runs_choice *choice)
{
    return (choice->run_id == 0 || (uint64_t)row->run_id == choice->run_id) &&
           (choice->variant == NULL || strcmp(row->variant, choice->variant) == 0) &&
           (choice->replication == 0 || row->replication == choice->replication);
}

enum sim_status runs_choose(const struct runs *r, const struct runs_choice *choice,
                            const struct runs_row **run, struct store_error *error)
{
    for (size_t i = 0; i < r->count; i++) {
        if (fits(&r->row[i], choice)) {
            *run = &r->row[i];
            return SIM_OK;
        }
    }
    size_t length = (size_t)snprintf(error->text, sizeof error->text, "no such run; there are");
    for (size_t i = 0; i < r->count && length < sizeof error->text; i++) {
        length +=
            (size_t)snprintf(error->text + length, sizeof error->text - length,
                             "%s %" PRId64 " (%s, replication %" PRIu32 ")", i == 0 ? "" : ",",
                             r->row[i].run_id, r->row[i].variant, r->row[i].replication);
    }
    return SIM_ERR_NOTFOUND;
}

enum sim_status runs_scenario(char **text, struct store *store, struct store_error *error)
{
    struct query *q = NULL;
    enum sim_status status =
        query_open(&q, store, "SELECT scenario_resolved FROM invocation", error);
    if (status != SIM_OK) {
        return status;
    }
    const char *stored = query_next(q) ? query_text(q, 0) : NULL;
    *text = stored != NULL ? strdup(stored) : NULL;
    const bool is_there = stored != NULL; /* it ends with the query */
    status = query_close(q, error);
    if (status == SIM_OK && !is_there) {
        (void)snprintf(error->text, sizeof error->text, "it holds no scenario");
        status = SIM_ERR_INVALID;
    } else if (status == SIM_OK && *text == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory for the scenario");
        status = SIM_ERR_NOMEM;
    }
    return status;
}

enum sim_status runs_points(struct query **q, struct store *store, struct store_error *error)
{
    return query_open(q, store, "SELECT point_id, scenario_resolved FROM point ORDER BY point_id",
                      error);
}

enum sim_status runs_measure_of(struct query **q, struct store *store, const char *variant,
                                int64_t point_id, const char *name, struct store_error *error)
{
    const enum sim_status status =
        query_open(q, store,
                   "SELECT replication, value FROM run JOIN metric USING (run_id)"
                   " WHERE variant = ? AND point_id = ? AND name = ? ORDER BY replication",
                   error);
    if (status == SIM_OK) {
        query_bind_text(*q, variant);
        query_bind_int(*q, point_id);
        query_bind_text(*q, name);
    }
    return status;
}
