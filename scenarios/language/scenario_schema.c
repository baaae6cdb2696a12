/*
 * The tables as a JSON Schema, for editors that complete and check YAML. What a key takes is
 * defined once; sections, the settings of variants and the axes of a sweep refer to it.
 */
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "scenarios/language/schema_definition.h"
#include "scenarios/language/schema_json.h"

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

static void write_section_ref(struct schema_json *w, const struct part *p, const char *path,
                              size_t length, size_t prefix)
{
    char section[128];

    snprintf(section, sizeof(section), "%.*s", (int)length, path);
    schema_json_ref_member(w, section + prefix, p->owner, section, "-section");
}

/* One property: a key, a section, or what is both. */
static void write_property(struct schema_json *w, const struct part *p, size_t i, size_t prefix)
{
    const char *path = key_at(p->schema, i)->path;

    if (!key_is_section(p->schema, path)) {
        schema_json_ref_member(w, path + prefix, p->owner, path, "");
        return;
    }
    schema_json_open(w, path + prefix, '{');
    schema_json_open(w, "anyOf", '[');
    schema_json_ref_member(w, NULL, p->owner, path, "");
    schema_json_ref_member(w, NULL, p->owner, path, "-section");
    schema_json_close(w, ']');
    schema_json_close(w, '}');
}

/* Is the section, the first characters of path, a key as well? That one writes both. */
static bool is_key(const struct scenario_schema *schema, const char *path, size_t length)
{
    char section[128];

    snprintf(section, sizeof(section), "%.*s", (int)length, path);
    return key_find(schema, section) < key_count(schema);
}

/* The keys and sections right below the first prefix characters of a path, a property each. */
static void write_properties(struct schema_json *w, const struct part *p, const char *below,
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
static void write_sections(struct schema_json *w, const struct part *p)
{
    char name[256];

    for (size_t i = p->first; i < p->end; i++) {
        const char *path = key_at(p->schema, i)->path;

        for (size_t prefix = 0; path[prefix] != '\0';) {
            size_t length = section_length(p, i, prefix);
            if (length > 0) {
                snprintf(name, sizeof(name), "%s.%.*s-section", p->owner, (int)length, path);
                schema_json_open(w, name, '{');
                schema_json_closed(w);
                schema_json_open(w, "properties", '{');
                write_properties(w, p, path, length + 1);
                schema_json_close(w, '}');
                schema_json_close(w, '}');
            }
            prefix += strcspn(path + prefix, ".");
            prefix += path[prefix] == '.' ? 1 : 0;
        }
    }
}

/* ---- what is not a key alone ---- */

/* Every section and key by its whole path, as variants may write them. */
static void write_settings(struct schema_json *w, const struct part *p)
{
    char name[256];

    snprintf(name, sizeof(name), "%s.-settings", p->owner);
    schema_json_open(w, name, '{');
    schema_json_closed(w);
    schema_json_open(w, "properties", '{');
    schema_json_raw(w, "like", "{\"type\": \"string\"}");
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
        schema_json_ref_member(w, path, p->owner, path, "");
    }
    schema_json_close(w, '}');
    schema_json_close(w, '}');
}

/* An axis: a list of values of its key, or a range. */
static void write_axis(struct schema_json *w, const char *owner, const struct scenario_key *key)
{
    enum quantity_dim dim = QUANTITY_NUMBER;

    schema_json_open(w, key->path, '{');
    schema_json_open(w, "anyOf", '[');
    schema_json_open(w, NULL, '{');
    schema_json_text(w, "type", "array");
    schema_json_raw(w, "minItems", "1");
    if (key->kind != KEY_VARIANTS) {
        schema_json_ref_member(w, "items", owner, key->path, "");
    }
    schema_json_close(w, '}');
    if (key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim)) {
        schema_json_open(w, NULL, '{');
        schema_json_text(w, "type", "object");
        schema_json_raw(w, "additionalProperties", "false");
        schema_json_raw(w, "required", "[\"from\", \"to\", \"step\"]");
        schema_json_raw(w, "properties", "{\"from\": {}, \"to\": {}, \"step\": {}}");
        schema_json_close(w, '}');
    }
    schema_json_close(w, ']');
    schema_json_close(w, '}');
}

static void write_sweep(struct schema_json *w, const struct scenario_schema *schema)
{
    char name[256];

    snprintf(name, sizeof(name), "%s.-sweep", schema->name);
    schema_json_open(w, name, '{');
    schema_json_text(w, "description", "axes: keys with lists of values, or ranges");
    schema_json_closed(w);
    schema_json_raw(w, "minProperties", "1");
    schema_json_open(w, "properties", '{');
    for (size_t i = 0; i < key_count(schema); i++) {
        const struct scenario_key *key = key_at(schema, i);

        if (key->kind != KEY_FORMAT && key->kind != KEY_MODEL && key->kind != KEY_BASE) {
            write_axis(w, key_is_head(key) ? "head" : schema->name, key);
        }
    }
    schema_json_close(w, '}');
    schema_json_close(w, '}');
}

/* Words, a list of words, or a map of settings. */
static void write_variants(struct schema_json *w, const struct scenario_schema *schema)
{
    schema_json_open(w, "variants", '{');
    schema_json_text(w, "description", key_at(schema, key_find(schema, "variants"))->meaning);
    schema_json_open(w, "anyOf", '[');
    for (int list = 0; list < 2 && schema->preset_count > 0; list++) {
        schema_json_open(w, NULL, '{');
        if (list == 1) {
            schema_json_text(w, "type", "array");
            schema_json_raw(w, "minItems", "1");
            schema_json_raw(w, "uniqueItems", "true");
            schema_json_open(w, "items", '{');
        }
        schema_json_open(w, "enum", '[');
        for (size_t i = 0; i < schema->preset_count; i++) {
            schema_json_text(w, NULL, schema->preset[i].name);
        }
        schema_json_close(w, ']');
        if (list == 1) {
            schema_json_close(w, '}');
        }
        schema_json_close(w, '}');
    }
    schema_json_open(w, NULL, '{');
    schema_json_text(w, "type", "object");
    schema_json_raw(w, "minProperties", "1");
    schema_json_raw(w, "patternProperties", "{\"^x-\": {}}");
    schema_json_open(w, "additionalProperties", '{');
    schema_json_open(w, "anyOf", '[');
    schema_json_raw(w, NULL, "{\"type\": \"null\"}");
    schema_json_ref_member(w, NULL, schema->name, "-settings", "");
    schema_json_close(w, ']');
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_close(w, ']');
    schema_json_close(w, '}');
}

/* ---- the whole ---- */

static bool write_definitions(struct schema_json *w, const struct scenario_registry *registry)
{
    const struct scenario_schema *first = registry->schema[0];
    const struct part head = {.schema = first, .owner = "head", .end = key_head_count()};
    bool written = true;

    schema_json_open(w, "definitions", '{');
    for (size_t i = 0; i < head.end; i++) {
        const struct scenario_key *key = key_at(first, i);
        if (key->kind != KEY_VARIANTS && key->kind != KEY_MODEL) {
            written = schema_definition_write(w, first, "head", key) && written;
        }
    }
    write_sections(w, &head);
    for (const struct scenario_schema *const *s = registry->schema; *s != NULL; s++) {
        const struct part own = {
            .schema = *s, .owner = (*s)->name, .first = head.end, .end = key_count(*s)};
        for (size_t i = own.first; i < own.end; i++) {
            written = schema_definition_write(w, *s, own.owner, key_at(*s, i)) && written;
        }
        write_sections(w, &own);
        write_settings(w, &own);
        write_sweep(w, *s);
    }
    schema_json_close(w, '}');
    return written;
}

/* The keys of the head, whose types stand at the top, so that the map may be closed in here. */
static void write_head_names(struct schema_json *w, const struct scenario_schema *schema)
{
    for (size_t i = 0; i < key_head_count(); i++) {
        const struct scenario_key *key = key_at(schema, i);
        if (strchr(key->path, '.') == NULL && key->kind != KEY_VARIANTS) {
            schema_json_raw(w, key->path, "{}");
        }
    }
    schema_json_raw(w, "where", "{}");
}

/* If the model is this one, or none is named and this is the default, then these keys. */
static void write_model(struct schema_json *w, const struct scenario_schema *schema,
                        bool is_default)
{
    const struct part own = {.schema = schema,
                             .owner = schema->name,
                             .first = key_head_count(),
                             .end = key_count(schema)};

    schema_json_open(w, NULL, '{');
    schema_json_open(w, "if", '{');
    if (is_default) {
        /* A base may name another. */
        schema_json_raw(w, "anyOf",
                        "[{\"required\": [\"model\"]}, {\"not\": {\"required\": [\"base\"]}}]");
    } else {
        schema_json_raw(w, "required", "[\"model\"]");
    }
    schema_json_open(w, "properties", '{');
    schema_json_open(w, "model", '{');
    schema_json_text(w, "const", schema->name);
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_open(w, "then", '{');
    schema_json_closed(w);
    schema_json_open(w, "properties", '{');
    write_head_names(w, schema);
    write_variants(w, schema);
    schema_json_ref_member(w, "sweep", schema->name, "-sweep", "");
    write_properties(w, &own, "", 0);
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_close(w, '}');
}

static void write_top(struct schema_json *w, const struct scenario_registry *registry)
{
    const struct scenario_schema *first = registry->schema[0];
    const struct part head = {.schema = first, .owner = "head", .end = key_head_count()};

    ASSERT(first != NULL);
    schema_json_text(w, "type", "object");
    schema_json_raw(w, "required", "[\"format\"]");
    schema_json_open(w, "properties", '{');
    write_properties(w, &head, "", 0);
    schema_json_open(w, "model", '{');
    schema_json_text(w, "description", key_at(first, key_find(first, "model"))->meaning);
    schema_json_open(w, "enum", '[');
    for (const struct scenario_schema *const *s = registry->schema; *s != NULL; s++) {
        schema_json_text(w, NULL, (*s)->name);
    }
    schema_json_close(w, ']');
    schema_json_text(w, "default", first->name);
    schema_json_close(w, '}');
    schema_json_raw(
        w, "where",
        "{\"description\": \"conditions that every point of the sweep meets\", \"anyOf\": "
        "[{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}}]}");
    schema_json_close(w, '}');
    schema_json_open(w, "allOf", '[');
    for (const struct scenario_schema *const *s = registry->schema; *s != NULL; s++) {
        write_model(w, *s, *s == first);
    }
    schema_json_close(w, ']');
}

bool scenario_print_schema(const struct scenario_registry *registry, FILE *to)
{
    struct schema_json w = {.to = to, .is_first = true, .depth = 1};

    fputc('{', to);
    schema_json_text(&w, "$schema", "http://json-schema.org/draft-07/schema#");
    schema_json_text(&w, "$id", "https://nimblesim.invalid/scenario.schema.json");
    schema_json_text(&w, "title", "nimblesim scenario");
    write_top(&w, registry);
    bool written = write_definitions(&w, registry);
    schema_json_close(&w, '}');
    fputc('\n', to);
    return written && ferror(to) == 0;
}
