#include "sim/terminal/message.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM_NAME "nimblesim"

/* "nimblesim: warning: " is the widest; the other labels are padded to it. */
enum { LABEL_WIDTH = 9, TEXT_COLUMN = (int)sizeof PROGRAM_NAME + 1 + LABEL_WIDTH };

static const char *label_of(enum message_kind kind)
{
    switch (kind) {
    case MESSAGE_ERROR:
        return "error:";
    case MESSAGE_WARNING:
        return "warning:";
    case MESSAGE_NOTE:
        return "note:";
    case MESSAGE_HINT:
        return "hint:";
    }
    return "";
}

static const char *colour_of(enum message_kind kind)
{
    switch (kind) {
    case MESSAGE_ERROR:
        return "\x1b[1;31m";
    case MESSAGE_WARNING:
        return "\x1b[1;33m";
    case MESSAGE_NOTE:
        return "\x1b[1;36m";
    case MESSAGE_HINT:
        return "\x1b[1;32m";
    }
    return "";
}

bool message_is_terminal(FILE *to)
{
    const char *term = getenv("TERM");
    int descriptor = fileno(to);
    return descriptor >= 0 && isatty(descriptor) && term != NULL && strcmp(term, "dumb") != 0;
}

bool message_has_colour(FILE *to)
{
    const char *no_color = getenv("NO_COLOR");
    return (no_color == NULL || no_color[0] == '\0') && message_is_terminal(to);
}

/* Writes text with every line but the first indented to the text's column. */
static void write_indented(FILE *to, const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '\n' && c[1] == '\0') {
            break; /* the caller ends the message */
        }
        fputc(*c, to);
        if (*c == '\n') {
            fprintf(to, "%*s", TEXT_COLUMN, "");
        }
    }
}

void message_write(FILE *to, enum message_kind kind, const char *format, va_list arguments)
{
    char text[4096]; /* a longer message is cut, which vsnprintf() does cleanly */
    vsnprintf(text, sizeof text, format, arguments);

    if (message_is_terminal(to)) {
        fputs("\r\x1b[K", to); /* a progress bar may stand here */
    }
    bool coloured = message_has_colour(to);
    fprintf(to, "%s: %s%-*s%s ", PROGRAM_NAME, coloured ? colour_of(kind) : "", LABEL_WIDTH - 1,
            label_of(kind), coloured ? "\x1b[0m" : "");
    write_indented(to, text);
    fputc('\n', to);
    fflush(to);
}

/* Results on stdout and messages on stderr often share a terminal: keep their order. */
#define SAY(kind)                                                                                  \
    do {                                                                                           \
        va_list arguments;                                                                         \
        fflush(stdout);                                                                            \
        va_start(arguments, format);                                                               \
        message_write(stderr, (kind), format, arguments);                                          \
        va_end(arguments);                                                                         \
    } while (0)

void message_error(const char *format, ...)
{
    SAY(MESSAGE_ERROR);
}

void message_warning(const char *format, ...)
{
    SAY(MESSAGE_WARNING);
}

void message_note(const char *format, ...)
{
    SAY(MESSAGE_NOTE);
}

void message_hint(const char *format, ...)
{
    SAY(MESSAGE_HINT);
}
