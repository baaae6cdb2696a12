#include "runtime-replay/trials/kernel.h"

#include <sodium.h>
#include <stdio.h>

#include "runtime-replay/host_clock.h"

enum { STACK_BYTES = 64 << 10, MEMORY_OF_A_TRY = 16 << 20 };
enum { TRIES_TO_FIT = 3, TRIES_TO_TIME = 25 };

const char *const kernel_word[KERNELS] = {
    [KERNEL_MATRIX] = "matrix",       [KERNEL_CONVOLUTION] = "convolution", [KERNEL_FIB] = "fib",
    [KERNEL_TRANSPOSE] = "transpose", [KERNEL_STATISTICS] = "statistics",
};

enum sim_status kernel_load(struct kernel *k, enum kernel_work work, size_t memory_bytes,
                            struct wasm_error *error)
{
    const struct wasm_host_limits limits = {memory_bytes, STACK_BYTES};
    *k = (struct kernel){0};
    error->text[0] = '\0';
    enum sim_status status = wasm_host_create(&k->host, &limits);
    if (status != SIM_OK) {
        k->host = NULL;
        (void)snprintf(error->text, sizeof error->text, "%s",
                       status == SIM_ERR_NOTFOUND
                           ? "this program was built without the Wasm runtime"
                           : "no memory left for the Wasm runtime");
        return status;
    }
    const struct execute_binary *module = &kernel_module[work];
    status = wasm_instance_create(&k->instance, k->host, module->bytes, module->length, error);
    if (status != SIM_OK) {
        k->instance = NULL;
        kernel_unload(k);
    }
    return status;
}

void kernel_unload(struct kernel *k)
{
    if (k->instance != NULL) {
        wasm_instance_destroy(k->instance);
    }
    if (k->host != NULL) {
        wasm_host_destroy(k->host);
    }
    *k = (struct kernel){0};
}

enum sim_status kernel_run(struct kernel *k, uint32_t seed, uint32_t n, uint32_t bytes,
                           uint32_t *answer, struct wasm_error *error)
{
    struct wasm_run run = {.left = INT64_MAX};
    const uint32_t argument[3] = {seed, n, bytes};
    if (wasm_instance_run(k->instance, argument, &run) != WASM_RETURNED) {
        *error = run.error;
        return SIM_ERR_INVALID;
    }
    *answer = run.result[0];
    return SIM_OK;
}

/* The least of so many tries. */
static enum sim_status time_least(struct kernel *k, uint32_t n, uint32_t tries, int64_t *took_ns,
                                  struct wasm_error *error)
{
    *took_ns = INT64_MAX;
    for (uint32_t i = 0; i < tries; i++) {
        uint32_t answer = 0;
        const int64_t begun = host_clock_thread_ns();
        const enum sim_status status = kernel_run(k, i, n, 0, &answer, error);
        const int64_t took = host_clock_thread_ns() - begun;
        if (status != SIM_OK) {
            return status;
        }
        *took_ns = took < *took_ns ? took : *took_ns;
    }
    return SIM_OK;
}

enum sim_status kernel_fit(enum kernel_work work, int64_t wanted_ns, uint32_t *n,
                           struct wasm_error *error)
{
    struct kernel k;
    int64_t took_ns = 0;
    enum sim_status status = kernel_load(&k, work, MEMORY_OF_A_TRY, error);
    if (status != SIM_OK) {
        return status;
    }
    /* In steps of an eighth: the works grow with a power of n, and fib by its own number. */
    *n = 4;
    while (status == SIM_OK && took_ns < wanted_ns) {
        *n += work == KERNEL_FIB ? 1 : *n / 8 + 1;
        status = time_least(&k, *n, TRIES_TO_FIT, &took_ns, error);
    }
    kernel_unload(&k);
    return status;
}

enum sim_status kernel_time(enum kernel_work work, uint32_t n, int64_t *took_ns,
                            struct wasm_error *error)
{
    struct kernel k;
    enum sim_status status = kernel_load(&k, work, MEMORY_OF_A_TRY, error);
    if (status == SIM_OK) {
        status = time_least(&k, n, TRIES_TO_TIME, took_ns, error);
        kernel_unload(&k);
    }
    return status;
}

void kernel_hash(enum kernel_work work, char hash[KERNEL_HASH_BYTES])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(digest, kernel_module[work].bytes, kernel_module[work].length);
    (void)sodium_bin2hex(hash, KERNEL_HASH_BYTES, digest, sizeof digest);
}
