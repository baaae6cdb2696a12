#include "scenarios/language/errors.h"

#include <stdarg.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 1024 };

static bool make_room(struct scenario_errors *errors)
{
    size_t capacity = errors->capacity == 0 ? 8 : errors->capacity * 2;
    char **grown;

    if (errors->count < errors->capacity) {
        return true;
    }
    grown = realloc(errors->line, capacity * sizeof(*grown));
    if (grown == NULL) {
        return false;
    }
    errors->line = grown;
    errors->capacity = capacity;
    return true;
}

/* Appends what is printed into a line of its own; a line that is too long is cut. */
void errors_add(struct scenario_errors *errors, struct place at, const char *key,
                const char *format, ...)
{
    char what[LINE_MAX_BYTES];
    char *line;
    size_t size;
    va_list arguments;

    if (errors->count > ERRORS_MAX || !make_room(errors)) {
        return;
    }
    if (errors->count == ERRORS_MAX) {
        key = NULL;
        snprintf(what, sizeof(what), "there are more mistakes; the first %d are listed",
                 (int)ERRORS_MAX);
    } else {
        va_start(arguments, format);
        vsnprintf(what, sizeof(what), format, arguments);
        va_end(arguments);
    }
    size = LINE_MAX_BYTES + sizeof(what);
    line = malloc(size);
    if (line != NULL) {
        bool named = key != NULL && *key != '\0';
        snprintf(line, size, "%s:%u:%u: %s%s%s", at.file, (unsigned)at.line, (unsigned)at.column,
                 named ? key : "", named ? ": " : "", what);
    }
    errors->line[errors->count++] = line;
}

void scenario_errors_print(const struct scenario_errors *errors, FILE *to)
{
    for (size_t i = 0; i < errors->count; i++) {
        fprintf(to, "%s\n", errors->line[i] != NULL ? errors->line[i] : "(no memory to say what)");
    }
}

void scenario_errors_deinit(struct scenario_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++) {
        free(errors->line[i]);
    }
    free(errors->line);
    *errors = (struct scenario_errors){0};
}
