/*
 * Any bytes as a tasklet, run in the three ways. Whatever they are, the run keeps its budget and
 * its memory, says why it has not returned, and leaves a host that still runs a good tasklet right.
 * Where there is room for all, the ways agree. Every state that a tasklet leaves is found sound.
 */
#include <string.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "tests/fuzz/good_tasklets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { BUDGET = 5000, MEMORY = 256 * 1024, MODES = EXECUTE_MODES };

static struct execute_binary fuzzed;

static bool find(void *context, const char *name, struct execute_binary *out)
{
    (void)context;
    if (strcmp(name, "fuzzed") == 0) { /* it may call itself */
        *out = fuzzed;
        return true;
    }
    for (size_t i = 0; i < GOOD_TASKLETS; i++) {
        if (strcmp(name, good_tasklet[i].name) == 0) {
            *out = good_tasklet[i].binary;
            return true;
        }
    }
    if (strlen(name) == 1) { /* as emitted tasklets call theirs */
        *out = good_tasklet[0].binary;
        return true;
    }
    return false;
}

static struct execute_runner *make(void)
{
    struct execute_limits limits = execute_limits_default();
    limits.memory_bytes = MEMORY;
    limits.instructions = BUDGET;
    limits.depth = 8;
    const struct execute_source source = {.find = find};
    struct execute_runner *e = NULL;
    ASSERT(execute_create(&e, &limits, &source) == SIM_OK);
    return e;
}

/* Where a limit was met, or nearly, the ways may differ: they need different room. */
static bool has_room(const struct execution *run)
{
    return (run->end == EXECUTE_RETURNED || run->end == EXECUTE_TRAPPED) &&
           strstr(run->error, "stack overflow") == NULL && run->peak_bytes < MEMORY / 3;
}

static void check_agreement(const struct execution run[MODES])
{
    const struct execution *a = &run[EXECUTE_NESTED];
    for (int m = EXECUTE_SUSPENDED; m < MODES; m++) {
        const struct execution *b = &run[m];
        if (!has_room(a) || !has_room(b)) {
            continue;
        }
        ASSERT(a->end == b->end && a->result_cells == b->result_cells);
        ASSERT(strcmp(a->error, b->error) == 0);
        ASSERT(memcmp(a->result, b->result, sizeof a->result) == 0);
        ASSERT(m == EXECUTE_REEXECUTED || a->instructions == b->instructions);
    }
}

static void check_host(struct execute_runner *e)
{
    struct execution run;
    const uint32_t x = 7;
    ASSERT(execute_run(e, "chain", &x, 1, EXECUTE_SUSPENDED, &run));
    ASSERT(run.result[0] == 963945 && run.instructions == 279);
}

/* ---- states ---- */

static enum wasm_answer suspend(void *context, struct wasm_instance *w, struct wasm_call *call)
{
    (void)context;
    (void)w;
    (void)call;
    return WASM_SUSPENDED;
}

/* Runs a new instance from its start, or from the state; gives back the state that it left, or
 * NULL.
 */
static uint8_t *run_part(struct wasm_host *host, uint8_t *state, size_t *bytes)
{
    struct wasm_instance *w = NULL;
    struct wasm_error error;
    struct wasm_run run = {.left = BUDGET, .call = suspend};
    const uint32_t argument[WASM_CELLS_MAX] = {7, 0x40080000, 3};
    enum wasm_end end = WASM_TRAPPED;
    if (wasm_instance_create(&w, host, fuzzed.bytes, fuzzed.length, &error) != SIM_OK) {
        w = NULL;
    } else if (state == NULL) {
        end = wasm_instance_run(w, argument, &run);
    } else {
        const enum sim_status status = wasm_instance_check_state(w, state, *bytes, &error);
        ASSERT(status == SIM_OK || status == SIM_ERR_FULL);
        if (status == SIM_OK) {
            const enum sim_status resumed =
                wasm_instance_resume(w, state, *bytes, argument, &run, &end);
            ASSERT(resumed == SIM_OK || resumed == SIM_ERR_FULL);
            end = resumed == SIM_OK ? end : WASM_TRAPPED;
        }
    }
    wasm_host_free(state);
    state = end == WASM_LEFT ? wasm_instance_take_state(w, bytes) : NULL;
    wasm_instance_destroy(w);
    return state;
}

static void check_states(void)
{
    static struct wasm_host *host;
    const struct wasm_host_limits limits = {2 * MEMORY, 16 * 1024};
    ASSERT(host != NULL || wasm_host_create(&host, &limits) == SIM_OK);
    size_t bytes = 0;
    uint8_t *state = run_part(host, NULL, &bytes);
    for (int i = 0; i < 12 && state != NULL; i++) {
        state = run_part(host, state, &bytes);
    }
    wasm_host_free(state);
    ASSERT(wasm_host_held_bytes(host) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct execute_runner *e;
    e = e == NULL ? make() : e;
    fuzzed = (struct execute_binary){data, size};
    struct execution run[MODES];
    const uint32_t argument[EXECUTE_CELLS_MAX] = {7, 0x40080000, 3};
    for (uint32_t cells = 0; cells <= 2; cells++) { /* all types of entries with so many */
        for (int m = 0; m < MODES; m++) {
            (void)execute_run(e, "fuzzed", argument, cells, (enum execute_mode)m, &run[m]);
            ASSERT((run[m].end == EXECUTE_RETURNED) == (run[m].error[0] == '\0'));
            ASSERT(run[m].instructions <= BUDGET && run[m].peak_bytes <= MEMORY);
        }
        check_agreement(run);
        if (run[0].loads == 0) { /* no other argument will make it a module */
            break;
        }
    }
    check_states();
    check_host(e);
    return 0;
}
