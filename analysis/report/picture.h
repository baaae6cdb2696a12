/*
 * picture.h - what no chart library draws: spans on lanes, as who ran where and when with a curve
 * below, and cells of a plane with a scale beside them. One SVG, all panels in it.
 */
#ifndef ANALYSIS_REPORT_PICTURE_H
#define ANALYSIS_REPORT_PICTURE_H

#include <stdio.h>

#include "analysis/report/drawn.h"

void picture_write(FILE *to, const struct drawn *d);

/* What it shows, as CSV to take along. */
void picture_write_numbers(FILE *to, const struct drawn *d);

#endif
