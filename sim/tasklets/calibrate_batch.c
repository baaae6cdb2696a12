/* The tasklets of a replication: drawn, emitted, and which of them will be run. */
#include <inttypes.h>
#include <stdlib.h>

#include "sim/tasklets/calibrate.h"

static enum sim_status emit(struct calibrate_batch *b, uint32_t v, struct compose_error *error)
{
    struct module_set *set = &b->set[v];
    const enum sim_status status =
        compose_binaries(set, b->job->scenario, (enum scenario_variant)v, &b->taskset[0]);
    if (status != SIM_OK) {
        return compose_fail(error, status, "%s: %s, replication %" PRIu32 ": %s",
                            b->job->scenario->path, compose_variant_name((enum scenario_variant)v),
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
        k->kind = v == SCENARIO_MONOLITHIC ? CALIBRATE_TWIN
                  : i < t->chains          ? CALIBRATE_CHAIN
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

/* The nimble taskset is always there: the twins are made of it. */
static enum sim_status make(struct calibrate_batch *b, uint32_t v, struct compose_error *error)
{
    enum sim_status status = SIM_OK;
    if (v == SCENARIO_NIMBLE || b->has[v]) {
        status = compose_taskset(&b->taskset[v], b->job->scenario, (enum scenario_variant)v,
                                 b->replication, error);
    }
    if (status != SIM_OK || !b->has[v]) {
        return status;
    }
    status = emit(b, v, error);
    if (status == SIM_OK && !reserve(b, v)) {
        status = compose_fail(error, SIM_ERR_NOMEM, "no memory for the tasklets of a replication");
    }
    if (status == SIM_OK) {
        choose(b, v);
    }
    return status;
}

enum sim_status calibrate_batch_init(struct calibrate_batch *b, const struct calibrate_job *job,
                                     uint32_t replication, struct compose_error *error)
{
    enum sim_status status = SIM_OK;
    *b = (struct calibrate_batch){.job = job, .replication = replication};
    for (uint32_t v = 0; v < CALIBRATE_VARIANTS && status == SIM_OK; v++) {
        for (uint32_t i = 0; i < job->scenario->variant_count; i++) {
            b->has[v] = b->has[v] || job->scenario->variants[i] == (enum scenario_variant)v;
        }
        status = make(b, v, error);
    }
    if (status != SIM_OK) {
        calibrate_batch_deinit(b);
    }
    return status;
}

void calibrate_batch_deinit(struct calibrate_batch *b)
{
    for (uint32_t v = 0; v < CALIBRATE_VARIANTS; v++) {
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
    for (uint32_t v = 0; v < CALIBRATE_VARIANTS; v++) {
        for (uint32_t i = 0; b->has[v] && i < b->taskset[v].count; i++) {
            wanted += b->tasklet[v][i].is_wanted;
        }
    }
    return wanted;
}
