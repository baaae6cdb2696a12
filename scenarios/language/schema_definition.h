/* What a key takes, as a JSON Schema: a row of the key table as the definition "OWNER.PATH". */
#ifndef SCENARIOS_LANGUAGE_SCHEMA_DEFINITION_H
#define SCENARIOS_LANGUAGE_SCHEMA_DEFINITION_H

#include "scenarios/language/scenario_keys.h"
#include "scenarios/language/schema_json.h"

/* False without memory. */
bool schema_definition_write(struct schema_json *w, const struct scenario_schema *schema,
                             const char *owner, const struct scenario_key *key);

#endif
