/*
 * word.h - what deciders, workers and the relay between them say to each other.
 *
 * All frames between nodes pass the relay, which the program and its processes reach by datagrams;
 * what prepares, begins and ends a run goes over the line of orders, which loses nothing. One
 * struct for both, as it lies in memory.
 */
#ifndef MODELS_CHOREOGRAPHY_REAL_WORD_H
#define MODELS_CHOREOGRAPHY_REAL_WORD_H

#include "runtime-replay/trials/kernel.h"

enum word_kind {
    /* Orders. */
    WORD_WORKER = 1, /* be one. node: index of its processor; number: the kernel's n; value: share
                        in millionths of a processor */
    WORD_RELAY,      /* be the relay */
    WORD_IS_SET,     /* number: 1 where it is pinned; hash: of the module that it has loaded */
    WORD_SPELL,      /* links: one; it is down from value on and before more */
    WORD_BEGIN,   /* run; value: host's time of its begin; more: period of state messages, or 0 */
    WORD_STOP,    /* drop everything */
    WORD_STOPPED, /* digest: slices that began on another processor; number: slices; value: how
                     long all of them took, rests and all */
    WORD_FAILED,  /* the runtime did */
    /* Datagrams. */
    WORD_TASK,   /* task, attempt, node, number: slices */
    WORD_HELLO,  /* of a task that is on its way */
    WORD_HEARD,  /* the answer to that */
    WORD_ANSWER, /* of a task; digest */
    WORD_STATE,  /* node, number: slices that wait there; task: the domain that is told */
    WORD_ASK,    /* of the controller, about a task */
    WORD_ADVICE, /* from it; node, number: the target */
};

/* more: how long the relay takes; value: how much sooner a task's hello is there than its data. */
struct word {
    uint32_t kind, run, task, attempt, node, number, digest;
    uint32_t links; /* a bit each: dropped where one of them is down; 0: always goes through */
    int64_t value, more;
    char hash[KERNEL_HASH_BYTES + 7];
};
_Static_assert(sizeof(struct word) == 120, "no gaps: it is sent as it lies");

#define WORD_WORK KERNEL_CONVOLUTION
enum { WORD_SEEDS = 16, WORD_MEMORY_BYTES = 4 << 20 };

/* A task's slices have seeds in turn, so that what they come to can be known beforehand. */
static inline uint32_t word_slice_seed(uint32_t task, uint32_t slice)
{
    return (task + slice) % WORD_SEEDS;
}

static inline uint32_t word_fold(uint32_t digest, uint32_t answer)
{
    return digest * 31 + answer;
}

#endif
