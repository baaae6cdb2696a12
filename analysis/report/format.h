/*
 * format.h - numbers as people read them: one scale a column or axis.
 *
 * Units are those of the database: "B", "s", "" for counts and ratios. Bytes are
 * scaled by thousands, short times to milliseconds.
 */
#ifndef ANALYSIS_REPORT_FORMAT_H
#define ANALYSIS_REPORT_FORMAT_H

#include "analysis/statistics/stats.h"

enum { FORMAT_BYTES = 96 }; /* of any text that is written here */

/* How values of about one size are written. */
struct format_scale {
    double divisor;
    int decimals;
    const char *unit; /* "" or "MB" */
};

/* The scale that suits values up to this size. */
struct format_scale format_scale_of(const char *unit, double size);

/* "5.647 s"; a dash for NaN. */
void format_value(char text[FORMAT_BYTES], double value, const char *unit);

/* "5.647 ± 0.021 s": the mean and half the interval's width, if there is one. */
void format_estimate(char text[FORMAT_BYTES], const struct stats_estimate *e, const char *unit);

#endif
