/* One value: from a node of the YAML tree into the field of its key. */
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/scenario_read.h"

void *key_field(struct scenario *s, const struct scenario_key *key)
{
    return (char *)s + key->offset;
}

const void *key_field_const(const struct scenario *s, const struct scenario_key *key)
{
    return (const char *)s + key->offset;
}

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
    case DOC_ALIAS:
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
    const char *word = scenario_keys[index].word;

    quantity_explain(message, node->text, dim, problem);
    if (word != NULL) {
        reader_fail(r, index, node->at, "%s; or \"%s\"", message, word);
    } else {
        reader_fail(r, index, node->at, "%s", message);
    }
    return false;
}

static void complain_bounds(struct reader *r, size_t index, const struct doc_node *node, bool low)
{
    const struct scenario_key *key = &scenario_keys[index];
    char seen[EXCERPT_MAX];

    excerpt(seen, node->text);
    reader_fail(r, index, node->at, "%s is too %s: %s %s%s%s%s", seen, low ? "small" : "large",
                low ? "at least" : "at most", low ? key->least : key->most,
                key->word != NULL ? "; or \"" : "", key->word != NULL ? key->word : "",
                key->word != NULL ? "\"" : "");
}

/* Reads a whole number within the key's bounds. */
static bool read_whole(struct reader *r, size_t index, const struct doc_node *node,
                       enum quantity_dim dim, int64_t *value)
{
    const struct scenario_key *key = &scenario_keys[index];
    enum quantity_problem problem;

    if (!reader_is_text(r, index, node, quantity_noun(dim))) {
        return false;
    }
    problem = quantity_parse_whole(node->text, dim, value);
    if (problem != QUANTITY_OK) {
        return complain_quantity(r, index, node, dim, problem);
    }
    bool low = *value < whole_bound(key->least, dim);
    if (low || *value > whole_bound(key->most, dim)) {
        complain_bounds(r, index, node, low);
        return false;
    }
    return true;
}

static void store_real(struct reader *r, size_t index, const struct doc_node *node,
                       enum quantity_dim dim)
{
    const struct scenario_key *key = &scenario_keys[index];
    double *field = key_field(r->s, key);
    double value = 0;
    enum quantity_problem problem;

    if (!reader_is_text(r, index, node, quantity_noun(dim))) {
        return;
    }
    problem = quantity_parse_real(node->text, dim, &value);
    if (problem != QUANTITY_OK) {
        complain_quantity(r, index, node, dim, problem);
        return;
    }
    bool low = value < real_bound(key->least, dim);
    if (low || value > real_bound(key->most, dim)) {
        complain_bounds(r, index, node, low);
        return;
    }
    *field = value;
}

static void store_whole(struct reader *r, size_t index, const struct doc_node *node,
                        enum quantity_dim dim)
{
    const struct scenario_key *key = &scenario_keys[index];
    void *field = key_field(r->s, key);
    bool is_word =
        key->word != NULL && node->kind == DOC_SCALAR && strcmp(node->text, key->word) == 0;
    int64_t value = 0;

    if (!is_word && !read_whole(r, index, node, dim, &value)) {
        return;
    }
    if (key->word_flag != KEY_NO_FLAG) {
        bool *flag = (void *)((char *)r->s + key->word_flag);
        *flag = is_word;
    }
    if (key->kind == KEY_COUNT) {
        *(uint32_t *)field = (uint32_t)value;
    } else if (key->kind == KEY_COUNT64) {
        *(uint64_t *)field = (uint64_t)value;
    } else {
        *(int64_t *)field = value;
    }
}

static void store_bool(struct reader *r, size_t index, const struct doc_node *node)
{
    bool *field = key_field(r->s, &scenario_keys[index]);
    bool yes = node->kind == DOC_SCALAR && strcmp(node->text, "true") == 0;
    bool no = node->kind == DOC_SCALAR && strcmp(node->text, "false") == 0;
    char seen[EXCERPT_MAX];

    if (yes || no) {
        *field = yes;
    } else if (reader_is_text(r, index, node, "true or false")) {
        excerpt(seen, node->text);
        reader_fail(r, index, node->at, "expected true or false, found \"%s\"", seen);
    }
}

/* The index of the node's word among words; false with a message if it is none of them. */
static bool read_word(struct reader *r, size_t index, const struct doc_node *node, unsigned *word)
{
    const char *const *words = scenario_keys[index].words;
    char list[QUANTITY_MESSAGE_MAX] = "";
    char suggestion[QUANTITY_MESSAGE_MAX];
    char seen[EXCERPT_MAX];
    size_t used = 0;

    for (unsigned i = 0; words[i] != NULL; i++) {
        const char *glue = i == 0 ? "" : words[i + 1] == NULL ? " or " : ", ";

        if (node->kind == DOC_SCALAR && strcmp(node->text, words[i]) == 0) {
            *word = i;
            return true;
        }
        used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", glue, words[i]);
        ASSERT(used < sizeof(list));
    }
    if (reader_is_text(r, index, node, list)) {
        excerpt(seen, node->text);
        reader_suggest_word(suggestion, node->text, words);
        reader_fail(r, index, node->at, "expected %s, found \"%s\"%s", list, seen, suggestion);
    }
    return false;
}

static void store_word(struct reader *r, size_t index, const struct doc_node *node)
{
    const struct scenario_key *key = &scenario_keys[index];
    unsigned word = 0;

    if (!read_word(r, index, node, &word)) {
        return;
    }
    if (key->kind == KEY_POLICY) {
        reader_copy_text(r, key_field(r->s, key), key->words[word]);
    } else {
        /* The enums of struct scenario are counted as their words are, from 0. */
        _Static_assert(sizeof(enum scenario_record) == sizeof(word), "an enum is an int");
        memcpy(key_field(r->s, key), &word, sizeof(word));
    }
}

static void store_variants(struct reader *r, size_t index, const struct doc_node *node)
{
    const struct doc_node *item = node->kind == DOC_LIST ? node->child : node;
    enum scenario_variant read[2];
    uint32_t count = 0;

    if (item == NULL) {
        reader_fail(r, index, node->at, "the list is empty; name at least one variant");
        return;
    }
    for (; item != NULL; item = node->kind == DOC_LIST ? item->next : NULL) {
        unsigned word = 0;

        if (!read_word(r, index, item, &word)) {
            return;
        }
        for (uint32_t i = 0; i < count; i++) {
            if (read[i] == (enum scenario_variant)word) {
                reader_fail(r, index, item->at, "\"%s\" is listed twice", item->text);
                return;
            }
        }
        read[count++] = (enum scenario_variant)word;
    }
    memcpy(r->s->variants, read, count * sizeof(read[0]));
    r->s->variant_count = count;
}

/* {uniform: [least, greatest]}; the ends may be equal, which is then a constant. */
static bool read_uniform(struct reader *r, size_t index, const struct doc_node *ends,
                         enum quantity_dim dim, struct dist *dist)
{
    const struct doc_node *low = ends->kind == DOC_LIST ? ends->child : NULL;
    const struct doc_node *high = low != NULL ? low->next : NULL;

    if (high == NULL || high->next != NULL) {
        reader_fail(r, index, ends->at, "expected two ends such as {uniform: [least, greatest]}");
        return false;
    }
    if (!read_whole(r, index, low, dim, &dist->low) ||
        !read_whole(r, index, high, dim, &dist->high)) {
        return false;
    }
    if (dist->low > dist->high) {
        reader_fail(r, index, low->at, "the least, %s, is above the greatest, %s", low->text,
                    high->text);
        return false;
    }
    dist->kind = dist->low == dist->high ? DIST_CONSTANT : DIST_UNIFORM;
    return true;
}

static bool read_named_dist(struct reader *r, size_t index, const struct doc_node *node,
                            enum quantity_dim dim, struct dist *dist)
{
    static const char *const names[] = {"uniform", "exponential", NULL};
    const struct doc_node *of = node->child;
    char suggestion[QUANTITY_MESSAGE_MAX];
    char seen[EXCERPT_MAX];

    if (of == NULL || of->next != NULL) {
        reader_fail(r, index, node->at, "expected one distribution such as {uniform: [a, b]}");
        return false;
    }
    if (strcmp(of->key->text, "uniform") == 0) {
        return read_uniform(r, index, of, dim, dist);
    }
    if (strcmp(of->key->text, "exponential") != 0) {
        excerpt(seen, of->key->text);
        reader_suggest_word(suggestion, of->key->text, names);
        reader_fail(r, index, of->key->at,
                    "unknown distribution \"%s\"; expected uniform or exponential%s", seen,
                    suggestion);
        return false;
    }
    if (dim == QUANTITY_COUNT) {
        reader_fail(r, index, of->key->at, "a count is a constant or {uniform: [a, b]}");
        return false;
    }
    if (!read_whole(r, index, of, dim, &dist->low)) {
        return false;
    }
    dist->high = dist->low;
    dist->kind = DIST_EXPONENTIAL;
    return true;
}

static void store_dist(struct reader *r, size_t index, const struct doc_node *node,
                       enum quantity_dim dim)
{
    struct dist *field = key_field(r->s, &scenario_keys[index]);
    struct dist dist = {.kind = DIST_CONSTANT};

    if (node->kind == DOC_MAP) {
        if (!read_named_dist(r, index, node, dim, &dist)) {
            return;
        }
    } else if (read_whole(r, index, node, dim, &dist.low)) {
        dist.high = dist.low;
    } else {
        return;
    }
    *field = dist;
}

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

/* Aliases and tags anywhere in a value are refused where they stand. */
static bool refuse_alias_or_tag(struct reader *r, size_t index, const struct doc_node *node)
{
    for (; node != NULL; node = node->next) {
        if (node->kind == DOC_ALIAS || node->tagged) {
            char seen[EXCERPT_MAX];

            excerpt(seen, node->text);
            if (node->kind == DOC_ALIAS) {
                reader_fail(r, index, node->at, "aliases (*%s) are not read; write the value out",
                            seen);
            } else {
                reader_fail(r, index, node->at, "tags (!...) are not read; leave it out");
            }
            return true;
        }
        if ((node->key != NULL && refuse_alias_or_tag(r, index, node->key)) ||
            refuse_alias_or_tag(r, index, node->child)) {
            return true;
        }
    }
    return false;
}

void reader_store(struct reader *r, size_t index, const struct doc_node *node)
{
    const struct scenario_key *key = &scenario_keys[index];
    struct doc_node alone = *node; /* without its siblings in the map it stands in */
    enum quantity_dim dim = QUANTITY_NUMBER;

    r->key[index].state = KEY_WRITTEN;
    r->key[index].overridden = r->overriding;
    r->key[index].at = node->at;
    alone.next = NULL;
    alone.key = NULL;
    if (refuse_alias_or_tag(r, index, &alone)) {
        return;
    }
    if (key_is_dist(key->kind, &dim)) {
        store_dist(r, index, node, dim);
    } else if (key_is_quantity(key->kind, &dim)) {
        (quantity_is_whole(dim) ? store_whole : store_real)(r, index, node, dim);
    } else if (key->kind == KEY_BOOL) {
        store_bool(r, index, node);
    } else if (key->kind == KEY_CHOICE || key->kind == KEY_POLICY) {
        store_word(r, index, node);
    } else if (key->kind == KEY_VARIANTS) {
        store_variants(r, index, node);
    } else if (key->kind == KEY_LINKS) {
        reader_store_links(r, index, node);
    } else if (key->kind == KEY_FILE) {
        reader_store_file(r, index, node);
    } else if (key->kind == KEY_TEXT) {
        reader_store_text(r, index, node);
    } else {
        ASSERT(key->kind == KEY_FORMAT);
        store_format(r, index, node);
    }
}
