/*
 * wasm_sound.h - whether a saved state is one that its module could have left.
 *
 * frames_prepare() keeps a state within its bounds, which is all that a state of one's
 * own needs. One that comes from elsewhere might still say that a frame stands in the
 * middle of an instruction, or with fewer operands than the code will take: the
 * interpreter would believe it. Here each frame is held against its function's
 * code: it stands behind a call of the next one, with the operands and blocks that the
 * code has there. The values of locals, operands, globals and memory may be any.
 *
 * This header shows the runtime's types: for wasm_run.c alone.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_SOUND_H
#define RUNTIME_REPLAY_WASM_WASM_SOUND_H

#include <wasm_export.h>

#include "sim/engine/base.h"

/* In the arena of the instance's host. SIM_ERR_INVALID, or SIM_ERR_FULL where that has no room. */
SIM_MUST_CHECK enum sim_status frames_check(wasm_exec_env_t env, wasm_function_inst_t entry,
                                            const uint8_t *state, size_t bytes);

#endif
