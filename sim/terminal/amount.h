/*
 * amount.h - numbers with their unit, as a person reads them.
 *
 * All numbers that stand together share one scale, chosen by the largest of them.
 */
#ifndef SIM_TERMINAL_AMOUNT_H
#define SIM_TERMINAL_AMOUNT_H

#include <stdio.h>

#include "sim/engine/base.h"

/* One text is as long as this at most. */
#define AMOUNT_BYTES 48

struct amount_scale {
    double divisor;
    int decimals;
    const char *unit; /* with its leading space; "" for a count */
};

/* How to write numbers of a unit ("B", "s", or "" for a count) of about this size. */
struct amount_scale amount_scale(const char *unit, double size);

/* The same with as many decimals as a difference of this size needs, and no fewer. */
struct amount_scale amount_scale_difference(const char *unit, double size, double half_width);

/* "-" for NaN. */
void amount_write(char text[AMOUNT_BYTES], struct amount_scale scale, double value);

/* Without the unit: one end of a range. */
void amount_write_bare(char text[AMOUNT_BYTES], struct amount_scale scale, double value);

/* Prints it at the right or the left of so many columns; one space at least parts it from others.
 */
void amount_print_right(const char *text, int width, FILE *to);
void amount_print_left(const char *text, int width, FILE *to);

#endif
