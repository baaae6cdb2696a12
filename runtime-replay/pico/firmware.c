/*
 * firmware.c - the runtime's life on the Pico W, cut where the emulator reads the clock.
 *
 * Each function below is one phase of a tasklet's execution. The emulator calls them in the order
 * init, load, start, run, stop, and takes the cycles of each call. A tasklet's module lies in
 * pico_module, where loading changes it; the runtime's memory is what pico_init() gets.
 *
 * Errors: a phase returns 0 or false, and pico_error says why. The emulator reads it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <wasm_export.h>

enum { MODULE_BYTES = 16384, POOL_BYTES = 200 * 1024, ARGUMENTS = 4 };

/* Read and written by the emulator, by name. */
uint8_t pico_module[MODULE_BYTES];
uint8_t pico_pool[POOL_BYTES] __attribute__((aligned(8)));
uint32_t pico_arguments[ARGUMENTS];
char pico_error[128];
mem_alloc_info_t pico_memory;

bool pico_init(uint32_t pool_bytes);
void pico_deinit(void);
wasm_module_t pico_load(uint32_t bytes);
wasm_module_inst_t pico_instantiate(wasm_module_t module, uint32_t stack_bytes);
wasm_exec_env_t pico_environment(wasm_module_inst_t instance, uint32_t stack_bytes);
bool pico_run(wasm_exec_env_t env, uint32_t arguments, int32_t limit);
void pico_stop(wasm_module_t module, wasm_module_inst_t instance, wasm_exec_env_t env);
bool pico_look(void);

/* A sub-tasklet that takes no time: what is left is the price of the call itself. */
static uint32_t call_nothing(wasm_exec_env_t env, uint32_t argument)
{
    (void)env;
    return argument;
}

static NativeSymbol imports[] = {
    {"a", (void *)call_nothing, "(i)i", NULL}, {"b", (void *)call_nothing, "(i)i", NULL},
    {"c", (void *)call_nothing, "(i)i", NULL}, {"d", (void *)call_nothing, "(i)i", NULL},
    {"e", (void *)call_nothing, "(i)i", NULL}, {"f", (void *)call_nothing, "(i)i", NULL},
    {"g", (void *)call_nothing, "(i)i", NULL},
};

bool pico_init(uint32_t pool_bytes)
{
    RuntimeInitArgs args;
    memset(&args, 0, sizeof args);
    args.mem_alloc_type = Alloc_With_Pool;
    args.mem_alloc_option.pool.heap_buf = pico_pool;
    args.mem_alloc_option.pool.heap_size = pool_bytes;
    args.native_module_name = "";
    args.native_symbols = imports;
    args.n_native_symbols = sizeof imports / sizeof imports[0];
    pico_error[0] = '\0';
    return pool_bytes <= sizeof pico_pool && wasm_runtime_full_init(&args);
}

void pico_deinit(void)
{
    wasm_runtime_destroy();
}

wasm_module_t pico_load(uint32_t bytes)
{
    return wasm_runtime_load(pico_module, bytes, pico_error, sizeof pico_error);
}

wasm_module_inst_t pico_instantiate(wasm_module_t module, uint32_t stack_bytes)
{
    return wasm_runtime_instantiate(module, stack_bytes, 0, pico_error, sizeof pico_error);
}

wasm_exec_env_t pico_environment(wasm_module_inst_t instance, uint32_t stack_bytes)
{
    return wasm_runtime_create_exec_env(instance, stack_bytes);
}

bool pico_run(wasm_exec_env_t env, uint32_t arguments, int32_t limit)
{
    wasm_module_inst_t instance = wasm_runtime_get_module_inst(env);
    wasm_function_inst_t function = wasm_runtime_lookup_function(instance, "");
    wasm_runtime_set_instruction_count_limit(env, limit);
    if (function != NULL && wasm_runtime_call_wasm(env, function, arguments, pico_arguments)) {
        return true;
    }
    const char *why = wasm_runtime_get_exception(instance);
    strncpy(pico_error, why != NULL ? why : "no such export", sizeof pico_error - 1);
    return false;
}

void pico_stop(wasm_module_t module, wasm_module_inst_t instance, wasm_exec_env_t env)
{
    wasm_runtime_destroy_exec_env(env);
    wasm_runtime_deinstantiate(instance);
    wasm_runtime_unload(module);
}

/* The pool's state now, for the memory rows of the table. */
bool pico_look(void)
{
    return wasm_runtime_get_mem_alloc_info(&pico_memory);
}
