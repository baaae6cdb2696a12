/*
 * run_print.h - a finished study for people, and for programs.
 */
#ifndef SIM_STUDY_RUN_PRINT_H
#define SIM_STUDY_RUN_PRINT_H

#include <stdio.h>

#include "sim/study/study.h"

/* The variants side by side with 95 % intervals, and what splitting changes. */
void run_print_table(const struct study *s, FILE *to);

/* One JSON object. False if the stream failed. */
SIM_MUST_CHECK bool run_print_json(const struct study *s, FILE *to);

#endif
