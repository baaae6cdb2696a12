/* One value: from a node of the YAML tree into the field of its key. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

/* What a node is, for "expected ..., found ...". */
static const char *found(const struct doc_node *node)
{
    switch (node->kind) {
    case DOC_SCALAR:
        return *node->text == '\0' ? "nothing" : "a single value";
    case DOC_MAP:
        return "a map";
    case DOC_LIST:
        return "a list";
    case DOC_ALIAS_UNKNOWN:
    case DOC_ALIAS_INSIDE:
    case DOC_ALIAS_BOMB:
        return "an alias";
    }
    return "";
}

bool reader_is_text(struct reader *r, size_t index, const struct doc_node *node,
                    const char *expected)
{
    if (node->kind == DOC_SCALAR && *node->text != '\0') {
        return true;
    }
    reader_fail(r, index, node->at, "expected %s, found %s", expected, found(node));
    return false;
}

static bool is_word(const struct scenario_key *key, const struct doc_node *node)
{
    return key->word != NULL && node->kind == DOC_SCALAR && strcmp(node->text, key->word) == 0;
}

/* ---- quantities ---- */

/* The table's bounds are read by the user's rules; what cannot be read there is our mistake. */
static int64_t whole_bound(const char *text, enum quantity_dim dim)
{
    int64_t value = 0;
    enum quantity_problem problem = quantity_parse_whole(text, dim, &value);

    ASSERT(problem == QUANTITY_OK);
    return value;
}

static double real_bound(const char *text, enum quantity_dim dim)
{
    double value = 0;
    enum quantity_problem problem = quantity_parse_real(text, dim, &value);

    ASSERT(problem == QUANTITY_OK);
    return value;
}

static bool complain_quantity(struct reader *r, size_t index, const struct doc_node *node,
                              enum quantity_dim dim, enum quantity_problem problem)
{
    char message[QUANTITY_MESSAGE_MAX];
    const char *word = key_at(r->schema, index)->word;

    quantity_explain(message, node->text, dim, problem);
    if (word != NULL) {
        reader_fail(r, index, node->at, "%s; or \"%s\"", message, word);
    } else {
        reader_fail(r, index, node->at, "%s", message);
    }
    return false;
}

static bool complain_bounds(struct reader *r, size_t index, const struct doc_node *node, bool low)
{
    const struct scenario_key *key = key_at(r->schema, index);
    char seen[EXCERPT_MAX];

    excerpt(seen, node->text);
    reader_fail(r, index, node->at, "%s is too %s: %s %s%s%s%s", seen, low ? "small" : "large",
                low ? "at least" : "at most", low ? key->least : key->most,
                key->word != NULL ? "; or \"" : "", key->word != NULL ? key->word : "",
                key->word != NULL ? "\"" : "");
    return false;
}

bool reader_read_whole(struct reader *r, size_t index, const struct doc_node *node,
                       enum quantity_dim dim, int64_t *value)
{
    const struct scenario_key *key = key_at(r->schema, index);
    enum quantity_problem problem;

    if (!reader_is_text(r, index, node, quantity_noun(dim))) {
        return false;
    }
    problem = quantity_parse_whole(node->text, dim, value);
    if (problem != QUANTITY_OK) {
        return complain_quantity(r, index, node, dim, problem);
    }
    bool low = key->least != NULL && *value < whole_bound(key->least, dim);
    if (low || (key->most != NULL && *value > whole_bound(key->most, dim))) {
        return complain_bounds(r, index, node, low);
    }
    return true;
}

static bool read_real(struct reader *r, size_t index, const struct doc_node *node,
                      enum quantity_dim dim, double *value)
{
    const struct scenario_key *key = key_at(r->schema, index);
    enum quantity_problem problem;

    if (!reader_is_text(r, index, node, quantity_noun(dim))) {
        return false;
    }
    problem = quantity_parse_real(node->text, dim, value);
    if (problem != QUANTITY_OK) {
        return complain_quantity(r, index, node, dim, problem);
    }
    bool low = key->least != NULL && *value < real_bound(key->least, dim);
    if (low || (key->most != NULL && *value > real_bound(key->most, dim))) {
        return complain_bounds(r, index, node, low);
    }
    return true;
}

/* The flag beside the field that tells a word from a 0. */
static void tell_word(struct reader *r, const struct scenario_key *key, bool word)
{
    if (key->word_flag != KEY_NO_FLAG) {
        void *base = key_is_head(key) ? (void *)r->s : r->config;
        bool *flag = (void *)((char *)base + key->word_flag);

        ASSERT(key->many == KEY_ONE);
        *flag = word;
    }
}

static bool store_real(struct reader *r, size_t index, const struct doc_node *node, void *value,
                       enum quantity_dim dim)
{
    const struct scenario_key *key = key_at(r->schema, index);
    bool word = is_word(key, node);
    double number = 0;

    if (!word && !read_real(r, index, node, dim, &number)) {
        return false;
    }
    tell_word(r, key, word);
    *(double *)value = number;
    return true;
}

static bool store_whole(struct reader *r, size_t index, const struct doc_node *node, void *value,
                        enum quantity_dim dim)
{
    const struct scenario_key *key = key_at(r->schema, index);
    bool word = is_word(key, node);
    int64_t number = 0;

    if (!word && !reader_read_whole(r, index, node, dim, &number)) {
        return false;
    }
    tell_word(r, key, word);
    if (key->kind == KEY_COUNT) {
        *(uint32_t *)value = (uint32_t)number;
    } else if (key->kind == KEY_COUNT64) {
        *(uint64_t *)value = (uint64_t)number;
    } else {
        *(int64_t *)value = number;
    }
    return true;
}

/* ---- words ---- */

static bool store_bool(struct reader *r, size_t index, const struct doc_node *node, void *value)
{
    bool yes = node->kind == DOC_SCALAR && strcmp(node->text, "true") == 0;
    bool no = node->kind == DOC_SCALAR && strcmp(node->text, "false") == 0;
    char seen[EXCERPT_MAX];

    if (yes || no) {
        *(bool *)value = yes;
        return true;
    }
    if (reader_is_text(r, index, node, "true or false")) {
        excerpt(seen, node->text);
        reader_fail(r, index, node->at, "expected true or false, found \"%s\"", seen);
    }
    return false;
}

/* The index of the node's word among words; false with a message if it is none of them. */
static bool read_word(struct reader *r, size_t index, const struct doc_node *node, unsigned *word)
{
    const char *const *words = key_at(r->schema, index)->words;
    char list[QUANTITY_MESSAGE_MAX] = "";
    char seen[EXCERPT_MAX];
    size_t used = 0;

    for (unsigned i = 0; words[i] != NULL; i++) {
        const char *glue = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";

        if (node->kind == DOC_SCALAR && strcmp(node->text, words[i]) == 0) {
            *word = i;
            return true;
        }
        if (used < sizeof(list)) {
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", glue, words[i]);
        }
    }
    if (reader_is_text(r, index, node, list)) {
        excerpt(seen, node->text);
        reader_fail_near(r, index, node->at, reader_nearest(node->text, words),
                         "expected %s, found \"%s\"", list, seen);
    }
    return false;
}

static bool store_word(struct reader *r, size_t index, const struct doc_node *node, void *value)
{
    const struct scenario_key *key = key_at(r->schema, index);
    unsigned word = 0;

    if (!read_word(r, index, node, &word)) {
        return false;
    }
    if (key->kind == KEY_POLICY) {
        *(char **)value = reader_copy_text(r, key->words[word]);
        return *(char **)value != NULL;
    }
    /* The enums of a config are counted as their words are, from 0. */
    _Static_assert(sizeof(enum scenario_record) == sizeof(word), "an enum is an int");
    memcpy(value, &word, sizeof(word));
    return true;
}

/* ---- what only the head has ---- */

static void store_format(struct reader *r, size_t index, const struct doc_node *node)
{
    int64_t format = 0;
    char seen[EXCERPT_MAX];

    if (!reader_is_text(r, index, node, "the number of a format")) {
        return;
    }
    if (quantity_parse_whole(node->text, QUANTITY_COUNT, &format) != QUANTITY_OK ||
        format != SCENARIO_FORMAT) {
        excerpt(seen, node->text);
        reader_fail(r, index, node->at, "format \"%s\" is not known; the known formats are: %d",
                    seen, (int)SCENARIO_FORMAT);
    }
}

static void store_base(struct reader *r, size_t index, const struct doc_node *node)
{
    if (r->layer == LAYER_SET) {
        reader_fail(r, index, node->at, "is read from the file alone");
    }
}

/* True for what has no field: kept, or seen to elsewhere. */
static bool store_without_field(struct reader *r, size_t index, const struct doc_node *node)
{
    switch (key_at(r->schema, index)->kind) {
    case KEY_FORMAT:
        store_format(r, index, node);
        return true;
    case KEY_MODEL:
        return true; /* chosen before anything was read */
    case KEY_BASE:
        store_base(r, index, node);
        return true;
    case KEY_VARIANTS:
        r->variants = node;
        return true;
    case KEY_BASELINE:
        r->baseline = node;
        return true;
    case KEY_TIME:
    case KEY_SIZE:
    case KEY_RATE:
    case KEY_LENGTH:
    case KEY_SPEED:
    case KEY_POWER:
    case KEY_BIT_ENERGY:
    case KEY_PROBABILITY:
    case KEY_SHARE:
    case KEY_NUMBER:
    case KEY_COUNT:
    case KEY_COUNT64:
    case KEY_BOOL:
    case KEY_CHOICE:
    case KEY_POLICY:
    case KEY_TEXT:
    case KEY_FILE:
    case KEY_TIME_DIST:
    case KEY_SIZE_DIST:
    case KEY_COUNT_DIST:
        break;
    }
    return false;
}

/* ---- one value, a list of values, a key ---- */

/* Fills an empty value, which stays empty where it is refused. */
static bool store_value(struct reader *r, size_t index, const struct doc_node *node, void *value)
{
    const enum key_kind kind = key_at(r->schema, index)->kind;
    enum quantity_dim dim = QUANTITY_NUMBER;

    if (key_is_dist(kind, &dim)) {
        return reader_store_dist(r, index, node, value, dim);
    }
    if (key_is_quantity(kind, &dim)) {
        return (quantity_is_whole(dim) ? store_whole : store_real)(r, index, node, value, dim);
    }
    if (kind == KEY_BOOL) {
        return store_bool(r, index, node, value);
    }
    if (kind == KEY_CHOICE || kind == KEY_POLICY) {
        return store_word(r, index, node, value);
    }
    if (kind == KEY_FILE) {
        return reader_store_file(r, index, node, value);
    }
    ASSERT(kind == KEY_TEXT);
    return reader_store_text(r, index, node, value);
}

/* {every: N nodes} */
static bool store_every(struct reader *r, size_t index, const struct doc_node *node,
                        struct scenario_list *list)
{
    const struct doc_node *every = node->child;
    const bool is_alone = every != NULL && every->next == NULL;
    unsigned step = 0;
    char unit[8] = "";
    char rest = '\0';

    if (is_alone && strcmp(every->key->text, "every") == 0 && every->kind == DOC_SCALAR) {
        const int parts = sscanf(every->text, "%9u %7s %c", &step, unit, &rest);
        const bool is_unit = strcmp(unit, "nodes") == 0 || strcmp(unit, "node") == 0;
        if (parts == 2 && is_unit && step > 0) {
            *list = (struct scenario_list){.item = calloc(1, key_value_bytes(KEY_COUNT)),
                                           .every = step};
            r->nomem = r->nomem || list->item == NULL;
            return list->item != NULL;
        }
    }
    reader_fail(r, index, node->at, "expected a place, a list of places, or {every: N nodes}");
    return false;
}

static bool store_list(struct reader *r, size_t index, const struct doc_node *node,
                       struct scenario_list *list)
{
    const struct scenario_key *key = key_at(r->schema, index);
    const bool is_list = node->kind == DOC_LIST;
    const struct doc_node *first = is_list ? node->child : node;
    size_t count = 0;
    bool stored = true;

    if (key->many == KEY_PLACES && node->kind == DOC_MAP) {
        return store_every(r, index, node, list);
    }
    for (const struct doc_node *n = first; n != NULL; n = is_list ? n->next : NULL) {
        count++;
    }
    if (count == 0 && key->many != KEY_EACH) {
        reader_fail(r, index, node->at, "the list is empty; write at least one value");
        return false;
    }
    const size_t bytes = key_value_bytes(key->kind);
    unsigned char *item = calloc(count + 1, bytes);
    *list = (struct scenario_list){.item = item};
    if (item == NULL) {
        r->nomem = true;
        return false;
    }
    for (const struct doc_node *n = first; n != NULL; n = is_list ? n->next : NULL) {
        stored = store_value(r, index, n, item + list->count++ * bytes) && stored;
    }
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the list has it, which store_field() copies */
    return stored;
}

/* Room for any value of a key. */
union any_field {
    struct scenario_list list;
    struct scenario_file file;
    struct dist dist;
    int64_t whole;
    double real;
    char *text;
};

static void store_field(struct reader *r, size_t index, const struct doc_node *node)
{
    const struct scenario_key *key = key_at(r->schema, index);
    void *field = key_field(r->s, r->config, key);
    union any_field read;
    bool stored;

    memset(&read, 0, sizeof(read));
    stored = key->many == KEY_ONE ? store_value(r, index, node, &read)
                                  : store_list(r, index, node, &read.list);
    if (!stored) {
        config_clear_field(key, &read);
        return;
    }
    config_clear_field(key, field);
    memcpy(field, &read,
           key->many == KEY_ONE ? key_value_bytes(key->kind) : sizeof(struct scenario_list));
}

void reader_store(struct reader *r, size_t index, const struct doc_node *node)
{
    struct reader_key *state = &r->key[index];

    state->state = KEY_WRITTEN;
    state->layer = r->layer;
    state->reading = r->reading;
    state->at = node->at;
    if (r->layer == LAYER_SET) {
        state->override = node->at;
    }
    if (reader_refuse_foreign(r, key_at(r->schema, index)->path, node)) {
        state->state = KEY_BAD;
    } else if (!store_without_field(r, index, node)) {
        store_field(r, index, node);
    }
}
