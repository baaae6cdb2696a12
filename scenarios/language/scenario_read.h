/*
 * scenario_read.h - inside the room: from YAML trees to struct scenario through the tables.
 *
 * A struct reader lives as long as one load: the trees of the bases and of the file are read first,
 * then one for each override, then the variants, of which each starts from a copy of the config
 * that came out so far; at last scenario_check() looks at what can only be judged together.
 *
 * Errors: mistakes go to *errors and mark their key as bad, so that no second message is made
 *   out of the first. Running out of memory sets nomem, once and for all.
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_READ_H
#define SCENARIOS_LANGUAGE_SCENARIO_READ_H

#include "scenarios/language/doc.h"
#include "scenarios/language/scenario_config.h"

enum { VARIANTS_MAX = 1000, VARIANT_NAME_MAX = 64 };

enum key_state { KEY_DEFAULT, KEY_WRITTEN, KEY_BAD };

/* Where what is being read comes from; what is later wins. */
enum reader_layer { LAYER_DEFAULT, LAYER_FILE, LAYER_SET, LAYER_PRESET, LAYER_VARIANT };

struct reader_key {
    enum key_state state;
    enum reader_layer layer;
    const void *reading;   /* of what it was a part: see struct reader */
    struct place at;       /* of the value, unless it is the default */
    struct place override; /* of the last --set; line 0: none */
    uint32_t variants;     /* how many set it */
};

struct reader {
    struct scenario *s;
    const struct scenario_schema *schema;
    const struct scenario_registry *registry;
    void *config; /* that is being filled */
    struct scenario_errors *errors;
    const char *folder;      /* where relative paths start, "" or ending in '/'; NULL: here */
    enum reader_layer layer; /* of what is read now */
    const void *reading;     /* the document, or the variant's map, that is read now */
    bool nomem;
    bool asks_precision;                        /* replications was last written as a map */
    const struct doc_node *variants, *baseline; /* as last written; NULL: the default */
    struct doc_node **doc;                      /* that nodes above are parts of */
    size_t doc_count;
    struct reader_key *key;
};

/* Takes over a tree that must live as long as the reader. False without memory: it is freed. */
bool reader_keep(struct reader *r, struct doc_node *doc);

/* Gives every key of the tables its default. */
void reader_set_defaults(struct reader *r);

/* Reads a file's or an override's root. */
void reader_read(struct reader *r, const struct doc_node *root);

/* Reads a map of settings of a variant into r->config. Keys may be paths with dots. */
void reader_read_settings(struct reader *r, const struct doc_node *map);

/* The same for one setting of a table of ours, told as if it stood at this place. */
void reader_read_setting(struct reader *r, const char *path, const char *value, struct place at);

/* Reads the value of a key and stores it, or reports what is wrong with it. */
void reader_store(struct reader *r, size_t index, const struct doc_node *node);

/* For reader_store() alone, each into one value of a key: what is wrong is reported. */
bool reader_store_text(struct reader *r, size_t index, const struct doc_node *node, void *value);
bool reader_store_file(struct reader *r, size_t index, const struct doc_node *node, void *value);
bool reader_store_dist(struct reader *r, size_t index, const struct doc_node *node, void *value,
                       enum quantity_dim dim);
bool reader_read_whole(struct reader *r, size_t index, const struct doc_node *node,
                       enum quantity_dim dim, int64_t *value);

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

/* Aliases that could not be resolved and tags, anywhere in a value, are refused where they stand.
 */
bool reader_refuse_foreign(struct reader *r, const char *path, const struct doc_node *node);

/* A copy of a text; NULL, which the reader then knows, without memory. */
char *reader_copy_text(struct reader *r, const char *text);

/* Reports a mistake in a key and marks the key as bad. */
void reader_fail(struct reader *r, size_t index, struct place at, const char *format, ...)
    SIM_PRINTF(4, 5);
void reader_fail_near(struct reader *r, size_t index, struct place at, const char *suggestion,
                      const char *format, ...) SIM_PRINTF(5, 6);

/* The nearest of words that end with NULL; or "". */
const char *reader_nearest(const char *written, const char *const *words);

/* Reads the variants, and checks each; makes the notes. */
void reader_make_variants(struct reader *r);

/* Whether --set reaches a variant with each key that it names, and what to tell if not all. */
void reader_check_overrides(struct reader *r);

/* Checks what concerns several keys of every scenario at once; and what the schema says of
 * r->config. */
void scenario_check_head(struct reader *r);
void scenario_check_config(struct reader *r);

/* ---- the bytes of files ---- */

struct scenario_content {
    struct scenario_content *next;
    char *path;
    void *bytes;
    size_t length;
    char hash[65];
};

enum content_problem {
    CONTENT_OK,
    CONTENT_NO_FILE, /* missing, or not to be opened or read */
    CONTENT_NOT_REGULAR,
    CONTENT_TOO_LARGE,
    CONTENT_NOMEM,
};

/* What is in a file; each path is read once a scenario. */
enum content_problem scenario_content_read(struct scenario *s,
                                           const struct scenario_registry *registry,
                                           const char *path, const struct scenario_content **found);

/* ---- bases ---- */

enum { BASES_MAX = 8 };

struct scenario_reader_base {
    struct scenario *s; /* its path is known */
    const struct scenario_registry *registry;
    struct scenario_errors *errors;
    struct doc_node *doc[BASES_MAX]; /* of s->base, by its order; the caller's to free */
};

/* Reads the bases of a document whose path is s->path, and theirs. SIM_ERR_INVALID, or _NOMEM. */
enum sim_status scenario_read_bases(struct scenario_reader_base *b, const struct doc_node *root);

/* The folder of a path with its slash, or "". NULL without memory. */
char *scenario_folder(const char *path);

#endif
