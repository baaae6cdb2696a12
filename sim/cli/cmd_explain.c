/* nimblesim explain: what does a scenario's key mean, where is it from, what does it change? */
#include <string.h>

#include "sim/engine/text.h"
#include "sim/ledger/explain.h"
#include "sim/ledger/ledger_file.h"
#include "sim/terminal/exit.h"
#include "sim/terminal/message.h"
#include "sim/terminal/options.h"
#include "sim/terminal/output.h"

enum { KEYS_MAX = 256 };

/* The last part of a key's path: what people remember. */
static const char *last_part(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL ? dot + 1 : path;
}

/* The key most like a word: by its last part if that is exact, then by the whole, then by the part.
 */
static const char *nearest_key(const char *word)
{
    const char *path[KEYS_MAX] = {NULL};
    const char *part[KEYS_MAX] = {NULL};
    ASSERT(scenario_key_count <= KEYS_MAX);
    for (size_t i = 0; i < scenario_key_count; i++) {
        path[i] = scenario_keys[i].path;
        part[i] = last_part(path[i]);
        if (strcmp(part[i], word) == 0) {
            return path[i];
        }
    }
    const char *nearest = text_nearest(word, path, scenario_key_count);
    if (nearest != NULL) {
        return nearest;
    }
    nearest = text_nearest(word, part, scenario_key_count);
    for (size_t i = 0; i < scenario_key_count && nearest != NULL; i++) {
        if (part[i] == nearest) {
            return path[i];
        }
    }
    return NULL;
}

/* Is the word a key or a section? Says what else it could be. */
static bool is_known(const char *word)
{
    if (key_find(word) < scenario_key_count || key_is_section(word)) {
        return true;
    }
    const char *nearest = nearest_key(word);
    message_error("there is no key '%s'", word);
    if (nearest != NULL) {
        message_hint("did you mean '%s'?", nearest);
    } else {
        message_hint("nimblesim explain lists them all");
    }
    return false;
}

static void print_text(const struct option_operands *words)
{
    if (words->count == 0) {
        explain_list(NULL, stdout);
        (void)fputs(
            "\n* the paper leaves it open: nimblesim explain KEY tells its other readings\n",
            stdout);
    }
    for (size_t i = 0; i < words->count; i++) {
        const size_t index = key_find(words->item[i]);
        (void)fputs(i > 0 ? "\n" : "", stdout);
        if (index < scenario_key_count) {
            explain_key(&scenario_keys[index], ledger_file_shipped, stdout);
        }
        if (key_is_section(words->item[i])) {
            (void)fputs(index < scenario_key_count ? "\n" : "", stdout);
            explain_list(words->item[i], stdout);
        }
    }
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

static bool print_json(const struct option_operands *words)
{
    char hash[32];
    struct json j;
    ledger_file_comment(ledger_file_shipped, "hash", hash, sizeof hash);
    json_begin(&j, stdout);
    json_object_open(&j);
    json_field_int(&j, "format", 1);
    json_field_string(&j, "ledger_scenario_hash", hash);
    json_key(&j, "keys");
    json_array_open(&j);
    for (size_t i = 0; i < scenario_key_count; i++) {
        if (is_chosen(words, scenario_keys[i].path)) {
            explain_key_json(&scenario_keys[i], ledger_file_shipped, &j);
        }
    }
    json_array_close(&j);
    json_object_close(&j);
    return json_end(&j);
}

int cmd_explain(int argc, char **argv)
{
    bool json = false;
    const struct option_spec specs[] = {
        {.name = "json", .flag = &json, .help = "print one JSON object"},
    };
    const struct option_command command = {
        .verb = "explain",
        .operands = "[KEY...]",
        .summary = "Explains keys of a scenario: meaning, bounds, default, where the default is\n"
                   "from; and, where the paper leaves the key open, how else it can be read and\n"
                   "what each reading changes. A section lists its keys, no KEY at all lists all.",
        .example = "nimblesim explain protocol.coalesce\n"
                   "nimblesim explain robots.noise",
        .specs = specs,
        .spec_count = sizeof specs / sizeof specs[0],
        .operands_most = SIZE_MAX,
    };
    struct option_operands words;
    const enum option_end end = options_parse(&command, argc, argv, &words);
    if (end != OPTIONS_CONTINUE) {
        return (int)end;
    }
    for (size_t i = 0; i < words.count; i++) {
        if (!is_known(words.item[i])) {
            return EXIT_USAGE;
        }
    }
    bool written = true;
    if (json) {
        written = print_json(&words);
    } else {
        print_text(&words);
    }
    return output_end_standard(written);
}
