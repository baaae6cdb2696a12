/* The runtime itself, once a process, and hosts. */
#include "runtime-replay/wasm/wasm_host.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runtime-replay/wasm/wasm_instance.h"

/* ---- words ---- */

enum sim_status wasm_host_fail(struct wasm_error *error, enum sim_status status, const char *format,
                               ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
}

const char *wasm_host_text(const char *text, const char *prefix)
{
    const size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : text;
}

void *wasm_host_as_object(void (*function)(void))
{
    void *object;
    _Static_assert(sizeof object == sizeof function, "POSIX has them alike");
    memcpy(&object, &function, sizeof object);
    return object;
}

/* ---- the runtime itself, once a process ---- */

static pthread_once_t runtime_once = PTHREAD_ONCE_INIT;
static bool runtime_is_up;

/*
 * The runtime asks for linear memory in 32 bits, so that for all of its 65536 pages it asks for no
 * byte, and then takes 4 GiB for granted. It never asks for none otherwise.
 */
static bool has_wrapped(mem_alloc_usage_t usage, unsigned int bytes)
{
    return usage == Alloc_For_LinearMemory && bytes == 0;
}

static void *runtime_malloc(mem_alloc_usage_t usage, unsigned int bytes)
{
    return has_wrapped(usage, bytes) ? wasm_arena_refuse() : wasm_arena_alloc(bytes);
}

static void *runtime_realloc(mem_alloc_usage_t usage, bool mapped, void *block, unsigned int bytes)
{
    (void)mapped;
    return has_wrapped(usage, bytes) ? wasm_arena_refuse() : wasm_arena_realloc(block, bytes);
}

static void runtime_free(mem_alloc_usage_t usage, void *block)
{
    (void)usage;
    wasm_arena_free(block);
}

static void start_runtime(void)
{
    RuntimeInitArgs args = {
        .mem_alloc_type = Alloc_With_Allocator,
        .mem_alloc_option
            .allocator = {.malloc_func = wasm_host_as_object((void (*)(void))runtime_malloc),
                          .realloc_func = wasm_host_as_object((void (*)(void))runtime_realloc),
                          .free_func = wasm_host_as_object((void (*)(void))runtime_free)},
    };
    struct wasm_arena *before = wasm_arena_enter(NULL);
    runtime_is_up = wasm_runtime_full_init(&args);
    wasm_runtime_set_log_level(WASM_LOG_LEVEL_FATAL);
    (void)wasm_arena_enter(before);
}

bool wasm_host_is_available(void)
{
    return true;
}

const char *wasm_host_runtime(void)
{
    return "WAMR 2.4.3, classic interpreter";
}

/* ---- the host ---- */

enum sim_status wasm_host_create(struct wasm_host **host, const struct wasm_host_limits *limits)
{
    (void)pthread_once(&runtime_once, start_runtime);
    /* It looks this up once a thread, for longer than a small tasklet runs: not while we measure.
     */
    (void)os_thread_get_stack_boundary();
    struct wasm_arena *before = wasm_arena_enter(NULL);
    struct wasm_host *h = runtime_is_up ? wasm_arena_alloc(sizeof *h) : NULL;
    (void)wasm_arena_enter(before);
    if (h == NULL) {
        return SIM_ERR_NOMEM;
    }
    *h = (struct wasm_host){.arena.limit_bytes = limits->memory_bytes, .limits = *limits};
    *host = h;
    return SIM_OK;
}

void wasm_host_destroy(struct wasm_host *host)
{
    if (host != NULL) {
        ASSERT(host->arena.held_bytes == 0);
        wasm_arena_free(host);
    }
}

size_t wasm_host_peak_bytes(const struct wasm_host *host)
{
    return host->arena.peak_bytes;
}

size_t wasm_host_held_bytes(const struct wasm_host *host)
{
    return host->arena.held_bytes;
}

void wasm_host_reset_peak(struct wasm_host *host)
{
    host->arena.peak_bytes = host->arena.held_bytes;
}

void *wasm_host_alloc(struct wasm_host *host, size_t bytes)
{
    struct wasm_arena *before = wasm_arena_enter(&host->arena);
    void *block = wasm_arena_alloc(bytes);
    (void)wasm_arena_enter(before);
    return block;
}

void wasm_host_free(void *block)
{
    wasm_arena_free(block);
}
