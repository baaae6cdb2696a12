/*
 * ledger_rows.h - how rows come into a ledger, shared by the files that list them.
 *
 * Errors: exit codes, once the mistake is printed.
 */
#ifndef SIM_LEDGER_LEDGER_ROWS_H
#define SIM_LEDGER_LEDGER_ROWS_H

#include "sim/ledger/ledger.h"

/* "KEY=VALUE" in memory of its own; NULL without memory. */
char *ledger_make_set(const char *key, const char *value);

/* Takes the row over, whatever comes of it; one that means what the scenario says anyway is none.
 */
SIM_MUST_CHECK int ledger_add_row(struct ledger *l, struct ledger_row *row);
void ledger_row_deinit(struct ledger_row *row);

/* A scenario under the overrides of every row. */
SIM_MUST_CHECK int ledger_load_with(struct ledger *l, const char *path, struct scenario *s);

/* The rows between the ledger's scenario and request->towards. */
SIM_MUST_CHECK int ledger_list_towards(struct ledger *l);

#endif
