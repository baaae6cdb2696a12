/*
 * kernel.h - what workers of an experiment compute: small Wasm modules with a known answer, run in
 * the embedded runtime.
 *
 * Each takes (seed, n, bytes): the seed decides what is worked on, n how much of it there is, and
 * so many bytes of memory are written to beside what the work itself needs, a word in each 4 KiB.
 * Its answer depends on seed and n alone, so arms, workers and hosts can be compared bit for bit.
 *
 * Units: n is the edge of a matrix or an image, an index for fib, a count for statistics; bytes.
 * Ownership: kernel_unload() ends a kernel that was loaded.
 * Errors: SIM_ERR_NOTFOUND without a runtime, SIM_ERR_NOMEM, SIM_ERR_INVALID for a module that
 *   trapped, as one does that is given too little memory; with a text.
 * Threads: a kernel belongs to one thread at a time.
 */
#ifndef RUNTIME_REPLAY_TRIALS_KERNEL_H
#define RUNTIME_REPLAY_TRIALS_KERNEL_H

#include "runtime-replay/execution/execute.h"
#include "runtime-replay/wasm/wasm_host.h"

enum kernel_work {
    KERNEL_MATRIX,
    KERNEL_CONVOLUTION,
    KERNEL_FIB,
    KERNEL_TRANSPOSE,
    KERNEL_STATISTICS,
    KERNELS,
};
extern const char *const kernel_word[KERNELS];
extern const struct execute_binary kernel_module[KERNELS];

struct kernel {
    struct wasm_host *host;
    struct wasm_instance *instance;
};

/* memory_bytes: that the runtime may hold, for the module, its stack and its memory. */
SIM_MUST_CHECK enum sim_status kernel_load(struct kernel *k, enum kernel_work work,
                                           size_t memory_bytes, struct wasm_error *error);
void kernel_unload(struct kernel *k);

SIM_MUST_CHECK enum sim_status kernel_run(struct kernel *k, uint32_t seed, uint32_t n,
                                          uint32_t bytes, uint32_t *answer,
                                          struct wasm_error *error);

/* The n at which the work takes about as much processor time here, at least one; found by trying.
 */
SIM_MUST_CHECK enum sim_status kernel_fit(enum kernel_work work, int64_t wanted_ns, uint32_t *n,
                                          struct wasm_error *error);

/* The processor time that it takes here: the least of many tries, since a host is only ever slower
 * than it can be. */
SIM_MUST_CHECK enum sim_status kernel_time(enum kernel_work work, uint32_t n, int64_t *took_ns,
                                           struct wasm_error *error);

/* SHA-256 of the module, in hexadecimal digits. */
enum { KERNEL_HASH_BYTES = 65 };
void kernel_hash(enum kernel_work work, char hash[KERNEL_HASH_BYTES]);

#endif
