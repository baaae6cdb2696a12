#include "taskgen/module_emit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "taskgen/module_build.h"

/* ---- one after the other ---- */

typedef enum sim_status build_fn(struct module_build *b, uint32_t index,
                                 uint64_t class_count[MODULE_CLASS_COUNT]);

static void build_deinit(struct module_build *b)
{
    module_plan_deinit(&b->plan);
    module_draft_deinit(&b->module);
    free(b->number);
}

static enum sim_status build_init(struct module_build *b, const struct taskset *nimble,
                                  sim_time instruction_ns, char *error)
{
    *b = (struct module_build){.error = error};
    error[0] = '\0';
    const enum sim_status status = module_plan_init(&b->plan, nimble, instruction_ns, error);
    if (status != SIM_OK) {
        return status;
    }
    b->number = calloc((size_t)nimble->call_count + 1, sizeof *b->number);
    if (b->number == NULL) {
        build_deinit(b);
        return SIM_ERR_NOMEM;
    }
    return SIM_OK;
}

static uint64_t sum_up(const uint64_t class_count[MODULE_CLASS_COUNT])
{
    uint64_t sum = 0;
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        sum += class_count[c];
    }
    return sum;
}

static enum sim_status no_memory(enum sim_status status, char *error)
{
    if (status == SIM_ERR_NOMEM) {
        return module_fail(error, status, "no memory for the binaries");
    }
    return status;
}

/* What a binary was drawn to be: a twin is as long as all its parts. */
static uint64_t drawn_bytes(const struct taskset *nimble, uint32_t index, build_fn *build)
{
    const struct taskset_tasklet *k = &nimble->tasklet[index];
    return build == module_build_nimble ? k->drawn_bytes : k->total_drawn_bytes;
}

/* The shortest binary of tasklet index, in b->module. */
static enum sim_status build_one(struct module_build *b, build_fn *build, uint32_t index,
                                 uint64_t class_count[MODULE_CLASS_COUNT])
{
    const uint64_t drawn = drawn_bytes(b->plan.taskset, index, build);
    if (drawn > UINT32_MAX) {
        return module_fail(b->error, SIM_ERR_INVALID,
                           "tasklet %" PRIu32 " with all that it calls is %" PRIu64
                           " B; a binary is at most 4 GiB",
                           index, drawn);
    }
    module_draft_empty(&b->module);
    return build(b, index, class_count);
}

/* ---- binaries ---- */

static enum sim_status fill_set(struct module_set *out, struct module_build *b, build_fn *build)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < out->count && status == SIM_OK; i++) {
        struct module_binary *binary = &out->binary[i];
        status = build_one(b, build, i, binary->class_count);
        if (status == SIM_OK) {
            const struct module_shape *shape = &b->plan.shape[i];
            binary->instructions =
                build == module_build_nimble ? shape->instructions : shape->total_instructions;
            ASSERT(sum_up(binary->class_count) == binary->instructions);
            const uint64_t drawn = drawn_bytes(b->plan.taskset, i, build);
            status = module_draft_finish(&b->module, (uint32_t)drawn, binary);
        }
    }
    return status;
}

static enum sim_status emit(struct module_set *out, const struct taskset *nimble, uint32_t count,
                            sim_time instruction_ns, build_fn *build)
{
    *out = (struct module_set){.count = count};
    struct module_build b;
    enum sim_status status = build_init(&b, nimble, instruction_ns, out->error);
    if (status == SIM_OK) {
        out->binary = calloc(count, sizeof *out->binary);
        status = out->binary == NULL ? SIM_ERR_NOMEM : fill_set(out, &b, build);
        build_deinit(&b);
    }
    if (status != SIM_OK) {
        module_set_deinit(out);
    }
    return no_memory(status, out->error);
}

enum sim_status module_emit(struct module_set *out, const struct taskset *nimble,
                            sim_time instruction_ns)
{
    return emit(out, nimble, nimble->count, instruction_ns, module_build_nimble);
}

enum sim_status module_emit_inlined(struct module_set *out, const struct taskset *nimble,
                                    sim_time instruction_ns)
{
    return emit(out, nimble, nimble->chains, instruction_ns, module_build_inlined);
}

/* The text of what went wrong stays. */
void module_set_deinit(struct module_set *set)
{
    for (uint32_t i = 0; i < set->count && set->binary != NULL; i++) {
        free(set->binary[i].bytes);
    }
    free(set->binary);
    set->binary = NULL;
    set->count = 0;
}

/* ---- sizes alone ---- */

static enum sim_status measure(uint32_t *size_bytes, const struct taskset *nimble, uint32_t count,
                               sim_time instruction_ns, build_fn *build, char *error)
{
    struct module_build b;
    enum sim_status status = build_init(&b, nimble, instruction_ns, error);
    if (status != SIM_OK) {
        return no_memory(status, error);
    }
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        uint64_t class_count[MODULE_CLASS_COUNT];
        status = build_one(&b, build, i, class_count);
        const uint64_t drawn = drawn_bytes(nimble, i, build);
        const uint64_t least = b.module.binary.length;
        size_bytes[i] = (uint32_t)(drawn > least ? drawn : least);
    }
    build_deinit(&b);
    return no_memory(status, error);
}

enum sim_status module_sizes(uint32_t *size_bytes, const struct taskset *nimble,
                             sim_time instruction_ns, char error[MODULE_ERROR_MAX])
{
    return measure(size_bytes, nimble, nimble->count, instruction_ns, module_build_nimble, error);
}

enum sim_status module_sizes_inlined(uint32_t *size_bytes, const struct taskset *nimble,
                                     sim_time instruction_ns, char error[MODULE_ERROR_MAX])
{
    return measure(size_bytes, nimble, nimble->chains, instruction_ns, module_build_inlined, error);
}
