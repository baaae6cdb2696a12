/*
 * doc.h - a YAML document as a tree whose every node knows its line and column. The only file
 * of the program that calls libyaml.
 *
 * Scalars stay text: what a key means decides how its text is read. An alias becomes a copy of what
 * it stands for, placed where the alias is. Tags, and aliases that cannot be resolved, are kept for
 * the reader to refuse where it meets them, so that a part of a file that is the user's own
 * ("x-...") may hold any YAML.
 *
 * Ownership: doc_parse() gives a tree that ends with doc_free(); texts belong to their nodes.
 * Errors: a malformed text (not UTF-8, not YAML, nothing in it, more than one document, nested
 *   too deep) adds one line to *errors and gives SIM_ERR_INVALID; or SIM_ERR_NOMEM.
 */
#ifndef SCENARIOS_LANGUAGE_DOC_H
#define SCENARIOS_LANGUAGE_DOC_H

#include "scenarios/language/errors.h"

enum { DOC_DEPTH_MAX = 64, DOC_ANCHORS_MAX = 1000, DOC_COPIES_MAX = 100000 };

enum doc_kind {
    DOC_SCALAR,
    DOC_MAP,
    DOC_LIST,
    DOC_ALIAS_UNKNOWN, /* nothing before it has this name */
    DOC_ALIAS_INSIDE,  /* stands in what it stands for */
    DOC_ALIAS_BOMB,    /* would make more than DOC_COPIES_MAX nodes */
};

struct doc_node {
    enum doc_kind kind;
    struct place at;
    bool tagged;            /* carries a tag such as !!str */
    bool is_open;           /* its end has not been read */
    struct doc_node *key;   /* inside a map: the key of this value */
    struct doc_node *next;  /* the parent's next child */
    struct doc_node *child; /* of a map or a list: the first */
    char *text;             /* of a scalar or an alias (its name); otherwise "" */
};

/*
 * Parses text, which need not be NUL-terminated. Positions start at origin: line and column of
 * the text's first character.
 */
SIM_MUST_CHECK enum sim_status doc_parse(struct doc_node **root, struct place origin,
                                         const char *text, size_t length,
                                         struct scenario_errors *errors);
void doc_free(struct doc_node *node);

static inline bool doc_is_alias(const struct doc_node *node)
{
    return node->kind >= DOC_ALIAS_UNKNOWN;
}

/* The value of a key of a map; NULL if there is none, or if it is no map. */
const struct doc_node *doc_find(const struct doc_node *map, const char *key);

/* A node of its own; text is copied. NULL if there is no memory. */
struct doc_node *doc_node_create(enum doc_kind kind, struct place at, const char *text,
                                 size_t length);

#endif
