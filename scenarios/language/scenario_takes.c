#include "scenarios/language/scenario_takes.h"

static void write_quoted(const char *text, const char *quote, FILE *to)
{
    fprintf(to, "%s%s%s", quote, text, quote);
}

void key_write_takes(const struct scenario_key *key, const char *quote, FILE *to)
{
    enum quantity_dim dim = QUANTITY_NUMBER;
    bool dist = key_is_dist(key->kind, &dim);

    if (dist || key_is_quantity(key->kind, &dim)) {
        const char *units = quantity_units(dim);

        fprintf(to, "%s%s%s%s%s, %s to %s", dist ? "distribution of " : "", quantity_noun(dim),
                *units != '\0' ? " (" : "", units, *units != '\0' ? ")" : "", key->least,
                key->most);
        if (key->word != NULL) {
            fputs("; or ", to);
            write_quoted(key->word, quote, to);
        }
    } else if (key->kind == KEY_FILE) {
        if (key->words != NULL) {
            write_quoted(key->words[0], quote, to);
        } else {
            fputs("a name", to);
        }
        fprintf(to, ", the path of a file, or %s{file: FILE, hash: HASH}%s", quote, quote);
    } else if (key->words != NULL) {
        fputs(key->kind == KEY_VARIANTS ? "list of " : "", to);
        for (size_t i = 0; key->words[i] != NULL; i++) {
            fputs(i > 0 ? ", " : "", to);
            write_quoted(key->words[i], quote, to);
        }
    } else if (key->kind == KEY_BOOL) {
        fprintf(to, "%strue%s, %sfalse%s", quote, quote, quote, quote);
    } else if (key->kind == KEY_LINKS) {
        fprintf(to, "%sgrid%s or %s{graphml: FILE}%s", quote, quote, quote, quote);
    } else if (key->kind == KEY_FORMAT) {
        fprintf(to, "%s%d%s", quote, (int)SCENARIO_FORMAT, quote);
    } else {
        fputs("text", to);
    }
}
