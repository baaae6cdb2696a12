/*
 * module_draft.h - a tasklet's module in the making: imports, work functions, the entry.
 *
 * Functions are numbered imports first, then those of heaps, then work functions: all
 * imports come before the first heap, and how many heaps there will be is said before
 * the first work function. The entry is the last one and the only export.
 *
 * Ownership: the caller owns struct module_draft (zero-initialised it is empty), and
 *   ends it with module_draft_deinit(). Emptied, it keeps its memory for the next.
 * Errors: memory that is out is told by module_draft_assemble().
 */
#ifndef TASKGEN_MODULE_DRAFT_H
#define TASKGEN_MODULE_DRAFT_H

#include "taskgen/module_heap.h"
#include "taskgen/module_plan.h"

struct module_draft {
    struct module_code entry; /* its instructions without the end: the caller puts them */
    struct module_code import;
    uint32_t import_count;
    struct module_heap *heap;
    uint32_t heap_count, heap_capacity;
    uint32_t heaps;           /* that there will be */
    uint32_t heap_end;        /* in the memory, of those that are there */
    struct module_work *work; /* each once */
    uint32_t work_count, work_capacity;
    struct module_code binary;            /* what module_draft_assemble() made */
    struct module_code section, function; /* on the way there */
};

/* Of a function (i32) -> (i32). The number to call it by. */
uint32_t module_draft_import(struct module_draft *m, const char *name);

/* How many heaps the module will have, between the imports and the first work function. */
void module_draft_heaps(struct module_draft *m, uint32_t heaps);

/* Behind the heaps that are there. The number of the function that stirs it. */
uint32_t module_draft_heap(struct module_draft *m, uint32_t bytes, int8_t factor);

/* The function's number: of the equal one that is there already, or of a new one. */
uint32_t module_draft_work(struct module_draft *m, const struct module_work *work);

/* The shortest binary of what was put, in m->binary. SIM_ERR_NOMEM if memory was out on the way. */
SIM_MUST_CHECK enum sim_status module_draft_assemble(struct module_draft *m);

void module_draft_empty(struct module_draft *m);
void module_draft_deinit(struct module_draft *m);

/*
 * Copies the binary into fresh memory, made drawn_bytes long where it is shorter, by a custom
 * section or a longer spelling of a section's length. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status module_draft_finish(const struct module_draft *m,
                                                   uint32_t drawn_bytes, struct module_binary *out);

#endif
