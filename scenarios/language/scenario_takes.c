/* What a key takes, in a few words. */
#include "scenarios/language/scenario_keys.h"

static void write_quoted(const char *text, const char *quote, FILE *to)
{
    fprintf(to, "%s%s%s", quote, text, quote);
}

static void write_words(const char *const *words, const char *quote, FILE *to)
{
    for (size_t i = 0; words[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", to);
        write_quoted(words[i], quote, to);
    }
}

static void write_variants(const struct scenario_schema *schema, const char *quote, FILE *to)
{
    fputs(schema->preset_count > 0 ? "list of " : "", to);
    for (size_t i = 0; i < schema->preset_count; i++) {
        fputs(i > 0 ? ", " : "", to);
        write_quoted(schema->preset[i].name, quote, to);
    }
    fputs(schema->preset_count > 0 ? "; or a map " : "a map ", to);
    write_quoted("{NAME: {KEY: VALUE}}", quote, to);
}

static void write_file(const struct scenario_key *key, const char *quote, FILE *to)
{
    const char *name = key->file_key != NULL ? key->file_key : "file";

    if (key->words != NULL) {
        write_words(key->words, quote, to);
    } else {
        fputs("a name", to);
    }
    fprintf(to, "%s or %s{%s: FILE, hash: HASH}%s",
            key->file_key != NULL ? "" : ", the path of a file,", quote, name, quote);
}

static void write_one(const struct scenario_schema *schema, const struct scenario_key *key,
                      const char *quote, FILE *to)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    bool dist = key_is_dist(key->kind, &dim);

    if (dist || key_is_quantity(key->kind, &dim)) {
        const char *units = quantity_units(dim);

        fprintf(to, "%s%s%s%s%s", dist ? "distribution of " : "", quantity_noun(dim),
                *units != '\0' ? " (" : "", units, *units != '\0' ? ")" : "");
        if (key->least != NULL && key->most != NULL) {
            fprintf(to, ", %s to %s", key->least, key->most);
        } else if (key->least != NULL || key->most != NULL) {
            fprintf(to, ", at %s %s", key->least != NULL ? "least" : "most",
                    key->least != NULL ? key->least : key->most);
        }
        if (key->word != NULL) {
            fputs("; or ", to);
            write_quoted(key->word, quote, to);
        }
    } else if (key->kind == KEY_FILE) {
        write_file(key, quote, to);
    } else if (key->words != NULL) {
        write_words(key->words, quote, to);
    } else if (key->kind == KEY_VARIANTS) {
        write_variants(schema, quote, to);
    } else if (key->kind == KEY_BOOL) {
        fprintf(to, "%strue%s, %sfalse%s", quote, quote, quote, quote);
    } else if (key->kind == KEY_FORMAT) {
        fprintf(to, "%s%d%s", quote, (int)SCENARIO_FORMAT, quote);
    } else if (key->kind == KEY_MODEL) {
        write_quoted(schema->name, quote, to);
    } else if (key->kind == KEY_BASE) {
        fputs("the path of a scenario", to);
    } else if (key->kind == KEY_BASELINE) {
        fputs("the name of a variant", to);
    } else {
        fputs("text", to);
    }
}

void key_write_takes(const struct scenario_schema *schema, const struct scenario_key *key,
                     const char *quote, FILE *to)
{
    fputs(key->many == KEY_EACH ? "list: " : "", to);
    write_one(schema, key, quote, to);
    fputs(key->many == KEY_REPEATS ? "; or a list of such, which repeats" : "", to);
    fputs(key->many == KEY_PLACES ? "; a list of such; or " : "", to);
    if (key->many == KEY_PLACES) {
        fprintf(to, "%s{every: N nodes}%s", quote, quote);
    }
}
