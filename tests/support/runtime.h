/*
 * runtime.h - for tests that execute tasklets: without the Wasm runtime they have nothing to test.
 */
#ifndef TESTS_SUPPORT_RUNTIME_H
#define TESTS_SUPPORT_RUNTIME_H

#include <criterion/criterion.h>

#include "runtime-replay/wasm/wasm_host.h"

/* Skips the running Criterion test in a program that was built by 'make WASM=none'. */
static inline void need_runtime(void)
{
    if (!wasm_host_is_available()) {
        cr_skip_test("built without the Wasm runtime");
    }
}

#endif
