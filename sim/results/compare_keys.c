/*
 * Which keys two scenarios differ in. Both texts are canonical (a key a line, two
 * spaces a level), as scenario_print() writes them, so lines are all there is to read.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/results/compare.h"

enum { LEVELS = 4, NAME_BYTES = 48 };

struct cursor {
    const char *at;
    char name[LEVELS][NAME_BYTES]; /* of the keys that are open, from the outermost */
};

/* Goes to the next key that has a value on its line. False at the end. */
static bool next_key(struct cursor *c, struct compare_change *key, char value[COMPARE_VALUE_BYTES])
{
    while (*c->at != '\0') {
        const size_t indent = strspn(c->at, " ");
        const char *name = c->at + indent;
        const size_t line = strcspn(name, "\n");
        const char *colon = memchr(name, ':', line);
        c->at = name + line + (name[line] == '\n');
        const size_t level = indent / 2;
        if (colon == NULL || level >= LEVELS) {
            continue;
        }
        (void)snprintf(c->name[level], NAME_BYTES, "%.*s", (int)(colon - name), name);
        const char *text = colon + 1 + (colon[1] == ' ');
        if (text >= name + line) {
            continue;
        }
        size_t length = 0;
        for (size_t i = 0; i <= level && length < sizeof key->key; i++) {
            length += (size_t)snprintf(key->key + length, sizeof key->key - length, "%s%s",
                                       i == 0 ? "" : ".", c->name[i]);
        }
        (void)snprintf(value, COMPARE_VALUE_BYTES, "%.*s", (int)(name + line - text), text);
        return true;
    }
    return false;
}

/* The value of a key in a text; "" where it is not there. */
static void find_value(const char *text, const char *key, char value[COMPARE_VALUE_BYTES])
{
    struct cursor c = {.at = text};
    struct compare_change here;
    while (next_key(&c, &here, value)) {
        if (strcmp(here.key, key) == 0) {
            return;
        }
    }
    value[0] = '\0';
}

enum sim_status compare_keys(struct compare_result *r, const char *a, const char *b)
{
    struct cursor c = {.at = a};
    struct compare_change key;
    while (next_key(&c, &key, key.a)) {
        find_value(b, key.key, key.b);
        if (strcmp(key.a, key.b) == 0) {
            continue;
        }
        struct compare_change *larger = realloc(r->change, (r->change_count + 1) * sizeof *larger);
        if (larger == NULL) {
            return SIM_ERR_NOMEM;
        }
        r->change = larger;
        r->change[r->change_count++] = key;
    }
    return SIM_OK;
}
