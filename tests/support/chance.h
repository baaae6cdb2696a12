/*
 * chance.h - how likely an outcome is, for tests of what is drawn.
 *
 * Seeds in tests are fixed: a threshold such as 0.001 says what we take for chance, not
 * how often a test fails.
 */
#ifndef TESTS_SUPPORT_CHANCE_H
#define TESTS_SUPPORT_CHANCE_H

#include <stddef.h>
#include <stdint.h>

/* Chi-square: the probability of counts at least this uneven if all cells are equally likely. */
double chance_even(const uint32_t *count, size_t cells);

/* Standard errors between hits of tries and the probability that is expected. */
double chance_hits_z(uint64_t hits, uint64_t tries, double probability);

/* Standard errors between the mean of values and the one expected, their spread being theirs. */
double chance_mean_z(const double *value, size_t count, double expected);

/* Half the width of the confidence interval of a mean: Student's t, level as 0.99. */
double chance_half_width(const double *value, size_t count, double level);

#endif
