/*
 * wasm_instance.h - what a host and an instance are made of.
 *
 * This header shows the runtime's types: for wasm_host.c, wasm_check.c, wasm_instance.c and
 * wasm_run.c alone, which are the four parts of wasm_host.h.
 */
#ifndef RUNTIME_REPLAY_WASM_WASM_INSTANCE_H
#define RUNTIME_REPLAY_WASM_WASM_INSTANCE_H

#include <wasm_export.h>
#include <wasm_runtime.h>

#include "runtime-replay/wasm/wasm_arena.h"
#include "runtime-replay/wasm/wasm_frames.h"
#include "runtime-replay/wasm/wasm_host.h"

struct wasm_host {
    struct wasm_arena arena;
    struct wasm_host_limits limits;
};

struct wasm_instance {
    struct wasm_host *host;
    uint8_t *binary; /* ours: the runtime writes into it and keeps pointing there */
    uint64_t binary_digest;
    wasm_module_t module;
    wasm_module_inst_t instance;
    wasm_exec_env_t env;
    wasm_function_inst_t entry;
    struct wasm_type entry_type;

    struct wasm_run *run; /* while it runs */
    bool is_spent;        /* may not run again */
    bool has_left;        /* the exception is our own */
    uint8_t *state;
    size_t state_bytes;
    uint64_t beyond; /* of the budget: what the runtime does not count yet */
    bool is_late, is_out_of_toll;
    struct frames_stub *stub; /* while it is being resumed */
    const uint32_t *resumed_with;
    uint64_t resumed_left;
};

static inline const WASMModule *wasm_module_of(const struct wasm_instance *w)
{
    return (const WASMModule *)(const void *)w->module;
}

static inline const WASMFunctionImport *wasm_import_of(const struct wasm_instance *w,
                                                       uint32_t import)
{
    ASSERT(import < wasm_module_of(w)->import_function_count);
    return &wasm_module_of(w)->import_functions[import].u.function;
}

/* ---- wasm_run.c: asked by the interpreter, see wamr/CMakeLists.txt ---- */

int wasm_on_count(wasm_exec_env_t env);
bool wasm_on_grow(wasm_exec_env_t env, uint32_t pages);

/* Fills in the text, and returns the status. */
SIM_PRINTF(3, 4)
enum sim_status wasm_host_fail(struct wasm_error *error, enum sim_status status, const char *format,
                               ...);

/* The runtime's structs take functions as pointers to objects. */
void *wasm_host_as_object(void (*function)(void));

/* The runtime's text, without what it always begins with. */
const char *wasm_host_text(const char *text, const char *prefix);

/* ---- wasm_check.c: is a module a tasklet? ---- */

void wasm_describe_type(const WASMFuncType *t, struct wasm_type *out);

/* That it imports functions alone, which can be sub-tasklets, and that nothing in it runs unasked.
 */
SIM_MUST_CHECK enum sim_status wasm_check_module(const WASMModule *m, struct wasm_error *error);

/* The name of its entry. */
SIM_MUST_CHECK enum sim_status wasm_find_entry(const WASMModule *m, const char **name,
                                               struct wasm_error *error);

/* That the entry has code, and a type that can be passed; *type is that. */
SIM_MUST_CHECK enum sim_status wasm_check_entry(const WASMFunctionInstance *f,
                                                struct wasm_type *type, struct wasm_error *error);

/* ---- wasm_run.c ---- */

/* What every import is linked to; its attachment is the import's number. */
void wasm_on_import(wasm_exec_env_t env, uint64_t *slot);

#endif
