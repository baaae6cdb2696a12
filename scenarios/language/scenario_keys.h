/*
 * scenario_keys.h - the keys of a scenario: those that every scenario has, and behind them those of
 * its model's schema, counted through from 0.
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_KEYS_H
#define SCENARIOS_LANGUAGE_SCENARIO_KEYS_H

#include "scenarios/language/quantity.h"
#include "scenarios/language/scenario.h"

/* The one format that is read, as "format:" names it. */
enum { SCENARIO_FORMAT = 1 };

/* How many keys stand before the schema's own; the whole table's length; one of its rows. */
size_t key_head_count(void);
size_t key_count(const struct scenario_schema *schema);
const struct scenario_key *key_at(const struct scenario_schema *schema, size_t index);

/* The index of a path; key_count() if there is none. */
size_t key_find(const struct scenario_schema *schema, const char *path);
/* True if path names a section, such as "robots" or "robots.noise". */
bool key_is_section(const struct scenario_schema *schema, const char *path);
/* True for the keys that every scenario has. */
bool key_is_head(const struct scenario_key *key);
/* The default as a user would write it; NULL: none. */
const char *key_default(const struct scenario_schema *schema, const struct scenario_key *key);
/*
 * False for the keys that say nothing in s: "replications" is a count, or else a section with a
 * precision. It alone is both.
 */
bool key_applies(const struct scenario *s, const struct scenario_key *key);

/* The key that a slip of the finger, or a section left out, may have made this path; or "". */
const char *key_nearest(const struct scenario_schema *schema, const char *path);

/* True if the kind is one number; *dim then says how it is read. Not for KEY_FORMAT. */
bool key_is_quantity(enum key_kind kind, enum quantity_dim *dim);
/* The same for distributions: *dim is that of what is drawn. */
bool key_is_dist(enum key_kind kind, enum quantity_dim *dim);

/* Bytes of one value, and of the field, which may be a list of values. */
size_t key_value_bytes(enum key_kind kind);

/* The field of a key: of the head in s, of a model in a config. NULL for one without a field. */
void *key_field(struct scenario *s, void *config, const struct scenario_key *key);
const void *key_field_const(const struct scenario *s, const void *config,
                            const struct scenario_key *key);

/* The value itself, and the next ones of a list: (field, 0) .. (field, key_values() - 1). */
uint32_t key_values(const struct scenario_key *key, const void *field);
const void *key_value(const struct scenario_key *key, const void *field, uint32_t index);

/* What a key takes, in a few words: kind, units, bounds, words. Words that stand for themselves are
 * put between quotes: "`" in Markdown, "" on a terminal. */
void key_write_takes(const struct scenario_schema *schema, const struct scenario_key *key,
                     const char *quote, FILE *to);

/* The value of a key that has a field, as canonical YAML in one line. False without memory. */
bool key_print_value(const struct scenario *s, const void *config, const struct scenario_key *key,
                     FILE *to);

#endif
