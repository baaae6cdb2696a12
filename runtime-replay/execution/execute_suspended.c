/*
 * Suspended: the caller leaves its state behind and makes room for the sub-tasklet (paper, section
 * 4.2).
 */
#include "runtime-replay/execution/execute_level.h"

#include <string.h>

#include "runtime-replay/host_clock.h"
#include "runtime-replay/wasm/wasm_state.h"

static enum wasm_answer answer_suspending(void *context, struct wasm_instance *w,
                                          struct wasm_call *call)
{
    level_note_call(context, w, call);
    return WASM_SUSPENDED;
}

bool execute_leave(struct level *v)
{
    struct execution *out = v->runner->out;
    if (!level_pay_state(v)) {
        return false;
    }
    const int64_t start = host_clock_ns();
    v->state = wasm_instance_take_state(v->w, &v->state_bytes);
    level_leave(v);
    out->suspend_host_ns += host_clock_ns() - start;
    out->suspensions++;
    out->state_bytes += v->state_bytes;
    out->state_memory_bytes += state_memory_bytes(v->state, v->state_bytes);
    return true;
}

static enum sim_status resume(struct level *v, struct wasm_run *run, enum wasm_end *end)
{
    if (v->is_foreign) {
        const enum sim_status status =
            wasm_instance_check_state(v->w, v->state, v->state_bytes, &run->error);
        v->is_foreign = false;
        if (status != SIM_OK) {
            return status;
        }
    }
    return wasm_instance_resume(v->w, v->state, v->state_bytes, v->result, run, end);
}

bool execute_go_on(struct level *v, const uint32_t *argument, uint32_t *result, enum wasm_end *end)
{
    struct execute_runner *e = v->runner;
    struct wasm_run run = {
        .left = e->left, .call = answer_suspending, .context = v, .toll = &e->toll};
    if (!level_load(v)) {
        return false;
    }
    if (v->state == NULL) {
        *end = wasm_instance_run(v->w, argument, &run);
    } else {
        const enum sim_status status = resume(v, &run, end);
        wasm_host_free(v->state);
        v->state = NULL;
        if (status != SIM_OK) {
            return level_stop(e,
                              status == SIM_ERR_FULL ? EXECUTE_OUT_OF_MEMORY : EXECUTE_BAD_MODULE,
                              v->name, "%s", run.error.text);
        }
    }
    e->out->suspend_host_ns += run.save_host_ns;
    e->out->resume_host_ns += run.restore_host_ns;
    level_charge(v, run.left);
    memcpy(result, run.result, sizeof run.result);
    return level_ended_well(v, *end, &run);
}

bool execute_suspended(struct level *v, const uint32_t *argument, uint32_t *result)
{
    for (;;) {
        enum wasm_end end = WASM_TRAPPED;
        if (!execute_go_on(v, argument, result, &end)) {
            return false;
        }
        if (end == WASM_RETURNED) {
            return true;
        }
        struct level callee;
        uint32_t cell[WASM_CELLS_MAX] = {0};
        if (!execute_leave(v)) {
            return false;
        }
        const bool ok = level_init(&callee, v->runner, v, v->callee) &&
                        execute_suspended(&callee, v->argument, cell);
        level_deinit(&callee);
        if (!ok) {
            return false;
        }
        memcpy(v->result, cell, sizeof v->result);
    }
}
