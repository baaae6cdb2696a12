/*
 * scenario.h - one scenario: what every scenario has, the model that it is about, and a config of
 * that model for each variant.
 *
 * scenario_load() reads YAML through the tables of schema.h. Keys that a paper leaves open are in
 * a model's table because they must never be constants in the code; the table cites where each
 * default is from.
 *
 * Precedence of a value: default, base file, file, --set (an axis of a sweep counts as one),
 * variant.
 *
 * A variant is a name and settings: `variants: [nimble, lru]` of the model's words, or a map
 * {lru: {nodes.eviction: lru}, big: {like: monolithic, nodes.cache: 64 KiB}, monolithic: {}} of the
 * user's own; one that is called as a word of the model starts from that word. None may set what
 * every scenario has: name, model, seed, duration, replications, record, bin, variants, baseline. A
 * --set on a key that some variants set reaches the others, and a note names those that it does not
 * reach; one that reaches none is refused.
 *
 * `base: FILE` starts from another scenario, whose keys and variants hold where this file has none
 * of its own. Axes (sweep.h) of a base are not read.
 *
 * Ownership: scenario_load() fills a struct that the caller owns and ends with
 *   scenario_deinit(); everything inside belongs to the scenario.
 * Errors: all mistakes of a file are collected, each as
 *   "file:line:column: key.path: what is wrong; did you mean ...?".
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_H
#define SCENARIOS_LANGUAGE_SCENARIO_H

#include <stdio.h>

#include "scenarios/language/schema.h"

enum scenario_record { SCENARIO_RECORD_SUMMARY, SCENARIO_RECORD_CALLS, SCENARIO_RECORD_EVENTS };

/* Where a thing was written. Lines and columns count from 1, columns in characters. Line 0: not
 * at all, a default. file "--set": an override, whose line is its number. */
struct place {
    const char *file; /* not owned */
    uint32_t line, column;
};

/* A file that a key names, or a word that stands for one or for none. Its bytes are read when the
 * scenario is: they are part of it. */
struct scenario_file {
    char *word;        /* such as "none"; NULL: a file */
    char *path;        /* already resolved against the scenario's folder; NULL with a word */
    char *written;     /* the same as it stands in the file, for scenario_print() */
    const void *bytes; /* NULL: a word, or it could not be read: whoever needs it says so */
    size_t length;
    char hash[65]; /* SHA-256 of its bytes, as written beside it or as found; "" without */
    struct place at;
};

struct scenario_variant {
    char *name;
    void *config; /* of schema->config_bytes: file, overrides and the variant's own settings */
    char *set;    /* its settings in one line, "nodes.eviction: lru"; "" for none */
    bool *sets;   /* by the schema's keys: whether the variant sets it */
};

struct scenario {
    char *name;
    sim_time duration_ns;
    sim_time bin_ns; /* of every series */
    uint64_t seed;
    uint32_t replications; /* as many, unless a precision is asked for */
    struct {
        double half_width;    /* of the interval, as a part of the mean; 0: not asked for */
        char *of;             /* a measure's name */
        uint32_t least, most; /* replications */
        double level;         /* of the interval */
    } precision;
    enum scenario_record record;

    const struct scenario_schema *schema; /* of the model */
    void *config;                         /* what all variants start from */
    struct scenario_variant *variant;     /* at least one */
    uint32_t variant_count;
    uint32_t baseline; /* the variant that others are compared with */

    /* Where it came from. */
    char *path; /* as the user wrote it; "-" for standard input */
    char *text; /* the file's bytes, NUL-terminated */
    size_t text_length;
    struct scenario_file *base; /* the scenarios that it starts from, the nearest first */
    uint32_t base_count;
    struct place *place; /* by the keys' index: where what all variants start from was written */
    struct scenario_notes *notes;      /* what the user should know; NULL: nothing */
    struct scenario_content *contents; /* of all files that were read */
    const struct scenario_kept *kept;  /* while it is read: what need not be opened */
    size_t kept_count;
    const struct scenario_registry *registry;
};

struct scenario_notes {
    char **line;
    size_t count;
};

/* The mistakes of a file or of --set, in the order found. Zero-initialise. */
struct scenario_errors {
    struct scenario_mistake {
        char *file; /* "--set" for an override */
        uint32_t line, column;
        char *key;        /* "" for what concerns no key */
        char *message;    /* without the suggestion */
        char *suggestion; /* what the user may have meant; "" if nothing is near */
    } * mistake;
    size_t count, capacity;
};
/* As "file:line:column: key: message; did you mean suggestion?", without a newline. */
void scenario_mistake_print(const struct scenario_mistake *mistake, FILE *to);
/* The same, a line each. */
void scenario_errors_print(const struct scenario_errors *errors, FILE *to);
void scenario_errors_deinit(struct scenario_errors *errors);

/* A "key.path=value" given on the command line, applied after the file. */
struct scenario_override {
    const char *text;
};

/*
 * Loads path ("-": standard input, "<stdin>" in messages) and applies the overrides in order (the
 * value is YAML, so "robots.trigger={uniform: [9 s, 11 s]}" works). SIM_OK; SIM_ERR_NOTFOUND or
 * SIM_ERR_IO if the file cannot be read; SIM_ERR_INVALID with every mistake that could be found in
 * *errors. On failure *s needs no deinit.
 */
SIM_MUST_CHECK enum sim_status scenario_load(struct scenario *s,
                                             const struct scenario_registry *registry,
                                             const char *path,
                                             const struct scenario_override *overrides,
                                             size_t override_count, struct scenario_errors *errors);

/* The same from memory; name stands for the file in messages. text need not be NUL-terminated. */
SIM_MUST_CHECK enum sim_status
scenario_parse(struct scenario *s, const struct scenario_registry *registry, const char *name,
               const char *text, size_t length, const struct scenario_override *overrides,
               size_t override_count, struct scenario_errors *errors);

/* Bytes of a file that somebody kept, found by their hash. */
struct scenario_kept {
    const char *hash; /* SHA-256, 64 hex digits */
    const void *bytes;
    size_t length;
};

/*
 * The same of a printed scenario, as a result carries one: a file whose hash is among those kept is
 * not opened, wherever it has gone.
 */
SIM_MUST_CHECK enum sim_status
scenario_parse_kept(struct scenario *s, const struct scenario_registry *registry, const char *name,
                    const char *text, const struct scenario_kept *kept, size_t kept_count,
                    struct scenario_errors *errors);

/* A scenario of a model's defaults alone. */
SIM_MUST_CHECK enum sim_status scenario_default(struct scenario *s,
                                                const struct scenario_registry *registry,
                                                const struct scenario_schema *schema);
void scenario_deinit(struct scenario *s);

/* The index of the variant of that name; variant_count if there is none. */
uint32_t scenario_variant_find(const struct scenario *s, const char *name);

/*
 * Writes every key with its value in force as canonical YAML (all keys, fixed order, smallest exact
 * unit spelling, files with their hash), so that two scenarios that mean the same print the same.
 * Loading it gives the same scenario again. False without memory.
 */
bool scenario_print(const struct scenario *s, FILE *to);

/* The same as a text, which the caller frees. NULL: no memory. */
char *scenario_print_text(const struct scenario *s);

/*
 * SHA-256 of what scenario_print() writes, as 64 hex digits: names the resolved scenario, and
 * through their hashes all files that it reads. SIM_ERR_NOMEM.
 */
SIM_MUST_CHECK enum sim_status scenario_hash(const struct scenario *s, char hex[65]);

/*
 * Calls visit for every file that any variant's config names and that was read, and for the bases,
 * each path once.
 */
void scenario_visit_files(const struct scenario *s,
                          void (*visit)(void *context, const char *key,
                                        const struct scenario_file *file),
                          void *context);

/* The field of a key in a config; "nodes.cache" of whatever model. NULL if there is no such key. */
const void *scenario_field(const struct scenario *s, uint32_t variant, const char *path);

/* Where a key was last written, in the file or by --set; line 0: nowhere, or there is no such key.
 */
struct place scenario_place_of(const struct scenario *s, const char *path);

/* The version of the library that reads the YAML. */
const char *scenario_library_version(void);

/* All models' tables as one JSON Schema (draft-07), and one model's as a Markdown reference page.
 */
SIM_MUST_CHECK bool scenario_print_schema(const struct scenario_registry *registry, FILE *to);
void scenario_print_reference(const struct scenario_registry *registry,
                              const struct scenario_schema *schema, FILE *to);

#endif
