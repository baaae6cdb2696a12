#include "runtime-replay/wasm/wasm_walk.h"

#include <wasm_opcode.h>

struct walk {
    const WASMModule *m;
    const WASMFunction *f;
    uint32_t at, height;
    bool is_dead; /* behind a branch: what follows is not reached, and has no height */
    bool is_call; /* the last instruction */
    struct walk_block *block;
    uint32_t count;
    bool is_tail;   /* behind the stop: only the ends of the open blocks are looked for */
    uint32_t inner; /* blocks opened there */
    struct walk_stop stop;
};

/* ---- reading ---- */

static uint8_t read_byte(struct walk *w)
{
    return w->at < w->f->code_size ? w->f->code[w->at++] : 0;
}

static uint32_t read_leb(struct walk *w)
{
    uint64_t value = 0;
    uint8_t byte = 0x80;
    for (unsigned shift = 0; shift < 63 && (byte & 0x80) != 0; shift += 7) {
        byte = read_byte(w);
        value |= (uint64_t)(byte & 0x7f) << shift;
    }
    while ((byte & 0x80) != 0 && w->at < w->f->code_size) {
        byte = read_byte(w);
    }
    return (uint32_t)value;
}

/* The loader fills with them what its own opcodes leave over. */
static void skip_nops(struct walk *w)
{
    while (w->at < w->f->code_size && w->f->code[w->at] == WASM_OP_NOP) {
        w->at++;
    }
}

static void change(struct walk *w, int cells)
{
    w->height += w->is_dead ? 0 : (uint32_t)cells;
}

static int cells_of(uint8_t type)
{
    return type == VALUE_TYPE_VOID ? 0 : type == VALUE_TYPE_I64 || type == VALUE_TYPE_F64 ? 2 : 1;
}

/* ---- blocks ---- */

/* Its type is one of the module's, or the short form: that of its one result, or none. */
static bool open_block(struct walk *w, uint8_t opcode)
{
    const bool is_typed = opcode >= EXT_OP_BLOCK;
    const uint8_t kind = is_typed ? (uint8_t)(opcode - EXT_OP_BLOCK + WASM_OP_BLOCK) : opcode;
    struct walk_block b = {.is_plain = kind == WASM_OP_BLOCK, .was_dead = w->is_dead};
    if (is_typed) {
        const uint32_t type = read_leb(w);
        if (type >= w->m->type_count) {
            return false;
        }
        b.arguments = ((const WASMFuncType *)w->m->types[type])->param_cell_num;
        b.results = ((const WASMFuncType *)w->m->types[type])->ret_cell_num;
    } else {
        b.results = (uint32_t)cells_of(read_byte(w));
    }
    change(w, kind == WASM_OP_IF ? -1 : 0);
    if (w->is_tail) {
        w->inner++;
        return true;
    }
    b.begin = w->at;
    b.target = kind == WASM_OP_LOOP ? w->at : UINT32_MAX;
    b.place = w->height - b.arguments;
    b.cells = kind == WASM_OP_LOOP ? b.arguments : b.results;
    w->block[w->count] = b;
    return ++w->count <= w->f->max_block_num;
}

static bool open_else(struct walk *w)
{
    if (!w->is_tail) {
        const struct walk_block *b = &w->block[w->count - 1];
        w->height = b->place + b->arguments;
        w->is_dead = b->was_dead;
    }
    return true;
}

static bool close_block(struct walk *w)
{
    if (w->is_tail && w->inner > 0) {
        w->inner--;
        return true;
    }
    struct walk_block *b = &w->block[--w->count];
    if (b->target == UINT32_MAX) {
        b->target = w->at - 1;
    }
    w->height = b->place + b->results;
    w->is_dead = b->was_dead;
    return true;
}

/* ---- instructions ---- */

static uint8_t local_type(const struct walk *w, uint32_t local)
{
    const WASMFuncType *type = w->f->func_type;
    return local < type->param_count ? type->types[local]
                                     : w->f->local_types[local - type->param_count];
}

const WASMFuncType *walk_function_type(const WASMModule *m, uint32_t function)
{
    return function < m->import_function_count
               ? m->import_functions[function].u.function.func_type
               : m->functions[function - m->import_function_count]->func_type;
}

static bool call(struct walk *w, bool is_indirect)
{
    const uint32_t callee = read_leb(w);
    const WASMFuncType *type = NULL;
    if (is_indirect) {
        (void)read_byte(w); /* the table */
        change(w, -1);
        type = callee < w->m->type_count ? (const WASMFuncType *)w->m->types[callee] : NULL;
    } else if (callee < w->m->import_function_count + w->m->function_count) {
        type = walk_function_type(w->m, callee);
    }
    if (type == NULL) {
        return false;
    }
    change(w, -(int)type->param_cell_num);
    w->is_call = true;
    w->stop = (struct walk_stop){is_indirect, callee, w->height, w->count};
    change(w, (int)type->ret_cell_num);
    return true;
}

/* What opcodes without a case of their own do to the height, and how many LEBs follow them. */
static const struct plain {
    uint8_t first, last;
    int8_t change;
    uint8_t lebs;
} plain[] = {
    {WASM_OP_NOP, WASM_OP_NOP, 0, 0},
    {WASM_OP_BR_IF, WASM_OP_BR_IF, -1, 1},
    {WASM_OP_DROP, WASM_OP_DROP, -1, 0},
    {WASM_OP_SELECT, WASM_OP_SELECT, -2, 0},
    {WASM_OP_GET_GLOBAL_64, WASM_OP_GET_GLOBAL_64, 2, 1},
    {WASM_OP_SET_GLOBAL_64, WASM_OP_SET_GLOBAL_64, -2, 1},
    {WASM_OP_SET_GLOBAL_AUX_STACK, WASM_OP_SET_GLOBAL_AUX_STACK, -1, 1},
    {WASM_OP_GET_GLOBAL, WASM_OP_GET_GLOBAL, 1, 1},
    {WASM_OP_SET_GLOBAL, WASM_OP_SET_GLOBAL, -1, 1},
    {WASM_OP_I32_LOAD, WASM_OP_I32_LOAD, 0, 2},
    {WASM_OP_I64_LOAD, WASM_OP_I64_LOAD, 1, 2},
    {WASM_OP_F32_LOAD, WASM_OP_F32_LOAD, 0, 2},
    {WASM_OP_F64_LOAD, WASM_OP_F64_LOAD, 1, 2},
    {WASM_OP_I32_LOAD8_S, WASM_OP_I32_LOAD16_U, 0, 2},
    {WASM_OP_I64_LOAD8_S, WASM_OP_I64_LOAD32_U, 1, 2},
    {WASM_OP_I32_STORE, WASM_OP_I32_STORE, -2, 2},
    {WASM_OP_I64_STORE, WASM_OP_I64_STORE, -3, 2},
    {WASM_OP_F32_STORE, WASM_OP_F32_STORE, -2, 2},
    {WASM_OP_F64_STORE, WASM_OP_F64_STORE, -3, 2},
    {WASM_OP_I32_STORE8, WASM_OP_I32_STORE16, -2, 2},
    {WASM_OP_I64_STORE8, WASM_OP_I64_STORE32, -3, 2},
    {WASM_OP_MEMORY_SIZE, WASM_OP_MEMORY_SIZE, 1, 1},
    {WASM_OP_MEMORY_GROW, WASM_OP_MEMORY_GROW, 0, 1},
    {WASM_OP_I32_CONST, WASM_OP_I32_CONST, 1, 1},
    {WASM_OP_I64_CONST, WASM_OP_I64_CONST, 2, 1},
    {WASM_OP_I32_EQZ, WASM_OP_I32_EQZ, 0, 0},
    {WASM_OP_I32_EQ, WASM_OP_I32_GE_U, -1, 0},
    {WASM_OP_I64_EQZ, WASM_OP_I64_EQZ, -1, 0},
    {WASM_OP_I64_EQ, WASM_OP_I64_GE_U, -3, 0},
    {WASM_OP_F32_EQ, WASM_OP_F32_GE, -1, 0},
    {WASM_OP_F64_EQ, WASM_OP_F64_GE, -3, 0},
    {WASM_OP_I32_CLZ, WASM_OP_I32_POPCNT, 0, 0},
    {WASM_OP_I32_ADD, WASM_OP_I32_ROTR, -1, 0},
    {WASM_OP_I64_CLZ, WASM_OP_I64_POPCNT, 0, 0},
    {WASM_OP_I64_ADD, WASM_OP_I64_ROTR, -2, 0},
    {WASM_OP_F32_ABS, WASM_OP_F32_SQRT, 0, 0},
    {WASM_OP_F32_ADD, WASM_OP_F32_COPYSIGN, -1, 0},
    {WASM_OP_F64_ABS, WASM_OP_F64_SQRT, 0, 0},
    {WASM_OP_F64_ADD, WASM_OP_F64_COPYSIGN, -2, 0},
    {WASM_OP_I32_WRAP_I64, WASM_OP_I32_WRAP_I64, -1, 0},
    {WASM_OP_I32_TRUNC_S_F32, WASM_OP_I32_TRUNC_U_F32, 0, 0},
    {WASM_OP_I32_TRUNC_S_F64, WASM_OP_I32_TRUNC_U_F64, -1, 0},
    {WASM_OP_I64_EXTEND_S_I32, WASM_OP_I64_TRUNC_U_F32, 1, 0},
    {WASM_OP_I64_TRUNC_S_F64, WASM_OP_F32_CONVERT_U_I32, 0, 0},
    {WASM_OP_F32_CONVERT_S_I64, WASM_OP_F32_DEMOTE_F64, -1, 0},
    {WASM_OP_F64_CONVERT_S_I32, WASM_OP_F64_CONVERT_U_I32, 1, 0},
    {WASM_OP_F64_CONVERT_S_I64, WASM_OP_F64_CONVERT_U_I64, 0, 0},
    {WASM_OP_F64_PROMOTE_F32, WASM_OP_F64_PROMOTE_F32, 1, 0},
    {WASM_OP_I32_REINTERPRET_F32, WASM_OP_I64_EXTEND32_S, 0, 0},
    {WASM_OP_DROP_64, WASM_OP_DROP_64, -2, 0},
    {WASM_OP_SELECT_64, WASM_OP_SELECT_64, -3, 0},
};

static bool step_plain(struct walk *w, uint8_t opcode)
{
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        if (opcode >= plain[i].first && opcode <= plain[i].last) {
            for (uint8_t l = 0; l < plain[i].lebs; l++) {
                (void)read_leb(w);
            }
            change(w, plain[i].change);
            return true;
        }
    }
    return false;
}

/* Saturating conversions: 32 bits to 32, 64 to 32, 32 to 64, 64 to 64, each twice. */
static bool step_misc(struct walk *w)
{
    static const int8_t by[8] = {0, 0, -1, -1, 1, 1, 0, 0};
    const uint32_t which = read_leb(w);
    change(w, which < 8 ? by[which] : 0);
    return which < 8;
}

/* A short local's byte holds its offset, and in its highest bit that it is wide. */
static bool step_local(struct walk *w, uint8_t opcode)
{
    const bool is_short = opcode >= EXT_OP_GET_LOCAL_FAST;
    const int cells = is_short ? 1 + (read_byte(w) >> 7) : cells_of(local_type(w, read_leb(w)));
    switch (opcode) {
    case WASM_OP_GET_LOCAL:
    case EXT_OP_GET_LOCAL_FAST:
        change(w, cells);
        break;
    case WASM_OP_SET_LOCAL:
    case EXT_OP_SET_LOCAL_FAST:
        change(w, -cells);
        break;
    default: /* tee: it stays */
        break;
    }
    return true;
}

/* The loader has made bytes of a table's targets, or taken them elsewhere. */
static bool step_table(struct walk *w, bool is_cached)
{
    const uint32_t count = read_leb(w);
    if (!is_cached) {
        w->at = count < w->f->code_size - w->at ? w->at + count + 1 : w->f->code_size;
    }
    skip_nops(w);
    w->is_dead = true;
    return true;
}

static bool step(struct walk *w)
{
    const uint8_t opcode = read_byte(w);
    w->is_call = false;
    switch (opcode) {
    case WASM_OP_BLOCK:
    case WASM_OP_LOOP:
    case WASM_OP_IF:
    case EXT_OP_BLOCK:
    case EXT_OP_LOOP:
    case EXT_OP_IF:
        return open_block(w, opcode);
    case WASM_OP_ELSE:
        return open_else(w);
    case WASM_OP_END:
        return close_block(w);
    case WASM_OP_BR:
        (void)read_leb(w);
        w->is_dead = true;
        return true;
    case WASM_OP_UNREACHABLE:
    case WASM_OP_RETURN:
        w->is_dead = true;
        return true;
    case WASM_OP_BR_TABLE:
    case EXT_OP_BR_TABLE_CACHE:
        return step_table(w, opcode == EXT_OP_BR_TABLE_CACHE);
    case WASM_OP_CALL:
    case WASM_OP_CALL_INDIRECT:
        return call(w, opcode == WASM_OP_CALL_INDIRECT);
    case WASM_OP_GET_LOCAL:
    case WASM_OP_SET_LOCAL:
    case WASM_OP_TEE_LOCAL:
    case EXT_OP_GET_LOCAL_FAST:
    case EXT_OP_SET_LOCAL_FAST:
    case EXT_OP_TEE_LOCAL_FAST:
        return step_local(w, opcode);
    case WASM_OP_F32_CONST:
    case WASM_OP_F64_CONST:
        w->at += opcode == WASM_OP_F32_CONST ? 4 : 8;
        change(w, opcode == WASM_OP_F32_CONST ? 1 : 2);
        return w->at <= w->f->code_size;
    case WASM_OP_MISC_PREFIX:
        return step_misc(w);
    default:
        return step_plain(w, opcode);
    }
}

bool walk_to_call(const WASMModule *m, const WASMFunction *f, uint32_t ip, struct walk_block *block,
                  struct walk_stop *stop)
{
    struct walk w = {.m = m, .f = f, .block = block, .count = 1};
    block[0] = (struct walk_block){.target = UINT32_MAX,
                                   .cells = f->func_type->ret_cell_num,
                                   .results = f->func_type->ret_cell_num};
    while (w.at < ip) {
        if (!step(&w) || w.count == 0) {
            return false;
        }
    }
    if (w.at != ip || !w.is_call || w.is_dead) {
        return false;
    }
    *stop = w.stop;
    w.is_tail = true;
    while (w.count > 0) {
        if (w.at >= f->code_size || !step(&w)) {
            return false;
        }
    }
    return true;
}
