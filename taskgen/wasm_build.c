#include "taskgen/wasm_build.h"

void wasm_build_segment(struct wasm_build *b, uint32_t index, uint32_t segment, uint32_t work)
{
    const struct wasm_plan *p = &b->plan;
    const uint32_t rounds = p->rounds[taskset_first_segment(p->taskset, index) + segment];
    if (rounds > 0) {
        wasm_put_const(&b->module.entry, (int32_t)rounds);
        wasm_put_op(&b->module.entry, WASM_OP_CALL, work);
    }
}

/* One import a sub-tasklet, also where it is called more than once. */
static void put_imports(struct wasm_build *b, uint32_t index)
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
        char name[WASM_TASKLET_NAME_MAX];
        wasm_tasklet_name(t, call[c], name);
        b->number[c] = wasm_module_import(&b->module, name);
    }
}

enum sim_status wasm_build_nimble(struct wasm_build *b, uint32_t index,
                                  uint64_t class_count[WASM_CLASS_COUNT])
{
    const struct wasm_shape *shape = &b->plan.shape[index];
    struct wasm_code *entry = &b->module.entry;
    put_imports(b, index);
    const uint32_t work = shape->work_calls > 0 ? wasm_module_work(&b->module, &shape->work) : 0;
    wasm_put_op(entry, WASM_OP_LOCAL_GET, 0);
    wasm_put_copies(entry, WASM_OP_NOP, shape->nops);
    const uint32_t calls = b->plan.taskset->tasklet[index].call_count;
    for (uint32_t c = 0; c <= calls; c++) {
        wasm_build_segment(b, index, c, work);
        if (c < calls) {
            wasm_put_op(entry, WASM_OP_CALL, b->number[c]);
        }
    }
    wasm_plan_classes(&b->plan, index, class_count);
    return wasm_module_assemble(&b->module);
}
