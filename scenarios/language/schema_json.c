#include "scenarios/language/schema_json.h"

#include <string.h>

#include "sim/engine/text.h"

/* Begins a member of an object, or with name NULL an item of an array. */
void schema_json_begin(struct schema_json *w, const char *name)
{
    fprintf(w->to, "%s\n%*s", w->is_first ? "" : ",", 2 * w->depth, "");
    if (name != NULL) {
        text_quote(name, NULL, w->to);
        fputs(": ", w->to);
    }
    w->is_first = false;
}

void schema_json_open(struct schema_json *w, const char *name, char bracket)
{
    schema_json_begin(w, name);
    fputc(bracket, w->to);
    w->depth++;
    w->is_first = true;
}

void schema_json_close(struct schema_json *w, char bracket)
{
    w->depth--;
    if (!w->is_first) {
        fprintf(w->to, "\n%*s", 2 * w->depth, "");
    }
    fputc(bracket, w->to);
    w->is_first = false;
}

void schema_json_raw(struct schema_json *w, const char *name, const char *raw)
{
    schema_json_begin(w, name);
    fputs(raw, w->to);
}

void schema_json_text(struct schema_json *w, const char *name, const char *text)
{
    schema_json_begin(w, name);
    text_quote(text, NULL, w->to);
}

void schema_json_words(struct schema_json *w, const char *const *words)
{
    schema_json_open(w, "enum", '[');
    for (size_t i = 0; words[i] != NULL; i++) {
        schema_json_text(w, NULL, words[i]);
    }
    schema_json_close(w, ']');
}

/* A reference to "OWNER.PATH" or, for the keys below it, to "OWNER.PATH-section". */
void schema_json_ref(struct schema_json *w, const char *owner, const char *path, const char *suffix)
{
    char name[256];

    snprintf(name, sizeof(name), "#/definitions/%s.%s%s", owner, path, suffix);
    schema_json_text(w, "$ref", name);
}

void schema_json_ref_member(struct schema_json *w, const char *name, const char *owner,
                            const char *path, const char *suffix)
{
    schema_json_open(w, name, '{');
    schema_json_ref(w, owner, path, suffix);
    schema_json_close(w, '}');
}

/* What every map may hold: keys of the user's own, and nothing else that is not listed. */
void schema_json_closed(struct schema_json *w)
{
    schema_json_text(w, "type", "object");
    schema_json_raw(w, "additionalProperties", "false");
    schema_json_raw(w, "patternProperties", "{\"^x-\": {}}");
}
