/* The table as a JSON Schema, for editors that complete and check YAML. */
#include <string.h>

#include "scenarios/language/doc.h"
#include "scenarios/language/scenario_keys.h"

/* "[-]digits[.digits][e[+-]digits]", the decimals that quantity.h reads. */
#define DECIMAL "-?[0-9]+(\\\\.[0-9]+)?([eE][-+]?[0-9]+)?"

static void write_string(const char *text, FILE *to)
{
    fputc('"', to);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            fputc('\\', to);
        }
        fputc(*p, to); /* the table is plain text in one line */
    }
    fputc('"', to);
}

/* A default as JSON: YAML's flow style with quotes around what is no number and no bool. */
static void write_default(const struct doc_node *node, bool bare, FILE *to)
{
    if (node->kind == DOC_SCALAR) {
        if (bare && node->text[strspn(node->text, "0123456789.")] == '\0') {
            fputs(node->text, to);
        } else if (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0) {
            fputs(node->text, to);
        } else {
            write_string(node->text, to);
        }
        return;
    }
    fputs(node->kind == DOC_MAP ? "{" : "[", to);
    for (const struct doc_node *child = node->child; child != NULL; child = child->next) {
        if (node->kind == DOC_MAP) {
            write_string(child->key->text, to);
            fputs(": ", to);
        }
        write_default(child, bare, to);
        fputs(child->next != NULL ? ", " : "", to);
    }
    fputs(node->kind == DOC_MAP ? "}" : "]", to);
}

static void write_words(const char *const *words, FILE *to)
{
    fputs("\"enum\": [", to);
    for (size_t i = 0; words[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", to);
        write_string(words[i], to);
    }
    fputs("]", to);
}

/* The schema of one number with its unit, without the braces. */
static void write_quantity(const struct scenario_key *key, enum quantity_dim dim, FILE *to)
{
    char units[QUANTITY_TEXT_MAX];

    quantity_unit_pattern(units, dim);
    if (dim == QUANTITY_COUNT || dim == QUANTITY_NUMBER) {
        fprintf(to, "\"type\": \"%s\", \"minimum\": %s, \"maximum\": %s",
                dim == QUANTITY_COUNT ? "integer" : "number", key->least, key->most);
    } else if (dim == QUANTITY_PROBABILITY) {
        fprintf(to,
                "\"anyOf\": [{\"type\": \"number\", \"minimum\": %s, \"maximum\": %s}, "
                "{\"type\": \"string\", \"pattern\": \"^" DECIMAL " *%%$\"}]",
                key->least, key->most);
    } else {
        fprintf(to, "\"type\": \"string\", \"pattern\": \"^" DECIMAL "[ \\\\t]*(%s)$\"", units);
    }
}

static void write_dist(const struct scenario_key *key, enum quantity_dim dim, FILE *to)
{
    fputs("\"anyOf\": [{", to);
    write_quantity(key, dim, to);
    fputs("},\n        {\"type\": \"object\", \"additionalProperties\": false, \"required\": "
          "[\"uniform\"], \"properties\": {\"uniform\": {\"type\": \"array\", \"minItems\": 2, "
          "\"maxItems\": 2, \"items\": {",
          to);
    write_quantity(key, dim, to);
    fputs("}}}}", to);
    if (dim != QUANTITY_COUNT) {
        fputs(",\n        {\"type\": \"object\", \"additionalProperties\": false, \"required\": "
              "[\"exponential\"], \"properties\": {\"exponential\": {",
              to);
        write_quantity(key, dim, to);
        fputs("}}}", to);
    }
    fputs("]", to);
}

static void write_type(const struct scenario_key *key, FILE *to)
{
    enum quantity_dim dim = QUANTITY_NUMBER;

    if (key_is_dist(key->kind, &dim)) {
        write_dist(key, dim, to);
    } else if (key_is_quantity(key->kind, &dim)) {
        if (key->word != NULL) {
            fprintf(to, "\"anyOf\": [{\"const\": \"%s\"}, {", key->word);
            write_quantity(key, dim, to);
            fputs("}]", to);
        } else {
            write_quantity(key, dim, to);
        }
    } else if (key->kind == KEY_BOOL) {
        fputs("\"type\": \"boolean\"", to);
    } else if (key->kind == KEY_CHOICE || key->kind == KEY_POLICY) {
        write_words(key->words, to);
    } else if (key->kind == KEY_VARIANTS) {
        fputs("\"anyOf\": [{", to);
        write_words(key->words, to);
        fputs("}, {\"type\": \"array\", \"minItems\": 1, \"uniqueItems\": true, \"items\": {", to);
        write_words(key->words, to);
        fputs("}}]", to);
    } else if (key->kind == KEY_LINKS) {
        fputs("\"anyOf\": [{\"const\": \"grid\"}, {\"type\": \"object\", \"required\": "
              "[\"graphml\"], \"additionalProperties\": false, \"properties\": {\"graphml\": "
              "{\"type\": \"string\"}}}]",
              to);
    } else if (key->kind == KEY_FILE) {
        fputs(
            "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"object\", \"required\": [\"file\"], "
            "\"additionalProperties\": false, \"properties\": {\"file\": {\"type\": \"string\"}, "
            "\"hash\": {\"type\": \"string\", \"pattern\": \"^[0-9a-f]{16}$\"}}}]",
            to);
    } else if (key->kind == KEY_FORMAT) {
        fprintf(to, "\"const\": %d", (int)SCENARIO_FORMAT);
    } else {
        ASSERT(key->kind == KEY_TEXT);
        fputs("\"type\": [\"string\", \"number\", \"boolean\"]", to);
    }
}

static void write_key(const struct scenario_key *key, FILE *to)
{
    struct scenario_errors errors = {0};
    struct doc_node *value = NULL;
    enum quantity_dim dim = QUANTITY_NUMBER;

    fputs("{\"description\": ", to);
    write_string(key->meaning, to);
    fputs(", \"$comment\": ", to);
    write_string(key->source, to);
    fputs(",\n        ", to);
    write_type(key, to);
    if (key->value != NULL) {
        enum sim_status status = doc_parse(&value, (struct place){"(default)", 1, 1}, key->value,
                                           strlen(key->value), &errors);
        bool numeric = key_is_quantity(key->kind, &dim) || key_is_dist(key->kind, &dim);

        if (status == SIM_OK) {
            fputs(",\n        \"default\": ", to);
            write_default(value, numeric, to);
        }
        doc_free(value);
    }
    fputs("}", to);
    scenario_errors_deinit(&errors);
}

static size_t write_section(size_t row, size_t prefix_length, int depth, FILE *to);

/* What is no key of a scenario but makes many of one. Any key may be an axis. */
static void write_sweep(FILE *to)
{
    fputs(",\n    \"sweep\": {\"description\": \"axes: keys with lists of values, or ranges\", "
          "\"type\": \"object\", \"minProperties\": 1,\n"
          "      \"additionalProperties\": {\"anyOf\": [{\"type\": \"array\", \"minItems\": 1}, "
          "{\"type\": \"object\", \"required\": [\"from\", \"to\", \"step\"]}]}},\n"
          "    \"where\": {\"description\": \"conditions that every point of the sweep meets\", "
          "\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": "
          "\"string\"}}]}",
          to);
}

/* Writes what a key takes; where it may be a section instead, that too. Gives the row behind. */
static size_t write_entry(size_t row, int depth, FILE *to)
{
    const struct scenario_key *key = &scenario_keys[row];

    if (!key_is_section(key->path)) {
        write_key(key, to);
        return row + 1;
    }
    fputs("{\"anyOf\": [", to);
    write_key(key, to);
    fputs(", {\n", to);
    row = write_section(row + 1, strlen(key->path) + 1, depth + 1, to);
    fprintf(to, "%*s}]}", 2 * depth, "");
    return row;
}

/*
 * Writes the properties of the section whose path has prefix_length characters, with its dot,
 * from row on. Gives the first row behind the section. Sections nest as deep as the table does.
 */
static size_t write_section(size_t row, size_t prefix_length, int depth, FILE *to)
{
    const char *prefix = scenario_keys[row].path;
    bool first = true;

    fprintf(to, "%*s\"type\": \"object\",\n", 2 * depth, "");
    fprintf(to, "%*s\"additionalProperties\": false,\n", 2 * depth, "");
    fprintf(to, "%*s\"patternProperties\": {\"^x-\": {}},\n", 2 * depth, "");
    fprintf(to, "%*s\"properties\": {\n", 2 * depth, "");
    while (row < scenario_key_count &&
           strncmp(scenario_keys[row].path, prefix, prefix_length) == 0) {
        const char *name = scenario_keys[row].path + prefix_length;
        size_t length = strcspn(name, ".");

        fputs(first ? "" : ",\n", to);
        first = false;
        if (name[length] == '.') {
            fprintf(to, "%*s\"%.*s\": {\n", 2 * depth + 2, "", (int)length, name);
            row = write_section(row, prefix_length + length + 1, depth + 2, to);
            fprintf(to, "%*s}", 2 * depth + 2, "");
        } else {
            fprintf(to, "%*s\"%s\": ", 2 * depth + 2, "", name);
            row = write_entry(row, depth + 1, to);
        }
    }
    if (prefix_length == 0) {
        write_sweep(to);
    }
    fprintf(to, "\n%*s}\n", 2 * depth, "");
    return row;
}

void scenario_print_schema(FILE *to)
{
    fputs("{\n"
          "  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
          "  \"title\": \"nimblesim scenario\",\n"
          "  \"required\": [\"format\"],\n",
          to);
    write_section(0, 0, 1, to);
    fputs("}\n", to);
}
