/*
 * Any bytes as the saved state of a tasklet, with the digests set right, which would keep all of
 * them out. The first byte chooses the tasklet. Either they are refused, or the tasklet goes on
 * from where they say, with whatever values they hold, within its bounds. What the check
 * refuses is kept within the bounds of the state all the same, up to the next instruction.
 */
#include <stdlib.h>
#include <string.h>

#include "runtime-replay/wasm/wasm_host.h"
#include "sim/engine/digest.h"
#include "tests/fuzz/good_tasklets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY = 512 * 1024, STACK = 4096, BUDGET = 2000, DIGEST_AT = 8, DIGEST_BYTES = 8 };

static void put_long(uint8_t *at, uint64_t value)
{
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint64_t digest_of(const uint8_t *bytes, size_t length)
{
    return digest_finish(digest_bytes(DIGEST_START, bytes, length));
}

static enum wasm_answer answer(void *context, struct wasm_instance *w, struct wasm_call *call)
{
    (void)context;
    (void)w;
    call->result[0] = call->argument[0] * 2;
    call->result[1] = call->argument[1];
    return WASM_ANSWERED;
}

static void resume(struct wasm_instance *w, const uint8_t *state, size_t bytes)
{
    struct wasm_run run = {.call = answer};
    struct wasm_error error = {{0}};
    const uint32_t result[2] = {15, 0};
    enum wasm_end end;
    const bool is_sound = wasm_instance_check_state(w, state, bytes, &error) == SIM_OK;
    run.left = is_sound ? BUDGET : 0;
    const enum sim_status status = wasm_instance_resume(w, state, bytes, result, &run, &end);
    if (status == SIM_OK) {
        ASSERT(end != WASM_LEFT && run.left <= BUDGET);
        ASSERT(is_sound || end == WASM_OUT_OF_BUDGET || end == WASM_TRAPPED);
    } else {
        ASSERT((status == SIM_ERR_INVALID || status == SIM_ERR_FULL) && run.error.text[0] != '\0');
    }
    ASSERT(is_sound || error.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 + DIGEST_AT + DIGEST_BYTES) {
        return 0;
    }
    const struct execute_binary *m = &good_tasklet[data[0] % GOOD_TASKLETS].binary;
    const size_t bytes = size - 1 + DIGEST_BYTES;
    uint8_t *state = malloc(bytes);
    ASSERT(state != NULL);
    memcpy(state, data + 1, size - 1);
    put_long(state + DIGEST_AT, digest_of(m->bytes, m->length));
    put_long(state + size - 1, digest_of(state, size - 1));

    static struct wasm_host *host;
    const struct wasm_host_limits limits = {MEMORY, STACK};
    struct wasm_instance *w = NULL;
    struct wasm_error error;
    ASSERT(host != NULL || wasm_host_create(&host, &limits) == SIM_OK);
    ASSERT(wasm_instance_create(&w, host, m->bytes, m->length, &error) == SIM_OK);
    resume(w, state, bytes);
    wasm_instance_destroy(w);
    ASSERT(wasm_host_held_bytes(host) == 0);
    free(state);
    return 0;
}
