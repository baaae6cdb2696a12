/* In place of the sources that call the Wasm runtime, where the program is built without it. */
#include "runtime-replay/wasm/wasm_host.h"

bool wasm_host_is_available(void)
{
    return false;
}

const char *wasm_host_runtime(void)
{
    return "none";
}

enum sim_status wasm_host_create(struct wasm_host **host, const struct wasm_host_limits *limits)
{
    (void)host;
    (void)limits;
    return SIM_ERR_NOTFOUND;
}

void wasm_host_destroy(struct wasm_host *host)
{
    ASSERT(host == NULL);
}

/* Without a host there is no instance: nobody can get here. */

size_t wasm_host_peak_bytes(const struct wasm_host *host)
{
    ASSERT(host == NULL);
    return 0;
}

size_t wasm_host_held_bytes(const struct wasm_host *host)
{
    ASSERT(host == NULL);
    return 0;
}

void wasm_host_reset_peak(struct wasm_host *host)
{
    ASSERT(host == NULL);
}

void *wasm_host_alloc(struct wasm_host *host, size_t bytes)
{
    (void)bytes;
    ASSERT(host == NULL);
    return NULL;
}

void wasm_host_free(void *block)
{
    ASSERT(block == NULL);
}

enum sim_status wasm_instance_create(struct wasm_instance **w, struct wasm_host *host,
                                     const uint8_t *binary, size_t length, struct wasm_error *error)
{
    (void)w;
    (void)binary;
    (void)length;
    (void)error;
    ASSERT(host == NULL);
    return SIM_ERR_NOTFOUND;
}

void wasm_instance_destroy(struct wasm_instance *w)
{
    ASSERT(w == NULL);
}

void wasm_instance_strip(struct wasm_instance *w)
{
    ASSERT(w == NULL);
}

enum sim_status wasm_instance_renew(struct wasm_instance *w, struct wasm_error *error)
{
    (void)error;
    ASSERT(w == NULL);
    return SIM_ERR_NOTFOUND;
}

const struct wasm_type *wasm_instance_entry(const struct wasm_instance *w)
{
    ASSERT(w == NULL);
    return NULL;
}

uint32_t wasm_instance_import_count(const struct wasm_instance *w)
{
    ASSERT(w == NULL);
    return 0;
}

const char *wasm_instance_import_name(const struct wasm_instance *w, uint32_t import)
{
    (void)import;
    ASSERT(w == NULL);
    return NULL;
}

void wasm_instance_import_type(const struct wasm_instance *w, uint32_t import,
                               struct wasm_type *type)
{
    (void)import;
    (void)type;
    ASSERT(w == NULL);
}

enum wasm_end wasm_instance_run(struct wasm_instance *w, const uint32_t *argument,
                                struct wasm_run *run)
{
    (void)argument;
    (void)run;
    ASSERT(w == NULL);
    return WASM_TRAPPED;
}

bool wasm_instance_write(struct wasm_instance *w, uint32_t at, const void *bytes, uint32_t length)
{
    (void)at;
    (void)bytes;
    (void)length;
    ASSERT(w == NULL);
    return false;
}

bool wasm_instance_read(const struct wasm_instance *w, uint32_t at, void *bytes, uint32_t length)
{
    (void)at;
    (void)bytes;
    (void)length;
    ASSERT(w == NULL);
    return false;
}

uint8_t *wasm_instance_take_state(struct wasm_instance *w, size_t *bytes)
{
    (void)bytes;
    ASSERT(w == NULL);
    return NULL;
}

enum sim_status wasm_instance_check_state(struct wasm_instance *w, const uint8_t *state,
                                          size_t bytes, struct wasm_error *error)
{
    (void)state;
    (void)bytes;
    (void)error;
    ASSERT(w == NULL);
    return SIM_ERR_NOTFOUND;
}

enum sim_status wasm_instance_resume(struct wasm_instance *w, const uint8_t *state, size_t bytes,
                                     const uint32_t *result, struct wasm_run *run,
                                     enum wasm_end *end)
{
    (void)state;
    (void)bytes;
    (void)result;
    (void)run;
    (void)end;
    ASSERT(w == NULL);
    return SIM_ERR_NOTFOUND;
}
