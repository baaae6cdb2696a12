#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise */

#include "sim/engine/memory.h"

#include <sys/mman.h>

void *memory_reserve(size_t bytes)
{
    void *base = mmap(NULL, bytes == 0 ? 1 : bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return base == MAP_FAILED ? NULL : base;
}

void memory_release(void *base, size_t bytes)
{
    if (base != NULL) {
        (void)munmap(base, bytes == 0 ? 1 : bytes);
    }
}

void *memory_cut(void *base, size_t *used, size_t bytes)
{
    void *piece = base == NULL ? NULL : (unsigned char *)base + *used;
    *used += (bytes + 63) & ~(size_t)63;
    return piece;
}

void memory_expect_dense(void *base, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    (void)madvise(base, bytes, MADV_HUGEPAGE); /* a hint: a refusal changes nothing */
#else
    (void)base;
    (void)bytes;
#endif
}
