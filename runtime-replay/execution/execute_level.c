#include "runtime-replay/execution/execute_level.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runtime-replay/host_clock.h"

bool level_stop(struct execute_runner *e, enum execute_end end, const char *name,
                const char *format, ...)
{
    struct execution *out = e->out;
    char text[EXECUTE_TEXT_MAX];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(text, sizeof text, format, list);
    va_end(list);
    out->end = end;
    (void)snprintf(out->error, sizeof out->error, "tasklet '%s': %.*s", name,
                   (int)(sizeof out->error - sizeof "tasklet '': " - WASM_IMPORT_MAX), text);
    return false;
}

bool level_init(struct level *v, struct execute_runner *e, const struct level *caller,
                const char *name)
{
    *v = (struct level){
        .runner = e, .caller = caller, .depth = caller == NULL ? 1 : caller->depth + 1};
    (void)snprintf(v->name, sizeof v->name, "%s", name);
    if (v->depth > e->limits.depth) {
        return level_stop(e, EXECUTE_TOO_DEEP, v->name,
                          "more than %" PRIu32 " tasklets call each other", e->limits.depth);
    }
    if (!e->source.find(e->source.context, name, &v->binary)) {
        return caller == NULL
                   ? level_stop(e, EXECUTE_NO_TASKLET, v->name, "there is no such tasklet")
                   : level_stop(e, EXECUTE_NO_TASKLET, caller->name,
                                "calls '%s', which is not there", v->name);
    }
    return true;
}

void level_deinit(struct level *v)
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
        const uint32_t cells = v->runner->cells;
        return v->state != NULL || cells == type->argument_cells ||
               level_stop(v->runner, EXECUTE_BAD_MODULE, v->name,
                          "its entry is %.60s, %" PRIu32
                          " cells of arguments: it was given %" PRIu32,
                          type->text, type->argument_cells, cells);
    }
    if (strcmp(type->text, v->caller->callee_type.text) == 0) {
        return true;
    }
    return level_stop(v->runner, EXECUTE_BAD_MODULE, v->caller->name,
                      "imports '%s' as %.60s, but it is %.60s", v->name,
                      v->caller->callee_type.text, type->text);
}

/* A module that was kept is loaded no more. */
static enum sim_status create_or_renew(struct level *v, struct wasm_error *error)
{
    struct execute_runner *e = v->runner;
    if (v->w != NULL) {
        return wasm_instance_renew(v->w, error);
    }
    const enum sim_status status =
        wasm_instance_create(&v->w, e->host, v->binary.bytes, v->binary.length, error);
    e->out->loads += status == SIM_OK;
    return status;
}

/* The ends that no level has by itself. */
static bool stop_at_toll(struct level *v)
{
    return level_stop(v->runner, EXECUTE_OUT_OF_BUDGET, v->name,
                      "stopped: its loads, saved states and memory take more than the run may");
}

static bool stop_late(struct level *v)
{
    return level_stop(v->runner, EXECUTE_TOO_LATE, v->name,
                      "stopped: the run takes longer than %" PRId64 " ms",
                      v->runner->limits.host_ns / SIM_MS);
}

bool level_pay_state(struct level *v)
{
    struct execute_runner *e = v->runner;
    return wasm_toll_state(&e->toll, wasm_host_held_bytes(e->host)) || stop_at_toll(v);
}

/* Before each load, which is what a run does most of where it does little else. */
static bool may_go_on(struct level *v)
{
    struct execute_runner *e = v->runner;
    if (e->out->sub_calls > e->limits.sub_calls) {
        return level_stop(e, EXECUTE_OUT_OF_BUDGET, v->name,
                          "stopped: the run may make %" PRIu64 " sub-calls", e->limits.sub_calls);
    }
    if (wasm_toll_is_late(&e->toll)) {
        return stop_late(v);
    }
    const bool is_kept = v->w != NULL; /* then nothing is loaded */
    return is_kept || wasm_toll_load(&e->toll, v->binary.length) || stop_at_toll(v);
}

bool level_load(struct level *v)
{
    struct execute_runner *e = v->runner;
    struct wasm_error error = {{0}};
    if (!may_go_on(v)) {
        return false;
    }
    const int64_t start = host_clock_ns();
    const enum sim_status status = create_or_renew(v, &error);
    e->out->load_host_ns += host_clock_ns() - start;
    if (status != SIM_OK) {
        return level_stop(e, status == SIM_ERR_FULL ? EXECUTE_OUT_OF_MEMORY : EXECUTE_BAD_MODULE,
                          v->name, "%s", error.text);
    }
    return level_pay_state(v) && check_type(v);
}

void level_unload(struct level *v)
{
    wasm_instance_destroy(v->w);
    v->w = NULL;
}

void level_leave(struct level *v)
{
    if (v->runner->keeps_modules) {
        wasm_instance_strip(v->w);
    } else {
        level_unload(v);
    }
}

void level_note_call(struct level *v, struct wasm_instance *w, const struct wasm_call *call)
{
    (void)snprintf(v->callee, sizeof v->callee, "%s", wasm_instance_import_name(w, call->import));
    wasm_instance_import_type(w, call->import, &v->callee_type);
    memcpy(v->argument, call->argument, sizeof v->argument);
    v->runner->out->sub_calls++;
}

void level_charge(struct level *v, uint64_t left)
{
    struct execute_runner *e = v->runner;
    ASSERT(left <= e->left);
    const uint64_t used = e->left - left;
    v->instructions += used;
    e->out->instructions += used;
    e->left = left;
}

bool level_ended_well(struct level *v, enum wasm_end end, const struct wasm_run *run)
{
    struct execute_runner *e = v->runner;
    switch (end) {
    case WASM_RETURNED:
    case WASM_LEFT:
        return true;
    case WASM_OUT_OF_BUDGET:
        return level_stop(e, EXECUTE_OUT_OF_BUDGET, v->name,
                          "stopped: the run may execute %" PRIu64 " instructions",
                          e->limits.instructions);
    case WASM_OUT_OF_TOLL:
        return stop_at_toll(v);
    case WASM_TOO_LATE:
        return stop_late(v);
    case WASM_OUT_OF_MEMORY:
        return level_stop(e, EXECUTE_OUT_OF_MEMORY, v->name,
                          "needs more than the %zu bytes that a run may have",
                          e->limits.memory_bytes);
    case WASM_TRAPPED:
        return level_stop(e, EXECUTE_TRAPPED, v->name, "%s", run->error.text);
    }
    return false;
}
