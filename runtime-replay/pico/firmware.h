/*
 * firmware.h - what the emulator calls and reads on the board, by these names.
 *
 * Order: init, load, instantiate, environment, run; then stop, or save (a run that was
 *   told to suspend does it by itself), stop, and from load on again with resume in place
 *   of run. deinit ends it all.
 * Units: cells are 32-bit words; bytes. Errors: NULL or false, and pico_error says why.
 */
#ifndef RUNTIME_REPLAY_PICO_FIRMWARE_H
#define RUNTIME_REPLAY_PICO_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include <wasm_export.h>

enum { PICO_MODULE_BYTES = 16384, PICO_POOL_BYTES = 192 * 1024, PICO_CELLS = 4 };

extern uint8_t pico_module[PICO_MODULE_BYTES]; /* where loading changes it */
extern uint8_t pico_pool[PICO_POOL_BYTES];
extern uint32_t pico_cells[PICO_CELLS]; /* arguments, then the result */
extern char pico_error[128];
extern mem_alloc_info_t pico_memory;
/* At which sub-call to suspend, counted from 1; 0: at none. */
extern uint32_t pico_suspend_at;
extern uint32_t pico_state_bytes; /* of the saved state */

/* The phases of a tasklet's life. */
bool pico_init(uint32_t pool_bytes);
void pico_deinit(void);
wasm_module_t pico_load(uint32_t bytes);
wasm_module_inst_t pico_instantiate(wasm_module_t module, uint32_t stack_bytes);
wasm_exec_env_t pico_environment(wasm_module_inst_t instance, uint32_t stack_bytes);
bool pico_run(wasm_exec_env_t env, uint32_t cells, uint32_t limit);
bool pico_resume(wasm_exec_env_t env, uint32_t limit);
void pico_stop(wasm_module_t module, wasm_module_inst_t instance, wasm_exec_env_t env);
bool pico_look(void);                    /* at the pool: fills pico_memory */
uint32_t pico_alive(void);               /* bytes of memory in the saved state */
uint32_t pico_left(wasm_exec_env_t env); /* of the limit, after a run */

/* A call of any import. */
void pico_on_import(wasm_exec_env_t env, uint64_t *slot);
/* Says why a run did not return. */
bool pico_fail(wasm_exec_env_t env);

#endif
