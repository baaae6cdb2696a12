/*
 * The tasksets that a scenario's runs use, as drawn or as large as their real binaries are; and
 * these binaries.
 */
#include <stdlib.h>

#include "models/nimblenet/compose.h"
#include "taskgen/module_emit.h"

static enum sim_status draw_nimble(struct taskset *t, const struct scenario *s,
                                   uint32_t replication)
{
    const struct taskset_spec spec = {
        .seed = s->seed,
        .replication = replication,
        .chains = s->taskset.chains,
        .chain_time_ns = s->taskset.chain_time_ns,
        .chain_size_bytes = s->taskset.chain_size_bytes,
        .algorithms = s->taskset.algorithms,
        .algorithm_time_ns = s->taskset.algorithm_time_ns,
        .algorithm_size_bytes = s->taskset.algorithm_size_bytes,
        .algorithms_per_chain = s->taskset.algorithms_per_chain,
        .algorithm_calls = s->taskset.algorithm_calls,
    };
    return taskset_draw(t, &spec);
}

/* The lengths of nimble's binaries, or of its twins'. */
typedef enum sim_status sizes_fn(uint32_t *size_bytes, const struct taskset *nimble,
                                 sim_time instruction_ns, char error[MODULE_ERROR_MAX]);

/* Gives each tasklet of t, which is nimble itself or its twin, the size of its binary. */
static enum sim_status take_real_sizes(struct taskset *t, const struct taskset *nimble,
                                       const struct scenario *s, sizes_fn *sizes, char *error)
{
    uint32_t *size_bytes = calloc((size_t)t->count + 1, sizeof *size_bytes);
    if (size_bytes == NULL) {
        return SIM_ERR_NOMEM;
    }
    enum sim_status status = sizes(size_bytes, nimble, s->platform.instruction_time_ns, error);
    if (status == SIM_OK) {
        status = taskset_resize(t, size_bytes);
    }
    free(size_bytes);
    return status;
}

static enum sim_status make_nimble(struct taskset *t, const struct scenario *s,
                                   uint32_t replication, char *error)
{
    enum sim_status status = draw_nimble(t, s, replication);
    if (status == SIM_OK && s->taskset.sizes == SCENARIO_SIZES_REAL) {
        status = take_real_sizes(t, t, s, module_sizes, error);
        if (status != SIM_OK) {
            taskset_deinit(t);
        }
    }
    return status;
}

static enum sim_status make_twin(struct taskset *t, const struct scenario *s, uint32_t replication,
                                 char *error)
{
    struct taskset nimble;
    enum sim_status status = draw_nimble(&nimble, s, replication);
    if (status != SIM_OK) {
        return status;
    }
    status = taskset_inline(t, &nimble);
    if (status == SIM_OK && s->taskset.sizes == SCENARIO_SIZES_REAL) {
        status = take_real_sizes(t, &nimble, s, module_sizes_inlined, error);
        if (status != SIM_OK) {
            taskset_deinit(t);
        }
    }
    taskset_deinit(&nimble);
    return status;
}

enum sim_status compose_taskset(struct taskset *t, const struct scenario *s,
                                enum scenario_variant variant, uint32_t replication,
                                struct compose_error *error)
{
    char why[MODULE_ERROR_MAX] = "";
    const enum sim_status status = variant == SCENARIO_NIMBLE ? make_nimble(t, s, replication, why)
                                                              : make_twin(t, s, replication, why);
    if (status == SIM_OK) {
        return SIM_OK;
    }
    if (why[0] != '\0') {
        return compose_fail(error, status, "%s: taskset.sizes: real: replication %u: %s", s->path,
                            replication, why);
    }
    return compose_fail(error, status, "%s: taskset: cannot be drawn: %s", s->path,
                        status == SIM_ERR_NOMEM
                            ? "it is too large"
                            : "with all that it calls a chain grows beyond 4 GiB or 292 years");
}

enum sim_status compose_binaries(struct module_set *set, const struct scenario *s,
                                 enum scenario_variant variant, const struct taskset *nimble)
{
    const sim_time instruction_ns = s->platform.instruction_time_ns;
    switch (variant) {
    case SCENARIO_NIMBLE:
        return module_emit(set, nimble, instruction_ns);
    case SCENARIO_MONOLITHIC:
        return module_emit_inlined(set, nimble, instruction_ns);
    }
    return SIM_ERR_INVALID;
}
