/* The tasklets of a replication: drawn, emitted, and which of them will be run. */
#include <inttypes.h>
#include <stdlib.h>

#include "sim/tasklets/calibrate.h"

static enum sim_status emit(struct calibrate_batch *b, uint32_t v, struct model_error *error)
{
    struct module_set *set = &b->set[v];
    const struct forms *forms = &b->job->forms;
    const enum sim_status status = forms->of->emit(set, forms->scenario->config, v, &b->taskset[0]);
    if (status != SIM_OK) {
        return forms_fail(error, status, "%s, replication %" PRIu32 ": %s", forms_name(forms, v),
                          b->replication, set->error);
    }
    ASSERT(set->count == b->taskset[v].count);
    return SIM_OK;
}

static bool reserve(struct calibrate_batch *b, uint32_t v)
{
    const struct taskset *t = &b->taskset[v];
    b->tasklet[v] = calloc(t->count, sizeof *b->tasklet[v]);
    b->segment_ns[v] = calloc((size_t)t->count + t->call_count, sizeof *b->segment_ns[v]);
    return b->tasklet[v] != NULL && b->segment_ns[v] != NULL;
}

/* A sample is the first chains, with everything below them. */
static void choose(struct calibrate_batch *b, uint32_t v)
{
    const struct taskset *t = &b->taskset[v];
    const uint32_t sample = b->job->sample;
    for (uint32_t i = 0; i < t->count; i++) {
        struct calibrate_tasklet *k = &b->tasklet[v][i];
        k->kind = b->job->forms.of->is_whole(v) ? CALIBRATE_TWIN
                  : i < t->chains               ? CALIBRATE_CHAIN
                                                : CALIBRATE_ALGORITHM;
        k->is_wanted = sample == 0 || (i < sample && i < t->chains);
    }
    for (uint32_t i = 0; i < sample && i < t->chains; i++) {
        const struct taskset_tasklet *k = &t->tasklet[i];
        for (uint32_t n = 0; n < k->need_count; n++) {
            b->tasklet[v][t->need[k->first_need + n]].is_wanted = true;
        }
    }
}

/*
 * The taskset of form 0 is always there: the twins are made of it. A table depends neither on the
 * one that it may replace, nor on the sizes that runs charge: all is as it was drawn.
 */
static enum sim_status make(struct calibrate_batch *b, uint32_t v, struct model_error *error)
{
    enum sim_status status = SIM_OK;
    if (v == 0 || b->has[v]) {
        status = forms_draw(&b->job->forms, &b->taskset[v], v, b->replication, true, error);
    }
    if (status != SIM_OK || !b->has[v]) {
        return status;
    }
    status = emit(b, v, error);
    if (status == SIM_OK && !reserve(b, v)) {
        status = forms_fail(error, SIM_ERR_NOMEM, "no memory for the tasklets of a replication");
    }
    if (status == SIM_OK) {
        choose(b, v);
    }
    return status;
}

enum sim_status calibrate_batch_init(struct calibrate_batch *b, const struct calibrate_job *job,
                                     uint32_t replication, struct model_error *error)
{
    enum sim_status status = SIM_OK;
    *b = (struct calibrate_batch){.job = job, .replication = replication};
    for (uint32_t i = 0; i < job->forms.scenario->variant_count; i++) {
        b->has[forms_of_variant(&job->forms, i)] = true;
    }
    for (uint32_t v = 0; v < job->forms.count && status == SIM_OK; v++) {
        status = make(b, v, error);
    }
    if (status != SIM_OK) {
        calibrate_batch_deinit(b);
    }
    return status;
}

void calibrate_batch_deinit(struct calibrate_batch *b)
{
    for (uint32_t v = 0; v < FORMS_MAX; v++) {
        module_set_deinit(&b->set[v]);
        taskset_deinit(&b->taskset[v]);
        free(b->tasklet[v]);
        free(b->segment_ns[v]);
    }
    *b = (struct calibrate_batch){.replication = 0};
}

uint32_t calibrate_batch_wanted(const struct calibrate_batch *b)
{
    uint32_t wanted = 0;
    for (uint32_t v = 0; v < FORMS_MAX; v++) {
        for (uint32_t i = 0; b->has[v] && i < b->taskset[v].count; i++) {
            wanted += b->tasklet[v][i].is_wanted;
        }
    }
    return wanted;
}
