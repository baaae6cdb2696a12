/*
 * errors.h - the collecting side of struct scenario_errors (scenario.h).
 *
 * Ownership: the list owns its texts.
 * Errors: beyond ERRORS_MAX mistakes a last one says that there are more. One for whose text there
 *   is no memory is counted all the same. A mistake that is there already is not told again.
 */
#ifndef SCENARIOS_LANGUAGE_ERRORS_H
#define SCENARIOS_LANGUAGE_ERRORS_H

#include "scenarios/language/scenario.h"

enum { ERRORS_MAX = 100 };

/* key may be NULL or "" for what concerns no key. */
void errors_add(struct scenario_errors *errors, struct place at, const char *key,
                const char *format, ...) SIM_PRINTF(4, 5);

/* The same with what the user may have meant; "" or NULL if nothing is near. */
void errors_suggest(struct scenario_errors *errors, struct place at, const char *key,
                    const char *suggestion, const char *format, ...) SIM_PRINTF(5, 6);

/* What stands for the path of a scenario in places: "<stdin>" for "-". */
const char *errors_place_name(const char *path);

#endif
