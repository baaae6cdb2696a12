#include "taskgen/wasm_emit.h"

#include <inttypes.h>
#include <stdlib.h>

#include "taskgen/wasm_build.h"

/* ---- one after the other ---- */

typedef enum sim_status build_fn(struct wasm_build *b, uint32_t index,
                                 uint64_t class_count[WASM_CLASS_COUNT]);

static void build_deinit(struct wasm_build *b)
{
    wasm_plan_deinit(&b->plan);
    wasm_module_deinit(&b->module);
    free(b->number);
}

static enum sim_status build_init(struct wasm_build *b, const struct taskset *nimble,
                                  sim_time instruction_ns, char *error)
{
    *b = (struct wasm_build){.error = error};
    error[0] = '\0';
    const enum sim_status status = wasm_plan_init(&b->plan, nimble, instruction_ns, error);
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

static uint64_t sum_up(const uint64_t class_count[WASM_CLASS_COUNT])
{
    uint64_t sum = 0;
    for (int c = 0; c < WASM_CLASS_COUNT; c++) {
        sum += class_count[c];
    }
    return sum;
}

static enum sim_status no_memory(enum sim_status status, char *error)
{
    if (status == SIM_ERR_NOMEM) {
        return wasm_fail(error, status, "no memory for the binaries");
    }
    return status;
}

/* What a binary was drawn to be: a twin is as long as all its parts. */
static uint64_t drawn_bytes(const struct taskset *nimble, uint32_t index, build_fn *build)
{
    const struct taskset_tasklet *k = &nimble->tasklet[index];
    return build == wasm_build_nimble ? k->drawn_bytes : k->total_drawn_bytes;
}

/* The shortest binary of tasklet index, in b->module. */
static enum sim_status build_one(struct wasm_build *b, build_fn *build, uint32_t index,
                                 uint64_t class_count[WASM_CLASS_COUNT])
{
    const uint64_t drawn = drawn_bytes(b->plan.taskset, index, build);
    if (drawn > UINT32_MAX) {
        return wasm_fail(b->error, SIM_ERR_INVALID,
                         "tasklet %" PRIu32 " with all that it calls is %" PRIu64
                         " B; a binary is at most 4 GiB",
                         index, drawn);
    }
    wasm_module_empty(&b->module);
    return build(b, index, class_count);
}

/* ---- binaries ---- */

static enum sim_status fill_set(struct wasm_set *out, struct wasm_build *b, build_fn *build)
{
    enum sim_status status = SIM_OK;
    for (uint32_t i = 0; i < out->count && status == SIM_OK; i++) {
        struct wasm_binary *binary = &out->binary[i];
        status = build_one(b, build, i, binary->class_count);
        if (status == SIM_OK) {
            const struct wasm_shape *shape = &b->plan.shape[i];
            binary->instructions =
                build == wasm_build_nimble ? shape->instructions : shape->total_instructions;
            ASSERT(sum_up(binary->class_count) == binary->instructions);
            const uint64_t drawn = drawn_bytes(b->plan.taskset, i, build);
            status = wasm_module_finish(&b->module, (uint32_t)drawn, binary);
        }
    }
    return status;
}

static enum sim_status emit(struct wasm_set *out, const struct taskset *nimble, uint32_t count,
                            sim_time instruction_ns, build_fn *build)
{
    *out = (struct wasm_set){.count = count};
    struct wasm_build b;
    enum sim_status status = build_init(&b, nimble, instruction_ns, out->error);
    if (status == SIM_OK) {
        out->binary = calloc(count, sizeof *out->binary);
        status = out->binary == NULL ? SIM_ERR_NOMEM : fill_set(out, &b, build);
        build_deinit(&b);
    }
    if (status != SIM_OK) {
        wasm_set_deinit(out);
    }
    return no_memory(status, out->error);
}

enum sim_status wasm_emit(struct wasm_set *out, const struct taskset *nimble,
                          sim_time instruction_ns)
{
    return emit(out, nimble, nimble->count, instruction_ns, wasm_build_nimble);
}

enum sim_status wasm_emit_inlined(struct wasm_set *out, const struct taskset *nimble,
                                  sim_time instruction_ns)
{
    return emit(out, nimble, nimble->chains, instruction_ns, wasm_build_inlined);
}

/* The text of what went wrong stays. */
void wasm_set_deinit(struct wasm_set *set)
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
    struct wasm_build b;
    enum sim_status status = build_init(&b, nimble, instruction_ns, error);
    if (status != SIM_OK) {
        return no_memory(status, error);
    }
    for (uint32_t i = 0; i < count && status == SIM_OK; i++) {
        uint64_t class_count[WASM_CLASS_COUNT];
        status = build_one(&b, build, i, class_count);
        const uint64_t drawn = drawn_bytes(nimble, i, build);
        const uint64_t least = b.module.binary.length;
        size_bytes[i] = (uint32_t)(drawn > least ? drawn : least);
    }
    build_deinit(&b);
    return no_memory(status, error);
}

enum sim_status wasm_sizes(uint32_t *size_bytes, const struct taskset *nimble,
                           sim_time instruction_ns, char error[WASM_ERROR_MAX])
{
    return measure(size_bytes, nimble, nimble->count, instruction_ns, wasm_build_nimble, error);
}

enum sim_status wasm_sizes_inlined(uint32_t *size_bytes, const struct taskset *nimble,
                                   sim_time instruction_ns, char error[WASM_ERROR_MAX])
{
    return measure(size_bytes, nimble, nimble->chains, instruction_ns, wasm_build_inlined, error);
}
