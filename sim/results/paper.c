#include "sim/results/paper.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* What a table is filled from. */
struct source {
    const struct paper_result *result;
    struct contrasts contrasts;
    struct store_error *error;
};

static double scale_of(const struct paper_quantity *q)
{
    return q->scale > 0 ? q->scale : 1;
}

static enum sim_status from_select(struct paper_row *row, const struct source *s)
{
    /* In the order of the replications: a sum of doubles depends on it. */
    char select[1024];
    const int length = snprintf(select, sizeof select, "%s ORDER BY 1", row->quantity->select);
    ASSERT(length > 0 && (size_t)length < sizeof select);
    struct query *q = NULL;
    enum sim_status status = s->result->model->paper->open_query(&q, s->result->archive.store,
                                                                 select, s->error);
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
    status = query_close(q, s->error);
    fold(row, &values, is_whole);
    return status;
}

/* A measure of one variant, in the order of its replications. */
static enum sim_status from_measure(struct paper_row *row, const struct source *s)
{
    const struct runs *runs = &s->result->archive.runs;
    struct stats_stream values = {0};
    bool is_whole = true;
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < runs->count && status == SIM_OK; i++) {
        double value = (double)NAN;
        if (strcmp(runs->row[i].variant, row->quantity->variant) != 0) {
            continue;
        }
        status = runs_measures(&value, s->result->archive.store, runs->row[i].run_id,
                               &row->quantity->measure, 1, s->error);
        value *= scale_of(row->quantity);
        is_whole = is_whole && !isnan(value);
        stats_add(&values, value);
    }
    fold(row, &values, is_whole);
    return status;
}

static struct stats_estimate scaled(struct stats_estimate e, double scale)
{
    e.mean *= scale;
    e.sd *= scale;
    e.half_width *= scale;
    e.low *= scale;
    e.high *= scale;
    return e;
}

/* is_whole as above: a contrast that some replication lacks is none. */
static void from_contrast(struct paper_row *row, const struct source *s)
{
    const struct contrasts_row *found = contrasts_find(&s->contrasts, row->quantity->contrast);
    row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    row->value = (double)NAN;
    if (found != NULL && found->estimate.n == s->contrasts.replications) {
        row->estimate = scaled(found->estimate, scale_of(row->quantity));
        row->value = row->estimate.mean;
    }
}

static void from_crossover(struct paper_row *row, const struct source *s)
{
    row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    row->value = (double)NAN;
    for (size_t i = 0; i < s->contrasts.crossovers; i++) {
        const struct contrasts_crossover *c = &s->contrasts.crossover[i];
        if (strcmp(c->of->name, row->quantity->crossover) == 0) {
            row->value = c->from_s * scale_of(row->quantity);
        } else if (strcmp(c->of->share_name, row->quantity->crossover) == 0) {
            row->value = c->share * scale_of(row->quantity);
        }
    }
}

static enum sim_status fill(struct paper_row *row, const struct source *s)
{
    const struct paper_quantity *q = row->quantity;
    enum sim_status status = SIM_OK;
    if (q->is_given) {
        row->value = s->result->model->paper->given(s->result->system, q->key);
        row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    } else if (q->measure != NULL) {
        status = from_measure(row, s);
    } else if (q->contrast != NULL) {
        from_contrast(row, s);
    } else if (q->crossover != NULL) {
        from_crossover(row, s);
    } else {
        status = from_select(row, s);
    }
    row->verdict = paper_judge(q, row->value);
    return status;
}

enum sim_status paper_table_init(struct paper_table *table, const struct paper_result *result,
                                 struct store_error *error)
{
    const struct model_paper *paper = result->model->paper;
    struct source s = {.result = result, .error = error};
    *table = (struct paper_table){
        .model = result->model, .scenario = &result->scenario, .count = paper->quantities};
    enum sim_status status = paper->check(&table->replications, result->archive.store, error);
    if (status == SIM_OK) {
        status = stored_contrasts(&s.contrasts, result->archive.store, result->model,
                                  &result->archive.runs, error);
    }
    if (status != SIM_OK) {
        return status;
    }
    table->row = calloc(table->count + 1, sizeof *table->row);
    if (table->row == NULL) {
        (void)snprintf(error->text, sizeof error->text, "no memory for the table");
        status = SIM_ERR_NOMEM;
    }
    for (size_t i = 0; i < table->count && status == SIM_OK; i++) {
        table->row[i].quantity = &paper->quantity[i];
        status = fill(&table->row[i], &s);
    }
    contrasts_deinit(&s.contrasts);
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
