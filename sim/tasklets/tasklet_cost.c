#include "sim/tasklets/tasklet_cost.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct execute_limits tasklet_cost_limits(void)
{
    struct execute_limits limits = execute_limits_default();
    limits.memory_bytes = (size_t)256 << 20;
    limits.instructions = UINT64_MAX;
    limits.sub_calls = UINT64_MAX;
    limits.toll = UINT64_MAX;
    limits.host_ns = 0;        /* binaries of our own, which end */
    limits.stack_bytes = 1024; /* emitted code takes half */
    return limits;
}

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

static enum sim_status cost_work(const struct platform *p, const struct module_binary *binary,
                                 sim_time *ns, struct tsv_error *error)
{
    int64_t sum = 0;
    const enum sim_status status = platform_add_work(p, module_class_name, binary->class_count,
                                                     MODULE_CLASS_COUNT, &sum, error);
    return status == SIM_OK ? platform_ns(p, sum, ns, error) : status;
}

static enum sim_status cost_ends(struct tasklet_cost *cost, const struct platform *p,
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

enum sim_status tasklet_cost_make(struct tasklet_cost *cost, const struct platform *p,
                                  enum execute_mode mode, const struct module_binary *binary,
                                  struct platform_state state, struct tsv_error *error)
{
    struct platform_module module;
    const bool is_module = platform_module_read(&module, binary->bytes, binary->length);
    ASSERT(is_module); /* we made it */
    *cost = (struct tasklet_cost){0};
    state.pages = module.pages;
    const enum sim_status status = cost_ends(cost, p, mode, &module, &state, error);
    return status == SIM_OK ? cost_work(p, binary, &cost->work_ns, error) : status;
}

enum sim_status tasklet_cost_check(const struct platform *p, enum execute_mode mode,
                                   struct tsv_error *error)
{
    const struct platform_module module = {.bytes = 1, .imports = 1, .functions = 1};
    struct tasklet_cost cost;
    return cost_ends(&cost, p, mode, &module, &(struct platform_state){.bytes = 1}, error);
}

enum sim_status tasklet_cost_platform(struct platform *p, const struct forms *forms,
                                      const char *asked, struct tsv_error *error)
{
    const struct scenario_file *file = forms->setting.platform;
    if (asked != NULL) {
        return strpbrk(asked, "./") == NULL ? platform_find(p, asked, error)
                                            : platform_load(p, asked, error);
    }
    if (file->word != NULL) {
        return platform_find(p, file->word, error);
    }
    struct tsv_error why;
    const enum sim_status status = platform_load(p, file->path, &why);
    if (status != SIM_OK) {
        (void)snprintf(error->text, sizeof error->text, "%.150s: platform.table: %.340s",
                       forms->scenario->path, why.text);
    }
    return status;
}
