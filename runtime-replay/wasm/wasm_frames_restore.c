/* Resuming: a stub that leads the interpreter to the pending call, and the frames put beneath it.
 */
#include "runtime-replay/wasm/wasm_frames.h"

#include <string.h>
#include <wasm_exec_env.h>
#include <wasm_interp.h>
#include <wasm_runtime.h>

#include "runtime-replay/wasm/wasm_arena.h"
#include "runtime-replay/wasm/wasm_state.h"

enum {
    RESULT_CELLS_MAX = 16, /* of an entry: the host checks it */
};

static WASMModuleInstance *instance_of(const WASMExecEnv *env)
{
    return (WASMModuleInstance *)(void *)env->module_inst;
}

static WASMMemoryInstance *memory_of(const WASMModuleInstance *m)
{
    return m->memory_count > 0 ? m->memories[0] : NULL;
}

/* ---- restoring, before the run ---- */

struct frames_stub {
    WASMFunctionInstance instance;
    WASMFunction function;
    uint8_t code[2 * 64 + 8];       /* a constant an argument cell, the call, the end */
    WASMFunctionInstance returning; /* the stub as its own frame sees it */
    struct state_reader frames;
    uint32_t count;
    WASMInterpFrame *bottom; /* in place of the frame that calls from native */
    uint8_t *room_end;       /* where the topmost frame ends */
};

/* The bottom frame: no code, and cells for the entry's results. */
static uint32_t bottom_bytes(void)
{
    return wasm_interp_interp_frame_size(RESULT_CELLS_MAX);
}

static uint32_t frame_bytes(const WASMFunctionInstance *f)
{
    const WASMFunction *function = f->u.func;
    const uint32_t cells = (uint32_t)f->param_cell_num + f->local_cell_num +
                           function->max_stack_cell_num +
                           function->max_block_num * (uint32_t)(sizeof(WASMBranchBlock) / 4);
    return wasm_interp_interp_frame_size(cells);
}

struct frame_head {
    WASMFunctionInstance *function;
    uint32_t ip, cells, blocks;
};

/* The words that a frame begins with, checked against its function. */
static bool read_frame_head(struct state_reader *r, const WASMModuleInstance *m,
                            struct frame_head *h)
{
    const uint32_t index = state_get_word(r);
    *h = (struct frame_head){.ip = state_get_word(r)};
    h->cells = state_get_word(r);
    h->blocks = state_get_word(r);
    if (r->failed || index >= m->e->function_count || m->e->functions[index].is_import_func) {
        return false;
    }
    h->function = &m->e->functions[index];
    const WASMFunction *f = h->function->u.func;
    const uint32_t locals = (uint32_t)h->function->param_cell_num + h->function->local_cell_num;
    return h->ip < f->code_size && h->cells >= locals &&
           h->cells <= locals + f->max_stack_cell_num && h->blocks <= f->max_block_num;
}

static bool check_block(struct state_reader *r, const struct frame_head *h)
{
    const uint32_t begin = state_get_word(r);
    const uint32_t target = state_get_word(r);
    const uint32_t place = state_get_word(r);
    const uint32_t cells = state_get_word(r);
    const uint32_t code = h->function->u.func->code_size;
    const uint32_t locals = (uint32_t)h->function->param_cell_num + h->function->local_cell_num;
    const uint32_t room = locals + h->function->u.func->max_stack_cell_num;
    return !r->failed && begin < code && (target < code || target == WASM_STATE_NONE) &&
           place >= locals && place <= h->cells && cells <= room - place;
}

/* The topmost frame takes the import's result; the first hands the entry's to the bottom frame. */
static bool check_ends(const WASMModuleInstance *m, const struct state_head *head, uint32_t i,
                       const struct frame_head *h)
{
    const WASMFunctionInstance *f = h->function;
    const uint32_t room =
        (uint32_t)f->param_cell_num + f->local_cell_num + f->u.func->max_stack_cell_num - h->cells;
    return (i > 0 || m->e->functions[head->import].ret_cell_num <= room) &&
           (i + 1 < head->frames || f->ret_cell_num <= RESULT_CELLS_MAX) && h->blocks > 0;
}

/* All frames; *bytes is the room that they take on the Wasm stack. */
static bool check_frames(struct state_reader r, const WASMModuleInstance *m,
                         const struct state_head *head, size_t *bytes)
{
    *bytes = bottom_bytes();
    for (uint32_t i = 0; i < head->frames; i++) {
        struct frame_head h;
        if (!read_frame_head(&r, m, &h) || !check_ends(m, head, i, &h) ||
            state_get_bytes(&r, (size_t)h.cells * 4) == NULL) {
            return false;
        }
        for (uint32_t b = 0; b < h.blocks; b++) {
            if (!check_block(&r, &h)) {
                return false;
            }
        }
        *bytes += frame_bytes(h.function);
    }
    return !r.failed && r.at == r.length && head->frames > 0;
}

static enum sim_status restore_memory(WASMModuleInstance *m, const struct state_head *head,
                                      const uint8_t *bytes)
{
    WASMMemoryInstance *memory = memory_of(m);
    if (memory == NULL) {
        return head->pages == 0 && head->memory_bytes == 0 ? SIM_OK : SIM_ERR_INVALID;
    }
    if (head->pages < memory->cur_page_count ||
        head->memory_bytes > (uint64_t)head->pages * memory->num_bytes_per_page) {
        return SIM_ERR_INVALID;
    }
    const uint32_t more = head->pages - memory->cur_page_count;
    if (more > 0 && !wasm_runtime_enlarge_memory((wasm_module_inst_t)m, more)) {
        return SIM_ERR_FULL;
    }
    if (memory->memory_data_size > 0) { /* a memory may have no page at all */
        memset(memory->memory_data, 0, (size_t)memory->memory_data_size);
    }
    if (head->memory_bytes > 0) {
        memcpy(memory->memory_data, bytes, head->memory_bytes);
    }
    return SIM_OK;
}

static void append(struct frames_stub *s, uint8_t byte)
{
    ASSERT(s->function.code_size < sizeof s->code);
    s->code[s->function.code_size++] = byte;
}

/* A function without parameters that calls the import, with zeros, and returns its result. */
static void write_stub(struct frames_stub *s, const WASMModuleInstance *m, uint32_t import)
{
    enum { I32_CONST = 0x41, CALL = 0x10, END = 0x0b };
    const WASMFunctionInstance *callee = &m->e->functions[import];
    for (uint32_t i = 0; i < callee->param_cell_num; i++) {
        append(s, I32_CONST);
        append(s, 0);
    }
    append(s, CALL);
    uint32_t rest = import; /* LEB128 */
    for (; rest >= 0x80; rest >>= 7) {
        append(s, (uint8_t)(rest | 0x80));
    }
    append(s, (uint8_t)rest);
    append(s, END);
    s->function.func_type = callee->u.func_import->func_type;
    s->function.max_stack_cell_num = (uint32_t)callee->param_cell_num + callee->ret_cell_num;
    s->function.max_block_num = 1;
    s->function.ret_cell_num = callee->ret_cell_num;
    s->function.code = s->code;
    s->instance.ret_cell_num = callee->ret_cell_num;
    s->instance.u.func = &s->function;
}

static enum sim_status make_stub(WASMExecEnv *env, const struct state_head *head,
                                 const struct state_reader *frames, size_t bytes,
                                 struct frames_stub **stub)
{
    const size_t free = (size_t)(env->wasm_stack.top_boundary - env->wasm_stack.top);
    struct frames_stub *s = bytes < free ? wasm_arena_alloc(sizeof *s) : NULL;
    if (s == NULL) {
        return SIM_ERR_FULL;
    }
    s->frames = *frames;
    s->count = head->frames;
    s->bottom = (WASMInterpFrame *)(void *)env->wasm_stack.top;
    env->wasm_stack.top += bytes;
    s->room_end = env->wasm_stack.top;
    write_stub(s, instance_of(env), head->import);
    *stub = s;
    return SIM_OK;
}

enum sim_status frames_prepare(wasm_exec_env_t env, uint64_t binary_digest, const uint8_t *state,
                               size_t bytes, struct frames_stub **stub)
{
    WASMModuleInstance *m = instance_of(env);
    struct state_reader r;
    struct state_head head;
    if (state_open(&r, state, bytes, &head) != SIM_OK || head.binary_digest != binary_digest ||
        head.globals_bytes != m->global_data_size ||
        head.import >= m->module->import_function_count) {
        return SIM_ERR_INVALID;
    }
    const uint8_t *globals = state_get_bytes(&r, head.globals_bytes);
    const uint8_t *memory = state_get_bytes(&r, head.memory_bytes);
    size_t room;
    if (r.failed || !check_frames(r, m, &head, &room)) {
        return SIM_ERR_INVALID;
    }
    const enum sim_status status = restore_memory(m, &head, memory);
    if (status != SIM_OK) {
        return status;
    }
    if (head.globals_bytes > 0) {
        memcpy(m->global_data, globals, head.globals_bytes);
    }
    return make_stub(env, &head, &r, room, stub);
}

wasm_function_inst_t frames_stub_function(struct frames_stub *stub)
{
    return (wasm_function_inst_t)&stub->instance;
}

/* ---- restoring, inside the stub's call ---- */

static uint8_t *code_address(const struct frame_head *h, uint32_t offset)
{
    return offset == WASM_STATE_NONE ? NULL : h->function->u.func->code + offset;
}

/* Fills the frame that ends at end; check_frames() has seen the words that it reads. */
static WASMInterpFrame *rebuild_frame(struct state_reader *r, const WASMModuleInstance *m,
                                      uint8_t *end)
{
    struct frame_head h;
    const bool ok = read_frame_head(r, m, &h);
    ASSERT(ok);
    WASMInterpFrame *f = (WASMInterpFrame *)(void *)(end - frame_bytes(h.function));
    f->function = h.function;
    f->ip = code_address(&h, h.ip);
    f->sp_bottom = f->lp + h.function->param_cell_num + h.function->local_cell_num;
    f->sp_boundary = f->sp_bottom + h.function->u.func->max_stack_cell_num;
    f->sp = f->lp + h.cells;
    f->csp_bottom = (WASMBranchBlock *)(void *)f->sp_boundary;
    f->csp_boundary = f->csp_bottom + h.function->u.func->max_block_num;
    f->csp = f->csp_bottom + h.blocks;
    for (uint32 *cell = f->lp; cell < f->sp; cell++) {
        *cell = state_get_word(r);
    }
    for (WASMBranchBlock *b = f->csp_bottom; b < f->csp; b++) {
        b->begin_addr = code_address(&h, state_get_word(r));
        b->target_addr = code_address(&h, state_get_word(r));
        b->frame_sp = f->lp + state_get_word(r);
        b->cell_num = state_get_word(r);
    }
    return f;
}

/*
 * From the topmost frame down: each becomes the caller of the one before, the first the stub's. The
 * last returns to the bottom frame: the real one, which called the stub from native, lies above the
 * room and will be overwritten. Nobody may then look for a result in it.
 */
void frames_rebuild(wasm_exec_env_t env, struct frames_stub *stub)
{
    WASMInterpFrame *above = env->cur_frame->prev_frame; /* the stub's; cur_frame is the native */
    stub->returning = stub->instance;
    above->function = &stub->returning;
    stub->instance.ret_cell_num = 0;

    uint8_t *end = stub->room_end;
    for (uint32_t i = 0; i < stub->count; i++) {
        WASMInterpFrame *f = rebuild_frame(&stub->frames, instance_of(env), end);
        above->prev_frame = f;
        above = f;
        end = (uint8_t *)(void *)f;
    }
    above->prev_frame = stub->bottom;
    ASSERT(end == (uint8_t *)(void *)stub->bottom + bottom_bytes());
    stub->bottom->prev_frame = NULL;
    stub->bottom->function = NULL;
    stub->bottom->ip = NULL;
    stub->bottom->sp = stub->bottom->lp;
}

const uint32_t *frames_result(const struct frames_stub *stub)
{
    return stub->bottom->lp;
}

void frames_stub_destroy(struct frames_stub *stub)
{
    wasm_arena_free(stub);
}
