/*
 * exec_value.h - arguments and results of tasklets, as a person writes and reads them.
 *
 * A type is given as the runtime describes it: "(i32, f64) -> (i64)". Whole numbers are
 * decimal or 0x..., signed or unsigned, as wide as the type; floats are whatever
 * strtod() takes, and are written so that they read back as the same.
 */
#ifndef SIM_TASKLETS_EXEC_VALUE_H
#define SIM_TASKLETS_EXEC_VALUE_H

#include "sim/engine/base.h"
#include "sim/terminal/json.h"

enum exec_value_type { EXEC_VALUE_I32, EXEC_VALUE_I64, EXEC_VALUE_F32, EXEC_VALUE_F64 };

enum { EXEC_VALUES_MAX = 16, EXEC_VALUE_TEXT_MAX = 48 };

/* One side of a function's type. */
struct exec_value_types {
    enum exec_value_type type[EXEC_VALUES_MAX];
    uint32_t count;
};

void exec_value_split(const char *text, struct exec_value_types *arguments,
                      struct exec_value_types *results);
const char *exec_value_type_name(enum exec_value_type type);

/* The 32-bit cells that a value takes: one or two. */
uint32_t exec_value_cells(enum exec_value_type type);

/* Reads one value into its cells. False if text is none of that type. */
SIM_MUST_CHECK bool exec_value_read(const char *text, enum exec_value_type type, uint32_t *cell);
void exec_value_write(char text[EXEC_VALUE_TEXT_MAX], enum exec_value_type type,
                      const uint32_t *cell);
/* As a number; what JSON cannot hold (NaN, infinities) as null. */
void exec_value_json(struct json *j, enum exec_value_type type, const uint32_t *cell);

/* All of them: "i32 5, f64 0.1"; "nothing". */
enum { EXEC_VALUES_TEXT_MAX = EXEC_VALUES_MAX * (EXEC_VALUE_TEXT_MAX + 8) };
void exec_value_list(char text[EXEC_VALUES_TEXT_MAX], const struct exec_value_types *types,
                     const uint32_t *cell);

#endif
