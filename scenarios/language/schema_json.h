/*
 * JSON as a schema is written: a member a line, and the few forms that all of its parts have. What
 * cannot be written is found at the end, by ferror().
 */
#ifndef SCENARIOS_LANGUAGE_SCHEMA_JSON_H
#define SCENARIOS_LANGUAGE_SCHEMA_JSON_H

#include <stdbool.h>
#include <stdio.h>

struct schema_json {
    FILE *to;
    int depth;
    bool is_first; /* of the object or array that is open */
};

/* Begins a member of an object, or with name NULL an item of an array. */
void schema_json_begin(struct schema_json *w, const char *name);
void schema_json_open(struct schema_json *w, const char *name, char bracket);
void schema_json_close(struct schema_json *w, char bracket);
void schema_json_raw(struct schema_json *w, const char *name, const char *raw);
void schema_json_text(struct schema_json *w, const char *name, const char *text);
void schema_json_words(struct schema_json *w, const char *const *words); /* "enum", up to NULL */

/* A reference to "OWNER.PATH" or, for the keys below it, to "OWNER.PATH-section". */
void schema_json_ref(struct schema_json *w, const char *owner, const char *path,
                     const char *suffix);
void schema_json_ref_member(struct schema_json *w, const char *name, const char *owner,
                            const char *path, const char *suffix);

/* What every map may hold: keys of the user's own, and nothing else that is not listed. */
void schema_json_closed(struct schema_json *w);

#endif
