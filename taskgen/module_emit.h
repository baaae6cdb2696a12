/*
 * module_emit.h - a taskset's tasklets as real Wasm binaries.
 *
 * A tasklet is a module with one export, its entry, of type (i32) -> (i32). The
 * entry works, calls its first sub-tasklet, works again, and so on, and hands one
 * value through all of it: x = work(x), x = sub(x), x = work(x) ... The result so
 * depends on the order of everything that ran. Sub-tasklets are the imports, one
 * each, in the order of their calls.
 *
 * A binary is exactly as long as drawn, or as short as we can make it where that is
 * longer, and executes exactly own_ns / instruction_ns instructions (rounded).
 * Where the segments' own calls are more than that already, it executes these few.
 * The monolithic twins hold the code of what they call at the place of the call;
 * each executes what its chain's nimble parts execute, and gives the same results.
 *
 * A tasklet that was drawn a heap has a memory and a global (module_heap.h), which it
 * fills before its first segment and reads again behind its last one; a twin has one
 * memory, and in it room for the heap of each tasklet that it holds, copy by copy. The
 * heap's instructions are of those that were drawn, where these suffice.
 *
 * Units: bytes; nanoseconds; instructions are Wasm opcodes executed, every block's
 *   and function's end included, the way the classic interpreter of WAMR meters
 *   them: a module finishes under a limit of its instructions, and traps at one less.
 * Ownership: the caller owns struct module_set and ends it with module_set_deinit().
 * Errors: SIM_ERR_NOMEM; SIM_ERR_INVALID for a tasklet that nothing can hold, and
 *   out->error says which and why. In both cases out holds no binary.
 * Order: the bytes depend on the taskset and instruction_ns alone.
 */
#ifndef TASKGEN_MODULE_EMIT_H
#define TASKGEN_MODULE_EMIT_H

#include "taskgen/taskset.h"

/* Of each import, and of the entry's export: a name of no byte is the shortest. */
#define MODULE_NAME ""
#define MODULE_ENTRY_NAME ""

/* Kinds of instructions that cost alike; tables of platforms know them by their names. */
enum module_class {
    MODULE_NOP,
    MODULE_CONST,      /* of one byte */
    MODULE_CONST_WIDE, /* of more */
    MODULE_LOCAL_GET,
    MODULE_LOCAL_SET,
    MODULE_LOCAL_TEE,
    MODULE_ALU, /* i32 add, sub, and, or, xor, shifts, comparisons */
    MODULE_MUL,
    MODULE_BLOCK, /* the entry of a block or loop */
    MODULE_END,   /* of a block or loop */
    MODULE_BRANCH,
    MODULE_BRANCH_NOT,  /* a br_if that does not branch */
    MODULE_CALL,        /* of a function of the module */
    MODULE_RETURN,      /* the end of a function */
    MODULE_CALL_NATIVE, /* of an import */
    MODULE_GLOBAL_GET,
    MODULE_GLOBAL_SET,
    MODULE_LOAD,
    MODULE_STORE,
    MODULE_CLASS_COUNT,
};
extern const char *const module_class_name[MODULE_CLASS_COUNT];

struct module_binary {
    uint8_t *bytes; /* the set's own */
    uint32_t length;
    uint32_t drawn_bytes;                     /* length or less: it had to be raised by the rest */
    uint64_t instructions;                    /* its own, without those of what it imports */
    uint64_t class_count[MODULE_CLASS_COUNT]; /* sum up to instructions */
    uint64_t hash;                            /* of the bytes */
};

enum { MODULE_ERROR_MAX = 256 };

struct module_set {
    struct module_binary *binary; /* numbered like the taskset's tasklets */
    uint32_t count;
    char error[MODULE_ERROR_MAX];
};

SIM_MUST_CHECK enum sim_status module_emit(struct module_set *out, const struct taskset *nimble,
                                           sim_time instruction_ns);

/* The twins: as many as nimble has chains, in the chains' order. They import nothing. */
SIM_MUST_CHECK enum sim_status
module_emit_inlined(struct module_set *out, const struct taskset *nimble, sim_time instruction_ns);

/*
 * The sizes alone, for a fraction of the time: size_bytes[i] is the length of the binary that the
 * set would hold. error is as in struct module_set.
 */
SIM_MUST_CHECK enum sim_status module_sizes(uint32_t *size_bytes, const struct taskset *nimble,
                                            sim_time instruction_ns, char error[MODULE_ERROR_MAX]);
SIM_MUST_CHECK enum sim_status module_sizes_inlined(uint32_t *size_bytes,
                                                    const struct taskset *nimble,
                                                    sim_time instruction_ns,
                                                    char error[MODULE_ERROR_MAX]);

void module_set_deinit(struct module_set *set);

/*
 * What imports call a nimble taskset's tasklet: of one letter for the first 64 algorithms, since
 * every byte counts there, then of two or more; the chains come after the algorithms.
 */
enum { MODULE_TASKLET_NAME_MAX = 8 };
void module_tasklet_name(const struct taskset *nimble, uint32_t index,
                         char name[MODULE_TASKLET_NAME_MAX]);

/* The other way round: false where nothing is called so. */
SIM_MUST_CHECK bool module_tasklet_find(const struct taskset *nimble, const char *name,
                                        uint32_t *index);

#endif
