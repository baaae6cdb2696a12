/*
 * The tables as a JSON Schema, for editors that complete and check YAML. What a key takes is
 * defined once; sections, the settings of variants and the axes of a sweep refer to it.
 */
#include <string.h>

#include "scenarios/language/doc.h"
#include "scenarios/language/scenario_keys.h"
#include "sim/engine/text.h"

/* "digits[.digits][e[+-]digits]", the decimals that quantity.h reads. */
#define DECIMAL "[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?"
/* The same from 0 to 100, as far as it has no exponent. */
#define HUNDRED "(0*([0-9]{1,2}(\\.[0-9]+)?|100(\\.0+)?)|[0-9]+(\\.[0-9]+)?[eE][-+]?[0-9]+)"

/* ---- JSON, a member a line ---- */

struct writer {
    FILE *to;
    int depth;
    bool is_first; /* of the object or array that is open */
};

/* Begins a member of an object, or with name NULL an item of an array. */
static void begin(struct writer *w, const char *name)
{
    fprintf(w->to, "%s\n%*s", w->is_first ? "" : ",", 2 * w->depth, "");
    if (name != NULL) {
        text_quote(name, NULL, w->to);
        fputs(": ", w->to);
    }
    w->is_first = false;
}

static void open_value(struct writer *w, const char *name, char bracket)
{
    begin(w, name);
    fputc(bracket, w->to);
    w->depth++;
    w->is_first = true;
}

static void close_value(struct writer *w, char bracket)
{
    w->depth--;
    if (!w->is_first) {
        fprintf(w->to, "\n%*s", 2 * w->depth, "");
    }
    fputc(bracket, w->to);
    w->is_first = false;
}

static void write_raw(struct writer *w, const char *name, const char *raw)
{
    begin(w, name);
    fputs(raw, w->to);
}

static void write_text(struct writer *w, const char *name, const char *text)
{
    begin(w, name);
    text_quote(text, NULL, w->to);
}

static void write_words(struct writer *w, const char *const *words)
{
    open_value(w, "enum", '[');
    for (size_t i = 0; words[i] != NULL; i++) {
        write_text(w, NULL, words[i]);
    }
    close_value(w, ']');
}

/* A reference to "OWNER.PATH" or, for the keys below it, to "OWNER.PATH-section". */
static void write_ref(struct writer *w, const char *owner, const char *path, const char *suffix)
{
    char name[256];

    snprintf(name, sizeof(name), "#/definitions/%s.%s%s", owner, path, suffix);
    write_text(w, "$ref", name);
}

static void write_ref_member(struct writer *w, const char *name, const char *owner,
                             const char *path, const char *suffix)
{
    open_value(w, name, '{');
    write_ref(w, owner, path, suffix);
    close_value(w, '}');
}

/* What every map may hold: keys of the user's own, and nothing else that is not listed. */
static void write_closed(struct writer *w)
{
    write_text(w, "type", "object");
    write_raw(w, "additionalProperties", "false");
    write_raw(w, "patternProperties", "{\"^x-\": {}}");
}

/* ---- what one value of a key is ---- */

static double bound(const char *text, enum quantity_dim dim)
{
    int64_t whole = 0;
    double real = 0;

    if (quantity_is_whole(dim)) {
        enum quantity_problem problem = quantity_parse_whole(text, dim, &whole);
        ASSERT(problem == QUANTITY_OK);
        return (double)whole;
    }
    enum quantity_problem problem = quantity_parse_real(text, dim, &real);
    ASSERT(problem == QUANTITY_OK);
    return real;
}

static void write_bounds(struct writer *w, const struct scenario_key *key, enum quantity_dim dim)
{
    const char *const text[] = {key->least, key->most};
    const char *const name[] = {"minimum", "maximum"};
    char number[TEXT_NUMBER_MAX];

    for (size_t i = 0; i < 2; i++) {
        if (text[i] != NULL) {
            bool plain = dim == QUANTITY_COUNT; /* some are too large for a double */
            write_raw(w, name[i], plain ? text[i] : text_double(number, bound(text[i], dim)));
        }
    }
}

/* A text with a unit. What must not be negative has no sign. */
static void write_pattern(struct writer *w, const struct scenario_key *key, enum quantity_dim dim)
{
    char units[QUANTITY_TEXT_MAX];
    char pattern[256];
    bool is_signed = key->least == NULL || bound(key->least, dim) < 0;
    bool is_part = dim == QUANTITY_PROBABILITY && key->most != NULL && bound(key->most, dim) <= 1;

    quantity_unit_pattern(units, dim);
    snprintf(pattern, sizeof(pattern), "^%s%s[ \\t]*(%s)$", is_signed ? "-?" : "",
             is_part ? HUNDRED : DECIMAL, units);
    write_text(w, "type", "string");
    write_text(w, "pattern", pattern);
}

/* One number with its unit, as the members of an object. */
static void write_quantity(struct writer *w, const struct scenario_key *key, enum quantity_dim dim)
{
    if (dim == QUANTITY_COUNT || dim == QUANTITY_NUMBER) {
        write_text(w, "type", dim == QUANTITY_COUNT ? "integer" : "number");
        write_bounds(w, key, dim);
    } else if (dim == QUANTITY_PROBABILITY || dim == QUANTITY_SHARE) {
        open_value(w, "anyOf", '[');
        open_value(w, NULL, '{');
        write_text(w, "type", "number");
        write_bounds(w, key, dim);
        close_value(w, '}');
        open_value(w, NULL, '{');
        write_pattern(w, key, dim);
        close_value(w, '}');
        close_value(w, ']');
    } else {
        write_pattern(w, key, dim);
    }
}

static void write_word(struct writer *w, const char *word)
{
    open_value(w, NULL, '{');
    if (strcmp(word, "null") == 0) {
        write_raw(w, "enum", "[\"null\", null]");
    } else {
        write_text(w, "const", word);
    }
    close_value(w, '}');
}

static void begin_named_dist(struct writer *w, const char *name)
{
    open_value(w, NULL, '{');
    write_text(w, "type", "object");
    write_raw(w, "additionalProperties", "false");
    open_value(w, "required", '[');
    write_text(w, NULL, name);
    close_value(w, ']');
    open_value(w, "properties", '{');
    open_value(w, name, '{');
}

static void end_named_dist(struct writer *w)
{
    close_value(w, '}');
    close_value(w, '}');
    close_value(w, '}');
}

/* {name: [quantity, quantity]}, or [quantity, number] with a sigma. */
static void write_pair(struct writer *w, const char *name, const struct scenario_key *key,
                       enum quantity_dim dim, bool sigma)
{
    begin_named_dist(w, name);
    write_text(w, "type", "array");
    write_raw(w, "minItems", "2");
    write_raw(w, "maxItems", "2");
    open_value(w, "items", '[');
    open_value(w, NULL, '{');
    write_quantity(w, key, dim);
    close_value(w, '}');
    open_value(w, NULL, '{');
    if (sigma) {
        write_raw(w, "type", "\"number\"");
        write_raw(w, "minimum", "0");
        write_raw(w, "maximum", "10");
    } else {
        write_quantity(w, key, dim);
    }
    close_value(w, '}');
    close_value(w, ']');
    end_named_dist(w);
}

/* {empirical: [quantity, ...]} */
static void write_values(struct writer *w, const struct scenario_key *key, enum quantity_dim dim)
{
    begin_named_dist(w, "empirical");
    write_text(w, "type", "array");
    write_raw(w, "minItems", "1");
    write_raw(w, "maxItems", "64");
    open_value(w, "items", '{');
    write_quantity(w, key, dim);
    close_value(w, '}');
    end_named_dist(w);
}

static void write_dist(struct writer *w, const struct scenario_key *key, enum quantity_dim dim)
{
    open_value(w, NULL, '{');
    write_quantity(w, key, dim);
    close_value(w, '}');
    write_pair(w, "uniform", key, dim, false);
    if (dim == QUANTITY_COUNT) {
        return;
    }
    begin_named_dist(w, "exponential");
    write_quantity(w, key, dim);
    end_named_dist(w);
    write_pair(w, "normal", key, dim, false);
    write_pair(w, "lognormal", key, dim, true);
    write_values(w, key, dim);
}

static void write_file(struct writer *w, const struct scenario_key *key)
{
    const char *name = key->file_key != NULL ? key->file_key : "file";

    open_value(w, "anyOf", '[');
    open_value(w, NULL, '{');
    if (key->file_key != NULL && key->words != NULL) {
        write_words(w, key->words);
    } else {
        write_text(w, "type", "string");
    }
    close_value(w, '}');
    open_value(w, NULL, '{');
    write_text(w, "type", "object");
    write_raw(w, "additionalProperties", "false");
    open_value(w, "required", '[');
    write_text(w, NULL, name);
    close_value(w, ']');
    open_value(w, "properties", '{');
    write_raw(w, name, "{\"type\": \"string\"}");
    write_raw(w, "hash", "{\"type\": \"string\", \"pattern\": \"^[0-9a-f]{64}$\"}");
    close_value(w, '}');
    close_value(w, '}');
    close_value(w, ']');
}

/* One value of a key, as the members of an object. */
static void write_one(struct writer *w, const struct scenario_key *key)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    bool dist = key_is_dist(key->kind, &dim);

    if (dist || (key->word != NULL && key_is_quantity(key->kind, &dim))) {
        open_value(w, "anyOf", '[');
        if (key->word != NULL) {
            write_word(w, key->word);
        }
        if (dist) {
            write_dist(w, key, dim);
        } else {
            open_value(w, NULL, '{');
            write_quantity(w, key, dim);
            close_value(w, '}');
        }
        close_value(w, ']');
    } else if (key_is_quantity(key->kind, &dim)) {
        write_quantity(w, key, dim);
    } else if (key->kind == KEY_BOOL) {
        write_text(w, "type", "boolean");
    } else if (key->kind == KEY_CHOICE || key->kind == KEY_POLICY) {
        write_words(w, key->words);
    } else if (key->kind == KEY_FILE) {
        write_file(w, key);
    } else if (key->kind == KEY_FORMAT) {
        write_raw(w, "const", "1");
    } else {
        write_raw(w, "type", "[\"string\", \"number\", \"boolean\"]");
    }
}

/* ---- the definition of a key ---- */

/* A default as JSON: YAML's flow style with quotes around what is no number and no bool. */
static void write_default(struct writer *w, const char *name, const struct doc_node *node,
                          bool numeric)
{
    if (node->kind == DOC_SCALAR) {
        bool bare = (numeric && node->text[strspn(node->text, "0123456789.")] == '\0') ||
                    strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0;
        if (bare) {
            write_raw(w, name, node->text);
        } else {
            write_text(w, name, node->text);
        }
        return;
    }
    open_value(w, name, node->kind == DOC_MAP ? '{' : '[');
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        write_default(w, child->key != NULL ? child->key->text : NULL, child, numeric);
    }
    close_value(w, node->kind == DOC_MAP ? '}' : ']');
}

/* False without memory. */
static bool write_key_default(struct writer *w, const struct scenario_schema *schema,
                              const struct scenario_key *key)
{
    struct scenario_errors errors = {0};
    struct doc_node *value = NULL;
    enum quantity_dim dim = QUANTITY_NUMBER;
    const char *text = key_default(schema, key);
    enum sim_status status = SIM_OK;

    if (text != NULL) {
        status = doc_parse(&value, (struct place){"(default)", 1, 1}, text, strlen(text), &errors);
    }
    if (value != NULL) {
        write_default(w, "default", value,
                      key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim));
    }
    doc_free(value);
    scenario_errors_deinit(&errors);
    return status == SIM_OK;
}

/* {every: N nodes} */
static void write_every(struct writer *w)
{
    open_value(w, NULL, '{');
    write_text(w, "type", "object");
    write_raw(w, "additionalProperties", "false");
    write_raw(w, "required", "[\"every\"]");
    open_value(w, "properties", '{');
    open_value(w, "every", '{');
    write_text(w, "type", "string");
    write_text(w, "pattern", "^[0-9]+ nodes?$");
    close_value(w, '}');
    close_value(w, '}');
    close_value(w, '}');
}

static bool write_definition(struct writer *w, const struct scenario_schema *schema,
                             const char *owner, const struct scenario_key *key)
{
    char name[256];

    snprintf(name, sizeof(name), "%s.%s", owner, key->path);
    open_value(w, name, '{');
    write_text(w, "description", key->meaning);
    write_text(w, "$comment", key->source);
    if (key->many == KEY_ONE) {
        write_one(w, key);
    } else {
        open_value(w, "anyOf", '[');
        open_value(w, NULL, '{');
        write_one(w, key);
        close_value(w, '}');
        open_value(w, NULL, '{');
        write_text(w, "type", "array");
        write_raw(w, "minItems", key->many == KEY_EACH ? "0" : "1");
        open_value(w, "items", '{');
        write_one(w, key);
        close_value(w, '}');
        close_value(w, '}');
        if (key->many == KEY_PLACES) {
            write_every(w);
        }
        close_value(w, ']');
    }
    bool written = write_key_default(w, schema, key);
    close_value(w, '}');
    return written;
}

/* ---- keys and sections ---- */

/* A part of a table that is written as if it were all there is. */
struct part {
    const struct scenario_schema *schema;
    const char *owner;
    size_t first, end;
};

/* The next section below a path that has not been named before row i, as a path; or "". */
static size_t section_length(const struct part *p, size_t i, size_t prefix)
{
    const char *path = key_at(p->schema, i)->path;
    size_t length = prefix + strcspn(path + prefix, ".");

    if (path[length] != '.') {
        return 0;
    }
    for (size_t j = p->first; j < i; j++) {
        const char *before = key_at(p->schema, j)->path;
        if (strncmp(before, path, length) == 0 && before[length] == '.') {
            return 0;
        }
    }
    return length;
}

static void write_section_ref(struct writer *w, const struct part *p, const char *path,
                              size_t length, size_t prefix)
{
    char section[128];

    snprintf(section, sizeof(section), "%.*s", (int)length, path);
    write_ref_member(w, section + prefix, p->owner, section, "-section");
}

/* One property: a key, a section, or what is both. */
static void write_property(struct writer *w, const struct part *p, size_t i, size_t prefix)
{
    const char *path = key_at(p->schema, i)->path;

    if (!key_is_section(p->schema, path)) {
        write_ref_member(w, path + prefix, p->owner, path, "");
        return;
    }
    open_value(w, path + prefix, '{');
    open_value(w, "anyOf", '[');
    write_ref_member(w, NULL, p->owner, path, "");
    write_ref_member(w, NULL, p->owner, path, "-section");
    close_value(w, ']');
    close_value(w, '}');
}

/* Is the section, the first characters of path, a key as well? That one writes both. */
static bool is_key(const struct scenario_schema *schema, const char *path, size_t length)
{
    char section[128];

    snprintf(section, sizeof(section), "%.*s", (int)length, path);
    return key_find(schema, section) < key_count(schema);
}

/* The keys and sections right below the first prefix characters of a path, a property each. */
static void write_properties(struct writer *w, const struct part *p, const char *below,
                             size_t prefix)
{
    for (size_t i = p->first; i < p->end; i++) {
        const struct scenario_key *key = key_at(p->schema, i);

        if (strncmp(key->path, below, prefix) != 0 || key->kind == KEY_VARIANTS ||
            key->kind == KEY_MODEL) {
            continue;
        }
        size_t length = section_length(p, i, prefix);
        if (strchr(key->path + prefix, '.') == NULL) {
            write_property(w, p, i, prefix);
        } else if (length > 0 && !is_key(p->schema, key->path, length)) {
            write_section_ref(w, p, key->path, length, prefix);
        }
    }
}

/* Definitions of all sections of a part, each once. */
static void write_sections(struct writer *w, const struct part *p)
{
    char name[256];

    for (size_t i = p->first; i < p->end; i++) {
        const char *path = key_at(p->schema, i)->path;

        for (size_t prefix = 0; path[prefix] != '\0';) {
            size_t length = section_length(p, i, prefix);
            if (length > 0) {
                snprintf(name, sizeof(name), "%s.%.*s-section", p->owner, (int)length, path);
                open_value(w, name, '{');
                write_closed(w);
                open_value(w, "properties", '{');
                write_properties(w, p, path, length + 1);
                close_value(w, '}');
                close_value(w, '}');
            }
            prefix += strcspn(path + prefix, ".");
            prefix += path[prefix] == '.' ? 1 : 0;
        }
    }
}

/* ---- what is not a key alone ---- */

/* Every section and key by its whole path, as variants may write them. */
static void write_settings(struct writer *w, const struct part *p)
{
    char name[256];

    snprintf(name, sizeof(name), "%s.-settings", p->owner);
    open_value(w, name, '{');
    write_closed(w);
    open_value(w, "properties", '{');
    write_raw(w, "like", "{\"type\": \"string\"}");
    for (size_t i = p->first; i < p->end; i++) {
        const char *path = key_at(p->schema, i)->path;

        for (size_t prefix = 0; path[prefix] != '\0';) {
            size_t length = section_length(p, i, prefix);
            if (length > 0) {
                write_section_ref(w, p, path, length, 0);
            }
            prefix += strcspn(path + prefix, ".");
            prefix += path[prefix] == '.' ? 1 : 0;
        }
        write_ref_member(w, path, p->owner, path, "");
    }
    close_value(w, '}');
    close_value(w, '}');
}

/* An axis: a list of values of its key, or a range. */
static void write_axis(struct writer *w, const char *owner, const struct scenario_key *key)
{
    enum quantity_dim dim = QUANTITY_NUMBER;

    open_value(w, key->path, '{');
    open_value(w, "anyOf", '[');
    open_value(w, NULL, '{');
    write_text(w, "type", "array");
    write_raw(w, "minItems", "1");
    if (key->kind != KEY_VARIANTS) {
        write_ref_member(w, "items", owner, key->path, "");
    }
    close_value(w, '}');
    if (key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim)) {
        open_value(w, NULL, '{');
        write_text(w, "type", "object");
        write_raw(w, "additionalProperties", "false");
        write_raw(w, "required", "[\"from\", \"to\", \"step\"]");
        write_raw(w, "properties", "{\"from\": {}, \"to\": {}, \"step\": {}}");
        close_value(w, '}');
    }
    close_value(w, ']');
    close_value(w, '}');
}

static void write_sweep(struct writer *w, const struct scenario_schema *schema)
{
    char name[256];

    snprintf(name, sizeof(name), "%s.-sweep", schema->name);
    open_value(w, name, '{');
    write_text(w, "description", "axes: keys with lists of values, or ranges");
    write_closed(w);
    write_raw(w, "minProperties", "1");
    open_value(w, "properties", '{');
    for (size_t i = 0; i < key_count(schema); i++) {
        const struct scenario_key *key = key_at(schema, i);

        if (key->kind != KEY_FORMAT && key->kind != KEY_MODEL && key->kind != KEY_BASE) {
            write_axis(w, key_is_head(key) ? "head" : schema->name, key);
        }
    }
    close_value(w, '}');
    close_value(w, '}');
}

/* Words, a list of words, or a map of settings. */
static void write_variants(struct writer *w, const struct scenario_schema *schema)
{
    open_value(w, "variants", '{');
    write_text(w, "description", key_at(schema, key_find(schema, "variants"))->meaning);
    open_value(w, "anyOf", '[');
    for (int list = 0; list < 2 && schema->preset_count > 0; list++) {
        open_value(w, NULL, '{');
        if (list == 1) {
            write_text(w, "type", "array");
            write_raw(w, "minItems", "1");
            write_raw(w, "uniqueItems", "true");
            open_value(w, "items", '{');
        }
        open_value(w, "enum", '[');
        for (size_t i = 0; i < schema->preset_count; i++) {
            write_text(w, NULL, schema->preset[i].name);
        }
        close_value(w, ']');
        if (list == 1) {
            close_value(w, '}');
        }
        close_value(w, '}');
    }
    open_value(w, NULL, '{');
    write_text(w, "type", "object");
    write_raw(w, "minProperties", "1");
    write_raw(w, "patternProperties", "{\"^x-\": {}}");
    open_value(w, "additionalProperties", '{');
    open_value(w, "anyOf", '[');
    write_raw(w, NULL, "{\"type\": \"null\"}");
    write_ref_member(w, NULL, schema->name, "-settings", "");
    close_value(w, ']');
    close_value(w, '}');
    close_value(w, '}');
    close_value(w, ']');
    close_value(w, '}');
}

/* ---- the whole ---- */

static bool write_definitions(struct writer *w, const struct scenario_registry *registry)
{
    const struct scenario_schema *first = registry->schema[0];
    const struct part head = {.schema = first, .owner = "head", .end = key_head_count()};
    bool written = true;

    open_value(w, "definitions", '{');
    for (size_t i = 0; i < head.end; i++) {
        const struct scenario_key *key = key_at(first, i);
        if (key->kind != KEY_VARIANTS && key->kind != KEY_MODEL) {
            written = write_definition(w, first, "head", key) && written;
        }
    }
    write_sections(w, &head);
    for (const struct scenario_schema *const *s = registry->schema; *s != NULL; s++) {
        const struct part own = {
            .schema = *s, .owner = (*s)->name, .first = head.end, .end = key_count(*s)};
        for (size_t i = own.first; i < own.end; i++) {
            written = write_definition(w, *s, own.owner, key_at(*s, i)) && written;
        }
        write_sections(w, &own);
        write_settings(w, &own);
        write_sweep(w, *s);
    }
    close_value(w, '}');
    return written;
}

/* The keys of the head, whose types stand at the top, so that the map may be closed in here. */
static void write_head_names(struct writer *w, const struct scenario_schema *schema)
{
    for (size_t i = 0; i < key_head_count(); i++) {
        const struct scenario_key *key = key_at(schema, i);
        if (strchr(key->path, '.') == NULL && key->kind != KEY_VARIANTS) {
            write_raw(w, key->path, "{}");
        }
    }
    write_raw(w, "where", "{}");
}

/* If the model is this one, or none is named and this is the default, then these keys. */
static void write_model(struct writer *w, const struct scenario_schema *schema, bool is_default)
{
    const struct part own = {.schema = schema,
                             .owner = schema->name,
                             .first = key_head_count(),
                             .end = key_count(schema)};

    open_value(w, NULL, '{');
    open_value(w, "if", '{');
    if (is_default) {
        /* A base may name another. */
        write_raw(w, "anyOf",
                  "[{\"required\": [\"model\"]}, {\"not\": {\"required\": [\"base\"]}}]");
    } else {
        write_raw(w, "required", "[\"model\"]");
    }
    open_value(w, "properties", '{');
    open_value(w, "model", '{');
    write_text(w, "const", schema->name);
    close_value(w, '}');
    close_value(w, '}');
    close_value(w, '}');
    open_value(w, "then", '{');
    write_closed(w);
    open_value(w, "properties", '{');
    write_head_names(w, schema);
    write_variants(w, schema);
    write_ref_member(w, "sweep", schema->name, "-sweep", "");
    write_properties(w, &own, "", 0);
    close_value(w, '}');
    close_value(w, '}');
    close_value(w, '}');
}

static void write_top(struct writer *w, const struct scenario_registry *registry)
{
    const struct scenario_schema *first = registry->schema[0];
    const struct part head = {.schema = first, .owner = "head", .end = key_head_count()};

    ASSERT(first != NULL);
    write_text(w, "type", "object");
    write_raw(w, "required", "[\"format\"]");
    open_value(w, "properties", '{');
    write_properties(w, &head, "", 0);
    open_value(w, "model", '{');
    write_text(w, "description", key_at(first, key_find(first, "model"))->meaning);
    open_value(w, "enum", '[');
    for (const struct scenario_schema *const *s = registry->schema; *s != NULL; s++) {
        write_text(w, NULL, (*s)->name);
    }
    close_value(w, ']');
    write_text(w, "default", first->name);
    close_value(w, '}');
    write_raw(
        w, "where",
        "{\"description\": \"conditions that every point of the sweep meets\", \"anyOf\": "
        "[{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]}");
    close_value(w, '}');
    open_value(w, "allOf", '[');
    for (const struct scenario_schema *const *s = registry->schema; *s != NULL; s++) {
        write_model(w, *s, *s == first);
    }
    close_value(w, ']');
}

bool scenario_print_schema(const struct scenario_registry *registry, FILE *to)
{
    struct writer w = {.to = to, .is_first = true, .depth = 1};

    fputc('{', to);
    write_text(&w, "$schema", "http://json-schema.org/draft-07/schema#");
    write_text(&w, "$id", "https://nimblesim.invalid/scenario.schema.json");
    write_text(&w, "title", "nimblesim scenario");
    write_top(&w, registry);
    bool written = write_definitions(&w, registry);
    close_value(&w, '}');
    fputc('\n', to);
    return written && ferror(to) == 0;
}
