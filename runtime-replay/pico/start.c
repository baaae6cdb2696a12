/*
 * start.c - from reset to C: the vector table, .data, .bss, and a place to stop.
 *
 * There is no main loop. After reset the firmware halts, and the emulator calls its functions one
 * by one as a debugger would: sets the arguments, points the link register at pico_halt() and
 * runs until it comes there.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* By the linker script. */
extern uint8_t pico_data_load[], pico_data_start[], pico_data_end[];
extern uint8_t pico_bss_start[], pico_bss_end[];
extern uint8_t pico_stack_top[];

void pico_halt(void);
void pico_fault(void);
_Noreturn void pico_reset(void);
void *_sbrk(ptrdiff_t bytes);

__attribute__((naked, noinline, used)) void pico_halt(void)
{
    __asm__("bkpt #0");
}

/* The emulator knows this place too, and says where the program came from. */
__attribute__((naked, noinline, used)) void pico_fault(void)
{
    __asm__("bkpt #1");
}

__attribute__((used)) _Noreturn void pico_reset(void)
{
    memcpy(pico_data_start, pico_data_load, (uintptr_t)pico_data_end - (uintptr_t)pico_data_start);
    memset(pico_bss_start, 0, (uintptr_t)pico_bss_end - (uintptr_t)pico_bss_start);
    for (;;) {
        pico_halt();
    }
}

/* The C library asks for a heap when it prints. It has none: memory is the runtime's pool. */
void *_sbrk(ptrdiff_t bytes)
{
    (void)bytes;
    return (void *)-1; /* NOLINT(performance-no-int-to-ptr): what the C library expects */
}

union vector {
    const void *stack;
    void (*handler)(void);
};

/* Nothing interrupts: beyond reset there are only faults. */
__attribute__((section(".vectors"), used)) static const union vector vectors[16] = {
    {.stack = pico_stack_top},
    {.handler = pico_reset},
    {.handler = pico_fault},
    {.handler = pico_fault},
};
