#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise, mincore */

#include "sim/engine/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE_PAGE ((size_t)2 << 20)

/* What a huge page fits into begins where one may. */
static void *map(size_t bytes)
{
    const size_t more = bytes < HUGE_PAGE ? 0 : HUGE_PAGE;
    unsigned char *base = mmap(NULL, bytes + more, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        return NULL;
    }
    const size_t before = more == 0 ? 0 : (HUGE_PAGE - (uintptr_t)base % HUGE_PAGE) % HUGE_PAGE;
    if (before > 0) {
        (void)munmap(base, before);
    }
    if (more > before) {
        (void)munmap(base + before + bytes, more - before);
    }
    return base + before;
}

/* What is taken for so many bytes: twice as much at most, so that runs that differ a little ask for
 * the same; what is never touched costs nothing. */
static size_t room_for(size_t bytes)
{
    size_t room = (size_t)sysconf(_SC_PAGESIZE);
    while (room < bytes && room <= SIZE_MAX / 2) {
        room *= 2;
    }
    return room < bytes ? bytes : room;
}

/*
 * A run asks for the same stretches as the one before. A page that is touched for the first time
 * costs the host ten times what it costs us to clear it, so a few that were given back are kept,
 * and the pages of them that have been touched are cleared when they are asked for again.
 */
#ifdef __linux__

#include <pthread.h>

enum { KEPT = 32, LOOKED_AT = 1024 /* pages at once */ };
#define KEPT_BYTES_MAX ((size_t)1024 << 20) /* reserved; most of that is never touched */

struct kept {
    void *base;
    size_t bytes;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct kept kept[KEPT]; /* the oldest first */
static size_t kept_count, kept_bytes;

/* The one at a place is kept no longer. */
static struct kept take_out(size_t place)
{
    const struct kept out = kept[place];
    kept_count--;
    kept_bytes -= out.bytes;
    memmove(&kept[place], &kept[place + 1], (kept_count - place) * sizeof *kept);
    return out;
}

static void *take_kept(size_t bytes)
{
    void *base = NULL;
    (void)pthread_mutex_lock(&lock);
    for (size_t i = kept_count; i > 0 && base == NULL; i--) {
        base = kept[i - 1].bytes == bytes ? take_out(i - 1).base : NULL;
    }
    (void)pthread_mutex_unlock(&lock);
    return base;
}

/* The oldest make room. */
static void keep(void *base, size_t bytes)
{
    (void)pthread_mutex_lock(&lock);
    while (kept_count == KEPT || (kept_count > 0 && kept_bytes + bytes > KEPT_BYTES_MAX)) {
        const struct kept out = take_out(0);
        (void)munmap(out.base, out.bytes);
    }
    kept[kept_count++] = (struct kept){base, bytes};
    kept_bytes += bytes;
    (void)pthread_mutex_unlock(&lock);
}

/* As many pages from the first on as are in memory, or as are not. */
static size_t alike(const unsigned char *in_memory, size_t pages)
{
    size_t count = 1;
    while (count < pages && (in_memory[count] & 1) == (in_memory[0] & 1)) {
        count++;
    }
    return count;
}

/* Zeroes what was touched. A page that is not in memory may lie in a file of the host's: that one
 * is given back, which costs nothing where there is none. False where the host does not say. */
static bool clear(unsigned char *base, size_t bytes)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    unsigned char in_memory[LOOKED_AT];
    for (size_t left = (bytes + page - 1) / page; left > 0;) {
        const size_t pages = left < LOOKED_AT ? left : LOOKED_AT;
        if (mincore(base, pages * page, in_memory) != 0) {
            return false;
        }
        size_t run = 0;
        for (size_t i = 0; i < pages; i += run, base += run * page) {
            run = alike(&in_memory[i], pages - i);
            if ((in_memory[i] & 1) != 0) {
                memset(base, 0, run * page);
            } else if (madvise(base, run * page, MADV_DONTNEED) != 0) {
                return false;
            }
        }
        left -= pages;
    }
    return true;
}

void *memory_reserve(size_t bytes)
{
    const size_t room = room_for(bytes);
    void *base = take_kept(room);
    if (base != NULL && !clear(base, room)) {
        (void)munmap(base, room);
        base = NULL;
    }
    return base != NULL ? base : map(room);
}

void *memory_reserve_unset(size_t bytes)
{
    const size_t room = room_for(bytes);
    void *base = take_kept(room);
    return base != NULL ? base : map(room);
}

void memory_release(void *base, size_t bytes)
{
    const size_t room = room_for(bytes);
    if (base != NULL && room <= KEPT_BYTES_MAX / 2) {
        keep(base, room);
    } else if (base != NULL) {
        (void)munmap(base, room);
    }
}

#else

void *memory_reserve(size_t bytes)
{
    return map(room_for(bytes));
}

void *memory_reserve_unset(size_t bytes)
{
    return memory_reserve(bytes);
}

void memory_release(void *base, size_t bytes)
{
    if (base != NULL) {
        (void)munmap(base, room_for(bytes));
    }
}

#endif

void *memory_cut(void *base, size_t *used, size_t bytes)
{
    void *piece = base == NULL ? NULL : (unsigned char *)base + *used;
    *used += (bytes + 63) & ~(size_t)63;
    return piece;
}

void *memory_double_ring(void *ring, uint64_t items, uint64_t count, size_t item_bytes)
{
    ASSERT(items > 0 && (items & (items - 1)) == 0 && count >= items);
    const unsigned char *from = ring;
    unsigned char *larger =
        items <= SIZE_MAX / 4 / item_bytes ? memory_reserve(2 * items * item_bytes) : NULL;
    if (larger == NULL) {
        return NULL;
    }
    for (uint64_t i = count - items; i < count; i++) {
        memcpy(larger + (i & (2 * items - 1)) * item_bytes, from + (i & (items - 1)) * item_bytes,
               item_bytes);
    }
    memory_release(ring, items * item_bytes);
    return larger;
}

void *memory_double(void *base, size_t bytes)
{
    void *larger = bytes <= SIZE_MAX / 4 ? memory_reserve_unset(2 * bytes) : NULL;
    if (larger != NULL) {
        memcpy(larger, base, bytes);
        memory_release(base, bytes);
    }
    return larger;
}

void *memory_grow(void *array, size_t *capacity, size_t count, size_t more, size_t item_bytes)
{
    enum { LEAST = 64 };
    if (count > SIZE_MAX / 4 / item_bytes || more > SIZE_MAX / 4 / item_bytes) {
        return NULL;
    }
    const size_t wanted = 2 * count + more + LEAST;
    void *larger = realloc(array, wanted * item_bytes);
    if (larger != NULL) {
        *capacity = wanted;
    }
    return larger;
}

void memory_expect_dense(void *base, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const bool is_aligned = (uintptr_t)base % HUGE_PAGE == 0; /* then there is room for all of it */
    const size_t whole = is_aligned ? (bytes + HUGE_PAGE / 2) / HUGE_PAGE * HUGE_PAGE : 0;
    (void)madvise(base, whole > 0 ? whole : bytes, MADV_HUGEPAGE); /* a refusal changes nothing */
#else
    (void)base;
    (void)bytes;
#endif
}
