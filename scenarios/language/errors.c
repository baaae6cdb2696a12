#include "scenarios/language/errors.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX_BYTES = 1024 };

static bool make_room(struct scenario_errors *errors)
{
    size_t capacity = errors->capacity == 0 ? 8 : errors->capacity * 2;
    struct scenario_mistake *grown;

    if (errors->count < errors->capacity) {
        return true;
    }
    grown = realloc(errors->mistake, capacity * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    errors->mistake = grown;
    errors->capacity = capacity;
    return true;
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static bool is_known(const struct scenario_errors *errors, struct place at, const char *key,
                     const char *message)
{
    for (size_t i = 0; i < errors->count; i++) {
        const struct scenario_mistake *m = &errors->mistake[i];

        if (m->line == at.line && m->column == at.column && is_same(m->file, at.file) &&
            is_same(m->key, key) && is_same(m->message, message)) {
            return true;
        }
    }
    return false;
}

/* What is too long is cut. */
SIM_PRINTF(5, 0)
static void add(struct scenario_errors *errors, struct place at, const char *key,
                const char *suggestion, const char *format, va_list arguments)
{
    char message[MESSAGE_MAX_BYTES];

    if (errors->count > ERRORS_MAX) {
        return;
    }
    vsnprintf(message, sizeof(message), format, arguments);
    if (is_known(errors, at, key, message) || !make_room(errors)) {
        return;
    }
    if (errors->count == ERRORS_MAX) {
        key = "";
        suggestion = "";
        snprintf(message, sizeof(message), "there are more mistakes; the first %d are listed",
                 (int)ERRORS_MAX);
    }
    errors->mistake[errors->count++] = (struct scenario_mistake){
        .file = strdup(at.file),
        .line = at.line,
        .column = at.column,
        .key = strdup(key),
        .message = strdup(message),
        .suggestion = strdup(suggestion),
    };
}

void errors_add(struct scenario_errors *errors, struct place at, const char *key,
                const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(errors, at, key != NULL ? key : "", "", format, arguments);
    va_end(arguments);
}

void errors_suggest(struct scenario_errors *errors, struct place at, const char *key,
                    const char *suggestion, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    add(errors, at, key != NULL ? key : "", suggestion != NULL ? suggestion : "", format,
        arguments);
    va_end(arguments);
}

static const char *said(const char *text)
{
    return text != NULL ? text : "(no memory to say what)";
}

void scenario_mistake_print(const struct scenario_mistake *m, FILE *to)
{
    fprintf(to, "%s:%u:%u: ", said(m->file), (unsigned)m->line, (unsigned)m->column);
    if (m->key != NULL && *m->key != '\0') {
        fprintf(to, "%s: ", m->key);
    }
    fputs(said(m->message), to);
    if (m->suggestion != NULL && *m->suggestion != '\0') {
        fprintf(to, "; did you mean %s?", m->suggestion);
    }
}

void scenario_errors_print(const struct scenario_errors *errors, FILE *to)
{
    for (size_t i = 0; i < errors->count; i++) {
        scenario_mistake_print(&errors->mistake[i], to);
        fputc('\n', to);
    }
}

void scenario_errors_deinit(struct scenario_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++) {
        free(errors->mistake[i].file);
        free(errors->mistake[i].key);
        free(errors->mistake[i].message);
        free(errors->mistake[i].suggestion);
    }
    free(errors->mistake);
    *errors = (struct scenario_errors){0};
}

const char *errors_place_name(const char *path)
{
    return strcmp(path, "-") == 0 ? "<stdin>" : path;
}
