/*
 * memory.h - address space reserved once, paid for only where it is touched.
 *
 * A run reserves the most that its scenario may need before it starts, and
 * asks the host for nothing afterwards. The pages arrive zeroed and become
 * resident at their first touch, so a generous limit costs nothing. Where the
 * host is Linux, a few stretches that were given back are kept for who asks for
 * as many bytes next; what they have touched stays resident.
 *
 * Threads: any may call.
 */
#ifndef SIM_ENGINE_MEMORY_H
#define SIM_ENGINE_MEMORY_H

#include "sim/engine/base.h"

/* Zeroed, page-aligned, and so that huge pages fit in; NULL if the host refuses. bytes may be 0. */
SIM_MUST_CHECK void *memory_reserve(size_t bytes);
/* The same for who sets all before it is read: what is in it may be anything. */
SIM_MUST_CHECK void *memory_reserve_unset(size_t bytes);
void memory_release(void *base, size_t bytes);

/* Twice the memory, which begins with what was in the old one; behind that it is not set. The old
 * one is given back; NULL, and it stays, where there is no more. */
SIM_MUST_CHECK void *memory_double(void *base, size_t bytes);

/*
 * Twice the memory for a ring: so many items, a power of two, each at its number modulo that, of
 * which the last has the number count - 1. The old memory is given back; NULL, and it stays, where
 * there is no more.
 */
SIM_MUST_CHECK void *memory_double_ring(void *ring, uint64_t items, uint64_t count,
                                        size_t item_bytes);

/*
 * An array from malloc() made longer, at least doubled: *capacity items, with room for so many more
 * behind the first count. NULL, and all stays, where there is no memory.
 */
SIM_MUST_CHECK void *memory_grow(void *array, size_t *capacity, size_t count, size_t more,
                                 size_t item_bytes);

/*
 * Cuts a piece off a reserved stretch, of which *used bytes are in use; pieces begin on lines of
 * the processor's cache. With base NULL it only measures.
 */
void *memory_cut(void *base, size_t *used, size_t bytes);

/* [base, base + bytes) is looked at soon: it is fetched into the processor's cache meanwhile. */
static inline void memory_fetch(const void *base, size_t bytes)
{
    for (size_t at = 0; at < bytes; at += 64) {
        SIM_PREFETCH((const unsigned char *)base + at);
    }
}

/*
 * Says that [base, base + bytes), reserved before, will be used densely: the host may back it with
 * huge pages. base must be page-aligned, or the host does not listen.
 */
void memory_expect_dense(void *base, size_t bytes);

#endif
