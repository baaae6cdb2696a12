/* Re-executed: the caller starts again, and finds the results of its sub-calls recorded. */
#include "runtime-replay/execution/execute_level.h"

#include <string.h>

static enum wasm_answer answer_from_record(void *context, struct wasm_instance *w,
                                           struct wasm_call *call)
{
    struct level *v = context;
    if (v->replayed < v->recorded) {
        memcpy(call->result, &v->record[(size_t)2 * v->replayed++], sizeof v->result);
        return WASM_ANSWERED;
    }
    level_note_call(v, w, call);
    return WASM_ABANDONED;
}

/* Room for one more result, in memory that counts. */
static bool record(struct level *v, const uint32_t *cell)
{
    struct execute_runner *e = v->runner;
    uint32_t *grown = wasm_host_alloc(e->host, sizeof v->result * ((size_t)v->recorded + 1));
    if (grown == NULL) {
        return level_stop(e, EXECUTE_OUT_OF_MEMORY, v->name,
                          "no memory for a sub-tasklet's result");
    }
    if (v->recorded > 0) {
        memcpy(grown, v->record, sizeof v->result * v->recorded);
    }
    memcpy(&grown[(size_t)2 * v->recorded++], cell, sizeof v->result);
    wasm_host_free(v->record);
    v->record = grown;
    return true;
}

static bool run_again(struct level *v, const uint32_t *argument, uint32_t *result,
                      enum wasm_end *end)
{
    struct execute_runner *e = v->runner;
    struct wasm_run run = {
        .left = e->left, .call = answer_from_record, .context = v, .toll = &e->toll};
    v->replayed = 0;
    if (!level_load(v)) {
        return false;
    }
    *end = wasm_instance_run(v->w, argument, &run);
    level_charge(v, run.left);
    memcpy(result, run.result, sizeof run.result);
    return level_ended_well(v, *end, &run);
}

bool execute_reexecuted(struct level *v, const uint32_t *argument, uint32_t *result)
{
    for (;;) {
        enum wasm_end end = WASM_TRAPPED;
        if (!run_again(v, argument, result, &end)) {
            return false;
        }
        if (end == WASM_RETURNED) {
            return true;
        }
        level_unload(v);
        struct level callee;
        uint32_t cell[WASM_CELLS_MAX] = {0};
        const bool ok = level_init(&callee, v->runner, v, v->callee) &&
                        execute_reexecuted(&callee, v->argument, cell);
        level_deinit(&callee);
        if (!ok || !record(v, cell)) {
            return false;
        }
    }
}
