#include "sim/tasklets/exec_value.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/text.h"

static const char *const type_name[] = {
    [EXEC_VALUE_I32] = "i32",
    [EXEC_VALUE_I64] = "i64",
    [EXEC_VALUE_F32] = "f32",
    [EXEC_VALUE_F64] = "f64",
};

const char *exec_value_type_name(enum exec_value_type type)
{
    return type_name[type];
}

uint32_t exec_value_cells(enum exec_value_type type)
{
    return type == EXEC_VALUE_I64 || type == EXEC_VALUE_F64 ? 2 : 1;
}

/* The names between at and end; there is nothing else in a type but blanks and brackets. */
static void read_types(const char *at, const char *end, struct exec_value_types *out)
{
    out->count = 0;
    while (at < end && out->count < EXEC_VALUES_MAX) {
        int t = EXEC_VALUE_I32;
        while (t <= EXEC_VALUE_F64 && strncmp(at, type_name[t], 3) != 0) {
            t++;
        }
        if (t > EXEC_VALUE_F64) {
            at++;
            continue;
        }
        out->type[out->count++] = (enum exec_value_type)t;
        at += 3;
    }
}

void exec_value_split(const char *text, struct exec_value_types *arguments,
                      struct exec_value_types *results)
{
    const char *arrow = strstr(text, "->");
    ASSERT(arrow != NULL);
    read_types(text, arrow, arguments);
    read_types(arrow, arrow + strlen(arrow), results);
}

/* ---- reading ---- */

/* As bits: what fits as signed or as unsigned into so many. */
static bool read_whole(const char *text, unsigned bits, uint64_t *value)
{
    const bool is_negative = text[0] == '-';
    const char *digits = text + (is_negative ? 1 : 0);
    const bool is_hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
    if (!isxdigit((unsigned char)digits[is_hex ? 2 : 0])) {
        return false;
    }
    char *end;
    errno = 0;
    const uint64_t size = strtoull(digits, &end, is_hex ? 16 : 10);
    const uint64_t most = UINT64_MAX >> (64 - bits);
    if (*end != '\0' || errno != 0 || size > (is_negative ? most / 2 + 1 : most)) {
        return false;
    }
    *value = is_negative ? 0 - size : size;
    return true;
}

static bool read_float(const char *text, double *value)
{
    char *end;
    if (text[0] == '\0' || isspace((unsigned char)text[0])) {
        return false;
    }
    *value = strtod(text, &end);
    return *end == '\0';
}

static void put_wide(uint64_t value, uint32_t *cell)
{
    cell[0] = (uint32_t)value;
    cell[1] = (uint32_t)(value >> 32);
}

bool exec_value_read(const char *text, enum exec_value_type type, uint32_t *cell)
{
    uint64_t whole = 0;
    double number = 0;
    switch (type) {
    case EXEC_VALUE_I32:
    case EXEC_VALUE_I64:
        if (!read_whole(text, type == EXEC_VALUE_I32 ? 32 : 64, &whole)) {
            return false;
        }
        break;
    case EXEC_VALUE_F32:
        if (!read_float(text, &number)) {
            return false;
        }
        const float narrow = (float)number;
        uint32_t bits;
        memcpy(&bits, &narrow, sizeof bits);
        whole = bits;
        break;
    case EXEC_VALUE_F64:
        if (!read_float(text, &number)) {
            return false;
        }
        memcpy(&whole, &number, sizeof whole);
        break;
    }
    if (exec_value_cells(type) == 1) {
        cell[0] = (uint32_t)whole;
    } else {
        put_wide(whole, cell);
    }
    return true;
}

/* ---- writing ---- */

static uint64_t get_wide(const uint32_t *cell)
{
    return cell[0] | (uint64_t)cell[1] << 32;
}

static int64_t as_whole(enum exec_value_type type, const uint32_t *cell)
{
    return type == EXEC_VALUE_I32 ? (int32_t)cell[0] : (int64_t)get_wide(cell);
}

static double as_float(enum exec_value_type type, const uint32_t *cell)
{
    if (type == EXEC_VALUE_F32) {
        float narrow;
        memcpy(&narrow, cell, sizeof narrow);
        return (double)narrow;
    }
    double number;
    const uint64_t bits = get_wide(cell);
    memcpy(&number, &bits, sizeof number);
    return number;
}

void exec_value_write(char text[EXEC_VALUE_TEXT_MAX], enum exec_value_type type,
                      const uint32_t *cell)
{
    if (type == EXEC_VALUE_I32 || type == EXEC_VALUE_I64) {
        (void)snprintf(text, EXEC_VALUE_TEXT_MAX, "%" PRId64, as_whole(type, cell));
        return;
    }
    const double value = as_float(type, cell);
    if (type == EXEC_VALUE_F32) {
        (void)text_float(text, (float)value);
    } else {
        (void)text_double(text, value);
    }
}

void exec_value_json(struct json *j, enum exec_value_type type, const uint32_t *cell)
{
    if (type == EXEC_VALUE_I32 || type == EXEC_VALUE_I64) {
        json_int(j, as_whole(type, cell));
    } else {
        json_double(j, as_float(type, cell));
    }
}

void exec_value_list(char text[EXEC_VALUES_TEXT_MAX], const struct exec_value_types *types,
                     const uint32_t *cell)
{
    size_t at = 0;
    (void)snprintf(text, EXEC_VALUES_TEXT_MAX, "nothing");
    for (uint32_t i = 0; i < types->count; i++) {
        char value[EXEC_VALUE_TEXT_MAX];
        exec_value_write(value, types->type[i], cell);
        at += (size_t)snprintf(text + at, EXEC_VALUES_TEXT_MAX - at, "%s%s %s", i > 0 ? ", " : "",
                               type_name[types->type[i]], value);
        cell += exec_value_cells(types->type[i]);
    }
}
