/* What a run came to: measures, bins, distributions; and what its scenario read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/store/query_rows.h"
#include "analysis/store/runs.h"
#include "analysis/store/store_sql.h"
#include "sim/engine/bins.h"

enum sim_status runs_model_name(char name[RUNS_NAME], struct store *store,
                                struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(&q, store, "SELECT model FROM invocation", error);
    if (status != SIM_OK) {
        return status;
    }
    name[0] = '\0';
    if (query_next(q)) {
        query_copy_text(q, 0, name, RUNS_NAME);
    }
    return query_close(q, error);
}

/* ---- files ---- */

/* A copy with a NUL behind; NULL: no memory. */
static void *copy_bytes(const void *bytes, size_t length)
{
    char *copy = malloc(length + 1);
    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, bytes, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

static void read_input(const struct query *q, void *row)
{
    struct runs_input *input = row;
    *input = (struct runs_input){.length = 0};
    const void *bytes = query_bytes(q, 3, &input->length);
    input->bytes = copy_bytes(bytes, input->length);
    input->path = strdup(query_text(q, 0));
    input->key = strdup(query_text(q, 1));
    query_copy_text(q, 2, input->hash, sizeof input->hash);
}

enum sim_status runs_inputs(struct runs_inputs *inputs, struct store *store,
                            struct store_error *error)
{
    *inputs = (struct runs_inputs){.count = 0};
    struct query *q = NULL;
    enum sim_status status = query_open(
        &q, store, "SELECT path, key, sha256, bytes FROM input_file ORDER BY path, key, sha256",
        error);
    if (status != SIM_OK) {
        return status;
    }
    struct query_rows rows = {.row_bytes = sizeof *inputs->input};
    bool has_memory = true;
    while (has_memory && query_next(q)) {
        struct runs_input *input = query_rows_add(&rows);
        has_memory = input != NULL;
        if (has_memory) {
            read_input(q, input);
            has_memory = input->bytes != NULL && input->path != NULL && input->key != NULL;
        }
    }
    *inputs = (struct runs_inputs){.input = rows.row, .count = rows.count};
    if (has_memory) {
        status = query_close(q, error);
    } else {
        query_drop(q);
        store_error_set(error, "no memory left for the files of a scenario");
        status = SIM_ERR_NOMEM;
    }
    if (status != SIM_OK) {
        runs_inputs_deinit(inputs);
    }
    return status;
}

void runs_inputs_deinit(struct runs_inputs *inputs)
{
    for (size_t i = 0; i < inputs->count; i++) {
        free(inputs->input[i].path);
        free(inputs->input[i].key);
        free(inputs->input[i].bytes);
    }
    free(inputs->input);
    *inputs = (struct runs_inputs){.count = 0};
}

/* ---- measures ---- */

enum sim_status runs_measures(double *value, struct store *store, int64_t run_id,
                              const char *const *name, size_t count, struct store_error *error)
{
    for (size_t i = 0; i < count; i++) {
        value[i] = (double)NAN;
    }
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store, "SELECT name, value FROM metric WHERE run_id = ?", error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    while (query_next(q)) {
        const char *found = query_text(q, 0);
        for (size_t i = 0; i < count; i++) {
            if (strcmp(name[i], found) == 0) {
                value[i] = query_real(q, 1);
            }
        }
    }
    return query_close(q, error);
}

/* ---- bins ---- */

/* Which column of the rows each series is; the number of columns where there is none. */
static void find_columns(const struct query *q, const char *const *series, size_t count,
                         unsigned *column)
{
    for (size_t s = 0; s < count; s++) {
        column[s] = 0;
        while (column[s] < query_columns(q) && strcmp(query_name(q, column[s]), series[s]) != 0) {
            column[s]++;
        }
    }
}

static void read_bin(const struct query *q, int64_t *bin, const unsigned *column, size_t count)
{
    for (size_t s = 0; s < count; s++) {
        bin[s] = column[s] < query_columns(q) ? query_int(q, column[s]) : 0;
    }
}

static enum sim_status read_bins(struct runs_bins *bins, struct query *q, const char *const *series,
                                 struct store_error *error)
{
    unsigned *column = calloc(bins->count + 1, sizeof *column);
    struct query_rows rows = {.row_bytes = bins->count * sizeof *bins->bin};
    bool has_memory = column != NULL;
    if (has_memory) {
        find_columns(q, series, bins->count, column);
    }
    while (has_memory && query_next(q)) {
        int64_t *bin = query_rows_add(&rows);
        has_memory = bin != NULL;
        if (has_memory) {
            read_bin(q, bin, column, bins->count);
            bins->bin_ns = rows.count == 1 ? query_int(q, 1) : bins->bin_ns;
        }
    }
    free(column);
    const enum sim_status status = query_rows_close(&rows, q, has_memory, error);
    bins->bin = rows.row;
    bins->bins = rows.count;
    return status;
}

enum sim_status runs_bins(struct runs_bins *bins, struct store *store, int64_t run_id,
                          const char *const *series, size_t count, struct store_error *error)
{
    ASSERT(count > 0);
    *bins = (struct runs_bins){.count = count};
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store, "SELECT * FROM bin WHERE run_id = ? ORDER BY t_ns", error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    return read_bins(bins, q, series, error);
}

/* ---- distributions ---- */

static enum sim_status add_counts(uint64_t *count, struct query *q, struct store *store,
                                  struct store_error *error)
{
    bool is_sound = true;
    while (is_sound && query_next(q)) {
        const int64_t bin = query_int(q, 0);
        is_sound = bin >= 0 && bin < BINS_COUNT;
        if (is_sound) {
            count[bin] += (uint64_t)query_int(q, 1);
        }
    }
    if (is_sound) {
        return query_close(q, error);
    }
    query_drop(q);
    store_error_set(error, "%s counts in a bin that there is not", store->path);
    return SIM_ERR_INVALID;
}

enum sim_status runs_distribution(uint64_t *count, struct store *store, int64_t run_id,
                                  const char *name, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status = query_open(
        &q, store, "SELECT bin, count FROM distribution WHERE run_id = ? AND name = ?", error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_int(q, run_id);
    query_bind_text(q, name);
    return add_counts(count, q, store, error);
}

enum sim_status runs_distribution_of(uint64_t *count, struct store *store, const char *variant,
                                     const char *name, struct store_error *error)
{
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, store,
                   "SELECT bin, count FROM run JOIN distribution USING (run_id) "
                   "WHERE variant = ? AND name = ?",
                   error);
    if (status != SIM_OK) {
        return status;
    }
    query_bind_text(q, variant);
    query_bind_text(q, name);
    return add_counts(count, q, store, error);
}
