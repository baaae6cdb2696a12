/* The keys of a map: known, unknown, written twice, in the wrong place. */
#include "scenarios/language/scenario_read.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "sim/engine/text.h"

enum { KEY_PATH_MAX = 128, TWO_PATHS_MAX = 256 };

void reader_fail(struct reader *r, size_t index, struct place at, const char *format, ...)
{
    char what[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    errors_add(r->errors, at, key_at(r->schema, index)->path, "%s", what);
    r->key[index].state = KEY_BAD;
}

void reader_fail_near(struct reader *r, size_t index, struct place at, const char *suggestion,
                      const char *format, ...)
{
    char what[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    errors_suggest(r->errors, at, key_at(r->schema, index)->path, suggestion, "%s", what);
    r->key[index].state = KEY_BAD;
}

const char *reader_nearest(const char *written, const char *const *words)
{
    size_t count = 0;

    while (words[count] != NULL) {
        count++;
    }
    const char *nearest = text_nearest(written, words, count);
    return nearest != NULL ? nearest : "";
}

bool reader_keep(struct reader *r, struct doc_node *doc)
{
    struct doc_node **grown = realloc(r->doc, (r->doc_count + 1) * sizeof(struct doc_node *));

    if (grown == NULL) {
        r->nomem = true;
        doc_free(doc);
        return false;
    }
    r->doc = grown;
    grown[r->doc_count++] = doc;
    return true;
}

/* Whether a text is a plain scalar beyond doubt, so that no parser need be started for it. */
static bool is_plain(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._";
    size_t length = strspn(text, letters);

    if (length > 0 && text[length] == ' ') { /* "5 s", "2 %" */
        length +=
            1 + strspn(text + length + 1, "%/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    }
    return length > 0 && text[length] == '\0' && text[length - 1] != ' ';
}

/* A text of our own tables. NULL without memory, which the reader then knows. */
static struct doc_node *parse_own(struct reader *r, const char *text, struct place at)
{
    struct doc_node *node = NULL;
    enum sim_status status = SIM_OK;

    if (is_plain(text)) {
        node = doc_node_create(DOC_SCALAR, at, text, strlen(text));
        status = node != NULL ? SIM_OK : SIM_ERR_NOMEM;
    } else {
        status = doc_parse(&node, at, text, strlen(text), r->errors);
    }
    ASSERT(status != SIM_ERR_INVALID);
    if (status != SIM_OK) {
        r->nomem = true;
        return NULL;
    }
    return reader_keep(r, node) ? node : NULL;
}

void reader_set_defaults(struct reader *r)
{
    r->layer = LAYER_DEFAULT;
    for (size_t i = 0; i < key_count(r->schema) && !r->nomem; i++) {
        const char *text = key_default(r->schema, key_at(r->schema, i));
        struct doc_node *node =
            text != NULL ? parse_own(r, text, (struct place){"(default)", 0, 1}) : NULL;

        if (node == NULL) {
            continue;
        }
        reader_store(r, i, node);
        ASSERT(r->nomem || r->key[i].state == KEY_WRITTEN); /* the table keeps its own rules */
        r->key[i].state = KEY_DEFAULT;
    }
}

/*
 * Takes the next component of rest, which starts within a key's path: the name of a key or of a
 * section right below prefix. False if path does not lie below prefix.
 */
static bool sibling(char out[KEY_PATH_MAX], const char *path, const char *prefix)
{
    size_t length = strlen(prefix);
    size_t end;

    if (strncmp(path, prefix, length) != 0 || (length > 0 && path[length] != '.')) {
        return false;
    }
    path += length > 0 ? length + 1 : 0;
    end = strcspn(path, ".");
    memcpy(out, path, end);
    out[end] = '\0';
    return true;
}

/* The last component of a path. */
static const char *leaf(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL ? dot + 1 : path;
}

/* The sibling that a slip of the finger may have meant, else a key of that name elsewhere. */
static void suggest_key(const struct reader *r, char out[TWO_PATHS_MAX], const char *prefix,
                        const char *written)
{
    size_t best = SIZE_MAX;
    char name[KEY_PATH_MAX];

    out[0] = '\0';
    for (size_t i = 0; i < key_count(r->schema); i++) {
        size_t distance;

        if (sibling(name, key_at(r->schema, i)->path, prefix) &&
            text_is_near(written, name, &distance) && distance < best) {
            best = distance;
            snprintf(out, TWO_PATHS_MAX, "%s%s%s", prefix, *prefix != '\0' ? "." : "", name);
        }
    }
    for (size_t i = 0; best > 1 && i < key_count(r->schema); i++) {
        const char *path = key_at(r->schema, i)->path;

        if (strcmp(leaf(path), written) == 0 || strcmp(path, written) == 0) {
            snprintf(out, TWO_PATHS_MAX, "%s", path);
            return;
        }
    }
    if (*out == '\0' && *prefix == '\0' && strchr(written, '.') != NULL) {
        snprintf(out, TWO_PATHS_MAX, "%s", key_nearest(r->schema, written));
    }
}

static void complain_unknown(struct reader *r, const char *prefix, const struct doc_node *key)
{
    char path[KEY_PATH_MAX + EXCERPT_MAX];
    char seen[EXCERPT_MAX];
    char suggestion[TWO_PATHS_MAX];

    if (r->errors->count > ERRORS_MAX) {
        return; /* nobody will read it, and a hostile file has a hundred thousand of them */
    }
    excerpt(seen, key->text);
    snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix != '\0' ? "." : "", seen);
    if (strcmp(key->text, "<<") == 0) {
        errors_add(r->errors, key->at, path, "merge keys are not read; write the keys out");
        return;
    }
    suggest_key(r, suggestion, prefix, key->text);
    errors_suggest(r->errors, key->at, path, suggestion, "unknown key");
}

/* An earlier value of the map with the same key, or NULL. */
static const struct doc_node *find_earlier(const struct doc_node *map, const struct doc_node *value)
{
    for (const struct doc_node *v = map->child; v != value; v = v->next) {
        if (v->key->kind == DOC_SCALAR && strcmp(v->key->text, value->key->text) == 0) {
            return v;
        }
    }
    return NULL;
}

/* "columns, rows, ...": what a section may hold. */
static void list_siblings(const struct reader *r, char out[QUANTITY_MESSAGE_MAX],
                          const char *prefix)
{
    char last[KEY_PATH_MAX] = "";
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < key_count(r->schema); i++) {
        char name[KEY_PATH_MAX] = "";

        if (!sibling(name, key_at(r->schema, i)->path, prefix) || strcmp(name, last) == 0) {
            continue;
        }
        if (used + strlen(name) + sizeof(", ...") > QUANTITY_MESSAGE_MAX / 2) {
            snprintf(out + used, QUANTITY_MESSAGE_MAX - used, ", ...");
            return;
        }
        used += (size_t)snprintf(out + used, QUANTITY_MESSAGE_MAX - used, "%s%s",
                                 used > 0 ? ", " : "", name);
        memcpy(last, name, sizeof(last));
    }
}

/* Says why this very node is not read. */
static bool refuse_foreign_node(struct reader *r, const char *path, const struct doc_node *node)
{
    char seen[EXCERPT_MAX];

    excerpt(seen, node->text);
    if (node->kind == DOC_ALIAS_UNKNOWN) {
        errors_add(r->errors, node->at, path, "*%s stands for nothing: no &%s before it", seen,
                   seen);
    } else if (node->kind == DOC_ALIAS_INSIDE) {
        errors_add(r->errors, node->at, path, "*%s stands inside what it stands for", seen);
    } else if (node->kind == DOC_ALIAS_BOMB) {
        errors_add(r->errors, node->at, path, "aliases make more than %d values of this file",
                   (int)DOC_COPIES_MAX);
    } else if (node->tagged) {
        errors_add(r->errors, node->at, path, "tags (!...) are not read; leave it out");
    } else {
        return false;
    }
    return true;
}

static bool refuse_foreign_tree(struct reader *r, const char *path, const struct doc_node *node)
{
    for (; node != NULL; node = node->next) {
        if (refuse_foreign_node(r, path, node) ||
            (node->key != NULL && refuse_foreign_tree(r, path, node->key)) ||
            refuse_foreign_tree(r, path, node->child)) {
            return true;
        }
    }
    return false;
}

bool reader_refuse_foreign(struct reader *r, const char *path, const struct doc_node *node)
{
    return refuse_foreign_node(r, path, node) || refuse_foreign_tree(r, path, node->child);
}

static void read_map(struct reader *r, const struct doc_node *map, const char *prefix);

static void read_section(struct reader *r, const struct doc_node *node, const char *path)
{
    char names[QUANTITY_MESSAGE_MAX];

    if (refuse_foreign_node(r, path, node)) {
        return;
    }
    if (node->kind != DOC_MAP) {
        list_siblings(r, names, path);
        errors_add(r->errors, node->at, path, "expected a map of keys: %s", names);
    } else {
        read_map(r, node, path);
    }
}

/*
 * Replications are a count or a map of what decides it: of the two, the one written last holds.
 * An override of one key of the map leaves the others as the file has them.
 */
static void choose_replications(struct reader *r, size_t index, const struct doc_node *value)
{
    r->asks_precision = value->kind == DOC_MAP;
    if (!r->asks_precision) {
        r->s->precision.half_width = 0;
        return;
    }
    r->key[index].state = KEY_WRITTEN;
    r->key[index].layer = r->layer;
    r->key[index].at = value->at;
}

/* The axes of a file are read by sweep.h. They are no part of the scenario that each point is. */
static void skip_sweep(struct reader *r, const struct doc_node *map, const struct doc_node *value)
{
    const struct doc_node *key = value->key;

    if (r->layer != LAYER_FILE) {
        errors_add(r->errors, key->at, key->text, "is read from the file alone");
    } else if (find_earlier(map, value) != NULL) {
        errors_add(r->errors, key->at, key->text, "written twice");
    }
}

/* False, with a message, where a variant may not set the key, or has set it already. */
static bool may_set(struct reader *r, size_t index, const struct doc_node *key, const char *path)
{
    if (r->layer != LAYER_VARIANT) {
        return true;
    }
    if (index < key_head_count()) {
        errors_add(r->errors, key->at, path, "a variant cannot set it: it is the same for all");
        return false;
    }
    if (r->key[index].reading == r->reading && r->key[index].layer == LAYER_VARIANT) {
        errors_add(r->errors, key->at, path, "written twice; the first is in line %u",
                   (unsigned)r->key[index].at.line);
        return false;
    }
    return true;
}

/* A key that is in the tables, as itself, as a section, or as both. */
static void read_known(struct reader *r, size_t index, const struct doc_node *value,
                       const char *path)
{
    bool section = key_is_section(r->schema, path);

    if (index == key_count(r->schema)) {
        read_section(r, value, path);
        return;
    }
    if (!may_set(r, index, value->key, path)) {
        return;
    }
    if (section) {
        choose_replications(r, index, value);
    }
    if (section && value->kind == DOC_MAP) {
        read_section(r, value, path);
    } else {
        reader_store(r, index, value);
    }
}

static void read_entry(struct reader *r, const struct doc_node *map, const struct doc_node *value,
                       const char *prefix)
{
    const struct doc_node *key = value->key;
    const struct doc_node *earlier;
    char path[KEY_PATH_MAX];
    int length;

    if (key->kind != DOC_SCALAR || key->tagged) {
        errors_add(r->errors, key->at, prefix, "a key must be a plain word");
        return;
    }
    if (strncmp(key->text, "x-", 2) == 0) {
        return;
    }
    if (*prefix == '\0' && r->layer == LAYER_VARIANT && strcmp(key->text, "like") == 0) {
        return;
    }
    if (*prefix == '\0' && (strcmp(key->text, "sweep") == 0 || strcmp(key->text, "where") == 0)) {
        skip_sweep(r, map, value);
        return;
    }
    length = snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix != '\0' ? "." : "", key->text);
    /* Outside of variants a dot inside the text is part of a name, and no name of ours has one. */
    bool fits =
        length < (int)sizeof(path) && (strchr(key->text, '.') == NULL || r->layer == LAYER_VARIANT);
    size_t index = fits ? key_find(r->schema, path) : key_count(r->schema);
    bool section = fits && key_is_section(r->schema, path);
    if (index == key_count(r->schema) && !section) {
        complain_unknown(r, prefix, key);
        return;
    }
    earlier = find_earlier(map, value);
    if (earlier != NULL) {
        errors_add(r->errors, key->at, path, "written twice; the first is in line %u",
                   (unsigned)earlier->key->at.line);
        return;
    }
    read_known(r, index, value, path);
}

static void read_map(struct reader *r, const struct doc_node *map, const char *prefix)
{
    for (const struct doc_node *value = map->child; value != NULL; value = value->next) {
        read_entry(r, map, value, prefix);
    }
}

void reader_read(struct reader *r, const struct doc_node *root)
{
    r->reading = root;
    read_section(r, root, "");
}

void reader_read_settings(struct reader *r, const struct doc_node *map)
{
    ASSERT(map->kind == DOC_MAP);
    r->layer = LAYER_VARIANT;
    r->reading = map;
    read_map(r, map, "");
}

void reader_read_setting(struct reader *r, const char *path, const char *value, struct place at)
{
    size_t index = key_find(r->schema, path);
    struct doc_node *node;

    ASSERT(index >= key_head_count() && index < key_count(r->schema));
    r->layer = LAYER_PRESET;
    r->reading = value;
    node = parse_own(r, value, at);
    if (node != NULL) {
        reader_store(r, index, node);
        ASSERT(r->nomem || r->key[index].state == KEY_WRITTEN);
    }
}
