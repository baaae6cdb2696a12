/*
 * scenario_keys.h - the table of all keys: the one source of loader, defaults, canonical print,
 * reference page and JSON Schema. To add a key, add a row and a field in struct scenario.
 *
 * Everything in a row is text as a user writes it, with units, and is read by the same code
 * that reads the user's file; so the table cannot mean something else than it says.
 * Rows of one section stand together, in the order in which they are printed.
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_KEYS_H
#define SCENARIOS_LANGUAGE_SCENARIO_KEYS_H

#include "scenarios/language/quantity.h"
#include "scenarios/language/scenario.h"

/* The kind of a key, and in brackets the type of its field. */
enum key_kind {
    KEY_FORMAT,      /* the format's number; no field */
    KEY_TIME,        /* [int64_t] */
    KEY_SIZE,        /* [int64_t] */
    KEY_RATE,        /* [int64_t] */
    KEY_LENGTH,      /* [double] */
    KEY_SPEED,       /* [double] */
    KEY_PROBABILITY, /* [double] */
    KEY_NUMBER,      /* [double] */
    KEY_COUNT,       /* [uint32_t] */
    KEY_COUNT64,     /* [uint64_t] */
    KEY_BOOL,        /* [bool] */
    KEY_CHOICE,      /* [an enum, counted as the words are] */
    KEY_POLICY,      /* [char *], one of the words */
    KEY_TEXT,        /* [char *] */
    KEY_VARIANTS,    /* [variants and variant_count] */
    KEY_LINKS,       /* [mesh.links, mesh.graphml and mesh.graphml_written] */
    KEY_FILE,        /* [struct scenario_file]; the words, or any plain word if there are none */
    KEY_TIME_DIST,   /* [struct dist] */
    KEY_SIZE_DIST,   /* [struct dist] */
    KEY_COUNT_DIST,  /* [struct dist]; constant or uniform */
};

enum { KEY_NO_FLAG = 0 };

struct scenario_key {
    const char *path; /* "nodes.cache" */
    enum key_kind kind;
    size_t offset;            /* of the field in struct scenario */
    const char *value;        /* the default; NULL: the user must write the key */
    const char *least, *most; /* inclusive; NULL where the kind has none */
    const char *const *words; /* of a choice, ending with NULL */
    const char *word;         /* may stand for the value, e.g. "unlimited"; the field is then 0 */
    size_t word_flag;         /* offset of a bool that tells the word from a 0, or KEY_NO_FLAG */
    const char *meaning;
    const char *source; /* where the default is from */
};

extern const struct scenario_key scenario_keys[];
extern const size_t scenario_key_count;

/* The one format that is read, as "format:" names it. */
enum { SCENARIO_FORMAT = 1 };

/* The index of a path; scenario_key_count if there is none. */
size_t key_find(const char *path);
/* True if path names a section, such as "robots" or "robots.noise". */
bool key_is_section(const char *path);
/*
 * False for the keys that say nothing in s: "replications" is a count, or else a section with a
 * precision. It alone is both.
 */
bool key_applies(const struct scenario *s, const struct scenario_key *key);

/* True if the kind is one number; *dim then says how it is read. Not for KEY_FORMAT. */
bool key_is_quantity(enum key_kind kind, enum quantity_dim *dim);
/* The same for distributions: *dim is that of what is drawn. */
bool key_is_dist(enum key_kind kind, enum quantity_dim *dim);

#endif
