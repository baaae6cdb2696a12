/*
 * suggest.h - "did you mean ...?": how far apart two words are for a hand that slips.
 */
#ifndef SCENARIOS_LANGUAGE_SUGGEST_H
#define SCENARIOS_LANGUAGE_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>

enum { SUGGEST_WORD_MAX = 40 };

/*
 * The optimal-string-alignment form of the Damerau-Levenshtein distance: letters inserted,
 * dropped, replaced, or swapped with a neighbour. Words longer than SUGGEST_WORD_MAX are
 * as far as their longer length.
 */
size_t suggest_distance(const char *a, const char *b);

/* True if the distance is small enough for the length of the word to be a slip. */
bool suggest_is_near(const char *written, const char *known, size_t *distance);

#endif
