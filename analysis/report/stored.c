#include "analysis/report/stored.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum sim_status no_memory(struct store_error *error)
{
    (void)snprintf(error->text, sizeof error->text, "no memory left for a run's results");
    return SIM_ERR_NOMEM;
}

enum sim_status stored_init(struct stored *s, struct store *store, const struct model *model,
                            struct store_error *error)
{
    *s = (struct stored){.store = store, .model = model};
    s->measure = calloc(model->measures + 1, sizeof *s->measure);
    s->series = calloc(model->series_count + 1, sizeof *s->series);
    if (s->measure == NULL || s->series == NULL) {
        stored_deinit(s);
        return no_memory(error);
    }
    for (size_t i = 0; i < model->measures; i++) {
        s->measure[i] = model->measure[i].name;
    }
    for (size_t i = 0; i < model->series_count; i++) {
        s->series[i] = model->series[i].name;
    }
    return SIM_OK;
}

void stored_deinit(struct stored *s)
{
    free(s->measure);
    free(s->series);
    *s = (struct stored){0};
}

static enum sim_status read_distributions(const struct stored *s, int64_t run_id,
                                          uint64_t *histogram, struct store_error *error)
{
    enum sim_status status = SIM_OK;
    for (size_t i = 0; i < s->model->distributions && status == SIM_OK; i++) {
        status = runs_distribution(histogram + i * BINS_COUNT, s->store, run_id,
                                   s->model->distribution[i].name, error);
    }
    return status;
}

enum sim_status stored_read(const struct stored *s, int64_t run_id, const char *work_digest,
                            struct model_result *result, struct store_error *error)
{
    const struct model *m = s->model;
    *result = (struct model_result){.work_digest = strtoull(work_digest, NULL, 16)};
    result->measure = calloc(m->measures + 1, sizeof *result->measure);
    result->histogram = calloc(m->distributions * BINS_COUNT + 1, sizeof *result->histogram);
    if (result->measure == NULL || result->histogram == NULL) {
        stored_free(result);
        return no_memory(error);
    }
    struct runs_bins bins = {0};
    enum sim_status status =
        runs_measures(result->measure, s->store, run_id, s->measure, m->measures, error);
    if (status == SIM_OK) {
        status = read_distributions(s, run_id, result->histogram, error);
    }
    if (status == SIM_OK && m->series_count > 0) {
        status = runs_bins(&bins, s->store, run_id, s->series, m->series_count, error);
    }
    if (status != SIM_OK) {
        stored_free(result);
        return status;
    }
    result->bin = bins.bin;
    result->bins = bins.bins;
    result->bin_ns = bins.bin_ns;
    return SIM_OK;
}

void stored_free(struct model_result *result)
{
    free(result->measure);
    free(result->histogram);
    free(result->bin);
    *result = (struct model_result){0};
}

enum sim_status stored_model(const struct model **model, struct store *store,
                             struct store_error *error)
{
    char name[RUNS_NAME];
    const enum sim_status status = runs_model_name(name, store, error);
    if (status != SIM_OK) {
        return status;
    }
    *model = model_find(name);
    if (*model == NULL) {
        (void)snprintf(error->text, sizeof error->text,
                       "the result is of a model that this program does not know: %.64s", name);
        return SIM_ERR_INVALID;
    }
    return SIM_OK;
}

uint32_t stored_baseline(const char *scenario, const char *const *variant, uint32_t variants)
{
    static const char key[] = "\nbaseline: ";
    const char *found = strstr(scenario, key);
    for (uint32_t v = 0; found != NULL && v < variants; v++) {
        const char *name = found + sizeof key - 1;
        const size_t quote = name[0] == '"' || name[0] == '\'';
        const size_t length = strlen(variant[v]);
        if (strncmp(name + quote, variant[v], length) == 0 &&
            name[length + quote + quote] == '\n') {
            return v;
        }
    }
    return 0;
}

/* ---- all contrasts of a result ---- */

static const struct runs_row *find_complete(const struct runs *runs, const char *variant,
                                            uint32_t replication)
{
    const struct runs_row *row = runs_find(runs, variant, replication);
    return row != NULL && row->digest[0] != '\0' ? row : NULL;
}

/* Reads what the variants came to in a replication, and adds it up. */
static enum sim_status add_replication(struct contrasts *c, const struct stored *s,
                                       const struct runs *runs, uint32_t replication,
                                       struct store_error *error)
{
    struct model_result *result = calloc(c->variants, sizeof *result);
    const struct model_result **given = calloc(c->variants, sizeof(struct model_result *));
    enum sim_status status = result == NULL || given == NULL ? no_memory(error) : SIM_OK;
    for (uint32_t v = 0; v < c->variants && status == SIM_OK; v++) {
        const struct runs_row *row = find_complete(runs, c->variant[v], replication);
        if (row != NULL) {
            status = stored_read(s, row->run_id, row->work_digest, &result[v], error);
            given[v] = &result[v];
        }
    }
    if (status == SIM_OK && contrasts_add(c, given) != SIM_OK) {
        status = no_memory(error);
    }
    for (uint32_t v = 0; result != NULL && v < c->variants; v++) {
        stored_free(&result[v]);
    }
    free(result);
    free(given);
    return status;
}

static bool is_first_of_its_replication(const struct runs *runs, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (runs->row[i].replication == runs->row[index].replication) {
            return false;
        }
    }
    return true;
}

static enum sim_status read_baseline(uint32_t *baseline, struct store *store,
                                     const struct runs *runs, struct store_error *error)
{
    char *scenario = NULL;
    const enum sim_status status = runs_scenario(&scenario, store, error);
    if (status == SIM_OK) {
        *baseline = stored_baseline(scenario, runs->variant, (uint32_t)runs->variant_count);
        free(scenario);
    }
    return status;
}

enum sim_status stored_contrasts(struct contrasts *c, struct store *store,
                                 const struct model *model, const struct runs *runs,
                                 struct store_error *error)
{
    if (runs->variant_count == 0) {
        (void)snprintf(error->text, sizeof error->text,
                       "the result holds no complete run: there is nothing to compare");
        return SIM_ERR_INVALID;
    }
    struct stored s;
    uint32_t baseline = 0;
    enum sim_status status = read_baseline(&baseline, store, runs, error);
    if (status != SIM_OK) {
        return status;
    }
    status = stored_init(&s, store, model, error);
    if (status != SIM_OK) {
        return status;
    }
    status = contrasts_init(c, model, runs->variant, (uint32_t)runs->variant_count, baseline);
    if (status != SIM_OK) {
        stored_deinit(&s);
        return no_memory(error);
    }
    for (size_t i = 0; i < runs->count && status == SIM_OK; i++) {
        if (is_first_of_its_replication(runs, i)) {
            status = add_replication(c, &s, runs, runs->row[i].replication, error);
        }
    }
    stored_deinit(&s);
    if (status != SIM_OK) {
        contrasts_deinit(c);
        return status;
    }
    contrasts_finish(c);
    return SIM_OK;
}
