/* A scenario as canonical YAML, and the hash that names it. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "scenarios/language/scenario_read.h"
#include "sim/engine/digest.h"

/* Double quotes with YAML's escapes; the texts of a scenario hold no control characters. */
static void print_text(const char *text, FILE *to)
{
    fputc('"', to);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '"' || *p == '\\') {
            fputc('\\', to);
        }
        fputc(*p, to);
    }
    fputc('"', to);
}

/* A text that no YAML reader takes for something else is left as it is. */
static void print_name(const char *text, FILE *to)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    static const char *const words[] = {"null", "true", "false", "yes", "no",
                                        "on",   "off",  "y",     "n"};
    bool quoted = strchr(letters, text[0]) == NULL || text[strspn(text, plain)] != '\0';

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        quoted = quoted || strcmp(text, words[i]) == 0;
    }
    if (quoted) {
        print_text(text, to);
    } else {
        fputs(text, to);
    }
}

static void print_whole(enum quantity_dim dim, int64_t value, FILE *to)
{
    char text[QUANTITY_TEXT_MAX];

    quantity_format_whole(text, dim, value);
    fputs(text, to);
}

static void print_quantity(const struct scenario *s, const struct scenario_key *key,
                           enum quantity_dim dim, FILE *to)
{
    const void *field = key_field_const(s, key);
    int64_t whole = 0;
    bool is_word = false;

    if (!quantity_is_whole(dim)) {
        char text[QUANTITY_TEXT_MAX];

        quantity_format_real(text, dim, *(const double *)field);
        fputs(text, to);
        return;
    }
    if (key->kind == KEY_COUNT) {
        whole = *(const uint32_t *)field;
    } else if (key->kind == KEY_COUNT64) {
        whole = (int64_t) * (const uint64_t *)field;
    } else {
        whole = *(const int64_t *)field;
    }
    if (key->word_flag != KEY_NO_FLAG) {
        const void *flag = (const char *)s + key->word_flag;
        is_word = *(const bool *)flag;
    } else if (key->word != NULL) {
        is_word = whole == 0;
    }
    if (is_word) {
        fputs(key->word, to);
    } else {
        print_whole(dim, whole, to);
    }
}

static void print_dist(const struct dist *dist, enum quantity_dim dim, FILE *to)
{
    switch (dist->kind) {
    case DIST_CONSTANT:
        print_whole(dim, dist->low, to);
        break;
    case DIST_UNIFORM:
        fputs("{uniform: [", to);
        print_whole(dim, dist->low, to);
        fputs(", ", to);
        print_whole(dim, dist->high, to);
        fputs("]}", to);
        break;
    case DIST_EXPONENTIAL:
        fputs("{exponential: ", to);
        print_whole(dim, dist->low, to);
        fputs("}", to);
        break;
    }
}

static void print_variants(const struct scenario *s, const struct scenario_key *key, FILE *to)
{
    for (uint32_t i = 0; i < s->variant_count; i++) {
        fprintf(to, "%s%s", i == 0 ? "[" : ", ", key->words[s->variants[i]]);
    }
    fputs("]", to);
}

static void print_links(const struct scenario *s, FILE *to)
{
    if (s->mesh.links == SCENARIO_LINKS_GRID) {
        fputs("grid", to);
    } else {
        fputs("{graphml: ", to);
        print_text(s->mesh.graphml_written, to);
        fputs("}", to);
    }
}

/* With the hash first: where a line is cut, it still tells two contents apart. */
static void print_file(const struct scenario_file *f, FILE *to)
{
    if (f->word != NULL) {
        print_name(f->word, to);
        return;
    }
    if (f->is_hashed) {
        fprintf(to, "{hash: \"%016" PRIx64 "\", file: ", f->hash);
        print_text(f->written, to);
        fputs("}", to);
    } else {
        fputs("{file: ", to);
        print_text(f->written, to);
        fputs("}", to);
    }
}

static void print_value(const struct scenario *s, const struct scenario_key *key, FILE *to)
{
    const void *field = key_field_const(s, key);
    enum quantity_dim dim = QUANTITY_NUMBER;
    unsigned word;

    if (key_is_dist(key->kind, &dim)) {
        print_dist(field, dim, to);
    } else if (key_is_quantity(key->kind, &dim)) {
        print_quantity(s, key, dim, to);
    } else if (key->kind == KEY_BOOL) {
        fputs(*(const bool *)field ? "true" : "false", to);
    } else if (key->kind == KEY_CHOICE) {
        memcpy(&word, field, sizeof(word));
        fputs(key->words[word], to);
    } else if (key->kind == KEY_POLICY || key->kind == KEY_TEXT) {
        print_name(*(char *const *)field, to);
    } else if (key->kind == KEY_VARIANTS) {
        print_variants(s, key, to);
    } else if (key->kind == KEY_LINKS) {
        print_links(s, to);
    } else if (key->kind == KEY_FILE) {
        print_file(field, to);
    } else {
        ASSERT(key->kind == KEY_FORMAT);
        fprintf(to, "%d", (int)SCENARIO_FORMAT);
    }
}

/* Opens the sections of path that the key before it did not stand in. Gives the key's own name. */
static const char *open_sections(const char *before, const char *path, FILE *to, int *depth)
{
    bool shared = true;
    const char *dot;

    *depth = 0;
    while ((dot = strchr(path, '.')) != NULL) {
        size_t length = (size_t)(dot - path) + 1;

        shared = shared && strncmp(before, path, length) == 0;
        if (shared) {
            before += length;
        } else {
            fprintf(to, "%*s%.*s:\n", 2 * *depth, "", (int)length - 1, path);
        }
        path = dot + 1;
        *depth += 1;
    }
    return path;
}

void scenario_print(const struct scenario *s, FILE *to)
{
    const char *before = "";

    for (size_t i = 0; i < scenario_key_count; i++) {
        int depth;
        if (!key_applies(s, &scenario_keys[i])) {
            continue;
        }
        const char *name = open_sections(before, scenario_keys[i].path, to, &depth);

        fprintf(to, "%*s%s: ", 2 * depth, "", name);
        print_value(s, &scenario_keys[i], to);
        fputc('\n', to);
        before = scenario_keys[i].path;
    }
}

uint64_t scenario_hash(const struct scenario *s)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);

    /* A few kilobytes at start-up: a host without them would not have come this far. */
    ASSERT(memory != NULL);
    scenario_print(s, memory);
    int failed = fclose(memory);
    ASSERT(failed == 0);
    uint64_t hash = digest_fnv(DIGEST_FNV_START, text, length);
    free(text);
    return hash;
}
