/* Conditions: what keys are worth, and what a condition says of a point. */
#include "scenarios/sweep/where.h"

#include <math.h>
#include <string.h>

/*
 * Counts in nanoseconds, bits, metres and joules, so that all whole quantities stay whole and a
 * rate is a size by a time.
 */
double where_scale(enum quantity_dim dim, struct where_dim *out)
{
    *out = (struct where_dim){0};
    switch (dim) {
    case QUANTITY_TIME:
        out->time = 1;
        return 1;
    case QUANTITY_SIZE:
        out->data = 1;
        return 8;
    case QUANTITY_RATE:
        *out = (struct where_dim){.time = -1, .data = 1};
        return 1e-9;
    case QUANTITY_LENGTH:
        out->length = 1;
        return 1;
    case QUANTITY_SPEED:
        *out = (struct where_dim){.time = -1, .length = 1};
        return 1e-9;
    case QUANTITY_POWER:
        *out = (struct where_dim){.time = -1, .energy = 1};
        return 1e-9;
    case QUANTITY_BIT_ENERGY:
        *out = (struct where_dim){.data = -1, .energy = 1};
        return 1;
    case QUANTITY_COUNT:
    case QUANTITY_PROBABILITY:
    case QUANTITY_SHARE:
    case QUANTITY_NUMBER:
        break;
    }
    return 1;
}

bool where_read_number(const char *text, enum quantity_dim dim, double *number)
{
    int64_t whole = 0;

    if (quantity_is_whole(dim)) {
        bool read = quantity_parse_whole(text, dim, &whole) == QUANTITY_OK;
        *number = (double)whole;
        return read;
    }
    return quantity_parse_real(text, dim, number) == QUANTITY_OK;
}

struct where_value where_value_of_text(const struct scenario_key *key, const char *text)
{
    struct where_value value = {.number = (double)NAN, .word = NULL};
    enum quantity_dim dim = QUANTITY_NUMBER;

    if (key->word != NULL && strcmp(text, key->word) == 0) {
        value.number = strcmp(text, "unlimited") == 0 ? (double)INFINITY : (double)NAN;
        value.word = key->word;
        return value;
    }
    if (key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim)) {
        if (!where_read_number(text, dim, &value.number)) {
            value.number = (double)NAN;
        }
        return value;
    }
    value.word = text;
    return value;
}

/* Does the key's word stand where the number would be? */
static bool has_word(const struct scenario *s, const struct scenario_key *key, double number)
{
    if (key->word != NULL && key->word_flag != KEY_NO_FLAG) {
        const void *base = key_is_head(key) ? (const void *)s : s->config;
        const void *flag = (const char *)base + key->word_flag;
        return *(const bool *)flag;
    }
    return key->word != NULL && !(number < 0) && !(number > 0) && !isnan(number);
}

static double number_of(const struct scenario_key *key, enum quantity_dim dim, const void *field)
{
    if (!quantity_is_whole(dim)) {
        return *(const double *)field;
    }
    if (key->kind == KEY_COUNT) {
        return *(const uint32_t *)field;
    }
    return key->kind == KEY_COUNT64 ? (double)*(const uint64_t *)field
                                    : (double)*(const int64_t *)field;
}

/* A distribution that draws one value alone has it. */
static double constant_of(const struct dist *d)
{
    return d->kind == DIST_CONSTANT ? (double)d->low : (double)NAN;
}

/* Where all values of a list are one, that; NULL where they differ, or there is none. */
static const void *only_value(const struct scenario_key *key, const void *field)
{
    const uint32_t count = key_values(key, field);
    for (uint32_t i = 1; i < count; i++) {
        if (memcmp(key_value(key, field, 0), key_value(key, field, i),
                   key_value_bytes(key->kind)) != 0) {
            return NULL;
        }
    }
    return count > 0 ? key_value(key, field, 0) : NULL;
}

struct where_value where_value_of(const struct scenario *s, const struct scenario_key *key)
{
    struct where_value value = {.number = (double)NAN, .word = NULL};
    const void *field = key_field_const(s, s->config, key);
    enum quantity_dim dim = QUANTITY_NUMBER;
    unsigned word;

    field = field != NULL ? only_value(key, field) : NULL;
    if (field == NULL) {
        return value;
    }
    if (key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim)) {
        value.number =
            key_is_dist(key->kind, &dim) ? constant_of(field) : number_of(key, dim, field);
        return has_word(s, key, value.number) ? where_value_of_text(key, key->word) : value;
    }
    if (key->kind == KEY_BOOL) {
        value.word = *(const bool *)field ? "true" : "false";
    } else if (key->kind == KEY_CHOICE) {
        memcpy(&word, field, sizeof(word));
        value.word = key->words[word];
    } else if (key->kind == KEY_POLICY || key->kind == KEY_TEXT) {
        value.word = *(char *const *)field;
    } else if (key->kind == KEY_FILE) {
        const struct scenario_file *file = field;
        value.word = file->word != NULL ? file->word : file->written;
    }
    return value;
}

bool where_is_word(const struct where_node *node)
{
    enum quantity_dim dim = QUANTITY_NUMBER;

    return node->op == WHERE_WORD ||
           (node->op == WHERE_KEY && !key_is_quantity(node->key->kind, &dim) &&
            !key_is_dist(node->key->kind, &dim));
}

/* ---- what it says of a point ---- */

struct point {
    const struct where *w;
    where_lookup *lookup;
    const void *context;
};

static double number_at(const struct point *p, uint16_t index)
{
    const struct where_node *node = &p->w->node[index];
    enum quantity_dim dim = QUANTITY_NUMBER;
    struct where_dim ignored;

    if (node->op == WHERE_NUMBER) {
        return node->number;
    }
    if (node->op == WHERE_KEY) {
        (void)key_is_quantity(node->key->kind, &dim);
        return p->lookup(p->context, node->key).number * where_scale(dim, &ignored);
    }
    double left = number_at(p, node->left);
    double right = number_at(p, node->right);
    if (node->op == WHERE_ADD || node->op == WHERE_SUBTRACT) {
        return node->op == WHERE_ADD ? left + right : left - right;
    }
    ASSERT(node->op == WHERE_MULTIPLY || node->op == WHERE_DIVIDE);
    return node->op == WHERE_MULTIPLY ? left * right : left / right;
}

static const char *word_at(const struct point *p, uint16_t index)
{
    const struct where_node *node = &p->w->node[index];
    const char *word = node->word;

    if (node->op == WHERE_KEY) {
        word = p->lookup(p->context, node->key).word;
    }
    return word != NULL ? word : "";
}

static bool compare(const struct point *p, const struct where_node *node)
{
    if (where_is_word(&p->w->node[node->left]) || where_is_word(&p->w->node[node->right])) {
        bool same = strcmp(word_at(p, node->left), word_at(p, node->right)) == 0;
        return same == (node->op == WHERE_EQUAL);
    }
    double a = number_at(p, node->left);
    double b = number_at(p, node->right);
    bool same = a <= b && a >= b;
    switch (node->op) {
    case WHERE_EQUAL:
        return same;
    case WHERE_UNEQUAL:
        return !same;
    case WHERE_LESS:
        return a < b;
    case WHERE_AT_MOST:
        return a <= b;
    case WHERE_MORE:
        return a > b;
    case WHERE_AT_LEAST:
        return a >= b;
    case WHERE_NUMBER:
    case WHERE_KEY:
    case WHERE_WORD:
    case WHERE_ADD:
    case WHERE_SUBTRACT:
    case WHERE_MULTIPLY:
    case WHERE_DIVIDE:
    case WHERE_OR:
        break;
    }
    return false;
}

static bool holds_at(const struct point *p, uint16_t index)
{
    const struct where_node *node = &p->w->node[index];

    if (node->op == WHERE_OR) {
        return holds_at(p, node->left) || holds_at(p, node->right);
    }
    return compare(p, node);
}

bool where_holds(const struct where *w, where_lookup *lookup, const void *context)
{
    const struct point p = {.w = w, .lookup = lookup, .context = context};

    return holds_at(&p, w->root);
}
