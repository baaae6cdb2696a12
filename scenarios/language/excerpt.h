/*
 * excerpt.h - a user's text made fit to be quoted in a one-line message: at most some forty
 * bytes of it, never a part of a UTF-8 character, control characters shown as "?".
 */
#ifndef SCENARIOS_LANGUAGE_EXCERPT_H
#define SCENARIOS_LANGUAGE_EXCERPT_H

enum { EXCERPT_MAX = 48 };

void excerpt(char out[EXCERPT_MAX], const char *text);

#endif
