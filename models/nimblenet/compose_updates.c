/* The scenario's updates of algorithms, as those of the tasklets of a form. */
#include "models/nimblenet/compose_parts.h"

#include <stdlib.h>

/* Whom a new version of an algorithm changes: itself, or all chains that it is inlined in. */
static bool is_changed(const struct taskset *nimble, const bool *holds, uint32_t tasklet,
                       enum nimblenet_form form, uint32_t algorithm)
{
    return form == NIMBLENET_FORM_NIMBLE ? tasklet == nimble->chains + algorithm : holds[tasklet];
}

/* Which of nimble's tasklets call an algorithm, themselves or through others. */
static void mark_callers(const struct taskset *nimble, uint32_t algorithm, bool *holds)
{
    for (uint32_t i = 0; i < nimble->count; i++) {
        holds[i] = i == nimble->chains + algorithm;
    }
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (uint32_t i = 0; i < nimble->count; i++) {
            const struct taskset_tasklet *t = &nimble->tasklet[i];
            bool calls = holds[i];
            for (uint32_t k = 0; k < t->call_count; k++) {
                calls |= holds[nimble->call[t->first_call + k]];
            }
            has_changed |= calls != holds[i];
            holds[i] = calls;
        }
    }
}

static int by_time(const void *a, const void *b)
{
    const struct world_update *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
                          : (x->tasklet > y->tasklet) - (x->tasklet < y->tasklet);
}

static void list_updates(struct compose_plan *p, const struct nimblenet_config *c,
                         const struct taskset *nimble, bool *holds)
{
    const sim_time *at = c->updates.at.item;
    const uint32_t *algorithm = c->updates.algorithm.item;
    for (uint32_t u = 0; u < c->updates.at.count; u++) {
        const uint32_t which = algorithm[u % c->updates.algorithm.count] - 1;
        mark_callers(nimble, which, holds);
        for (uint32_t i = 0; i < p->taskset.count; i++) {
            if (is_changed(nimble, holds, i, c->taskset.form, which)) {
                p->update[p->world.updates++] = (struct world_update){at[u], i};
                p->versions[i]++;
            }
        }
    }
    qsort(p->update, p->world.updates, sizeof *p->update, by_time);
}

/* The scenario's updates as those of the tasklets of this form. */
enum sim_status compose_updates(struct compose_plan *p, const struct compose_system *m,
                                uint32_t replication, struct model_error *error)
{
    const struct nimblenet_config *c = m->config;
    if (c->updates.at.count == 0) {
        return SIM_OK;
    }
    struct nimblenet_config nimble_config = *c;
    struct taskset nimble;
    nimble_config.taskset.form = NIMBLENET_FORM_NIMBLE;
    enum sim_status status = compose_taskset(&nimble, m->head, &nimble_config, replication, error);
    if (status != SIM_OK) {
        return status;
    }
    bool *holds = calloc(nimble.count, sizeof *holds);
    p->update = calloc((size_t)c->updates.at.count * p->taskset.count, sizeof *p->update);
    p->versions = calloc(p->taskset.count, sizeof *p->versions);
    if (holds == NULL || p->update == NULL || p->versions == NULL) {
        status = compose_fail(error, SIM_ERR_NOMEM, NULL, "no memory for the updates");
    } else {
        list_updates(p, c, &nimble, holds);
        p->world.update = p->update;
        p->catalogue.updates = p->versions;
    }
    free(holds);
    taskset_deinit(&nimble);
    return status;
}
