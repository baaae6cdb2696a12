/*
 * platform.c - the functions that WAMR asks of the machine below it, for a bare Cortex-M0+.
 *
 * Memory comes from the pool that firmware.c hands to the runtime, so the system allocator has
 * nothing to give. Locks are no-ops: one core runs one thread. Printing is dropped: a message
 * would cost cycles that are not the runtime's.
 */
#include "platform_api_extension.h"
#include "platform_api_vmcore.h"

extern uint8_t pico_stack_limit[]; /* by the linker script */

int bh_platform_init(void)
{
    return 0;
}

void bh_platform_destroy(void)
{
}

void *os_malloc(unsigned size)
{
    (void)size;
    return NULL;
}

void *os_realloc(void *ptr, unsigned size)
{
    (void)ptr;
    (void)size;
    return NULL;
}

void os_free(void *ptr)
{
    (void)ptr;
}

int os_printf(const char *format, ...)
{
    (void)format;
    return 0;
}

int os_vprintf(const char *format, va_list ap)
{
    (void)format;
    (void)ap;
    return 0;
}

uint64 os_time_get_boot_us(void)
{
    return 0;
}

uint64 os_time_thread_cputime_us(void)
{
    return 0;
}

korp_tid os_self_thread(void)
{
    return 1;
}

uint8 *os_thread_get_stack_boundary(void)
{
    return pico_stack_limit;
}

void os_thread_jit_write_protect_np(bool enabled)
{
    (void)enabled;
}

int os_mutex_init(korp_mutex *mutex)
{
    *mutex = 0;
    return 0;
}

int os_mutex_destroy(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int os_mutex_lock(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

int os_mutex_unlock(korp_mutex *mutex)
{
    (void)mutex;
    return 0;
}

/* Linear memory: out of the pool like everything else, and zero as WebAssembly wants it. */
void *os_mmap(void *hint, size_t size, int prot, int flags, os_file_handle file)
{
    (void)hint;
    (void)prot;
    (void)flags;
    (void)file;
    void *memory = BH_MALLOC(size);
    if (memory != NULL) {
        memset(memory, 0, size);
    }
    return memory;
}

void os_munmap(void *addr, size_t size)
{
    (void)size;
    BH_FREE(addr);
}

void *os_mremap(void *old_addr, size_t old_size, size_t new_size)
{
    return os_mremap_slow(old_addr, old_size, new_size);
}

int os_mprotect(void *addr, size_t size, int prot)
{
    (void)addr;
    (void)size;
    (void)prot;
    return 0;
}

void os_dcache_flush(void)
{
}

void os_icache_flush(void *start, size_t len)
{
    (void)start;
    (void)len;
}
