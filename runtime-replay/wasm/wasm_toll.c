/*
 * What the runtime's own work costs, in units of about an instruction's time (two nanoseconds on
 * the host where it was measured: loading 10 us and some for each byte, copying 10 bytes a
 * nanosecond, a page of zeros 5 us). No more exact than it takes to bound the time of a run.
 */
#include "runtime-replay/host_clock.h"
#include "runtime-replay/wasm/wasm_host.h"

enum {
    LOAD = 5000,
    LOAD_BYTE = 10,
    STATE = 500,
    STATE_BYTES_A_UNIT = 16,
    GROW = 200,
    GROW_PAGE = 65536 / STATE_BYTES_A_UNIT,
};

static bool pay(struct wasm_toll *toll, uint64_t amount)
{
    const bool suffices = amount <= toll->left;
    toll->left -= suffices ? amount : toll->left;
    return suffices;
}

bool wasm_toll_load(struct wasm_toll *toll, size_t module_bytes)
{
    return pay(toll, LOAD + LOAD_BYTE * (uint64_t)module_bytes);
}

bool wasm_toll_state(struct wasm_toll *toll, size_t state_bytes)
{
    return pay(toll, STATE + (uint64_t)state_bytes / STATE_BYTES_A_UNIT);
}

bool wasm_toll_grow(struct wasm_toll *toll, uint32_t pages)
{
    return pay(toll, GROW + GROW_PAGE * (uint64_t)pages);
}

bool wasm_toll_is_late(const struct wasm_toll *toll)
{
    return toll->until_host_ns != 0 && host_clock_ns() > toll->until_host_ns;
}
