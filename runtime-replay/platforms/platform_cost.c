#include "runtime-replay/platforms/platform_cost.h"

/* A module from its bytes to an instance. */
static enum sim_status add_load(const struct platform *p, const struct platform_module *module,
                                int64_t *sum, struct tsv_error *error)
{
    const enum sim_status status = platform_add_load(p, module, sum, error);
    return status == SIM_OK ? platform_add_start(p, module->pages, sum, error) : status;
}

static enum sim_status cost_load(const struct platform *p, const struct platform_module *module,
                                 sim_time *ns, struct tsv_error *error)
{
    int64_t sum = 0;
    enum sim_status status = add_load(p, module, &sum, error);
    status = status == SIM_OK ? platform_add_stop(p, &sum, error) : status;
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_suspend(const struct platform *p, enum execute_mode mode,
                                    const struct platform_state *state, sim_time *ns,
                                    struct tsv_error *error)
{
    int64_t sum = 0;
    enum sim_status status = SIM_OK;
    if (execute_mode_saves(mode)) {
        status = platform_add_suspend(p, state, &sum, error);
    }
    if (status == SIM_OK && mode != EXECUTE_NESTED) {
        status = platform_add_stop(p, &sum, error);
    }
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_resume(const struct platform *p, enum execute_mode mode,
                                   const struct platform_module *module,
                                   const struct platform_state *state, sim_time *ns,
                                   struct tsv_error *error)
{
    int64_t sum = 0;
    enum sim_status status = SIM_OK;
    if (mode == EXECUTE_KEPT) {
        status = platform_add_start(p, module->pages, &sum, error);
    } else if (mode != EXECUTE_NESTED) {
        status = add_load(p, module, &sum, error);
    }
    if (status == SIM_OK && execute_mode_saves(mode)) {
        status = platform_add_resume(p, state, &sum, error);
    }
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_work(const struct platform *p, const struct platform_tasklet *t,
                                 sim_time *ns, struct tsv_error *error)
{
    int64_t sum = 0;
    const enum sim_status status =
        platform_add_work(p, t->class_name, t->class_count, t->classes, &sum, error);
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_ends(struct platform_cost *cost, const struct platform *p,
                                 enum execute_mode mode, const struct platform_module *module,
                                 const struct platform_state *state, struct tsv_error *error)
{
    enum sim_status status = cost_load(p, module, &cost->load_ns, error);
    if (status == SIM_OK) {
        status = cost_suspend(p, mode, state, &cost->suspend_ns, error);
    }
    if (status == SIM_OK) {
        status = cost_resume(p, mode, module, state, &cost->resume_ns, error);
    }
    return status;
}

enum sim_status platform_cost_make(struct platform_cost *cost, const struct platform *p,
                                   enum execute_mode mode, const struct platform_tasklet *tasklet,
                                   struct platform_state state, struct tsv_error *error)
{
    struct platform_module module;
    const bool is_module = platform_module_read(&module, tasklet->bytes, tasklet->length);
    ASSERT(is_module); /* we made it */
    *cost = (struct platform_cost){0};
    state.pages = module.pages;
    const enum sim_status status = cost_ends(cost, p, mode, &module, &state, error);
    return status == SIM_OK ? cost_work(p, tasklet, &cost->work_ns, error) : status;
}

enum sim_status platform_cost_check(const struct platform *p, enum execute_mode mode,
                                    struct tsv_error *error)
{
    const struct platform_module module = {.bytes = 1, .imports = 1, .functions = 1};
    struct platform_cost cost;
    return cost_ends(&cost, p, mode, &module, &(struct platform_state){.bytes = 1}, error);
}

/* ---- states ---- */

/* Nothing where there are none: a table may lack what it need not know. */
static enum sim_status add_bytes(const struct platform *p, enum platform_item item, uint64_t bytes,
                                 int64_t *sum, struct tsv_error *error)
{
    return bytes == 0 ? SIM_OK : platform_add(p, item, bytes, sum, error);
}

enum sim_status platform_cost_saved(const struct platform *p, uint64_t state_bytes,
                                    uint64_t memory_bytes, sim_time *ns, struct tsv_error *error)
{
    const uint64_t frames = state_bytes - memory_bytes;
    int64_t sum = 0;
    ASSERT(memory_bytes <= state_bytes);
    enum sim_status status = add_bytes(p, PLATFORM_SUSPEND_BYTE, frames, &sum, error);
    if (status == SIM_OK) {
        status = add_bytes(p, PLATFORM_RESUME_BYTE, frames, &sum, error);
    }
    if (status == SIM_OK) {
        status = add_bytes(p, PLATFORM_SUSPEND_MEMORY_BYTE, memory_bytes, &sum, error);
    }
    if (status == SIM_OK) {
        status = add_bytes(p, PLATFORM_RESUME_MEMORY_BYTE, memory_bytes, &sum, error);
    }
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}
