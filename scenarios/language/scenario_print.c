/* A scenario as canonical YAML, and the hash that names it. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "sim/engine/text.h"
#include "sim/engine/text_memory.h"

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
        text_quote(text, NULL, to);
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

static int64_t whole_of(const struct scenario_key *key, const void *value)
{
    if (key->kind == KEY_COUNT) {
        return *(const uint32_t *)value;
    }
    return key->kind == KEY_COUNT64 ? (int64_t) * (const uint64_t *)value : *(const int64_t *)value;
}

static void print_quantity(const struct scenario_key *key, enum quantity_dim dim, const void *value,
                           const void *base, FILE *to)
{
    char text[QUANTITY_TEXT_MAX];
    bool is_whole = quantity_is_whole(dim);
    bool is_zero = is_whole ? whole_of(key, value) == 0 : !(*(const double *)value != 0);

    if (key->word_flag != KEY_NO_FLAG) {
        const void *flag = (const char *)base + key->word_flag;
        is_zero = *(const bool *)flag;
    }
    if (key->word != NULL && is_zero) {
        fputs(key->word, to);
    } else if (is_whole) {
        print_whole(dim, whole_of(key, value), to);
    } else {
        quantity_format_real(text, dim, *(const double *)value);
        fputs(text, to);
    }
}

static void print_dist(const struct scenario_key *key, const struct dist *dist,
                       enum quantity_dim dim, FILE *to)
{
    char number[TEXT_NUMBER_MAX];

    switch (dist->kind) {
    case DIST_CONSTANT:
        if (key->word != NULL && dist->low == 0) {
            fputs(key->word, to);
        } else {
            print_whole(dim, dist->low, to);
        }
        return;
    case DIST_UNIFORM:
        fputs("{uniform: [", to);
        print_whole(dim, dist->low, to);
        fputs(", ", to);
        print_whole(dim, dist->high, to);
        fputs("]}", to);
        return;
    case DIST_EXPONENTIAL:
        fputs("{exponential: ", to);
        print_whole(dim, dist->low, to);
        fputs("}", to);
        return;
    case DIST_NORMAL:
        fputs("{normal: [", to);
        print_whole(dim, dist->low, to);
        fputs(", ", to);
        print_whole(dim, (int64_t)dist->spread, to);
        fputs("]}", to);
        return;
    case DIST_LOGNORMAL:
        fputs("{lognormal: [", to);
        print_whole(dim, dist->low, to);
        fprintf(to, ", %s]}", text_double(number, dist->spread));
        return;
    case DIST_EMPIRICAL:
        fputs("{empirical: [", to);
        for (uint32_t i = 0; i < dist->values; i++) {
            fputs(i > 0 ? ", " : "", to);
            print_whole(dim, dist->value[i], to);
        }
        fputs("]}", to);
        return;
    }
}

/* With the hash first: where a line is cut, it still tells two contents apart. */
static void print_file(const struct scenario_key *key, const struct scenario_file *f, FILE *to)
{
    const char *name = key->file_key != NULL ? key->file_key : "file";

    if (f->word != NULL) {
        print_name(f->word, to);
        return;
    }
    fputs("{", to);
    if (f->hash[0] != '\0') {
        fprintf(to, "hash: \"%s\", ", f->hash);
    }
    fprintf(to, "%s: ", name);
    text_quote(f->written, NULL, to);
    fputs("}", to);
}

/* base: the struct that the key's offsets are of. */
static void print_one(const struct scenario_key *key, const void *value, const void *base, FILE *to)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    unsigned word;

    if (key_is_dist(key->kind, &dim)) {
        print_dist(key, value, dim, to);
    } else if (key_is_quantity(key->kind, &dim)) {
        print_quantity(key, dim, value, base, to);
    } else if (key->kind == KEY_BOOL) {
        fputs(*(const bool *)value ? "true" : "false", to);
    } else if (key->kind == KEY_CHOICE) {
        memcpy(&word, value, sizeof(word));
        fputs(key->words[word], to);
    } else if (key->kind == KEY_POLICY || key->kind == KEY_TEXT) {
        print_name(*(char *const *)value, to);
    } else {
        ASSERT(key->kind == KEY_FILE);
        print_file(key, value, to);
    }
}

/* True if the list is a shorter one, of period values, written several times. */
static bool repeats(const char *const *text, uint32_t count, uint32_t period)
{
    if (count % period != 0) {
        return false;
    }
    for (uint32_t i = period; i < count; i++) {
        if (strcmp(text[i], text[i - period]) != 0) {
            return false;
        }
    }
    return true;
}

/* The values as text, each behind the one before, ending with NUL. NULL without memory. */
static char *print_items(const struct scenario_key *key, const struct scenario_list *list,
                         const void *base)
{
    struct text_memory text;
    FILE *memory = text_memory_open(&text);

    for (uint32_t i = 0; memory != NULL && i < list->count; i++) {
        print_one(key, key_value(key, list, i), base, memory);
        fputc('\0', memory);
    }
    return text_memory_close(&text, memory);
}

/* A list that repeats is printed as short as it means the same. False without memory. */
static bool print_list(const struct scenario_key *key, const struct scenario_list *list,
                       const void *base, FILE *to)
{
    if (list->every > 0) {
        fprintf(to, "{every: %u nodes}", list->every);
        return true;
    }
    const char **item = calloc((size_t)list->count + 1, sizeof(*item));
    char *text = item != NULL ? print_items(key, list, base) : NULL;
    const char *next = text;
    uint32_t shown = list->count;

    if (text == NULL) {
        free(item);
        return false;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        item[i] = next;
        next += strlen(next) + 1;
    }
    for (uint32_t p = 1; key->many == KEY_REPEATS && p < shown; p++) {
        shown = repeats(item, list->count, p) ? p : shown;
    }
    bool bare = key->many != KEY_EACH && shown == 1;
    fputs(bare ? "" : "[", to);
    for (uint32_t i = 0; i < shown; i++) {
        fprintf(to, "%s%s", i > 0 ? ", " : "", item[i]);
    }
    fputs(bare ? "" : "]", to);
    free(item);
    free(text);
    return true;
}

bool key_print_value(const struct scenario *s, const void *config, const struct scenario_key *key,
                     FILE *to)
{
    const void *base = key_is_head(key) ? (const void *)s : config;
    const void *field = key_field_const(s, config, key);

    if (key->many != KEY_ONE) {
        return print_list(key, field, base, to);
    }
    print_one(key, field, base, to);
    return true;
}

/* The variants, each with its settings in a line; print_key() has begun the line. */
static void print_variants(const struct scenario *s, FILE *to)
{
    for (uint32_t i = 0; i < s->variant_count; i++) {
        fputs("\n  ", to);
        print_name(s->variant[i].name, to);
        fprintf(to, ": {%s}", s->variant[i].set);
    }
}

static bool print_key(const struct scenario *s, const struct scenario_key *key, FILE *to)
{
    if (key->kind == KEY_FORMAT) {
        fprintf(to, "%d", (int)SCENARIO_FORMAT);
    } else if (key->kind == KEY_MODEL) {
        print_name(s->schema->name, to);
    } else if (key->kind == KEY_VARIANTS) {
        print_variants(s, to);
    } else if (key->kind == KEY_BASELINE) {
        print_name(s->variant[s->baseline].name, to);
    } else {
        return key_print_value(s, s->config, key, to);
    }
    return true;
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

bool scenario_print(const struct scenario *s, FILE *to)
{
    const char *before = "";

    for (size_t i = 0; i < key_count(s->schema); i++) {
        const struct scenario_key *key = key_at(s->schema, i);
        int depth;

        if (!key_applies(s, key)) {
            continue;
        }
        const char *name = open_sections(before, key->path, to, &depth);
        fprintf(to, "%*s%s:%s", 2 * depth, "", name, key->kind == KEY_VARIANTS ? "" : " ");
        if (!print_key(s, key, to)) {
            return false;
        }
        fputc('\n', to);
        before = key->path;
    }
    return true;
}

char *scenario_print_text(const struct scenario *s)
{
    struct text_memory m;
    FILE *memory = text_memory_open(&m);
    const bool printed = memory != NULL && scenario_print(s, memory);
    char *text = text_memory_close(&m, memory);

    if (!printed) {
        free(text);
        text = NULL;
    }
    return text;
}

enum sim_status scenario_hash(const struct scenario *s, char hex[65])
{
    char *text = scenario_print_text(s);

    if (text == NULL) {
        return SIM_ERR_NOMEM;
    }
    s->registry->sha256(text, strlen(text), hex);
    free(text);
    return SIM_OK;
}
