/* Running an instance: its budget, the sub-calls that it makes, how it ends, how it is resumed. */
#include <stdio.h>
#include <string.h>

#include "runtime-replay/host_clock.h"
#include "runtime-replay/wasm/wasm_instance.h"
#include "runtime-replay/wasm/wasm_sound.h"

/* ---- the budget ---- */

static uint64_t budget_left(const struct wasm_instance *w)
{
    return frames_left(w->env) + w->beyond;
}

/* The runtime counts a part at a time: between two of them the watchdog looks at the clock. */
enum { PART = 1 << 22 };

static void budget_set(struct wasm_instance *w, uint64_t left)
{
    const uint64_t counted = left < PART ? left : PART;
    w->beyond = left - counted;
    frames_set_left(w->env, counted);
}

static bool is_late(struct wasm_instance *w)
{
    w->is_late = w->run->toll != NULL && wasm_toll_is_late(w->run->toll);
    return w->is_late;
}

/* The interpreter's count is used up. Gives the next part of the budget; 0: there is none. */
int wasm_on_count(wasm_exec_env_t env)
{
    struct wasm_instance *w = wasm_runtime_get_user_data(env);
    if (w == NULL || w->beyond == 0 || is_late(w)) {
        return 0;
    }
    const uint64_t part = w->beyond < PART ? w->beyond : PART;
    w->beyond -= part;
    return (int)part;
}

/* Memory is about to grow. False: the instance is to be stopped. */
bool wasm_on_grow(wasm_exec_env_t env, uint32_t pages)
{
    struct wasm_instance *w = wasm_runtime_get_user_data(env);
    if (w == NULL || w->run->toll == NULL) {
        return true;
    }
    /* Of more than the host may have, nothing is done. */
    const struct wasm_arena *a = &w->host->arena;
    const bool fits = pages <= (a->limit_bytes - a->held_bytes) / 65536;
    w->is_out_of_toll = !wasm_toll_grow(w->run->toll, fits ? pages : 0);
    return !w->is_out_of_toll && !is_late(w);
}

/* ---- a sub-call ---- */

/* The runtime passes arguments in slots of 64 bits, and takes a result in the first. */
static void cells_of_slots(const WASMFuncType *t, const uint64_t *slot, uint32_t *cell)
{
    for (uint32_t i = 0; i < t->param_count; i++) {
        const size_t cells = t->types[i] == VALUE_TYPE_I64 || t->types[i] == VALUE_TYPE_F64 ? 2 : 1;
        memcpy(cell, &slot[i], cells * sizeof *cell);
        cell += cells;
    }
}

static void leave(struct wasm_instance *w)
{
    w->has_left = true;
    wasm_runtime_set_exception(w->instance, "left for a sub-tasklet");
}

static void suspend(struct wasm_instance *w, uint32_t import)
{
    const int64_t start = host_clock_ns();
    const enum sim_status status =
        frames_save(w->env, w->binary_digest, import, &w->state, &w->state_bytes);
    w->run->save_host_ns += host_clock_ns() - start;
    if (status == SIM_OK) {
        leave(w);
    } else {
        wasm_runtime_set_exception(w->instance, "no memory to save the state");
    }
}

static void call_user(struct wasm_instance *w, uint32_t import, uint64_t *slot)
{
    struct wasm_call call = {.import = import, .left = budget_left(w)};
    cells_of_slots(wasm_import_of(w, import)->func_type, slot, call.argument);
    ASSERT(w->run->call != NULL);
    switch (w->run->call(w->run->context, w, &call)) {
    case WASM_ANSWERED:
        memcpy(slot, call.result, sizeof call.result);
        budget_set(w, call.left);
        break;
    case WASM_SUSPENDED:
        suspend(w, import);
        break;
    case WASM_ABANDONED:
        budget_set(w, call.left);
        leave(w);
        break;
    }
}

void wasm_on_import(wasm_exec_env_t env, uint64_t *slot)
{
    struct wasm_instance *w = wasm_runtime_get_user_data(env);
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    if (w->resumed_with != NULL) {
        memcpy(slot, w->resumed_with, 2 * sizeof *w->resumed_with);
        w->resumed_with = NULL;
        const int64_t start = host_clock_ns();
        frames_rebuild(env, w->stub);
        w->run->restore_host_ns += host_clock_ns() - start;
        /* The return from the stub is metered, and is none of the tasklet's instructions. */
        budget_set(w, w->resumed_left + 1);
    } else {
        call_user(w, (uint32_t)(uintptr_t)wasm_runtime_get_function_attachment(env), slot);
    }
    (void)wasm_arena_enter(before);
}

/* ---- running ---- */

static bool text_has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static enum wasm_end end_of(struct wasm_instance *w, bool returned)
{
    struct wasm_run *run = w->run;
    run->left = budget_left(w);
    if (returned) {
        return WASM_RETURNED;
    }
    if (w->has_left) {
        return WASM_LEFT;
    }
    const char *text = wasm_runtime_get_exception(w->instance);
    text = text == NULL ? "unknown" : wasm_host_text(text, "Exception: ");
    (void)snprintf(run->error.text, sizeof run->error.text, "%s", text);
    if (w->is_late || w->is_out_of_toll) {
        return w->is_late ? WASM_TOO_LATE : WASM_OUT_OF_TOLL;
    }
    if (text_has(text, "instruction limit exceeded")) {
        return WASM_OUT_OF_BUDGET;
    }
    return text_has(text, "no memory") || text_has(text, "allocate memory failed")
               ? WASM_OUT_OF_MEMORY
               : WASM_TRAPPED;
}

static bool call_function(struct wasm_instance *w, wasm_function_inst_t function,
                          uint32_t argument_cells, uint32_t *cell)
{
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    const bool returned = wasm_runtime_call_wasm(w->env, function, argument_cells, cell);
    (void)wasm_arena_enter(before);
    return returned;
}

enum wasm_end wasm_instance_run(struct wasm_instance *w, const uint32_t *argument,
                                struct wasm_run *run)
{
    uint32_t cell[WASM_CELLS_MAX] = {0};
    if (w->entry_type.argument_cells > 0) {
        memcpy(cell, argument, w->entry_type.argument_cells * sizeof *cell);
    }
    ASSERT(!w->is_spent);
    w->run = run;
    budget_set(w, run->left);
    const bool returned = call_function(w, w->entry, w->entry_type.argument_cells, cell);
    const enum wasm_end end = end_of(w, returned);
    w->is_spent = end != WASM_RETURNED;
    if (end == WASM_RETURNED) {
        memcpy(run->result, cell, sizeof cell);
    }
    return end;
}

/* Bytes of the linear memory, or NULL where it has not so many. */
static uint8_t *memory_at(const struct wasm_instance *w, uint32_t at, uint32_t length)
{
    const WASMModuleInstance *m = (const WASMModuleInstance *)(const void *)w->instance;
    const WASMMemoryInstance *memory = m->memory_count > 0 ? m->memories[0] : NULL;
    if (memory == NULL || length > memory->memory_data_size ||
        at > memory->memory_data_size - length) {
        return NULL;
    }
    return memory->memory_data + at;
}

bool wasm_instance_write(struct wasm_instance *w, uint32_t at, const void *bytes, uint32_t length)
{
    uint8_t *to = memory_at(w, at, length);
    if (to != NULL && length > 0) {
        memcpy(to, bytes, length);
    }
    return to != NULL;
}

bool wasm_instance_read(const struct wasm_instance *w, uint32_t at, void *bytes, uint32_t length)
{
    const uint8_t *from = memory_at(w, at, length);
    if (from != NULL && length > 0) {
        memcpy(bytes, from, length);
    }
    return from != NULL;
}

uint8_t *wasm_instance_take_state(struct wasm_instance *w, size_t *bytes)
{
    uint8_t *state = w->state;
    *bytes = w->state_bytes;
    w->state = NULL;
    return state;
}

/* What is wrong with a state, where something is. */
static enum sim_status tell_state(enum sim_status status, struct wasm_error *error)
{
    return status == SIM_OK ? SIM_OK
                            : wasm_host_fail(error, status, "%s",
                                             status == SIM_ERR_FULL
                                                 ? "no memory or stack for the saved state"
                                                 : "these bytes are no saved state of this module");
}

enum sim_status wasm_instance_check_state(struct wasm_instance *w, const uint8_t *state,
                                          size_t bytes, struct wasm_error *error)
{
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    const enum sim_status status = frames_check(w->env, w->entry, state, bytes);
    (void)wasm_arena_enter(before);
    return tell_state(status, error);
}

enum sim_status wasm_instance_resume(struct wasm_instance *w, const uint8_t *state, size_t bytes,
                                     const uint32_t *result, struct wasm_run *run,
                                     enum wasm_end *end)
{
    ASSERT(!w->is_spent);
    w->is_spent = true;
    const int64_t start = host_clock_ns();
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    const enum sim_status status = frames_prepare(w->env, w->binary_digest, state, bytes, &w->stub);
    (void)wasm_arena_enter(before);
    run->restore_host_ns += host_clock_ns() - start;
    if (status != SIM_OK) {
        return tell_state(status, &run->error);
    }
    uint32_t cell[WASM_CELLS_MAX] = {0};
    w->run = run;
    w->resumed_with = result;
    w->resumed_left = run->left;
    budget_set(w, INT32_MAX); /* until the stub has led to the import */
    const bool returned = call_function(w, frames_stub_function(w->stub), 0, cell);
    *end = end_of(w, returned);
    if (w->resumed_with != NULL) { /* not even the stub could run: what is left is all */
        run->left = w->resumed_left;
    }
    if (*end == WASM_RETURNED) {
        memcpy(run->result, frames_result(w->stub),
               w->entry_type.result_cells * sizeof *run->result);
    }
    return SIM_OK;
}
