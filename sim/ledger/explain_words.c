/* The explain verb's work: which words are keys, of which model, and what is said of them. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/language/scenario_keys.h"
#include "sim/engine/text.h"
#include "sim/ledger/explain.h"
#include "sim/ledger/ledger_file.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/output.h"

static bool is_word_of(const struct model *m, const char *word)
{
    return key_find(&m->schema, word) < key_count(&m->schema) || key_is_section(&m->schema, word);
}

/* The model that was asked for, or the first one that knows all words. NULL with a text. */
static const struct model *choose_model(const char *name, const struct option_operands *words)
{
    if (name != NULL) {
        const struct model *m = model_find(name);
        if (m == NULL) {
            message_error("--model: there is no model '%s'", name);
        }
        return m;
    }
    for (size_t i = 0; models[i] != NULL; i++) {
        size_t known = 0;
        while (known < words->count && is_word_of(models[i], words->item[known])) {
            known++;
        }
        if (known == words->count) {
            return models[i];
        }
    }
    return models[0];
}

/* Is the word a key or a section? Says what else it could be. */
static bool is_known(const struct model *m, const char *word)
{
    if (is_word_of(m, word)) {
        return true;
    }
    const char *nearest = key_nearest(&m->schema, word);
    message_error("there is no key '%s' in a scenario of the model %s", word, m->schema.name);
    if (nearest[0] != '\0') {
        message_hint("did you mean '%s'?", nearest);
    } else {
        message_hint("nimblesim explain lists them all; --model names another model");
    }
    return false;
}

/* False: no memory. */
static bool print_text(const struct model *m, const struct option_operands *words)
{
    bool good = true;
    if (words->count == 0) {
        explain_list(m, NULL, stdout);
        (void)fputs(
            "\n* the paper leaves it open: nimblesim explain KEY tells its other readings\n",
            stdout);
    }
    for (size_t i = 0; i < words->count; i++) {
        const size_t index = key_find(&m->schema, words->item[i]);
        const bool is_key = index < key_count(&m->schema);
        (void)fputs(i > 0 ? "\n" : "", stdout);
        if (is_key) {
            good = explain_key(m, key_at(&m->schema, index), stdout) && good;
        }
        if (key_is_section(&m->schema, words->item[i])) {
            (void)fputs(is_key ? "\n" : "", stdout);
            explain_list(m, words->item[i], stdout);
        }
    }
    return good;
}

static bool is_chosen(const struct option_operands *words, const char *path)
{
    for (size_t i = 0; i < words->count; i++) {
        const size_t length = strlen(words->item[i]);
        if (strncmp(path, words->item[i], length) == 0 &&
            (path[length] == '\0' || path[length] == '.')) {
            return true;
        }
    }
    return words->count == 0;
}

static bool print_json(const struct model *m, const struct option_operands *words)
{
    char hash[72] = "";
    struct json j;
    if (m->ledger_tsv != NULL) {
        ledger_file_comment(m->ledger_tsv, "hash", hash, sizeof hash);
    }
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_int(&j, "format", 1);
    json_field_string(&j, "model", m->schema.name);
    json_field_string(&j, "ledger_scenario_hash", hash);
    json_key(&j, "keys");
    json_array_open(&j);
    for (size_t i = 0; i < key_count(&m->schema); i++) {
        const struct scenario_key *key = key_at(&m->schema, i);
        if (is_chosen(words, key->path)) {
            explain_key_json(m, key, &j);
        }
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}

int explain_words(const char *model, const struct option_operands *words, bool json)
{
    const struct model *m = choose_model(model, words);
    if (m == NULL) {
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < words->count; i++) {
        if (!is_known(m, words->item[i])) {
            return EXIT_USAGE;
        }
    }
    bool written = true;
    if (json) {
        written = print_json(m, words);
    } else {
        written = print_text(m, words);
    }
    if (!written && !ferror(stdout)) {
        message_error("%s", sim_status_text(SIM_ERR_NOMEM));
        return EXIT_INTERNAL;
    }
    return output_end_standard(written);
}
