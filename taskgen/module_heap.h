/*
 * module_heap.h - memory that a tasklet holds alive across its sub-calls, and a global.
 *
 * A tasklet with a heap stirs it twice: first of all, and last of all. Stirring goes
 * through the heap's words from the last to the first; each is read, mixed into the
 * value that the tasklet hands on, and written. The global takes part at the end. So
 * what the second time gives depends on every word and on the global as the first
 * time left them: a heap that a suspension loses shows in the result.
 *
 * No byte of a written word is 0, so that the heap's bytes are exactly those that lie
 * between the memory's start and the last byte that is not.
 *
 * Units: bytes; instructions, as module_emit.h counts them.
 */
#ifndef TASKGEN_MODULE_HEAP_H
#define TASKGEN_MODULE_HEAP_H

#include "taskgen/module_emit.h"
#include "taskgen/module_encode.h"

enum { MODULE_HEAP_WORD = 4, MODULE_PAGE_BYTES = 65536 };

/* A function that stirs: (x, bytes) -> x. Its global has its own number among the heaps. */
struct module_heap {
    uint32_t bytes;  /* whole words; above 0 */
    uint32_t at;     /* in the memory: where the heap starts */
    uint32_t global; /* its number */
    int8_t factor;   /* odd, of one byte */
};

/* What is drawn, in whole words. */
uint32_t module_heap_bytes(uint32_t drawn_bytes);

/* Of one stirring with its call. */
uint64_t module_heap_instructions(uint32_t bytes);

/* Adds them by class, of so many stirrings. */
void module_heap_classes(uint32_t bytes, uint64_t times, uint64_t class_count[MODULE_CLASS_COUNT]);

/* The function's body, without its length; the global's type and start. */
void module_heap_put_body(struct module_code *to, const struct module_heap *heap);
void module_heap_put_global(struct module_code *to, const struct module_heap *heap);

/* The call of it, with x on the stack before and after. */
void module_heap_put_call(struct module_code *to, uint32_t bytes, uint32_t function);

#endif
