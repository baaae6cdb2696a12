/* Suspending: the frames, globals and memory of an instance that is calling, as bytes. */
#include "runtime-replay/wasm/wasm_frames.h"

#include <wasm_exec_env.h>
#include <wasm_interp.h>
#include <wasm_runtime.h>

#include "runtime-replay/wasm/wasm_arena.h"
#include "runtime-replay/wasm/wasm_state.h"

static WASMModuleInstance *instance_of(const WASMExecEnv *env)
{
    return (WASMModuleInstance *)(void *)env->module_inst;
}

static WASMMemoryInstance *memory_of(const WASMModuleInstance *m)
{
    return m->memory_count > 0 ? m->memories[0] : NULL;
}

uint64_t frames_left(wasm_exec_env_t env)
{
    const int left = env->instructions_to_execute;
    return left > 0 ? (uint64_t)left : 0;
}

void frames_set_left(wasm_exec_env_t env, uint64_t left)
{
    env->instructions_to_execute = left < INT32_MAX ? (int)left : INT32_MAX;
}

static uint32_t code_offset(const WASMInterpFrame *f, const uint8_t *address)
{
    return address == NULL ? WASM_STATE_NONE : (uint32_t)(address - f->function->u.func->code);
}

static void save_frame(struct state_writer *w, const WASMModuleInstance *m,
                       const WASMInterpFrame *f)
{
    state_put_word(w, (uint32_t)(f->function - m->e->functions));
    state_put_word(w, code_offset(f, f->ip));
    state_put_word(w, (uint32_t)(f->sp - f->lp));
    state_put_word(w, (uint32_t)(f->csp - f->csp_bottom));
    for (const uint32 *cell = f->lp; cell < f->sp; cell++) {
        state_put_word(w, *cell);
    }
    for (const WASMBranchBlock *b = f->csp_bottom; b < f->csp; b++) {
        state_put_word(w, code_offset(f, b->begin_addr));
        state_put_word(w, code_offset(f, b->target_addr));
        state_put_word(w, (uint32_t)(b->frame_sp - f->lp));
        state_put_word(w, b->cell_num);
    }
}

static uint32_t count_frames(const WASMInterpFrame *top)
{
    uint32_t count = 0;
    for (; top->ip != NULL; top = top->prev_frame) {
        count++;
    }
    return count;
}

/* Most of a page is 0 in small tasklets: by words down to the last that is not, then by bytes. */
static uint32_t used_bytes(const WASMMemoryInstance *memory)
{
    const uint32_t *word = (const uint32_t *)(const void *)memory->memory_data;
    uint64_t words = memory->memory_data_size / sizeof *word;
    ASSERT((uintptr_t)word % sizeof *word == 0 && memory->memory_data_size % sizeof *word == 0);
    while (words > 0 && word[words - 1] == 0) {
        words--;
    }
    uint64_t used = words * sizeof *word;
    while (used > 0 && memory->memory_data[used - 1] == 0) {
        used--;
    }
    return (uint32_t)used;
}

static void save_all(struct state_writer *w, const WASMModuleInstance *m,
                     const struct state_head *head, const WASMInterpFrame *top)
{
    const WASMMemoryInstance *memory = memory_of(m);
    state_put_head(w, head);
    state_put_bytes(w, m->global_data, head->globals_bytes);
    if (memory != NULL) {
        state_put_bytes(w, memory->memory_data, head->memory_bytes);
    }
    for (const WASMInterpFrame *f = top; f->ip != NULL; f = f->prev_frame) {
        save_frame(w, m, f);
    }
    state_put_end(w);
}

enum sim_status frames_save(wasm_exec_env_t env, uint64_t binary_digest, uint32_t import,
                            uint8_t **state, size_t *bytes)
{
    const WASMModuleInstance *m = instance_of(env);
    const WASMMemoryInstance *memory = memory_of(m);
    const WASMInterpFrame *top = env->cur_frame->prev_frame; /* cur_frame is the native call's */
    const struct state_head head = {
        .binary_digest = binary_digest,
        .import = import,
        .frames = count_frames(top),
        .globals_bytes = m->global_data_size,
        .pages = memory == NULL ? 0 : memory->cur_page_count,
        .memory_bytes = memory == NULL ? 0 : used_bytes(memory),
    };
    struct state_writer count = {0};
    save_all(&count, m, &head, top);
    struct state_writer w = {.bytes = wasm_arena_alloc(count.length)};
    if (w.bytes == NULL) {
        return SIM_ERR_FULL;
    }
    save_all(&w, m, &head, top);
    *state = w.bytes;
    *bytes = w.length;
    return SIM_OK;
}
