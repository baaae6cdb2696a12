/*
 * The tasksets that a config's runs use, as drawn or as large as their real binaries are; and
 * these binaries.
 */
#include <stdlib.h>

#include "models/nimblenet/compose.h"
#include "models/nimblenet/world/purposes.h"
#include "taskgen/module_emit.h"

static enum sim_status draw_nimble(struct taskset *t, const struct model_head *head,
                                   const struct nimblenet_config *c, uint32_t replication)
{
    const struct taskset_spec spec = {
        .seed = head->seed,
        .replication = replication,
        .purpose = PURPOSES_TASKSET,
        .chains = c->taskset.chains,
        .chain_time_ns = c->taskset.chain_time_ns,
        .chain_size_bytes = c->taskset.chain_size_bytes,
        .algorithms = c->taskset.algorithms,
        .algorithm_time_ns = c->taskset.algorithm_time_ns,
        .algorithm_size_bytes = c->taskset.algorithm_size_bytes,
        .algorithms_per_chain = c->taskset.algorithms_per_chain,
        .algorithm_calls = c->taskset.algorithm_calls,
        .heap_bytes = c->taskset.heap_bytes,
    };
    return taskset_draw(t, &spec);
}

/* The lengths of nimble's binaries, or of its twins'. */
typedef enum sim_status sizes_fn(uint32_t *size_bytes, const struct taskset *nimble,
                                 sim_time instruction_ns, char error[MODULE_ERROR_MAX]);

/* Gives each tasklet of t, which is nimble itself or its twin, the size of its binary. */
static enum sim_status take_real_sizes(struct taskset *t, const struct taskset *nimble,
                                       const struct nimblenet_config *c, sizes_fn *sizes,
                                       char *error)
{
    uint32_t *size_bytes = calloc((size_t)t->count + 1, sizeof *size_bytes);
    if (size_bytes == NULL) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = sizes(size_bytes, nimble, c->platform.instruction_time_ns, error);
    if (status == SIM_OK) {
        status = taskset_resize(t, size_bytes);
    }
    free(size_bytes);
    return status;
}

static enum sim_status make_nimble(struct taskset *t, const struct model_head *head,
                                   const struct nimblenet_config *c, uint32_t replication,
                                   char *error)
{
    enum sim_status status = draw_nimble(t, head, c, replication);
    if (status == SIM_OK && c->taskset.sizes == NIMBLENET_SIZES_REAL) {
        status = take_real_sizes(t, t, c, module_sizes, error);
        if (status != SIM_OK) {
            taskset_deinit(t);
        }
    }
    return status;
}

static enum sim_status make_twin(struct taskset *t, const struct model_head *head,
                                 const struct nimblenet_config *c, uint32_t replication,
                                 char *error)
{
    struct taskset nimble;
    enum sim_status status = draw_nimble(&nimble, head, c, replication);
    if (status != SIM_OK) {
        return status;
    }
    status = taskset_inline(t, &nimble);
    if (status == SIM_OK && c->taskset.sizes == NIMBLENET_SIZES_REAL) {
        status = take_real_sizes(t, &nimble, c, module_sizes_inlined, error);
        if (status != SIM_OK) {
            taskset_deinit(t);
        }
    }
    taskset_deinit(&nimble);
    return status;
}

enum sim_status compose_taskset(struct taskset *t, const struct model_head *head,
                                const struct nimblenet_config *c, uint32_t replication,
                                struct model_error *error)
{
    char why[MODULE_ERROR_MAX] = "";
    const enum sim_status status = c->taskset.form == NIMBLENET_FORM_NIMBLE
                                       ? make_nimble(t, head, c, replication, why)
                                       : make_twin(t, head, c, replication, why);
    if (status == SIM_OK) {
        return SIM_OK;
    }
    if (why[0] != '\0') {
        return compose_fail(error, status, "taskset.sizes", "real: replication %u: %s", replication,
                            why);
    }
    return compose_fail(error, status, "taskset", "cannot be drawn: %s",
                        status == SIM_ERR_NOMEM
                            ? "it is too large"
                            : "with all that it calls a chain grows beyond 4 GiB or 292 years");
}

enum sim_status compose_binaries(struct module_set *set, const struct nimblenet_config *c,
                                 enum nimblenet_form form, const struct taskset *nimble)
{
    const sim_time instruction_ns = c->platform.instruction_time_ns;
    switch (form) {
    case NIMBLENET_FORM_NIMBLE:
        return module_emit(set, nimble, instruction_ns);
    case NIMBLENET_FORM_MONOLITHIC:
        return module_emit_inlined(set, nimble, instruction_ns);
    }
    return SIM_ERR_INVALID;
}
