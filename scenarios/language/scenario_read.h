/*
 * scenario_read.h - inside the room: from a YAML tree to struct scenario through the table.
 *
 * A struct reader lives as long as one load: the file's tree is read first, then a tree for each
 * override, then scenario_check() looks at what can only be judged together.
 *
 * Errors: mistakes go to *errors and mark their key as bad, so that no second message is made
 *   out of the first. Running out of memory sets nomem, once and for all.
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_READ_H
#define SCENARIOS_LANGUAGE_SCENARIO_READ_H

#include "scenarios/language/doc.h"
#include "scenarios/language/scenario_keys.h"

enum { READER_KEYS_MAX = 128 };

enum key_state { KEY_DEFAULT, KEY_WRITTEN, KEY_BAD };

struct reader {
    struct scenario *s;
    struct scenario_errors *errors;
    const char *folder; /* where relative paths start, "" or ending in '/'; NULL: here */
    bool overriding;    /* what is read now is from the command line */
    bool nomem;
    bool asks_precision; /* replications was last written as a map */
    struct {
        enum key_state state;
        bool overridden;
        struct place at; /* of the value, unless it is the default */
    } key[READER_KEYS_MAX];
};

/* Gives every key of the table its default. */
void reader_set_defaults(struct reader *r);

/* Reads a file's or an override's root. */
void reader_read(struct reader *r, const struct doc_node *root);

/* Reads the value of scenario_keys[index] and stores it, or reports what is wrong with it. */
void reader_store(struct reader *r, size_t index, const struct doc_node *node);

/* For reader_store() alone: a name, mesh.links with its path, and a file. */
void reader_store_text(struct reader *r, size_t index, const struct doc_node *node);
void reader_store_links(struct reader *r, size_t index, const struct doc_node *node);
void reader_store_file(struct reader *r, size_t index, const struct doc_node *node);

/* Text of one line and not too long; else says what is wrong. */
bool reader_check_path(struct reader *r, size_t index, const struct doc_node *node,
                       const char *expected);
/*
 * A path as it is opened. One in a file starts at the file's folder; one on the command line at
 * the current folder, and is made absolute, because a printed scenario has another folder.
 * False without memory, which the reader then knows.
 */
bool reader_resolve(struct reader *r, const char *written, char **resolved, char **kept);

/* True if the node is a scalar with something in it; else says that expected was expected. */
bool reader_is_text(struct reader *r, size_t index, const struct doc_node *node,
                    const char *expected);

/* Replaces an owned text by a copy of text. */
void reader_copy_text(struct reader *r, char **field, const char *text);

/* Reports a mistake in a key and marks the key as bad. */
void reader_fail(struct reader *r, size_t index, struct place at, const char *format, ...)
    SIM_PRINTF(4, 5);

/* "; did you mean ...?" for a word that is none of words, or "". */
void reader_suggest_word(char out[QUANTITY_MESSAGE_MAX], const char *written,
                         const char *const *words);

/* Checks what concerns several keys at once. */
void scenario_check(struct reader *r);

/* The field of a key in s. */
void *key_field(struct scenario *s, const struct scenario_key *key);
const void *key_field_const(const struct scenario *s, const struct scenario_key *key);

#endif
