#include "scenarios/language/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "sim/engine/text.h"

/*
 * One unit. A whole quantity is decimal * factor; a real one is decimal * 10^exponent / divisor,
 * so that the prefix joins the decimal's own exponent before the one rounding to a double.
 */
struct unit {
    const char *name;
    enum quantity_dim dim;
    int64_t factor;
    int exponent;
    int divisor;
    bool canonical; /* used by quantity_format_whole(), largest first in the table */
};

static const struct unit units[] = {
    {"h", QUANTITY_TIME, 3600 * SIM_S, 0, 1, false},
    {"min", QUANTITY_TIME, 60 * SIM_S, 0, 1, false},
    {"s", QUANTITY_TIME, SIM_S, 0, 1, true},
    {"ms", QUANTITY_TIME, SIM_MS, 0, 1, true},
    {"us", QUANTITY_TIME, SIM_US, 0, 1, true},
    {"ns", QUANTITY_TIME, 1, 0, 1, true},
    {"GiB", QUANTITY_SIZE, 1073741824, 0, 1, false},
    {"GB", QUANTITY_SIZE, 1000000000, 0, 1, false},
    {"MiB", QUANTITY_SIZE, 1048576, 0, 1, true},
    {"MB", QUANTITY_SIZE, 1000000, 0, 1, false},
    {"KiB", QUANTITY_SIZE, 1024, 0, 1, true},
    {"kB", QUANTITY_SIZE, 1000, 0, 1, false},
    {"B", QUANTITY_SIZE, 1, 0, 1, true},
    {"Mbit/s", QUANTITY_RATE, 1000000, 0, 1, true},
    {"kbit/s", QUANTITY_RATE, 1000, 0, 1, true},
    {"bit/s", QUANTITY_RATE, 1, 0, 1, true},
    {"km", QUANTITY_LENGTH, 0, 3, 1, false},
    {"m", QUANTITY_LENGTH, 0, 0, 1, true},
    {"cm", QUANTITY_LENGTH, 0, -2, 1, false},
    {"mm", QUANTITY_LENGTH, 0, -3, 1, false},
    {"km/h", QUANTITY_SPEED, 0, 3, 3600, false},
    {"m/s", QUANTITY_SPEED, 0, 0, 1, true},
    {"W", QUANTITY_POWER, 0, 0, 1, true},
    {"mW", QUANTITY_POWER, 0, -3, 1, false},
    {"uW", QUANTITY_POWER, 0, -6, 1, false},
    {"J/bit", QUANTITY_BIT_ENERGY, 0, 0, 1, true},
    {"mJ/bit", QUANTITY_BIT_ENERGY, 0, -3, 1, false},
    {"uJ/bit", QUANTITY_BIT_ENERGY, 0, -6, 1, false},
    {"nJ/bit", QUANTITY_BIT_ENERGY, 0, -9, 1, false},
    {"%", QUANTITY_PROBABILITY, 0, -2, 1, false},
    {"%", QUANTITY_SHARE, 0, -2, 1, false},
};
enum { UNIT_COUNT = sizeof(units) / sizeof(units[0]) };

/* A decimal number as written: (-1)^negative * mantissa * 10^exponent. */
struct decimal {
    bool negative;
    uint64_t mantissa;
    int exponent;
};

bool quantity_is_whole(enum quantity_dim dim)
{
    return dim == QUANTITY_TIME || dim == QUANTITY_SIZE || dim == QUANTITY_RATE ||
           dim == QUANTITY_COUNT;
}

const char *quantity_noun(enum quantity_dim dim)
{
    switch (dim) {
    case QUANTITY_TIME:
        return "a time";
    case QUANTITY_SIZE:
        return "a size";
    case QUANTITY_RATE:
        return "a rate";
    case QUANTITY_COUNT:
        return "a count";
    case QUANTITY_LENGTH:
        return "a length";
    case QUANTITY_SPEED:
        return "a speed";
    case QUANTITY_POWER:
        return "a power";
    case QUANTITY_BIT_ENERGY:
        return "an energy a bit";
    case QUANTITY_PROBABILITY:
        return "a probability";
    case QUANTITY_SHARE:
        return "a share";
    case QUANTITY_NUMBER:
        return "a number";
    }
    return "";
}

const char *quantity_units(enum quantity_dim dim)
{
    switch (dim) {
    case QUANTITY_TIME:
        return "ns, us, ms, s, min or h";
    case QUANTITY_SIZE:
        return "B, kB, KiB, MB, MiB, GB or GiB";
    case QUANTITY_RATE:
        return "bit/s, kbit/s or Mbit/s";
    case QUANTITY_LENGTH:
        return "mm, cm, m or km";
    case QUANTITY_SPEED:
        return "m/s or km/h";
    case QUANTITY_POWER:
        return "uW, mW or W";
    case QUANTITY_BIT_ENERGY:
        return "nJ/bit, uJ/bit, mJ/bit or J/bit";
    case QUANTITY_PROBABILITY:
    case QUANTITY_SHARE:
        return "%";
    case QUANTITY_COUNT:
    case QUANTITY_NUMBER:
        return "";
    }
    return "";
}

void quantity_unit_pattern(char out[QUANTITY_TEXT_MAX], enum quantity_dim dim)
{
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        if (units[i].dim == dim) {
            int n = snprintf(out + used, QUANTITY_TEXT_MAX - used, "%s%s", used > 0 ? "|" : "",
                             units[i].name);
            ASSERT(n > 0 && (size_t)n < QUANTITY_TEXT_MAX - used);
            used += (size_t)n;
        }
    }
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* *mantissa = *mantissa * 10 + digit; false where 64 bits do not hold it. */
static bool append_digit(uint64_t *mantissa, unsigned digit)
{
    if (*mantissa > (UINT64_MAX - digit) / 10) {
        return false;
    }
    *mantissa = *mantissa * 10 + digit;
    return true;
}

/*
 * Reads digits into d. Zeros are held back until a digit follows them, so that trailing ones
 * cost exponent and never mantissa: 1.0000000000000000000000 is as good as 1.
 */
static enum quantity_problem read_digits(const char **text, struct decimal *d, int *zeros,
                                         bool fraction)
{
    const char *p = *text;

    if (!is_digit(*p)) {
        return QUANTITY_NOT_A_NUMBER;
    }
    for (; is_digit(*p); p++) {
        if (p - *text > 1000) {
            return QUANTITY_TOO_MANY_DIGITS;
        }
        d->exponent -= fraction ? 1 : 0;
        if (*p == '0') {
            *zeros += 1;
            continue;
        }
        for (; *zeros > 0; *zeros -= 1) {
            if (!append_digit(&d->mantissa, 0)) {
                return QUANTITY_TOO_MANY_DIGITS;
            }
        }
        if (!append_digit(&d->mantissa, (unsigned)(*p - '0'))) {
            return QUANTITY_TOO_MANY_DIGITS;
        }
    }
    *text = p;
    return QUANTITY_OK;
}

static enum quantity_problem read_exponent(const char **text, struct decimal *d)
{
    const char *p = *text + 1;
    bool negative = *p == '-';
    int exponent = 0;

    if (*p == '-' || *p == '+') {
        p++;
    }
    if (!is_digit(*p)) {
        return QUANTITY_NOT_A_NUMBER;
    }
    for (; is_digit(*p); p++) {
        exponent = exponent < 100000 ? exponent * 10 + (*p - '0') : exponent;
    }
    d->exponent += negative ? -exponent : exponent;
    *text = p;
    return QUANTITY_OK;
}

/* Reads the number at the start of text and leaves *unit at what follows its blanks. */
static enum quantity_problem read_decimal(const char *text, struct decimal *d, const char **unit)
{
    int zeros = 0;
    enum quantity_problem problem;

    *d = (struct decimal){.negative = *text == '-'};
    text += d->negative ? 1 : 0;
    problem = read_digits(&text, d, &zeros, false);
    if (problem == QUANTITY_OK && *text == '.') {
        text++;
        problem = read_digits(&text, d, &zeros, true);
    }
    d->exponent += zeros;
    if (problem == QUANTITY_OK && (*text == 'e' || *text == 'E')) {
        problem = read_exponent(&text, d);
    }
    if (problem != QUANTITY_OK) {
        return problem;
    }
    *unit = text + strspn(text, " \t");
    return QUANTITY_OK;
}

static bool dim_needs_unit(enum quantity_dim dim)
{
    return dim != QUANTITY_COUNT && dim != QUANTITY_NUMBER && dim != QUANTITY_PROBABILITY &&
           dim != QUANTITY_SHARE;
}

static enum quantity_problem find_unit(const char *name, enum quantity_dim dim,
                                       const struct unit **found)
{
    static const struct unit none = {"", QUANTITY_NUMBER, 1, 0, 1, true};

    if (*name == '\0') {
        *found = &none;
        return dim_needs_unit(dim) ? QUANTITY_NO_UNIT : QUANTITY_OK;
    }
    enum quantity_problem problem = QUANTITY_UNKNOWN_UNIT;
    for (size_t i = 0; i < UNIT_COUNT && problem != QUANTITY_OK; i++) {
        if (strcmp(units[i].name, name) == 0) {
            *found = &units[i];
            problem = units[i].dim == dim ? QUANTITY_OK : QUANTITY_OTHER_UNIT;
        }
    }
    return problem;
}

/* Divides *number by prime as often as it goes, at most *times times. */
static void cancel(uint64_t *number, unsigned prime, int *times)
{
    while (*times > 0 && *number % prime == 0) {
        *number /= prime;
        *times -= 1;
    }
}

/*
 * mantissa * 10^exponent * factor, exactly. A negative exponent is cancelled as 2s and 5s
 * against both numbers: 0.5 KiB has its 2 in the factor and nothing else to lose.
 */
static enum quantity_problem scale(const struct decimal *d, uint64_t factor, int64_t *value)
{
    uint64_t mantissa = d->mantissa;
    int tens = d->exponent;

    if (mantissa == 0) {
        *value = 0;
        return QUANTITY_OK;
    }
    if (tens < 0) {
        int twos = -tens;
        int fives = twos;

        cancel(&mantissa, 2, &twos);
        cancel(&factor, 2, &twos);
        cancel(&mantissa, 5, &fives);
        cancel(&factor, 5, &fives);
        if (twos > 0 || fives > 0) {
            return QUANTITY_NOT_WHOLE;
        }
    }
    for (; tens > 0; tens--) {
        if (mantissa > INT64_MAX / 10) {
            return QUANTITY_TOO_LARGE;
        }
        mantissa *= 10;
    }
    if (mantissa > (uint64_t)INT64_MAX / factor) {
        return QUANTITY_TOO_LARGE;
    }
    *value = (int64_t)(mantissa * factor);
    if (d->negative) {
        *value = -*value;
    }
    return QUANTITY_OK;
}

enum quantity_problem quantity_parse_whole(const char *text, enum quantity_dim dim, int64_t *value)
{
    struct decimal d;
    const struct unit *unit = NULL;
    const char *name = NULL;
    enum quantity_problem problem = read_decimal(text, &d, &name);

    ASSERT(quantity_is_whole(dim));
    if (problem == QUANTITY_OK) {
        problem = find_unit(name, dim, &unit);
    }
    return problem == QUANTITY_OK ? scale(&d, (uint64_t)unit->factor, value) : problem;
}

enum quantity_problem quantity_parse_real(const char *text, enum quantity_dim dim, double *value)
{
    struct decimal d;
    const struct unit *unit = NULL;
    const char *name = NULL;
    char plain[QUANTITY_TEXT_MAX];
    double read;
    enum quantity_problem problem = read_decimal(text, &d, &name);

    ASSERT(!quantity_is_whole(dim));
    if (problem == QUANTITY_OK) {
        problem = find_unit(name, dim, &unit);
    }
    if (problem != QUANTITY_OK) {
        return problem;
    }
    /* No decimal point in the text, so strtod() reads it alike in every locale. */
    snprintf(plain, sizeof(plain), "%llue%d", (unsigned long long)d.mantissa,
             d.exponent + unit->exponent);
    read = strtod(plain, NULL) / unit->divisor;
    if (!isfinite(read)) {
        return QUANTITY_TOO_LARGE;
    }
    *value = d.negative && read > 0 ? -read : read;
    return QUANTITY_OK;
}

/* One correct spelling of the dimension, for messages. */
static const char *example(enum quantity_dim dim)
{
    switch (dim) {
    case QUANTITY_TIME:
        return "100 ms";
    case QUANTITY_SIZE:
        return "32 KiB";
    case QUANTITY_RATE:
        return "250 kbit/s";
    case QUANTITY_COUNT:
        return "12";
    case QUANTITY_LENGTH:
        return "20 m";
    case QUANTITY_SPEED:
        return "0.5 m/s";
    case QUANTITY_POWER:
        return "2 W";
    case QUANTITY_BIT_ENERGY:
        return "0.1 uJ/bit";
    case QUANTITY_PROBABILITY:
    case QUANTITY_SHARE:
        return "0.05 or 5 %";
    case QUANTITY_NUMBER:
        return "1.8";
    }
    return "";
}

/* The unit that text ends in, for a message; the number before it was read before. */
static const char *unit_of(const char *text)
{
    struct decimal d;
    const char *unit = "";

    return read_decimal(text, &d, &unit) == QUANTITY_OK ? unit : "";
}

static void explain_unit(char out[QUANTITY_MESSAGE_MAX], const char *text, enum quantity_dim dim)
{
    char unit[EXCERPT_MAX];
    const struct unit *known = NULL;
    enum quantity_problem problem = find_unit(unit_of(text), dim, &known);

    excerpt(unit, unit_of(text));
    if (*quantity_units(dim) == '\0') {
        snprintf(out, QUANTITY_MESSAGE_MAX, "\"%s\" is no part of %s, which is written like %s",
                 unit, quantity_noun(dim), example(dim));
    } else if (problem == QUANTITY_OTHER_UNIT) {
        snprintf(out, QUANTITY_MESSAGE_MAX, "\"%s\" is a unit of %s; %s is in %s", unit,
                 strchr(quantity_noun(known->dim), ' ') + 1, quantity_noun(dim),
                 quantity_units(dim));
    } else {
        snprintf(out, QUANTITY_MESSAGE_MAX, "unknown unit \"%s\"; %s is in %s", unit,
                 quantity_noun(dim), quantity_units(dim));
    }
}

void quantity_explain(char out[QUANTITY_MESSAGE_MAX], const char *text, enum quantity_dim dim,
                      enum quantity_problem problem)
{
    char seen[EXCERPT_MAX];

    ASSERT(problem != QUANTITY_OK);
    excerpt(seen, text);
    switch (problem) {
    case QUANTITY_OK:
    case QUANTITY_NOT_A_NUMBER:
        snprintf(out, QUANTITY_MESSAGE_MAX, "expected %s such as %s, found \"%s\"",
                 quantity_noun(dim), example(dim), seen);
        break;
    case QUANTITY_NO_UNIT:
        snprintf(out, QUANTITY_MESSAGE_MAX, "\"%s\" has no unit; %s is in %s, such as %s", seen,
                 quantity_noun(dim), quantity_units(dim), example(dim));
        break;
    case QUANTITY_UNKNOWN_UNIT:
    case QUANTITY_OTHER_UNIT:
        explain_unit(out, text, dim);
        break;
    case QUANTITY_NOT_WHOLE:
        snprintf(out, QUANTITY_MESSAGE_MAX, "\"%s\" is not a whole number%s%s", seen,
                 dim == QUANTITY_COUNT ? "" : " of ",
                 dim == QUANTITY_COUNT  ? ""
                 : dim == QUANTITY_TIME ? "nanoseconds"
                 : dim == QUANTITY_SIZE ? "bytes"
                                        : "bits a second");
        break;
    case QUANTITY_TOO_LARGE:
        snprintf(out, QUANTITY_MESSAGE_MAX, "\"%s\" is too large", seen);
        break;
    case QUANTITY_TOO_MANY_DIGITS:
        snprintf(out, QUANTITY_MESSAGE_MAX, "\"%s\" has too many digits", seen);
        break;
    }
}

void quantity_format_whole(char out[QUANTITY_TEXT_MAX], enum quantity_dim dim, int64_t value)
{
    ASSERT(quantity_is_whole(dim));
    for (size_t i = 0; i < UNIT_COUNT; i++) {
        const struct unit *u = &units[i];

        if (u->dim == dim && u->canonical &&
            (value == 0 ? u->factor == (dim == QUANTITY_TIME ? SIM_S : 1)
                        : value % u->factor == 0)) {
            snprintf(out, QUANTITY_TEXT_MAX, "%lld %s", (long long)(value / u->factor), u->name);
            return;
        }
    }
    ASSERT(dim == QUANTITY_COUNT);
    snprintf(out, QUANTITY_TEXT_MAX, "%lld", (long long)value);
}

const char *quantity_base_unit(enum quantity_dim dim)
{
    switch (dim) {
    case QUANTITY_TIME:
        return "ns";
    case QUANTITY_SIZE:
        return "B";
    case QUANTITY_RATE:
        return "bit/s";
    case QUANTITY_LENGTH:
        return "m";
    case QUANTITY_SPEED:
        return "m/s";
    case QUANTITY_POWER:
        return "W";
    case QUANTITY_BIT_ENERGY:
        return "J/bit";
    case QUANTITY_COUNT:
    case QUANTITY_PROBABILITY:
    case QUANTITY_SHARE:
    case QUANTITY_NUMBER:
        break;
    }
    return "";
}

void quantity_format_real(char out[QUANTITY_TEXT_MAX], enum quantity_dim dim, double value)
{
    char number[TEXT_NUMBER_MAX];
    const char *unit = quantity_base_unit(dim);

    ASSERT(!quantity_is_whole(dim));
    text_double(number, value == 0 ? 0.0 : value);
    snprintf(out, QUANTITY_TEXT_MAX, "%s%s%s", number, *unit != '\0' ? " " : "", unit);
}
