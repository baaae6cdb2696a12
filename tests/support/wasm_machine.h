/*
 * wasm_machine.h - reads Wasm modules and runs them, written from the specification alone.
 *
 * It knows nothing of how our modules are made, and no more of Wasm than they can need: i32, one
 * memory that does not grow, globals, no table. What it does not know is an error. It counts what
 * it executes as the classic interpreter of WAMR meters it: one an opcode.
 *
 * Ownership: a module points into the caller's bytes; end it with machine_forget().
 */
#ifndef TESTS_SUPPORT_WASM_MACHINE_H
#define TESTS_SUPPORT_WASM_MACHINE_H

#include "taskgen/module_emit.h"

enum { MACHINE_TYPES = 4, MACHINE_FUNCTIONS = 2048, MACHINE_GLOBALS = 512 };

struct machine_type {
    uint32_t parameters, results;
};

struct machine_function {
    uint32_t type;
    const uint8_t *code, *end; /* behind the locals; none of an import */
    uint32_t locals;           /* parameters included */
    char import[8];
};

struct machine_module {
    uint32_t types, imports, functions, exported;
    struct machine_type type[MACHINE_TYPES];
    struct machine_function *function;
    uint32_t pages;   /* of memory */
    uint32_t globals; /* and what they start with */
    uint32_t global[MACHINE_GLOBALS];
    uint32_t padding; /* bytes of custom sections */
};

/* NULL, or what is wrong; after an error there is nothing to end. */
const char *machine_read(struct machine_module *m, const uint8_t *bytes, size_t length);
void machine_forget(struct machine_module *m);

struct machine;

/* A call of an import; what it executes is added to the machine's counts by its callee. */
typedef uint32_t machine_import_fn(struct machine *machine, const char *name, uint32_t x);

struct machine {
    machine_import_fn *import;
    void *context;
    uint64_t class_count[MODULE_CLASS_COUNT];
    const char *error; /* NULL: none so far */
    uint8_t *memory;   /* of the module that runs */
    size_t used;       /* bytes up to the last that was not 0, when it had returned */
    uint32_t global[MACHINE_GLOBALS];
};

/* Runs the exported function, in a memory and with globals as they are at first. */
uint32_t machine_run(struct machine *machine, const struct machine_module *m, uint32_t x);

#endif
