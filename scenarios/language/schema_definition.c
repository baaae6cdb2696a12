#include "scenarios/language/schema_definition.h"

#include <string.h>

#include "scenarios/language/doc.h"
#include "sim/engine/text.h"

/* "digits[.digits][e[+-]digits]", the decimals that quantity.h reads. */
#define DECIMAL "[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?"
/* The same from 0 to 100, as far as it has no exponent. */
#define HUNDRED "(0*([0-9]{1,2}(\\.[0-9]+)?|100(\\.0+)?)|[0-9]+(\\.[0-9]+)?[eE][-+]?[0-9]+)"

/* ---- what one value of it is ---- */

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

static void write_bounds(struct schema_json *w, const struct scenario_key *key,
                         enum quantity_dim dim)
{
    const char *const text[] = {key->least, key->most};
    const char *const name[] = {"minimum", "maximum"};
    char number[TEXT_NUMBER_MAX];

    for (size_t i = 0; i < 2; i++) {
        if (text[i] != NULL) {
            bool plain = dim == QUANTITY_COUNT; /* some are too large for a double */
            schema_json_raw(w, name[i], plain ? text[i] : text_double(number, bound(text[i], dim)));
        }
    }
}

/* A text with a unit. What must not be negative has no sign. */
static void write_pattern(struct schema_json *w, const struct scenario_key *key,
                          enum quantity_dim dim)
{
    char units[QUANTITY_TEXT_MAX];
    char pattern[256];
    bool is_signed = key->least == NULL || bound(key->least, dim) < 0;
    bool is_part = dim == QUANTITY_PROBABILITY && key->most != NULL && bound(key->most, dim) <= 1;

    quantity_unit_pattern(units, dim);
    snprintf(pattern, sizeof(pattern), "^%s%s[ \\t]*(%s)$", is_signed ? "-?" : "",
             is_part ? HUNDRED : DECIMAL, units);
    schema_json_text(w, "type", "string");
    schema_json_text(w, "pattern", pattern);
}

/* One number with its unit, as the members of an object. */
static void write_quantity(struct schema_json *w, const struct scenario_key *key,
                           enum quantity_dim dim)
{
    if (dim == QUANTITY_COUNT || dim == QUANTITY_NUMBER) {
        schema_json_text(w, "type", dim == QUANTITY_COUNT ? "integer" : "number");
        write_bounds(w, key, dim);
    } else if (dim == QUANTITY_PROBABILITY || dim == QUANTITY_SHARE) {
        schema_json_open(w, "anyOf", '[');
        schema_json_open(w, NULL, '{');
        schema_json_text(w, "type", "number");
        write_bounds(w, key, dim);
        schema_json_close(w, '}');
        schema_json_open(w, NULL, '{');
        write_pattern(w, key, dim);
        schema_json_close(w, '}');
        schema_json_close(w, ']');
    } else {
        write_pattern(w, key, dim);
    }
}

static void write_word(struct schema_json *w, const char *word)
{
    schema_json_open(w, NULL, '{');
    if (strcmp(word, "null") == 0) {
        schema_json_raw(w, "enum", "[\"null\", null]");
    } else {
        schema_json_text(w, "const", word);
    }
    schema_json_close(w, '}');
}

static void begin_named_dist(struct schema_json *w, const char *name)
{
    schema_json_open(w, NULL, '{');
    schema_json_text(w, "type", "object");
    schema_json_raw(w, "additionalProperties", "false");
    schema_json_open(w, "required", '[');
    schema_json_text(w, NULL, name);
    schema_json_close(w, ']');
    schema_json_open(w, "properties", '{');
    schema_json_open(w, name, '{');
}

static void end_named_dist(struct schema_json *w)
{
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_close(w, '}');
}

/* {name: [quantity, quantity]}, or [quantity, number] with a sigma. */
static void write_pair(struct schema_json *w, const char *name, const struct scenario_key *key,
                       enum quantity_dim dim, bool sigma)
{
    begin_named_dist(w, name);
    schema_json_text(w, "type", "array");
    schema_json_raw(w, "minItems", "2");
    schema_json_raw(w, "maxItems", "2");
    schema_json_open(w, "items", '[');
    schema_json_open(w, NULL, '{');
    write_quantity(w, key, dim);
    schema_json_close(w, '}');
    schema_json_open(w, NULL, '{');
    if (sigma) {
        schema_json_raw(w, "type", "\"number\"");
        schema_json_raw(w, "minimum", "0");
        schema_json_raw(w, "maximum", "10");
    } else {
        write_quantity(w, key, dim);
    }
    schema_json_close(w, '}');
    schema_json_close(w, ']');
    end_named_dist(w);
}

/* {empirical: [quantity, ...]} */
static void write_values(struct schema_json *w, const struct scenario_key *key,
                         enum quantity_dim dim)
{
    begin_named_dist(w, "empirical");
    schema_json_text(w, "type", "array");
    schema_json_raw(w, "minItems", "1");
    schema_json_raw(w, "maxItems", "64");
    schema_json_open(w, "items", '{');
    write_quantity(w, key, dim);
    schema_json_close(w, '}');
    end_named_dist(w);
}

static void write_dist(struct schema_json *w, const struct scenario_key *key, enum quantity_dim dim)
{
    schema_json_open(w, NULL, '{');
    write_quantity(w, key, dim);
    schema_json_close(w, '}');
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

static void write_file(struct schema_json *w, const struct scenario_key *key)
{
    const char *name = key->file_key != NULL ? key->file_key : "file";

    schema_json_open(w, "anyOf", '[');
    schema_json_open(w, NULL, '{');
    if (key->file_key != NULL && key->words != NULL) {
        schema_json_words(w, key->words);
    } else {
        schema_json_text(w, "type", "string");
    }
    schema_json_close(w, '}');
    schema_json_open(w, NULL, '{');
    schema_json_text(w, "type", "object");
    schema_json_raw(w, "additionalProperties", "false");
    schema_json_open(w, "required", '[');
    schema_json_text(w, NULL, name);
    schema_json_close(w, ']');
    schema_json_open(w, "properties", '{');
    schema_json_raw(w, name, "{\"type\": \"string\"}");
    schema_json_raw(w, "hash", "{\"type\": \"string\", \"pattern\": \"^[0-9a-f]{64}$\"}");
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_close(w, ']');
}

/* One value of a key, as the members of an object. */
static void write_one(struct schema_json *w, const struct scenario_key *key)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    bool dist = key_is_dist(key->kind, &dim);

    if (dist || (key->word != NULL && key_is_quantity(key->kind, &dim))) {
        schema_json_open(w, "anyOf", '[');
        if (key->word != NULL) {
            write_word(w, key->word);
        }
        if (dist) {
            write_dist(w, key, dim);
        } else {
            schema_json_open(w, NULL, '{');
            write_quantity(w, key, dim);
            schema_json_close(w, '}');
        }
        schema_json_close(w, ']');
    } else if (key_is_quantity(key->kind, &dim)) {
        write_quantity(w, key, dim);
    } else if (key->kind == KEY_BOOL) {
        schema_json_text(w, "type", "boolean");
    } else if (key->kind == KEY_CHOICE || key->kind == KEY_POLICY) {
        schema_json_words(w, key->words);
    } else if (key->kind == KEY_FILE) {
        write_file(w, key);
    } else if (key->kind == KEY_FORMAT) {
        schema_json_raw(w, "const", "1");
    } else {
        schema_json_raw(w, "type", "[\"string\", \"number\", \"boolean\"]");
    }
}

/* ---- the whole ---- */

/* A default as JSON: YAML's flow style with quotes around what is no number and no bool. */
static void write_default(struct schema_json *w, const char *name, const struct doc_node *node,
                          bool numeric)
{
    if (node->kind == DOC_SCALAR) {
        bool bare = (numeric && node->text[strspn(node->text, "0123456789.")] == '\0') ||
                    strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0;
        if (bare) {
            schema_json_raw(w, name, node->text);
        } else {
            schema_json_text(w, name, node->text);
        }
        return;
    }
    schema_json_open(w, name, node->kind == DOC_MAP ? '{' : '[');
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        write_default(w, child->key != NULL ? child->key->text : NULL, child, numeric);
    }
    schema_json_close(w, node->kind == DOC_MAP ? '}' : ']');
}

/* False without memory. */
static bool write_key_default(struct schema_json *w, const struct scenario_schema *schema,
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
static void write_every(struct schema_json *w)
{
    schema_json_open(w, NULL, '{');
    schema_json_text(w, "type", "object");
    schema_json_raw(w, "additionalProperties", "false");
    schema_json_raw(w, "required", "[\"every\"]");
    schema_json_open(w, "properties", '{');
    schema_json_open(w, "every", '{');
    schema_json_text(w, "type", "string");
    schema_json_text(w, "pattern", "^[0-9]+ nodes?$");
    schema_json_close(w, '}');
    schema_json_close(w, '}');
    schema_json_close(w, '}');
}

bool schema_definition_write(struct schema_json *w, const struct scenario_schema *schema,
                             const char *owner, const struct scenario_key *key)
{
    char name[256];

    snprintf(name, sizeof(name), "%s.%s", owner, key->path);
    schema_json_open(w, name, '{');
    schema_json_text(w, "description", key->meaning);
    schema_json_text(w, "$comment", key->source);
    if (key->many == KEY_ONE) {
        write_one(w, key);
    } else {
        schema_json_open(w, "anyOf", '[');
        schema_json_open(w, NULL, '{');
        write_one(w, key);
        schema_json_close(w, '}');
        schema_json_open(w, NULL, '{');
        schema_json_text(w, "type", "array");
        schema_json_raw(w, "minItems", key->many == KEY_EACH ? "0" : "1");
        schema_json_open(w, "items", '{');
        write_one(w, key);
        schema_json_close(w, '}');
        schema_json_close(w, '}');
        if (key->many == KEY_PLACES) {
            write_every(w);
        }
        schema_json_close(w, ']');
    }
    bool written = write_key_default(w, schema, key);
    schema_json_close(w, '}');
    return written;
}
