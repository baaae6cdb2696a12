/*
 * explain.h - what is known of one key: meaning, bounds, default, source; and of
 * a key that the paper leaves open, its readings and their measured effects.
 *
 * Everything comes from three tables: the scenarios' keys, the readings, and the
 * ledger that was measured when the program was built.
 */
#ifndef SIM_LEDGER_EXPLAIN_H
#define SIM_LEDGER_EXPLAIN_H

#include <stdio.h>

#include "scenarios/language/scenario_keys.h"
#include "sim/terminal/json.h"

/* Explains one key at length. ledger is text as ledger_file.h has it. */
void explain_key(const struct scenario_key *key, const char *ledger, FILE *to);

/* The same as one JSON object. */
void explain_key_json(const struct scenario_key *key, const char *ledger, struct json *j);

/* Lists the keys under a section, or all for NULL: a line each, open ones marked with '*'. */
void explain_list(const char *section, FILE *to);

#endif
