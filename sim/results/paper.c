#include "analysis/report/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/nimblenet/results/twins.h"

enum paper_verdict paper_judge(const struct paper_quantity *quantity, double value)
{
    if (isnan(quantity->low)) {
        return PAPER_NOTED;
    }
    /* A value that is not there is in no band. */
    return value >= quantity->low && value <= quantity->high ? PAPER_AGREES : PAPER_MISSED;
}

/* is_whole: every replication has its value. A mean over those that have one would flatter. */
static void fold(struct paper_row *row, const struct stats_stream *values, bool is_whole)
{
    /* Least and greatest of many draws have no interval that would mean anything. */
    row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    row->value = (double)NAN;
    if (!is_whole || values->n == 0) {
        return;
    }
    switch (row->quantity->fold) {
    case PAPER_MEAN:
        row->estimate = stats_stream_estimate(values, PAPER_LEVEL);
        row->value = row->estimate.mean;
        break;
    case PAPER_LEAST:
        row->value = values->least;
        break;
    case PAPER_GREATEST:
        row->value = values->greatest;
        break;
    }
}

static enum sim_status measure(struct paper_row *row, struct store *store,
                               struct store_error *error)
{
    /* In the order of the replications: a sum of doubles depends on it. */
    char select[1024];
    const int length = snprintf(select, sizeof select, "%s ORDER BY 1", row->quantity->select);
    ASSERT(length > 0 && (size_t)length < sizeof select);
    struct query *q = NULL;
    enum sim_status status = twins_open(&q, store, select, error);
    if (status != SIM_OK) {
        return status;
    }
    struct stats_stream values = {0};
    bool is_whole = true;
    while (query_next(q)) {
        const double value = query_real(q, 1);
        is_whole = is_whole && !isnan(value);
        stats_add(&values, value);
    }
    status = query_close(q, error);
    fold(row, &values, is_whole);
    return status;
}

static enum sim_status fill(struct paper_row *row, struct store *store,
                            const struct paper_scenario *scenario, struct store_error *error)
{
    enum sim_status status = SIM_OK;
    if (row->quantity->given != PAPER_MEASURED) {
        row->value = scenario->given[row->quantity->given];
        row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    } else {
        status = measure(row, store, error);
    }
    row->verdict = paper_judge(row->quantity, row->value);
    return status;
}

enum sim_status paper_table_init(struct paper_table *table, struct store *store,
                                 const struct paper_scenario *scenario, struct store_error *error)
{
    *table = (struct paper_table){.scenario = scenario, .count = paper_quantity_count()};
    enum sim_status status = twins_check(&table->replications, store, error);
    if (status != SIM_OK) {
        return status;
    }
    table->row = calloc(table->count, sizeof *table->row);
    if (table->row == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory for the table");
        return SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < table->count && status == SIM_OK; i++) {
        table->row[i].quantity = paper_quantity_at(i);
        status = fill(&table->row[i], store, scenario, error);
    }
    if (status != SIM_OK) {
        paper_table_deinit(table);
    }
    return status;
}

void paper_table_deinit(struct paper_table *table)
{
    free(table->row);
    table->row = NULL;
    table->count = 0;
}

size_t paper_missed(const struct paper_table *table)
{
    size_t missed = 0;
    for (size_t i = 0; i < table->count; i++) {
        missed += table->row[i].verdict == PAPER_MISSED;
    }
    return missed;
}

const struct paper_row *paper_find(const struct paper_table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->row[i].quantity->key, key) == 0) {
            return &table->row[i];
        }
    }
    return NULL;
}

const char *paper_verdict_word(enum paper_verdict verdict)
{
    switch (verdict) {
    case PAPER_AGREES:
        return "agrees";
    case PAPER_MISSED:
        return "MISSED";
    case PAPER_NOTED:
        break;
    }
    return "noted";
}
