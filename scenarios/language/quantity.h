/*
 * quantity.h - numbers with units as a user writes them: "100 ms", "32 KiB", "0.5 m/s".
 *
 * Whole quantities (time, size, rate, count) are read in decimal into an int64_t without passing
 *   through a double: "0.1 s" is exactly 100000000 ns, and what is not a whole number of
 *   nanoseconds, bytes or bits a second is refused rather than rounded.
 * Real quantities (length, speed, power, energy a bit, probability, share, number) are read into
 * the double that is nearest to the decimal as written, whatever the prefix: "20.5 cm" is the same
 * double as "0.205 m". Units of the values: nanoseconds, bytes, bits a second, ones; metres, metres
 * a second, watts, joules a bit. Grammar: [-]digits[.digits][e[+-]digits][blanks][unit]. Nothing
 * may follow. Errors: enum quantity_problem, put in words by quantity_explain(). Outputs are left
 * as they were. Nothing here allocates or reads the locale.
 */
#ifndef SCENARIOS_LANGUAGE_QUANTITY_H
#define SCENARIOS_LANGUAGE_QUANTITY_H

#include "sim/engine/base.h"

enum quantity_dim {
    QUANTITY_TIME,
    QUANTITY_SIZE,
    QUANTITY_RATE,
    QUANTITY_COUNT,
    QUANTITY_LENGTH,
    QUANTITY_SPEED,
    QUANTITY_POWER,
    QUANTITY_BIT_ENERGY,
    QUANTITY_PROBABILITY, /* plain, or with % */
    QUANTITY_SHARE,       /* the same; may be above 1 */
    QUANTITY_NUMBER,
};

enum quantity_problem {
    QUANTITY_OK,
    QUANTITY_NOT_A_NUMBER,
    QUANTITY_NO_UNIT,
    QUANTITY_UNKNOWN_UNIT,
    QUANTITY_OTHER_UNIT, /* a unit of another dimension */
    QUANTITY_NOT_WHOLE,
    QUANTITY_TOO_LARGE,
    QUANTITY_TOO_MANY_DIGITS,
};

enum { QUANTITY_TEXT_MAX = 48, QUANTITY_MESSAGE_MAX = 256 };

/* True for the dimensions that are read by quantity_parse_whole(). */
bool quantity_is_whole(enum quantity_dim dim);

SIM_MUST_CHECK enum quantity_problem quantity_parse_whole(const char *text, enum quantity_dim dim,
                                                          int64_t *value);
SIM_MUST_CHECK enum quantity_problem quantity_parse_real(const char *text, enum quantity_dim dim,
                                                         double *value);

/* Says what is wrong with text, which problem (not QUANTITY_OK) was found in, and what would do. */
void quantity_explain(char out[QUANTITY_MESSAGE_MAX], const char *text, enum quantity_dim dim,
                      enum quantity_problem problem);

/* The canonical spelling: the largest unit of which the value is a whole multiple. */
void quantity_format_whole(char out[QUANTITY_TEXT_MAX], enum quantity_dim dim, int64_t value);
/* The shortest decimal that reads back as the same double, in the dimension's base unit. */
void quantity_format_real(char out[QUANTITY_TEXT_MAX], enum quantity_dim dim, double value);

/* The unit of the values: "ns", "B", "bit/s", "m", "m/s", "W", "J/bit" or "". */
const char *quantity_base_unit(enum quantity_dim dim);

/* "a time", "a size", ..., and the units it is written in ("ns, us, ... or h"; ""). */
const char *quantity_noun(enum quantity_dim dim);
const char *quantity_units(enum quantity_dim dim);
/* The units as alternatives of a regular expression: "ns|us|ms|s|min|h"; "" where there are none.
 */
void quantity_unit_pattern(char out[QUANTITY_TEXT_MAX], enum quantity_dim dim);

#endif
