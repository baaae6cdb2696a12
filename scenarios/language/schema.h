/*
 * schema.h - what may be written in a scenario: the keys that every scenario has, and those of the
 * model that its `model:` names.
 *
 * A model hands over one struct scenario_schema. It is the one source of loader, defaults,
 * canonical print, reference page and JSON Schema: to add a key, add a row and a field in the
 * model's config.
 *
 * Everything in a row is text as a user writes it, with units, and is read by the same code
 * that reads the user's file; so the table cannot mean something else than it says.
 * Rows of one section stand together, in the order in which they are printed.
 *
 * Ownership: tables are constant and outlive every scenario that was read by them. What a config
 *   points to (texts, lists, files) belongs to the scenario that the config is in.
 */
#ifndef SCENARIOS_LANGUAGE_SCHEMA_H
#define SCENARIOS_LANGUAGE_SCHEMA_H

#include "sim/engine/dist.h"

/* The kind of a key, and in brackets the type of its field. */
enum key_kind {
    KEY_FORMAT,      /* the format's number; no field. The head's alone, as the next four */
    KEY_MODEL,       /* the model's name; no field */
    KEY_BASE,        /* the path of a scenario that this one starts from; no field */
    KEY_VARIANTS,    /* the scenario's variants */
    KEY_BASELINE,    /* one of their names */
    KEY_TIME,        /* [int64_t] nanoseconds */
    KEY_SIZE,        /* [int64_t] bytes */
    KEY_RATE,        /* [int64_t] bits a second */
    KEY_LENGTH,      /* [double] metres */
    KEY_SPEED,       /* [double] metres a second */
    KEY_POWER,       /* [double] watts */
    KEY_BIT_ENERGY,  /* [double] joules a bit */
    KEY_PROBABILITY, /* [double] 0 to 1; written as 0.05 or 5 % */
    KEY_SHARE,       /* [double] any number not below 0, written as 0.05, 5 % or 120 % */
    KEY_NUMBER,      /* [double] */
    KEY_COUNT,       /* [uint32_t] */
    KEY_COUNT64,     /* [uint64_t] */
    KEY_BOOL,        /* [bool] */
    KEY_CHOICE,      /* [an enum, counted as the words are] */
    KEY_POLICY,      /* [char *], one of the words */
    KEY_TEXT,        /* [char *] */
    KEY_FILE,        /* [struct scenario_file]; the words, or any plain word if there are none */
    KEY_TIME_DIST,   /* [struct dist] */
    KEY_SIZE_DIST,   /* [struct dist] */
    KEY_COUNT_DIST,  /* [struct dist]; constant or uniform */
};

/* Whether a key takes one value, or several: its field is then a struct scenario_list. */
enum key_many {
    KEY_ONE,
    KEY_REPEATS, /* a value or a list of them, one an entity; a short list begins again */
    KEY_EACH,    /* a list: as many as are written, perhaps none */
    KEY_PLACES,  /* numbers of places: one, a list of them, or {every: N nodes} */
};

/* The values of a key that takes several, of the type that the key's kind has alone. */
struct scenario_list {
    void *item;
    uint32_t count;
    uint32_t every; /* of KEY_PLACES, where there are no items: at 1, 1 + every, ... */
};

enum { KEY_NO_FLAG = 0 };

struct scenario_key {
    const char *path; /* "nodes.cache" */
    enum key_kind kind;
    size_t offset;            /* of the field in the model's config */
    const char *value;        /* the default; NULL: the user must write the key */
    const char *least, *most; /* inclusive; NULL where the kind has none */
    const char *const *words; /* of a choice, ending with NULL */
    const char *word;         /* may stand for the value, e.g. "unlimited"; the field is then 0 */
    size_t word_flag;         /* offset of a bool that tells the word from a 0, or KEY_NO_FLAG. With
                                 KEY_ONE only. */
    enum key_many many;
    const char *file_key; /* of a file: as in {graphml: FILE}; NULL: {file: FILE} */
    const char *meaning;
    const char *source; /* where the default is from */
};

/* A word that `variants:` may hold: settings as a user would write them behind --set. */
struct scenario_preset {
    const char *name, *summary; /* "nimble" */
    const struct scenario_setting {
        const char *path, *value;
    } * setting; /* ends with a NULL path */
};

/*
 * Where a schema's check() tells what only several keys together can get wrong. Keys are named as
 * a list that ends with NULL, the likeliest culprit first; the mistake is reported where the user
 * wrote one of them.
 */
struct key_conflicts;
/* False once one of the values was refused: what stands in its place is not the user's. */
bool key_conflicts_are_sound(const struct key_conflicts *c, const char *const *keys);
void key_conflicts_add(struct key_conflicts *c, const char *const *keys, const char *format, ...)
    SIM_PRINTF(3, 4);
#define KEYS(...) ((const char *const[]){__VA_ARGS__, NULL})

struct scenario_schema {
    const char *name;    /* what stands behind `model:` */
    const char *summary; /* one line for the reference page and for --help */
    size_t config_bytes;
    const struct scenario_key *key;
    size_t key_count;
    /* Looks at a config whose values are each sound. May be NULL. */
    void (*check)(const void *config, struct key_conflicts *conflicts);
    const struct scenario_preset *preset;
    size_t preset_count;
    /* Defaults of what every scenario has, as a user would write them. NULL: one variant, named
     * after the model; the model's name; and the head's own for all others. */
    const char *variants; /* "[nimble, monolithic]" */
    const char *label;    /* of `name:` */
    const char *bin;      /* "10 s" */
    const char *duration;
    const char *replications;
    const char *precision_of; /* of `replications.of`: a measure's name */
    /* NULL-terminated names that `replications.of` may have; a pointer so that tables can share. */
    const char *const *measure;
};

/* What the language is told from outside: the schemas that there are, and how content is named. */
struct scenario_registry {
    const struct scenario_schema *const *schema; /* ends with NULL; the first is the default */
    /* SHA-256 as 64 hex digits. */
    void (*sha256)(const void *bytes, size_t length, char hex[65]);
};

/* NULL if there is none of that name. */
const struct scenario_schema *scenario_schema_find(const struct scenario_registry *registry,
                                                   const char *name);

#endif
