/*
 * scenario_takes.h - what a key takes, in a few words: kind, units, bounds, words.
 */
#ifndef SCENARIOS_LANGUAGE_SCENARIO_TAKES_H
#define SCENARIOS_LANGUAGE_SCENARIO_TAKES_H

#include "scenarios/language/scenario_keys.h"

/* Words that stand for themselves are put between quotes: "`" in Markdown, "" on a terminal. */
void key_write_takes(const struct scenario_key *key, const char *quote, FILE *to);

#endif
