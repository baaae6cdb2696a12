/*
 * where.h - a condition over the keys of a scenario, such as a sweep's
 * "robots.count * 2 <= taskset.chains or nodes.eviction == lru".
 *
 *     condition  = comparison { "or" comparison }
 *     comparison = sum ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
 *     sum        = product { ( "+" | "-" ) product }
 *     product    = factor { ( "*" | "/" ) factor }
 *     factor     = number [ unit ] | key.path | word | "(" sum ")"
 *
 * A word is a value of the key on the other side, and is compared by == and != alone; it may also
 * be the word that stands for a number of the key: "nodes.executors == unlimited". Units are
 * carried along: "nodes.cache / mesh.bandwidth < 10 s" is fine, a size plus a time is refused.
 * "unlimited" is larger than every number; what has no value at all (a division of 0 by 0,
 * "message_overhead: real", a distribution that is not constant, a list of different values) makes
 * every comparison but != false. Arithmetic is in doubles.
 *
 * Ownership: struct where belongs to the caller and owns nothing.
 * Errors: one line in *errors with the column of the offence.
 */
#ifndef SCENARIOS_SWEEP_WHERE_H
#define SCENARIOS_SWEEP_WHERE_H

#include "scenarios/language/errors.h"
#include "scenarios/language/scenario_keys.h"

enum { WHERE_NODES_MAX = 48, WHERE_WORD_MAX = 24 };

enum where_op {
    WHERE_NUMBER,
    WHERE_KEY,
    WHERE_WORD,
    WHERE_ADD,
    WHERE_SUBTRACT,
    WHERE_MULTIPLY,
    WHERE_DIVIDE,
    WHERE_EQUAL,
    WHERE_UNEQUAL,
    WHERE_LESS,
    WHERE_AT_MOST,
    WHERE_MORE,
    WHERE_AT_LEAST,
    WHERE_OR,
};

/* Exponents of what a number counts. */
struct where_dim {
    int8_t time, data, length, energy;
};

struct where_node {
    enum where_op op;
    struct where_dim dim;
    double number;
    const struct scenario_key *key; /* of WHERE_KEY */
    char word[WHERE_WORD_MAX];      /* of WHERE_WORD */
    uint16_t left, right;           /* operands */
};

struct where {
    struct where_node node[WHERE_NODES_MAX];
    uint16_t count, root;
};

/* What a key is at one point: a number in the key's base unit, or a word. "unlimited" is both. */
struct where_value {
    double number;    /* NaN if it is a word */
    const char *word; /* NULL if it is a number */
};
typedef struct where_value where_lookup(const void *context, const struct scenario_key *key);

/* Whether a key that may take a distribution or a list has one value at some point. */
typedef bool where_has_value(const void *context, const struct scenario_key *key);

/* Reads text, whose first character stands at at. SIM_ERR_INVALID with a line in *errors. */
SIM_MUST_CHECK enum sim_status where_parse(struct where *w, const struct scenario_schema *schema,
                                           const char *text, struct place at,
                                           where_has_value *has_value, const void *context,
                                           struct scenario_errors *errors);

bool where_holds(const struct where *w, where_lookup *lookup, const void *context);

/* The value that a key has in a scenario before its variants. */
struct where_value where_value_of(const struct scenario *s, const struct scenario_key *key);

/* The same of a text that a user wrote for the key: it may be neither. */
struct where_value where_value_of_text(const struct scenario_key *key, const char *text);

/* ---- shared by the two files behind this header ---- */

/*
 * What a value of dim, in its base unit, is multiplied by, so that all whole quantities stay whole
 * (nanoseconds, bits, metres) and a rate is a size by a time.
 */
double where_scale(enum quantity_dim dim, struct where_dim *out);
bool where_read_number(const char *text, enum quantity_dim dim, double *number);
bool where_is_word(const struct where_node *node);

#endif
