/* Conditions: from text to a tree whose sides fit together. */
#include "scenarios/sweep/where.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "sim/engine/text.h"

enum { DEPTH_MAX = 16, TOKEN_MAX = 80 };

struct parser {
    struct where *w;
    const struct scenario_schema *schema;
    const char *text, *next;
    struct place at; /* of text */
    where_has_value *has_value;
    const void *context;
    struct scenario_errors *errors;
    unsigned depth;
    bool failed;
};

#define NOTHING ((uint16_t)0) /* what stands for an operand that could not be read */

/* ---- errors ---- */

SIM_PRINTF(4, 5)
static uint16_t fail_near(struct parser *p, const char *where, const char *suggestion,
                          const char *format, ...)
{
    char what[512];
    struct place at = p->at;
    va_list arguments;

    if (p->failed) {
        return NOTHING; /* the first mistake of a condition explains the others */
    }
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    at.column += (uint32_t)(where - p->text);
    errors_suggest(p->errors, at, "where", suggestion, "%s", what);
    p->failed = true;
    return NOTHING;
}

#define fail(p, where, ...) fail_near(p, where, "", __VA_ARGS__)

static bool is_same_dim(struct where_dim a, struct where_dim b)
{
    return a.time == b.time && a.data == b.data && a.length == b.length && a.energy == b.energy;
}

/* ---- tokens ---- */

static void skip_blanks(struct parser *p)
{
    p->next += strspn(p->next, " \t");
}

static bool accept(struct parser *p, const char *token)
{
    skip_blanks(p);
    if (strncmp(p->next, token, strlen(token)) != 0) {
        return false;
    }
    p->next += strlen(token);
    return true;
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) != 0 || c == '_';
}

static bool accept_or(struct parser *p)
{
    skip_blanks(p);
    if (strncmp(p->next, "or", 2) != 0 || (p->next[2] != ' ' && p->next[2] != '\t')) {
        return false;
    }
    p->next += 2;
    return true;
}

/* Letters, digits, dots; a hyphen between letters belongs to the word, as in lfu-history. */
static size_t word_length(const char *text)
{
    size_t n = 0;

    while (is_letter(text[n]) || isdigit((unsigned char)text[n]) || text[n] == '.' ||
           (text[n] == '-' && n > 0 && is_letter(text[n - 1]) && is_letter(text[n + 1]))) {
        n++;
    }
    return n;
}

/* A decimal and, perhaps after blanks, its unit. */
static size_t number_length(const char *text)
{
    size_t n = strspn(text, "0123456789.");

    if ((text[n] == 'e' || text[n] == 'E') &&
        isdigit((unsigned char)text[n + 1 + strspn(text + n + 1, "+-")])) {
        n += 1 + strspn(text + n + 1, "+-");
        n += strspn(text + n, "0123456789");
    }
    size_t unit = n + strspn(text + n, " \t");
    size_t length = 0;
    while (is_letter(text[unit + length]) || text[unit + length] == '%') {
        length++;
    }
    if (length == 0 || (length == 2 && strncmp(text + unit, "or", 2) == 0)) {
        return n;
    }
    if (text[unit + length] == '/' && strncmp(text + unit + length + 1, "bit", 3) == 0) {
        length += 4;
    } else if (text[unit + length] == '/' && text[unit + length + 1] == 's') {
        length += 2;
    }
    return unit + length;
}

/* ---- the tree ---- */

static uint16_t add_node(struct parser *p, const char *where, struct where_node node)
{
    if (p->w->count == WHERE_NODES_MAX) {
        return fail(p, where, "too long; write several conditions");
    }
    p->w->node[p->w->count] = node;
    return p->w->count++;
}

static uint16_t read_literal(struct parser *p)
{
    static const enum quantity_dim dims[] = {
        QUANTITY_NUMBER, QUANTITY_TIME,  QUANTITY_SIZE,       QUANTITY_RATE,       QUANTITY_LENGTH,
        QUANTITY_SPEED,  QUANTITY_POWER, QUANTITY_BIT_ENERGY, QUANTITY_PROBABILITY};
    const char *start = p->next;
    size_t length = number_length(start);
    struct where_node node = {.op = WHERE_NUMBER};
    char text[TOKEN_MAX];

    if (length >= sizeof(text)) {
        return fail(p, start, "a number of more than %d characters", (int)sizeof(text) - 1);
    }
    memcpy(text, start, length);
    text[length] = '\0';
    for (size_t i = 0; i < sizeof(dims) / sizeof(dims[0]); i++) {
        if (where_read_number(text, dims[i], &node.number)) {
            node.number *= where_scale(dims[i], &node.dim);
            p->next += length;
            return add_node(p, start, node);
        }
    }
    return fail(p, start, "\"%s\" is no number with a known unit, or not a whole one", text);
}

static uint16_t read_key(struct parser *p, const char *start, const struct scenario_key *key)
{
    struct where_node node = {.op = WHERE_KEY, .key = key};
    enum quantity_dim dim = QUANTITY_NUMBER;

    const bool is_plain = !key_is_dist(key->kind, &dim) && key->many == KEY_ONE;
    if (key->many == KEY_EACH || key_value_bytes(key->kind) == 0 ||
        !(is_plain || p->has_value(p->context, key))) {
        return fail(p, start, "%s is neither a number nor a word; it cannot be compared",
                    key->path);
    }
    if (key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim)) {
        (void)where_scale(dim, &node.dim);
    }
    return add_node(p, start, node);
}

static uint16_t read_name(struct parser *p)
{
    const char *start = p->next;
    size_t length = word_length(start);
    struct where_node node = {.op = WHERE_WORD};
    char path[TOKEN_MAX];

    if (length >= sizeof(path)) {
        return fail(p, start, "no key is that long");
    }
    memcpy(path, start, length);
    path[length] = '\0';
    p->next += length;
    size_t index = key_find(p->schema, path);
    if (index < key_count(p->schema)) {
        return read_key(p, start, key_at(p->schema, index));
    }
    if (strchr(path, '.') != NULL || length >= sizeof(node.word)) {
        return fail_near(p, start, key_nearest(p->schema, path), "%s: unknown key", path);
    }
    memcpy(node.word, path, length + 1);
    return add_node(p, start, node);
}

static uint16_t read_sum(struct parser *p);

static uint16_t read_factor(struct parser *p)
{
    uint16_t inner;

    skip_blanks(p);
    if (isdigit((unsigned char)*p->next)) {
        return read_literal(p);
    }
    if (is_letter(*p->next)) {
        return read_name(p);
    }
    if (*p->next != '(' || p->depth == DEPTH_MAX) {
        char seen[EXCERPT_MAX];
        excerpt(seen, p->next);
        return fail(p, p->next, "expected a number, a key or a word, found %s%s%s",
                    *seen != '\0' ? "\"" : "the end", seen, *seen != '\0' ? "\"" : "");
    }
    p->next++;
    p->depth++;
    inner = read_sum(p);
    p->depth--;
    if (!p->failed && !accept(p, ")")) {
        return fail(p, p->next, "a parenthesis is not closed");
    }
    return inner;
}

static uint16_t join(struct parser *p, const char *where, enum where_op op, uint16_t left,
                     uint16_t right)
{
    struct where_node node = {.op = op, .left = left, .right = right};

    if (p->failed) {
        return NOTHING;
    }
    const struct where_node *a = &p->w->node[left];
    const struct where_node *b = &p->w->node[right];
    if (where_is_word(a) || where_is_word(b)) {
        const struct where_node *word = where_is_word(a) ? a : b;
        return fail(p, where, "%s is a word, which has no arithmetic",
                    word->op == WHERE_WORD ? word->word : word->key->path);
    }
    node.dim = a->dim;
    if (op == WHERE_MULTIPLY || op == WHERE_DIVIDE) {
        int sign = op == WHERE_MULTIPLY ? 1 : -1;
        node.dim.time = (int8_t)(a->dim.time + sign * b->dim.time);
        node.dim.data = (int8_t)(a->dim.data + sign * b->dim.data);
        node.dim.length = (int8_t)(a->dim.length + sign * b->dim.length);
        node.dim.energy = (int8_t)(a->dim.energy + sign * b->dim.energy);
    } else if (!is_same_dim(a->dim, b->dim)) {
        return fail(p, where, "the two sides are of different units");
    }
    return add_node(p, where, node);
}

static uint16_t read_product(struct parser *p)
{
    uint16_t left = read_factor(p);

    while (!p->failed) {
        skip_blanks(p);
        const char *where = p->next;
        if (accept(p, "*")) {
            left = join(p, where, WHERE_MULTIPLY, left, read_factor(p));
        } else if (accept(p, "/")) {
            left = join(p, where, WHERE_DIVIDE, left, read_factor(p));
        } else {
            break;
        }
    }
    return left;
}

static uint16_t read_sum(struct parser *p)
{
    uint16_t left = read_product(p);

    while (!p->failed) {
        skip_blanks(p);
        const char *where = p->next;
        if (accept(p, "+")) {
            left = join(p, where, WHERE_ADD, left, read_product(p));
        } else if (accept(p, "-")) {
            left = join(p, where, WHERE_SUBTRACT, left, read_product(p));
        } else {
            break;
        }
    }
    return left;
}

/* Is it a word that the key can have? What cannot be told (a name) is taken. */
static bool key_takes(const struct scenario_key *key, const char *word)
{
    if (key->kind == KEY_BOOL) {
        return strcmp(word, "true") == 0 || strcmp(word, "false") == 0;
    }
    for (size_t i = 0; key->words != NULL && key->words[i] != NULL; i++) {
        if (strcmp(key->words[i], word) == 0) {
            return true;
        }
    }
    return key->words == NULL;
}

/* The nearest word of the key; "" if none is near. */
static const char *nearest_word(const struct scenario_key *key, const char *written)
{
    size_t count = 0;

    while (key->words != NULL && key->words[count] != NULL) {
        count++;
    }
    const char *nearest = text_nearest(written, key->words, count);
    return nearest != NULL ? nearest : "";
}

/* Is it the word that may stand for a number of this key? */
static bool is_word_of(const struct where_node *word, const struct where_node *key)
{
    return word->op == WHERE_WORD && key->op == WHERE_KEY && key->key->word != NULL &&
           strcmp(word->word, key->key->word) == 0;
}

static bool check_words(struct parser *p, const char *where, enum where_op op,
                        const struct where_node *a, const struct where_node *b)
{
    const struct where_node *word = a->op == WHERE_WORD ? a : b;
    const struct where_node *key = word == a ? b : a;
    bool stands = is_word_of(word, key);

    if (word->op == WHERE_WORD && !stands && (key->op != WHERE_KEY || !where_is_word(key))) {
        (void)fail_near(p, where, key_nearest(p->schema, word->word),
                        "%s: neither a key nor a value of the other side", word->word);
    } else if (!stands && (!where_is_word(a) || !where_is_word(b))) {
        (void)fail(p, where, "a word and a number cannot be compared");
    } else if (op != WHERE_EQUAL && op != WHERE_UNEQUAL) {
        (void)fail(p, where, "words are compared by == and != alone");
    } else if (!stands && word->op == WHERE_WORD && !key_takes(key->key, word->word)) {
        (void)fail_near(p, where, nearest_word(key->key, word->word), "%s is never %s",
                        key->key->path, word->word);
    }
    return !p->failed;
}

/* The longer signs first. */
static bool accept_comparison(struct parser *p, enum where_op *op)
{
    static const struct {
        const char *sign;
        enum where_op op;
    } signs[] = {
        {"==", WHERE_EQUAL},    {"!=", WHERE_UNEQUAL}, {"<=", WHERE_AT_MOST},
        {">=", WHERE_AT_LEAST}, {"<", WHERE_LESS},     {">", WHERE_MORE},
    };
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (accept(p, signs[i].sign)) {
            *op = signs[i].op;
            return true;
        }
    }
    return false;
}

static uint16_t read_comparison(struct parser *p)
{
    struct where_node node = {.op = WHERE_EQUAL};

    node.left = read_sum(p);
    skip_blanks(p);
    const char *where = p->next;
    if (!p->failed && !accept_comparison(p, &node.op)) {
        return fail(p, where, "expected one of == != < <= > >=");
    }
    node.right = p->failed ? NOTHING : read_sum(p);
    if (p->failed) {
        return NOTHING;
    }
    const struct where_node *a = &p->w->node[node.left];
    const struct where_node *b = &p->w->node[node.right];
    if (where_is_word(a) || where_is_word(b)) {
        if (!check_words(p, where, node.op, a, b)) {
            return NOTHING;
        }
    } else if (!is_same_dim(a->dim, b->dim)) {
        return fail(p, where, "the two sides are of different units");
    }
    return add_node(p, where, node);
}

enum sim_status where_parse(struct where *w, const struct scenario_schema *schema, const char *text,
                            struct place at, where_has_value *has_value, const void *context,
                            struct scenario_errors *errors)
{
    struct parser p = {.w = w,
                       .schema = schema,
                       .text = text,
                       .next = text,
                       .at = at,
                       .has_value = has_value,
                       .context = context,
                       .errors = errors};

    w->count = 0;
    w->root = read_comparison(&p);
    while (!p.failed && accept_or(&p)) {
        struct where_node node = {.op = WHERE_OR, .left = w->root};
        node.right = read_comparison(&p);
        w->root = p.failed ? NOTHING : add_node(&p, p.next, node);
    }
    skip_blanks(&p);
    if (!p.failed && *p.next != '\0') {
        char seen[EXCERPT_MAX];
        excerpt(seen, p.next);
        (void)fail(&p, p.next, "\"%s\" is not understood here", seen);
    }
    return p.failed ? SIM_ERR_INVALID : SIM_OK;
}
