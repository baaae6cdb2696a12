#include "taskgen/module_encode.h"

#include <stdlib.h>
#include <string.h>

/* ---- storage ---- */

/* Room for more bytes at the end, or NULL. */
static uint8_t *make_room(struct module_code *code, size_t more)
{
    if (code->is_lost || more > SIZE_MAX / 4 - code->length) {
        code->is_lost = true;
        return NULL;
    }
    if (code->length + more > code->capacity) {
        const size_t capacity = 2 * (code->length + more) + 64;
        uint8_t *bytes = realloc(code->bytes, capacity);
        if (bytes == NULL) {
            code->is_lost = true;
            return NULL;
        }
        code->bytes = bytes;
        code->capacity = capacity;
    }
    uint8_t *room = code->bytes + code->length;
    code->length += more;
    return room;
}

void module_code_empty(struct module_code *code)
{
    code->length = 0;
}

void module_code_deinit(struct module_code *code)
{
    free(code->bytes);
    *code = (struct module_code){0};
}

/* ---- bytes and numbers ---- */

void module_put_byte(struct module_code *to, uint8_t byte)
{
    uint8_t *room = make_room(to, 1);
    if (room != NULL) {
        *room = byte;
    }
}

void module_put_bytes(struct module_code *to, const void *bytes, size_t length)
{
    uint8_t *room = make_room(to, length);
    if (room != NULL && length > 0) {
        memcpy(room, bytes, length);
    }
}

void module_put_copies(struct module_code *to, uint8_t byte, size_t copies)
{
    uint8_t *room = make_room(to, copies);
    if (room != NULL && copies > 0) {
        memset(room, byte, copies);
    }
}

uint32_t module_unsigned_length(uint32_t value)
{
    uint32_t length = 1;
    while (value >= 0x80) {
        value >>= 7;
        length++;
    }
    return length;
}

/* One bit less a byte than unsigned: the last byte's bit 6 is the sign. */
uint32_t module_signed_length(int32_t value)
{
    uint32_t magnitude = value < 0 ? ~(uint32_t)value : (uint32_t)value;
    uint32_t length = 1;
    while (magnitude >= 0x40) {
        magnitude >>= 7;
        length++;
    }
    return length;
}

void module_spell_unsigned(uint8_t *to, uint32_t value, uint32_t length)
{
    ASSERT(length <= MODULE_LEB_MAX && module_unsigned_length(value) <= length);
    for (uint32_t i = 0; i < length; i++) {
        to[i] = (uint8_t)((value & 0x7f) | (i + 1 < length ? 0x80 : 0));
        value >>= 7;
    }
}

void module_put_unsigned(struct module_code *to, uint32_t value)
{
    const uint32_t length = module_unsigned_length(value);
    uint8_t *room = make_room(to, length);
    if (room != NULL) {
        module_spell_unsigned(room, value, length);
    }
}

void module_put_signed(struct module_code *to, int32_t value)
{
    const uint32_t sign = value < 0 ? ~UINT32_C(0) : 0;
    uint32_t bits = (uint32_t)value;
    for (uint32_t left = module_signed_length(value); left > 1; left--) {
        module_put_byte(to, (uint8_t)(0x80 | (bits & 0x7f)));
        bits = (bits >> 7) | (sign << 25);
    }
    module_put_byte(to, (uint8_t)(bits & 0x7f));
}

/* ---- instructions and sections ---- */

void module_put_op(struct module_code *to, enum module_opcode op, uint32_t immediate)
{
    module_put_byte(to, (uint8_t)op);
    module_put_unsigned(to, immediate);
}

void module_put_const(struct module_code *to, int32_t value)
{
    module_put_byte(to, MODULE_OP_I32_CONST);
    module_put_signed(to, value);
}

void module_put_sized(struct module_code *to, const struct module_code *what)
{
    to->is_lost = to->is_lost || what->is_lost || what->length > UINT32_MAX;
    if (!to->is_lost) {
        module_put_unsigned(to, (uint32_t)what->length);
        module_put_bytes(to, what->bytes, what->length);
    }
}

void module_put_name(struct module_code *to, const char *name)
{
    const size_t length = strlen(name);
    module_put_unsigned(to, (uint32_t)length);
    module_put_bytes(to, name, length);
}

void module_put_section(struct module_code *to, enum module_section id,
                        const struct module_code *content)
{
    module_put_byte(to, (uint8_t)id);
    module_put_sized(to, content);
}
