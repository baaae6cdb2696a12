/*
 * explain.h - what is known of one key: meaning, bounds, default, source; and of
 * a key that the paper leaves open, its readings and their measured effects.
 *
 * Everything comes from three tables of the model: its keys, its readings, and the ledger that was
 * measured when the program was built.
 */
#ifndef SIM_LEDGER_EXPLAIN_H
#define SIM_LEDGER_EXPLAIN_H

#include <stdio.h>

#include "models/model.h"
#include "sim/terminal/json.h"
#include "sim/terminal/options.h"

/* Explains one key of a model, or of every scenario, at length. False: no memory. */
bool explain_key(const struct model *m, const struct scenario_key *key, FILE *to);

/* The same as one JSON object. */
void explain_key_json(const struct model *m, const struct scenario_key *key, struct json *j);

/* Lists the keys under a section, or all for NULL: a line each, open ones marked with '*'. */
void explain_list(const struct model *m, const char *section, FILE *to);

/* The verb's work: explains keys of a model (NULL: the first that has them all). Exit code. */
SIM_MUST_CHECK int explain_words(const char *model, const struct option_operands *words, bool json);

/* The row of a key; NULL where the paper leaves nothing open. */
const struct model_reading *explain_reading(const struct model *m, const char *path);

#endif
