/*
 * layerd.h - a layer of the paper's three as a process: the same binary, at the layer's speed.
 *
 * An order begins a layer, another one has it work: so many slices of a kernel, under the layer's
 * share of a processor, which the worker keeps itself where the kernel of the host does not. One
 * struct both ways, as it lies in memory, over the line of orders.
 */
#ifndef MODELS_WASMTUBE_REAL_LAYERD_H
#define MODELS_WASMTUBE_REAL_LAYERD_H

#include "runtime-replay/processes/process.h"
#include "runtime-replay/trials/kernel.h"

enum layerd_kind {
    LAYERD_BE = 1, /* number: the kernel's n; value: its share in millionths, a million: whole */
    LAYERD_IS,     /* number: 1 where it is pinned; hash: of the module that it has loaded */
    LAYERD_RUN,    /* number: slices */
    LAYERD_RAN,    /* digest of the answers; value: ns from its order to its end; number: slices
                      that ended on another processor than the layer's */
    LAYERD_FAILED, /* the runtime did */
};

struct layerd_word {
    uint32_t kind, number, digest, unused;
    int64_t value;
    char hash[KERNEL_HASH_BYTES + 7];
};
_Static_assert(sizeof(struct layerd_word) == 96, "no gaps: it is sent as it lies");

#define LAYERD_WORK KERNEL_CONVOLUTION
enum { LAYERD_SEEDS = 8, LAYERD_MEMORY_BYTES = 4 << 20 };

static inline uint32_t layerd_fold(uint32_t digest, uint32_t answer)
{
    return digest * 31 + answer;
}

/* With its first order, of kind LAYERD_BE: serves until the starter is gone. Exit code. */
int layerd_serve(const struct process_line *line, const struct layerd_word *first);

#endif
