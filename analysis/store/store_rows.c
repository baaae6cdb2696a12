/* Which field goes into which column. */
#include "analysis/store/store_sql.h"

#include <math.h>

#include "sim/engine/bins.h"

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

/* Binds the cells of a row behind run_id, each by its column's type. */
static void bind_cells(struct row *row, const struct store_table *table,
                       const union store_cell *cell)
{
    ASSERT(cell != NULL);
    for (size_t i = 0; i < table->columns; i++) {
        switch (table->column[i].type) {
        case STORE_INTEGER:
        case STORE_TIME:
            row_optional(row, cell[i].integer);
            break;
        case STORE_REAL:
            row_real(row, cell[i].real);
            break;
        case STORE_TEXT:
            row_optional_text(row, cell[i].text);
            break;
        }
    }
}

enum sim_status store_rows(struct store *store, int64_t run_id, size_t table,
                           const union store_cell *cells, size_t rows)
{
    ASSERT(rows == 0 || cells != NULL);
    ASSERT(table < store->model.tables);
    const struct store_table *t = &store->model.table[table];
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < rows; i++) {
        struct row row = row_of_model(store, table);
        row_int(&row, run_id);
        bind_cells(&row, t, &cells[i * t->columns]);
        status = row_put(store, &row);
    }
    return sql_end(store, status);
}

static enum sim_status put_axis(struct store *store, int64_t number, const struct result_axis *a)
{
    ASSERT(number > 0 && a->key != NULL && a->value != NULL);
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
    ASSERT(count == 0 || axes != NULL);
    enum sim_status status = sql_begin(store);
    for (size_t i = 0; status == SIM_OK && i < count; i++) {
        status = put_axis(store, (int64_t)i + 1, &axes[i]);
    }
    return sql_end(store, status);
}

static enum sim_status put_metric(struct store *store, int64_t run_id,
                                  const struct result_metric *metric)
{
    ASSERT(metric->name != NULL && metric->unit != NULL);
    struct row row = row_of(store, SQL_METRIC);
    row_int(&row, run_id);
    row_text(&row, metric->name);
    row_real(&row, metric->value);
    row_text(&row, metric->unit);
    return row_put(store, &row);
}

static enum sim_status put_bins(struct store *store, const struct run_summary *summary)
{
    ASSERT(summary->bins == 0 || (summary->bin_ns > 0 && summary->bin != NULL));
    const size_t series = store->model.series_count;
    enum sim_status status = SIM_OK;
    for (size_t i = 0; status == SIM_OK && i < summary->bins; i++) {
        struct row row = row_of_model(store, store->model.tables);
        row_int(&row, summary->run.run_id);
        row_int(&row, (int64_t)(i + 1) * summary->bin_ns);
        for (size_t s = 0; s < series; s++) {
            row_int(&row, summary->bin[i * series + s]);
        }
        status = row_put(store, &row);
    }
    return status;
}

/* {"3":5,"17":1}: the bins that counted, rising. sqlite3_free() it; NULL: no memory. */
static char *bins_as_json(const uint64_t *count)
{
    sqlite3_str *json = sqlite3_str_new(NULL);
    char comma = '{';
    for (uint32_t i = 0; i < BINS_COUNT; i++) {
        if (count[i] > 0) {
            sqlite3_str_appendf(json, "%c\"%u\":%llu", comma, i, (unsigned long long)count[i]);
            comma = ',';
        }
    }
    sqlite3_str_appendall(json, comma == '{' ? "{}" : "}");
    return sqlite3_str_finish(json);
}

static enum sim_status put_distribution(struct store *store, int64_t run_id,
                                        const struct result_distribution *d)
{
    ASSERT(d->name != NULL && d->unit != NULL && d->count != NULL);
    struct row row = row_of(store, SQL_DISTRIBUTION_UNIT);
    row_text(&row, d->name);
    row_text(&row, d->unit);
    const enum sim_status status = row_put(store, &row);
    if (status != SIM_OK) {
        return status;
    }
    char *bins = bins_as_json(d->count);
    row = row_of(store, SQL_DISTRIBUTION);
    row_int(&row, run_id);
    row_text(&row, d->name);
    if (bins != NULL) {
        row_text(&row, bins);
    } else {
        row.code = SQLITE_NOMEM;
    }
    const enum sim_status end = row_put(store, &row);
    sqlite3_free(bins);
    return end;
}

static enum sim_status put_warning(struct store *store, int64_t run_id, size_t seq,
                                   const struct result_warning *warning)
{
    ASSERT(warning->text != NULL);
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
    row_u64(&row, summary->work_digest);
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
    if (status == SIM_OK) {
        status = put_bins(store, summary);
    }
    for (size_t i = 0; status == SIM_OK && i < summary->distribution_count; i++) {
        status = put_distribution(store, run_id, &summary->distributions[i]);
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
