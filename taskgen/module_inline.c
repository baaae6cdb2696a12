/*
 * Monolithic twins. Where a chain calls a sub-tasklet, its twin has what the sub-tasklet's entry
 * does: the value is on the stack before and after, so nothing is needed around it. What the call
 * itself executed (the call, taking the argument, the end) becomes nops: a twin executes as many
 * instructions as its nimble parts do. Each copy of a tasklet has a heap of its own: a part's is
 * fresh whenever it is called, too.
 */
#include <inttypes.h>

#include "taskgen/module_build.h"

enum { CALL_INSTRUCTIONS = 3 };

/* A deeply nested taskset's twin is refused, not tried. */
enum { COPIES_MAX = 1000000 };

static void inline_calls(struct module_build *b, uint32_t index, uint64_t *class_count);

/* The entry of tasklet index but for its argument and its end. */
static void put_body(struct module_build *b, uint32_t index, uint64_t *class_count)
{
    const struct module_shape *shape = &b->plan.shape[index];
    uint64_t own[MODULE_CLASS_COUNT];
    module_plan_classes(&b->plan, index, own);
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        class_count[c] += own[c];
    }
    uint32_t stir = 0;
    module_put_copies(&b->module.entry, MODULE_OP_NOP, shape->nops);
    module_build_heap(b, index, &stir);
    module_build_stir(b, index, stir);
    inline_calls(b, index, class_count);
    module_build_stir(b, index, stir);
}

static void inline_calls(struct module_build *b, uint32_t index, uint64_t *class_count)
{
    const struct taskset *t = b->plan.taskset;
    const struct taskset_tasklet *k = &t->tasklet[index];
    const struct module_shape *shape = &b->plan.shape[index];
    const uint32_t work = shape->work_calls > 0 ? module_draft_work(&b->module, &shape->work) : 0;
    for (uint32_t c = 0; c <= k->call_count; c++) {
        module_build_segment(b, index, c, work);
        if (c < k->call_count) {
            module_put_copies(&b->module.entry, MODULE_OP_NOP, CALL_INSTRUCTIONS);
            class_count[MODULE_NOP] += CALL_INSTRUCTIONS;
            class_count[MODULE_CALL_NATIVE]--;
            class_count[MODULE_LOCAL_GET]--;
            class_count[MODULE_RETURN]--;
            put_body(b, t->call[k->first_call + c], class_count);
        }
    }
}

enum sim_status module_build_inlined(struct module_build *b, uint32_t chain,
                                     uint64_t class_count[MODULE_CLASS_COUNT])
{
    const struct module_shape *shape = &b->plan.shape[chain];
    if (shape->total_instructions > MODULE_INSTRUCTIONS_MAX) {
        return module_fail(b->error, SIM_ERR_INVALID,
                           "tasklet %" PRIu32 " with all that it calls executes %" PRIu64
                           " instructions, and a binary can %" PRIu64
                           " at most: take shorter times or a longer time an instruction",
                           chain, shape->total_instructions, MODULE_INSTRUCTIONS_MAX);
    }
    if (shape->total_copies > COPIES_MAX) {
        return module_fail(b->error, SIM_ERR_INVALID,
                           "tasklet %" PRIu32 " with all that it calls is the code of %" PRIu64
                           " tasklets, and a binary can hold %d at most: take fewer calls",
                           chain, shape->total_copies, COPIES_MAX);
    }
    /* Each word takes more instructions than bytes: what can be metered can be addressed. */
    ASSERT(shape->total_heap_bytes <= MODULE_INSTRUCTIONS_MAX);
    for (int c = 0; c < MODULE_CLASS_COUNT; c++) {
        class_count[c] = 0;
    }
    module_draft_heaps(&b->module, (uint32_t)shape->total_heaps);
    module_put_op(&b->module.entry, MODULE_OP_LOCAL_GET, 0);
    put_body(b, chain, class_count);
    return module_draft_assemble(&b->module);
}
