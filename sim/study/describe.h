/*
 * describe.h - what a scenario may say, for editors and for people.
 *
 * Errors: told on stderr; what is returned is the exit code.
 */
#ifndef SIM_STUDY_DESCRIBE_H
#define SIM_STUDY_DESCRIBE_H

#include "sim/engine/base.h"

/* Prints the JSON Schema of the scenarios of all models. */
SIM_MUST_CHECK int describe_schema(void);

/* Prints the page of all keys of a model in Markdown. name NULL: the first model. */
SIM_MUST_CHECK int describe_keys(const char *name);

#endif
