#include "runtime-replay/execution/execute.h"

#include <stdlib.h>
#include <string.h>

#include "runtime-replay/execution/execute_level.h"
#include "runtime-replay/host_clock.h"
#include "sim/engine/digest.h"

_Static_assert((int)EXECUTE_CELLS_MAX == (int)WASM_CELLS_MAX, "one limit, two rooms' names");

struct execute_limits execute_limits_default(void)
{
    return (struct execute_limits){
        .memory_bytes = (size_t)1 << 20,
        .stack_bytes = 16 * 1024,
        .instructions = INT32_MAX,
        .depth = 64,
        .sub_calls = 1000000,
        .toll = INT32_MAX,
        .host_ns = 60 * SIM_S,
    };
}

enum sim_status execute_create(struct execute_runner **out, const struct execute_limits *limits,
                               const struct execute_source *source)
{
    struct execute_runner *e = calloc(1, sizeof *e);
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

void execute_destroy(struct execute_runner *e)
{
    if (e != NULL) {
        wasm_host_destroy(e->host);
        free(e);
    }
}

uint32_t execute_argument(uint32_t replication, int64_t call_id)
{
    const uint64_t digest = digest_word(digest_word(DIGEST_START, replication), (uint64_t)call_id);
    return (uint32_t)digest_finish(digest);
}

/* ---- words ---- */

static const char *const mode_name[] = {
    [EXECUTE_NESTED] = "nested",
    [EXECUTE_SUSPENDED] = "suspended",
    [EXECUTE_KEPT] = "kept",
    [EXECUTE_REEXECUTED] = "reexecuted",
};

const char *execute_mode_name(enum execute_mode mode)
{
    return mode_name[mode];
}

bool execute_mode_find(const char *name, enum execute_mode *mode)
{
    for (int m = EXECUTE_NESTED; m < EXECUTE_MODES; m++) {
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
    case EXECUTE_TOO_LATE:
        return "too late";
    }
    return "unknown";
}

/* ---- a run ---- */

static void keep_result(struct execution *out, const struct wasm_type *type, const uint32_t *cell)
{
    out->result_cells = type->result_cells;
    memcpy(out->result, cell, type->result_cells * sizeof *cell);
}

static bool run_level(struct level *v, const uint32_t *argument, enum execute_mode mode,
                      uint32_t *result)
{
    switch (mode) {
    case EXECUTE_NESTED:
        return execute_nested(v, argument, result);
    case EXECUTE_SUSPENDED:
    case EXECUTE_KEPT:
        return execute_suspended(v, argument, result);
    case EXECUTE_REEXECUTED:
        return execute_reexecuted(v, argument, result);
    case EXECUTE_MODES:
        break;
    }
    return false;
}

static void begin(struct execute_runner *e, uint32_t cells, enum execute_mode mode,
                  struct execution *out)
{
    *out = (struct execution){.end = EXECUTE_RETURNED};
    e->out = out;
    e->cells = cells;
    e->keeps_modules = mode == EXECUTE_KEPT;
    e->left = e->limits.instructions;
    e->toll = (struct wasm_toll){.left = e->limits.toll};
    if (e->limits.host_ns > 0) {
        e->toll.until_host_ns = host_clock_ns() + e->limits.host_ns;
    }
    wasm_host_reset_peak(e->host);
}

/* Ends what the top level holds, and closes the books. */
static bool finish(struct execute_runner *e, struct level *top, int64_t start,
                   const uint32_t *result, bool ok)
{
    struct execution *out = e->out;
    out->run_host_ns =
        host_clock_ns() - start - out->load_host_ns - out->suspend_host_ns - out->resume_host_ns;
    if (ok) {
        keep_result(out, wasm_instance_entry(top->w), result);
    }
    out->own_instructions = top->instructions;
    level_deinit(top);
    out->peak_bytes = wasm_host_peak_bytes(e->host);
    e->out = NULL;
    ASSERT(wasm_host_held_bytes(e->host) == 0);
    return ok;
}

bool execute_run(struct execute_runner *e, const char *name, const uint32_t *argument,
                 uint32_t cells, enum execute_mode mode, struct execution *out)
{
    ASSERT(cells <= WASM_CELLS_MAX);
    begin(e, cells, mode, out);
    uint32_t given[WASM_CELLS_MAX] = {0};
    if (cells > 0) {
        memcpy(given, argument, cells * sizeof *given);
    }
    uint32_t result[WASM_CELLS_MAX] = {0};
    struct level top;
    const int64_t start = host_clock_ns();
    const bool ok = level_init(&top, e, NULL, name) && run_level(&top, given, mode, result);
    return finish(e, &top, start, result, ok);
}

/* The copy counts as the run's memory, as a state does that the run has saved itself. */
static bool take_state(struct level *v, const uint8_t *state, size_t bytes, const uint32_t *result)
{
    v->state = wasm_host_alloc(v->runner->host, bytes);
    if (v->state == NULL) {
        return level_stop(v->runner, EXECUTE_OUT_OF_MEMORY, v->name,
                          "no memory for its saved state of %zu bytes", bytes);
    }
    if (bytes > 0) {
        memcpy(v->state, state, bytes);
    }
    v->state_bytes = bytes;
    v->is_foreign = true;
    memcpy(v->result, result, sizeof v->result);
    return true;
}

bool execute_resume(struct execute_runner *e, const char *name, const uint8_t *state, size_t bytes,
                    const uint32_t result[2], struct execution *out)
{
    begin(e, 0, EXECUTE_SUSPENDED, out);
    uint32_t returned[WASM_CELLS_MAX] = {0};
    struct level top;
    const int64_t start = host_clock_ns();
    const bool ok = level_init(&top, e, NULL, name) && take_state(&top, state, bytes, result) &&
                    execute_suspended(&top, NULL, returned);
    return finish(e, &top, start, returned, ok);
}
