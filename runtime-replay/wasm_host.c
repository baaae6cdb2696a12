#include "runtime-replay/wasm_host.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <wasm_export.h>
#include <wasm_runtime.h>

#include "runtime-replay/wasm_arena.h"
#include "runtime-replay/wasm_frames.h"
#include "sim/engine/digest.h"

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
    uint32_t pending;     /* import, where it was left for suspending */
    uint8_t *state;
    size_t state_bytes;
    uint64_t beyond;          /* of the budget: more than the runtime's counter holds */
    struct frames_stub *stub; /* while it is being resumed */
    const uint32_t *resumed_with;
    uint64_t resumed_left;
};

SIM_PRINTF(3, 4)
static enum sim_status fail(struct wasm_error *error, enum sim_status status, const char *format,
                            ...)
{
    va_list list;
    va_start(list, format);
    (void)vsnprintf(error->text, sizeof error->text, format, list);
    va_end(list);
    return status;
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

/* The runtime's struct takes functions as void pointers. */
static void *as_object(void (*function)(void))
{
    void *object;
    _Static_assert(sizeof object == sizeof function, "POSIX has them alike");
    memcpy(&object, &function, sizeof object);
    return object;
}

static void start_runtime(void)
{
    RuntimeInitArgs args = {
        .mem_alloc_type = Alloc_With_Allocator,
        .mem_alloc_option.allocator = {.malloc_func = as_object((void (*)(void))runtime_malloc),
                                       .realloc_func = as_object((void (*)(void))runtime_realloc),
                                       .free_func = as_object((void (*)(void))runtime_free)},
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

static int64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SIM_S + t.tv_nsec;
}

/* ---- types ---- */

static const char *type_name(uint8_t type)
{
    switch (type) {
    case VALUE_TYPE_I32:
        return "i32";
    case VALUE_TYPE_I64:
        return "i64";
    case VALUE_TYPE_F32:
        return "f32";
    case VALUE_TYPE_F64:
        return "f64";
    default: /* any byte may stand there */
        return "?";
    }
}

static size_t append_types(char *text, size_t at, const uint8_t *type, uint32_t count)
{
    for (uint32_t i = 0; i < count && at < WASM_TYPE_MAX; i++) {
        at += (size_t)snprintf(text + at, WASM_TYPE_MAX - at, "%s%s", i > 0 ? ", " : "",
                               type_name(type[i]));
    }
    return at;
}

static void describe_type(const WASMFuncType *t, struct wasm_type *out)
{
    *out = (struct wasm_type){.argument_cells = t->param_cell_num, .result_cells = t->ret_cell_num};
    size_t at = (size_t)snprintf(out->text, WASM_TYPE_MAX, "(");
    at = append_types(out->text, at, t->types, t->param_count);
    if (at < WASM_TYPE_MAX) {
        at += (size_t)snprintf(out->text + at, WASM_TYPE_MAX - at, ") -> (");
    }
    at = append_types(out->text, at, t->types + t->param_count, t->result_count);
    if (at < WASM_TYPE_MAX) {
        (void)snprintf(out->text + at, WASM_TYPE_MAX - at, ")");
    }
}

/* ---- loading and checking ---- */

static const WASMModule *module_of(const struct wasm_instance *w)
{
    return (const WASMModule *)(const void *)w->module;
}

static const WASMFunctionImport *import_of(const struct wasm_instance *w, uint32_t import)
{
    ASSERT(import < module_of(w)->import_function_count);
    return &module_of(w)->import_functions[import].u.function;
}

static void on_import(wasm_exec_env_t env, uint64_t *slot);

/* A name is looked up and shown to people: it does not hold what a terminal might obey. */
static bool is_name(const char *name)
{
    size_t length = 0;
    for (; name[length] != '\0'; length++) {
        if (name[length] < ' ' || name[length] > '~') {
            return false;
        }
    }
    return length > 0 && length < WASM_IMPORT_MAX;
}

static enum sim_status check_import(const WASMFunctionImport *f, uint32_t import,
                                    struct wasm_error *error)
{
    if (!is_name(f->field_name)) {
        return fail(error, SIM_ERR_INVALID,
                    "import %" PRIu32 " has no name of 1 to %d printable ASCII characters", import,
                    WASM_IMPORT_MAX - 1);
    }
    struct wasm_type type;
    describe_type(f->func_type, &type);
    if (f->func_type->result_count <= 1 && type.argument_cells <= WASM_CELLS_MAX) {
        return SIM_OK;
    }
    return fail(error, SIM_ERR_INVALID,
                "imports '%s' as %.60s; a sub-tasklet takes at most %d cells of 32 bits and gives "
                "at most one result",
                f->field_name, type.text, WASM_CELLS_MAX);
}

/* The runtime only warns of an import that it does not know, and traps when it is called. */
static enum sim_status link_imports(struct wasm_instance *w, struct wasm_error *error)
{
    const WASMModule *m = module_of(w);
    if (m->import_count != m->import_function_count) {
        return fail(error, SIM_ERR_INVALID,
                    "imports a memory, table or global; a tasklet may import sub-tasklets only");
    }
    for (uint32_t i = 0; i < m->import_function_count; i++) {
        WASMFunctionImport *f = &m->import_functions[i].u.function;
        const enum sim_status status = check_import(f, i, error);
        if (status != SIM_OK) {
            return status;
        }
        f->func_ptr_linked = as_object((void (*)(void))on_import);
        f->attachment = (void *)(uintptr_t)i;
        f->signature = NULL;
        f->call_conv_raw = true;
    }
    return SIM_OK;
}

/* These would run before anybody could set a budget. */
static enum sim_status check_nothing_starts(const WASMModule *m, struct wasm_error *error)
{
    if (m->start_function != UINT32_MAX) {
        return fail(error, SIM_ERR_INVALID, "has a start function; a tasklet runs when called");
    }
    for (uint32_t i = 0; i < m->export_count; i++) {
        if (strcmp(m->exports[i].name, "__post_instantiate") == 0) {
            return fail(error, SIM_ERR_INVALID,
                        "exports '__post_instantiate', which the runtime would run unasked");
        }
    }
    return SIM_OK;
}

static enum sim_status find_entry(const WASMModule *m, const char **name, struct wasm_error *error)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->export_count; i++) {
        if (m->exports[i].kind != EXPORT_KIND_FUNC) {
            continue;
        }
        if (strcmp(m->exports[i].name, "run") == 0) {
            *name = m->exports[i].name;
            count = 1;
            break;
        }
        *name = m->exports[i].name;
        count++;
    }
    if (count == 1) {
        return SIM_OK;
    }
    return fail(error, SIM_ERR_INVALID,
                "exports %" PRIu32 " functions, none of them named 'run': which is its entry?",
                count);
}

static enum sim_status check_entry(struct wasm_instance *w, struct wasm_error *error)
{
    const WASMFunctionInstance *f = (const WASMFunctionInstance *)w->entry;
    if (f->is_import_func) {
        return fail(error, SIM_ERR_INVALID, "exports what it imports; a tasklet has code");
    }
    describe_type(f->u.func->func_type, &w->entry_type);
    if (w->entry_type.argument_cells > WASM_CELLS_MAX ||
        w->entry_type.result_cells > WASM_CELLS_MAX) {
        return fail(error, SIM_ERR_INVALID,
                    "its entry is %s; at most %d cells of 32 bits each way can be passed",
                    w->entry_type.text, WASM_CELLS_MAX);
    }
    return SIM_OK;
}

static bool text_has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* The runtime's text, without what it always begins with. */
static const char *without(const char *text, const char *prefix)
{
    const size_t length = strlen(prefix);
    return strncmp(text, prefix, length) == 0 ? text + length : text;
}

static enum sim_status load(struct wasm_instance *w, size_t length, struct wasm_error *error)
{
    char text[128] = "";
    w->module = wasm_runtime_load(w->binary, (uint32_t)length, text, sizeof text);
    if (w->module == NULL) {
        return fail(error, SIM_ERR_INVALID, "not a valid module: %s",
                    without(text, "WASM module load failed: "));
    }
    const enum sim_status status = check_nothing_starts(module_of(w), error);
    return status == SIM_OK ? link_imports(w, error) : status;
}

static enum sim_status instantiate(struct wasm_instance *w, struct wasm_error *error)
{
    const char *name = NULL;
    enum sim_status status = find_entry(module_of(w), &name, error);
    if (status != SIM_OK) {
        return status;
    }
    char text[128] = "";
    const uint32_t stack_bytes = w->host->limits.stack_bytes;
    w->instance = wasm_runtime_instantiate(w->module, stack_bytes, 0, text, sizeof text);
    if (w->instance == NULL) {
        return fail(error, SIM_ERR_INVALID, "cannot be instantiated: %s",
                    without(text, "WASM module instantiate failed: "));
    }
    w->entry = wasm_runtime_lookup_function(w->instance, name);
    w->env = wasm_runtime_create_exec_env(w->instance, stack_bytes);
    if (w->entry == NULL || w->env == NULL) {
        return fail(error, SIM_ERR_INVALID, "cannot be instantiated");
    }
    wasm_runtime_set_user_data(w->env, w);
    return check_entry(w, error);
}

static enum sim_status make(struct wasm_instance *w, const uint8_t *binary, size_t length,
                            struct wasm_error *error)
{
    w->binary_digest = digest_finish(digest_bytes(DIGEST_START, binary, length));
    w->binary = length > 0 && length <= UINT32_MAX ? wasm_arena_alloc(length) : NULL;
    if (w->binary == NULL) {
        return fail(error, SIM_ERR_INVALID, "%zu bytes are not a module", length);
    }
    memcpy(w->binary, binary, length);
    const enum sim_status status = load(w, length, error);
    return status == SIM_OK ? instantiate(w, error) : status;
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
    /* Whatever the runtime made of it: the cause is that there was no memory. Of more than 4 GiB it
     * does not even ask the arena. */
    if (status != SIM_OK &&
        (host->arena.refused || text_has(error->text, "allocate memory failed"))) {
        status = fail(error, SIM_ERR_FULL, "needs more than the %zu bytes that it may have",
                      host->limits.memory_bytes);
    }
    if (status == SIM_OK) {
        *out = w;
    } else {
        wasm_instance_destroy(w);
    }
    (void)wasm_arena_enter(before);
    return status;
}

void wasm_instance_destroy(struct wasm_instance *w)
{
    if (w == NULL) {
        return;
    }
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    if (w->stub != NULL) {
        frames_stub_destroy(w->stub);
    }
    if (w->env != NULL) {
        wasm_runtime_destroy_exec_env(w->env);
    }
    if (w->instance != NULL) {
        wasm_runtime_deinstantiate(w->instance);
    }
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
    return module_of(w)->import_function_count;
}

const char *wasm_instance_import_name(const struct wasm_instance *w, uint32_t import)
{
    return import_of(w, import)->field_name;
}

void wasm_instance_import_type(const struct wasm_instance *w, uint32_t import,
                               struct wasm_type *type)
{
    describe_type(import_of(w, import)->func_type, type);
}

/* ---- the budget ---- */

static uint64_t budget_left(const struct wasm_instance *w)
{
    return frames_left(w->env) + w->beyond;
}

static void budget_set(struct wasm_instance *w, uint64_t left)
{
    const uint64_t counted = left < INT32_MAX ? left : INT32_MAX;
    w->beyond = left - counted;
    frames_set_left(w->env, counted);
}

/* ---- a sub-call ---- */

/* The runtime passes arguments in slots of 64 bits, and takes a result in the first. */
static void cells_of_slots(const WASMFuncType *t, const uint64_t *slot, uint32_t *cell)
{
    for (uint32_t i = 0; i < t->param_count; i++) {
        const size_t cells = t->types[i] == VALUE_TYPE_I64 || t->types[i] == VALUE_TYPE_F64 ? 2 : 1;
        memcpy(cell, &slot[i], cells * sizeof *cell);
        cell += cells;
    }
}

static void leave(struct wasm_instance *w)
{
    w->has_left = true;
    wasm_runtime_set_exception(w->instance, "left for a sub-tasklet");
}

static void suspend(struct wasm_instance *w, uint32_t import)
{
    const int64_t start = now_ns();
    const enum sim_status status =
        frames_save(w->env, w->binary_digest, import, &w->state, &w->state_bytes);
    w->run->save_host_ns += now_ns() - start;
    if (status == SIM_OK) {
        w->pending = import;
        leave(w);
    } else {
        wasm_runtime_set_exception(w->instance, "no memory to save the state");
    }
}

static void call_user(struct wasm_instance *w, uint32_t import, uint64_t *slot)
{
    struct wasm_call call = {.import = import, .left = budget_left(w)};
    cells_of_slots(import_of(w, import)->func_type, slot, call.argument);
    ASSERT(w->run->call != NULL);
    switch (w->run->call(w->run->context, w, &call)) {
    case WASM_ANSWERED:
        memcpy(slot, call.result, sizeof call.result);
        budget_set(w, call.left);
        break;
    case WASM_SUSPENDED:
        suspend(w, import);
        break;
    case WASM_ABANDONED:
        budget_set(w, call.left);
        leave(w);
        break;
    }
}

static void on_import(wasm_exec_env_t env, uint64_t *slot)
{
    struct wasm_instance *w = wasm_runtime_get_user_data(env);
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    if (w->resumed_with != NULL) {
        memcpy(slot, w->resumed_with, 2 * sizeof *w->resumed_with);
        w->resumed_with = NULL;
        const int64_t start = now_ns();
        frames_rebuild(env, w->stub);
        w->run->restore_host_ns += now_ns() - start;
        /* The return from the stub is metered, and is none of the tasklet's instructions. */
        budget_set(w, w->resumed_left + 1);
    } else {
        call_user(w, (uint32_t)(uintptr_t)wasm_runtime_get_function_attachment(env), slot);
    }
    (void)wasm_arena_enter(before);
}

/* ---- running ---- */

static enum wasm_end end_of(struct wasm_instance *w, bool returned)
{
    struct wasm_run *run = w->run;
    run->left = budget_left(w);
    if (returned) {
        return WASM_RETURNED;
    }
    if (w->has_left) {
        return WASM_LEFT;
    }
    const char *text = wasm_runtime_get_exception(w->instance);
    text = text == NULL ? "unknown" : without(text, "Exception: ");
    (void)snprintf(run->error.text, sizeof run->error.text, "%s", text);
    if (text_has(text, "instruction limit exceeded")) {
        return WASM_OUT_OF_BUDGET;
    }
    return text_has(text, "no memory") || text_has(text, "allocate memory failed")
               ? WASM_OUT_OF_MEMORY
               : WASM_TRAPPED;
}

static bool call_function(struct wasm_instance *w, wasm_function_inst_t function,
                          uint32_t argument_cells, uint32_t *cell)
{
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    const bool returned = wasm_runtime_call_wasm(w->env, function, argument_cells, cell);
    (void)wasm_arena_enter(before);
    return returned;
}

enum wasm_end wasm_instance_run(struct wasm_instance *w, const uint32_t *argument,
                                struct wasm_run *run)
{
    uint32_t cell[WASM_CELLS_MAX] = {0};
    if (w->entry_type.argument_cells > 0) {
        memcpy(cell, argument, w->entry_type.argument_cells * sizeof *cell);
    }
    ASSERT(!w->is_spent);
    w->run = run;
    budget_set(w, run->left);
    const bool returned = call_function(w, w->entry, w->entry_type.argument_cells, cell);
    const enum wasm_end end = end_of(w, returned);
    w->is_spent = end != WASM_RETURNED;
    if (end == WASM_RETURNED) {
        memcpy(run->result, cell, sizeof cell);
    }
    return end;
}

bool wasm_instance_write(struct wasm_instance *w, uint32_t at, const void *bytes, uint32_t length)
{
    const WASMModuleInstance *m = (const WASMModuleInstance *)(const void *)w->instance;
    WASMMemoryInstance *memory = m->memory_count > 0 ? m->memories[0] : NULL;
    if (memory == NULL || length > memory->memory_data_size ||
        at > memory->memory_data_size - length) {
        return false;
    }
    if (length > 0) {
        memcpy(memory->memory_data + at, bytes, length);
    }
    return true;
}

uint32_t wasm_instance_pending(const struct wasm_instance *w)
{
    return w->pending;
}

uint8_t *wasm_instance_take_state(struct wasm_instance *w, size_t *bytes)
{
    uint8_t *state = w->state;
    *bytes = w->state_bytes;
    w->state = NULL;
    return state;
}

enum sim_status wasm_instance_resume(struct wasm_instance *w, const uint8_t *state, size_t bytes,
                                     const uint32_t *result, struct wasm_run *run,
                                     enum wasm_end *end)
{
    ASSERT(!w->is_spent);
    w->is_spent = true;
    const int64_t start = now_ns();
    struct wasm_arena *before = wasm_arena_enter(&w->host->arena);
    const enum sim_status status = frames_prepare(w->env, w->binary_digest, state, bytes, &w->stub);
    (void)wasm_arena_enter(before);
    run->restore_host_ns += now_ns() - start;
    if (status != SIM_OK) {
        return fail(&run->error, status, "%s",
                    status == SIM_ERR_FULL ? "no memory or stack for the saved state"
                                           : "these bytes are no saved state of this module");
    }
    uint32_t cell[WASM_CELLS_MAX] = {0};
    w->run = run;
    w->resumed_with = result;
    w->resumed_left = run->left;
    budget_set(w, INT32_MAX); /* until the stub has led to the import */
    const bool returned = call_function(w, frames_stub_function(w->stub), 0, cell);
    *end = end_of(w, returned);
    if (w->resumed_with != NULL) { /* not even the stub could run: what is left is all */
        run->left = w->resumed_left;
    }
    if (*end == WASM_RETURNED) {
        memcpy(run->result, frames_result(w->stub),
               w->entry_type.result_cells * sizeof *run->result);
    }
    return SIM_OK;
}
