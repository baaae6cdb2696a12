/*
 * suspend.c - a sub-call on the board: answered at once, or the tasklet's state is saved and it
 * leaves.
 *
 * The saving and restoring itself is the host's own code (wasm_frames_*.c), cross-built. Its memory
 * is the runtime's pool.
 */
#include <string.h>

#include "firmware.h"
#include "runtime-replay/wasm/wasm_arena.h"
#include "runtime-replay/wasm/wasm_frames.h"
#include "runtime-replay/wasm/wasm_state.h"

enum { BINARY_DIGEST = 1 }; /* of no matter: there is one module on the board */

uint32_t pico_suspend_at;
uint32_t pico_state_bytes;

static uint8_t *state;
static uint32_t calls;
static uint64_t pending;         /* the answer to the call at which it left */
static struct frames_stub *stub; /* while resuming, until the frames are back */

void *wasm_arena_alloc(size_t bytes)
{
    void *block = wasm_runtime_malloc(bytes);
    if (block != NULL) {
        memset(block, 0, bytes);
    }
    return block;
}

void wasm_arena_free(void *block)
{
    wasm_runtime_free(block);
}

_Noreturn void sim_assert_failed(const char *expression, const char *file, int line)
{
    (void)file;
    (void)line;
    strncpy(pico_error, expression, sizeof pico_error - 1);
    for (;;) {
        __asm__ volatile("bkpt #2");
    }
}

/* Keeps what the call would have answered, and makes the run end here. */
static void suspend(wasm_exec_env_t env, uint64_t answer)
{
    const uint32_t import = (uint32_t)(uintptr_t)wasm_runtime_get_function_attachment(env);
    size_t bytes = 0;
    const bool saved = frames_save(env, BINARY_DIGEST, import, &state, &bytes) == SIM_OK;
    pico_state_bytes = (uint32_t)bytes;
    pico_suspend_at = 0;
    calls = 0;
    pending = answer;
    wasm_runtime_set_exception(wasm_runtime_get_module_inst(env), saved ? "left" : "no memory");
}

/* A sub-tasklet gives its argument back: slot holds it, and takes the result. */
void pico_on_import(wasm_exec_env_t env, uint64_t *slot)
{
    if (stub != NULL) {
        frames_rebuild(env, stub);
        stub = NULL;
        *slot = pending;
    } else if (pico_suspend_at > 0 && ++calls == pico_suspend_at) {
        suspend(env, *slot);
    }
}

uint32_t pico_alive(void)
{
    return state_memory_bytes(state, pico_state_bytes);
}

bool pico_resume(wasm_exec_env_t env, uint32_t limit)
{
    if (frames_prepare(env, BINARY_DIGEST, state, pico_state_bytes, &stub) != SIM_OK) {
        strncpy(pico_error, "no state of this module", sizeof pico_error - 1);
        return false;
    }
    struct frames_stub *made = stub;
    wasm_function_inst_t function = frames_stub_function(made);
    wasm_runtime_set_instruction_count_limit(env, (int)limit);
    const bool returned = wasm_runtime_call_wasm(env, function, 0, pico_cells) || pico_fail(env);
    if (returned) {
        pico_cells[0] = frames_result(made)[0];
    }
    wasm_arena_free(state);
    frames_stub_destroy(made);
    return returned;
}

uint32_t pico_left(wasm_exec_env_t env)
{
    return (uint32_t)frames_left(env);
}
