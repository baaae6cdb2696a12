/*
 * errors.h - the collecting side of struct scenario_errors (scenario.h): one line a mistake,
 * "file:line:column: key.path: what is wrong".
 *
 * Ownership: the list owns its lines.
 * Errors: beyond ERRORS_MAX lines a last one says that there are more. A line for which there
 *   is no memory is lost; the count of mistakes is kept all the same.
 */
#ifndef SCENARIOS_LANGUAGE_ERRORS_H
#define SCENARIOS_LANGUAGE_ERRORS_H

#include "scenarios/language/scenario.h"

enum { ERRORS_MAX = 100 };

/* Where a thing was written. Lines and columns count from 1, columns in characters. */
struct place {
    const char *file; /* "--set" for an override; not owned */
    uint32_t line, column;
};

/* key may be NULL or "" for what concerns no key. */
void errors_add(struct scenario_errors *errors, struct place at, const char *key,
                const char *format, ...) SIM_PRINTF(4, 5);

#endif
