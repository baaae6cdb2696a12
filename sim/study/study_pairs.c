/* What the variants of a replication show against each other, taken as soon as all have ended. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/study/study.h"

enum sim_status study_pairs_init(struct study *s)
{
    const uint32_t variants = s->scenario->variant_count;
    ASSERT(variants > 0 && s->rounds_most > 0);
    s->variant_name = calloc(variants, sizeof *s->variant_name);
    if (s->variant_name == NULL) {
        return SIM_ERR_NOMEM;
    }
    for (uint32_t v = 0; v < variants; v++) {
        s->variant_name[v] = s->scenario->variant[v].name;
    }
    const enum sim_status status =
        contrasts_init(&s->contrasts, s->model, s->variant_name, variants, s->scenario->baseline);
    if (status != SIM_OK) {
        return status;
    }
    s->has_contrasts = true;
    const size_t values = s->contrasts.rows * s->rounds_most;
    s->contrast_value = malloc((values + 1) * sizeof *s->contrast_value);
    for (size_t i = 0; i < values && s->contrast_value != NULL; i++) {
        s->contrast_value[i] = (double)NAN;
    }
    return s->contrast_value != NULL ? SIM_OK : SIM_ERR_NOMEM;
}

void study_pairs_deinit(struct study *s)
{
    if (s->has_contrasts) {
        contrasts_deinit(&s->contrasts);
    }
    free(s->contrast_value);
    free(s->variant_name);
    s->has_contrasts = false;
    s->contrast_value = NULL;
    s->variant_name = NULL;
}

/* Has every variant of the k-th replication ended? Gives their results. */
static bool is_whole(const struct study *s, uint32_t k, const struct model_result **result)
{
    ASSERT(k < study_replications(s));
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        const struct study_run *run = study_find(s, v, k);
        if (run->state != STUDY_DONE) {
            return false;
        }
        result[v] = &run->result;
    }
    return true;
}

static enum sim_status take_replication(struct study *s, uint32_t k,
                                        const struct model_result *const *result)
{
    ASSERT(s->has_contrasts && k < s->rounds_most);
    for (size_t i = 0; i < s->contrasts.rows; i++) {
        s->contrast_value[i * s->rounds_most + k] = contrasts_value(&s->contrasts.row[i], result);
    }
    const enum sim_status status = contrasts_add(&s->contrasts, result);
    for (uint32_t v = 0; v < s->scenario->variant_count; v++) {
        struct model_result *r = &s->run[study_place(s, v, k)].result;
        free(r->outcome);
        r->outcome = NULL;
        r->outcomes = 0;
    }
    return status;
}

/* In order of replications, whoever ends first: sums of doubles depend on it. */
enum sim_status study_pairs_note(struct study *s, struct study_run *run)
{
    ASSERT(s->has_contrasts && run->state == STUDY_RUNNING);
    const struct model_result **result = calloc(s->scenario->variant_count, sizeof *result);
    enum sim_status status = result != NULL ? SIM_OK : SIM_ERR_NOMEM;
    pthread_mutex_lock(&s->pairs);
    run->state = STUDY_DONE;
    while (status == SIM_OK && s->contrasts.replications < study_replications(s) &&
           is_whole(s, s->contrasts.replications, result)) {
        status = take_replication(s, s->contrasts.replications, result);
    }
    pthread_mutex_unlock(&s->pairs);
    free(result);
    return status;
}

const double *study_contrast_values(const struct study *s, const struct contrasts_row *row)
{
    ASSERT(row >= s->contrasts.row && row < s->contrasts.row + s->contrasts.rows);
    return &s->contrast_value[(size_t)(row - s->contrasts.row) * s->rounds_most];
}
