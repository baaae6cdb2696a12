/* Numbers and parts of the Wasm binary format, against the bytes that the specification asks for.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "taskgen/module_encode.h"

static void expect_bytes(struct module_code *code, const char *bytes, size_t length)
{
    cr_assert_not(code->is_lost);
    cr_assert_eq(code->length, length, "%zu bytes instead of %zu", code->length, length);
    cr_assert_eq(memcmp(code->bytes, bytes, length), 0);
    module_code_deinit(code);
}

#define expect_code(code, text) expect_bytes(&(code), text, sizeof(text) - 1)

static void expect_unsigned(uint32_t value, const char *bytes, size_t length)
{
    struct module_code code = {0};
    module_put_unsigned(&code, value);
    cr_assert_eq(module_unsigned_length(value), length);
    expect_bytes(&code, bytes, length);
}

static void expect_signed(int32_t value, const char *bytes, size_t length)
{
    struct module_code code = {0};
    module_put_signed(&code, value);
    cr_assert_eq(module_signed_length(value), length, "of %d", value);
    expect_bytes(&code, bytes, length);
}

Test(module_encode, numbers_without_sign)
{
    expect_unsigned(0, "\x00", 1);
    expect_unsigned(127, "\x7f", 1);
    expect_unsigned(128, "\x80\x01", 2);
    expect_unsigned(624485, "\xe5\x8e\x26", 3);
    expect_unsigned(UINT32_MAX, "\xff\xff\xff\xff\x0f", 5);
}

Test(module_encode, numbers_with_a_sign)
{
    expect_signed(0, "\x00", 1);
    expect_signed(63, "\x3f", 1);
    expect_signed(64, "\xc0\x00", 2);
    expect_signed(-1, "\x7f", 1);
    expect_signed(-64, "\x40", 1);
    expect_signed(-65, "\xbf\x7f", 2);
    expect_signed(8191, "\xff\x3f", 2);
    expect_signed(8192, "\x80\xc0\x00", 3);
    expect_signed(-123456, "\xc0\xbb\x78", 3);
    expect_signed((1 << 20) - 1, "\xff\xff\x3f", 3);
    expect_signed(1 << 20, "\x80\x80\xc0\x00", 4);
    expect_signed(INT32_MAX, "\xff\xff\xff\xff\x07", 5);
    expect_signed(INT32_MIN, "\x80\x80\x80\x80\x78", 5);
}

Test(module_encode, a_number_may_be_spelled_longer_than_needed)
{
    uint8_t bytes[5];
    module_spell_unsigned(bytes, 3, 1);
    cr_assert_eq(memcmp(bytes, "\x03", 1), 0);
    module_spell_unsigned(bytes, 3, 3);
    cr_assert_eq(memcmp(bytes, "\x83\x80\x00", 3), 0);
    module_spell_unsigned(bytes, 128, 5);
    cr_assert_eq(memcmp(bytes, "\x80\x81\x80\x80\x00", 5), 0);
}

Test(module_encode, instructions)
{
    struct module_code code = {0};
    module_put_op(&code, MODULE_OP_LOCAL_GET, 1);
    module_put_const(&code, -1);
    module_put_byte(&code, MODULE_OP_I32_ADD);
    module_put_op(&code, MODULE_OP_CALL, 300);
    module_put_copies(&code, MODULE_OP_NOP, 2);
    expect_code(code, "\x20\x01\x41\x7f\x6a\x10\xac\x02\x01\x01");
}

Test(module_encode, names_and_sections_carry_their_length)
{
    struct module_code name = {0};
    module_put_name(&name, "run");
    module_put_name(&name, "");
    struct module_code code = {0};
    module_put_section(&code, MODULE_SECTION_CUSTOM, &name);
    module_code_deinit(&name);
    expect_code(code, "\x00\x05\x03run\x00");
}

Test(module_encode, a_long_section_has_a_longer_length)
{
    struct module_code content = {0};
    module_put_copies(&content, 7, 200);
    struct module_code code = {0};
    module_put_section(&code, MODULE_SECTION_CODE, &content);
    cr_assert_eq(code.length, 203);
    cr_assert_eq(memcmp(code.bytes, "\x0a\xc8\x01\x07", 4), 0);
    module_code_deinit(&content);
    module_code_deinit(&code);
}

Test(module_encode, what_is_lost_stays_lost)
{
    struct module_code code = {0};
    module_put_copies(&code, 0, SIZE_MAX);
    cr_assert(code.is_lost);
    module_put_byte(&code, 1);
    cr_assert_eq(code.length, 0);
    struct module_code outer = {0};
    module_put_sized(&outer, &code);
    cr_assert(outer.is_lost);
    module_code_deinit(&code);
    module_code_deinit(&outer);
}
