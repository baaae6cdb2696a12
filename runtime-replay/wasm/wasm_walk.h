/*
 * wasm_walk.h - where a function's frame stands when it has just called.
 *
 * In a valid function the depth of the operand stack and the open blocks at each
 * instruction follow from the code alone. A walk through the code as the interpreter
 * has it in memory (with opcodes of its own among those of the standard) finds them,
 * so that a saved frame can be held against what it must be.
 *
 * Units: 32-bit cells of operands; offsets into the function's code.
 * This header shows the runtime's types: for wasm_sound.c alone.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_WALK_H
#define RUNTIME_REPLAY_WASM_WASM_WALK_H

#include <wasm_runtime.h>

#include "sim/engine/base.h"

struct walk_block {
    uint32_t begin;  /* behind its opcode */
    uint32_t target; /* where a branch to it goes: a loop's begin, or its end */
    uint32_t place;  /* operands below it */
    uint32_t cells;  /* that a branch to it carries */
    bool is_plain;   /* neither loop, if nor the function's own: its end may not be known yet */
    bool was_dead;   /* never entered */
    uint32_t arguments, results;
};

/* Behind a call, before its results. */
struct walk_stop {
    bool is_indirect;
    uint32_t callee; /* a function's index; or that of its type */
    uint32_t height; /* operands */
    uint32_t blocks; /* open, the function's own included, which comes first */
};

/* False where no call ends at ip, or none that can be reached. block: room for max_block_num. */
SIM_MUST_CHECK bool walk_to_call(const WASMModule *m, const WASMFunction *f, uint32_t ip,
                                 struct walk_block *block, struct walk_stop *stop);

const WASMFuncType *walk_function_type(const WASMModule *m, uint32_t function);

#endif
