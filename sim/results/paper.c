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

enum paper_verdict paper_judge_row(const struct paper_row *row)
{
    const struct paper_quantity *q = row->quantity;
    const enum paper_verdict band = paper_judge(q, row->value);
    if (band == PAPER_MISSED || !q->is_said) {
        return band;
    }
    const bool has_interval = row->estimate.has_interval;
    const double low = has_interval ? row->estimate.low : row->value;
    const double high = has_interval ? row->estimate.high : row->value;
    if (isnan(low)) {
        return PAPER_LESS; /* it never came to it */
    }
    return high < q->says_low ? PAPER_LESS : low > q->says_high ? PAPER_MORE : PAPER_AGREES;
}

bool paper_stated_outside(const struct paper_quantity *quantity)
{
    return quantity->is_stated && paper_judge(quantity, quantity->stated) == PAPER_MISSED;
}

/* ---- the values that a query gives ---- */

struct values {
    double *first, *second; /* second: of a ratio */
    size_t count, room;
    bool is_whole; /* every replication has its value. A mean over those that have one would flatter
                    */
};

static void values_deinit(struct values *v)
{
    free(v->first);
    free(v->second);
}

static enum sim_status push(struct values *v, double first, double second)
{
    if (v->count == v->room) {
        const size_t room = v->room == 0 ? 64 : 2 * v->room;
        double *a = realloc(v->first, room * sizeof *a);
        if (a == NULL) {
            return SIM_ERR_NOMEM;
        }
        v->first = a;
        double *b = realloc(v->second, room * sizeof *b);
        if (b == NULL) {
            return SIM_ERR_NOMEM;
        }
        v->second = b;
        v->room = room;
    }
    v->is_whole = v->is_whole && !isnan(first) && !isnan(second);
    v->first[v->count] = first;
    v->second[v->count++] = second;
    return SIM_OK;
}

static struct stats_stream streamed(const struct values *v)
{
    struct stats_stream stream = {0};
    for (size_t i = 0; i < v->count; i++) {
        stats_add(&stream, v->first[i]);
    }
    return stream;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(struct values *v)
{
    qsort(v->first, v->count, sizeof *v->first, by_value);
    return (v->first[(v->count - 1) / 2] + v->first[v->count / 2]) / 2;
}

/*
 * A sum by a sum, with the usual interval of a ratio (Cochran, Sampling Techniques, chapter 6): the
 * residuals first - ratio * second are about normal, and their mean is told in units of second's.
 */
static struct stats_estimate ratio(const struct values *v)
{
    struct stats_stream first = {0};
    struct stats_stream second = {0};
    struct stats_stream residual = {0};
    for (size_t i = 0; i < v->count; i++) {
        stats_add(&first, v->first[i]);
        stats_add(&second, v->second[i]);
    }
    const double mean = stats_mean(&first) / stats_mean(&second);
    for (size_t i = 0; i < v->count; i++) {
        stats_add(&residual, (v->first[i] - mean * v->second[i]) / stats_mean(&second));
    }
    struct stats_estimate e = stats_stream_estimate(&residual, PAPER_LEVEL);
    e.mean = mean;
    if (e.has_interval) {
        e.low = mean - e.half_width;
        e.high = mean + e.half_width;
    }
    return e;
}

static void fold(struct paper_row *row, struct values *v)
{
    /* Least and greatest of many draws have no interval that would mean anything. */
    row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    row->value = (double)NAN;
    if (!v->is_whole || v->count == 0) {
        return;
    }
    const struct stats_stream all = streamed(v);
    switch (row->quantity->fold) {
    case PAPER_MEAN:
        row->estimate = stats_stream_estimate(&all, PAPER_LEVEL);
        row->value = row->estimate.mean;
        break;
    case PAPER_LEAST:
        row->value = all.least;
        break;
    case PAPER_GREATEST:
        row->value = all.greatest;
        break;
    case PAPER_MEDIAN:
        row->value = median(v);
        break;
    case PAPER_DEVIATION:
        row->value = stats_sd(&all);
        break;
    case PAPER_RATIO:
        row->estimate = ratio(v);
        row->value = row->estimate.mean;
        break;
    }
}

/* Ends the query. */
static enum sim_status fold_rows(struct paper_row *row, struct query *q, double scale,
                                 struct store_error *error)
{
    struct values values = {.is_whole = true};
    const bool has_second = row->quantity->fold == PAPER_RATIO;
    enum sim_status status = SIM_OK;
    while (status == SIM_OK && query_next(q)) {
        status = push(&values, query_real(q, 1) * scale, has_second ? query_real(q, 2) : 1);
    }
    if (status == SIM_OK) {
        status = query_close(q, error);
    } else {
        query_drop(q);
        (void)snprintf(error->text, sizeof error->text, "no memory for the values");
    }
    fold(row, &values);
    values_deinit(&values);
    return status;
}

/* ---- where a row's values come from ---- */

/* What a table is filled from. */
struct source {
    const struct model_paper *paper;
    struct contrasts contrasts;
    const struct paper_result *contrasts_of; /* NULL: of none yet */
    struct store_error *error;
};

static double scale_of(const struct paper_quantity *q)
{
    return q->scale > 0 ? q->scale : 1;
}

/* The first result that has the quantity's variant with its settings. */
static const struct paper_result *result_of(const struct paper_result *first,
                                            const struct paper_quantity *q)
{
    for (const struct paper_result *r = first; r != NULL; r = r->next) {
        const struct scenario *s = &r->scenario;
        const uint32_t variant = q->variant != NULL ? scenario_variant_find(s, q->variant) : 0;
        if (variant < s->variant_count &&
            (q->when == NULL || r->model->paper->fits(s->variant[variant].config, q->when))) {
            return r;
        }
    }
    return NULL;
}

static enum sim_status from_select(struct paper_row *row, const struct source *s)
{
    /* In the order of the replications: a sum of doubles depends on it. */
    char select[1024];
    const int length = snprintf(select, sizeof select, "%s ORDER BY 1", row->quantity->select);
    ASSERT(length > 0 && (size_t)length < sizeof select);
    struct query *q = NULL;
    struct store *store = row->result->archive.store;
    const enum sim_status status = s->paper->open_query != NULL
                                       ? s->paper->open_query(&q, store, select, s->error)
                                       : query_open(&q, store, select, s->error);
    if (status != SIM_OK) {
        return status;
    }
    if (row->quantity->variant != NULL) {
        query_bind_text(q, row->quantity->variant);
        query_bind_int(q, row->result->point_id);
    }
    return fold_rows(row, q, 1, s->error);
}

/* A measure of one variant, in the order of its replications. */
static enum sim_status from_measure(struct paper_row *row, const struct source *s)
{
    struct query *q = NULL;
    const enum sim_status status =
        runs_measure_of(&q, row->result->archive.store, row->quantity->variant,
                        row->result->point_id, row->quantity->measure, s->error);
    return status == SIM_OK ? fold_rows(row, q, scale_of(row->quantity), s->error) : status;
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

/* A contrast that some replication lacks is none. */
static void from_contrast(struct paper_row *row, const struct source *s)
{
    const struct contrasts_row *found = contrasts_find(&s->contrasts, row->quantity->contrast);
    if (found != NULL && found->estimate.n == s->contrasts.replications) {
        row->estimate = scaled(found->estimate, scale_of(row->quantity));
        row->value = row->estimate.mean;
    }
}

static void from_crossover(struct paper_row *row, const struct source *s)
{
    for (size_t i = 0; i < s->contrasts.crossovers; i++) {
        const struct contrasts_crossover *c = &s->contrasts.crossover[i];
        if (strcmp(c->of->name, row->quantity->crossover) == 0) {
            row->value = c->from_s * scale_of(row->quantity);
        } else if (strcmp(c->of->share_name, row->quantity->crossover) == 0) {
            row->value = c->share * scale_of(row->quantity);
        }
    }
}

/* Those of one result at a time: rows of one stand together. */
static enum sim_status find_contrasts(struct source *s, const struct paper_result *r)
{
    if (s->contrasts_of == r) {
        return SIM_OK;
    }
    if (s->contrasts_of != NULL) {
        contrasts_deinit(&s->contrasts);
        s->contrasts_of = NULL;
    }
    const enum sim_status status =
        stored_contrasts(&s->contrasts, r->archive.store, r->model, &r->archive.runs, s->error);
    s->contrasts_of = status == SIM_OK ? r : NULL;
    return status;
}

static enum sim_status from_runs(struct paper_row *row, struct source *s)
{
    const struct paper_quantity *q = row->quantity;
    if (q->measure != NULL) {
        return from_measure(row, s);
    }
    if (q->select != NULL) {
        return from_select(row, s);
    }
    const enum sim_status status = find_contrasts(s, row->result);
    if (status == SIM_OK && q->contrast != NULL) {
        from_contrast(row, s);
    } else if (status == SIM_OK) {
        from_crossover(row, s);
    }
    return status;
}

static enum sim_status fill(struct paper_row *row, const struct paper_result *first,
                            struct source *s)
{
    const struct paper_quantity *q = row->quantity;
    enum sim_status status = SIM_OK;
    row->result = result_of(first, q);
    row->estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    row->value = (double)NAN;
    if (row->result == NULL) {
        row->verdict = PAPER_NOT_RUN;
        return SIM_OK;
    }
    if (q->is_given) {
        row->value = s->paper->given(row->result->system, q->key);
    } else {
        status = from_runs(row, s);
    }
    row->verdict = paper_judge_row(row);
    return status;
}

/* ---- the column beside ---- */

/* The first result behind the first with the settings that stand beside the paper's own. */
static const struct paper_result *find_beside(const struct paper_result *first)
{
    const struct model_paper *paper = first->model->paper;
    for (const struct paper_result *r = first->next; r != NULL && paper->beside != NULL;
         r = r->next) {
        if (r->scenario.variant_count > 0 &&
            paper->fits(r->scenario.variant[0].config, paper->beside)) {
            return r;
        }
    }
    return NULL;
}

/* Where its numbers are from: processes, or a simulation of them. */
static enum sim_status say_how(struct paper_table *table, struct store_error *error)
{
    const struct paper_result *r = table->beside;
    struct query *q = NULL;
    const enum sim_status status =
        query_open(&q, r->archive.store, "SELECT clock FROM v_invocation", error);
    if (status != SIM_OK) {
        return status;
    }
    const char *clock = query_next(q) ? query_text(q, 0) : NULL;
    const bool is_real = clock != NULL && strcmp(clock, "simulated") != 0;
    (void)snprintf(table->how, sizeof table->how, "%s: %.64s, %s%s%s", table->model->paper->beside,
                   r->scenario.name, is_real ? "by processes in " : "simulated",
                   is_real ? clock : "", is_real ? " time" : "");
    return query_close(q, error);
}

static enum sim_status fill_beside(struct paper_row *row, const struct paper_result *r,
                                   struct source *s)
{
    const struct paper_quantity *q = row->quantity;
    struct paper_row other = {.quantity = q, .result = r, .value = (double)NAN};
    other.estimate = stats_stream_estimate(&(struct stats_stream){0}, PAPER_LEVEL);
    const bool has_variant = q->variant == NULL || scenario_variant_find(&r->scenario, q->variant) <
                                                       r->scenario.variant_count;
    enum sim_status status = SIM_OK;
    row->is_beside = q->when == NULL && has_variant;
    if (row->is_beside && q->is_given) {
        other.value = s->paper->given(r->system, q->key);
    } else if (row->is_beside) {
        status = from_runs(&other, s);
    }
    row->beside = other.value;
    row->beside_estimate = other.estimate;
    return status;
}

static enum sim_status put_beside(struct paper_table *table, struct source *s)
{
    table->beside = find_beside(table->result);
    if (table->beside == NULL) {
        return SIM_OK;
    }
    enum sim_status status = say_how(table, s->error);
    for (size_t i = 0; i < table->count && status == SIM_OK; i++) {
        status = fill_beside(&table->row[i], table->beside, s);
    }
    return status;
}

static enum sim_status check(struct paper_table *table, const struct paper_result *result,
                             struct store_error *error)
{
    const struct model_paper *paper = result->model->paper;
    if (paper->check != NULL) {
        return paper->check(&table->replications, result->archive.store, error);
    }
    for (size_t i = 0; i < result->archive.runs.count; i++) {
        const uint32_t replication = result->archive.runs.row[i].replication;
        table->replications = replication > table->replications ? replication : table->replications;
    }
    return SIM_OK;
}

enum sim_status paper_table_init(struct paper_table *table, const struct paper_result *result,
                                 struct store_error *error)
{
    const struct model_paper *paper = result->model->paper;
    struct source s = {.paper = paper, .error = error};
    *table = (struct paper_table){.model = result->model,
                                  .scenario = &result->scenario,
                                  .result = result,
                                  .count = paper->quantities};
    enum sim_status status = check(table, result, error);
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
        status = fill(&table->row[i], result, &s);
    }
    if (status == SIM_OK) {
        status = put_beside(table, &s);
    }
    if (s.contrasts_of != NULL) {
        contrasts_deinit(&s.contrasts);
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

/* ---- words, and the headline ---- */

const char *paper_kind_word(enum paper_kind kind)
{
    static const char *const words[] = {[PAPER_OUTCOME] = "outcome",
                                        [PAPER_FITTED] = "fitted",
                                        [PAPER_INPUT] = "input",
                                        [PAPER_ECHO] = "echo"};
    return words[kind];
}

const char *paper_band_word(const struct paper_quantity *quantity)
{
    if (isnan(quantity->low)) {
        return quantity->is_said ? "paper" : "-";
    }
    return quantity->is_papers ? "paper" : "ours";
}

const char *paper_word(const struct paper_row *row)
{
    const struct paper_quantity *q = row->quantity;
    switch (row->verdict) {
    case PAPER_AGREES:
        return q->kind == PAPER_OUTCOME ? "agrees" : paper_kind_word(q->kind);
    case PAPER_MISSED:
        return "MISSED";
    case PAPER_LESS:
        return q->less != NULL ? q->less : "below";
    case PAPER_MORE:
        return q->more != NULL ? q->more : "above";
    case PAPER_NOT_RUN:
        return "not run";
    case PAPER_NOTED:
        break;
    }
    return q->is_incomparable ? "not comparable" : "noted";
}

/* A number or a sentence of the paper's, of something that the scenario did not simply say. */
static bool is_printed(const struct paper_quantity *q)
{
    return (q->kind == PAPER_OUTCOME || q->kind == PAPER_FITTED) && (q->is_said || q->is_stated);
}

bool paper_is_missed(const struct paper_row *row)
{
    return is_printed(row->quantity) && row->verdict != PAPER_NOT_RUN &&
           (row->verdict != PAPER_AGREES || paper_stated_outside(row->quantity));
}

struct paper_headline paper_headline(const struct paper_table *table)
{
    struct paper_headline h = {0};
    for (size_t i = 0; i < table->count; i++) {
        const struct paper_row *row = &table->row[i];
        if (!is_printed(row->quantity)) {
            continue;
        }
        if (row->verdict == PAPER_NOT_RUN) {
            h.not_run++;
            continue;
        }
        h.outcomes++;
        if (paper_is_missed(row)) {
            h.missed++;
        } else if (row->quantity->kind == PAPER_FITTED) {
            h.fitted++;
        } else {
            h.agree++;
        }
    }
    return h;
}
