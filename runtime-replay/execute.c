#include "runtime-replay/execute.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "runtime-replay/wasm_host.h"

_Static_assert((int)EXECUTE_CELLS_MAX == (int)WASM_CELLS_MAX, "one limit, two rooms' names");

enum { NAME_MAX_BYTES = 64 };

struct executor {
    struct wasm_host *host;
    struct execute_limits limits;
    struct execute_source source;
    struct execution *out; /* of the run that goes on */
    uint32_t cells;        /* of the arguments that it was given */
    uint64_t left;         /* of its budget */
};

struct execute_limits execute_limits_default(void)
{
    return (struct execute_limits){
        .memory_bytes = (size_t)1 << 20,
        .stack_bytes = 16 * 1024,
        .instructions = INT32_MAX,
        .depth = 64,
    };
}

enum sim_status executor_create(struct executor **out, const struct execute_limits *limits,
                                const struct execute_source *source)
{
    struct executor *e = calloc(1, sizeof *e);
    if (e == NULL) {
        return SIM_ERR_NOMEM;
    }
    e->limits = *limits;
    e->source = *source;
    const struct wasm_host_limits host = {limits->memory_bytes, limits->stack_bytes};
    const enum sim_status status = wasm_host_create(&e->host, &host);
    if (status != SIM_OK) {
        free(e);
        return status;
    }
    *out = e;
    return SIM_OK;
}

void executor_destroy(struct executor *e)
{
    if (e != NULL) {
        wasm_host_destroy(e->host);
        free(e);
    }
}

/* ---- words ---- */

static const char *const mode_name[] = {
    [EXECUTE_NESTED] = "nested",
    [EXECUTE_SUSPENDED] = "suspended",
    [EXECUTE_REEXECUTED] = "reexecuted",
};

const char *execute_mode_name(enum execute_mode mode)
{
    return mode_name[mode];
}

bool execute_mode_find(const char *name, enum execute_mode *mode)
{
    for (int m = EXECUTE_NESTED; m <= EXECUTE_REEXECUTED; m++) {
        if (strcmp(name, mode_name[m]) == 0) {
            *mode = (enum execute_mode)m;
            return true;
        }
    }
    return false;
}

const char *execute_end_text(enum execute_end end)
{
    switch (end) {
    case EXECUTE_RETURNED:
        return "returned";
    case EXECUTE_BAD_MODULE:
        return "bad module";
    case EXECUTE_NO_TASKLET:
        return "no such tasklet";
    case EXECUTE_TRAPPED:
        return "trapped";
    case EXECUTE_OUT_OF_BUDGET:
        return "out of budget";
    case EXECUTE_OUT_OF_MEMORY:
        return "out of memory";
    case EXECUTE_TOO_DEEP:
        return "too deep";
    }
    return "unknown";
}

static int64_t now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SIM_S + t.tv_nsec;
}

/* ---- one tasklet on the way down ---- */

/* Where it has got to. The strings are its own: instances come and go. */
struct level {
    struct wasm_instance *w; /* NULL while it is suspended */
    const struct level *caller;
    uint32_t depth; /* 1: the called tasklet */
    uint64_t instructions;
    char name[NAME_MAX_BYTES];
    struct execute_binary binary;

    /* The sub-call that it waits for. */
    char callee[NAME_MAX_BYTES];
    struct wasm_type callee_type;
    uint32_t argument[WASM_CELLS_MAX];
    uint32_t result[2];

    /* Suspended: what is left of it. */
    uint8_t *state;
    size_t state_bytes;

    /* Re-executed: the results of its sub-calls so far, two cells each. */
    uint32_t *record;
    uint32_t recorded, replayed;

    struct executor *executor;
};

SIM_PRINTF(4, 5)
static bool stop(struct executor *e, enum execute_end end, const char *name, const char *format,
                 ...)
{
    struct execution *out = e->out;
    char text[EXECUTE_TEXT_MAX];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    out->end = end;
    (void)snprintf(out->error, sizeof out->error, "tasklet '%s': %.*s", name,
                   (int)(sizeof out->error - sizeof "tasklet '': " - NAME_MAX_BYTES), text);
    return false;
}

static bool level_init(struct level *v, struct executor *e, const struct level *caller,
                       const char *name)
{
    *v = (struct level){
        .executor = e, .caller = caller, .depth = caller == NULL ? 1 : caller->depth + 1};
    (void)snprintf(v->name, sizeof v->name, "%s", name);
    if (v->depth > e->limits.depth) {
        return stop(e, EXECUTE_TOO_DEEP, v->name, "more than %" PRIu32 " tasklets call each other",
                    e->limits.depth);
    }
    if (!e->source.find(e->source.context, name, &v->binary)) {
        return caller == NULL ? stop(e, EXECUTE_NO_TASKLET, v->name, "there is no such tasklet")
                              : stop(e, EXECUTE_NO_TASKLET, caller->name,
                                     "calls '%s', which is not there", v->name);
    }
    return true;
}

static void level_deinit(struct level *v)
{
    wasm_instance_destroy(v->w);
    wasm_host_free(v->state);
    wasm_host_free(v->record);
}

/* What a caller expects, and what the tasklet is. */
static bool check_type(struct level *v)
{
    const struct wasm_type *type = wasm_instance_entry(v->w);
    if (v->caller == NULL) {
        const uint32_t cells = v->executor->cells;
        return cells == type->argument_cells ||
               stop(v->executor, EXECUTE_BAD_MODULE, v->name,
                    "its entry is %.60s, %" PRIu32 " cells of arguments: it was given %" PRIu32,
                    type->text, type->argument_cells, cells);
    }
    if (strcmp(type->text, v->caller->callee_type.text) == 0) {
        return true;
    }
    return stop(v->executor, EXECUTE_BAD_MODULE, v->caller->name,
                "imports '%s' as %.60s, but it is %.60s", v->name, v->caller->callee_type.text,
                type->text);
}

static bool load(struct level *v)
{
    struct executor *e = v->executor;
    struct wasm_error error = {{0}};
    const int64_t start = now_ns();
    const enum sim_status status =
        wasm_instance_create(&v->w, e->host, v->binary.bytes, v->binary.length, &error);
    e->out->load_host_ns += now_ns() - start;
    if (status != SIM_OK) {
        v->w = NULL;
        return stop(e, status == SIM_ERR_FULL ? EXECUTE_OUT_OF_MEMORY : EXECUTE_BAD_MODULE, v->name,
                    "%s", error.text);
    }
    e->out->loads++;
    return check_type(v);
}

static void unload(struct level *v)
{
    wasm_instance_destroy(v->w);
    v->w = NULL;
}

/* Remembers which sub-call the instance makes. */
static void note_call(struct level *v, struct wasm_instance *w, const struct wasm_call *call)
{
    (void)snprintf(v->callee, sizeof v->callee, "%s", wasm_instance_import_name(w, call->import));
    wasm_instance_import_type(w, call->import, &v->callee_type);
    memcpy(v->argument, call->argument, sizeof v->argument);
    v->executor->out->sub_calls++;
}

/* Charges what the instance has executed, given what is left of the budget now. */
static void charge(struct level *v, uint64_t left)
{
    struct executor *e = v->executor;
    ASSERT(left <= e->left);
    const uint64_t used = e->left - left;
    v->instructions += used;
    e->out->instructions += used;
    e->left = left;
}

static bool stop_at_end(struct level *v, enum wasm_end end, const struct wasm_run *run)
{
    struct executor *e = v->executor;
    switch (end) {
    case WASM_RETURNED:
    case WASM_LEFT:
        return true;
    case WASM_OUT_OF_BUDGET:
        return stop(e, EXECUTE_OUT_OF_BUDGET, v->name,
                    "stopped: the run may execute %" PRIu64 " instructions",
                    e->limits.instructions);
    case WASM_OUT_OF_MEMORY:
        return stop(e, EXECUTE_OUT_OF_MEMORY, v->name,
                    "needs more than the %zu bytes that a run may have", e->limits.memory_bytes);
    case WASM_TRAPPED:
        return stop(e, EXECUTE_TRAPPED, v->name, "%s", run->error.text);
    }
    return false;
}

static void keep_result(struct execution *out, const struct wasm_type *type, const uint32_t *cell)
{
    out->result_cells = type->result_cells;
    memcpy(out->result, cell, type->result_cells * sizeof *cell);
}

/* ---- nested: the sub-tasklet in an instance beside its caller's ---- */

static bool run_nested(struct level *v, const uint32_t *argument, uint32_t *result);

static enum wasm_answer answer_nested(void *context, struct wasm_instance *w,
                                      struct wasm_call *call)
{
    struct level *v = context;
    note_call(v, w, call);
    charge(v, call->left);
    struct level callee;
    uint32_t cell[WASM_CELLS_MAX] = {0};
    const bool ok = level_init(&callee, v->executor, v, v->callee) && load(&callee) &&
                    run_nested(&callee, v->argument, cell);
    level_deinit(&callee);
    memcpy(call->result, cell, sizeof call->result);
    call->left = v->executor->left;
    return ok ? WASM_ANSWERED : WASM_ABANDONED;
}

/* The budget is one for all: an instance that has left was told why further down. */
static bool run_nested(struct level *v, const uint32_t *argument, uint32_t *result)
{
    struct executor *e = v->executor;
    struct wasm_run run = {.left = e->left, .call = answer_nested, .context = v};
    const enum wasm_end end = wasm_instance_run(v->w, argument, &run);
    charge(v, run.left);
    memcpy(result, run.result, sizeof run.result);
    return stop_at_end(v, end, &run) && end == WASM_RETURNED;
}

/* ---- suspended: the caller makes room for the sub-tasklet ---- */

static enum wasm_answer answer_suspending(void *context, struct wasm_instance *w,
                                          struct wasm_call *call)
{
    note_call(context, w, call);
    return WASM_SUSPENDED;
}

static void suspend(struct level *v)
{
    struct execution *out = v->executor->out;
    const int64_t start = now_ns();
    v->state = wasm_instance_take_state(v->w, &v->state_bytes);
    unload(v);
    out->suspend_host_ns += now_ns() - start;
    out->suspensions++;
    out->state_bytes += v->state_bytes;
}

/* Runs until the tasklet returns or calls; *end says which. */
static bool go_on(struct level *v, const uint32_t *argument, uint32_t *result, enum wasm_end *end)
{
    struct executor *e = v->executor;
    struct wasm_run run = {.left = e->left, .call = answer_suspending, .context = v};
    if (!load(v)) {
        return false;
    }
    if (v->state == NULL) {
        *end = wasm_instance_run(v->w, argument, &run);
    } else {
        const enum sim_status status =
            wasm_instance_resume(v->w, v->state, v->state_bytes, v->result, &run, end);
        wasm_host_free(v->state);
        v->state = NULL;
        if (status != SIM_OK) {
            return stop(e, EXECUTE_OUT_OF_MEMORY, v->name, "%s", run.error.text);
        }
    }
    e->out->suspend_host_ns += run.save_host_ns;
    e->out->resume_host_ns += run.restore_host_ns;
    charge(v, run.left);
    memcpy(result, run.result, sizeof run.result);
    return stop_at_end(v, *end, &run);
}

static bool run_suspending(struct level *v, const uint32_t *argument, uint32_t *result)
{
    for (;;) {
        enum wasm_end end;
        if (!go_on(v, argument, result, &end)) {
            return false;
        }
        if (end == WASM_RETURNED) {
            return true;
        }
        struct level callee;
        uint32_t cell[WASM_CELLS_MAX] = {0};
        suspend(v);
        const bool ok = level_init(&callee, v->executor, v, v->callee) &&
                        run_suspending(&callee, v->argument, cell);
        level_deinit(&callee);
        if (!ok) {
            return false;
        }
        memcpy(v->result, cell, sizeof v->result);
    }
}

/* ---- reexecuted: the caller starts again, and finds the results recorded ---- */

static enum wasm_answer answer_from_record(void *context, struct wasm_instance *w,
                                           struct wasm_call *call)
{
    struct level *v = context;
    if (v->replayed < v->recorded) {
        memcpy(call->result, &v->record[(size_t)2 * v->replayed++], sizeof v->result);
        return WASM_ANSWERED;
    }
    note_call(v, w, call);
    return WASM_ABANDONED;
}

/* Room for one more result, in memory that counts. */
static bool record(struct level *v, const uint32_t *cell)
{
    struct executor *e = v->executor;
    uint32_t *grown = wasm_host_alloc(e->host, sizeof v->result * ((size_t)v->recorded + 1));
    if (grown == NULL) {
        return stop(e, EXECUTE_OUT_OF_MEMORY, v->name, "no memory for a sub-tasklet's result");
    }
    if (v->recorded > 0) {
        memcpy(grown, v->record, sizeof v->result * v->recorded);
    }
    memcpy(&grown[(size_t)2 * v->recorded++], cell, sizeof v->result);
    wasm_host_free(v->record);
    v->record = grown;
    return true;
}

static bool run_again(struct level *v, const uint32_t *argument, uint32_t *result,
                      enum wasm_end *end)
{
    struct executor *e = v->executor;
    struct wasm_run run = {.left = e->left, .call = answer_from_record, .context = v};
    v->replayed = 0;
    if (!load(v)) {
        return false;
    }
    *end = wasm_instance_run(v->w, argument, &run);
    charge(v, run.left);
    memcpy(result, run.result, sizeof run.result);
    return stop_at_end(v, *end, &run);
}

static bool run_reexecuting(struct level *v, const uint32_t *argument, uint32_t *result)
{
    for (;;) {
        enum wasm_end end;
        if (!run_again(v, argument, result, &end)) {
            return false;
        }
        if (end == WASM_RETURNED) {
            return true;
        }
        unload(v);
        struct level callee;
        uint32_t cell[WASM_CELLS_MAX] = {0};
        const bool ok = level_init(&callee, v->executor, v, v->callee) &&
                        run_reexecuting(&callee, v->argument, cell);
        level_deinit(&callee);
        if (!ok || !record(v, cell)) {
            return false;
        }
    }
}

/* ---- all three ---- */

static bool run_level(struct level *v, const uint32_t *argument, enum execute_mode mode,
                      uint32_t *result)
{
    switch (mode) {
    case EXECUTE_NESTED:
        return load(v) && run_nested(v, argument, result);
    case EXECUTE_SUSPENDED:
        return run_suspending(v, argument, result);
    case EXECUTE_REEXECUTED:
        return run_reexecuting(v, argument, result);
    }
    return false;
}

bool executor_run(struct executor *e, const char *name, const uint32_t *argument, uint32_t cells,
                  enum execute_mode mode, struct execution *out)
{
    ASSERT(cells <= WASM_CELLS_MAX);
    *out = (struct execution){.end = EXECUTE_RETURNED};
    e->out = out;
    e->cells = cells;
    e->left = e->limits.instructions;
    wasm_host_reset_peak(e->host);

    uint32_t given[WASM_CELLS_MAX] = {0};
    if (cells > 0) {
        memcpy(given, argument, cells * sizeof *given);
    }
    uint32_t result[WASM_CELLS_MAX] = {0};
    struct level top;
    const int64_t start = now_ns();
    bool ok = level_init(&top, e, NULL, name) && run_level(&top, given, mode, result);
    out->run_host_ns =
        now_ns() - start - out->load_host_ns - out->suspend_host_ns - out->resume_host_ns;
    if (ok) {
        keep_result(out, wasm_instance_entry(top.w), result);
    }
    out->own_instructions = top.instructions;
    level_deinit(&top);
    out->peak_bytes = wasm_host_peak_bytes(e->host);
    e->out = NULL;
    ASSERT(wasm_host_held_bytes(e->host) == 0);
    return ok;
}
