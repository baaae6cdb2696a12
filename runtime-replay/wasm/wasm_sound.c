#include "runtime-replay/wasm/wasm_sound.h"

#include <wasm_exec_env.h>
#include <wasm_runtime.h>

#include "runtime-replay/wasm/wasm_arena.h"
#include "runtime-replay/wasm/wasm_state.h"
#include "runtime-replay/wasm/wasm_walk.h"

struct check {
    const WASMModuleInstance *m;
    struct state_reader r;
    uint32_t callee; /* what the next frame must have called: at first the import */
    struct walk_block *block;
};

/* The most blocks that any function may have open at once. */
static uint32_t max_blocks(const WASMModule *m)
{
    uint32_t most = 1;
    for (uint32_t i = 0; i < m->function_count; i++) {
        most = m->functions[i]->max_block_num > most ? m->functions[i]->max_block_num : most;
    }
    return most;
}

static bool has_called(const struct check *c, const struct walk_stop *stop)
{
    const WASMModule *m = c->m->module;
    return stop->is_indirect
               ? (const WASMFuncType *)m->types[stop->callee] == walk_function_type(m, c->callee)
               : stop->callee == c->callee;
}

static bool check_block(struct check *c, const struct walk_block *b, uint32_t locals)
{
    const uint32_t begin = state_get_word(&c->r);
    const uint32_t target = state_get_word(&c->r);
    const uint32_t place = state_get_word(&c->r);
    const uint32_t cells = state_get_word(&c->r);
    return begin == b->begin && place == locals + b->place && cells == b->cells &&
           (target == b->target || (b->is_plain && target == WASM_STATE_NONE));
}

static bool check_frame(struct check *c)
{
    const uint32_t index = state_get_word(&c->r);
    const uint32_t ip = state_get_word(&c->r);
    const uint32_t cells = state_get_word(&c->r);
    const uint32_t blocks = state_get_word(&c->r);
    if (c->r.failed || index >= c->m->e->function_count ||
        c->m->e->functions[index].is_import_func) {
        return false;
    }
    const WASMFunctionInstance *f = &c->m->e->functions[index];
    const uint32_t locals = (uint32_t)f->param_cell_num + f->local_cell_num;
    struct walk_stop stop;
    if (!walk_to_call(c->m->module, f->u.func, ip, c->block, &stop) || !has_called(c, &stop) ||
        cells != locals + stop.height || blocks != stop.blocks) {
        return false;
    }
    (void)state_get_bytes(&c->r, (size_t)cells * 4);
    for (uint32_t b = 0; b < blocks; b++) {
        if (!check_block(c, &c->block[b], locals)) {
            return false;
        }
    }
    c->callee = index;
    return !c->r.failed;
}

static bool check_frames(struct check *c, const struct state_head *head, uint32_t entry)
{
    c->callee = head->import;
    for (uint32_t i = 0; i < head->frames; i++) {
        if (!check_frame(c)) {
            return false;
        }
    }
    return head->frames > 0 && c->callee == entry && c->r.at == c->r.length;
}

enum sim_status frames_check(wasm_exec_env_t env, wasm_function_inst_t entry, const uint8_t *state,
                             size_t bytes)
{
    struct state_head head;
    struct check c = {.m = (const WASMModuleInstance *)(const void *)env->module_inst};
    const WASMFunctionInstance *f = (const WASMFunctionInstance *)entry;
    if (state_open(&c.r, state, bytes, &head) != SIM_OK ||
        head.import >= c.m->module->import_function_count) {
        return SIM_ERR_INVALID;
    }
    (void)state_get_bytes(&c.r, head.globals_bytes);
    (void)state_get_bytes(&c.r, head.memory_bytes);
    c.block = wasm_arena_alloc((max_blocks(c.m->module) + (size_t)1) * sizeof *c.block);
    if (c.block == NULL) {
        return SIM_ERR_FULL;
    }
    const bool ok = check_frames(&c, &head, (uint32_t)(f - c.m->e->functions));
    wasm_arena_free(c.block);
    return ok ? SIM_OK : SIM_ERR_INVALID;
}
