/*
 * cases.h - the commands in which faults are planted.
 */
#ifndef TESTS_FAULTS_CASES_H
#define TESTS_FAULTS_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CASE_ARGUMENTS_MAX = 20, CASES_MAX = 32 };

struct fault_case {
    const char *name;
    const char *arguments[CASE_ARGUMENTS_MAX];
    const char *again[CASE_ARGUMENTS_MAX]; /* after a kill; none: the same */
    bool is_slow;                          /* a few tries will do */
    bool grows_in_sight; /* a kill may leave half a new file, which another one tells */
};

/* Run in order, in the folder with smoke.yaml, before everything else. */
extern const char *const fault_setup[][CASE_ARGUMENTS_MAX];
extern const size_t fault_setup_count;

extern const struct fault_case fault_cases[];
extern const size_t fault_case_count;

#endif
