/*
 * inject.h - what the supervisor and the library that it preloads say to each other.
 *
 * The program under test knows nothing of either. The library counts allocations itself; system
 * calls of the chosen kind are held by a seccomp filter that it installs before main(), and decided
 * by the supervisor, who holds the filter's other end. So what the C library does within (stdio's
 * writes) fails like everything else, and no count depends on what the loader did before.
 */
#ifndef TESTS_FAULTS_INJECT_H
#define TESTS_FAULTS_INJECT_H

#include <stdatomic.h>
#include <stdint.h>

/* Descriptors that the child finds open, out of the way of its own. */
enum { INJECT_MAP = 198, INJECT_SOCKET = 199 };

/* Where a process that the program has started anew, and left these closed, finds the memory: a
 * path in the environment. The filter of its calls it has anyway. */
#define INJECT_AGAIN "INJECT_MAP_AGAIN"

enum { INJECT_CALLS_MAX = 24 };

/* In memory that all processes of the program share. */
struct inject {
    _Atomic uint64_t allocations; /* so far, in all processes */
    uint64_t first, last;         /* these fail; first 0: none */
    uint32_t call_count;          /* system calls that the supervisor decides */
    int32_t call[INJECT_CALLS_MAX];
};

#endif
