/*
 * module_encode.h - bytes of the Wasm binary format, one behind the other.
 *
 * Ownership: the caller owns struct module_code (zero-initialised it is empty) and ends
 *   it with module_code_deinit(). Emptied, it keeps its memory for the next use.
 * Errors: where memory is out, is_lost is set and stays so; what is put then is
 *   dropped. Ask once, at the end.
 * Source: WebAssembly Core Specification 2.0, chapter 5.
 */
#ifndef TASKGEN_MODULE_ENCODE_H
#define TASKGEN_MODULE_ENCODE_H

#include "sim/engine/base.h"

struct module_code {
    uint8_t *bytes;
    size_t length, capacity;
    bool is_lost;
};

enum module_section {
    MODULE_SECTION_CUSTOM = 0,
    MODULE_SECTION_TYPE = 1,
    MODULE_SECTION_IMPORT = 2,
    MODULE_SECTION_FUNCTION = 3,
    MODULE_SECTION_MEMORY = 5,
    MODULE_SECTION_GLOBAL = 6,
    MODULE_SECTION_EXPORT = 7,
    MODULE_SECTION_CODE = 10,
};

enum module_opcode {
    MODULE_OP_NOP = 0x01,
    MODULE_OP_LOOP = 0x03,
    MODULE_OP_END = 0x0b,
    MODULE_OP_BR_IF = 0x0d,
    MODULE_OP_CALL = 0x10,
    MODULE_OP_LOCAL_GET = 0x20,
    MODULE_OP_LOCAL_TEE = 0x22,
    MODULE_OP_GLOBAL_GET = 0x23,
    MODULE_OP_GLOBAL_SET = 0x24,
    MODULE_OP_I32_LOAD = 0x28,
    MODULE_OP_I32_STORE = 0x36,
    MODULE_OP_I32_CONST = 0x41,
    MODULE_OP_I32_ADD = 0x6a,
    MODULE_OP_I32_MUL = 0x6c,
    MODULE_OP_I32_OR = 0x72,
};

enum { MODULE_TYPE_I32 = 0x7f, MODULE_TYPE_FUNCTION = 0x60, MODULE_KIND_FUNCTION = 0 };

/* Of the numbers' encodings: seven bits a byte, the least first. At most 5. */
enum { MODULE_LEB_MAX = 5 };
uint32_t module_unsigned_length(uint32_t value);
uint32_t module_signed_length(int32_t value);

void module_put_byte(struct module_code *to, uint8_t byte);
void module_put_bytes(struct module_code *to, const void *bytes, size_t length);
void module_put_copies(struct module_code *to, uint8_t byte, size_t copies);
void module_put_unsigned(struct module_code *to, uint32_t value);
void module_put_signed(struct module_code *to, int32_t value);

/* In just that many bytes, which may be more than the value needs, but not fewer. */
void module_spell_unsigned(uint8_t *to, uint32_t value, uint32_t length);

/* An instruction with a number: MODULE_OP_CALL, MODULE_OP_LOCAL_GET ... */
void module_put_op(struct module_code *to, enum module_opcode op, uint32_t immediate);
void module_put_const(struct module_code *to, int32_t value);

/* Length and bytes of what, as names, function bodies and sections have it. */
void module_put_sized(struct module_code *to, const struct module_code *what);
void module_put_name(struct module_code *to, const char *name);
void module_put_section(struct module_code *to, enum module_section id,
                        const struct module_code *content);

void module_code_empty(struct module_code *code);
void module_code_deinit(struct module_code *code);

#endif
