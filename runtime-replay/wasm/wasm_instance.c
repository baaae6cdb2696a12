/* Instances: a module loaded, checked and made ready to run, and its end. */
#include "runtime-replay/wasm/wasm_instance.h"

#include <string.h>

#include "sim/engine/digest.h"

static void link_imports(struct wasm_instance *w)
{
    const WASMModule *m = wasm_module_of(w);
    for (uint32_t i = 0; i < m->import_function_count; i++) {
        WASMFunctionImport *f = &m->import_functions[i].u.function;
        f->func_ptr_linked = wasm_host_as_object((void (*)(void))wasm_on_import);
        f->attachment = (void *)(uintptr_t)i;
        f->signature = NULL;
        f->call_conv_raw = true;
    }
}

static enum sim_status load(struct wasm_instance *w, size_t length, struct wasm_error *error)
{
    char text[128] = "";
    w->module = wasm_runtime_load(w->binary, (uint32_t)length, text, sizeof text);
    if (w->module == NULL) {
        return wasm_host_fail(error, SIM_ERR_INVALID, "not a valid module: %s",
                              wasm_host_text(text, "WASM module load failed: "));
    }
    const enum sim_status status = wasm_check_module(wasm_module_of(w), error);
    if (status == SIM_OK) {
        link_imports(w);
    }
    return status;
}

static enum sim_status instantiate(struct wasm_instance *w, struct wasm_error *error)
{
    const char *name = NULL;
    enum sim_status status = wasm_find_entry(wasm_module_of(w), &name, error);
    if (status != SIM_OK) {
        return status;
    }
    char text[128] = "";
    const uint32_t stack_bytes = w->host->limits.stack_bytes;
    w->instance = wasm_runtime_instantiate(w->module, stack_bytes, 0, text, sizeof text);
    if (w->instance == NULL) {
        return wasm_host_fail(error, SIM_ERR_INVALID, "cannot be instantiated: %s",
                              wasm_host_text(text, "WASM module instantiate failed: "));
    }
    w->entry = wasm_runtime_lookup_function(w->instance, name);
    w->env = wasm_runtime_create_exec_env(w->instance, stack_bytes);
    if (w->entry == NULL || w->env == NULL) {
        return wasm_host_fail(error, SIM_ERR_INVALID, "cannot be instantiated");
    }
    wasm_runtime_set_user_data(w->env, w);
    return wasm_check_entry((const WASMFunctionInstance *)w->entry, &w->entry_type, error);
}

static enum sim_status make(struct wasm_instance *w, const uint8_t *binary, size_t length,
                            struct wasm_error *error)
{
    w->binary_digest = digest_finish(digest_bytes(DIGEST_START, binary, length));
    w->binary = length > 0 && length <= UINT32_MAX ? wasm_arena_alloc(length) : NULL;
    if (w->binary == NULL) {
        return wasm_host_fail(error, SIM_ERR_INVALID, "%zu bytes are not a module", length);
    }
    memcpy(w->binary, binary, length);
    const enum sim_status status = load(w, length, error);
    return status == SIM_OK ? instantiate(w, error) : status;
}

/* Whatever the runtime made of it: the cause is that there was no memory. Of more than 4 GiB it
 * does not even ask the arena. */
static enum sim_status tell_refusal(const struct wasm_host *host, enum sim_status status,
                                    struct wasm_error *error)
{
    if (status != SIM_OK &&
        (host->arena.refused || strstr(error->text, "allocate memory failed") != NULL)) {
        return wasm_host_fail(error, SIM_ERR_FULL, "needs more than the %zu bytes that it may have",
                              host->limits.memory_bytes);
    }
    return status;
}

enum sim_status wasm_instance_create(struct wasm_instance **out, struct wasm_host *host,
                                     const uint8_t *binary, size_t length, struct wasm_error *error)
{
    struct wasm_arena *before = wasm_arena_enter(&host->arena);
    host->arena.refused = false;
    enum sim_status status = SIM_ERR_FULL;
    struct wasm_instance *w = wasm_arena_alloc(sizeof *w);
    if (w != NULL) {
        w->host = host;
        status = make(w, binary, length, error);
    }
    status = tell_refusal(host, status, error);
    if (status == SIM_OK) {
        *out = w;
    } else {
        wasm_instance_destroy(w);
    }
    (void)wasm_arena_enter(before);
    return status;
}

static void end_run(struct wasm_instance *w)
{
    if (w->stub != NULL) {
        frames_stub_destroy(w->stub);
    }
    if (w->env != NULL) {
        wasm_runtime_destroy_exec_env(w->env);
    }
    if (w->instance != NULL) {
        wasm_runtime_deinstantiate(w->instance);
    }
}

void wasm_instance_strip(struct wasm_instance *w)
{
    ASSERT(w->state == NULL); /* it was taken */
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    end_run(w);
    *w = (struct wasm_instance){
        .host = w->host,
        .binary = w->binary,
        .binary_digest = w->binary_digest,
        .module = w->module,
    };
    (void)wasm_arena_enter(before);
}

enum sim_status wasm_instance_renew(struct wasm_instance *w, struct wasm_error *error)
{
    ASSERT(w->instance == NULL);
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    w->host->arena.refused = false;
    const enum sim_status status = tell_refusal(w->host, instantiate(w, error), error);
    (void)wasm_arena_enter(before);
    return status;
}

void wasm_instance_destroy(struct wasm_instance *w)
{
    if (w == NULL) {
        return;
    }
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    end_run(w);
    if (w->module != NULL) {
        wasm_runtime_unload(w->module);
    }
    wasm_arena_free(w->binary);
    wasm_arena_free(w->state);
    wasm_arena_free(w);
    (void)wasm_arena_enter(before);
}

const struct wasm_type *wasm_instance_entry(const struct wasm_instance *w)
{
    return &w->entry_type;
}

uint32_t wasm_instance_import_count(const struct wasm_instance *w)
{
    return wasm_module_of(w)->import_function_count;
}

const char *wasm_instance_import_name(const struct wasm_instance *w, uint32_t import)
{
    return wasm_import_of(w, import)->field_name;
}

void wasm_instance_import_type(const struct wasm_instance *w, uint32_t import,
                               struct wasm_type *type)
{
    wasm_describe_type(wasm_import_of(w, import)->func_type, type);
}
