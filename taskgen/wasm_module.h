/*
 * wasm_module.h - a tasklet's module in the making: imports, work functions, the entry.
 *
 * Functions are numbered imports first, so all imports come before the first work
 * function. The entry is the last one and the only export.
 *
 * Ownership: the caller owns struct wasm_module (zero-initialised it is empty), and
 *   ends it with wasm_module_deinit(). Emptied, it keeps its memory for the next.
 * Errors: memory that is out is told by wasm_module_assemble().
 */
#ifndef TASKGEN_WASM_MODULE_H
#define TASKGEN_WASM_MODULE_H

#include "taskgen/wasm_encode.h"
#include "taskgen/wasm_plan.h"

struct wasm_module {
    struct wasm_code entry; /* its instructions without the end: the caller puts them */
    struct wasm_code import;
    uint32_t import_count;
    struct wasm_work *work; /* each once */
    uint32_t work_count, work_capacity;
    struct wasm_code binary;            /* what wasm_module_assemble() made */
    struct wasm_code section, function; /* on the way there */
};

/* Of a function (i32) -> (i32). The number to call it by. */
uint32_t wasm_module_import(struct wasm_module *m, const char *name);

/* The function's number: of the equal one that is there already, or of a new one. */
uint32_t wasm_module_work(struct wasm_module *m, const struct wasm_work *work);

/* The shortest binary of what was put, in m->binary. SIM_ERR_NOMEM if memory was out on the way. */
SIM_MUST_CHECK enum sim_status wasm_module_assemble(struct wasm_module *m);

void wasm_module_empty(struct wasm_module *m);
void wasm_module_deinit(struct wasm_module *m);

/*
 * Copies the binary into fresh memory, made drawn_bytes long where it is shorter, by a custom
 * section or a longer spelling of a section's length. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status wasm_module_finish(const struct wasm_module *m, uint32_t drawn_bytes,
                                                  struct wasm_binary *out);

#endif
