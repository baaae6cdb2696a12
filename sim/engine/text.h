/*
 * text.h - what every room does to texts: numbers that read back, quotes, UTF-8, slips of a hand.
 *
 * Texts are UTF-8 and end with NUL. Nothing here allocates: what is written goes into the caller's
 * buffer or stream. A stream that fails is told by ferror(), as always.
 * Threads: no state.
 */
#ifndef SIM_ENGINE_TEXT_H
#define SIM_ENGINE_TEXT_H

#include <stdio.h>

#include "sim/engine/base.h"

/* ---- numbers ---- */

enum { TEXT_NUMBER_MAX = 40 };

/* The shortest decimal that reads back as the same number; "nan", "inf", "-inf". Returns out. */
const char *text_double(char out[TEXT_NUMBER_MAX], double value);
const char *text_float(char out[TEXT_NUMBER_MAX], float value);

/* ---- UTF-8 ---- */

/* Bytes of the character at s: 1 to 4, also 1 for NUL; 0 if these bytes are none (RFC 3629). */
size_t text_character(const char *s);

/* Columns that a text takes on a terminal, at one a character. */
int text_columns(const char *text);

/* Bytes of the longest beginning of at most bytes bytes that ends with a whole character. */
size_t text_cut(const char *text, size_t bytes);

/* ---- quotes ---- */

/*
 * A string with its double quotes, as JSON and YAML both read it: quotes, backslashes and control
 * characters escaped, bytes that are not UTF-8 become U+FFFD. Of ASCII the characters in also are
 * written by their number, too; NULL: none.
 */
void text_quote(const char *text, const char *also, FILE *to);

/* A word as a shell reads it back: between single quotes where it is not plain. */
void text_shell(const char *word, FILE *to);

/* ---- did you mean ...? ---- */

enum { TEXT_WORD_MAX = 64 };

/*
 * Letters inserted, dropped, replaced or swapped with a neighbour that lead from a to b: the
 * optimal-string-alignment form of the Damerau-Levenshtein distance. Words longer than
 * TEXT_WORD_MAX are as far apart as the longer one is long.
 */
size_t text_distance(const char *a, const char *b);

/*
 * True if what is written may be a slip for what is known: one letter wrong in a word of three, two
 * up to seven, three in a longer one, and never all of them. *distance tells how far; may be NULL.
 */
bool text_is_near(const char *written, const char *known, size_t *distance);

/* The nearest of the names, the first of several; NULL if none is near. Skips NULL names. */
const char *text_nearest(const char *written, const char *const *names, size_t count);

#endif
