/* Nested: the sub-tasklet runs in an instance beside its caller's. */
#include "runtime-replay/execution/execute_level.h"

#include <string.h>

static enum wasm_answer answer_nested(void *context, struct wasm_instance *w,
                                      struct wasm_call *call)
{
    struct level *v = context;
    level_note_call(v, w, call);
    level_charge(v, call->left);
    struct level callee;
    uint32_t cell[WASM_CELLS_MAX] = {0};
    const bool ok =
        level_init(&callee, v->runner, v, v->callee) && execute_nested(&callee, v->argument, cell);
    level_deinit(&callee);
    memcpy(call->result, cell, sizeof call->result);
    call->left = v->runner->left;
    return ok ? WASM_ANSWERED : WASM_ABANDONED;
}

/* The budget is one for all: an instance that has left was told why further down. */
bool execute_nested(struct level *v, const uint32_t *argument, uint32_t *result)
{
    struct execute_runner *e = v->runner;
    struct wasm_run run = {.left = e->left, .call = answer_nested, .context = v, .toll = &e->toll};
    if (!level_load(v)) {
        return false;
    }
    const enum wasm_end end = wasm_instance_run(v->w, argument, &run);
    level_charge(v, run.left);
    memcpy(result, run.result, sizeof run.result);
    return level_ended_well(v, end, &run) && end == WASM_RETURNED;
}
