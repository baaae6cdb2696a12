/*
 * screen.h - a pretended terminal, for tests of what depends on there being one.
 *
 * screen_open() gives a stream for which isatty() holds; what is written to it
 * is read back with screen_text(). Line ends come back as "\r\n".
 *
 * Errors: fails the running Criterion test.
 */
#ifndef TESTS_SUPPORT_SCREEN_H
#define TESTS_SUPPORT_SCREEN_H

#include <stdio.h>

struct screen {
    FILE *stream; /* the terminal's side, for the code under test */
    int master;   /* the other end */
    char text[8192];
};

void screen_open(struct screen *s, unsigned short columns);

/* Everything written since the last call, NUL-terminated; valid until the next. */
const char *screen_text(struct screen *s);
void screen_close(struct screen *s);

#endif
