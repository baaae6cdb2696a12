/*
 * wasm_encode.h - bytes of the Wasm binary format, one behind the other.
 *
 * Ownership: the caller owns struct wasm_code (zero-initialised it is empty) and ends
 *   it with wasm_code_deinit(). Emptied, it keeps its memory for the next use.
 * Errors: where memory is out, is_lost is set and stays so; what is put then is
 *   dropped. Ask once, at the end.
 * Source: WebAssembly Core Specification 2.0, chapter 5.
 */
#ifndef TASKGEN_WASM_ENCODE_H
#define TASKGEN_WASM_ENCODE_H

#include "sim/engine/base.h"

struct wasm_code {
    uint8_t *bytes;
    size_t length, capacity;
    bool is_lost;
};

enum wasm_section {
    WASM_SECTION_CUSTOM = 0,
    WASM_SECTION_TYPE = 1,
    WASM_SECTION_IMPORT = 2,
    WASM_SECTION_FUNCTION = 3,
    WASM_SECTION_EXPORT = 7,
    WASM_SECTION_CODE = 10,
};

enum wasm_opcode {
    WASM_OP_NOP = 0x01,
    WASM_OP_LOOP = 0x03,
    WASM_OP_END = 0x0b,
    WASM_OP_BR_IF = 0x0d,
    WASM_OP_CALL = 0x10,
    WASM_OP_LOCAL_GET = 0x20,
    WASM_OP_LOCAL_TEE = 0x22,
    WASM_OP_I32_CONST = 0x41,
    WASM_OP_I32_ADD = 0x6a,
    WASM_OP_I32_MUL = 0x6c,
};

enum { WASM_TYPE_I32 = 0x7f, WASM_TYPE_FUNCTION = 0x60, WASM_KIND_FUNCTION = 0 };

/* Of the numbers' encodings: seven bits a byte, the least first. At most 5. */
enum { WASM_LEB_MAX = 5 };
uint32_t wasm_unsigned_length(uint32_t value);
uint32_t wasm_signed_length(int32_t value);

void wasm_put_byte(struct wasm_code *to, uint8_t byte);
void wasm_put_bytes(struct wasm_code *to, const void *bytes, size_t length);
void wasm_put_copies(struct wasm_code *to, uint8_t byte, size_t copies);
void wasm_put_unsigned(struct wasm_code *to, uint32_t value);
void wasm_put_signed(struct wasm_code *to, int32_t value);

/* In just that many bytes, which may be more than the value needs, but not fewer. */
void wasm_spell_unsigned(uint8_t *to, uint32_t value, uint32_t length);

/* An instruction with a number: WASM_OP_CALL, WASM_OP_LOCAL_GET ... */
void wasm_put_op(struct wasm_code *to, enum wasm_opcode op, uint32_t immediate);
void wasm_put_const(struct wasm_code *to, int32_t value);

/* Length and bytes of what, as names, function bodies and sections have it. */
void wasm_put_sized(struct wasm_code *to, const struct wasm_code *what);
void wasm_put_name(struct wasm_code *to, const char *name);
void wasm_put_section(struct wasm_code *to, enum wasm_section id, const struct wasm_code *content);

void wasm_code_empty(struct wasm_code *code);
void wasm_code_deinit(struct wasm_code *code);

#endif
