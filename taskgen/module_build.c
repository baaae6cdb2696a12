#include "taskgen/module_build.h"

void module_build_segment(struct module_build *b, uint32_t index, uint32_t segment, uint32_t work)
{
    const struct module_plan *p = &b->plan;
    const uint32_t rounds = p->rounds[taskset_first_segment(p->taskset, index) + segment];
    if (rounds > 0) {
        module_put_const(&b->module.entry, (int32_t)rounds);
        module_put_op(&b->module.entry, MODULE_OP_CALL, work);
    }
}

void module_build_heap(struct module_build *b, uint32_t index, uint32_t *function)
{
    const struct module_shape *shape = &b->plan.shape[index];
    if (shape->heap_bytes > 0) {
        *function = module_draft_heap(&b->module, shape->heap_bytes, shape->work.factor);
    }
}

void module_build_stir(struct module_build *b, uint32_t index, uint32_t function)
{
    const uint32_t bytes = b->plan.shape[index].heap_bytes;
    if (bytes > 0) {
        module_heap_put_call(&b->module.entry, bytes, function);
    }
}

/* One import a sub-tasklet, also where it is called more than once. */
static void put_imports(struct module_build *b, uint32_t index)
{
    const struct taskset *t = b->plan.taskset;
    const struct taskset_tasklet *k = &t->tasklet[index];
    const uint32_t *call = &t->call[k->first_call];
    for (uint32_t c = 0; c < k->call_count; c++) {
        uint32_t first = 0;
        while (call[first] != call[c]) {
            first++;
        }
        if (first < c) {
            b->number[c] = b->number[first];
            continue;
        }
        char name[MODULE_TASKLET_NAME_MAX];
        module_tasklet_name(t, call[c], name);
        b->number[c] = module_draft_import(&b->module, name);
    }
}

enum sim_status module_build_nimble(struct module_build *b, uint32_t index,
                                    uint64_t class_count[MODULE_CLASS_COUNT])
{
    const struct module_shape *shape = &b->plan.shape[index];
    struct module_code *entry = &b->module.entry;
    uint32_t stir = 0;
    put_imports(b, index);
    module_draft_heaps(&b->module, shape->heap_bytes > 0);
    module_build_heap(b, index, &stir);
    const uint32_t work = shape->work_calls > 0 ? module_draft_work(&b->module, &shape->work) : 0;
    module_put_op(entry, MODULE_OP_LOCAL_GET, 0);
    module_put_copies(entry, MODULE_OP_NOP, shape->nops);
    module_build_stir(b, index, stir);
    const uint32_t calls = b->plan.taskset->tasklet[index].call_count;
    for (uint32_t c = 0; c <= calls; c++) {
        module_build_segment(b, index, c, work);
        if (c < calls) {
            module_put_op(entry, MODULE_OP_CALL, b->number[c]);
        }
    }
    module_build_stir(b, index, stir);
    module_plan_classes(&b->plan, index, class_count);
    return module_draft_assemble(&b->module);
}
