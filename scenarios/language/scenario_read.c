/* The keys of a map: known, unknown, written twice, in the wrong place. */
#include "scenarios/language/scenario_read.h"

#include <stdarg.h>
#include <string.h>

#include "scenarios/language/excerpt.h"
#include "scenarios/language/suggest.h"

enum { KEY_PATH_MAX = 128 };

void reader_fail(struct reader *r, size_t index, struct place at, const char *format, ...)
{
    char what[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(what, sizeof(what), format, arguments);
    va_end(arguments);
    errors_add(r->errors, at, scenario_keys[index].path, "%s", what);
    r->key[index].state = KEY_BAD;
}

void reader_suggest_word(char out[QUANTITY_MESSAGE_MAX], const char *written,
                         const char *const *words)
{
    size_t best = SIZE_MAX;

    out[0] = '\0';
    for (size_t i = 0; words[i] != NULL; i++) {
        size_t distance;

        if (suggest_is_near(written, words[i], &distance) && distance < best) {
            best = distance;
            snprintf(out, QUANTITY_MESSAGE_MAX, "; did you mean %s?", words[i]);
        }
    }
}

void reader_set_defaults(struct reader *r)
{
    ASSERT(scenario_key_count <= READER_KEYS_MAX);
    for (size_t i = 0; i < scenario_key_count && !r->nomem; i++) {
        const char *text = scenario_keys[i].value;
        struct doc_node *node;
        enum sim_status status;

        if (text == NULL) {
            continue;
        }
        status = doc_parse(&node, (struct place){"(default)", 1, 1}, text, strlen(text), r->errors);
        ASSERT(status != SIM_ERR_INVALID);
        if (status != SIM_OK) {
            r->nomem = true;
            return;
        }
        reader_store(r, i, node);
        ASSERT(r->key[i].state == KEY_WRITTEN); /* the table breaks none of its own rules */
        r->key[i].state = KEY_DEFAULT;
        doc_free(node);
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
static void suggest_key(char out[QUANTITY_MESSAGE_MAX], const char *prefix, const char *written)
{
    size_t best = SIZE_MAX;
    char name[KEY_PATH_MAX];

    out[0] = '\0';
    for (size_t i = 0; i < scenario_key_count; i++) {
        size_t distance;

        if (sibling(name, scenario_keys[i].path, prefix) &&
            suggest_is_near(written, name, &distance) && distance < best) {
            best = distance;
            snprintf(out, QUANTITY_MESSAGE_MAX, "; did you mean %s%s%s?", prefix,
                     *prefix != '\0' ? "." : "", name);
        }
    }
    for (size_t i = 0; best > 1 && i < scenario_key_count; i++) {
        const char *path = scenario_keys[i].path;

        if (strcmp(leaf(path), written) == 0 || strcmp(path, written) == 0) {
            snprintf(out, QUANTITY_MESSAGE_MAX, "; did you mean %s?", path);
            return;
        }
    }
}

static void complain_unknown(struct reader *r, const char *prefix, const struct doc_node *key)
{
    char path[KEY_PATH_MAX + EXCERPT_MAX];
    char seen[EXCERPT_MAX];
    char suggestion[QUANTITY_MESSAGE_MAX];

    if (r->errors->count > ERRORS_MAX) {
        return; /* nobody will read it, and a hostile file has a hundred thousand of them */
    }
    excerpt(seen, key->text);
    snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix != '\0' ? "." : "", seen);
    if (strcmp(key->text, "<<") == 0) {
        errors_add(r->errors, key->at, path, "merge keys are not read; write the keys out");
        return;
    }
    suggest_key(suggestion, prefix, key->text);
    errors_add(r->errors, key->at, path, "unknown key%s", suggestion);
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
static void list_siblings(char out[QUANTITY_MESSAGE_MAX], const char *prefix)
{
    char last[KEY_PATH_MAX] = "";
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < scenario_key_count; i++) {
        char name[KEY_PATH_MAX] = "";

        if (!sibling(name, scenario_keys[i].path, prefix) || strcmp(name, last) == 0) {
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

static void read_map(struct reader *r, const struct doc_node *map, const char *prefix);

static void read_section(struct reader *r, const struct doc_node *node, const char *path)
{
    char names[QUANTITY_MESSAGE_MAX];

    if (node->kind == DOC_ALIAS) {
        errors_add(r->errors, node->at, path, "aliases are not read; write the keys out");
    } else if (node->tagged) {
        errors_add(r->errors, node->at, path, "tags (!...) are not read; leave it out");
    } else if (node->kind != DOC_MAP) {
        list_siblings(names, path);
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
    r->key[index].overridden = r->overriding;
    r->key[index].at = value->at;
}

/* The axes of a file are read by sweep.h. They are no part of the scenario that each point is. */
static void skip_sweep(struct reader *r, const struct doc_node *map, const struct doc_node *value)
{
    const struct doc_node *key = value->key;

    if (r->overriding) {
        errors_add(r->errors, key->at, key->text, "is read from the file alone");
    } else if (find_earlier(map, value) != NULL) {
        errors_add(r->errors, key->at, key->text, "written twice");
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
    if (*prefix == '\0' && (strcmp(key->text, "sweep") == 0 || strcmp(key->text, "where") == 0)) {
        skip_sweep(r, map, value);
        return;
    }
    length = snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix != '\0' ? "." : "", key->text);
    /* A dot inside the text is part of a name, and no name of ours has one. */
    bool fits = length < (int)sizeof(path) && strchr(key->text, '.') == NULL;
    size_t index = fits ? key_find(path) : scenario_key_count;
    bool section = fits && key_is_section(path);
    if (index == scenario_key_count && !section) {
        complain_unknown(r, prefix, key);
        return;
    }
    earlier = find_earlier(map, value);
    if (earlier != NULL) {
        errors_add(r->errors, key->at, path, "written twice; the first is in line %u",
                   (unsigned)earlier->key->at.line);
    } else if (index == scenario_key_count) {
        read_section(r, value, path);
    } else {
        if (section) {
            choose_replications(r, index, value);
        }
        if (section && value->kind == DOC_MAP) {
            read_section(r, value, path);
        } else {
            reader_store(r, index, value);
        }
    }
}

static void read_map(struct reader *r, const struct doc_node *map, const char *prefix)
{
    for (const struct doc_node *value = map->child; value != NULL; value = value->next) {
        read_entry(r, map, value, prefix);
    }
}

void reader_read(struct reader *r, const struct doc_node *root)
{
    read_section(r, root, "");
}
