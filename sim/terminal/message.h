/*
 * message.h - what the program says to a person, on stderr.
 *
 * One message is one line "nimblesim: error:   text"; further lines of a text
 * are indented to the same column. The label is coloured where stderr is a
 * terminal and NO_COLOR is unset or empty. A message wipes the progress bar
 * that may stand on its line; the bar comes back by itself.
 *
 * Errors: a message that cannot be written is lost; no call fails.
 * Threads: call from the main thread.
 */
#ifndef SIM_TERMINAL_MESSAGE_H
#define SIM_TERMINAL_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "sim/engine/base.h"

enum message_kind { MESSAGE_ERROR, MESSAGE_WARNING, MESSAGE_NOTE, MESSAGE_HINT };

/* Why the program stops, or will end with a failure. */
void message_error(const char *format, ...) SIM_PRINTF(1, 2);

/* What is doubtful, while the program goes on. */
void message_warning(const char *format, ...) SIM_PRINTF(1, 2);

/* What is good to know. */
void message_note(const char *format, ...) SIM_PRINTF(1, 2);

/* What to type next. */
void message_hint(const char *format, ...) SIM_PRINTF(1, 2);

/* The same to any stream, for tests and for logs. */
void message_write(FILE *to, enum message_kind kind, const char *format, va_list arguments)
    SIM_PRINTF(3, 0);

/* Is there a terminal behind the stream that understands cursor movement? */
bool message_is_terminal(FILE *to);

/* May the stream be coloured: a terminal, and NO_COLOR unset or empty? */
bool message_has_colour(FILE *to);

#endif
