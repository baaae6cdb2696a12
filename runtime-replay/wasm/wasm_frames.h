/*
 * wasm_frames.h - a suspended instance as bytes: its frames, globals and memory.
 *
 * The paper's section 4.2 saves call stack, operand stacks, heap and globals at the
 * call of a sub-tasklet, runs that in the memory set free, and restores them. WAMR
 * offers no such thing; its classic interpreter keeps everything in plain structs,
 * so they can be walked when it calls a native function, where its frames are in
 * step. Pointers become offsets: of instructions from the start of their
 * function's code, of operands from their frame.
 *
 * To restore, frames_prepare() leaves room for the frames at the bottom of the Wasm
 * stack, and the interpreter is sent into a stub: a function made by hand that
 * calls the pending import. When the import's native function is reached,
 * frames_rebuild() puts the frames into the room and makes the topmost the stub's
 * caller. The stub returns the sub-tasklet's result into it, and the tasklet goes on.
 *
 * The layout, little-endian 32-bit words unless said otherwise:
 *   magic, version, 64-bit digest of the binary, pending import, frame count,
 *   bytes of globals, pages of memory, bytes of memory up to the last that is not 0;
 *   globals; memory; frames from the topmost on: function, instruction offset,
 *   counts of cells and of blocks, cells, and for each block where it begins, where
 *   a branch to it goes (or none), its operands' place and result cells;
 *   64-bit digest of all before.
 *
 * This header shows the runtime's types: for wasm_host.c alone.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_FRAMES_H
#define RUNTIME_REPLAY_WASM_WASM_FRAMES_H

#include <wasm_export.h>

#include "sim/engine/base.h"

/*
 * Inside the native function of an import: the state, in a new block of the arena. SIM_ERR_FULL
 * where that has no room.
 */
SIM_MUST_CHECK enum sim_status frames_save(wasm_exec_env_t env, uint64_t binary_digest,
                                           uint32_t import, uint8_t **state, size_t *bytes);

/* The stub that leads the interpreter to the pending import. */
struct frames_stub;

/*
 * Checks the state, restores globals and memory, and makes room for the frames. SIM_ERR_INVALID: no
 * state of this module; SIM_ERR_FULL: no memory for it, or a stack too small.
 */
SIM_MUST_CHECK enum sim_status frames_prepare(wasm_exec_env_t env, uint64_t binary_digest,
                                              const uint8_t *state, size_t bytes,
                                              struct frames_stub **stub);
wasm_function_inst_t frames_stub_function(struct frames_stub *stub);

/* Inside the native function that the stub has called. */
void frames_rebuild(wasm_exec_env_t env, struct frames_stub *stub);

/* After the run has returned: the cells of the entry's result. */
const uint32_t *frames_result(const struct frames_stub *stub);
void frames_stub_destroy(struct frames_stub *stub);

/* Instructions that may still be executed; the library has no read-out of its own. */
uint64_t frames_left(wasm_exec_env_t env);
void frames_set_left(wasm_exec_env_t env, uint64_t left);

#endif
