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

enum sim_status tasklet_cost_make(struct platform_cost *cost, const struct platform *p,
                                  enum execute_mode mode, const struct module_binary *binary,
                                  struct platform_state state, struct tsv_error *error)
{
    const struct platform_tasklet tasklet = {
        .bytes = binary->bytes,
        .length = binary->length,
        .class_name = module_class_name,
        .class_count = binary->class_count,
        .classes = MODULE_CLASS_COUNT,
    };
    return platform_cost_make(cost, p, mode, &tasklet, state, error);
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
