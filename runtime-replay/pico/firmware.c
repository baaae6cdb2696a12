/*
 * firmware.c - the runtime's life on the Pico W, cut where the emulator reads the clock.
 */
#include "firmware.h"

#include <string.h>
#include <wasm_runtime.h>

uint8_t pico_module[PICO_MODULE_BYTES];
uint8_t pico_pool[PICO_POOL_BYTES] __attribute__((aligned(8)));
uint32_t pico_cells[PICO_CELLS];
char pico_error[128];
mem_alloc_info_t pico_memory;

bool pico_init(uint32_t pool_bytes)
{
    RuntimeInitArgs args;
    memset(&args, 0, sizeof args);
    args.mem_alloc_type = Alloc_With_Pool;
    args.mem_alloc_option.pool.heap_buf = pico_pool;
    args.mem_alloc_option.pool.heap_size = pool_bytes;
    pico_error[0] = '\0';
    if (pool_bytes > sizeof pico_pool || !wasm_runtime_full_init(&args)) {
        return false;
    }
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_FATAL);
    return true;
}

void pico_deinit(void)
{
    wasm_runtime_destroy();
}

/* As on the host: whatever a tasklet imports, its call comes to us. */
static void link_imports(wasm_module_t loaded)
{
    WASMModule *m = (WASMModule *)(void *)loaded;
    void (*function)(wasm_exec_env_t, uint64_t *) = pico_on_import;
    for (uint32_t i = 0; i < m->import_function_count; i++) {
        WASMFunctionImport *f = &m->import_functions[i].u.function;
        memcpy(&f->func_ptr_linked, &function, sizeof function);
        f->attachment = (void *)(uintptr_t)i;
        f->signature = NULL;
        f->call_conv_raw = true;
    }
}

wasm_module_t pico_load(uint32_t bytes)
{
    wasm_module_t module = wasm_runtime_load(pico_module, bytes, pico_error, sizeof pico_error);
    if (module != NULL) {
        link_imports(module);
    }
    return module;
}

wasm_module_inst_t pico_instantiate(wasm_module_t module, uint32_t stack_bytes)
{
    return wasm_runtime_instantiate(module, stack_bytes, 0, pico_error, sizeof pico_error);
}

wasm_exec_env_t pico_environment(wasm_module_inst_t instance, uint32_t stack_bytes)
{
    return wasm_runtime_create_exec_env(instance, stack_bytes);
}

bool pico_fail(wasm_exec_env_t env)
{
    const char *why = wasm_runtime_get_exception(wasm_runtime_get_module_inst(env));
    strncpy(pico_error, why != NULL ? why : "no such export", sizeof pico_error - 1);
    return false;
}

bool pico_run(wasm_exec_env_t env, uint32_t cells, uint32_t limit)
{
    wasm_module_inst_t instance = wasm_runtime_get_module_inst(env);
    wasm_function_inst_t entry = wasm_runtime_lookup_function(instance, "");
    wasm_runtime_set_instruction_count_limit(env, (int)limit);
    if (entry != NULL && wasm_runtime_call_wasm(env, entry, cells, pico_cells)) {
        return true;
    }
    return pico_fail(env);
}

void pico_stop(wasm_module_t module, wasm_module_inst_t instance, wasm_exec_env_t env)
{
    wasm_runtime_destroy_exec_env(env);
    wasm_runtime_deinstantiate(instance);
    wasm_runtime_unload(module);
}

bool pico_look(void)
{
    return wasm_runtime_get_mem_alloc_info(&pico_memory);
}
