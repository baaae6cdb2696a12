/*
 * wasm_value.h - arguments and results of tasklets, as a person writes and reads them.
 *
 * A type is given as the runtime describes it: "(i32, f64) -> (i64)". Whole numbers are
 * decimal or 0x..., signed or unsigned, as wide as the type; floats are whatever
 * strtod() takes, and are written so that they read back as the same.
 */
#ifndef SIM_TASKLETS_WASM_VALUE_H
#define SIM_TASKLETS_WASM_VALUE_H

#include "sim/engine/base.h"
#include "sim/terminal/json.h"

enum wasm_value_type { WASM_VALUE_I32, WASM_VALUE_I64, WASM_VALUE_F32, WASM_VALUE_F64 };

enum { WASM_VALUES_MAX = 16, WASM_VALUE_TEXT_MAX = 48 };

/* One side of a function's type. */
struct wasm_value_types {
    enum wasm_value_type type[WASM_VALUES_MAX];
    uint32_t count;
};

void wasm_value_split(const char *text, struct wasm_value_types *arguments,
                      struct wasm_value_types *results);
const char *wasm_value_type_name(enum wasm_value_type type);

/* The 32-bit cells that a value takes: one or two. */
uint32_t wasm_value_cells(enum wasm_value_type type);

/* Reads one value into its cells. False if text is none of that type. */
SIM_MUST_CHECK bool wasm_value_read(const char *text, enum wasm_value_type type, uint32_t *cell);
void wasm_value_write(char text[WASM_VALUE_TEXT_MAX], enum wasm_value_type type,
                      const uint32_t *cell);
/* As a number; what JSON cannot hold (NaN, infinities) as null. */
void wasm_value_json(struct json *j, enum wasm_value_type type, const uint32_t *cell);

/* All of them: "i32 5, f64 0.1"; "nothing". */
enum { WASM_VALUES_TEXT_MAX = WASM_VALUES_MAX * (WASM_VALUE_TEXT_MAX + 8) };
void wasm_value_list(char text[WASM_VALUES_TEXT_MAX], const struct wasm_value_types *types,
                     const uint32_t *cell);

#endif
