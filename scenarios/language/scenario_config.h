/*
 * scenario_config.h - inside the room: a model's config as memory, walked by its schema's table.
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_CONFIG_H
#define SCENARIOS_LANGUAGE_SCENARIO_CONFIG_H

#include "scenarios/language/scenario_keys.h"

/* All zero. NULL without memory. */
void *config_create(const struct scenario_schema *schema);
/* A copy with texts, lists and files of its own; the files' bytes are shared. NULL without memory.
 */
void *config_copy(const struct scenario_schema *schema, const void *config);
/* config may be NULL. */
void config_destroy(const struct scenario_schema *schema, void *config);

/* Frees what a field of a key, or one value of it, owns, and makes it zero. */
void config_clear_field(const struct scenario_key *key, void *field);
void config_clear_value(enum key_kind kind, void *value);

/* What the value from owns becomes to's own, which is overwritten. False without memory. */
bool config_copy_value(enum key_kind kind, void *to, const void *from);

#endif
